import dataclasses

from vcop.config.options import InputOptions, NetworkOptions
from vcop.own_videos.sizes import choose_sizes
from vcop.own_videos.speed import frame_seconds, tuple_seconds


def test_a_training_tuple_and_a_frame_take_some_time(clips):
    sizes = choose_sizes("cpu", 1, "8-2-3")
    tiny = dataclasses.replace(sizes, input=InputOptions(crop=16), network=NetworkOptions(multiplier=1 / 64))
    assert 1e-5 < tuple_seconds(tiny, "r3d", "8-2-3", "cpu") < 5
    assert 1e-7 < frame_seconds([clips / "broken.mp4", clips / "01.avi"], sizes.frames) < 5
