import pytest

from vcop.pretext.task_registry import find_task
from vcop.pretext.tasks.base import read_geometry, read_numbers
from vcop.sampling.tasks import Task


def test_numbers_of_a_name():
    assert read_numbers("pace", "16-4", "clip length-paces") == [16, 4]
    with pytest.raises(ValueError, match=r"task: pace-16: the form is pace-\(clip length-paces\)"):
        read_numbers("pace", "16", "clip length-paces")


def test_a_task_has_one_name_only():
    with pytest.raises(ValueError, match="task: pace-16-04: write its numbers without leading zeros"):
        read_numbers("pace", "16-04", "clip length-paces")


def test_clips_of_a_name():
    assert read_geometry("verify", "16-8-3", 3, 5) == Task(16, 8, 3)
    for arguments in ("16-8-2", "16-8-6"):
        with pytest.raises(ValueError, match=f"task: verify-{arguments}: a tuple of this task has 3 to 5 clips"):
            read_geometry("verify", arguments, 3, 5)


def test_by_default_pixels_stay_and_chance_is_one_of_the_answers():
    task = find_task("arrow-16")
    assert task.alter("clips", None, None) == "clips"
    assert task.chance(3) == task.chance(3, 101) == 50
    assert not task.whole_batch
