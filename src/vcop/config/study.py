"""config.yaml as a whole: its sections, its JSON schema, and a checked study out of a parsed file.

``python -m vcop schema`` prints the schema (kept at workflow/schemas/config.schema.yaml, a test holds the two in step). The
Snakefile reads this module in every job, so it imports nothing heavy.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
from dataclasses import MISSING, dataclass
from typing import Any, Literal, get_args, get_origin

from vcop.config.options import (
    DATASETS,
    AnswerOptions,
    AuditOptions,
    ComputeOptions,
    DatasetOptions,
    DownloadOptions,
    ExtractOptions,
    FinetuneOptions,
    FrameOptions,
    InputOptions,
    MachineOptions,
    MineOptions,
    NetworkOptions,
    Options,
    PretrainOptions,
    ProbeOptions,
    QuestionOptions,
    QuizOptions,
    RetrieveOptions,
    SynthesiseOptions,
    default_of,
    fields,
    option,
)
from vcop.sampling.tasks import PATTERN, Task


@dataclass(frozen=True, kw_only=True)
class Study(Options):
    """config.yaml as a whole."""

    study: str = option(doc="what the headings of tables and figures say the numbers are of")
    task: str = option("16-8-3", "clip length - interval - tuple length of the 2019 paper's tables")
    seeds: list[int] = option([0], "replicates; tables show their mean", minimum=0)
    curriculum_seeds: list[int] = option([0, 1, 2], "replicates of `beyond_curriculum`, which is not part of `all`", minimum=0)
    task_epochs: dict[str, int] = option(
        {}, "epochs of single pretrainings where they differ from pretrain.epochs: task to number"
    )
    all_layers: list[str] = option(
        ["ucf101/16-8-3"], "data set/weights whose features are kept of all five stages and not of the last alone (T Table IV)"
    )
    label_shares: list[int] = option(
        [5, 10, 20, 50], "percent of the training videos whose labels `beyond_labels` trains on", minimum=1, maximum=99
    )
    data: dict[str, DatasetOptions] = option(
        doc="the data sets, by name: ucf101 and hmdb51 (own videos: as ucf101, in its layout)"
    )
    questions: QuestionOptions | None = option(
        None, "video question answering: needed by T Table VI and by the pages that compare all"
    )
    synthesise: SynthesiseOptions | None = option(None, "make the videos instead of expecting them under `data`")
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
        if -(-task.clip_length // stride) < 8:
            raise ValueError(f"input.frame_stride: {stride} leaves fewer than the 8 frames a clip that C3D's pools need")
        for name in self.all_layers:
            if not re.fullmatch(rf"(ucf101|hmdb51)/(random|{PATTERN})", name):
                raise ValueError(f"all_layers: {name!r} is not data set/weights, as in ucf101/16-8-3")
        for name, epochs in self.task_epochs.items():
            _task("task_epochs", name)
            if epochs < 1:
                raise ValueError(f"task_epochs.{name}: {epochs} is below 1")

    def pretraining(self, name: str) -> PretrainOptions:
        """The options of one pretraining: ``-long`` runs twice the epochs of its task (T IV-A)."""
        return dataclasses.replace(self.pretrain, epochs=self._epochs(Task.parse(name)))

    def _epochs(self, task: Task) -> int:
        usual = 2 * self._epochs(task.plain) if task.variant == "long" else self.pretrain.epochs
        return self.task_epochs.get(str(task), usual)

    @property
    def note(self) -> str:
        """What every table and figure has to confess besides the study's name."""
        parts = [
            f"{where}: gradients accumulated, BatchNorm over 1/{o.accumulate} of each batch of {o.batch_size}"
            for where, o in (("pretraining", self.pretrain), ("fine-tuning", self.finetune))
            if o.accumulate > 1
        ]
        return "; ".join(parts)


def _task(key: str, name: str) -> Task:
    """The task that an option names. Raises ValueError for one that paths would not be named by."""
    try:
        task = Task.parse(name)
    except ValueError as problem:
        raise ValueError(str(problem) if key == "task" else f"{key}: {problem}") from None
    if str(task) != name:
        raise ValueError(f"{key}: {name!r}: write {task}")
    return task


TYPES = {int: "integer", float: "number", bool: "boolean", str: "string"}


def schema(cls: type = Study) -> dict[str, Any]:
    """The JSON schema of a dataclass of options: every key described, nothing else allowed."""
    properties = {}
    for f, kind in fields(cls):
        if isinstance(kind, types.UnionType):
            kind = get_args(kind)[0]
        row: dict[str, Any] = {"description": f.metadata["doc"]}
        if dataclasses.is_dataclass(kind):
            row = {"description": (kind.__doc__ or "").splitlines()[0]} | schema(kind)  # type: ignore[arg-type]
        elif get_origin(kind) is Literal:
            row["enum"] = list(get_args(kind))
        elif get_origin(kind) is list:
            row |= {"type": "array", "items": {"type": TYPES[get_args(kind)[0]]} | _bounds(f)}
        elif get_origin(kind) is dict and get_args(kind)[1] is int:
            row |= {"type": "object", "additionalProperties": {"type": "integer"}}
        elif get_origin(kind) is dict:
            one = schema(get_args(kind)[1])
            row |= {"type": "object", "properties": dict.fromkeys(DATASETS, one)}
            row |= {"minProperties": 1, "additionalProperties": False}
        else:
            row["type"] = TYPES[kind]
            row |= _bounds(f)
        default = default_of(f)
        if default is not MISSING and default is not None and not dataclasses.is_dataclass(default):
            row["default"] = default
        properties[f.name] = row
    required = [f.name for f, _ in fields(cls) if default_of(f) is MISSING]
    out: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return out | ({"required": required} if required else {})


def _bounds(f: dataclasses.Field[Any]) -> dict[str, float]:
    """What a number, or each of a list, has to lie within."""
    return {k: f.metadata[k] for k in ("minimum", "maximum") if f.metadata[k] is not None}


def read_study(config: dict[str, Any], name: str = "config.yaml") -> Study:
    """A checked study out of a parsed config.yaml. Raises ValueError: one line with the key's path and what is wrong."""
    import jsonschema

    sane(config, name)
    errors = jsonschema.Draft202012Validator(schema()).iter_errors(config)
    error = jsonschema.exceptions.best_match(errors)
    if error is not None:
        hint = ""
        if isinstance(error.instance, str) and error.validator == "type" and "e" in error.instance.lower():
            hint = " (YAML reads 1e-3 as text: write 1.0e-3)"
        raise _refused(name, ".".join(map(str, error.absolute_path)) or "top level", f"{error.message}{hint}")
    try:
        return _build(Study, config)
    except ValueError as problem:
        raise _refused(name, str(problem)) from None


def _refused(*parts: str) -> ValueError:
    """The parts as one line that can be printed anywhere."""
    line = ": ".join(parts).replace("\n", "\\n").replace("\r", "\\r")
    return ValueError((line if len(line) < 600 else line[:600] + "...").encode("utf-8", "backslashreplace").decode())


def sane(value: Any, name: str, *path: str) -> None:
    """Raises ValueError, with the key's path, for what no option can be, whatever its type: what no shell or path could carry."""
    where = ".".join(path) or "top level"
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise _refused(name, where, f"the key {key!r} is not text: quote it")
            sane(inner, name, *path, key)
    elif isinstance(value, list):
        for inner in value:
            sane(inner, name, *path)
    elif isinstance(value, int) and value.bit_length() > 63:
        raise _refused(name, where, "a whole number beyond 64 bits")
    elif isinstance(value, float) and not math.isfinite(value):
        raise _refused(name, where, f"{value} is not a finite number")
    elif isinstance(value, str) and (fault := _unspeakable(value)):
        raise _refused(name, where, f"{value!r} {fault}")


def _unspeakable(text: str) -> str:
    """What keeps a text from being a name or a word of a command, or ""."""
    if text.startswith("-"):
        return "begins with '-', as a flag does (of a folder, write ./-...)"
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return "holds half a character"
    return "holds a zero character" if "\0" in text else ""


def _build(cls: type, config: dict[str, Any], path: str = "") -> Any:
    """The dataclass ``cls`` from checked, nested dictionaries."""
    values = {}
    for f, kind in fields(cls):
        if f.name not in config or config[f.name] is None:
            continue
        value = config[f.name]
        if isinstance(kind, types.UnionType):
            kind = get_args(kind)[0]
        if dataclasses.is_dataclass(kind):
            value = _build(kind, value, f"{path}{f.name}.")  # type: ignore[arg-type]
        elif get_origin(kind) is dict and get_args(kind)[1] is not int:
            one = get_args(kind)[1]
            value = {k: _build(one, v, f"{path}{f.name}.{k}.") for k, v in value.items()}
        else:
            value = _numbers(kind, value)
        values[f.name] = value
    try:
        return cls(**values)
    except ValueError as problem:
        raise ValueError(problem if cls is Study else f"{path}{problem}") from None


def _numbers(kind: Any, value: Any) -> Any:
    """Numbers of an option as what they are: JSON's 3.0 is a whole number, too, and 3 a real one."""
    if kind in (int, float):
        return kind(value)
    if get_origin(kind) is list and get_args(kind)[0] in (int, float):
        return [get_args(kind)[0](v) for v in value]
    return {k: int(v) for k, v in value.items()} if kind == dict[str, int] else value
