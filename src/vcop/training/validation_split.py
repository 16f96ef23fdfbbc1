"""Training, validation and test lists: which training videos are set aside to choose the best weights (CVPR 2019, 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from vcop.sampling.seeding import seed_of
from vcop.storage.frame_store import Video


def split_validation(
    videos: Sequence[Video], count: int, seed: int, source: str, listed: Sequence[Video] | None = None
) -> tuple[list[Video], list[Video]]:
    """Set validation videos aside (CVPR 2019, 4: 800).

    Each listed video has a number that depends on (seed, video) alone, and the ``count`` lowest of them validate. So trainings of
    one seed that can use different parts of the list never train on a video that validates another one: in a curriculum the later
    task would be validated on what the earlier one has learned.

    Args:
        videos: The videos that this training can use.
        count: How many of the listed videos to set aside; a fifth of them at most, for small studies.
        seed: Seed of the draw.
        source: Name of the store in messages.
        listed: The whole training list, usable or not; ``videos`` by default.

    Returns:
        The training and the validation videos, of those that can be used: a few fewer than ``count`` validate where some of the list
        cannot.

    Raises:
        ValueError: If fewer than five videos can be used, none is left to train on or to validate, or ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"validation-videos: {count} is below 1, so the best weights cannot be chosen")
    if len(videos) < 5:
        raise ValueError(f"{source}: only {len(videos)} training videos can be used at all, at least 5 are needed")
    draws = {video.name: seed_of("validation", seed, video.name) for video in (*(listed or ()), *videos)}
    aside = min(count, len(draws) // 5)
    last = sorted(draws.values())[aside - 1]
    parts: tuple[list[Video], list[Video]] = ([], [])
    for video in videos:
        parts[draws[video.name] <= last].append(video)
    for part, purpose in zip(parts, ("train on", "validate on"), strict=True):
        if not part:
            raise ValueError(
                f"{source}: none of the {len(videos)} training videos that can be used is left to {purpose}, since {aside} of all "
                f"{len(draws)} are set aside (seed {seed}): change validation_videos, take another seed, or add longer videos"
            )
    return parts


def training_and_validation(
    videos: Sequence[Video], given: Sequence[Video], count: int, seed: int, source: str, listed: Sequence[Video] | None = None
) -> tuple[list[Video], list[Video]]:
    """Return the training and the validation videos: those that the lists name for validation, else as ``split_validation`` draws.

    Args:
        videos: The training videos that can be used.
        given: The validation videos of the lists that can be used; the lists of UCF101 and HMDB51 name none.
        count: How many videos to set aside, if none is given.
        seed: Seed of the draw.
        source: Name of the store in messages.
        listed: The whole training list.

    Raises:
        ValueError: If no video is left to train on or to validate.
    """
    if not given:
        return split_validation(videos, count, seed, source, listed)
    if not videos:
        raise ValueError(f"{source}: no training video can be used")
    return list(videos), list(given)


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
