"""Warnings about data that are intact but unusual: missing classes, videos without motion, identical videos.

They are printed into the logs, since they may explain surprising results.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from vcop.datasets.splits import SPLITS, TEST, TRAIN
from vcop.storage.frame_store import FrameStore

MAX_NAMES = 10  # in one line


def require_classes(source: str, classes: Sequence[str], labels: Iterable[int]) -> None:
    """Raise ValueError, which names ``source``, if all videos belong to one class."""
    present = sorted(set(labels))
    if len(present) == 1:
        raise ValueError(f"{source}: all videos are of one class ({classes[present[0]]}), so there is nothing to classify")


def class_warnings(source: str, classes: Sequence[str], training: Iterable[int], test: Iterable[int]) -> Iterator[str]:
    """Yield one line for each class that lacks training or test videos. Other classes are not affected, so it is no error.

    Args:
        source: File or split that the lines name.
        classes: Names of all classes.
        training: Labels of the training videos.
        test: Labels of the test videos.
    """
    train_counts, test_counts = Counter(training), Counter(test)
    for label, name in enumerate(classes):
        if not train_counts[label] and not test_counts[label]:
            yield f"{source}: class {name} has neither training nor test videos"
        elif not test_counts[label]:
            yield f"{source}: class {name} has no test video: it cannot be evaluated"
        elif not train_counts[label]:
            yield f"{source}: class {name} has no training video: its {test_counts[label]} test videos cannot be recognised"


def store_warnings(store: FrameStore) -> Iterator[str]:
    """Yield lines on splits that lack classes, on videos without motion and on videos with identical frames.

    Frames are compared by their checksums, so none is read.

    Raises:
        ValueError: No video has motion.
    """
    if len(store.classes) > 1:
        for split in SPLITS:
            lists = [[v.label for v in store.of(split, role)] for role in (TRAIN, TEST)]
            if all(lists):
                yield from class_warnings(f"{store.path}, split {split}", store.classes, *lists)
    by_content: dict[bytes, list[str]] = defaultdict(list)
    still = []
    for video in store.videos:
        sums = store.checksums(video)
        by_content[sums.tobytes()].append(video.name)
        if video.count > 1 and (sums == sums[0]).all():
            still.append(video.name)
    if still and len(still) == sum(video.count > 1 for video in store.videos):
        raise ValueError(
            f"{store.path}: nothing moves in any video, all of their frames are equal ({_some(still)}): "
            "check that these are the right videos"
        )
    if still:
        yield f"{store.path}: nothing moves, all frames are equal (black?): {_some(still)}"
    for names in by_content.values():
        if len(names) > 1:
            yield f"{store.path}: videos with identical frames: {_some(names)}"


def _some(names: Sequence[str]) -> str:
    """Join the first names, and count the others."""
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more
