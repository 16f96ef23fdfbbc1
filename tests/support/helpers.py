"""What tests share besides fixtures."""

import os

# Before NumPy and PyTorch are imported: threads of both on few cores wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from pathlib import Path

from vcop import cli
from vcop.config.data_options import FrameOptions, SynthesiseOptions
from vcop.config.fields import flags

ROOT = Path(__file__).parents[2]
SMALL = SynthesiseOptions(groups=8, videos_per_group=1, video_height=32, video_width=44, shortest=66, longest=90)
FRAMES = FrameOptions(height=20, width=27)


def vcop(*words: object) -> int:
    """Run a verb in this process."""
    return cli.main([str(word) for word in words])


def decode(videos: Path, lists: Path, out: Path, *more: object, dataset: str = "ucf101", frames: FrameOptions = FRAMES) -> int:
    files = ("--out", out, "--digest", out.with_suffix(".digest"), "--unreadable", out.with_suffix(".csv"))
    return vcop(
        "decode",
        "--dataset",
        dataset,
        "--videos",
        videos,
        "--lists",
        lists,
        *files,
        *flags(frames).split(),
        "--processes",
        2,
        *more,
    )


def written(path: Path) -> int:
    """When a file was last written, in nanoseconds; 0 while it is not there, as a state between its two renamings."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
