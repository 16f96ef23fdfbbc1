import pytest

from vcop.pretext.task_registry import find_task
from vcop.pretext.tasks.base import read_numbers


def test_numbers_of_a_name():
    assert read_numbers("pace", "16-4", "clip length-paces") == [16, 4]
    with pytest.raises(ValueError, match=r"task: pace-16: the form is pace-\(clip length-paces\)"):
        read_numbers("pace", "16", "clip length-paces")


def test_by_default_pixels_stay_and_chance_is_one_of_the_answers():
    task = find_task("arrow-16")
    assert task.alter("clips", None, None) == "clips"
    assert task.chance(3) == task.chance(3, 101) == 50
    assert not task.whole_batch
