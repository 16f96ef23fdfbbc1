from dataclasses import replace

import numpy as np
import pytest

from vcop.config.data_options import SynthesiseOptions
from vcop.preparation.synthetic.generator import CLASSES, action_videos
from vcop.preparation.synthetic.motions import MOTIONS, Trajectory
from vcop.preparation.synthetic.rendering import MovingObject, draw_style, render_motion, render_scene


def test_each_group_has_a_look_of_its_own_which_all_classes_share():
    styles = [draw_style(0, "ucf101", group) for group in range(1, 26)]
    assert len({tuple(style.background.colours[0]) for style in styles}) == 25
    videos = [v for v in action_videos("ucf101", SynthesiseOptions(video_height=32, video_width=44)) if v.group == 3]
    corners = {tuple(v.render(SynthesiseOptions(video_height=32, video_width=44))[0].mean((0, 1)) > 128) for v in videos[:4]}
    assert len({video.motion for video in videos}) == len(CLASSES["ucf101"])
    assert len(corners) == 1  # bright or dark alike


@pytest.mark.parametrize("motion", MOTIONS)
def test_every_motion_moves_and_scales(motion):
    style = draw_style(0, "test", 1)
    small, large = render_motion(motion, style, 40, 32, 44, 1), render_motion(motion, style, 40, 64, 88, 1)
    assert np.abs(small - small[:1].astype(float)).mean((1, 2, 3)).max() > 1
    # The same scene at both sizes.
    shrunk = large.reshape(40, 32, 2, 44, 2, 3).mean((2, 4))
    assert np.abs(shrunk - small).mean() < 8


def test_only_collide_shows_the_second_object():
    style = draw_style(0, "test", 1)
    larger = replace(style, second=replace(style.second, size=2 * style.second.size))
    for motion in MOTIONS:
        same = (render_motion(motion, style, 12, 32, 44, 1) == render_motion(motion, larger, 12, 32, 44, 1)).all()
        assert same == (motion != "collide"), motion


def test_gravity_points_down():
    """The subject's mean height in the picture: later is lower for a fall, higher for a rise."""
    for motion, sign in (("fall", 1), ("rise", -1)):
        drift = []
        for group in range(8):
            video = render_motion(motion, draw_style(0, "g", group), 60, 32, 44, group).astype(float)
            moved = np.abs(video - np.median(video, 0)).sum(-1)
            height = (moved * np.arange(32)[None, :, None]).sum((1, 2)) / moved.sum((1, 2))
            drift.append(height[45:].mean() - height[:15].mean())
        assert np.mean(np.sign(drift) == sign) >= 0.75


def test_a_video_is_a_function_of_its_key():
    style = draw_style(0, "fall", 1)
    one, same, other = (render_motion("fall", style, 12, 32, 44, key) for key in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_the_last_of_a_cast_is_in_front_and_only_as_much_of_it_as_is_seen():
    style = draw_style(0, "fall", 1)
    still = Trajectory.at(np.linspace(0, 1, 4), 0.69, 0.5, 0.0)
    behind, seen = MovingObject(style.second, still), np.array([0.0, 0.5, 1.0, 1.0], np.float32)
    plain = replace(style.subject, shape="square", texture="plain", size=0.3)
    casts = [behind], [behind, MovingObject(plain, still, seen)], [MovingObject(plain, still), behind]
    none, growing, hidden = (
        render_scene(cast, style.background, 4, 32, 44, np.random.default_rng(0)).astype(int) for cast in casts
    )
    front = np.round(255 * style.background.light * plain.colours[0])
    assert (growing[0] == none[0]).all()
    assert np.abs(growing[2, 16, 22] - front).max() <= 1
    assert np.abs(growing[1, 16, 22] - (none[1, 16, 22] + front) / 2).max() <= 1
    assert (hidden[:, 16, 22] == none[:, 16, 22]).all()
