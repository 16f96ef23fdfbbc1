"""Pairs of settings, read from made-up results: which runs are paired, their labels, and what is printed of them."""

import json

import pytest
from support.hand_made import write
from support.made_study import VIDEOS, write_order, write_recognition, write_retrieval, write_training

from vcop.paper.measurement.pairing import Study, alternatives, collect_results, compare, labels, measures, printed
from vcop.paper.measurement.work import Work, read_work

RECOGNITION = "recognition/ucf101/c3d/{}/from-conv1"


def study(root):
    files = sorted(path for path in root.rglob("*.*") if path.is_file())
    return Study(collect_results(files), read_work(files))


def row(root, ours, base, k=1):
    kind = ours.partition("/")[0]
    (measure,) = measures(kind, (k,), "clip").items()
    return compare(study(root), ours, base, measure, decides=True)


def recognised(root, weights, split, percent, seeds=(0, 1)):
    for seed in seeds:
        write_recognition(root, f"c3d/{weights}/from-conv1", "ucf101", split, seed, lambda _: percent)


def test_settings_are_named_by_their_paths(tmp_path):
    recognised(tmp_path, "random", 1, 10)
    recognised(tmp_path, "random", 2, 10)
    write_retrieval(tmp_path, "retrieval/ucf101/r3d/16-8-3/conv2", 0, lambda _: 50)
    found = {setting: len(paths) for setting, paths in study(tmp_path).results.items()}
    assert found == {RECOGNITION.format("random"): 4, "retrieval/ucf101/r3d/16-8-3/conv2": 1}


def test_a_side_with_split_1_alone_is_compared_on_split_1(tmp_path):
    for split in (1, 2, 3):
        recognised(tmp_path, "random", split, 10 * split)
    recognised(tmp_path, "16-8-4", 1, 60)
    for seed in (0, 1):
        write_training(tmp_path, "c3d", "16-8-4", seed, {}, 0)
        write_training(tmp_path, "c3d", "16-8-3", seed, {}, 0)
    found = row(tmp_path, RECOGNITION.format("16-8-4"), RECOGNITION.format("random"))
    assert (found.lower_accuracy, found.differences[0].value) == pytest.approx((10, 50))
    assert (found.n, found.shared, found.differences[0].seeds) == (80, 80, 2)
    assert (found.setting, found.higher, found.lower) == ("UCF101, C3D, recognition", "16-8-4", "random")
    assert found.work is None
    assert found.networks == {"c3d"}


def test_three_splits_against_the_first(tmp_path):
    for split in (1, 2, 3):
        recognised(tmp_path, "random", split, 10 * split)
    found = row(tmp_path, RECOGNITION.format("random"), "recognition/ucf101-1/c3d/random/from-conv1")
    assert (found.lower_accuracy, found.differences[0].value) == pytest.approx((10, 10))
    assert (found.n, found.shared) == (240, 80)
    assert (found.setting, found.higher, found.lower) == ("UCF101, C3D, random, recognition", "three splits", "split 1")
    assert found.printed is None


def test_a_missing_partner_and_a_missing_setting_are_named(tmp_path):
    recognised(tmp_path, "random", 1, 10)
    with pytest.raises(ValueError, match="no result for recognition/ucf101/c3d/16-8-3/from-conv1"):
        row(tmp_path, RECOGNITION.format("16-8-3"), RECOGNITION.format("random"))
    recognised(tmp_path, "16-8-3", 1, 10)
    recognised(tmp_path, "16-8-3", 2, 10)
    with pytest.raises(ValueError, match="no result of split 2, seed 0"):
        row(tmp_path, RECOGNITION.format("16-8-3"), RECOGNITION.format("random"))


def test_chance_is_taken_from_the_accuracy_itself(tmp_path):
    for seed in (0, 1):
        write_order(tmp_path, "r3d", "16-8-3", seed, 40)
        write_training(tmp_path, "r3d", "16-8-3", seed, {}, 0)
    found = row(tmp_path, "order/r3d/16-8-3", "order/r3d/chance")
    assert found.differences[0].value == pytest.approx(40)
    assert found.chance == found.lower_accuracy == pytest.approx(100 / 6)
    assert (found.printed.higher, found.printed.lower) == (68.4, pytest.approx(100 / 6))


def test_chance_of_another_task_is_that_of_its_provenance(tmp_path):
    for seed in (0, 1):
        write_order(tmp_path, "s3d", "arrow-16", seed, 70)
        folder = tmp_path / f"pretrain/s3d/arrow-16/seed-{seed}"
        write(folder / "history.csv", "epoch,loss", ["1,1"])
        write(folder / "provenance.json", json.dumps({"videos": {"training": 9}, "chance": 50.0, "clips": 1}), [])
    found = row(tmp_path, "order/s3d/arrow-16", "order/s3d/chance")
    assert (found.chance, found.setting, found.printed) == (50.0, "s3d, order", None)


def test_both_classifiers_of_a_probe_are_measured(tmp_path):
    path = tmp_path / "probe.csv"
    path.write_text("classifier,video,right\nlinear,a/1.avi,1\nlinear,a/2.avi,1\nknn,a/1.avi,0\nknn,a/2.avi,1\n")
    scores = {name: score(path).mean() for name, score in measures("probe", (1,), "video").items()}
    assert scores == {"linear probe": 1.0, "k-NN": 0.5}


def test_work_and_dropped_videos_stand_beside(tmp_path):
    for seed, task in ((s, t) for s in (0, 1) for t in ("16-8-3", "16-8-3-hard", "16-8-3-more")):
        write_order(tmp_path, "r3d", task, seed, 40)
        write_training(tmp_path, "r3d", task, seed, {"16-8-3": 30}, 20)
    found = row(tmp_path, "order/r3d/16-8-3-hard", "order/r3d/16-8-3-more")
    assert found.work == (Work(40, 9000 + 10 * 3 * 80), Work(40, 12000))
    assert found.dropped == (20, 20)
    assert len(VIDEOS) == found.n == 80


def test_networks_are_compared_by_the_work_of_fine_tuning(tmp_path):
    for split, network in ((s, n) for s in (1, 2) for n in ("c3d", "r3d")):
        name, epochs = f"{network}/random/from-conv1", 28 if network == "c3d" else 20
        write_recognition(tmp_path, name, "ucf101", split, 0, lambda _: 50, epochs)
    found = row(tmp_path, "recognition/ucf101/c3d/random/from-conv1", "recognition/ucf101/r3d/random/from-conv1")
    assert found.work == (Work(28, 28 * 50), Work(20, 20 * 50))


def test_the_best_of_several_settings(tmp_path):
    settings = {"16-8-4": 40, "16-8-5": 60, "random": 30}
    for weights, percent in settings.items():
        recognised(tmp_path, weights, 1, percent)
    for seed, task in ((s, t) for s in (0, 1) for t in ("16-8-3", "16-8-4", "16-8-5")):
        write_training(tmp_path, "c3d", task, seed, {}, 0)
    found = row(tmp_path, RECOGNITION.format("16-8-4|16-8-5"), RECOGNITION.format("random"))
    assert [e.value for e in found.differences] == pytest.approx([10, 30])
    assert found.higher == "16-8-4 or 16-8-5"
    assert (found.printed.higher, found.printed.lower) == (66.9, 61.6)


def test_alternatives_may_stand_anywhere():
    assert alternatives("a/b|c/d") == ["a/b/d", "a/c/d"]
    assert alternatives("a/b|c") == ["a/b", "a/c"]
    assert alternatives("a/b") == ["a/b"]


@pytest.mark.parametrize(
    ("ours", "base", "common", "sides"),
    [
        ("order/c3d/16-8-4", "order/c3d/16-8-4-scratch", ["C3D"], ("16-8-4", "16-8-4-scratch")),
        ("answers/c3d/16-8-3", "answers/question-only", ["C3D"], ("16-8-3", "question-only")),
        ("retrieval/ucf101/c3d/random/conv5", "retrieval/ucf101/r3d/random/conv5", ["UCF101"], ("C3D", "R3D")),
        ("probe/ucf101/s3d/16-8-3/conv5", "probe/ucf101/s3d/arrow-16/conv5", ["UCF101", "s3d"], ("16-8-3", "arrow-16")),
        (
            "recognition/ucf101/r3d/16-8-3/labels-10",
            "recognition/ucf101/r3d/random/labels-10",
            ["UCF101", "R3D", "10 % of the labels"],
            ("16-8-3", "random"),
        ),
    ],
)
def test_labels_name_what_differs(ours, base, common, sides):
    assert labels(ours, base) == (common, sides)


def test_both_sides_must_be_printed():
    assert printed(["order/c3d/16-8-4"], "order/c3d/16-8-4-scratch", "order") is None
    found = printed(["order/c3d/16-8-4"], "order/c3d/16-8-5", "order")
    assert (found.difference, found.beyond_error) == (26.3, True)


def test_a_task_whose_name_ends_in_1_is_no_split(tmp_path):
    for task, percent in (("future-16-1", 60), ("random", 10)):
        for seed in (0, 1):
            write_retrieval(tmp_path, f"retrieval/ucf101/r3d/{task}/conv5", seed, lambda _, percent=percent: percent)
    for seed in (0, 1):
        folder = tmp_path / f"pretrain/r3d/future-16-1/seed-{seed}"
        write(folder / "history.csv", "epoch,loss", ["1,1"])
        write(folder / "provenance.json", json.dumps({"videos": {"training": 8}, "clips": 1}), [])
    found = row(tmp_path, "retrieval/ucf101/r3d/future-16-1/conv5", "retrieval/ucf101/r3d/random/conv5")
    assert found.differences[0].value == pytest.approx(50)


def test_few_labels_are_a_measure_of_their_own(tmp_path):
    for seed in (0, 1):
        for weights, percent in (("random", 10), ("16-8-3", 60)):
            write_recognition(tmp_path, f"c3d/{weights}/labels-10", "ucf101", 1, seed, lambda _, percent=percent: percent)
        write_training(tmp_path, "c3d", "16-8-3", seed, {}, 0)
    found = row(tmp_path, "recognition/ucf101-1/c3d/16-8-3/labels-10", "recognition/ucf101-1/c3d/random/labels-10")
    assert found.measure == "labels-10, recognition"
