import numpy as np

from vcop.preparation.synthetic.generator import CLASSES
from vcop.preparation.synthetic.motions import MOTIONS, trajectories


def test_only_collide_moves_the_prop():
    for motion in MOTIONS:
        prop, _ = trajectories(motion, 50, 1.33, 1.0, np.random.default_rng(0))
        assert (np.ptp(prop.x) > 0.01) == (motion == "collide"), motion


def test_where_things_are_at_the_middle_tells_no_motion():
    """All classes' subjects lie around the same place at half time, so that a single frame tells little."""
    heights = {}
    for motion in CLASSES["ucf101"]:
        paths = [trajectories(motion, 51, 1.33, 1.0, np.random.default_rng(k))[1] for k in range(200)]
        heights[motion] = np.mean([p.y[25] for p in paths])
    assert max(heights.values()) - min(heights.values()) < 0.2
