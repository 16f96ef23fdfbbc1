"""Lineage of the papers' numbers: which jobs of the workflow each number needs, from its retrieval back to the first weights.

A job is named by its rule and wildcards without the seed, like its benchmark file: pretrain/c3d/16-8-4. Which jobs a job needs is defined
in workflow/rules and repeated here, so that items can be drawn without Snakemake; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from vcop.config.names import PAPER_NETWORKS
from vcop.paper.measurement.comparisons import RANDOM
from vcop.paper.measurement.published import Cell, cells, dataset_and_layer, dataset_of_cell, layer_of_cell, splits_of_cell
from vcop.sampling.tasks import Task

WITHOUT_VIDEO = "answer_without_video"
SCRATCH = "pretrain/c3d/16-8-4-scratch"
TRAINING = ("pretrain/", "finetune/", "answer/", WITHOUT_VIDEO)


def _order(cell: Cell) -> list[str]:
    """Return the job of an order accuracy."""
    return [f"pretrain/{cell.network}/{cell.weights}"]


def _retrieval(cell: Cell, dataset: str = "") -> list[str]:
    """Return the job of a retrieval accuracy; without ``dataset`` the row names the data set."""
    return [f"retrieve/{dataset or dataset_of_cell(cell)}/{cell.network}/{cell.weights}/{layer_of_cell(cell)}"]


def _recognition(cell: Cell) -> list[str]:
    """Return the fine-tunings of a recognition accuracy, one for each split."""
    dataset, layer = dataset_and_layer(cell)
    return [f"finetune/{dataset}-{split}/{cell.network}/{cell.weights}/from-{layer}" for split in splits_of_cell(cell)]


def _answers(cell: Cell) -> list[str]:
    """Return the job of a question answering accuracy; none for the most frequent answer, which is only counted."""
    if cell.weights:
        return [f"answer/{cell.network}/{cell.weights}"]
    return [WITHOUT_VIDEO] if cell.network == "question-only" else []


# Every table and figure that holds numbers, in the papers' order, and the last jobs before a cell of it.
NUMBERS: dict[str, Callable[[Cell], list[str]]] = {
    "cvpr2019_table1": _order,
    "cvpr2019_table2": partial(_retrieval, dataset="ucf101"),
    "cvpr2019_table3": partial(_retrieval, dataset="hmdb51"),
    "cvpr2019_table4": _recognition,
    "cvpr2019_figure5": _retrieval,
    "tmm2020_table1": _order,
    "tmm2020_table2": partial(_retrieval, dataset="ucf101"),
    "tmm2020_table3": partial(_retrieval, dataset="hmdb51"),
    "tmm2020_table4": partial(_retrieval, dataset="ucf101"),
    "tmm2020_table5": _recognition,
    "tmm2020_table6": _answers,
    "tmm2020_figure6": partial(_retrieval, dataset="ucf101"),
    "tmm2020_figure7": _retrieval,
    "tmm2020_figure10": _recognition,
}


def jobs_of_cell(cell: Cell) -> list[str]:
    """Return the last jobs before a cell's number; none if the row is quoted from other work."""
    return NUMBERS[cell.item](cell) if cell.network else []


def jobs_of_items(task: str) -> dict[str, list[str]]:
    """Return the last jobs before every table and figure, in the papers' order; also before those that show curves or pictures.

    Args:
        task: The study's pretext task, which the items of CVPR 2019 are about.
    """
    jobs = {item: [job for cell in cells(item, task) for job in jobs_of_cell(cell)] for item in NUMBERS}
    jobs["cvpr2019_figure4"] = [f"retrieve/ucf101/{n}/{task}/conv5" for n in PAPER_NETWORKS]
    jobs["cvpr2019_figure6"] = _across(task)
    jobs["tmm2020_figure4"] = [*jobs["tmm2020_table1"], SCRATCH]
    jobs["tmm2020_figure5"] = ["pretrain/r3d/16-8-3", "pretrain/r3d/16-8-3-hard"]
    jobs["tmm2020_figure8"] = [f"retrieve/ucf101/{n}/16-8-{tl}/conv5" for tl in (3, 4, 5) for n in PAPER_NETWORKS]
    jobs["tmm2020_figure9"] = _across("16-8-4")
    return {item: jobs[item] for item in sorted(jobs, key=_printing_order)}


def jobs_behind(jobs: Iterable[str]) -> list[str]:
    """Return the jobs with all jobs that they need, each once, in an order in which they can run."""
    ordered: dict[str, None] = {}

    def add(job: str) -> None:
        if job not in ordered:
            for needed in _needs(job):
                add(needed)
            ordered[job] = None

    for job in jobs:
        add(job)
    return list(ordered)


def training_jobs(jobs: Iterable[str]) -> list[str]:
    """Return the jobs that train a network. These write a provenance.json."""
    return [job for job in jobs if job.startswith(TRAINING)]


def _across(task: str) -> list[str]:
    """Return the retrievals from one data set in the other."""
    return [f"retrieve_across/{pair}/r3d/{task}/conv5" for pair in ("ucf101-in-hmdb51", "hmdb51-in-ucf101")]


def _printing_order(item: str) -> tuple[str, bool, int]:
    """Return the sort key of an item: by paper, tables first."""
    paper, name = item.split("_")
    return paper, name.startswith("figure"), int(name.removeprefix("table").removeprefix("figure"))


# The jobs whose files a rule's job reads, given its wildcards. Answering without video needs none: its features are zeros, of which
# only the shape is read.
_NEEDS: dict[str, Callable[..., list[str]]] = {
    "decode": lambda dataset: [f"synthesise/{dataset}"],
    "decode_questions": lambda: ["synthesise_questions"],
    "pretrain": lambda network, task: ["decode/ucf101", _weights(network, Task.parse(task).start), *_mined(network, task)],
    "mine": lambda network, task: ["decode/ucf101", f"pretrain/{network}/{task}"],
    "extract": lambda dataset, network, weights: [f"decode/{dataset}", _weights(network, weights)],
    "extract_questions": lambda network, weights: ["decode_questions", _question_weights(network, weights)],
    "retrieve": lambda dataset, network, weights, _: [f"extract/{dataset}/{network}/{weights}"],
    "retrieve_across": lambda pair, network, weights, _: [f"extract/{d}/{network}/{weights}" for d in pair.split("-in-")],
    "finetune": lambda split, network, weights, _: [f"decode/{split.split('-')[0]}", _weights(network, weights)],
    "answer": lambda network, weights: [f"extract_questions/{network}/{weights}"],
}


def _needs(job: str) -> list[str]:
    """Return the jobs that a job needs directly."""
    rule, *wildcards = job.split("/")
    return _NEEDS[rule](*wildcards) if rule in _NEEDS else []


def _weights(network: str, weights: str) -> str:
    """Return the job that writes a backbone's weights."""
    return f"initialise/{network}" if weights == RANDOM else f"pretrain/{network}/{weights}"


def _question_weights(network: str, weights: str) -> str:
    """Return the job that writes the weights for question answering (TMM 2020, IV-D)."""
    return f"finetune/ucf101-1/{network}/random/from-conv1" if weights == "supervised" else _weights(network, weights)


def _mined(network: str, task: str) -> list[str]:
    """Return the job that lists the hard videos, if the task trains on hard videos (TMM 2020, III-D2)."""
    parsed = Task.parse(task)
    return [f"mine/{network}/{parsed.plain}"] if parsed.variant == "hard" else []
