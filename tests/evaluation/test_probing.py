import csv

import h5py
import numpy as np
import pytest
from support.helpers import vcop
from support.retrieval import retrieve, write

from vcop.config.fields import flags
from vcop.config.options import ProbeOptions
from vcop.config.reader import read_study
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.probing import argmax_first, majority_vote, probe_splits
from vcop.storage import feature_store as files
from vcop.storage.frame_store import FrameStore, Video
from vcop.storage.hdf5 import seal_hdf5
from vcop.storage.sealing import FEATURES
from vcop.training.validation_split import split_validation

FEW = flags(ProbeOptions(epochs=5, batch_size=32)).split()


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def probe(path, out, *more):
    where = ("--features", path, "--layer", "conv5", "--seed", 0, "--validation-videos", 8)
    return vcop("probe", *where, *FEW, "--out", out / "p.csv", "--grid", out / "g.csv", *more)


def accuracy(out, classifier):
    right = [int(r["right"]) for r in read(out / "p.csv") if r["classifier"] == classifier]
    return sum(right) / len(right)


def noisy(rng, means, labels):
    """Two clips a video around its class's mean."""
    return np.asarray(means, float)[labels][:, None] + 0.1 * rng.standard_normal((len(labels), 2, len(means[0])))


def test_classes_that_a_plane_divides(tmp_path, rng):
    labels = np.arange(90) % 3
    write(tmp_path / "f.h5", noisy(rng, np.eye(3), labels), labels, [TRAIN] * 60 + [TEST] * 30)
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    assert accuracy(tmp_path, "linear") == accuracy(tmp_path, "knn") == 1
    rows = read(tmp_path / "p.csv")
    assert list(rows[0]) == ["classifier", "video", "class", "predicted", "right"]
    assert [r["video"] for r in rows] == [f"{'abc'[i % 3]}/{i}.avi" for i in range(60, 90)] * 2
    assert all(r["class"] == r["predicted"] == r["video"][0] for r in rows)


def test_classes_that_no_plane_divides(tmp_path, rng):
    """Exclusive or: of four heaps a plane has three on the right side at most; neighbours have all."""
    heaps = np.arange(120) % 4
    write(tmp_path / "f.h5", noisy(rng, [[1, 1], [-1, 1], [-1, -1], [1, -1]], heaps), heaps % 2, [TRAIN] * 80 + [TEST] * 40)
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    assert accuracy(tmp_path, "linear") <= 0.75
    assert accuracy(tmp_path, "knn") == 1


def test_labels_that_mean_nothing_are_guessed_at_chance(tmp_path, rng):
    write(tmp_path / "f.h5", rng.standard_normal((900, 2, 12)), rng.integers(0, 3, 900), [TRAIN] * 400 + [TEST] * 500)
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    for classifier in ("linear", "knn"):
        assert accuracy(tmp_path, classifier) == pytest.approx(1 / 3, abs=0.07)  # three standard errors


def test_no_choice_looks_at_the_test_list(tmp_path, rng):
    """With all test labels changed, the same settings are chosen and the same classes predicted."""
    labels = rng.integers(0, 3, 120)
    x = noisy(rng, 0.1 * np.eye(3), labels)
    for name in ("true", "false"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "f.h5", x, labels, [TRAIN] * 80 + [TEST] * 40)
    with h5py.File(tmp_path / "false/f.h5", "r+") as h5:
        h5["label"][80:] = (h5["label"][80:] + 1) % 3
        ranges = [(h5["conv5"].id.get_offset(), h5["conv5"].nbytes)]
    seal_hdf5(tmp_path / "false/f.h5", FEATURES, ranges)
    for name in ("true", "false"):
        assert probe(tmp_path / name / "f.h5", tmp_path / name) == 0
    assert (tmp_path / "true/g.csv").read_text() == (tmp_path / "false/g.csv").read_text()
    predicted = [[r["predicted"] for r in read(tmp_path / name / "p.csv")] for name in ("true", "false")]
    assert predicted[0] == predicted[1]
    assert accuracy(tmp_path / "true", "knn") != accuracy(tmp_path / "false", "knn")


def test_what_was_tried_and_chosen(tmp_path, rng):
    labels = np.arange(60) % 3
    write(tmp_path / "f.h5", noisy(rng, 0.1 * np.eye(3), labels), labels, [TRAIN] * 50 + [TEST] * 10)
    grid = ("--learning-rates", 0.5, 5, "--weight-decays", 0.001, 0, "--neighbours", 3, 1, 70)
    assert probe(tmp_path / "f.h5", tmp_path, *grid) == 0
    rows = read(tmp_path / "g.csv")
    tried = [(r["learning_rate"], r["weight_decay"], r["k"]) for r in rows]
    linear = [("0.5", "0.001", ""), ("0.5", "0.0", ""), ("5.0", "0.001", ""), ("5.0", "0.0", "")]
    assert tried == [*linear, ("", "", "3"), ("", "", "1"), ("", "", "70")]
    assert {r["validation_videos"] for r in rows} == {"8"}
    for classifier in ("linear", "knn"):
        right = [int(r["validation_right"]) for r in rows if r["classifier"] == classifier]
        chosen = [int(r["chosen"]) for r in rows if r["classifier"] == classifier]
        assert chosen == [int(i == right.index(max(right))) for i in range(len(right))]


def test_the_same_twice(tmp_path, rng):
    write(tmp_path / "f.h5", rng.standard_normal((60, 2, 5)), np.arange(60) % 3, [TRAIN] * 40 + [TEST] * 20)
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    first = [(tmp_path / name).read_bytes() for name in ("p.csv", "g.csv")]
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    assert first == [(tmp_path / name).read_bytes() for name in ("p.csv", "g.csv")]


def test_one_neighbour_is_video_retrieval(tmp_path, rng):
    labels = rng.integers(0, 3, 60)
    write(tmp_path / "f.h5", noisy(rng, 0.1 * np.eye(3), labels), labels, [TRAIN] * 40 + [TEST] * 20)
    assert probe(tmp_path / "f.h5", tmp_path, "--neighbours", 1, "--held-rows", 6) == 0
    _, rows = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")
    first = {r["video"]: int(r["rank"] == "1") for r in rows if r["level"] == "video"}
    assert {r["video"]: int(r["right"]) for r in read(tmp_path / "p.csv") if r["classifier"] == "knn"} == first
    assert 0 < sum(first.values()) < 20


def test_the_validation_list_is_fine_tunings(store_path, tmp_path, rng):
    store = FrameStore(store_path)
    both = [(v, role) for role in (TRAIN, TEST) for v in store.of(1, role)]
    values = rng.standard_normal((len(both), 1, 2)).astype(np.float32)
    videos, roles = [Video(v.name, v.label, 0, 0) for v, _ in both], [role for _, role in both]
    files.write_features(
        tmp_path / "f.h5", videos, roles, store.classes, iter([{"conv5": values}]), {"conv5": (1, 2)}, False, {}
    )
    lists = probe_splits(tmp_path / "f.h5", "conv5", 8, 3)
    training, aside = split_validation(store.of(1, TRAIN), 8, 3, "")
    assert sorted(lists.training.names) == sorted(v.name for v in training)
    assert sorted(lists.validation.names) == sorted(v.name for v in aside)
    assert sorted(lists.both.names) == sorted(v.name for v, role in both if role == TRAIN)
    # A part reads its own videos' values and labels.
    place = {v.name: i for i, v in enumerate(videos)}
    for part in (lists.training, lists.validation):
        assert (part.read(0, len(part)) == values[[place[name] for name in part.names]]).all()
        assert part.labels.tolist() == [videos[place[name]].label for name in part.names]


def test_votes():
    """Most neighbours win; of equals the class whose first neighbour is nearest."""
    near = np.array([[2, 1, 1, 0], [2, 1, 1, 2], [0, 1, 2, 3], [3, 0, 0, 0]])
    assert majority_vote(near).tolist() == [1, 2, 0, 0]
    assert majority_vote(near[:, :1]).tolist() == [2, 2, 0, 3]
    assert argmax_first([3, 5, 5, 1]) == 1


@pytest.mark.parametrize(
    ("roles", "more", "said"),
    [
        ([TRAIN] * 9, (), "f.h5: holds no test videos"),
        ([TEST] * 9, (), "only 0 training videos can be used at all"),
        ([TRAIN] * 5 + [TEST] * 4, ("--layer", "conv3"), "holds no features of conv3"),
        ([TRAIN] * 5 + [TEST] * 4, ("--neighbours", 0), "neighbours: 0 is below 1"),
        ([TRAIN] * 5 + [TEST] * 4, ("--learning-rates", 1, 1), "learning_rates: at least one number, none twice"),
        ([TRAIN] * 5 + [TEST] * 4, ("--device", "cuda"), "PyTorch sees no GPU here"),
    ],
)
def test_bad_input_is_one_line(tmp_path, rng, roles, more, said, capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    write(tmp_path / "f.h5", rng.standard_normal((9, 1, 2)), np.arange(9) % 3, roles)
    assert probe(tmp_path / "f.h5", tmp_path / "out", *more) == 1
    err = capsys.readouterr().err
    assert err.startswith("vcop probe: ")
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_damaged_features_are_refused(tmp_path, rng, capsys):
    write(tmp_path / "f.h5", rng.standard_normal((30, 2, 64)), np.arange(30) % 3, [TRAIN] * 20 + [TEST] * 10)
    data = bytearray((tmp_path / "f.h5").read_bytes())
    (tmp_path / "half.h5").write_bytes(data[: len(data) // 2])
    needle = files.FeatureStore(tmp_path / "f.h5", "conv5", TEST).read(0, 1).tobytes()
    data[data.find(needle) + 5] ^= 4
    (tmp_path / "f.h5").write_bytes(data)
    for name, said in (("f.h5", "conv5 is damaged"), ("half.h5", "not a whole feature file"), ("no.h5", "is not there")):
        assert probe(tmp_path / name, tmp_path / "out") == 1
        err = capsys.readouterr().err
        assert said in err
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"probe": {"learning_rates": []}}, "probe.learning_rates: at least one number, none twice"),
        ({"probe": {"neighbours": [5, 5]}}, "probe.neighbours: at least one number, none twice"),
        ({"probe": {"weight_decays": [-1]}}, "probe.weight_decays.0: -1 is less than the minimum of 0"),
        ({"probe": {"weight_decays": [float("inf")]}}, "probe.weight_decays: inf is not a finite number"),
        ({"label_shares": [5, 100]}, "label_shares.1: 100 is greater than the maximum of 99"),
        ({"label_shares": [5, 5]}, "label_shares: at least one number, none twice"),
    ],
)
def test_lists_in_a_study_are_checked(section, said):
    with pytest.raises(ValueError, match=said):
        read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "l"}}} | section)


def test_lists_in_a_study_become_flags():
    study = read_study(
        {"study": "s", "data": {"ucf101": {"videos": "v", "lists": "l"}}, "probe": {"learning_rates": [1, 0.5]}}
    )
    assert "--learning-rates 1.0 0.5 --weight-decays" in flags(study.probe)
