import base64
import io

import numpy as np
from PIL import Image

from vcop.search.moving_pictures import moving_picture, read_pictures


def test_a_part_of_a_video_becomes_an_animation_of_sixteen_frames(own_videos):
    url = moving_picture(own_videos / "one.avi", 0.64, 1.28)
    kind, _, data = url.partition(",")
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (kind, picture.format, picture.size) == ("data:image/webp;base64", "WEBP", (171, 128))
    assert 14 <= picture.n_frames <= 16
    whole, part = (read_pictures(own_videos / "one.avi", *times) for times in ((0, 1.6), (0.64, 1.28)))
    assert len(whole) >= 14
    assert not np.array_equal(whole[0], part[0])


def test_a_video_that_is_gone_has_no_picture(own_videos, tmp_path):
    assert moving_picture(tmp_path / "gone.avi", 0, 1) == ""
    assert moving_picture(own_videos / "a/broken.mp4", 0, 1) == ""
