import pytest
from support.own_videos import make_weights

from vcop.search.embedding import embed
from vcop.search.queries import query_row, query_video


@pytest.fixture(scope="module")
def found(own_videos, own_weights):
    return embed(own_videos, own_weights, clips=2, device="cpu", processes=1)


def test_a_video_of_the_file_needs_no_weights_and_another_is_computed_alike(found, own_videos, tmp_path):
    name = str(own_videos / "one.avi")
    vector, hit = query_video(found, name, "e.npy", tmp_path / "gone")
    assert (hit.row, hit.start, hit.end) == (found.video.tolist().index(name), 0, 1.6)
    copy = tmp_path / "copy.avi"
    copy.write_bytes((own_videos / "one.avi").read_bytes())
    again, other = query_video(found, str(copy), "e.npy", device="cpu")
    assert other.row == -1
    assert again == pytest.approx(vector, abs=1e-6)


def test_what_cannot_be_searched_for_is_one_line(found, own_videos, own_weights, tmp_path):
    with pytest.raises(ValueError, match="rows are numbered from 0 to 5"):
        query_row(found, 6)
    assert query_row(found, 5)[1].row == 5
    with pytest.raises(ValueError, match="none.avi: neither a file nor the name of a video in e.npy"):
        query_video(found, "none.avi", "e.npy")
    broken = str(own_videos / "a/broken.mp4")
    with pytest.raises(ValueError, match="broken.mp4: cannot be read: moov atom"):
        query_video(found, broken, "e.npy", own_weights, "cpu")
    with pytest.raises(ValueError, match="are not those that made e.npy"):
        query_video(found, broken, "e.npy", make_weights(tmp_path / "w.safetensors", seed=1))
    with pytest.raises(ValueError, match="the weights that made e.npy are not there"):
        query_video(found, broken, "e.npy", tmp_path / "gone")
