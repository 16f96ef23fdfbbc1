"""What reading a video does if ffmpeg stalls: the fault may be the video's, or that of a file system that has paused.

Decoding into a frame store (``vcop.preparation.part_files``) refuses the video after the first time, and decodes it again in the next run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from vcop.runtime import io_timeout
from vcop.video import containers
from vcop.video.ffmpeg_process import StalledError

Result = TypeVar("Result")


def retry_stalled(video: Path, work: Callable[[], Result]) -> Result:
    """Return what ``work`` returns. If ffmpeg stalls, read the whole file and try once more, since the file system may have paused.

    Args:
        video: The video that ``work`` reads.
        work: Reads it by ffmpeg.

    Raises:
        StalledError: It stalled twice, although the file can be read.
        TimeoutError: The file system does not answer.
    """
    try:
        return work()
    except StalledError:
        io_timeout.run_with_timeout(containers.read_container(video, digest=True), video)
        return work()
