import numpy as np

from vcop.search.embeddings import gather


def test_rows_of_videos_follow_one_another():
    blocks = [
        ("a", np.array([0.0, 1]), np.array([1.0, 2]), np.eye(2)),
        ("b", np.array([0.0]), np.array([3.0]), np.ones((1, 2))),
    ]
    found = gather(blocks, {"layer": "conv5"}, {"c": "broken"})
    assert found.video.tolist() == ["a", "a", "b"]
    assert found.end.tolist() == [1, 2, 3]
    assert found.vectors.tolist() == [[1, 0], [0, 1], [1, 1]]
    assert (len(found), found.about, found.unreadable) == (3, {"layer": "conv5"}, {"c": "broken"})
