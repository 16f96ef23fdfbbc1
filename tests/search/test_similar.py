import numpy as np
import pytest
from support.own_videos import hand_made

from vcop.search import similar
from vcop.search.similar import duplicates, mean_of, search

FOUND = hand_made([[1, 0], [0.9, 0.1], [0, 1], [1, 1], [-1, 0]], ["a", "a", "b", "c", "d"])


def test_each_video_is_found_once_by_its_nearest_row():
    hits = search(np.array([1, 0], np.float32), FOUND, 3)
    assert [(h.video, h.row, h.start, h.end) for h in hits] == [("a", 0, 0, 0.5), ("c", 3, 3, 3.5), ("b", 2, 2, 2.5)]
    assert [h.similarity for h in hits] == pytest.approx([1, 0.5**0.5, 0])


def test_the_querys_own_video_is_left_out_and_k_may_exceed_the_videos():
    assert [h.video for h in search(np.array([1, 0], np.float32), FOUND, 9, without="a")] == ["c", "b", "d"]
    with pytest.raises(ValueError, match="k 0, a query of"):
        search(np.array([1, 0], np.float32), FOUND, 0)
    with pytest.raises(ValueError, match="a query of"):
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
