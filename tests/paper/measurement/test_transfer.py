"""What weights are good for, from hand-made results of which every number is known."""

import pytest
from support import compared_tasks
from support.compared_tasks import RANDOM, TASKS

from vcop.paper.measurement.claims import ONE_SEED
from vcop.paper.measurement.scores import Measured
from vcop.paper.measurement.transfer import ABOVE, AT, BELOW, MEASURES, OWN, Number, measure_transfer, work_sentence
from vcop.paper.measurement.work import Work, read_work


def measure(files):
    return measure_transfer("an_item", files, read_work(files), lambda measure, paths: 20.0 + len(paths))


def test_every_number_of_every_task(compared_results):
    found = measure(compared_tasks.files("beyond_tasks", compared_results))
    assert list(found.numbers) == [("r3d", weights) for weights in ("random", *TASKS)]
    for (_, weights), row in found.numbers.items():
        own, guess, _, _, right = TASKS.get(weights, (None, None, None, None, RANDOM))
        assert list(row) == [name for name in MEASURES if name != OWN or own]
        retrieved, nearest, linear, few, tuned = right
        expected = {"top 1": retrieved, "top 5": retrieved, "k-NN": nearest, "linear": linear, "10 % labels": few}
        expected |= {"all labels": tuned} | ({OWN: own} if own else {})
        assert {name: n.measured.value for name, n in row.items()} == {name: 25 * count for name, count in expected.items()}
        assert {name: n.chance for name, n in row.items() if name != OWN} == dict.fromkeys(list(MEASURES)[1:], 22.0)
        assert not own or row[OWN].chance == pytest.approx(guess)
        gains = {name: n.measured.gain and n.measured.gain.value for name, n in row.items()}
        assert gains["all labels"] == (None if weights == "random" else 25 * (tuned - RANDOM[-1]))
        assert gains.get(OWN) is None


def test_all_work_is_that_of_the_pretrainings(compared_results):
    found = measure(compared_tasks.files("beyond_tasks", compared_results))
    assert found.works == {
        ("r3d", task): Work(epochs, 100 * epochs * clips) for task, (_, _, clips, epochs, _) in TASKS.items()
    }


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("probe/ucf101/r3d/arrow-16", "an_item: no result for r3d, arrow-16, k-NN among the files given"),
        ("retrieval/ucf101/r3d/random", "an_item: no result for r3d, random, top 1 among the files given"),
        ("pretrain/r3d/arrow-16/seed-1", r"pretrain/r3d/arrow-16/seed-1 among the files given"),
    ],
)
def test_what_is_missing_is_named(but, said, compared_results):
    with pytest.raises(ValueError, match=said):
        measure(compared_tasks.files("beyond_tasks", compared_results, but))


@pytest.mark.parametrize(
    ("low", "high", "says"), [(16.8, 30, ABOVE), (16.7, 30, AT), (10, 16.7, AT), (10, 16.6, BELOW), (10, 20, AT)]
)
def test_the_interval_says_whether_chance_is_exceeded(low, high, says):
    assert Number(Measured((low + high) / 2, low, high, 20, seeds=2), 16.7).against_chance == says
    assert Number(Measured((low + high) / 2, low, high, 20, seeds=1), 16.7).against_chance == ONE_SEED


@pytest.mark.parametrize(
    ("works", "said"),
    [
        ([Work(22, 30000), Work(66, 29000)], "All pretrainings saw about as many clips (29,000 to 30,000 clips), in 22 to 66 epochs."),
        ([Work(22, 30000), Work(22, 30000)], "All pretrainings saw about as many clips (30,000 clips), in 22 epochs."),
        ([Work(22, 30000), Work(22, 10000)], "All pretrainings had about as many epochs (22 epochs), and saw 10,000 to 30,000 clips."),
        ([Work(22, 30000), Work(6, 10000)], "The pretrainings had neither equal clips nor equal epochs: 10,000 to 30,000 clips, 6 to 22 epochs."),
    ],
)  # fmt: skip
def test_equal_work_is_said(works, said):
    assert work_sentence(works) == said
