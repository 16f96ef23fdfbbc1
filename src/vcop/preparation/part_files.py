"""One video of a data set, looked at, decoded, judged and encoded into a part file (``vcop decode``)."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from vcop.config.data_options import FrameOptions
from vcop.runtime import io_timeout
from vcop.runtime.atomic_files import atomic_write
from vcop.storage.frame_writer import DecodedVideo, encode_frame
from vcop.video import clip_decoding, containers, ffmpeg, ffmpeg_process, integrity
from vcop.video.containers import ContainerInfo
from vcop.video.ffmpeg_report import FFmpegReport, UnreadableVideoError
from vcop.video.integrity import ACCEPTED, VideoVerdict, refuse

Spread = tuple[int, int]  # clips of a video, and frames of each
EVERY_FRAME: Spread = (0, 0)
# Errors of the system that are a file's own fault. Any other, as a full disk, is none of the video's, and stops.
ITS_OWN = {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EIO, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ENXIO}


def decode_to_part(video: Path, part: Path, options: FrameOptions, spread: Spread, digest: str | None) -> VideoVerdict:
    """Make a part file unless it is there; returns what was found of the video.

    ``digest``: its SHA-256 as it should be, "" for one that is not known, None where none is. Raises TimeoutError where the file
    system no longer answers.
    """
    try:
        about = io_timeout.run_with_timeout(containers.read_container(video, bool(digest)), video)
        assert about is not None
        if digest and about.digest != digest:
            return refuse(f"its SHA-256 is {about.digest}, not {digest} as in the list of digests")
        made_of = f"{astuple(options)} {spread} {about.size} {about.changed} {ffmpeg.version()}"
        found = _found(part, made_of) or _decode(video, part, options, spread, about, made_of)
    except UnreadableVideoError as problem:
        return refuse(str(problem))
    except OSError as problem:
        if problem.errno not in ITS_OWN:
            raise
        return refuse(_its_own(video, problem))
    if digest == "" and found.verdict != integrity.REFUSED:
        reason = "; ".join(filter(None, (found.reason, "not in the list of digests")))
        return found._replace(verdict=ACCEPTED, reason=reason)
    return found


def _its_own(video: Path, problem: OSError) -> str:
    if problem.errno == errno.ENOENT:
        return ffmpeg.missing_reason(video)
    return problem.strerror or str(problem)


def _decode(
    video: Path, part: Path, options: FrameOptions, spread: Spread, about: ContainerInfo, made_of: str
) -> VideoVerdict:
    """Decode strictly, compare with what the file announces, and keep the frames unless the video is refused."""
    report, frames = FFmpegReport(), list[bytes]()
    try:
        count = _encoded(video, options, spread, report, frames)
    except ffmpeg_process.StalledError as stop:
        # A decoder may hang by itself; a file system that has frozen is no fault of the video.
        io_timeout.run_with_timeout(containers.read_container(video, digest=True), video)
        return refuse(str(stop), about, report, len(frames))
    except UnreadableVideoError as problem:
        return refuse(str(problem), about, report, len(frames))
    found = integrity.judge_video(about, report, count)
    if found.verdict != integrity.REFUSED:
        sizes, data = np.array([len(f) for f in frames], np.int64), np.frombuffer(b"".join(frames), np.uint8)
        said = np.array([found.verdict, found.reason, str(found.expected or "")])
        with atomic_write(part) as path, open(path, "wb") as file:
            np.savez(file, fingerprint=np.array(made_of), found=said, sizes=sizes, data=data, source_count=np.array(count))
    return found


def _encoded(video: Path, options: FrameOptions, spread: Spread, report: FFmpegReport, frames: list[bytes]) -> int:
    """Append a video's encoded frames; returns how many it has."""
    if spread == EVERY_FRAME:
        frames.extend(encode_frame(frame, options) for frame in ffmpeg.decode_frames(video, options, report))
        return len(frames)
    decoded = clip_decoding.decode_clips(video, options, *spread)
    if decoded.problem:
        print(f"decoded whole: {printable(video)}: {decoded.problem}", file=sys.stderr)
    report.update(decoded.report)
    frames += [encode_frame(frame, options) for frame in decoded.frames]
    return decoded.count


def _found(part: Path, made_of: str) -> VideoVerdict | None:
    """What was found when a part was made, None if there is no whole part or one that was made of something else."""
    try:
        with np.load(part) as data:
            verdict, reason, expected = data["found"].tolist()
            if str(data["fingerprint"]) == made_of:
                return VideoVerdict(verdict, reason, int(data["source_count"]), int(expected) if expected else None)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass
    return None


def part_size(part: Path) -> int:
    """Bytes of frames. Raises ValueError as ``read``."""
    with _opened(part) as data:
        return int(data["sizes"].sum())


def read_part(name: str, part: Path) -> DecodedVideo:
    """Raises ValueError for a part that has been damaged since it was made."""
    with _opened(part) as data:
        return DecodedVideo(name, data["data"], data["sizes"], int(data["source_count"]))


@contextmanager
def _opened(part: Path) -> Iterator[Any]:
    try:
        with np.load(part) as data:
            yield data
    except (ValueError, KeyError, EOFError, BadZipFile) as problem:
        raise ValueError(f"{part}: damaged ({problem}): remove it and run again") from None


def printable(path: Path) -> str:
    """A file name as one printable line."""
    return os.fsencode(path).decode(errors="replace").replace("\n", "\\n")
