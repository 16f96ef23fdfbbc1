"""``vcop decode``: a data set's videos into a frame store (CVPR 2019, section 4: frames resized to 128x171).

Of ActivityNet-QA's long videos only the clips that features are made of are stored (TMM 2020, IV-D).

Each video is decoded into a part file first (``vcop.preparation.part_files``), so that an interrupted run goes on where it stopped; then the parts,
whose sizes are known by now, become one contiguous dataset. Inputs are never written to. Of every video that is not plainly good
a list says what was found.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from pathlib import Path

from vcop.commands.flags import from_flags
from vcop.config.data_options import FrameOptions
from vcop.config.names import QUESTIONS
from vcop.datasets import video_checksums
from vcop.datasets.activitynet_qa import find_video_files as video_files
from vcop.datasets.activitynet_qa import video_splits as question_lists
from vcop.datasets.splits import OfficialSplits, read_splits
from vcop.preparation import part_files
from vcop.preparation.part_files import EVERY_FRAME, Spread, printable
from vcop.runtime import io_timeout, process_pool
from vcop.runtime.atomic_files import write_csv, write_text
from vcop.storage import sanity
from vcop.storage.frame_store import FrameStore, write_store
from vcop.video import ffmpeg
from vcop.video.integrity import ACCEPTED, REFUSED, VideoVerdict


def _decode(arguments: argparse.Namespace) -> None:
    options, spread = from_flags(FrameOptions, arguments), _spread(arguments)
    for folder in (arguments.lists, arguments.videos):
        io_timeout.require_responsive(folder)
    lists, files = _listed(arguments)
    wanted = video_checksums.expected_checksums(arguments.digests, arguments.videos, files)
    folder = arguments.out.with_name(f".{arguments.out.stem}.parts")
    folder.mkdir(parents=True, exist_ok=True)
    made = {name: folder / (hashlib.sha256(os.fsencode(name)).hexdigest()[:24] + ".npz") for name in files}
    work = {name: (path, made[name], options, spread, wanted[name]) for name, path in files.items()}
    killed = "a decoding process was killed (out of memory?): run again to go on from here"
    found = dict(
        sorted(process_pool.map_videos("decode", part_files.decode_to_part, work, arguments.processes, killed).items())
    )
    readable = _tell(arguments, files, found)
    videos = (part_files.read_part(name, made[name]) for name in readable)
    total, made_by = sum(part_files.part_size(made[name]) for name in readable), ffmpeg.version()
    digest = write_store(arguments.out, videos, total, lists, arguments.dataset, options, made_by, *spread)
    for line in sanity.store_warnings(FrameStore(arguments.out)):
        print(line, file=sys.stderr)
    write_text(arguments.digest, digest + "\n")
    shutil.rmtree(folder)
    left_out = len(files) - len(readable)
    print(f"{arguments.out}: {len(readable)} videos, {total / 2**20:.1f} MiB of frames, {left_out} videos left out")


def _tell(arguments: argparse.Namespace, files: dict[str, Path], found: dict[str, VideoVerdict]) -> list[str]:
    """Name all that is not plainly good; returns the videos that are accepted. Raises ValueError if too few are."""
    listed = {name: of for name, of in found.items() if of.verdict}
    for name, (verdict, reason, *_) in listed.items():
        print(f"{'unreadable' if verdict == REFUSED else ACCEPTED}: {printable(files[name])}: {reason}", file=sys.stderr)
    write_csv(arguments.unreadable, ("video", *VideoVerdict._fields), ((name, *_cells(of)) for name, of in listed.items()))
    unreadable = [name for name, of in listed.items() if of.verdict == REFUSED]
    if len(unreadable) > arguments.allow_unreadable or len(unreadable) == len(files):
        section = "questions" if arguments.dataset == QUESTIONS else f"data.{arguments.dataset}"
        raise ValueError(
            f"{len(unreadable)} of {len(files)} listed videos are missing or unreadable (named above), "
            f"{arguments.allow_unreadable} are allowed: mend them, or raise {section}.allow_unreadable"
        )
    return [name for name in files if name not in unreadable]


def _cells(found: VideoVerdict) -> list[object]:
    return ["" if cell is None else cell for cell in found]


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


def _listed(arguments: argparse.Namespace) -> tuple[OfficialSplits, dict[str, Path]]:
    """The lists, and the file of every listed video, by name. Raises ValueError as the readers of lists."""
    if arguments.dataset == QUESTIONS:
        lists = question_lists(arguments.lists)
        return lists, video_files(arguments.videos, sorted(lists.labels))
    lists = read_splits(arguments.dataset, arguments.lists)
    return lists, {name: arguments.videos / name for name in sorted(lists.labels)}
