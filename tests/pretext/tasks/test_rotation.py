from collections import Counter

import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video

CORNERS = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
TURNED = [[[1, 2], [3, 4]], [[2, 4], [1, 3]], [[4, 3], [2, 1]], [[3, 1], [4, 2]]]


def test_all_frames_of_a_clip_are_turned_by_its_label():
    frames = torch.arange(0, 50, 10.0)[:, None, None] + CORNERS  # five frames
    clips = frames.expand(4, 1, 3, 5, 2, 2)
    turned = find_task("rotation-16").alter(clips, torch.arange(4), torch.empty(4, 0))
    for label, corners in enumerate(TURNED):
        for frame in range(5):
            expected = torch.tensor(corners) + 10.0 * frame
            assert torch.equal(turned[label, 0, :, frame], expected.expand(3, 2, 2))


def test_the_memory_layout_stays():
    clips = torch.rand(2, 3, 4, 6, 6).to(memory_format=torch.channels_last_3d).unflatten(0, (2, 1))
    turned = find_task("rotation-16").alter(clips, torch.tensor([0, 3]), torch.empty(2, 0))
    assert turned.flatten(0, 1).is_contiguous(memory_format=torch.channels_last_3d)
    assert torch.equal(turned[0], clips[0])
    assert not torch.equal(turned[1], clips[1])


def test_a_process_may_have_no_row_of_a_batch():
    clips = torch.empty(0, 1, 3, 4, 6, 6)
    assert find_task("rotation-16").alter(clips, torch.empty(0, dtype=torch.long), torch.empty(0, 0)).shape == clips.shape


def test_four_angles_are_equally_frequent(rng):
    task, video, drawn = find_task("rotation-16"), Video("a.avi", 0, 0, 40), Counter()
    for _ in range(400):
        (clip,), label, _ = task.draw(video, 2, rng)
        assert clip == tuple(range(clip[0], clip[0] + 16, 2))
        assert 0 <= clip[0] <= 24
        drawn[label] += 1
    assert all(70 < drawn[label] < 130 for label in range(4))
    assert (task.classes, task.chance(8)) == (4, 25)
    assert task.head(4, PretrainOptions(), 4)(torch.zeros(3, 1, 4)).shape == (3, 4)


@pytest.mark.parametrize("name", ["rotation-0", "rotation-16-4"])
def test_other_numbers_are_refused(name):
    with pytest.raises(ValueError, match=f"task: {name}: "):
        find_task(name)
