"""Cost model: floating point operations of each job of a study, before it runs (CVPR 2019, 4; TMM 2020, IV: epochs, clips, videos).

Operations are counted from the networks' shapes (``vcop.networks.flops``), epochs and clips come from the study's configuration,
videos are counted in frame stores or lists (``vcop.planning.dataset_sizes``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vcop.config.study import Study
from vcop.networks import flops
from vcop.networks.flops import ClipCost, ClipSize
from vcop.planning.dataset_sizes import SplitSize, StudySize
from vcop.planning.snakemake_jobs import Job
from vcop.pretext.task_names import FOLDER
from vcop.pretext.task_registry import find_task
from vcop.pretext.tasks.base import PretextTask
from vcop.sampling.tasks import Task

WORDS, WORD_VALUES = 9, 300  # words of a question, on average; values of a word vector (GloVe)
FEATURES = 512  # values of a clip's pooled feature, at network width 1
# The rules that train, and what they train.
TRAINING_KINDS = {
    "pretrain": "pretrain",
    "finetune": "finetune",
    "finetune_few": "finetune",
    "answer": "answer",
    "answer_without_video": "answer",
}


class CostModel:
    """Floating point operations (FLOP) of the jobs of one study.

    Args:
        study: The study's configuration.
        folder: The study's folder; frame stores, lists and mined videos are counted in it.
    """

    def __init__(self, study: Study, folder: Path) -> None:
        self.study, self.folder = study, folder
        self.size = StudySize(study, folder)
        self.clip = study_clip(study)
        self._rules: dict[str, Callable[[Job], float]] = {
            "pretrain": self._pretrain,
            "mine": self._mine,
            "finetune": self._finetune,
            "finetune_few": self._finetune,
            "extract": self._extract,
            "extract_questions": self._extract_questions,
            "answer": self._answer,
            "answer_without_video": self._answer,
        }

    def job_flop(self, job: Job) -> float | None:
        """Return the FLOP of a job; None if its rule is not counted, since it needs no GPU."""
        return self._rules[job.rule](job) if job.rule in self._rules else None

    def clip_cost(self, network: str, layer: str = "conv1", clip: ClipSize | None = None) -> ClipCost:
        """Return the FLOP of one clip.

        Args:
            network: Name of a backbone.
            layer: The first stage that is trained; those before it are frozen.
            clip: Size of the clip; by default that of the study's own task.
        """
        return flops.clip_cost(network, self.study.network, clip or self.clip, layer, study=self.folder)

    def _pretrain(self, job: Job) -> float:
        """FLOP of all clips of all tuples: trained, validated and tested."""
        task, usable, cost = self._tuples(job)
        options, videos = self.study.pretraining(str(task)), self._mined(job, usable)
        return task.clips * (training_flop(videos, options.epochs, cost) + options.test_tuples * videos.test * cost.testing)

    def _mine(self, job: Job) -> float:
        """FLOP of all clips of the tuples of each training video (TMM 2020, III-D2)."""
        task, videos, cost = self._tuples(job)
        return task.clips * self.study.mine.tuples * videos.training * cost.testing

    def _tuples(self, job: Job) -> tuple[PretextTask, SplitSize, ClipCost]:
        """Return the pretext task of a job, the videos that are long enough for it, and the FLOP of one of its clips."""
        task, study = find_task(job.wildcards["task"], self.folder / FOLDER), self.study
        clip = ClipSize(_frames_read(study, task.clip_length), study.input.crop)
        name = study.pretraining_data
        dataset, aside = self.size.dataset(name), study.data[name].validation_videos
        usable = dataset.usable(task).with_validation(aside, dataset.split(1).training)
        return task, usable, self.clip_cost(job.wildcards["network"], clip=clip)

    def _mined(self, job: Job, videos: SplitSize) -> SplitSize:
        """Videos of a `-hard` run: the length of its list of hard videos; all of them as long as the list does not exist."""
        hard = next((self.folder / path for path in job.inputs if path.endswith("/hard.txt")), None)
        if hard is None or not hard.exists():
            return videos
        return SplitSize(len(hard.read_text(errors="surrogateescape").splitlines()), videos.test, videos.validation)

    def _finetune(self, job: Job) -> float:
        """FLOP of one clip of each training video an epoch, and of ten clips of each test video."""
        w, study = job.wildcards, self.study
        cost = self.clip_cost(w["network"], w.get("layer", "conv1"))
        split = self.size.dataset(w["dataset"]).split(int(w["split"]))
        videos = split.with_validation(study.data[w["dataset"]].validation_videos)
        labelled = SplitSize(round(videos.training * int(w.get("percent", 100)) / 100), videos.test, videos.validation)
        return (
            training_flop(labelled, study.finetuning(w["dataset"], w["network"]).epochs, cost)
            + videos.test * study.extract.test_clips * cost.testing
        )

    def _extract(self, job: Job) -> float:
        """FLOP of the ten clips of each video."""
        videos = self.size.dataset(job.wildcards["dataset"]).split(1)
        cost = self.clip_cost(job.wildcards["network"])
        return (videos.training + videos.validation + videos.test) * self.study.extract.test_clips * cost.testing

    def _extract_questions(self, job: Job) -> float:
        """FLOP of the clips of each video that is asked about."""
        assert self.study.questions is not None
        return self.size.questions[1] * self.study.questions.clips * self.clip_cost(job.wildcards["network"]).testing

    def _answer(self, job: Job) -> float:
        """Return the FLOP of the LSTM, the attention and two layers, which are few (TMM 2020, IV-D)."""
        assert self.study.questions is not None
        hidden, features = self.study.answer.hidden, FEATURES * self.study.network.multiplier
        words = 8 * WORDS * hidden * (WORD_VALUES + hidden)
        joint = 2 * hidden * (hidden + features + self.study.answer.classes)
        question = words + 2 * self.study.questions.clips * hidden * features + joint
        questions = self.size.questions[0]
        return training_flop(questions, self.study.answer.epochs, ClipCost(3 * question, question)) + questions.test * question


def study_clip(study: Study) -> ClipSize:
    """Return the size of a clip of the study's own task."""
    return ClipSize(_frames_read(study, Task.parse(study.task).clip_length), study.input.crop)


def _frames_read(study: Study, clip_length: int) -> int:
    """Frames of a clip that enter the network: every ``frame_stride``-th."""
    return -(-clip_length // study.input.frame_stride)


def training_flop(videos: SplitSize, epochs: int, cost: ClipCost) -> float:
    """Return the FLOP of all epochs of a training with one clip of each video, and of their validation."""
    return epochs * (videos.training * cost.training + videos.validation * cost.testing)
