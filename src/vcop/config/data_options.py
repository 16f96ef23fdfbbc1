"""Options of the data: where it lies, how it is downloaded, made and stored.

A field is a key of config.yaml, a command-line flag and a row of the schema; defaults are the papers' values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from vcop.config.fields import Options, option
from vcop.config.options import REVISION


@dataclass(frozen=True, kw_only=True)
class VideoOptions(Options):
    """What all sets of videos have in common."""

    digests: str = option(
        "",
        "File with the SHA-256 of each video, as `sha256sum` writes it. If empty, digests.txt in the directory of the videos is used "
        "where it exists.",
    )
    processes: int = option(
        16, "Number of videos that are made or decoded at the same time, at most one for each CPU core.", minimum=1
    )


@dataclass(frozen=True, kw_only=True)
class DatasetOptions(VideoOptions):
    """One data set: its directories, and how many faults are accepted."""

    videos: str = option(
        doc="Directory of the videos, relative to the study's directory. ucf101, hmdb51: one sub-directory per class."
    )
    lists: str = option(
        "",
        "Directory of the official lists (ucfTrainTestlist, testTrainMulti_7030_splits). Of a data set of your own: a table (.csv) with "
        "the columns path, label, role and group, of which only path is needed; without it all videos of the directory are taken.",
    )
    labels: Literal["none", "folders"] = option(
        "none",
        "Labels of the videos of a data set of your own, where no table says them. none: no labels; folders: the first sub-directory.",
    )
    groups: str = option(
        "none",
        "Videos of one group are never divided between training, validation and test. none: each video is a group, but names as in "
        "UCF101 or HMDB51 tell the videos of one recording; folders: the videos of a directory; else a regular expression, whose first "
        "group in the path (or whose whole match) names it.",
    )
    validation_videos: int = option(800, "Training videos kept for validation (CVPR 2019, 4; 400 for HMDB51).", minimum=1)
    allow_unreadable: int = option(
        0, "Number of videos that may be missing or unreadable; if there are more, decoding fails.", minimum=0
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            re.compile(self.groups)
        except re.error as problem:
            raise ValueError(
                f"groups: {self.groups!r} is neither none, nor folders, nor a regular expression ({problem})"
            ) from None

    @property
    def table(self) -> bool:
        """Whether the videos are listed in a table of the user's."""
        return self.lists.lower().endswith(".csv")


@dataclass(frozen=True, kw_only=True)
class QuestionOptions(VideoOptions):
    """The videos and annotations of ActivityNet-QA, and the clips that are read (TMM 2020, IV-D)."""

    videos: str = option(
        doc="Directory of the ActivityNet videos (v_NAME or NAME, any extension), relative to the study's directory."
    )
    annotations: str = option(doc="Directory of the published files train_q.json, train_a.json, val_q.json and so on.")
    vectors: str = option(doc="GloVe word vectors: a text file, or a .gz or .zip archive of one (glove.6B.300d.txt).")
    clips: int = option(20, "Number of evenly spread clips per video; no other frame is decoded.", minimum=1)
    allow_unreadable: int = option(
        0, "Number of videos that may be missing or unreadable; their questions are left out.", minimum=0
    )


@dataclass(frozen=True, kw_only=True)
class SynthesiseOptions(Options):
    """The synthetic videos of a study that has no real ones."""

    groups: int = option(25, "Groups per class; each has its own look (UCF101 has 25).", minimum=8, maximum=99)
    videos_per_group: int = option(3, "Videos per group: the same look, a new motion.", minimum=1, maximum=99)
    video_height: int = option(240, "Height of a video in pixels.", minimum=16)
    video_width: int = option(320, "Width of a video in pixels.", minimum=16)
    shortest: int = option(
        66, "Frames of the shortest ordinary video. Every 25th video is cut shorter, and one has 11 frames.", minimum=24
    )
    longest: int = option(150, "Frames of the longest video.", minimum=24)
    synthesis_seed: int = option(0, "Seed of the generator; another number gives other videos.", minimum=0)
    synthesise_revision: int = option(2, REVISION, minimum=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("video_height", "video_width"):
            if getattr(self, key) % 2:
                raise ValueError(f"{key}: {getattr(self, key)} is odd, but MPEG-4 needs an even number")
        if self.longest < self.shortest:
            raise ValueError(f"longest: {self.longest} is below shortest, {self.shortest}")


@dataclass(frozen=True, kw_only=True)
class QuizOptions(Options):
    """The synthetic videos with questions, in studies with synthetic videos."""

    question_videos: int = option(
        300, "Number of videos with questions; of ten, six are for training, one for validation, three for tests.", minimum=10
    )
    question_types: list[int] = option(
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "Types of questions that are asked about each video, numbered as in ActivityNet-QA.",
        minimum=0,
        maximum=8,
    )


@dataclass(frozen=True, kw_only=True)
class FrameOptions(Options):
    """The frame store (CVPR 2019, 4: frames are resized to 128x171)."""

    height: int = option(128, "Height of a stored frame in pixels.", minimum=8)
    width: int = option(171, "Width of a stored frame in pixels.", minimum=8)
    codec: Literal["jpeg", "raw"] = option(
        "jpeg", "How frames are stored. jpeg: about 26 GB for UCF101 (10.4 kB a frame); raw: exact, 163 GB."
    )
    quality: int = option(95, "JPEG quality; colours are stored at half resolution (4:2:0).", minimum=1, maximum=100)
    decode_revision: int = option(1, "Raised by the developers when the meaning of decoding changes.", minimum=1)


@dataclass(frozen=True, kw_only=True)
class DownloadOptions(Options):
    """How `download` fetches the data sets; it is never part of `all`."""

    mirror: str = option(
        "official", "Address of a folder that holds the files under their names, used in place of the official pages."
    )
    digests: Literal["known", "recorded"] = option(
        "known",
        "Which files are accepted. known: only those whose SHA-256 is known to this program; recorded: also those whose SHA-256 "
        "was the same in an earlier download.",
    )
    tries: int = option(8, "Number of failures in a row after which a transfer is given up.", minimum=1)
    wait: float = option(1.0, "Seconds before the second try; each further wait is twice as long, up to a minute.", minimum=0)
    timeout: float = option(60.0, "Seconds without a byte after which a try has failed.", minimum=0.01)
    keep_archives: bool = option(False, "Keep the archives after they have been unpacked.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mirror != "official" and not re.fullmatch(r"https?://[\w.:%/@~+-]+", self.mirror):
            raise ValueError(f"mirror: {self.mirror!r} is not an address as in https://host/folder")
