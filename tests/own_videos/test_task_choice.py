import pytest

from vcop.own_videos.task_choice import choose_task


def test_the_papers_task_where_videos_are_long():
    choice = choose_task([64] * 90 + [10] * 10)
    assert (choice.task, choice.used) == ("16-8-3", 90)
    assert next(choice.lines()) == "task 16-8-3 (windows of 64 frames): 90 of 100 videos fit, 10 are too short and left out"


def test_a_shorter_task_where_they_are_short():
    choice = choose_task([64] * 60 + [33] * 35 + [20] * 5)
    assert choice.task == "8-4-3"
    assert choice.fitting == {"16-8-3": 60, "12-6-3": 60, "8-4-3": 95, "8-2-3": 95}
    assert (
        "other tasks would fit: 16-8-3 (64 frames) 60, 12-6-3 (48 frames) 60, 8-2-3 (28 frames) 95" in list(choice.lines())[1]
    )


def test_the_shortest_where_none_fits_enough_and_the_one_that_is_wanted():
    assert choose_task([20] * 50 + [70] * 12).task == "8-2-3"
    assert choose_task([100] * 20, "16-16-3").fitting["16-16-3"] == 20
    with pytest.raises(ValueError, match="only 9 videos have the 28 frames of a window of task 8-2-3: at least 10"):
        choose_task([100] * 9 + [20] * 40)
    with pytest.raises(ValueError, match="task"):
        choose_task([100] * 20, "sixteen")
