"""What is odd about a data set although nothing of it is damaged: lines for the logs of those who will wonder about the results."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from vcop.datasets.splits import SPLITS, TEST, TRAIN
from vcop.storage.frame_store import FrameStore

MOST = 10  # names in a line


def require_classes(where: str, classes: Sequence[str], labels: Iterable[int]) -> None:
    """Raises ValueError where all videos are of one class."""
    found = sorted(set(labels))
    if len(found) == 1:
        raise ValueError(f"{where}: all videos are of one class ({classes[found[0]]}), so there is nothing to tell apart")


def class_warnings(where: str, classes: Sequence[str], training: Iterable[int], test: Iterable[int]) -> Iterator[str]:
    """A line for each class without training or test videos, whose labels these are. It is accepted: other classes are not concerned."""
    learned, tested = Counter(training), Counter(test)
    for label, name in enumerate(classes):
        if not learned[label] and not tested[label]:
            yield f"{where}: class {name} has neither training nor test videos"
        elif not tested[label]:
            yield f"{where}: class {name} has no test video: no result tells of it"
        elif not learned[label]:
            yield f"{where}: class {name} has no training video: its {tested[label]} test videos cannot be recognised"


def store_warnings(store: FrameStore) -> Iterator[str]:
    """Lines on splits that lack classes, on videos in which nothing moves and on videos with the same frames.

    Raises ValueError where nothing moves in any of them.
    """
    if len(store.classes) > 1:
        for split in SPLITS:
            lists = [[v.label for v in store.of(split, role)] for role in (TRAIN, TEST)]
            if all(lists):
                yield from class_warnings(f"{store.path}, split {split}", store.classes, *lists)
    seen: dict[bytes, list[str]] = defaultdict(list)
    still = []
    for video in store.videos:
        sums = store.checksums(video)
        seen[sums.tobytes()].append(video.name)
        if video.count > 1 and (sums == sums[0]).all():
            still.append(video.name)
    if still and len(still) == sum(video.count > 1 for video in store.videos):
        raise ValueError(
            f"{store.path}: nothing moves in any video, all of their frames are equal ({_some(still)}): no video set"
        )
    if still:
        yield f"{store.path}: nothing moves, all frames are equal (black?): {_some(still)}"
    for names in seen.values():
        if len(names) > 1:
            yield f"{store.path}: the very same frames: {_some(names)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more
