from support.retrieval import retrieve, write

from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.retrieval import CHANCES
from vcop.storage import feature_store


def test_a_row_for_each_query_and_a_line_that_counts(tmp_path, rng, capsys):
    write(tmp_path / "f.h5", rng.standard_normal((5, 2, 8)), [0, 1, 0, 1, 2], [TRAIN, TRAIN, TRAIN, TEST, TEST])
    code, rows = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")
    assert code == 0
    assert list(rows[0]) == ["level", "video", "clip", "class", "rank", "first", "second", *CHANCES]
    assert [(r["level"], r["video"], r["clip"]) for r in rows] == [
        ("clip", "b/3.avi", "0"), ("clip", "b/3.avi", "1"), ("clip", "c/4.avi", "0"), ("clip", "c/4.avi", "1"),
        ("video", "b/3.avi", "0"), ("video", "c/4.avi", "0"),
    ]  # fmt: skip
    assert {r["rank"] for r in rows if r["class"] == "c"} == {"0"}, "no training video is of class c"
    assert "out.csv: retrieved neighbours of 2 query videos among 3 gallery videos" in capsys.readouterr().out


def test_features_of_other_weights_are_refused(tmp_path, capsys):
    write(tmp_path / "q.h5", [[[1, 0]], [[1, 0]]], [0, 0], [TEST, TEST], test_clips=1)
    write(tmp_path / "g.h5", [[[1, 0]], [[0, 1]]], [1, 0], [TRAIN, TRAIN], test_clips=1, weights="others")
    code, _ = retrieve(tmp_path, tmp_path / "q.h5", tmp_path / "g.h5")
    assert code == 1
    assert "made with different weights" in capsys.readouterr().err


def test_nothing_to_ask_or_to_answer_is_said(tmp_path, capsys):
    write(tmp_path / "f.h5", [[[1, 0]], [[1, 0]]], [0, 0], [TRAIN, TRAIN], test_clips=1)
    assert retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")[0] == 1
    assert "f.h5: holds no test videos" in capsys.readouterr().err


def test_a_flipped_bit_in_the_features_is_found(tmp_path, rng, capsys):
    write(tmp_path / "f.h5", rng.standard_normal((4, 2, 64)), [0, 1, 0, 1], [TRAIN, TRAIN, TEST, TEST])
    data = bytearray((tmp_path / "f.h5").read_bytes())
    needle = feature_store.FeatureStore(tmp_path / "f.h5", "conv5", TEST).read(0, 1).tobytes()
    data[data.find(needle) + 5] ^= 4
    (tmp_path / "f.h5").write_bytes(data)
    assert retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")[0] == 1
    assert "conv5 is damaged" in capsys.readouterr().err


def test_a_gpu_that_is_not_there_is_named_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    write(tmp_path / "f.h5", [[[1, 0]], [[1, 0]]], [0, 0], [TRAIN, TEST], test_clips=1)
    code, _ = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5", "--device", "cuda")
    assert code == 1
    assert "machine.device: cuda, but PyTorch sees no GPU here" in capsys.readouterr().err
