"""Part files: one video each, decoded, judged and encoded, kept until the frame store is written from all of them.

A part also holds a fingerprint of what it was made of (options, clip layout, size and time of the video, version of ffmpeg). If any
of these has changed, the part is made again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from vcop.config.data_options import FrameOptions
from vcop.runtime import io_timeout
from vcop.runtime.atomic_files import atomic_write
from vcop.runtime.printing import printable
from vcop.storage.frame_writer import DecodedVideo, encode_frame
from vcop.video import clip_decoding, coded_pictures, containers, cut_videos, ffmpeg, ffmpeg_process, integrity
from vcop.video.containers import ContainerInfo
from vcop.video.ffmpeg_program import version as ffmpeg_version
from vcop.video.ffmpeg_report import FFmpegReport, UnreadableVideoError
from vcop.video.integrity import ACCEPTED, REFUSED, VideoVerdict, refuse

ClipLayout = tuple[int, int]
"""Number of clips that are stored of each video, and frames per clip."""
EVERY_FRAME: ClipLayout = (0, 0)
UNLISTED = "not in the list of digests"
# System errors that are the fault of one file: the video is refused. Any other, such as a full disk, stops the whole run.
FILE_ERRORS = {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EIO, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ENXIO}


def decode_to_part(
    video: Path,
    part: Path,
    options: FrameOptions,
    clip_layout: ClipLayout,
    expected_digest: str | None,
    known: VideoVerdict | None = None,
) -> VideoVerdict:
    """Decode a video into a part file, unless a part of the same video and options exists.

    Args:
        video: Video file.
        part: Part file to write (.npz); not written if the video is refused.
        options: Size and encoding of the stored frames.
        clip_layout: Which frames are stored.
        expected_digest: SHA-256 that the video should have; "" if the list of digests does not name it, None if there is no list.
        known: Verdict on a video whose frames another store has; it is not decoded then.

    Returns:
        The verdict: sound, accepted with a warning, or refused, and why.

    Raises:
        TimeoutError: If the file system no longer answers.
    """
    try:
        container = io_timeout.run_with_timeout(containers.read_container(video, bool(expected_digest)), video)
        assert container is not None
        if expected_digest and container.digest != expected_digest:
            return refuse(f"its SHA-256 is {container.digest}, not {expected_digest} as in the list of digests")
        fingerprint = f"{astuple(options)} {clip_layout} {container.size} {container.changed} {ffmpeg_version()}"
        known = known and _without_note(known)
        verdict = (
            known or _read_verdict(part, fingerprint) or _decode(video, part, options, clip_layout, container, fingerprint)
        )
    except UnreadableVideoError as problem:
        return refuse(str(problem))
    except OSError as problem:
        if problem.errno not in FILE_ERRORS:
            raise
        return refuse(file_error_reason(video, problem))
    if expected_digest == "" and verdict.verdict != REFUSED:
        reason = "; ".join(filter(None, (verdict.reason, UNLISTED)))
        return verdict._replace(verdict=ACCEPTED, reason=reason)
    return verdict


def _without_note(verdict: VideoVerdict) -> VideoVerdict:
    """Return a verdict without the note that the video was not in an earlier list of digests."""
    reason = verdict.reason.removesuffix(UNLISTED).removesuffix("; ")
    return verdict._replace(verdict=verdict.verdict if reason else "", reason=reason)


def file_error_reason(video: Path, problem: OSError) -> str:
    """Return why a video is refused of which reading raised one of ``FILE_ERRORS``."""
    if problem.errno == errno.ENOENT:
        return ffmpeg.missing_reason(video)
    return problem.strerror or str(problem)


@dataclass
class _EncodedFrames:
    """Encoded frames of a video, one after another: a list of frames that is joined at the end would need twice the memory."""

    data: bytearray = field(default_factory=bytearray)
    sizes: list[int] = field(default_factory=list)

    def refill(self, frames: Iterable[bytes]) -> None:
        """Replace the content by these frames. If the iterator raises an error, the frames before it are kept."""
        self.data.clear()
        self.sizes.clear()
        for frame in frames:
            self.data += frame
            self.sizes.append(len(frame))


def _decode(
    video: Path, part: Path, options: FrameOptions, clip_layout: ClipLayout, container: ContainerInfo, fingerprint: str
) -> VideoVerdict:
    """Decode strictly, compare with what the container announces, and write the part unless the video is refused."""
    report, frames = FFmpegReport(), _EncodedFrames()
    try:
        count = cut_videos.decode_cut(
            video, report, lambda detection: _encode_frames(video, options, clip_layout, report, frames, detection)
        )
        coded_pictures.count_pictures(video, report, count)
    except ffmpeg_process.StalledError as stop:
        # Either the decoder hangs, which is the fault of the video, or the file system hangs, which is not. In the second case
        # reading the whole file raises TimeoutError.
        io_timeout.run_with_timeout(containers.read_container(video, digest=True), video)
        return refuse(str(stop), container, report, len(frames.sizes))
    except UnreadableVideoError as problem:
        return _repeatable_refusal(video, problem, container, report, len(frames.sizes))
    verdict = integrity.judge_video(container, report, count)
    if verdict.verdict != REFUSED:
        sizes, data = np.array(frames.sizes, np.int64), np.frombuffer(frames.data, np.uint8)
        texts = np.array([verdict.verdict, verdict.reason, str(verdict.expected or "")])
        with atomic_write(part) as path, open(path, "wb") as file:
            np.savez(
                file, fingerprint=np.array(fingerprint), found=texts, sizes=sizes, data=data, source_count=np.array(count)
            )
    return verdict


def _repeatable_refusal(
    video: Path, problem: UnreadableVideoError, container: ContainerInfo, report: FFmpegReport, count: int
) -> VideoVerdict:
    """Return the verdict for a video that cannot be decoded, the same each time that it is decoded.

    ffmpeg reads and decodes in threads: if both find an error, either may be the first, and after an error in reading a varying number
    of packets and frames comes out. So what reading alone finds is the reason, without a number of frames if it ends the reading.
    """
    reason, report.packets = str(problem), []
    try:
        reading = ffmpeg.read_packets(video)
    except ffmpeg_process.StalledError:
        return refuse(reason, container, report, count)
    except UnreadableVideoError as error:
        return refuse(str(error), container, report)
    report.packets = reading.packets
    if errors := reading.errors():
        reason = f"after {count} frames: {errors[0]}"
    return refuse(reason, container, report, count)


def _encode_frames(
    video: Path, options: FrameOptions, clip_layout: ClipLayout, report: FFmpegReport, frames: _EncodedFrames, detection: str
) -> int:
    """Fill ``frames`` with the encoded frames (kept by the caller if decoding fails); return how many the whole video has."""
    frames.refill([])
    if clip_layout == EVERY_FRAME:
        frames.refill(encode_frame(frame, options) for frame in ffmpeg.decode_frames(video, options, report, detection))
        return len(frames.sizes)
    clips = clip_decoding.decode_clips(video, options, *clip_layout, detection=detection)
    if clips.problem:
        print(f"decoded whole: {printable(video)}: {clips.problem}", file=sys.stderr)
    report.update(clips.report)
    frames.refill(encode_frame(frame, options) for frame in clips.frames)
    return clips.count


def _read_verdict(part: Path, fingerprint: str) -> VideoVerdict | None:
    """Return the verdict that an earlier run stored; None if the part is missing, damaged or made of something else."""
    try:
        with np.load(part) as data:
            verdict, reason, expected = data["found"].tolist()
            if str(data["fingerprint"]) == fingerprint:
                return VideoVerdict(verdict, reason, int(data["source_count"]), int(expected) if expected else None)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass
    return None


def part_size(part: Path) -> int:
    """Return the bytes of all frames of a part. Raises ValueError for a damaged part."""
    with _open_part(part) as data:
        return int(data["sizes"].sum())


def read_part(name: str, part: Path) -> DecodedVideo:
    """Read the frames of the video ``name``. Raises ValueError for a part that was damaged after it was written."""
    with _open_part(part) as data:
        return DecodedVideo(name, data["data"], data["sizes"], int(data["source_count"]))


@contextmanager
def _open_part(part: Path) -> Iterator[Any]:
    try:
        with np.load(part) as data:
            yield data
    except (ValueError, KeyError, EOFError, BadZipFile) as problem:
        raise ValueError(f"{part}: damaged ({problem}): remove it and run again") from None


def part_name(video: str | Path) -> str:
    """Return a file name for a part: a hash, since names of videos hold slashes and any other character."""
    return hashlib.sha256(os.fsencode(video)).hexdigest()[:24] + ".npz"
