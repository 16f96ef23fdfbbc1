"""Small moving pictures of parts of videos, as animated WebP, for pages that need no other file."""

from __future__ import annotations

import base64
import io
from itertools import islice
from pathlib import Path

from vcop.config.data_options import FrameOptions
from vcop.video import ffmpeg
from vcop.video.ffmpeg import Image
from vcop.video.ffmpeg_report import UnreadableVideoError

PICTURES = 16  # frames of a moving picture
SIZE = FrameOptions(height=128, width=171)
SHORTEST, LONGEST = 40, 250  # milliseconds of a frame


def read_pictures(video: Path, start: float, end: float) -> list[Image]:
    """Decode at most 16 evenly spaced frames of a part of a video.

    Args:
        video: The video.
        start: Seconds from its beginning.
        end: Seconds from its beginning.

    Raises:
        UnreadableVideoError: The video cannot be decoded, or is not there.

    Shape:
        Each frame is (128, 171, 3).
    """
    seek = {"ss": f"{start:.3f}"} if start else {}
    stream = ffmpeg.input_stream(video, t=f"{max(end - start, 0.001):.3f}", **seek)
    stream = stream.filter("fps", f"{PICTURES / max(end - start, 0.001):.6f}")
    return list(islice(ffmpeg.scaled_frames(stream, SIZE), PICTURES))


def moving_picture(video: Path, start: float, end: float) -> str:
    """Return a part of a video as an animated WebP in a data URL; "" if the video cannot be read any more.

    Args:
        video: The video.
        start: Seconds from its beginning.
        end: Seconds from its beginning.
    """
    from PIL import Image as Pictures

    try:
        first, *others = (Pictures.fromarray(frame) for frame in read_pictures(video, start, end))
    except (UnreadableVideoError, OSError, ValueError):
        return ""
    milliseconds = round(1000 * (end - start) / PICTURES)
    memory, duration = io.BytesIO(), min(max(milliseconds, SHORTEST), LONGEST)
    first.save(memory, "WEBP", save_all=True, append_images=others, duration=duration, loop=0, quality=60)
    return "data:image/webp;base64," + base64.b64encode(memory.getvalue()).decode()
