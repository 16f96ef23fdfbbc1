from collections import defaultdict

import numpy as np
import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.pretext.tasks.cloze import ADJACENT, ORIGINAL, PERMUTATION, REMOTE, ROTATION, permute_quarters, swap_quarters
from vcop.storage.frame_store import Video

TASK, VIDEO = find_task("cloze-16-8-3"), Video("a.avi", 0, 0, 64)  # of one window
FIRST, MIDDLE, LAST = (tuple(range(start, start + 16, 2)) for start in (0, 24, 48))


@pytest.fixture(scope="module")
def drawn():
    by_label, rng = defaultdict(list), np.random.default_rng(0)
    for _ in range(3000):
        clips, label, more = TASK.draw(VIDEO, 2, rng)
        by_label[label].append((tuple(clips), more))
    return by_label


def test_all_operations_are_as_frequent(drawn):
    assert sorted(drawn) == [0, 1, 2, 3, 4]
    assert all(500 < len(draws) < 700 for draws in drawn.values())
    assert TASK.chance(8) == 20


def test_spatial_operations_leave_the_frames_alone(drawn):
    for label in (ORIGINAL, ROTATION, PERMUTATION):
        assert {clips for clips, _ in drawn[label]} == {(FIRST, MIDDLE, LAST)}
    assert {more for _, more in drawn[ORIGINAL]} == {(0, 0)}
    assert {more for _, more in drawn[ROTATION]} == {(1, 0), (2, 0), (3, 0)}
    assert {more for _, more in drawn[PERMUTATION]} == {(0, number) for number in range(1, 24)}


def test_temporal_operations_move_frames_alone(drawn):
    assert {more for label in (REMOTE, ADJACENT) for _, more in drawn[label]} == {(0, 0)}
    assert {clips for clips, _ in drawn[REMOTE]} == {(MIDDLE, FIRST, LAST), (FIRST, LAST, MIDDLE)}
    middles = {clips[1] for clips, _ in drawn[ADJACENT]}
    assert len(middles) == 6  # pairs of four quarters
    assert (28, 30, 24, 26, 32, 34, 36, 38) in middles
    assert (36, 38, 28, 30, 32, 34, 24, 26) in middles
    assert {(clips[0], clips[2]) for clips, _ in drawn[ADJACENT]} == {(FIRST, LAST)}


def test_quarters_of_a_clip_that_four_does_not_divide():
    for seed in range(20):
        swapped = swap_quarters((0, 1, 2, 3, 4, 5, 6), np.random.default_rng(seed))
        assert sorted(swapped) == [0, 1, 2, 3, 4, 5, 6]
        assert swapped != (0, 1, 2, 3, 4, 5, 6)


def test_a_clip_of_too_few_frames_is_refused(rng):
    with pytest.raises(
        ValueError, match="task cloze-16-8-3: a clip has 2 frames, at least 4 are needed: lower input.frame_stride"
    ):
        TASK.draw(VIDEO, 8, rng)


def test_the_middle_clip_alone_is_turned_or_permuted():
    frame = torch.tensor([[0.0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]])
    clips = frame.expand(4, 3, 3, 2, 4, 4).clone()
    altered = TASK.alter(clips, torch.tensor([0, 1, 1, 2]), torch.tensor([[0.0, 0], [1, 0], [2, 0], [0, 23]]))
    assert torch.equal(clips, frame.expand_as(clips))
    assert torch.equal(altered[:, [0, 2]], clips[:, [0, 2]])
    counterclockwise = [[3.0, 7, 11, 15], [2, 6, 10, 14], [1, 5, 9, 13], [0, 4, 8, 12]]
    quarters = [[10.0, 11, 8, 9], [14, 15, 12, 13], [2, 3, 0, 1], [6, 7, 4, 5]]  # order (3, 2, 1, 0)
    for sample, wanted in zip(altered, (frame, counterclockwise, frame.flip(0, 1), quarters), strict=True):
        assert torch.equal(sample[1], torch.as_tensor(wanted).expand(3, 2, 4, 4))


def test_of_an_odd_crop_the_last_row_and_column_stay():
    clip = torch.arange(9.0).view(1, 1, 3, 3)
    out = clip.clone()
    permute_quarters(clip, out, (1, 0, 3, 2))
    assert out[0, 0].tolist() == [[1, 0, 2], [4, 3, 5], [6, 7, 8]]


def test_the_memory_layout_is_kept():
    clips = torch.rand(4, 3, 8, 6, 6).to(memory_format=torch.channels_last_3d).unflatten(0, (2, 2))
    altered = find_task("cloze-16-8-2").alter(clips, torch.tensor([1, 2]), torch.tensor([[1.0, 0], [0, 5]]))
    assert altered.stride() == clips.stride()


def test_a_process_may_have_no_row_of_a_batch():
    assert TASK.alter(torch.rand(0, 3, 3, 8, 16, 16), torch.zeros(0), torch.zeros(0, 2)).shape == (0, 3, 3, 8, 16, 16)


def test_its_head_has_five_answers():
    assert TASK.head(5, PretrainOptions(), TASK.classes)(torch.zeros(2, 3, 5)).shape == (2, 5)


@pytest.mark.parametrize("name", ["cloze-16-8", "cloze-16-8-1", "cloze-16-8-3-hard"])
def test_other_tuples_are_refused(name):
    with pytest.raises(ValueError, match=f"task: {name}: "):
        find_task(name)
