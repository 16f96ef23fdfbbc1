"""Pretraining called from Python; the command as a process is tested in tests/commands/test_pretrain.py."""

import dataclasses

import pytest
import torch
from support.helpers import vcop
from support.pretraining import NARROW, OPTIONS, results, table, words

from vcop.config.options import InputOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.networks.registry import build_backbone
from vcop.pretext.order_prediction import build_order_network, in_batches
from vcop.pretext.pretraining import choose_videos, mean_chance, pretrain, shares_crop
from vcop.pretext.shortcut_audit import audit_network
from vcop.pretext.task_registry import find_task
from vcop.runtime.atomic_files import write_csv
from vcop.training.session import ModelSession

TASK, BRIEF = find_task("16-8-3"), dataclasses.replace(OPTIONS, epochs=1)


def names(videos):
    return {video.name for video in videos}


def test_the_library_trains_as_the_command_does(store, store_path, start, tmp_path):
    session = ModelSession.open(store, "r3d", InputOptions(crop=16, frame_stride=2), NARROW)
    out = tmp_path / "library" / "model.safetensors"
    result = pretrain(session, BRIEF, TASK, start, out, seed=0, validation_videos=8)
    assert not out.exists()  # until it is saved
    write_csv(out.with_name("order.csv"), result.predictions[0]._fields, result.predictions)
    result.save()
    assert vcop(*words(store_path, start, tmp_path / "command", options=BRIEF)) == 0
    assert results(tmp_path / "library") == results(tmp_path / "command")
    right = [int(row["right"]) for row in table(out.with_name("order.csv"))]
    assert result.accuracy == pytest.approx(100 * sum(right) / len(right))


def test_videos_shorter_than_the_window_are_left_out(store):
    task = find_task("16-8-4")  # a window of 88 frames
    splits = choose_videos(store, task, 12, 0)
    long = {role: {v.name for v in store.of(1, role) if v.count >= 88} for role in (TRAIN, TEST)}
    assert 0 < len(long[TRAIN]) < len(store.of(1, TRAIN))
    assert names(splits.training) | names(splits.validation) == long[TRAIN]
    assert not names(splits.training) & names(splits.validation)
    assert names(splits.test) == long[TEST]


def test_a_video_that_validates_one_task_trains_no_other(store):
    splits = [choose_videos(store, find_task(name), 12, 0) for name in ("16-8-2", "16-8-3", "16-8-3-hard", "16-8-4")]
    validation, training = (set().union(*(names(getattr(s, part)) for s in splits)) for part in ("validation", "training"))
    assert not validation & training
    assert len(validation) <= 12
    assert 0 < len(splits[-1].validation) < len(splits[0].validation)


def test_a_list_shortens_the_training_videos_alone(store, tmp_path):
    whole = choose_videos(store, TASK, 8, 0)
    listed = [video.name for video in whole.training[::3]]
    (tmp_path / "hard.txt").write_text("".join(f"{name}\n" for name in listed))
    part = choose_videos(store, TASK, 8, 0, tmp_path / "hard.txt")
    assert [video.name for video in part.training] == listed
    assert part.validation == whole.validation
    assert part.test == whole.test


def test_a_video_set_aside_for_validation_cannot_be_listed(store, tmp_path):
    whole = choose_videos(store, TASK, 8, 0)
    aside, count = whole.validation[0].name, len(whole.training)
    (tmp_path / "hard.txt").write_text(f"{aside}\n")
    with pytest.raises(ValueError, match=f"hard.txt: {aside} is not among the {count} training videos of 16-8-3"):
        choose_videos(store, TASK, 8, 0, tmp_path / "hard.txt")


def test_seeds_differ_in_all_that_is_drawn_for_a_training(store, start, tmp_path):
    """What a training draws is drawn anew for each seed: otherwise the spread over seeds would be too small."""
    session = ModelSession.open(store, "r3d", InputOptions(crop=16, frame_stride=2), NARROW)
    ours, other = (
        pretrain(session, BRIEF, TASK, start, tmp_path / str(seed) / "w.safetensors", seed=seed, validation_videos=12)
        for seed in (0, 1)
    )
    assert names(ours.run.lists.validation) != names(other.run.lists.validation)
    one, two = ours.trainer, other.trainer
    assert one.train.index_batches(0)[0] != two.train.index_batches(0)[0]
    assert (one.seed, two.seed) == (0, 1), "of the dropout"
    shared = [video for video in ours.run.lists.training if video in other.run.lists.training]
    drawn = [[trainer.train.data.draw(video, 3) for video in shared] for trainer in (one, two)]
    for part in range(3):  # windows, crops and orders
        assert [draw[part] for draw in drawn[0]] != [draw[part] for draw in drawn[1]]
    for test in ("order", "video"):  # but the tests are the same
        assert [getattr(p, test) for p in ours.predictions] == [getattr(p, test) for p in other.predictions]
    heads = [build_order_network("r3d", NARROW, BRIEF, 3, seed).head.order.weight for seed in (0, 1)]
    assert not torch.equal(*heads)
    assert not torch.equal(*(build_backbone("r3d", NARROW, seed).conv1[0].weight for seed in (0, 1)))


def test_a_task_can_decide_whether_clips_share_a_crop():
    study = [dataclasses.replace(OPTIONS, shared_crop=shared) for shared in (False, True)]
    shared = {
        name: [shares_crop(find_task(name), options) for options in study] for name in ("16-8-3", "contrast-16", "puzzle-16")
    }
    assert shared == {"16-8-3": [False, True], "contrast-16": [False, False], "puzzle-16": [True, True]}


def test_chance_of_a_list_whose_last_batch_is_smaller():
    assert mean_chance(find_task("arrow-16"), 10, 4) == 50
    assert mean_chance(find_task("supervised-16"), 10, 4, 20) == pytest.approx(5)
    # Two batches of 4 videos with 7 answers, and one of 1 with a single answer.
    assert mean_chance(find_task("contrast-16"), 9, 4) == pytest.approx((8 * 100 / 7 + 100) / 9)
    assert mean_chance(find_task("contrast-16"), 8, 4) == pytest.approx(100 / 7)


def test_videos_that_are_compared_are_mixed_and_others_stay(store):
    videos = store.of(1, TEST)
    assert in_batches(find_task("16-8-3"), videos) == videos
    mixed = in_batches(find_task("contrast-16"), videos)
    assert mixed != videos
    assert names(mixed) == names(videos)
    assert in_batches(find_task("contrast-16"), videos[::-1]) == mixed


def test_contrast_trains_and_tests_where_a_video_is_left_over(store, start, tmp_path):
    session = ModelSession.open(store, "r3d", InputOptions(crop=16, frame_stride=2), NARROW)
    task = find_task("contrast-16")
    splits = choose_videos(store, task, 8, 0)
    size = next(n for n in (5, 6, 7, 8, 9) if len(splits.training) % n == 1 or len(splits.test) % n == 1)
    options = dataclasses.replace(BRIEF, batch_size=size)
    result = pretrain(session, options, task, start, tmp_path / "w" / "model.safetensors", seed=0, validation_videos=8)
    assert {p.video for p in result.predictions} == names(splits.test)
    assert len(result.predictions) == len(splits.test)
    assert all(0 <= p.predicted < 2 * size - 1 for p in result.predictions)
    assert result.chance == mean_chance(task, len(splits.test), size)
    result.save()
    assert audit_network(session, options, task, tmp_path / "w" / "model.safetensors")["plain"] == result.predictions


def test_a_task_that_compares_videos_needs_whole_batches(store, start, tmp_path):
    session = ModelSession.open(store, "r3d", InputOptions(crop=16, frame_stride=2), NARROW)
    options = dataclasses.replace(BRIEF, accumulate=2)
    with pytest.raises(ValueError, match="task contrast-16: it compares the videos of a batch, which must stay whole"):
        pretrain(
            session, options, find_task("contrast-16"), start, tmp_path / "model.safetensors", seed=0, validation_videos=8
        )
