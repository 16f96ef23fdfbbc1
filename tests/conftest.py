"""Shared fixtures: small real videos, encoded once a session, and the store decoded from them."""

from pathlib import Path

import numpy as np
import pytest
from support.answering import made  # noqa: F401  # fixtures
from support.answering import made as questions  # noqa: F401
from support.helpers import SMALL, decode, vcop
from support.pretraining import start  # noqa: F401

from vcop.config.fields import flags
from vcop.storage.frame_store import FrameStore


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
