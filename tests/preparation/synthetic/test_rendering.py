from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from vcop.preparation.synthetic.generator import CLASSES
from vcop.preparation.synthetic.motions import MOTIONS, Trajectory
from vcop.preparation.synthetic.rendering import MovingObject, draw_style, render_motion, render_scene


def test_looks_are_of_groups_alone():
    styles = {(m, g): draw_style(0, "ucf101", m, g) for m in CLASSES["ucf101"] for g in range(1, 26)}
    assert len({tuple(style.background.colours[0]) for style in styles.values()}) == 250
    # No class has a subject or texture of its own.
    for attribute in ("shape", "texture"):
        table = Counter((m, getattr(style.subject, attribute)) for (m, _), style in styles.items())
        assert len(table) >= 0.9 * 10 * len({value for _, value in table})


@pytest.mark.parametrize("motion", MOTIONS)
def test_every_motion_moves_and_scales(motion):
    style = draw_style(0, "test", motion, 1)
    small, large = render_motion(motion, style, 40, 32, 44, 1), render_motion(motion, style, 40, 64, 88, 1)
    assert np.abs(small - small[:1].astype(float)).mean((1, 2, 3)).max() > 1
    # The same scene at both sizes.
    shrunk = large.reshape(40, 32, 2, 44, 2, 3).mean((2, 4))
    assert np.abs(shrunk - small).mean() < 8


def test_gravity_points_down():
    """The subject's mean height in the picture: later is lower for a fall, higher for a rise."""
    for motion, sign in (("fall", 1), ("rise", -1)):
        drift = []
        for group in range(8):
            video = render_motion(motion, draw_style(0, "g", motion, group), 60, 32, 44, group).astype(float)
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
    assert still.x[0] == 0.69  # the camera shakes, the path stays as it was
