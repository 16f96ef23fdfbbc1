from collections import Counter
from math import factorial

import pytest

from vcop.sampling.tasks import Task, chance_accuracy, order_label, order_task, orders
from vcop.storage.frame_store import Video


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


def test_tuples_are_uniform_over_starts_and_orders(rng):
    task, video = Task.parse("16-8-3"), Video("a.avi", 0, 0, 66)
    starts, labels = Counter(), Counter()
    for _ in range(6000):
        clips, label, more = task.draw(video, 1, rng)
        assert more == ()
        firsts = [clip[0] for clip in clips]
        assert all(clip == tuple(range(first, first + 16)) for clip, first in zip(clips, firsts, strict=True))
        assert sorted(firsts) == [min(firsts) + s for s in (0, 24, 48)]
        assert tuple(sorted(firsts).index(first) for first in firsts) == task.orders[label]
        starts[min(firsts)] += 1
        labels[label] += 1
    assert set(starts) == {0, 1, 2}  # 66 frames leave three windows of 64
    assert max(starts.values()) < 2200
    assert set(labels) == set(range(6))
    assert max(labels.values()) < 1150


def test_the_network_gets_every_second_frame(rng):
    (first, *_), _, _ = Task.parse("16-8-3").draw(Video("a.avi", 0, 0, 64), 2, rng)
    assert first == tuple(range(first[0], first[0] + 16, 2))


def test_too_short_for_a_tuple(rng):
    with pytest.raises(ValueError, match="a.avi: a tuple of 16-8-3 needs 64 frames, the video has 63"):
        Task.parse("16-8-3").draw(Video("a.avi", 0, 0, 63), 1, rng)


def test_clips_are_cut_in_the_order_that_is_asked_for():
    assert Task(4, 1, 3).cut(10, (2, 0), 2) == [(20, 22), (10, 12)]


def test_a_window_starts_anywhere(rng):
    starts = [Task(4, 1, 3).draw_start(Video("a.avi", 0, 0, 16), rng) for _ in range(50)]
    assert set(starts) == {0, 1, 2}


def test_only_order_prediction_is_an_order_task():
    assert order_task("16-8-4-scratch") == Task.parse("16-8-4-scratch")
    assert [order_task(name) for name in ("arrow-16", "still-16-8-3", "random", "supervised", "16-8-7")] == [None] * 5
