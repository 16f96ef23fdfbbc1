import numpy as np
import pytest
from support.own_videos import hand_made

from vcop.search import similar
from vcop.search.similar import duplicates, mean_of, number_videos, outliers, search

FOUND = hand_made([[1, 0], [0.9, 0.1], [0, 1], [1, 1], [-1, 0]], ["a", "a", "b", "c", "d"])


def test_each_video_is_found_once_by_its_nearest_row():
    hits = search(np.array([1, 0], np.float32), FOUND, 3)
    assert [(h.video, h.row, h.start, h.end) for h in hits] == [("a", 0, 0, 0.5), ("c", 3, 3, 3.5), ("b", 2, 2, 2.5)]
    assert [h.similarity for h in hits] == pytest.approx([1, 0.5**0.5, 0])


def test_the_querys_own_video_is_left_out_and_k_may_exceed_the_videos():
    assert [h.video for h in search(np.array([1, 0], np.float32), FOUND, 9, without="a")] == ["c", "b", "d"]
    with pytest.raises(ValueError, match="-k 0: at least one video has to be asked for"):
        search(np.array([1, 0], np.float32), FOUND, 0)
    with pytest.raises(ValueError, match="the query has 3 values and a row has 2"):
        search(np.array([1, 0, 0], np.float32), FOUND, 1)


def test_the_mean_is_that_of_the_rows():
    assert mean_of(FOUND, [0, 2]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("block", [1, 2, 4096])
def test_pairs_of_different_videos_are_found_once_whatever_the_blocks(block, monkeypatch):
    monkeypatch.setattr(similar, "BLOCK", block)
    pairs = duplicates(FOUND, 0.5, 10)
    assert [(a.row, b.row) for a, b in pairs] == [(1, 3), (2, 3)]
    assert pairs[0][0].similarity == pytest.approx(1 / (0.82 * 2) ** 0.5)
    assert [(a.row, b.row) for a, b in duplicates(FOUND, 0.5, 1)] == [(1, 3)]
    with pytest.raises(ValueError, match="limit 0"):
        duplicates(FOUND, 0.5, 0)


@pytest.mark.parametrize("block", [1, 2, 4096])
def test_outliers_are_the_videos_whose_nearest_other_video_is_farthest(block, monkeypatch):
    monkeypatch.setattr(similar, "BLOCK", block)
    pairs = outliers(FOUND, 3)
    # d is at right angles to b. Of b the nearest is c, and of c the nearest is a, by its second row.
    assert [(a.video, a.row, b.row) for a, b in pairs] == [("d", 4, 2), ("b", 2, 3), ("a", 1, 3)]
    assert [a.similarity for a, _ in pairs] == pytest.approx([0, 0.5**0.5, 1 / (0.82 * 2) ** 0.5])
    assert len(outliers(FOUND, 9)) == 4
    with pytest.raises(ValueError, match="-k 0: at least one"):
        outliers(FOUND, 0)
    with pytest.raises(ValueError, match="there is one video only"):
        outliers(hand_made([[1, 0], [0, 1]], ["a", "a"]), 1)


@pytest.mark.parametrize("block", [7, 64])
def test_outliers_are_those_of_the_whole_matrix(block, monkeypatch, rng):
    monkeypatch.setattr(similar, "BLOCK", block)
    vectors, names = rng.standard_normal((60, 5)), np.repeat([f"v{i:02d}" for i in range(20)], 3)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    matrix = np.where(names[:, None] == names, -2, unit @ unit.T)
    nearest = {name: matrix[names == name].max() for name in sorted(set(names))}
    expected = sorted(nearest, key=nearest.get)
    pairs = outliers(hand_made(vectors, names), 20)
    assert [a.video for a, _ in pairs] == expected
    assert [a.similarity for a, _ in pairs] == pytest.approx([nearest[name] for name in expected], abs=1e-6)
    assert [b.similarity for _, b in pairs] == pytest.approx([matrix[a.row, b.row] for a, b in pairs], abs=1e-6)


def test_videos_are_numbered_as_they_appear():
    assert number_videos(hand_made(np.eye(4), ["b", "a", "b", "c"])).tolist() == [0, 1, 0, 2]
