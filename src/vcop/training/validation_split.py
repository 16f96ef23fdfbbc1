"""The lists of a training, and the training videos that are set aside to choose the best weights (CVPR 2019, 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from vcop.sampling.seeding import seed_of
from vcop.storage.frame_store import Video


def split_validation(videos: Sequence[Video], count: int, seed: int, where: str) -> tuple[list[Video], list[Video]]:
    """Training and validation videos: the ``count`` whose names draw the lowest numbers (CVPR 2019, 4: 800).

    A fifth of the videos at most, for small studies and long windows. The draw depends on (seed, video) alone, so tasks that can
    use fewer videos share most of the list. Raises ValueError where there are too few videos.
    """
    if count < 1:
        raise ValueError(f"validation-videos: {count} is below 1, so that no best weights could be chosen")
    if len(videos) < 5:
        raise ValueError(f"{where}: only {len(videos)} training videos can be used at all, at least 5 are needed")
    ranked = sorted(videos, key=lambda video: seed_of("validation", seed, video.name))
    chosen = {video.name for video in ranked[: min(count, len(videos) // 5)]}
    return [v for v in videos if v.name not in chosen], [v for v in videos if v.name in chosen]


class Named(Protocol):
    """A video of a store, or a question."""

    @property
    def name(self) -> str:
        """By which lists and logs call it."""


T = TypeVar("T", bound=Named)


@dataclass(frozen=True)
class TrainingSplits(Generic[T]):
    """What a training uses: videos, or questions about them (``of``)."""

    training: Sequence[T]
    validation: Sequence[T]
    test: Sequence[T]
    unit: str = "videos"

    def print_sizes(self, name: str) -> None:
        """In the log."""
        counts = self.counts
        print(
            f"{name}: {counts['training']} {self.unit} to train on, {counts['validation']} to validate, {counts['test']} to test"
        )

    @property
    def counts(self) -> dict[str, int]:
        """For the provenance file, where tables find them."""
        return {"training": len(self.training), "validation": len(self.validation), "test": len(self.test)}

    @property
    def digests(self) -> dict[str, str]:
        """What ties a result to its lists."""
        return {"training": names_digest(self.training), "validation": names_digest(self.validation)}


def names_digest(videos: Sequence[Named]) -> str:
    """A digest of a list of videos or questions."""
    return hashlib.sha256("\n".join(v.name for v in videos).encode(errors="surrogateescape")).hexdigest()
