import numpy as np
import pytest
from support.own_videos import hand_made

from vcop.search.neighbours import nearest_videos


def test_videos_are_compared_by_the_means_of_their_clips():
    """Of a the mean is (1, 1): nearest is c, whose clips are far from either clip of a."""
    found = hand_made([[2, 0], [0, 2], [3, 1], [1, 0], [0, 1]], ["a", "a", "c", "d", "e"])
    (one,) = nearest_videos(found, ["a"], ["a", "c", "d", "e"], 2)
    assert one.query == "a"
    assert one.videos[0] == "c"
    assert one.videos[1] in {"d", "e"}
    assert one.cosines == pytest.approx([4 / np.sqrt(20), 1 / np.sqrt(2)], abs=1e-6)


def test_the_query_is_not_found_and_the_gallery_may_be_smaller():
    found = hand_made([[1, 0], [1, 0.1], [0, 1]], ["a", "b", "c"])
    assert [one.videos for one in nearest_videos(found, ["a", "b"], ["b", "c"], 5)] == [["b", "c"], ["c"]]
    with pytest.raises(ValueError, match="x: not among the 3 videos"):
        nearest_videos(found, ["x"], ["a", "b"], 1)
    with pytest.raises(ValueError, match="a second video: not among"):
        nearest_videos(found, ["a"], ["a"], 1)
