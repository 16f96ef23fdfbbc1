"""Shared fixtures: small real videos, encoded once a session, and the store decoded from them."""

import argparse
from pathlib import Path

import numpy as np
import pytest

from vcop import cli
from vcop.frames import FrameStore
from vcop.options import FrameOptions, SynthesiseOptions, flags

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


@pytest.fixture(scope="session")
def videos(tmp_path_factory) -> Path:
    """A folder with videos/ and lists/ in UCF101's layout: ten classes, eight groups, one video each."""
    root = tmp_path_factory.mktemp("ucf101")
    where = ("--videos", root / "videos", "--lists", root / "lists", "--out", root / "made.csv", "--processes", 2)
    assert vcop("synthesise", "--dataset", "ucf101", *where, *flags(SMALL).split()) == 0
    return root


@pytest.fixture(scope="session")
def store_path(videos, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("frames") / "ucf101.h5"
    assert decode(videos / "videos", videos / "lists", path) == 0
    return path


@pytest.fixture
def store(store_path) -> FrameStore:
    return FrameStore(store_path)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def namespace(**values: object) -> argparse.Namespace:
    return argparse.Namespace(**values)
