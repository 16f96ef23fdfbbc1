"""``vcop decode``: a data set's videos into a frame store (CVPR 2019, section 4: frames resized to 128x171).

Of ActivityNet-QA's long videos only the clips that features are made of are stored (TMM 2020, IV-D).

Each video is decoded into a part file first, so that an interrupted run goes on where it stopped; then the parts, whose
sizes are known by now, become one contiguous dataset. Inputs are never written to.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from vcop import ffmpeg_tool, pool, seeking
from vcop.annotations import files as video_files
from vcop.annotations import lists as question_lists
from vcop.files import replacing, write_csv, write_text
from vcop.frames import DecodedVideo, encode, write_store
from vcop.options import DATASETS, QUESTIONS, FrameOptions
from vcop.splits import Lists, read_lists

Spread = tuple[int, int]  # clips of a video, and frames of each
EVERY_FRAME: Spread = (0, 0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--dataset", choices=(*DATASETS, QUESTIONS), required=True, help="whose layout the lists have")
    parser.add_argument(
        "--videos", type=Path, required=True, help=f"folder of the videos, one folder a class ({QUESTIONS}: none)"
    )
    parser.add_argument("--lists", type=Path, required=True, help=f"folder of the official lists ({QUESTIONS}: annotations)")
    parser.add_argument("--clips", type=int, help=f"clips of a video, evenly spread ({QUESTIONS} alone)")
    parser.add_argument("--clip-length", type=int, help=f"frames of a clip ({QUESTIONS} alone)")
    parser.add_argument("--allow-unreadable", type=int, default=0, help="videos that may be missing or unreadable")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="videos decoded at a time")
    parser.add_argument("--out", type=Path, required=True, help="the frame store (.h5)")
    parser.add_argument("--digest", type=Path, required=True, help="the store's digest, what later stages depend on")
    parser.add_argument("--unreadable", type=Path, required=True, help="table of the videos that were left out (.csv)")
    FrameOptions.add_flags(parser)


def run(arguments: argparse.Namespace) -> None:
    """Decode. Raises ValueError if more videos than allowed are missing or unreadable, after naming each."""
    options, spread = FrameOptions.from_flags(arguments), _spread(arguments)
    lists, files = _listed(arguments)
    folder = arguments.out.with_name(f".{arguments.out.stem}.parts")
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: folder / (hashlib.sha256(os.fsencode(name)).hexdigest()[:24] + ".npz") for name in files}
    unreadable = _decode_all(files, parts, options, spread, arguments.processes)
    for name, reason in unreadable.items():
        print(f"unreadable: {_shown(files[name])}: {reason}", file=sys.stderr)
    if len(unreadable) > arguments.allow_unreadable or len(unreadable) == len(files):
        section = "questions" if arguments.dataset == QUESTIONS else f"data.{arguments.dataset}"
        raise ValueError(
            f"{len(unreadable)} of {len(files)} listed videos are missing or unreadable (named above), "
            f"{arguments.allow_unreadable} are allowed: mend them, or raise {section}.allow_unreadable"
        )
    readable = [name for name in files if name not in unreadable]

    def videos() -> Iterator[DecodedVideo]:
        for name in readable:
            with np.load(parts[name]) as part:
                yield DecodedVideo(name, part["data"], part["sizes"], int(part["source_count"]))

    total, made_by = sum(_data_size(parts[name]) for name in readable), ffmpeg_tool.version()
    digest = write_store(arguments.out, videos(), total, lists, arguments.dataset, options, made_by, *spread)
    write_csv(arguments.unreadable, ("video", "reason"), unreadable.items())
    write_text(arguments.digest, digest + "\n")
    shutil.rmtree(folder)
    print(f"{arguments.out}: {len(readable)} videos, {total / 2**20:.1f} MiB of frames, {len(unreadable)} videos left out")


def _spread(arguments: argparse.Namespace) -> Spread:
    """What is decoded of a video. Raises ValueError where the flags do not fit the data set."""
    clips, clip_length = arguments.clips, arguments.clip_length
    if arguments.dataset != QUESTIONS:
        if clips is not None or clip_length is not None:
            raise ValueError(f"--clips, --clip-length: of {arguments.dataset} every frame is decoded, leave them out")
        return EVERY_FRAME
    if clips is None or clip_length is None or min(clips, clip_length) < 1:
        raise ValueError(
            f"--dataset {QUESTIONS}: give --clips and --clip-length, 1 or more, as in --clips 20 --clip-length 16"
        )
    return clips, clip_length


def _listed(arguments: argparse.Namespace) -> tuple[Lists, dict[str, Path]]:
    """The lists, and the file of every listed video, by name. Raises ValueError as the readers of lists."""
    if arguments.dataset == QUESTIONS:
        lists = question_lists(arguments.lists)
        return lists, video_files(arguments.videos, sorted(lists.labels))
    lists = read_lists(arguments.dataset, arguments.lists)
    return lists, {name: arguments.videos / name for name in sorted(lists.labels)}


def _decode_all(
    files: dict[str, Path], parts: dict[str, Path], options: FrameOptions, spread: Spread, processes: int
) -> dict[str, str]:
    """Make every part; returns the videos that could not be decoded with the reasons."""
    wanted = {name: (path, parts[name], options, spread) for name, path in files.items()}
    killed = "a decoding process was killed (out of memory?): run again to go on from here"
    reasons = pool.each("decode", decode_part, wanted, processes, killed)
    return {name: reason for name, reason in sorted(reasons.items()) if reason}


def decode_part(video: Path, part: Path, options: FrameOptions, spread: Spread) -> str:
    """Decode and encode one video into a part file unless it is there; returns "" or why the video is unreadable."""
    try:
        state = video.stat()
        print_of = f"{astuple(options)} {spread} {state.st_size} {state.st_mtime_ns} {ffmpeg_tool.version()}"
        if _fingerprint(part) == print_of:
            return ""
        frames, count = _frames(video, options, spread)
    except (ffmpeg_tool.UnreadableVideoError, FileNotFoundError, PermissionError) as problem:
        return "no such file" if isinstance(problem, FileNotFoundError) else str(problem)
    sizes, data = np.array([len(f) for f in frames], np.int64), np.frombuffer(b"".join(frames), np.uint8)
    with replacing(part) as path, open(path, "wb") as file:
        np.savez(file, fingerprint=np.array(print_of), sizes=sizes, data=data, source_count=np.array(count))
    return ""


def _frames(video: Path, options: FrameOptions, spread: Spread) -> tuple[list[bytes], int]:
    """A video's encoded frames, and how many it has."""
    if spread == EVERY_FRAME:
        frames = [encode(frame, options) for frame in ffmpeg_tool.decode(video, options)]
        return frames, len(frames)
    decoded = seeking.decode_clips(video, options, *spread)
    if decoded.problem:
        print(f"decoded whole: {_shown(video)}: {decoded.problem}", file=sys.stderr)
    return [encode(frame, options) for frame in decoded.frames], decoded.count


def _fingerprint(part: Path) -> str | None:
    """What a part was made of, or None if there is no whole part."""
    try:
        with np.load(part) as data:
            return str(data["fingerprint"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _data_size(part: Path) -> int:
    with np.load(part) as data:
        return int(data["sizes"].sum())


def _shown(path: Path) -> str:
    """A file name as one printable line."""
    return os.fsencode(path).decode(errors="replace").replace("\n", "\\n")
