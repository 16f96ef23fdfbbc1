"""Options of the data: where it lies, how it is made, downloaded and stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from vcop.config.fields import Options, option


@dataclass(frozen=True, kw_only=True)
class DatasetOptions(Options):
    """Where a data set lies and how strict to be with it."""

    videos: str = option(doc="folder of the videos, one folder a class, relative to the study's folder")
    lists: str = option(doc="folder of the official lists (ucfTrainTestlist, testTrainMulti_7030_splits)")
    validation_videos: int = option(800, "training videos set aside for validation (C 4; 400 for HMDB51)", minimum=1)
    digests: str = option(
        "", "SHA-256 of the videos, as `sha256sum` writes them; empty: digests.txt in their folder, if it is there"
    )
    allow_unreadable: int = option(0, "videos that may be missing or unreadable before `decode` fails", minimum=0)
    processes: int = option(16, "videos made or decoded at a time, where there are as many cores", minimum=1)


@dataclass(frozen=True, kw_only=True)
class QuestionOptions(Options):
    """Where ActivityNet-QA lies, and what is read of its videos (T IV-D)."""

    videos: str = option(
        doc="folder of the ActivityNet videos (v_NAME or NAME, any extension), relative to the study's folder"
    )
    annotations: str = option(doc="folder of train_q.json, train_a.json, val_q.json, ..., as published")
    vectors: str = option(doc="GloVe vectors: a text file, or a .gz or .zip of one (glove.6B.300d.txt)")
    clips: int = option(20, "clips of a video, evenly spread; no other frame is decoded", minimum=1)
    digests: str = option(
        "", "SHA-256 of the videos, as `sha256sum` writes them; empty: digests.txt in their folder, if it is there"
    )
    allow_unreadable: int = option(0, "videos that may be missing or unreadable; their questions are left out", minimum=0)
    processes: int = option(16, "videos made or decoded at a time, where there are as many cores", minimum=1)


@dataclass(frozen=True, kw_only=True)
class SynthesiseOptions(Options):
    """The synthetic videos of a study that has no real ones."""

    groups: int = option(25, "groups a class, each with a look of its own (UCF101 has 25)", minimum=8, maximum=99)
    videos_per_group: int = option(3, "videos of a group, the same look moving anew", minimum=1, maximum=99)
    video_height: int = option(240, "pixels", minimum=16)
    video_width: int = option(320, "pixels", minimum=16)
    shortest: int = option(66, "frames of the shortest ordinary video; every 25th is cut shorter, one to 11", minimum=24)
    longest: int = option(150, "frames of the longest video", minimum=24)
    synthesis_seed: int = option(0, "another number, other videos", minimum=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("video_height", "video_width"):
            if getattr(self, key) % 2:
                raise ValueError(f"{key}: {getattr(self, key)} is odd, which MPEG-4 cannot store")
        if self.longest < self.shortest:
            raise ValueError(f"longest: {self.longest} is below shortest, {self.shortest}")


@dataclass(frozen=True, kw_only=True)
class QuizOptions(Options):
    """The synthetic videos with questions, where videos are synthesised."""

    question_videos: int = option(
        300, "videos with questions: of ten, six to train, one to validate, three to test", minimum=10
    )
    question_types: list[int] = option(
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "types of questions that are asked of each, as ActivityNet-QA numbers them",
        minimum=0,
        maximum=8,
    )


@dataclass(frozen=True, kw_only=True)
class FrameOptions(Options):
    """The frame store (C 4: frames are resized to 128x171)."""

    height: int = option(128, "pixels of a stored frame", minimum=8)
    width: int = option(171, "pixels of a stored frame", minimum=8)
    codec: Literal["jpeg", "raw"] = option("jpeg", "jpeg: about 26 GB for UCF101 (10.4 kB a frame); raw: 163 GB, exact")
    quality: int = option(95, "JPEG quality, 4:2:0", minimum=1, maximum=100)
    decode_revision: int = option(1, "raised when decoding changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class DownloadOptions(Options):
    """How `download` fetches the data sets (it is never part of `all`)."""

    mirror: str = option(
        "official", "the address of a folder that has the files by their names, in place of the official pages"
    )
    digests: Literal["known", "recorded"] = option(
        "known",
        "known: only the files whose SHA-256 is known are taken; recorded: others, too, if an earlier fetch had the same",
    )
    tries: int = option(8, "that may fail one after the other before a transfer is given up", minimum=1)
    wait: float = option(1.0, "seconds before the second try, then twice as long each time, up to a minute", minimum=0)
    timeout: float = option(60.0, "seconds without a byte before a try has failed", minimum=0.01)
    keep_archives: bool = option(False, "keep the archives beside the folders that they have become")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mirror != "official" and not re.fullmatch(r"https?://[\w.:%/@~+-]+", self.mirror):
            raise ValueError(f"mirror: {self.mirror!r} is not an address as in https://host/folder")
