import os
import signal

import pytest

from vcop.runtime.process_pool import map_videos


def double(number):
    return 2 * number


def fail(number):
    raise KeyError(f"number {number}")


def die(number):
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_by_video():
    assert map_videos("work", double, {"a": (1,), "b": (2,), "c": (3,)}, 2, "killed") == {"a": 2, "b": 4, "c": 6}
    assert map_videos("work", double, {}, 2, "killed") == {}


def test_an_error_of_the_work_is_raised():
    with pytest.raises(KeyError, match="number 1"):
        map_videos("work", fail, {"a": (1,)}, 1, "killed")


def test_a_killed_process_is_an_error_with_the_given_message():
    with pytest.raises(ValueError, match="^a process was killed: lower something$"):
        map_videos("work", die, {"a": (1,)}, 1, "a process was killed: lower something")
