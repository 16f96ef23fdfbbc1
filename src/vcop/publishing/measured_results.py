"""What a study measured of the weights of one run: order accuracy, retrieval, recognition, each with its interval."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vcop.config.names import PAPER_DATASETS
from vcop.datasets.video_list import group_index, read_video_list
from vcop.paper.measurement.scores import Measured, correct_videos, mean_interval, retrieval_at
from vcop.planning.study_folder import study_in_folder
from vcop.sampling.tasks import order_task

KINDS = ("pretrain", "finetune")  # folders of results/ in which runs lie
RETRIEVED = (1, 5)  # numbers of nearest neighbours that a card names


@dataclass(frozen=True)
class Result:
    """One number of a model card.

    Attributes:
        measure: What was measured, in words.
        dataset: Data set of the test videos, as paths name it.
        measured: The number in percent, with its 95 % interval over groups of test videos.
    """

    measure: str
    dataset: str
    measured: Measured


@dataclass(frozen=True)
class StudyResults:
    """Results of the study that a run belongs to.

    Attributes:
        results: The numbers; empty if none is there.
        synthetic: Whether the study made its videos itself.
        pretrained_on: Data set that pretrains its networks; "" if it is not known.
    """

    results: tuple[Result, ...] = ()
    synthetic: bool = False
    pretrained_on: str = ""


def read_results(run: Path) -> StudyResults:
    """Read what the study of a run measured of its weights.

    Args:
        run: Folder of the run, as ``results/pretrain/r3d/16-8-3/seed-0``. Of a folder or file elsewhere nothing is known.

    Raises:
        ValueError: A result file cannot be read.
    """
    where = next((parent for parent in run.absolute().parents if parent.name in KINDS), None)
    if where is None or not run.is_dir():
        return StudyResults()
    results, path = where.parent, run.absolute().relative_to(where)
    synthetic = any((results / "synthetic").glob("*.csv"))
    data = _pretraining_data(results)
    found = _of_pretraining(results, path, data) if where.name == "pretrain" else _of_finetuning(results, path)
    return StudyResults(tuple(found), synthetic, data)


def _pretraining_data(results: Path) -> str:
    """Return the data set that pretrains the networks of a study, as its config.yaml says; UCF101 where there is none."""
    with suppress(ValueError):
        return study_in_folder(results.parent).pretraining_data
    return PAPER_DATASETS[0]


def _of_pretraining(results: Path, path: Path, data: str) -> list[Result]:
    """Return order accuracy, retrieval, and recognition after fine-tuning, of the weights network/task/seed."""
    weights, seed = path.parent, path.name
    own = "accuracy of predicted orders" if order_task(weights.name) else f"accuracy at its own task, {weights.name}"
    found = _result(own, data, results, f"order/{path}.csv", correct_videos)
    for file in sorted(results.glob(f"retrieval/*/{weights}/conv5-{seed}.csv")):
        dataset = file.relative_to(results).parts[1]
        for level in ("clip", "video"):
            for k in RETRIEVED:
                found += _result(f"retrieval of {level}s, top {k}", dataset, results, file, retrieval_at(k, level))
    for file in sorted(results.glob(f"recognition/*/{weights}/from-conv1/{seed}.csv")):
        dataset, _, split = file.relative_to(results).parts[1].rpartition("-")
        found += _result(f"recognition of actions after fine-tuning, split {split}", dataset, results, file, correct_videos)
    return found


def _of_finetuning(results: Path, path: Path) -> list[Result]:
    """Return the recognition of the weights dataset-split/network/weights/from-layer/seed."""
    dataset, _, split = path.parts[0].rpartition("-")
    return _result(f"recognition of actions, split {split}", dataset, results, f"recognition/{path}.csv", correct_videos)


def _result(measure: str, dataset: str, results: Path, name: str | Path, scores: Callable[[Path], pd.Series]) -> list[Result]:
    """Return one result in a list, which is empty if its file is not there."""
    path = results / name
    if not path.is_file():
        return []
    try:
        videos = results / f"lists/{dataset}.csv"  # of one's own videos, with their groups
        groups = group_index(read_video_list(videos)) if videos.is_file() else None
        return [Result(measure, dataset, mean_interval([scores(path)], groups))]
    except (ValueError, KeyError) as problem:
        raise ValueError(
            f"{path}: not the results of a test ({' '.join(str(problem).split())[:100]}): make them again"
        ) from None
