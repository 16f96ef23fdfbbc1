import numpy as np
import pytest

from vcop.preparation.synthetic.generator import CLASSES
from vcop.preparation.synthetic.motions import MOTIONS, trajectories


def test_only_collide_moves_the_prop():
    for motion in MOTIONS:
        prop, _ = trajectories(motion, 50, 1.33, 1.0, np.random.default_rng(0))
        assert (np.ptp(prop.x) > 0.01) == (motion == "collide"), motion


@pytest.mark.parametrize("dataset", CLASSES)
def test_no_class_has_a_place_a_size_or_a_proportion_of_its_own_at_half_time(dataset):
    """The means of the classes are near each other, so that the central frame tells little of the class."""
    means = []
    for motion in CLASSES[dataset]:
        paths = [trajectories(motion, 51, 1.33, 1.0, np.random.default_rng(k))[1] for k in range(200)]
        states = [
            (p.x[25], p.y[25], np.log(p.scale_x[25] * p.scale_y[25]) / 2, np.log(p.scale_y[25] / p.scale_x[25])) for p in paths
        ]
        means.append(np.mean(states, axis=0))
    assert (np.ptp(means, axis=0) < 0.2).all()


@pytest.mark.parametrize(
    "motion", sorted({motion for motions in CLASSES.values() for motion in motions} - {"spiral", "collide"})
)
def test_motions_are_faster_at_one_end_than_at_the_other(motion):
    """Otherwise a video could as well run backwards, and nobody could tell the order of its clips."""
    ratios = []
    for k in range(20):
        path = trajectories(motion, 120, 1.33, 1.0, np.random.default_rng(k))[1]
        changes = sum(np.diff(values) ** 2 for values in (path.x, path.y, path.scale_x, path.scale_y))
        ratios.append(changes[:40].sum() / changes[-40:].sum())
    assert np.exp(abs(np.log(ratios).mean())) > 2
