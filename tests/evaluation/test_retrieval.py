import subprocess
import sys

import numpy as np
import pytest
from support.retrieval import retrieve, write

from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.retrieval import chance_by_videos
from vcop.evaluation.retrieval import retrieve as vcop_retrieve


def test_worked_out_by_hand(tmp_path):
    # Three training videos on the axes' directions, one test video of class b with clips near a, then near b.
    train = [[[1, 0, 0], [1, 0.1, 0]], [[0, 1, 0], [0, 1, 0.2]], [[0, 0, 1], [0, 0.1, 1]]]
    test = [[[1, 0.2, 0], [0.1, 1, 0]]]
    write(tmp_path / "f.h5", train + test, [0, 1, 2, 1], [TRAIN, TRAIN, TRAIN, TEST])
    _, rows = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")
    clips = [r for r in rows if r["level"] == "clip"]
    videos = [r for r in rows if r["level"] == "video"]
    # Clip 0: both clips of the video of class a are nearer than any of class b, whose first is third.
    assert [(r["class"], r["rank"]) for r in clips] == [("b", "3"), ("b", "1")]
    assert (clips[0]["first"], clips[0]["second"]) == ("a/0.avi", "a/0.avi")
    # The mean of the clips, (0.55, 0.6, 0), is nearer to (0, 1, 0.1) than to (1, 0.05, 0)?  0.733 against 0.711: yes.
    assert [(r["video"], r["rank"], r["first"], r["second"]) for r in videos] == [("b/3.avi", "1", "b/1.avi", "a/0.avi")]


@pytest.mark.parametrize("block", [1, 3, 8, 4096])
def test_brute_force_agrees_at_both_levels_and_drops_no_query(tmp_path, rng, block):
    clips, train, test = 3, 31, 14
    x = rng.standard_normal((train + test, clips, 12)).astype(np.float32)
    labels = rng.integers(0, 3, train + test)
    write(tmp_path / "f.h5", x, labels, [TRAIN] * train + [TEST] * test, test_clips=clips)
    _, rows = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5", "--block-rows", block)
    for level in ("clip", "video"):
        v = x.astype(np.float64)
        y = v.mean(1) if level == "video" else v.reshape(-1, 12)
        per = 1 if level == "video" else clips
        y /= np.linalg.norm(y, axis=1, keepdims=True)
        order = np.argsort(-(y[train * per :] @ y[: train * per].T), axis=1, kind="stable")[:, :50]
        right = labels[:train].repeat(per)[order] == labels[train:].repeat(per)[:, None]
        expected = [int(r.argmax()) + 1 if r.any() else 0 for r in right]
        assert [int(r["rank"]) for r in rows if r["level"] == level] == expected
        assert len(expected) == test * per


def test_classes_of_two_data_sets_are_matched_by_name(tmp_path):
    write(tmp_path / "q.h5", [[[1, 0]], [[1, 0]]], [0, 0], [TEST, TEST], ("wave", "x", "y"), test_clips=1)
    write(tmp_path / "g.h5", [[[1, 0]], [[0, 1]]], [1, 0], [TRAIN, TRAIN], ("fall", "wave", "z"), test_clips=1)
    _, rows = retrieve(tmp_path, tmp_path / "q.h5", tmp_path / "g.h5")
    assert {(r["class"], r["rank"], r["first"]) for r in rows} == {("wave", "1", "wave/0.avi")}


def test_arrays_are_searched_like_stores(tmp_path, rng):
    """A video is the mean of its clips; the two nearest are those that the command writes."""
    x = rng.standard_normal((12, 2, 6)).astype(np.float32)
    write(tmp_path / "f.h5", x, np.arange(12) % 3, [TRAIN] * 8 + [TEST] * 4)
    _, rows = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")
    hits = vcop_retrieve(x[8:], x[:8], k=2)
    assert hits.shape == (4, 2)
    names = [[f"{'abc'[i % 3]}/{i}.avi" for i in pair] for pair in hits.tolist()]
    assert names == [[r["first"], r["second"]] for r in rows if r["level"] == "video"]
    # The same for single rows, by hand.
    gallery = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    assert vcop_retrieve(np.array([[2, 1]], np.float32), gallery, k=5).tolist() == [[2, 0, 1]]


def test_retrieval_needs_no_torch():
    program = "import sys, vcop.evaluation.retrieval; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_chance_deals_the_classes_out_among_the_videos_worked_out_by_hand(tmp_path):
    # Both clips of the video of class a are nearest to the query, so that two neighbours are one video of three.
    train = [[[1, 0, 0], [1, 0.1, 0]], [[0, 1, 0], [0, 1, 0.2]], [[0, 0, 1], [0, 0.1, 1]]]
    write(tmp_path / "f.h5", [*train, [[1, 0.05, 0], [1, 0.05, 0]]], [0, 1, 2, 1], [TRAIN, TRAIN, TRAIN, TEST])
    _, rows = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")
    assert [(r["chance_1"], r["chance_5"], r["chance_50"]) for r in rows] == [("0.333333", "1.0", "1.0")] * 3
    # Four videos, two of the class: the second try after a miss is right in two of three cases.
    assert chance_by_videos(4, 2)[:4].tolist() == pytest.approx([0, 1 / 2, 1 - 1 / 2 * 1 / 3, 1])
    assert chance_by_videos(4, 0).tolist() == [0] * 51


def test_chance_is_the_mean_over_permuted_classes(tmp_path, rng):
    """By the neighbours that the command finds, and by dealing out the classes many times."""
    x, labels = rng.standard_normal((26, 4, 3)).astype(np.float32), rng.integers(0, 3, 26)
    write(tmp_path / "f.h5", x, labels, [TRAIN] * 20 + [TEST] * 6, test_clips=4)
    _, rows = retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5")
    unit = x.reshape(-1, 3) / np.linalg.norm(x.reshape(-1, 3), axis=1, keepdims=True)
    nearest = np.argsort(-(unit[80:] @ unit[:80].T), axis=1)[:, :5] // 4
    dealt = np.stack([rng.permutation(labels[:20]) for _ in range(4000)])
    right = (dealt[:, nearest] == labels[20:].repeat(4)[:, None]).any(axis=2).mean(axis=0)
    assert [float(r["chance_5"]) for r in rows if r["level"] == "clip"] == pytest.approx(right, abs=0.04)


def test_fewer_clips_are_spread_over_the_video(tmp_path, rng):
    """As if the others were not stored."""
    x = rng.standard_normal((12, 10, 6)).astype(np.float32)
    roles = [TRAIN] * 8 + [TEST] * 4
    write(tmp_path / "all.h5", x, np.arange(12) % 3, roles, test_clips=10)
    write(tmp_path / "few.h5", x[:, [0, 2, 4, 7, 9]], np.arange(12) % 3, roles, test_clips=10)
    few = retrieve(tmp_path, tmp_path / "few.h5", tmp_path / "few.h5")
    assert retrieve(tmp_path, tmp_path / "all.h5", tmp_path / "all.h5", "--clips", 5) == few
    assert len(few[1]) == 4 * 6


@pytest.mark.parametrize("clips", [0, 3])
def test_more_clips_than_there_are_is_one_line(clips, tmp_path, capsys):
    write(tmp_path / "f.h5", [[[1, 0], [0, 1]]] * 2, [0, 0], [TRAIN, TEST])
    assert retrieve(tmp_path, tmp_path / "f.h5", tmp_path / "f.h5", "--clips", clips)[0] == 1
    assert f"f.h5: holds 2 clips of each video, {clips} are wanted" in capsys.readouterr().err
