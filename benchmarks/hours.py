"""Hours that one machine needs for each item of the papers, from the tuples per second that it trains of each network.

The clips that every job passes through a network are counted from the official lists. A trained clip counts as one; a clip
that passes forward only (validation, tests, features, mining) counts as a third. Fine-tuning with frozen stages counts as if all
stages were trained. Retrieval and question answering themselves are not counted, since they take minutes.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from benchmarks import timing
from vcop.config.names import PAPER_NETWORKS, QUESTIONS
from vcop.config.reader import read_study
from vcop.config.study import Study
from vcop.datasets import official_counts
from vcop.networks.flops import ClipCost
from vcop.paper.measurement import job_lineage
from vcop.planning.cost_model import training_flop
from vcop.planning.dataset_sizes import SplitSize
from vcop.sampling.tasks import Task

PAPERS = Path(__file__).parents[1] / "studies/paper/config.yaml"
CLIP = ClipCost(training=1, testing=1 / 3)  # cost of one clip, in trained clips: the forward pass is a third of a step
CLIPS = 3  # clips in each of the tuples whose rate is given


def main(words: list[str] | None = None) -> None:
    """Print the table."""
    parser = timing.parser("hours", __doc__)
    for network in PAPER_NETWORKS:
        parser.add_argument(f"--{network}", type=float, required=True, help="Tuples of 16-8-3 a second in training.")
    parser.add_argument("--loaded", type=float, help="Tuples a second of one loader process, to print how many are needed.")
    arguments = parser.parse_args(words)
    rates = {network: getattr(arguments, network) for network in PAPER_NETWORKS}
    timing.publish(arguments, *report(read_study(yaml.safe_load(PAPERS.read_text())), rates, arguments.loaded))


def report(study: Study, rates: dict[str, float], loaded: float | None) -> list[str]:
    """Return a table of the hours of every item with all jobs that it needs, and how many loader workers keep up."""
    if set(rates) != set(PAPER_NETWORKS):
        return ["Hours of the papers' studies need the rates of all three networks."]
    items = job_lineage.jobs_of_items(study.task)
    rows = [[item, *_hours(study, rates, job_lineage.jobs_behind(jobs))] for item, jobs in items.items()]
    both = job_lineage.jobs_behind(job for jobs in items.values() for job in jobs)
    rows = [row for row in rows if row[1] != "0"] + [["both papers, every job once", *_hours(study, rates, both)]]
    header = ("item, with all behind it", "trainings", "hours of training", "hours of features and mining", "hours")
    said = ", ".join(f"{network} {timing.number(rate)}" for network, rate in rates.items())
    parts = [f"Hours of the papers' studies at these tuples/s: {said}.", timing.table(header, rows)]
    if loaded:
        needed = ", ".join(f"{network} {rate / loaded:.1f}" for network, rate in rates.items())
        parts.append(f"Loader workers that keep up, at {timing.number(loaded)} tuples/s each: {needed}.")
    return parts


def _hours(study: Study, rates: dict[str, float], jobs: list[str]) -> list[str]:
    """Return the cells of the columns from the second one on."""
    hours = {job: clips(study, job) / CLIPS / rates[network(job)] / 3600 for job in jobs if network(job)}
    trained = [h for job, h in hours.items() if job.startswith(("pretrain/", "finetune/"))]
    features = [h for job, h in hours.items() if job.startswith(("extract", "mine/"))]
    return [str(len(trained)), *(timing.number(sum(of)) for of in (trained, features, trained + features))]


def network(job: str) -> str:
    """Return the network through which a job passes clips, or "" if it uses none."""
    rule, *of = job.split("/")
    first, second = of[:1], of[1:2]
    networks = {"pretrain": first, "mine": first, "finetune": second, "extract": second, "extract_questions": first}
    return networks.get(rule, [""])[0]


def clips(study: Study, job: str) -> float:
    """Return the number of clips that a job passes through its network, in units of trained clips."""
    rule, *of = job.split("/")
    if rule == "pretrain":
        return _pretraining(study, Task.parse(of[1]))
    if rule == "mine":
        task = Task.parse(of[1])
        return task.tuple_length * study.mine.tuples * _tuples(study, task).training * CLIP.testing
    if rule == "finetune":
        dataset, split = of[0].split("-")
        videos = listed(dataset, int(split)).with_validation(study.data[dataset].validation_videos)
        return (
            training_flop(videos, study.finetuning(dataset, of[1]).epochs, CLIP)
            + videos.test * study.extract.test_clips * CLIP.testing
        )
    if rule == "extract":
        every = listed(of[0], 1)
        return (every.training + every.test) * study.extract.test_clips * CLIP.testing
    assert rule == "extract_questions"
    assert study.questions is not None
    return official_counts.official_counts(QUESTIONS)[official_counts.VIDEOS] * study.questions.clips * CLIP.testing


def _pretraining(study: Study, task: Task) -> float:
    options, videos = study.pretraining(str(task)), _tuples(study, task)
    tested = options.test_tuples * videos.test * CLIP.testing
    return task.tuple_length * (training_flop(videos, options.epochs, CLIP) + tested)


def _tuples(study: Study, task: Task) -> SplitSize:
    counts, _ = official_counts.TASKS[str(task.plain)]  # for -hard an upper bound: simple videos are left out
    return SplitSize(*counts).with_validation(study.data["ucf101"].validation_videos, listed("ucf101", 1).training)


def listed(dataset: str, split: int) -> SplitSize:
    """Return the numbers of training and test videos of a split."""
    counts = official_counts.official_counts(dataset)
    return SplitSize(counts[f"split {split} train"], counts[f"split {split} test"])


if __name__ == "__main__":
    main()
