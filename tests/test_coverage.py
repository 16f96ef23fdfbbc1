"""Intervals hold the truth as often as they say, in a small version of ``python -m benchmarks.coverage``."""

import numpy as np
import pytest
from benchmarks import coverage, families
from benchmarks.worlds import World


def world(accuracy, sd, *size):
    return coverage.partial(coverage.number, World(accuracy, sd, *size))


@pytest.mark.parametrize(
    ("study", "seeds"),
    [
        (world(50, 7), 3),
        (world(50, 0), 3),
        (world(2, 0, 1, 25, 4), 3),
        (world(98, 1), 3),
        (coverage.partial(coverage.gain, World(55, 4), World(50, 4)), 3),
        (world(50, 0), 1),
    ],
)
def test_a_95_percent_interval_holds_the_truth(study, seeds):
    """Of 150 studies 92 to 98 % would; by chance the share varies by 1.8, so that three times that is allowed beyond."""
    held, width = coverage.measure(study, seeds, 150)
    assert 92 - 5.4 <= held <= 100
    assert width < 60


def test_one_seed_says_nothing_of_others():
    """Where seeds differ by 7 points, an interval of one run is too narrow: the words "one run" warn of it."""
    held, _ = coverage.measure(world(50, 7), 1, 150)
    assert held < 80


def test_classes_of_fifteen_videos():
    held, _ = coverage.measure(coverage.partial(coverage.classes, World(50, 2, 10, 5, 3)), 3, 30)
    assert 90 <= held <= 99.5


@pytest.mark.parametrize("spreads", families.WORLDS.values(), ids=families.WORLDS)
def test_a_family_holds_together(spreads):
    """Of 40 families 92 to 98 % would; by chance the share varies by 3.4."""
    found = {kind: [float(cell.split()[0]) for cell in cells] for kind, cells in families.measure(spreads, 6, 3, 40)}
    assert next(iter(families.RULES)) == "moderated"
    assert found["all at once"][0] >= 92 - 10.2
    assert found["each"][0] >= 92 - 5.4


def test_the_drawn_spreads_are_those_of_their_distribution():
    """Variances of 3.4^2 * 4 / chi-square with 4 degrees of freedom: half of them are above 3.4^2 * 4 / 3.357."""
    spreads = families.drawn_spreads()
    assert np.median(spreads) == pytest.approx(3.4 * np.sqrt(4 / 3.357), rel=0.03)
    assert len(spreads) == families.STEPS


def test_the_worlds_have_the_truth_that_they_say():
    """The mean over many seeds and videos, and the standard deviation of seeds on the same endless test list."""
    made, rng = World(30, 5, 10, 400, 3), np.random.default_rng(0)
    runs = made.trained(rng, made.videos_drawn(rng), 60)
    by_seed = [100 * run[0].mean() for run in runs.values()]
    assert np.mean(by_seed) == pytest.approx(30, abs=2)
    assert np.std(by_seed) == pytest.approx(5, abs=1.4)
    assert made.by_class.mean() == pytest.approx(30, abs=1e-6)


def test_the_command_writes_a_table(tmp_path, capsys):
    coverage.main(["--repeats", "3", "--seeds", "1", "3", "--only", "paired", "--out", str(tmp_path / "c.md")])
    text = capsys.readouterr().out
    assert (tmp_path / "c.md").read_text().strip() == text.strip()
    assert text.count("\n| paired difference") == 4
    assert "1 seed | 3 seeds |" in text


def test_families_write_a_table(tmp_path, capsys):
    families.main(["--repeats", "2", "--sizes", "3", "--out", str(tmp_path / "f.md")])
    text = capsys.readouterr().out
    assert (tmp_path / "f.md").read_text().strip() == text.strip()
    assert text.count("\n| 3 differences") == 8
    assert "2 studies of 3 seeds each" in text
