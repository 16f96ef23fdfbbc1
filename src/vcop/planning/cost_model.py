"""What each job of a study will compute and leave on the disk, before it runs (C 4, T IV: epochs, clips, videos)."""

from __future__ import annotations

import csv
import re
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vcop.config.study import Study
from vcop.networks import flops
from vcop.networks.flops import ClipCost, ClipSize
from vcop.planning.dataset_sizes import DatasetSize, SplitSize, question_counts
from vcop.planning.snakemake_jobs import Job
from vcop.sampling.tasks import Task

WORDS, VALUES, FEATURES = 9, 300, 512  # of a question; of a word vector; of a clip's feature, at width 1
# Bytes of a stored frame a pixel, JPEG 4:2:0, by quality: measured of real videos at 128x171.
JPEG = {90: 0.345, 95: 0.475}
RAW = 3.0
RUNS = {
    "pretrain": "pretrain",
    "finetune": "finetune",
    "finetune_few": "finetune",
    "answer": "answer",
    "answer_without_video": "answer",
}


@dataclass(frozen=True)
class Rate:
    """TFLOP/s of a network, and where that is from."""

    tflops: float
    source: str


class Estimate:
    """Of the jobs of one study."""

    def __init__(self, study: Study, folder: Path) -> None:
        self.study, self.folder = study, folder
        frames = -(-Task.parse(study.task).clip_length // study.input.frame_stride)
        self.clip = ClipSize(frames, study.input.crop)
        self.amounts = cache(lambda dataset: DatasetSize(study, folder, dataset))
        self.questions = cache(lambda: question_counts(study, folder))
        self._work: dict[str, Callable[[Job], float]] = {
            "pretrain": self._pretrain,
            "finetune": self._finetune,
            "finetune_few": self._finetune,
            "extract": self._extract,
            "extract_questions": self._extract_questions,
            "answer": self._answer,
            "answer_without_video": self._answer,
        }

    def work(self, job: Job) -> float | None:
        """FLOP of a job that asks for a GPU; None where it is not counted."""
        return self._work[job.rule](job) if job.rule in self._work else None

    def cost(self, network: str, layer: str = "conv1", clip: ClipSize | None = None) -> ClipCost:
        """FLOP of a clip of this study."""
        return flops.clip_cost(network, self.study.network, clip or self.clip, layer)

    def _pretrain(self, job: Job) -> float:
        task, study = Task.parse(job.wildcards["task"]), self.study
        clip = ClipSize(-(-task.clip_length // study.input.frame_stride), study.input.crop)
        options, cost = study.pretraining(str(task)), self.cost(job.wildcards["network"], clip=clip)
        videos = self._mined(job, self.amounts("ucf101").usable(task).less(study.data["ucf101"].validation_videos))
        judged = options.confidence_epochs if options.confidence_mode == "evaluation" else 0
        return task.tuple_length * (
            training_flop(videos, options.epochs, cost) + (judged * videos.training + videos.test) * cost.testing
        )

    def _mined(self, job: Job, videos: SplitSize) -> SplitSize:
        """Of a `-hard` run: as many as the list of hard videos has, all of them while there is none."""
        hard = next((self.folder / path for path in job.inputs if path.endswith("/hard.txt")), None)
        if hard is None or not hard.exists():
            return videos
        return SplitSize(len(hard.read_text(errors="surrogateescape").splitlines()), videos.test, videos.validation)

    def _finetune(self, job: Job) -> float:
        w, study = job.wildcards, self.study
        cost = self.cost(w["network"], w.get("layer", "conv1"))
        videos = self.amounts(w["dataset"]).split(int(w["split"])).less(study.data[w["dataset"]].validation_videos)
        labelled = SplitSize(round(videos.training * int(w.get("percent", 100)) / 100), videos.test, videos.validation)
        return training_flop(labelled, study.finetune.epochs, cost) + videos.test * study.extract.test_clips * cost.testing

    def _extract(self, job: Job) -> float:
        videos = self.amounts(job.wildcards["dataset"]).split(1)
        return (videos.training + videos.test) * self.study.extract.test_clips * self.cost(job.wildcards["network"]).testing

    def _extract_questions(self, job: Job) -> float:
        assert self.study.questions is not None
        return self.questions()[1] * self.study.questions.clips * self.cost(job.wildcards["network"]).testing

    def _answer(self, job: Job) -> float:
        """An LSTM over words, attention over clips, two layers: nothing beside the others."""
        assert self.study.questions is not None
        hidden, features = self.study.answer.hidden, FEATURES * self.study.network.multiplier
        words = 8 * WORDS * hidden * (VALUES + hidden)
        joint = 2 * hidden * (hidden + features + self.study.answer.classes)
        one = words + 2 * self.study.questions.clips * hidden * features + joint
        asked = self.questions()[0]
        return training_flop(asked, self.study.answer.epochs, ClipCost(3 * one, one)) + asked.test * one

    def measured(self) -> dict[str, Rate]:
        """TFLOP/s of each network by the histories of this study's own runs."""
        found: dict[str, list[float]] = {}
        for path in sorted((self.folder / "results").glob("pretrain/*/*/seed-*/history.csv")):
            network = path.parts[-4]
            speeds = _speeds(path)
            if speeds:
                found.setdefault(network, []).append(statistics.median(speeds) * self.cost(network).training / 1e12)
        return {
            n: Rate(statistics.median(v), f"measured, {len(v)} run{'s' * (len(v) > 1)} of this study")
            for n, v in found.items()
        }

    def disk(self, jobs: Iterable[Job]) -> dict[str, float | None]:
        """Bytes by stage, of what is to be made and of what is there; None where nobody knows."""
        out: dict[str, float | None] = {}
        for job in jobs:
            for stage, size in self._sizes(job).items():
                before = out.get(stage, 0.0)
                out[stage] = None if size is None or before is None else before + size
        return out

    def _sizes(self, job: Job) -> dict[str, float | None]:
        path = self.folder / job.outputs[0]
        if job.rule in {"decode", "decode_questions", "extract", "extract_questions"} and path.exists():
            return {"frames" if job.rule.startswith("decode") else "features": path.stat().st_size}
        if job.rule in {"decode", "decode_questions"}:
            return {"frames": self._frames(job)}
        if job.rule in {"extract", "extract_questions"}:
            return {"features": self._features(job)}
        weights = self._weights(job)
        # A finished run's state holds its best weights; an unfinished one's more, see `running`.
        kept: dict[str, float | None] = {"weights": weights} if weights else {}
        return kept | ({"states": weights} if weights and job.rule in RUNS else {})

    def running(self, job: Job) -> float:
        """Bytes of an unfinished run's states: weights, the optimiser's momenta and the best weights, of now and of before."""
        options = self.study.pretrain if job.rule == "pretrain" else self.study.finetune
        return 2 * self._weights(job) * (2 + {"sgd": 1, "adamw": 2}[options.optimiser])

    def _weights(self, job: Job) -> float:
        w, nets = job.wildcards, self.study.network
        if job.rule == "pretrain":
            return flops.weight_bytes(w["network"], nets, Task.parse(w["task"]).tuple_length)
        if job.rule in {"finetune", "finetune_few"}:
            return flops.weight_bytes(w["network"], nets, classes=101 if w["dataset"] == "ucf101" else 51)
        return flops.weight_bytes(w["network"], nets) if job.rule == "initialise" else 0

    def _frames(self, job: Job) -> float | None:
        options = self.study.frames
        if job.rule == "decode_questions":
            assert self.study.questions is not None
            frames: float | None = self.questions()[1] * self.study.questions.clips * Task.parse(self.study.task).clip_length
        else:
            frames = self.amounts(job.wildcards["dataset"]).frames
        a_pixel = RAW if options.codec == "raw" else JPEG[min(JPEG, key=lambda quality: abs(quality - options.quality))]
        return None if frames is None else frames * options.height * options.width * a_pixel

    def _features(self, job: Job) -> float:
        w, study = job.wildcards, self.study
        if job.rule == "extract_questions":
            assert study.questions is not None
            return (
                self.questions()[1]
                * study.questions.clips
                * FEATURES
                * study.network.multiplier
                * (2 if study.extract.half else 4)
            )
        layers = [f"conv{k}" for k in range(1, 6)] if f"{w['dataset']}/{w['weights']}" in study.all_layers else ["conv5"]
        values = sum(flops.feature_values(w["network"], study.network, self.clip, layer) for layer in layers)
        videos = self.amounts(w["dataset"]).split(1)
        return (videos.training + videos.test) * study.extract.test_clips * values * (2 if study.extract.half else 4)

    @property
    def sources(self) -> dict[str, str]:
        """What the numbers of videos stand on."""
        return {dataset: self.amounts(dataset).source for dataset in self.study.data}


def training_flop(videos: SplitSize, epochs: int, cost: ClipCost) -> float:
    """FLOP of all epochs with a clip of each video, and of their validation."""
    return epochs * (videos.training * cost.training + videos.validation * cost.testing)


def _speeds(history: Path) -> list[float]:
    """Clips a second of each epoch; none of a file that is damaged."""
    try:
        with open(history, newline="") as file:
            return [float(row["clips_per_second"]) for row in csv.DictReader(file)]
    except (OSError, ValueError, TypeError, KeyError, csv.Error):
        return []


def parse_rates(words: Iterable[str]) -> dict[str, Rate]:
    """``400`` or ``c3d=419``. Raises ValueError for what is neither."""
    out: dict[str, Rate] = {}
    for word in words:
        match = re.fullmatch(r"(?:(c3d|r3d|r21d)=)?(\d+(?:\.\d*)?)", word)
        if match is None or float(match[2]) == 0:
            raise ValueError(f"--rate: {word!r} is not TFLOP/s, as in 400 or c3d=419")
        for network in [match[1]] if match[1] else ["c3d", "r3d", "r21d"]:
            out[network] = Rate(float(match[2]), "given")
    return out
