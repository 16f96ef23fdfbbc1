import h5py
import numpy as np
import pytest
import torch
from support.retrieval import write

from vcop.config.options import ProbeOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.probing import argmax_first, grid_rows, majority_vote, prediction_rows, probe, probe_splits
from vcop.evaluation.retrieval import retrieve
from vcop.storage import feature_store as files
from vcop.storage.frame_store import FrameStore, Video
from vcop.storage.hdf5 import seal_hdf5
from vcop.storage.sealing import FEATURES
from vcop.training.validation_split import split_validation

CPU = torch.device("cpu")


def probed(path, **options):
    """The splits of a feature file, and the results of both classifiers."""
    splits = probe_splits(path, "conv5", 8, 0)
    return splits, probe(splits, ProbeOptions(**{"epochs": 5, "batch_size": 32} | options), 0, CPU)


def accuracies(path, **options):
    splits, results = probed(path, **options)
    return [float((results[name].predicted == splits.test.labels).mean()) for name in ("linear", "knn")]


def noisy(rng, means, labels):
    """Two clips a video around its class's mean."""
    return np.asarray(means, float)[labels][:, None] + 0.1 * rng.standard_normal((len(labels), 2, len(means[0])))


def test_classes_that_a_plane_divides(tmp_path, rng):
    labels = np.arange(90) % 3
    write(tmp_path / "f.h5", noisy(rng, np.eye(3), labels), labels, [TRAIN] * 60 + [TEST] * 30)
    assert accuracies(tmp_path / "f.h5") == [1, 1]


def test_classes_that_no_plane_divides(tmp_path, rng):
    """Exclusive or: of four heaps a plane has three on the right side at most; neighbours have all."""
    heaps = np.arange(120) % 4
    write(tmp_path / "f.h5", noisy(rng, [[1, 1], [-1, 1], [-1, -1], [1, -1]], heaps), heaps % 2, [TRAIN] * 80 + [TEST] * 40)
    linear, knn = accuracies(tmp_path / "f.h5")
    assert linear <= 0.75
    assert knn == 1


def test_labels_that_mean_nothing_are_guessed_at_chance(tmp_path, rng):
    write(tmp_path / "f.h5", rng.standard_normal((900, 2, 12)), rng.integers(0, 3, 900), [TRAIN] * 400 + [TEST] * 500)
    assert accuracies(tmp_path / "f.h5") == pytest.approx([1 / 3, 1 / 3], abs=0.07)  # three standard errors


def test_no_choice_looks_at_the_test_list(tmp_path, rng):
    """With all test labels changed, the same settings are chosen and the same classes predicted."""
    labels = rng.integers(0, 3, 120)
    x = noisy(rng, 0.1 * np.eye(3), labels)
    for name in ("true.h5", "false.h5"):
        write(tmp_path / name, x, labels, [TRAIN] * 80 + [TEST] * 40)
    with h5py.File(tmp_path / "false.h5", "r+") as h5:
        h5["label"][80:] = (h5["label"][80:] + 1) % 3
        ranges = [(h5["conv5"].id.get_offset(), h5["conv5"].nbytes)]
    seal_hdf5(tmp_path / "false.h5", FEATURES, ranges)
    (true, one), (false, other) = (probed(tmp_path / name) for name in ("true.h5", "false.h5"))
    for classifier in ("linear", "knn"):
        assert one[classifier].grid == other[classifier].grid
        assert (one[classifier].predicted == other[classifier].predicted).all()
    assert (true.test.labels != false.test.labels).all()


def test_what_was_tried_and_chosen(tmp_path, rng):
    labels = np.arange(60) % 3
    write(tmp_path / "f.h5", noisy(rng, 0.1 * np.eye(3), labels), labels, [TRAIN] * 50 + [TEST] * 10)
    grid = {"learning_rates": [0.5, 5.0], "weight_decays": [0.001, 0.0], "neighbours": [3, 1, 70]}
    _, results = probed(tmp_path / "f.h5", **grid)
    settings = [row[:3] for row in results["linear"].grid]
    assert settings == [(0.5, 0.001, ""), (0.5, 0.0, ""), (5.0, 0.001, ""), (5.0, 0.0, "")]
    assert [row[:3] for row in results["knn"].grid] == [("", "", 3), ("", "", 1), ("", "", 70)]
    for result in results.values():
        right, videos, chosen = zip(*(row[3:] for row in result.grid), strict=True)
        assert set(videos) == {8}
        assert list(chosen) == [int(i == right.index(max(right))) for i in range(len(right))]


def test_rows_of_the_grid_and_of_the_predictions(tmp_path):
    settings = [(0.1, 0.5, ""), (1.0, 0.5, ""), (2.0, 0.5, "")]
    assert grid_rows(settings, [3, 7, 7], 9) == [(0.1, 0.5, "", 3, 9, 0), (1.0, 0.5, "", 7, 9, 1), (2.0, 0.5, "", 7, 9, 0)]
    write(tmp_path / "f.h5", [[[0, 0]], [[0, 0]]], [1, 2], [TEST, TEST])
    test = files.FeatureStore(tmp_path / "f.h5", "conv5", TEST)
    assert prediction_rows(test, np.array([1, 0])) == [("b/0.avi", "b", "b", 1), ("c/1.avi", "c", "a", 0)]


def test_one_neighbour_is_video_retrieval(tmp_path, rng):
    labels = rng.integers(0, 3, 60)
    x = noisy(rng, 0.1 * np.eye(3), labels).astype(np.float32)
    write(tmp_path / "f.h5", x, labels, [TRAIN] * 40 + [TEST] * 20)
    _, results = probed(tmp_path / "f.h5", neighbours=[1], held_rows=6)
    nearest = labels[retrieve(x[40:], x[:40], 1)[:, 0]]
    assert results["knn"].predicted.tolist() == nearest.tolist()
    assert 0 < (nearest == labels[40:]).sum() < 20


def test_the_validation_list_is_fine_tunings(store_path, tmp_path, rng):
    store = FrameStore(store_path)
    both = [(v, role) for role in (TRAIN, TEST) for v in store.of(1, role)]
    values = rng.standard_normal((len(both), 1, 2)).astype(np.float32)
    videos, roles = [Video(v.name, v.label, 0, 0) for v, _ in both], [role for _, role in both]
    files.write_features(
        tmp_path / "f.h5", videos, roles, store.classes, iter([{"conv5": values}]), {"conv5": (1, 2)}, False, {}
    )
    splits = probe_splits(tmp_path / "f.h5", "conv5", 8, 3)
    training, aside = split_validation(store.of(1, TRAIN), 8, 3, "")
    assert sorted(splits.training.names) == sorted(v.name for v in training)
    assert sorted(splits.validation.names) == sorted(v.name for v in aside)
    assert sorted(splits.both.names) == sorted(v.name for v, role in both if role == TRAIN)
    # A part reads its own videos' values and labels.
    index = {v.name: i for i, v in enumerate(videos)}
    for part in (splits.training, splits.validation):
        assert (part.read(0, len(part)) == values[[index[name] for name in part.names]]).all()
        assert part.labels.tolist() == [videos[index[name]].label for name in part.names]


def test_votes():
    """Most neighbours win; of equals the class whose first neighbour is nearest."""
    near = np.array([[2, 1, 1, 0], [2, 1, 1, 2], [0, 1, 2, 3], [3, 0, 0, 0]])
    assert majority_vote(near).tolist() == [1, 2, 0, 0]
    assert majority_vote(near[:, :1]).tolist() == [2, 2, 0, 3]
    assert argmax_first([3, 5, 5, 1]) == 1
