import csv

import numpy as np
import pytest
from support.helpers import vcop
from support.retrieval import write

from vcop.config.fields import flags
from vcop.config.options import ProbeOptions
from vcop.config.reader import read_study
from vcop.datasets.splits import TEST, TRAIN
from vcop.storage import feature_store as files

FEW = flags(ProbeOptions(epochs=5, batch_size=32)).split()


def noisy(rng, means, labels):
    """Two clips a video around its class's mean."""
    return np.asarray(means, float)[labels][:, None] + 0.1 * rng.standard_normal((len(labels), 2, len(means[0])))


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def probe(path, out, *more):
    where = ("--features", path, "--layer", "conv5", "--seed", 0, "--validation-videos", 8)
    return vcop("probe", *where, *FEW, "--out", out / "p.csv", "--grid", out / "g.csv", *more)


def accuracy(out, classifier):
    right = [int(r["right"]) for r in read(out / "p.csv") if r["classifier"] == classifier]
    return sum(right) / len(right)


def test_classes_that_a_plane_divides(tmp_path, rng):
    labels = np.arange(90) % 3
    write(tmp_path / "f.h5", noisy(rng, np.eye(3), labels), labels, [TRAIN] * 60 + [TEST] * 30)
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    assert accuracy(tmp_path, "linear") == accuracy(tmp_path, "knn") == 1
    rows = read(tmp_path / "p.csv")
    assert list(rows[0]) == ["classifier", "video", "class", "predicted", "right"]
    assert [r["video"] for r in rows] == [f"{'abc'[i % 3]}/{i}.avi" for i in range(60, 90)] * 2
    assert all(r["class"] == r["predicted"] == r["video"][0] for r in rows)


@pytest.mark.parametrize(
    ("roles", "more", "said"),
    [
        ([TRAIN] * 9, (), "f.h5: holds no test videos"),
        ([TEST] * 9, (), "only 0 training videos can be used at all"),
        ([TRAIN] * 5 + [TEST] * 4, ("--layer", "conv3"), "holds no features of conv3"),
        ([TRAIN] * 5 + [TEST] * 4, ("--neighbours", 0), "neighbours: 0 is below 1"),
        ([TRAIN] * 5 + [TEST] * 4, ("--learning-rates", 1, 1), "learning_rates: give at least one number, and none twice"),
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


def test_the_same_twice(tmp_path, rng):
    write(tmp_path / "f.h5", rng.standard_normal((60, 2, 5)), np.arange(60) % 3, [TRAIN] * 40 + [TEST] * 20)
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    first = [(tmp_path / name).read_bytes() for name in ("p.csv", "g.csv")]
    assert probe(tmp_path / "f.h5", tmp_path) == 0
    assert first == [(tmp_path / name).read_bytes() for name in ("p.csv", "g.csv")]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"probe": {"learning_rates": []}}, "probe.learning_rates: give at least one number, and none twice"),
        ({"probe": {"neighbours": [5, 5]}}, "probe.neighbours: give at least one number, and none twice"),
        ({"probe": {"weight_decays": [-1]}}, "probe.weight_decays.0: -1 is less than the minimum of 0"),
        ({"probe": {"weight_decays": [float("inf")]}}, "probe.weight_decays: inf is not a finite number"),
        ({"label_shares": [5, 100]}, "label_shares.1: 100 is greater than the maximum of 99"),
        ({"label_shares": [5, 5]}, "label_shares: give at least one number, and none twice"),
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


def test_the_grid_says_what_was_tried_and_a_line_how_well_it_went(tmp_path, rng, capsys):
    labels = np.arange(60) % 3
    write(tmp_path / "f.h5", noisy(rng, np.eye(3), labels), labels, [TRAIN] * 50 + [TEST] * 10)
    grid = ("--learning-rates", 0.5, 5, "--weight-decays", 0, "--neighbours", 3, 1)
    assert probe(tmp_path / "f.h5", tmp_path, *grid) == 0
    rows = read(tmp_path / "g.csv")
    assert list(rows[0]) == [
        "classifier", "learning_rate", "weight_decay", "k", "validation_right", "validation_videos", "chosen",
    ]  # fmt: skip
    assert [(r["classifier"], r["learning_rate"], r["weight_decay"], r["k"]) for r in rows] == [
        ("linear", "0.5", "0.0", ""), ("linear", "5.0", "0.0", ""), ("knn", "", "", "3"), ("knn", "", "", "1"),
    ]  # fmt: skip
    lines = capsys.readouterr().out
    assert "f.h5: linear 100.0 % on 10 test videos" in lines
    assert "f.h5: knn 100.0 % on 10 test videos" in lines
