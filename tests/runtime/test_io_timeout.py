import threading
from pathlib import Path

import pytest

from vcop.runtime import io_timeout


def test_the_last_item_is_the_result(tmp_path):
    assert io_timeout.run_with_timeout(iter([None, None, "result"]), tmp_path) == "result"


def test_errors_of_the_work_are_raised(tmp_path):
    def work():
        yield None
        raise KeyError("a key")

    with pytest.raises(KeyError, match="a key"):
        io_timeout.run_with_timeout(work(), tmp_path)


def test_work_that_does_not_go_on_is_left_behind(monkeypatch):
    monkeypatch.setattr(io_timeout, "PATIENCE", 0.1)
    release = threading.Event()

    def work():
        yield None
        release.wait(10)
        yield "late"

    with pytest.raises(TimeoutError, match=r"nothing could be read for 0.1 s: is its file system frozen\?.*a video"):
        io_timeout.run_with_timeout(work(), Path("a video"))
    release.set()


def test_slow_work_that_goes_on_is_waited_for(monkeypatch):
    monkeypatch.setattr(io_timeout, "PATIENCE", 0.5)
    pause = threading.Event()
    assert io_timeout.run_with_timeout((pause.wait(0.2) or n for n in range(4)), Path("a video")) == 3


def test_a_folder_that_answers_or_does_not_exist_is_no_error(tmp_path):
    io_timeout.require_responsive(tmp_path)
    io_timeout.require_responsive(tmp_path / "nowhere")
