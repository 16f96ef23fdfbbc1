import pytest
import torch

from vcop.config.options import InputOptions
from vcop.datasets.splits import TRAIN
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples, TestClips, TrainingClips, TrainingTuples
from vcop.sampling.tasks import Task

TASK, INPUT = Task.parse("16-8-3"), InputOptions(crop=16, frame_stride=2)


@pytest.fixture
def long(store):
    return [v for v in store.of(1, TRAIN) if v.count >= TASK.window][:10]


@pytest.fixture
def tuples(store, long):
    return TrainingTuples(store, long, TASK, INPUT, seed=0, shared_crop=False)


def equal(a, b):
    return all(torch.equal(a[k], b[k]) if torch.is_tensor(a[k]) else a[k] == b[k] for k in a)


def test_a_sample_is_what_its_draw_says(tuples, store):
    sample = tuples[3, 0]
    clips, corners, label, more = tuples.draw(tuples.videos[0], 3)
    assert (more, set(sample)) == ((), {"frames", "corners", "label", "video"})
    assert sample["frames"].shape == (3, 8, 20, 27, 3)
    assert sample["label"] == label
    assert sample["corners"].tolist() == [list(c) for c in corners]
    for read, drawn in zip(sample["frames"], clips, strict=True):
        assert drawn == tuple(range(drawn[0], drawn[0] + 16, 2))
        assert (read.numpy() == store.read(tuples.videos[0], drawn)).all()


def test_samples_are_functions_of_seed_epoch_and_video(store, long, tuples):
    again = TrainingTuples(store, long[::-1], TASK, INPUT, seed=0, shared_crop=False)
    assert equal(tuples[5, 0], again[5, len(long) - 1])
    assert tuples.draw(long[0], 0) != tuples.draw(long[0], 1)
    other = TrainingTuples(store, long, TASK, INPUT, seed=1, shared_crop=False)
    assert [tuples.draw(v, 0) for v in long] != [other.draw(v, 0) for v in long]


def test_clips_of_a_tuple_are_cropped_independently_unless_shared(store, long, tuples):
    assert any(len(set(tuples.draw(v, 0)[1])) > 1 for v in long)
    shared = TrainingTuples(store, long, TASK, INPUT, seed=0, shared_crop=True)
    assert all(len(set(shared.draw(v, e)[1])) == 1 for v in long for e in range(5))


def test_fixed_tuples_never_change(store, long):
    fixed, again = (FixedTuples(store, videos, TASK, INPUT) for videos in (long, long[::-1]))
    for video in long:
        assert fixed.draw(video, 0) == again.draw(video, 0)
        assert set(fixed.draw(video, 0)[1]) == {(2, 6)}  # centre: 4 / 2, 11 / 2 rounded to even
        tuples = [fixed.draw(video, number) for number in range(6)]
        assert len({tuple(clips) for clips, *_ in tuples}) == 6
    assert len({fixed.draw(v, 0)[2] for v in long}) > 1


def test_variants_of_a_task_are_tested_on_the_same_tuples_and_trained_on_others(store, long):
    plain, hard, scratch = (Task.parse(f"16-8-3{variant}") for variant in ("", "-hard", "-scratch"))
    draws = [[FixedTuples(store, long, task, INPUT).draw(v, 3) for v in long] for task in (plain, hard, scratch)]
    assert draws[0] == draws[1] == draws[2]
    first, second = ([TrainingTuples(store, long, task, INPUT, 0).draw(v, 0) for v in long] for task in (plain, hard))
    assert first != second


def test_ten_test_clips(store, long):
    sample = TestClips(store, long, 16, INPUT, 10)[0, 0]
    assert sample["frames"].shape == (10, 8, 20, 27, 3)
    assert sample["label"] == long[0].label


def test_training_clips_cover_short_videos(store):
    short = min(store.videos, key=lambda v: v.count)
    sample = TrainingClips(store, [short], 16, INPUT, seed=0)[0, 0]
    assert short.count < 16
    assert sample["frames"].shape == (1, 8, 20, 27, 3)


def test_every_video_once_an_epoch_and_the_partial_batch_kept(tuples):
    batches = Batches(tuples, 4, workers=0, seed=0)
    epoch = list(batches.epoch(0))
    assert [len(b["label"]) for b in epoch] == [4, 4, 2]
    assert sorted(n for b in epoch for n in b["video"]) == sorted(v.name for v in tuples.videos)
    assert [n for b in epoch for n in b["video"]] != [n for b in batches.epoch(1) for n in b["video"]]


def test_an_epoch_goes_on_from_any_batch(tuples):
    batches = Batches(tuples, 4, workers=0, seed=0)
    whole = list(batches.epoch(2))
    assert all(equal(a, b) for a, b in zip(whole[1:], batches.epoch(2, 1), strict=True))


def test_workers_change_nothing(tuples):
    alone = Batches(tuples, 4, workers=0, seed=0)
    helped = Batches(tuples, 4, workers=2, seed=0)
    for epoch in (0, 1):
        for a, b in zip(alone.epoch(epoch), helped.epoch(epoch), strict=True):
            assert equal(a, b)
    helped.close()
