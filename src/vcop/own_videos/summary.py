"""Numbers of a study of one's own videos, from its result files: the videos, order accuracy, audit, and what labels allow.

Intervals are those of the papers' tables (docs/intervals.md), with the groups of the list of videos.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcop.datasets.video_list import group_index, has_labels, read_video_list
from vcop.paper.measurement.scores import mean_interval
from vcop.preparation.checking.findings import CROSSES_SPLIT
from vcop.runtime.printing import printable
from vcop.sampling.tasks import chance_accuracy

HEADER = ("number", "value", "low", "high", "chance", "videos", "seeds")
AUDITED = {
    "still": "without motion (first frame repeated)", "grey": "without colour", "reversed": "each clip reversed",
    "own-crops": "a crop for each clip", "shared-crop": "one random crop",
}  # fmt: skip
WEIGHTS = {"random": "random weights"}
# Names of videos may be other than UTF-8. The strings of Arrow, pandas' usual ones, may not, so those of Python are used.
ANY_NAMES = pd.option_context("mode.string_storage", "python")


class Number(NamedTuple):
    """A row of the summary, in percent: its name, value, interval, chance (None if there is none), test videos and seeds."""

    name: str
    value: float
    low: float
    high: float
    chance: float | None
    videos: int
    seeds: int

    @property
    def above_chance(self) -> bool:
        """Whether the whole interval lies above chance."""
        return self.chance is not None and self.low > self.chance


@dataclass(frozen=True)
class Results:
    """Result files of a study, as the workflow names them.

    Attributes:
        videos: List of the videos, of ``vcop list``.
        checked: Table of ``vcop check``.
        unreadable: Table of the videos that ``vcop decode`` left out or noted.
        order: Predicted orders, one file a seed.
        audit: The same under every condition of the audit.
        provenance: What the pretrainings were made of.
        labelled: Results of retrieval, probe and fine-tuning.
    """

    videos: Path
    checked: Path
    unreadable: Path
    order: Sequence[Path] = ()
    audit: Sequence[Path] = ()
    provenance: Sequence[Path] = ()
    labelled: Sequence[Path] = ()


@ANY_NAMES
def numbers(results: Results, task: str) -> list[Number]:
    """Return all accuracies of the results.

    Args:
        results: The result files.
        task: The pretext task, which says the chance of its orders.
    """
    groups = group_index(read_video_list(results.videos))
    rows = []
    if results.order:
        rows.append(_number("order of clips", results.order, groups, chance_accuracy(task), lambda table: table["right"]))
    for condition, words in AUDITED.items() if results.audit else ():

        def of_condition(table: pd.DataFrame, condition: str = condition) -> pd.Series:
            return table[table["condition"] == condition]["right"]

        rows.append(_number(f"order of clips, {words}", results.audit, groups, chance_accuracy(task), of_condition))
    return rows + list(_by_labels(results.labelled, groups))


def _by_labels(paths: Sequence[Path], groups: Mapping[str, str]) -> Iterator[Number]:
    """Yield what was measured with labels: retrieval, probe and recognition, of random and of pretrained weights."""
    settings: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        match = re.search(r"results/(retrieval|probe|recognition)/[^/]+/[^/]+/([^/]+)/", path.as_posix())
        if match:
            settings.setdefault((match[1], match[2]), []).append(path)
    for (kind, weights), files in sorted(settings.items(), key=lambda item: (item[0][0], item[0][1] != "random")):
        words = WEIGHTS.get(weights, f"pretrained ({weights})")
        if kind == "retrieval":
            for k in (1, 5):
                tables = [_read(path, "level", "video") for path in files]
                chance = 100 * float(pd.concat(tables)[f"chance_{k}"].mean())
                name = f"a video of the same label among the nearest {k}" if k > 1 else "the nearest video has the same label"

                def found(table: pd.DataFrame, k: int = k) -> pd.Series:
                    return table[table["level"] == "video"]["rank"].between(1, k)

                yield _number(f"{name}, {words}", files, groups, chance, found)
        elif kind == "probe":
            for classifier in ("linear", "knn"):

                def right(table: pd.DataFrame, classifier: str = classifier) -> pd.Series:
                    return table[table["classifier"] == classifier]["right"]

                name = "linear classifier" if classifier == "linear" else "nearest-neighbour classifier"
                yield _number(f"{name} on frozen features, {words}", files, groups, None, right)
        else:
            yield _number(f"recognition after fine-tuning, {words}", files, groups, None, lambda table: table["right"])


def _read(path: Path, column: str, value: str) -> pd.DataFrame:
    table = pd.read_csv(path, encoding_errors="surrogateescape")
    return table[table[column] == value]


def _number(
    name: str,
    paths: Sequence[Path],
    groups: Mapping[str, str],
    chance: float | None,
    score: Callable[[pd.DataFrame], pd.Series],
) -> Number:
    """Return one accuracy over the files of all seeds."""
    runs = []
    for path in paths:
        table = pd.read_csv(path, encoding_errors="surrogateescape")
        right = score(table).astype(float)
        videos = table["video"][right.index]
        runs.append(pd.Series(right.to_numpy(), pd.Index(videos)))
        tested = videos.nunique()
    return Number(name, *mean_interval(runs, groups).numbers, chance, tested, len(runs))


@ANY_NAMES
def video_lines(results: Results) -> list[str]:
    """Return sentences about the videos: how they are divided, what is left out, and near-duplicates across the lists."""
    videos = read_video_list(results.videos)
    count = Counter(video.role for video in videos)
    labels = f"{len({video.label for video in videos})} labels" if has_labels(videos) else "no labels"
    lines = [
        (
            f"{len(videos)} videos in {len({video.group for video in videos})} groups, {labels}: {count['training']} for training, "
            f"{count['validation']} for validation, {count['test']} for tests."
        )
    ]
    table = pd.read_csv(results.unreadable, encoding_errors="surrogateescape", keep_default_na=False)
    refused = table[table["verdict"] == "refused"]["video"].tolist()
    if refused:
        lines.append(f"{len(refused)} could not be read and are left out: {_some(refused)}.")
    for path in results.provenance[:1]:
        used = json.loads(path.read_text(encoding="utf-8"))["videos"]
        lines.append(
            f"Long enough for the task: {used['training']} for training, {used['validation']} for validation, {used['test']} for tests."
        )
    checked = pd.read_csv(results.checked, encoding_errors="surrogateescape", keep_default_na=False)
    doubles = checked[checked["findings"].str.contains("same bytes|same pictures")]
    across = doubles[doubles["findings"].str.contains(CROSSES_SPLIT, regex=False)]["video"].tolist()
    lines.append(_duplicates(len(doubles), across))
    if unseen := int(checked["findings"].str.contains("not compared", regex=False).sum()):
        lines.append(
            f"{unseen} videos look like too many others, as those of a fixed camera do; of these, files that show the same recording were not "
            "searched."
        )
    return lines


def _duplicates(doubles: int, across: list[str]) -> str:
    """Return a sentence about near-duplicates."""
    if not doubles:
        return "No two videos show the same recording."
    if not across:
        return f"{doubles} videos show the same recording as another one, always within one list."
    return (
        f"Careful: {len(across)} videos show the same recording as one in another list ({_some(across)}), so that tests are easier "
        "than they should be. Give such videos one group (docs/own-videos.md)."
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(printable, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
