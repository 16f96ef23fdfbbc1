"""``vcop decode``: decode the videos of a data set into a frame store."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import FrameOptions
from vcop.config.names import QUESTIONS, require_dataset_name
from vcop.datasets import video_checksums
from vcop.preparation.decoding import decode_dataset
from vcop.preparation.part_files import EVERY_FRAME, ClipLayout
from vcop.runtime.file_lease import Lease
from vcop.runtime.process_pool import available_cores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add = parser.add_argument
    add("--dataset", required=True, help=f"Data set: ucf101, hmdb51, {QUESTIONS}, or a name of your own.")
    add(
        "--videos", type=Path, required=True, help=f"Directory of the videos, one sub-directory per class ({QUESTIONS}: none)."
    )
    add(
        "--lists",
        type=Path,
        required=True,
        help=f"Directory of the official lists ({QUESTIONS}: of the annotations); or the table of `vcop list`.",
    )
    add("--clips", type=int, help=f"Number of clips stored of each video, evenly spaced ({QUESTIONS} only).")
    add("--clip-length", type=int, help=f"Frames per stored clip ({QUESTIONS} only).")
    add("--allow-unreadable", type=int, default=0, help="Number of videos that may be missing or unreadable.")
    add(
        "--digests",
        type=Path,
        nargs="?",
        help="File with the SHA-256 of the videos, as sha256sum writes it "
        f"(default: {video_checksums.NAME} in the directory of the videos, if there is one).",
    )
    add(
        "--processes",
        type=int,
        default=available_cores(),
        help="Number of videos decoded at the same time (default: the cores that may be used).",
    )
    add(
        "--videos-version",
        default="",
        help="Name of the state of the videos; the workflow decodes again if another one is needed (default: their directory).",
    )
    add("--out", type=Path, required=True, help="Frame store to write (.h5).")
    add("--digest", type=Path, required=True, help="Text file to write: digest of the store, on which later stages depend.")
    add(
        "--unreadable",
        type=Path,
        required=True,
        help="Table to write: every video that was left out, or accepted with a warning (.csv).",
    )
    add_flags(parser, FrameOptions)


def run(arguments: argparse.Namespace) -> None:
    """Decode the data set, while no other process decodes into the same store."""
    if arguments.dataset != QUESTIONS:
        require_dataset_name("--dataset", arguments.dataset)
    with Lease(arguments.out.with_name(f".{arguments.out.stem}.lock")).held(f"decode {arguments.dataset}"):
        summary = decode_dataset(
            arguments.dataset,
            arguments.videos,
            arguments.lists,
            from_flags(FrameOptions, arguments),
            store_path=arguments.out,
            digest_file=arguments.digest,
            unreadable_table=arguments.unreadable,
            clip_layout=_clip_layout(arguments.dataset, arguments.clips, arguments.clip_length),
            checksums=arguments.digests,
            version=arguments.videos_version,
            allow_unreadable=arguments.allow_unreadable,
            processes=arguments.processes,
        )
    mib = summary.frame_bytes / 2**20
    kept = f"; the frames of {summary.kept} videos were taken from the store before" if summary.kept else ""
    print(f"{arguments.out}: {summary.videos} videos, {mib:.1f} MiB of frames, {summary.left_out} videos left out{kept}")


def _clip_layout(dataset: str, clips: int | None, clip_length: int | None) -> ClipLayout:
    """Return which frames are stored. Raises ValueError if the flags do not fit the data set."""
    if dataset != QUESTIONS:
        if clips is not None or clip_length is not None:
            raise ValueError(f"--clips, --clip-length: every frame of {dataset} is decoded: leave these flags out")
        return EVERY_FRAME
    if clips is None or clip_length is None or min(clips, clip_length) < 1:
        raise ValueError(
            f"--dataset {QUESTIONS}: give --clips and --clip-length, 1 or more, as in --clips 20 --clip-length 16"
        )
    return clips, clip_length
