import numpy as np
import pytest

from vcop.search.parts import Parts

BLOCK = ("v.avi", np.array([0.0]), np.array([1.0]), np.ones((1, 3), np.float32))


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "v.avi"
    path.write_bytes(b"one")
    return path


def test_a_part_is_used_for_the_same_video_and_settings_alone(video, tmp_path):
    parts = Parts(tmp_path / "e.npy", {"layer": "conv5"})
    assert parts.read(video) is None
    parts.write(video, BLOCK)
    assert parts.read(video)[3].tolist() == [[1, 1, 1]]
    assert Parts(tmp_path / "e.npy", {"layer": "conv4"}).read(video) is None
    video.write_bytes(b"another")
    assert parts.read(video) is None
    with pytest.raises(ValueError, match="changed while other videos were read"):
        list(parts.blocks([video]))


def test_a_damaged_part_is_made_again_and_none_is_left(video, tmp_path):
    parts = Parts(tmp_path / "e.npy", {})
    parts.write(video, BLOCK)
    (part,) = parts.folder.iterdir()
    part.write_bytes(part.read_bytes()[:100])
    assert parts.read(video) is None
    parts.remove()
    assert not parts.folder.exists()
