"""Training, validation and test lists: which training videos are set aside to choose the best weights (CVPR 2019, 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from vcop.sampling.seeding import seed_of
from vcop.storage.frame_store import Video


def split_validation(videos: Sequence[Video], count: int, seed: int, source: str) -> tuple[list[Video], list[Video]]:
    """Set validation videos aside (CVPR 2019, 4: 800).

    The draw depends on (seed, video) alone, so that tasks which can use fewer videos share most of the list.

    Args:
        videos: All videos to train on.
        count: How many to set aside; a fifth of the videos at most, for small studies and long windows.
        seed: Seed of the draw.
        source: Name of the store in messages.

    Returns:
        The training and the validation videos.

    Raises:
        ValueError: If there are fewer than five videos, or ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"validation-videos: {count} is below 1, so the best weights cannot be chosen")
    if len(videos) < 5:
        raise ValueError(f"{source}: only {len(videos)} training videos can be used at all, at least 5 are needed")
    ranked = sorted(videos, key=lambda video: seed_of("validation", seed, video.name))
    chosen = {video.name for video in ranked[: min(count, len(videos) // 5)]}
    return [v for v in videos if v.name not in chosen], [v for v in videos if v.name in chosen]


class Named(Protocol):
    """Anything with a name: a video of a store, or a question."""

    @property
    def name(self) -> str:
        """Name used in split files and logs."""


T = TypeVar("T", bound=Named)


@dataclass(frozen=True)
class TrainingSplits(Generic[T]):
    """Training, validation and test list of a training, of videos or of questions (``unit``)."""

    training: Sequence[T]
    validation: Sequence[T]
    test: Sequence[T]
    unit: str = "videos"

    def print_sizes(self, name: str) -> None:
        """Print the sizes of the lists."""
        counts = self.counts
        print(
            f"{name}: {counts['training']} {self.unit} to train on, {counts['validation']} to validate, {counts['test']} to test"
        )

    @property
    def counts(self) -> dict[str, int]:
        """Sizes of the lists, for the provenance file, where tables read them."""
        return {"training": len(self.training), "validation": len(self.validation), "test": len(self.test)}

    @property
    def digests(self) -> dict[str, str]:
        """Digests of the lists. They are part of a result's identity."""
        return {"training": names_digest(self.training), "validation": names_digest(self.validation)}


def names_digest(videos: Sequence[Named]) -> str:
    """Return a digest of a list of videos or questions."""
    return hashlib.sha256("\n".join(v.name for v in videos).encode(errors="surrogateescape")).hexdigest()
