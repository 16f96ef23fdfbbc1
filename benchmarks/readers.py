"""Readers that decode the frames of a clip directly from the video file, to compare a frame store with.

Each returns the same as ``FrameStore.read``: RGB frames, shape (frames, H, W, 3), numbered in the order in which they are
shown. None is as strict with damaged files, and their resized pixels differ in the last bits.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop.storage.frame_store import Video
from vcop.video import ffmpeg

Frames = NDArray[np.uint8]
Read = Callable[[Path, Sequence[int], int, int], Frames]


def published(path: Path, numbers: Sequence[int], height: int, width: int) -> Frames:
    """Read as loaders did at the time of the papers: get the size, decode the whole video through a pipe, resize each frame.

    (scikit-video starts `ffprobe` and then `ffmpeg`. It does not run with NumPy 2, so this does the same with ffmpeg alone.)
    """
    from PIL import Image

    run = ffmpeg.executable()
    about = subprocess.run([run, "-nostdin", "-i", f"file:{path}"], capture_output=True, check=False).stderr
    size = re.search(rb"Video: .*?, (\d+)x(\d+)", about)
    assert size is not None, path
    w, h = int(size[1]), int(size[2])
    command = [run, "-nostdin", "-loglevel", "error", "-i", f"file:{path}", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    pixels = subprocess.run([*command, "-fps_mode", "passthrough", "pipe:"], capture_output=True, check=True).stdout
    video = np.frombuffer(pixels, np.uint8).reshape(-1, h, w, 3)
    shrunk = [Image.fromarray(video[n]).resize((width, height), Image.Resampling.BILINEAR) for n in numbers]
    return np.stack([np.asarray(frame) for frame in shrunk])


def pyav(path: Path, numbers: Sequence[int], height: int, width: int) -> Frames:
    """Read with PyAV: decode from the key frame before the first frame to the last frame, in this process, with one thread."""
    import av

    wanted, found = set(numbers), {}
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        stream.codec_context.thread_count = 1
        a_frame = 1 / (stream.average_rate * stream.time_base)
        zero = stream.start_time or 0
        file.seek(int(min(wanted) * a_frame) + zero, stream=stream)
        for frame in file.decode(stream):
            number = round((frame.pts - zero) / a_frame)
            if number in wanted:
                found[number] = frame.reformat(width, height, "rgb24", interpolation="BILINEAR").to_ndarray()
            if number >= max(wanted):
                break
    return np.stack([found[n] for n in numbers])


def torchcodec(path: Path, numbers: Sequence[int], height: int, width: int) -> Frames:
    """Read with torchcodec, which seeks by the container's index and decodes with one thread; torchvision resizes."""
    from torchcodec.decoders import VideoDecoder
    from torchvision.transforms.v2.functional import resize

    decoder = VideoDecoder(path, num_ffmpeg_threads=1, seek_mode="approximate")
    distinct = sorted(set(numbers))
    frames = resize(decoder.get_frames_at(distinct).data, [height, width], antialias=True)
    return frames.permute(0, 2, 3, 1).numpy()[[distinct.index(n) for n in numbers]]


READERS: dict[str, Read] = {"published kind": published, "PyAV": pyav, "torchcodec": torchcodec}
MODULES = {"PyAV": "av", "torchcodec": "torchcodec"}


def missing(name: str) -> str:
    """Return a message about the package that a reader lacks, or ""."""
    module = MODULES.get(name)
    return "" if module is None or find_spec(module) else f"not installed: `uv pip install {module}`"


class Files:
    """Video files with the interface of a frame store; ``like`` is the store of the same videos."""

    def __init__(self, folder: Path, read: Read, like: Any) -> None:
        self.path, self.reader, self.height, self.width = folder, read, like.height, like.width

    def read(self, video: Video, numbers: Sequence[int], out: Frames | None = None) -> Frames:
        """Read frames, as ``FrameStore.read`` does."""
        found = self.reader(self.path / video.name, list(numbers), self.height, self.width)
        if out is None:
            return found
        out[:] = found.reshape(-1)
        return out.reshape(found.shape)


def check(name: str, files: Files, store: Any, videos: Sequence[Video]) -> None:
    """Raise ValueError if the frames are not the requested ones: if those before or after them are more similar."""
    errors = np.zeros(3)
    for video in videos:
        numbers = np.arange(video.count // 3, video.count // 3 + 16)
        found = files.read(video, numbers.tolist()).astype(np.float32)
        for i, shift in enumerate((-1, 0, 1)):
            errors[i] += np.abs(found - store.read(video, (numbers + shift).tolist())).mean()
    if errors.argmin() != 1:
        raise ValueError(
            f"{name}: reads other frames than requested (differences to those before, requested, after: {errors})"
        )
