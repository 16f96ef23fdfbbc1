"""Decoding of a data set: videos and official lists in, one frame store out (CVPR 2019, 4: frames resized to 128x171).

Each video is decoded into a part file first (``vcop.preparation.part_files``), so that an interrupted run continues where it
stopped. Then all sizes are known, and the parts are copied into one contiguous array of the store. Videos and lists are only read.

Of the long videos of ActivityNet-QA only those clips are stored from which features are extracted (TMM 2020, IV-D).
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from vcop.config.data_options import FrameOptions
from vcop.config.names import QUESTIONS
from vcop.datasets import video_checksums
from vcop.datasets.listed_videos import find_files, read_lists
from vcop.datasets.video_manifest import Verdict, VideoManifest, read_manifest, record_files, write_manifest
from vcop.datasets.video_review import previous_path
from vcop.preparation.part_files import EVERY_FRAME, ClipLayout, decode_to_part, part_name, part_size, read_part
from vcop.preparation.previous_store import open_previous
from vcop.runtime import io_timeout, process_pool
from vcop.runtime.atomic_files import write_csv, write_text
from vcop.runtime.printing import printable
from vcop.storage import sanity
from vcop.storage.frame_store import FrameStore
from vcop.storage.frame_writer import write_store
from vcop.video import ffmpeg_program
from vcop.video.integrity import ACCEPTED, REFUSED, VideoVerdict

KILLED = "a decoding process was killed (probably out of memory): run the same command again, it continues from here"


@dataclass(frozen=True)
class DecodingSummary:
    """Numbers of a finished decoding.

    Attributes:
        videos: Videos in the store.
        frame_bytes: Bytes of their frames.
        left_out: Listed videos that are not in the store.
        kept: Videos whose frames were taken from the store before.
    """

    videos: int
    frame_bytes: int
    left_out: int
    kept: int


def decode_dataset(
    dataset: str,
    videos: Path,
    lists: Path,
    options: FrameOptions,
    *,
    store_path: Path,
    digest_file: Path,
    unreadable_table: Path,
    clip_layout: ClipLayout = EVERY_FRAME,
    checksums: Path | None = None,
    version: str = "",
    allow_unreadable: int = 0,
    processes: int = 1,
) -> DecodingSummary:
    """Decode all listed videos of a data set into a frame store.

    Args:
        dataset: Name of the data set, which says how lists and videos are laid out.
        videos: Directory of the videos.
        lists: Directory of the official lists (ActivityNet-QA: of the annotations).
        options: Size and encoding of the stored frames.
        store_path: Frame store to write (.h5).
        digest_file: Text file to write: the digest of the store, on which later stages depend.
        unreadable_table: Table to write (.csv): every video that was left out, or accepted with a warning.
        clip_layout: Which frames of a video are stored; all by default.
        checksums: File with the SHA-256 of the videos, as ``sha256sum`` writes it. Default: ``digests.txt`` among the videos,
            if there is one.
        version: What the manifest of the store calls this state of the videos; "" is their directory.
        allow_unreadable: Number of videos that may be missing or unreadable.
        processes: Number of videos that are decoded at the same time.

    Raises:
        ValueError: If more videos are missing or unreadable than allowed; each is printed before. If ffmpeg does not work.
        OSError: If the disk is full or does not answer.
    """
    for folder in (lists, videos):
        io_timeout.require_responsive(folder)
    ffmpeg_program.executable()  # before the processes start, which then know it: a broken program is no fault of the videos
    splits = read_lists(dataset, lists)
    files = find_files(dataset, videos, splits.labels)
    expected = video_checksums.expected_checksums(checksums, videos, files)
    manifest = read_manifest(store_path)
    # Before decoding: a video that is replaced meanwhile counts as changed.
    records = record_files(files, manifest.files if manifest else {})
    previous = open_previous(store_path, dataset, options, clip_layout, manifest, records)
    folder = store_path.with_name(f".{store_path.stem}.parts")
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: folder / part_name(name) for name in files}
    jobs = {
        name: (path, parts[name], options, clip_layout, expected[name], previous.verdicts.get(name))
        for name, path in files.items()
    }
    verdicts = process_pool.map_videos("decode", decode_to_part, jobs, processes, KILLED)
    refused = _report_verdicts(dict(sorted(verdicts.items())), files, unreadable_table)
    _require_enough_readable(dataset, len(refused), len(files), allow_unreadable)

    readable = [name for name in files if name not in refused]
    kept = previous.verdicts.keys() - refused
    frame_bytes = sum(previous.size(name) if name in kept else part_size(parts[name]) for name in readable)
    decoded = (previous.read(name) if name in kept else read_part(name, parts[name]) for name in readable)
    digest = write_store(store_path, decoded, frame_bytes, splits, dataset, options, ffmpeg_program.version(), *clip_layout)
    for warning in sanity.store_warnings(FrameStore(store_path)):
        print(warning, file=sys.stderr)
    write_manifest(store_path, VideoManifest(version or str(videos), digest, records, dict[str, Verdict](verdicts)))
    write_text(digest_file, digest + "\n")
    shutil.rmtree(folder)  # last: until the digest is written, a run that is killed can use the parts again
    previous_path(store_path).unlink(missing_ok=True)
    return DecodingSummary(len(readable), frame_bytes, len(refused), len(kept))


def _report_verdicts(verdicts: dict[str, VideoVerdict], files: dict[str, Path], table: Path) -> set[str]:
    """Print and write to a table every video with a fault or a warning; return the names of the refused ones."""
    remarkable = {name: verdict for name, verdict in verdicts.items() if verdict.verdict}
    for name, (verdict, reason, *_) in remarkable.items():
        print(f"{'unreadable' if verdict == REFUSED else ACCEPTED}: {printable(files[name])}: {reason}", file=sys.stderr)
    rows = ((name, *("" if cell is None else cell for cell in verdict)) for name, verdict in remarkable.items())
    write_csv(table, ("video", *VideoVerdict._fields), rows)
    return {name for name, verdict in remarkable.items() if verdict.verdict == REFUSED}


def _require_enough_readable(dataset: str, unreadable: int, listed: int, allowed: int) -> None:
    """Raise ValueError if more videos are unreadable than allowed, or all of them."""
    if unreadable > allowed or unreadable == listed:
        section = "questions" if dataset == QUESTIONS else f"data.{dataset}"
        raise ValueError(
            f"{unreadable} of {listed} listed videos are missing or unreadable (named above), {allowed} are allowed: "
            f"replace these files, or raise {section}.allow_unreadable"
        )
