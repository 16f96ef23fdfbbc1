"""A whole config.yaml as one dataclass, whose fields are the sections.

``python -m vcop schema`` prints its JSON schema, which is kept at workflow/schemas/config.schema.yaml. The Snakefile reads this
module in every job, so it imports nothing heavy.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from vcop.config.data_options import (
    DatasetOptions,
    DownloadOptions,
    FrameOptions,
    QuestionOptions,
    QuizOptions,
    SynthesiseOptions,
)
from vcop.config.fields import Options, option
from vcop.config.names import DATASET, PAPER_DATASETS, PAPER_NETWORKS, require_dataset_name
from vcop.config.options import (
    AnswerOptions,
    AuditOptions,
    ComputeOptions,
    ExtractOptions,
    FinetuneOptions,
    InputOptions,
    MachineOptions,
    MineOptions,
    NetworkOptions,
    PretrainOptions,
    ProbeOptions,
    RetrieveOptions,
)
from vcop.sampling.tasks import ANY_TASK, Task, order_task

# The pretext tasks that `beyond_tasks` compares: the papers' own first, those with several clips, those with one, a null and a ceiling.
COMPARED = [
    "16-8-3",
    "still-16-8-3",
    "verify-16-8-3",
    "verify_still-16-8-3",
    "frame_order-16-8-4",
    "jigsaw-16-3-6",
    "cloze-16-8-3",
]
COMPARED += ["contrast-16", "puzzle-16", "arrow-16", "pace-16-4", "rotation-16", "random_labels-16-10", "supervised-16"]

NETWORK = r"[a-z][a-z0-9_]*"  # what a network may be called


@dataclass(frozen=True, kw_only=True)
class Study(Options):
    """A whole config.yaml: the study's name, tasks and seeds, and all sections of options."""

    study: str = option(doc="Name of the study, printed in the heading of every table and figure.")
    task: str = option("16-8-3", "Pretext task of the 2019 paper's tables: clip length - interval - tuple length.")
    seeds: list[int] = option([0], "Seeds of the replicates; tables show their mean.", minimum=0)
    start: str = option(
        "",
        "Weights file to start from instead of random weights, the same for all seeds; {network} in its name stands for the network's name.",
    )
    curriculum_seeds: list[int] = option([0, 1, 2], "Seeds of `beyond_curriculum`, which is not part of `all`.", minimum=0)
    task_epochs: dict[str, int] = option(
        {}, "Epochs of single pretrainings, task: number, where they differ from pretrain.epochs."
    )
    tasks: list[str] = option(
        COMPARED,
        "Pretext tasks that `beyond_tasks` compares with random weights, and the first of them with each of the others.",
    )
    task_networks: list[str] = option(["r3d"], "Networks that `beyond_tasks` trains by each of `tasks`.")
    backbones: list[str] = option(list(PAPER_NETWORKS), "Networks that `beyond_backbones` compares, all trained by `task`.")
    finetune_epochs: dict[str, int] = option(
        {},
        "Epochs of fine-tuning in place of finetune.epochs. A key is a data set, as ucf101, for all networks; or a data set and a network, as "
        "ucf101/c3d, for this network alone. The key with the network wins.",
    )
    all_layers: list[str] = option(
        ["ucf101/16-8-3"],
        "Data set/weights for which the features of all five layers are kept, not of the last one only (TMM 2020, Table IV).",
    )
    label_shares: list[int] = option(
        [5, 10, 20, 50], "Percentages of the training videos whose labels `beyond_labels` trains on.", minimum=1, maximum=99
    )
    data: dict[str, DatasetOptions] = option(
        doc="The data sets by name: ucf101 and hmdb51, which the papers' tables need, and others of your own, by any name."
    )
    pretrain_on: str = option(
        "", "Data set whose videos pretrain the networks. If empty: ucf101 where it is there, else the first under `data`."
    )
    questions: QuestionOptions | None = option(
        None, "Video question answering; needed by TMM 2020, Table VI, and by the pages that compare all numbers."
    )
    synthesise: SynthesiseOptions | None = option(None, "Make synthetic videos instead of expecting real ones under `data`.")
    quiz: QuizOptions = option(QuizOptions())
    frames: FrameOptions = option(FrameOptions())
    input: InputOptions = option(InputOptions())
    network: NetworkOptions = option(NetworkOptions())
    compute: ComputeOptions = option(ComputeOptions())
    pretrain: PretrainOptions = option(PretrainOptions())
    mine: MineOptions = option(MineOptions())
    finetune: FinetuneOptions = option(FinetuneOptions())
    extract: ExtractOptions = option(ExtractOptions())
    retrieve: RetrieveOptions = option(RetrieveOptions())
    answer: AnswerOptions = option(AnswerOptions())
    probe: ProbeOptions = option(ProbeOptions())
    audit: AuditOptions = option(AuditOptions())
    machine: MachineOptions = option(MachineOptions())
    download: DownloadOptions = option(DownloadOptions())

    def __post_init__(self) -> None:
        super().__post_init__()
        task, crop, stride = _task("task", self.task), self.input.crop, self.input.frame_stride
        if crop > min(self.frames.height, self.frames.width):
            raise ValueError(f"input.crop: {crop} pixels do not fit frames of {self.frames.height}x{self.frames.width}")
        if stride >= task.clip_length:
            raise ValueError(
                f"input.frame_stride: {stride} leaves a single frame of a clip of {task.clip_length}, which shows no motion"
            )
        for name in self.all_layers:
            if not re.fullmatch(rf"{DATASET}/(random|{ANY_TASK})", name):
                raise ValueError(f"all_layers: {name!r} is not of the form data set/weights, for example ucf101/16-8-3")
        _require_names("tasks", self.tasks, ANY_TASK, "pretext task, for example 16-8-3 or arrow-16")
        for key in ("task_networks", "backbones"):
            _require_names(key, getattr(self, key), NETWORK, "network, for example r3d")
        for name, epochs in self.task_epochs.items():
            if not re.fullmatch(ANY_TASK, name) or order_task(name):
                _task("task_epochs", name)
            if epochs < 1:
                raise ValueError(f"task_epochs.{name}: {epochs} is below 1")
        self._check_data()
        self._check_finetune_epochs()

    def _check_finetune_epochs(self) -> None:
        """Raise ValueError if a key has an unknown data set or what cannot be a network, or if its epochs are below 1."""
        for name, epochs in self.finetune_epochs.items():
            dataset, _, network = name.partition("/")
            if dataset not in self.data:
                raise ValueError(
                    f"finetune_epochs: {dataset!r} is not among the data sets ({', '.join(self.data)}); "
                    "a key is a data set, or a data set and a network, for example ucf101/c3d"
                )
            if "/" in name:
                _require_names(f"finetune_epochs.{name}", [network], NETWORK, "network, for example r3d")
            if epochs < 1:
                raise ValueError(f"finetune_epochs.{name}: {epochs} is below 1")

    def _check_data(self) -> None:
        """Raise ValueError if a data set cannot be called so, lacks its lists, or is not there."""
        for name, one in self.data.items():
            require_dataset_name("data", name)
            if name in PAPER_DATASETS and not one.lists:
                raise ValueError(
                    f"data.{name}.lists: the official lists are needed; videos of your own stand under another name"
                )
            if name not in PAPER_DATASETS and self.synthesise is not None:
                raise ValueError(
                    f"data.{name}: synthetic videos are made of {' and '.join(PAPER_DATASETS)} only: leave out synthesise"
                )
        if self.pretrain_on and self.pretrain_on not in self.data:
            raise ValueError(f"pretrain_on: {self.pretrain_on} is not among the data sets ({', '.join(self.data)})")

    @property
    def pretraining_data(self) -> str:
        """Name of the data set whose videos pretrain the networks (CVPR 2019, 4: UCF101)."""
        usual = PAPER_DATASETS[0] if PAPER_DATASETS[0] in self.data else next(iter(self.data))
        return self.pretrain_on or usual

    @property
    def own_data(self) -> list[str]:
        """Names of the data sets that are not those of the papers."""
        return [name for name in self.data if name not in PAPER_DATASETS]

    def pretraining(self, name: str) -> PretrainOptions:
        """Return the options of one pretraining.

        Args:
            name: A task as in ``16-8-3``, ``arrow-16`` or ``16-16-3-long``; the epochs are those that ``task_epochs`` gives. Otherwise
                ``-long`` has twice the epochs of its task (TMM 2020, IV-A), ``-direct`` as many as show the network the clips of the whole
                task-based curriculum up to its task, ``-more`` those of ``-hard``, and every other one ``pretrain.epochs``.
        """
        order = order_task(name)
        epochs = self._epochs(order) if order else self.task_epochs.get(name, self.pretrain.epochs)
        return dataclasses.replace(self.pretrain, epochs=epochs)

    @property
    def finetuned_networks(self) -> set[str]:
        """Networks that the keys of finetune_epochs name; others are fine-tuned, too."""
        return {name.partition("/")[2] for name in self.finetune_epochs} - {""}

    def finetuning(self, dataset: str, network: str) -> FinetuneOptions:
        """Return the options of fine-tuning a network on a data set: those of finetune, with the epochs of finetune_epochs."""
        epochs = self.finetune_epochs.get(dataset, self.finetune.epochs)
        return dataclasses.replace(self.finetune, epochs=self.finetune_epochs.get(f"{dataset}/{network}", epochs))

    def _epochs(self, task: Task) -> int:
        return self.task_epochs.get(str(task)) or self._usual_epochs(task)

    def _usual_epochs(self, task: Task) -> int:
        """Return the epochs of a task that task_epochs does not name."""
        if task.variant == "long":
            return 2 * self._epochs(task.plain)
        if task.variant == "more":
            return self._epochs(dataclasses.replace(task, variant="hard"))
        if task.variant == "direct":
            return round(self._clips(task.plain) / task.tuple_length)
        return self.pretrain.epochs

    def _clips(self, task: Task) -> int:
        """Return how many clips of each video the task-based curriculum sees up to a task."""
        before = 0 if task.start == "random" else self._clips(Task.parse(task.start))
        return before + self._epochs(task) * task.tuple_length

    @property
    def note(self) -> str:
        """Disclaimer for the headings of tables and figures: given initial weights, BatchNorm over parts of a batch; may be empty."""
        parts = [f"initial weights are those of {self.start}, also in rows called random"] if self.start else []
        parts += [
            f"{where}: gradients accumulated, BatchNorm over 1/{o.accumulate} of each batch of {o.batch_size}"
            for where, o in (("pretraining", self.pretrain), ("fine-tuning", self.finetune))
            if o.accumulate > 1
        ]
        return "; ".join(parts)


def _require_names(key: str, names: list[str], form: str, what: str) -> None:
    """Raise ValueError unless an option lists at least one name, none twice, and each of a form (a regular expression)."""
    if not names or len(set(names)) < len(names):
        raise ValueError(f"{key}: give at least one name, and none twice")
    for name in names:
        if not re.fullmatch(form, name):
            raise ValueError(f"{key}: {name!r} is not the name of a {what}")


def _task(key: str, name: str) -> Task:
    """Parse the task that an option names. Raises ValueError unless it is spelled as in the paths of results."""
    try:
        task = Task.parse(name)
    except ValueError as problem:
        raise ValueError(str(problem) if key == "task" else f"{key}: {problem}") from None
    if str(task) != name:
        raise ValueError(f"{key}: {name!r}: write {task}")
    return task
