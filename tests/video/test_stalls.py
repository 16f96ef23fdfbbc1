import pytest

from vcop.runtime import io_timeout
from vcop.video.ffmpeg_process import StalledError
from vcop.video.stalls import retry_stalled


class Work:
    """Stalls a number of times, then has a result."""

    def __init__(self, stalls):
        self.stalls, self.calls = stalls, 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.stalls:
            raise StalledError
        return "read"


@pytest.fixture
def video(tmp_path):
    (tmp_path / "v.avi").write_bytes(b"RIFF")
    return tmp_path / "v.avi"


def test_a_disk_that_has_paused_is_no_fault_of_the_video(video):
    work = Work(1)
    assert (retry_stalled(video, work), work.calls) == ("read", 2)
    assert retry_stalled(video, Work(0)) == "read"


def test_a_decoder_that_hangs_is(video):
    with pytest.raises(StalledError):
        retry_stalled(video, Work(2))


def test_a_disk_that_hangs_is_named(video, monkeypatch):
    monkeypatch.setattr(io_timeout, "PATIENCE", 0.1)
    monkeypatch.setattr("vcop.video.containers.read_container", lambda *_, **__: hang())
    with pytest.raises(TimeoutError, match="v.avi"):
        retry_stalled(video, Work(1))


def hang():
    import time

    time.sleep(1)
    yield
