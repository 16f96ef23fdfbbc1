"""Disk space that the jobs of a study take: measured where files exist, else estimated from videos, networks and options."""

from __future__ import annotations

from collections.abc import Iterable

from vcop.config.names import LAYERS
from vcop.networks import flops
from vcop.planning.cost_model import FEATURES, TRAINING_KINDS, study_clip
from vcop.planning.dataset_sizes import StudySize
from vcop.planning.snakemake_jobs import Job
from vcop.pretext.task_names import FOLDER
from vcop.pretext.task_registry import find_task
from vcop.sampling.tasks import Task

# Bytes per pixel of a stored frame, by JPEG quality (4:2:0): measured on real videos at 128x171.
JPEG_BYTES = {90: 0.345, 95: 0.475}
RAW_BYTES = 3.0
CLASSES = {"ucf101": 101, "hmdb51": 51}
MOMENTS = {"sgd": 1, "adamw": 2}  # values that the optimiser keeps of each weight
DECODING, EXTRACTING = ("decode", "decode_questions"), ("extract", "extract_questions")


class DiskModel:
    """Bytes that the jobs of one study leave on the disk.

    Args:
        size: Numbers of videos and frames of the study.
    """

    def __init__(self, size: StudySize) -> None:
        self.size, self.study, self.folder = size, size.study, size.folder

    def stage_bytes(self, jobs: Iterable[Job]) -> dict[str, float | None]:
        """Return the bytes of all files of the jobs, existing or not, by stage; None for a stage whose size is not known."""
        total: dict[str, float | None] = {}
        for job in jobs:
            for stage, size in self._job_bytes(job).items():
                before = total.get(stage, 0.0)
                total[stage] = None if size is None or before is None else before + size
        return total

    def unfinished_run_bytes(self, job: Job) -> float:
        """Return the bytes of a running training's states, which it removes when it ends.

        A state holds the weights, the optimiser's moments and the best weights so far; the newest state and the one before
        it are kept.
        """
        options = self.study.pretrain if job.rule == "pretrain" else self.study.finetune
        return 2 * self._weights(job) * (2 + MOMENTS[options.optimiser])

    def _job_bytes(self, job: Job) -> dict[str, float | None]:
        """Return the bytes of one job's files by stage."""
        path = self.folder / job.outputs[0]
        if job.rule in (*DECODING, *EXTRACTING) and path.exists():
            return {"frames" if job.rule in DECODING else "features": path.stat().st_size}
        if job.rule in DECODING:
            return {"frames": self._frames(job)}
        if job.rule in EXTRACTING:
            return {"features": self._features(job)}
        weights = self._weights(job)
        # The state of a finished run holds its best weights only; see `unfinished_run_bytes` for others.
        kept: dict[str, float | None] = {"weights": weights} if weights else {}
        return kept | ({"states": weights} if weights and job.rule in TRAINING_KINDS else {})

    def _weights(self, job: Job) -> float:
        """Bytes of the weights that a job writes."""
        w, options = job.wildcards, self.study.network
        if job.rule == "pretrain":
            # The heads of other pretext tasks are of about the size of an order predictor with as many clips and answers.
            task = find_task(w["task"], self.folder / FOLDER)
            return flops.weight_bytes(w["network"], options, max(2, task.clips), task.classes, study=self.folder)
        if job.rule in {"finetune", "finetune_few"}:
            return flops.weight_bytes(w["network"], options, classes=self._classes(w["dataset"]), study=self.folder)
        return flops.weight_bytes(w["network"], options, study=self.folder) if job.rule == "initialise" else 0

    def _classes(self, dataset: str) -> int:
        """Classes of a data set; those of UCF101 and HMDB51 are known without their lists."""
        return CLASSES.get(dataset) or self.size.dataset(dataset).classes

    def _frames(self, job: Job) -> float | None:
        """Bytes of a frame store; None if the number of frames is not known."""
        options = self.study.frames
        if job.rule == "decode_questions":
            assert self.study.questions is not None
            frames: float | None = (
                self.size.questions[1] * self.study.questions.clips * Task.parse(self.study.task).clip_length
            )
        else:
            frames = self.size.dataset(job.wildcards["dataset"]).frames
        nearest = min(JPEG_BYTES, key=lambda quality: abs(quality - options.quality))
        pixel = RAW_BYTES if options.codec == "raw" else JPEG_BYTES[nearest]
        return None if frames is None else frames * options.height * options.width * pixel

    def _features(self, job: Job) -> float:
        """Bytes of a feature store."""
        w, study = job.wildcards, self.study
        value = 2 if study.extract.half else 4
        if job.rule == "extract_questions":
            assert study.questions is not None
            return self.size.questions[1] * study.questions.clips * FEATURES * study.network.multiplier * value
        layers = LAYERS if f"{w['dataset']}/{w['weights']}" in study.all_layers else LAYERS[-1:]
        sizes = (study.network, study_clip(study))
        values = sum(flops.feature_values(w["network"], *sizes, layer, study=self.folder) for layer in layers)
        videos = self.size.dataset(w["dataset"]).split(1)
        return (videos.training + videos.validation + videos.test) * study.extract.test_clips * values * value
