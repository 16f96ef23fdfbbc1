"""``vcop decode``: a data set's videos into a frame store (CVPR 2019, section 4: frames resized to 128x171).

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
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import astuple
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from vcop import ffmpeg_tool
from vcop.files import replacing, write_csv, write_text
from vcop.frames import DecodedVideo, encode, write_store
from vcop.options import DATASETS, FrameOptions
from vcop.progress import Progress
from vcop.splits import read_lists


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--dataset", choices=DATASETS, required=True, help="whose layout the lists have")
    parser.add_argument("--videos", type=Path, required=True, help="folder of the videos, one folder a class")
    parser.add_argument("--lists", type=Path, required=True, help="folder of the official lists")
    parser.add_argument("--allow-unreadable", type=int, default=0, help="videos that may be missing or unreadable")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="videos decoded at a time")
    parser.add_argument("--out", type=Path, required=True, help="the frame store (.h5)")
    parser.add_argument("--digest", type=Path, required=True, help="the store's digest, what later stages depend on")
    parser.add_argument("--unreadable", type=Path, required=True, help="table of the videos that were left out (.csv)")
    FrameOptions.add_flags(parser)


def run(arguments: argparse.Namespace) -> None:
    """Decode. Raises ValueError if more videos than allowed are missing or unreadable, after naming each."""
    options = FrameOptions.from_flags(arguments)
    lists = read_lists(arguments.dataset, arguments.lists)
    folder = arguments.out.with_name(f".{arguments.out.stem}.parts")
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(lists.labels)
    parts = {name: folder / (hashlib.sha256(os.fsencode(name)).hexdigest()[:24] + ".npz") for name in names}
    unreadable = _decode_all(arguments.videos, parts, options, arguments.processes)
    for name, reason in unreadable.items():
        print(f"unreadable: {_shown(arguments.videos / name)}: {reason}", file=sys.stderr)
    if len(unreadable) > arguments.allow_unreadable or len(unreadable) == len(names):
        raise ValueError(
            f"{len(unreadable)} of {len(names)} listed videos are missing or unreadable (named above), "
            f"{arguments.allow_unreadable} are allowed: mend them, or raise data.{arguments.dataset}.allow_unreadable"
        )
    readable = [name for name in names if name not in unreadable]

    def videos() -> Iterator[DecodedVideo]:
        for name in readable:
            with np.load(parts[name]) as part:
                yield DecodedVideo(name, part["data"], part["sizes"])

    total = sum(_data_size(parts[name]) for name in readable)
    digest = write_store(arguments.out, videos(), total, lists, arguments.dataset, options, made_by=ffmpeg_tool.version())
    write_csv(arguments.unreadable, ("video", "reason"), unreadable.items())
    write_text(arguments.digest, digest + "\n")
    shutil.rmtree(folder)
    print(f"{arguments.out}: {len(readable)} videos, {total / 2**20:.1f} MiB of frames, {len(unreadable)} videos left out")


def _decode_all(folder: Path, parts: dict[str, Path], options: FrameOptions, processes: int) -> dict[str, str]:
    """Make every part; returns the videos that could not be decoded with the reasons."""
    unreadable = {}
    with ProcessPoolExecutor(processes) as pool, Progress("decode", len(parts), "video") as progress:
        waiting = {pool.submit(decode_part, folder / name, path, options): name for name, path in parts.items()}
        try:
            for done in as_completed(waiting):
                reason = done.result()
                if reason:
                    unreadable[waiting[done]] = reason
                progress.advance()
        except BrokenProcessPool:
            raise ValueError("a decoding process was killed (out of memory?): run again to go on from here") from None
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return {name: unreadable[name] for name in sorted(unreadable)}


def decode_part(video: Path, part: Path, options: FrameOptions) -> str:
    """Decode and encode one video into a part file unless it is there; returns "" or why the video is unreadable."""
    try:
        state = video.stat()
        print_of = f"{astuple(options)} {state.st_size} {state.st_mtime_ns} {ffmpeg_tool.version()}"
        if _fingerprint(part) == print_of:
            return ""
        frames = [encode(frame, options) for frame in ffmpeg_tool.decode(video, options)]
    except (ffmpeg_tool.UnreadableVideoError, FileNotFoundError, PermissionError) as problem:
        return "no such file" if isinstance(problem, FileNotFoundError) else str(problem)
    sizes = np.array([len(f) for f in frames], np.int64)
    with replacing(part) as path, open(path, "wb") as file:
        np.savez(file, fingerprint=np.array(print_of), sizes=sizes, data=np.frombuffer(b"".join(frames), np.uint8))
    return ""


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
