from math import factorial

import pytest

from vcop.sampling.tasks import Task, chance_accuracy, order_label, orders


@pytest.mark.parametrize(
    ("name", "window"),
    [("16-8-2", 40), ("16-8-3", 64), ("16-8-4", 88), ("16-8-5", 112), ("16-16-3", 80), ("16-16-4", 112), ("16-16-5", 144)],
)
def test_windows_worked_out_by_hand(name, window):
    assert Task.parse(name).window == window
    assert str(Task.parse(name)) == name


def test_starts_of_the_papers_task():
    assert Task.parse("16-8-3").starts == [0, 24, 48]


def test_labels_are_lexicographic_ranks():
    assert orders(3) == [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    assert order_label((1, 2, 0)) == 3  # the papers' <c2, c3, c1>
    for n in (2, 3, 4, 5):
        assert len(orders(n)) == factorial(n)
        assert [order_label(order) for order in orders(n)] == list(range(factorial(n)))


@pytest.mark.parametrize("name", ["16-8-6", "16-8-1", "16--8-3", "0-8-3", "16-8", "16-8-3-easy", "a-b-c", ""])
def test_impossible_tasks_are_refused_by_name(name):
    with pytest.raises(ValueError, match="task: ") as refusal:
        Task.parse(name)
    assert repr(name) in str(refusal.value)


def test_variants():
    assert Task.parse("16-8-4-scratch").variant == "scratch"
    assert str(Task.parse("16-8-4-scratch")) == "16-8-4-scratch"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("16-8-2", "random"),
        ("16-8-3", "random"),
        ("16-8-4", "16-8-3"),
        ("16-16-5", "16-16-4"),
        ("16-8-4-scratch", "random"),
        ("16-8-3-hard", "16-8-3"),
        ("16-8-5-hard", "16-8-5"),
        ("16-16-3-long", "random"),
        ("16-8-4-direct", "random"),
        ("16-8-3-more", "16-8-3"),
        ("16-8-4-more", "16-8-4"),
    ],
)
def test_the_curricula_start_from_the_papers_weights(name, start):
    assert Task.parse(name).start == start


def test_hard_videos_and_their_control_go_on_with_all_layers():
    names = ("16-8-3", "16-8-4", "16-8-4-scratch", "16-8-4-direct", "16-16-3-long", "16-8-3-hard", "16-8-3-more")
    assert [name for name in names if Task.parse(name).goes_on] == ["16-8-3-hard", "16-8-3-more"]


def test_a_task_without_its_variant():
    assert str(Task.parse("16-8-3-hard").plain) == "16-8-3"
    assert Task.parse("16-8-3").plain == Task.parse("16-8-3")


def test_guessing():
    assert chance_accuracy("16-8-3") == pytest.approx(16.667, abs=0.001)
    assert chance_accuracy("16-8-5-hard") == pytest.approx(100 / 120)
