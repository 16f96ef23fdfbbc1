"""Every option, once: a dataclass field is a key of config.yaml, a flag of a verb and a row of the schema.

The defaults are the papers' values; a study's config.yaml holds what differs (``vcop.config.study``).

This module is read by the Snakefile in every job, so it imports nothing heavy.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import re
import shlex
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints


def option(default: Any = MISSING, doc: str = "", *, minimum: float | None = None, maximum: float | None = None) -> Any:
    """A field with its documentation and bounds (inclusive)."""
    metadata = {"doc": doc, "minimum": minimum, "maximum": maximum}
    if isinstance(default, list | dict):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Options:
    """A section of config.yaml. Raises ValueError, naming the key, for a value outside its bounds or choices."""

    def __post_init__(self) -> None:
        for f, kind in fields(type(self)):
            value, low, high = getattr(self, f.name), f.metadata["minimum"], f.metadata["maximum"]
            if get_origin(kind) is Literal and value not in get_args(kind):
                raise ValueError(f"{f.name}: {value!r} is not one of {', '.join(get_args(kind))}")
            if kind is str and not value.strip() and default_of(f) != "":
                raise ValueError(f"{f.name}: is empty")
            if kind in (int, float):
                _within(f.name, value, low, high)
            if kind in (list[int], list[float]):
                if not value or len(set(value)) < len(value):
                    raise ValueError(f"{f.name}: at least one number, none twice")
                for one in value:
                    _within(f.name, one, low, high)

    @classmethod
    def add_flags(cls, parser: argparse.ArgumentParser) -> None:
        """One ``--flag`` a field, with its default and documentation."""
        for f, kind in fields(cls):
            flag, default = "--" + f.name.replace("_", "-"), default_of(f)
            required = default is MISSING
            shared: dict[str, Any] = {"default": None if required else default, "required": required}
            shared["help"] = f.metadata["doc"].replace("%", "%%") + ("" if required else " (default: %(default)s)")
            if kind is bool:
                parser.add_argument(flag, action=argparse.BooleanOptionalAction, **shared)
            elif get_origin(kind) is Literal:
                parser.add_argument(flag, choices=get_args(kind), **shared)
            elif get_origin(kind) is list:
                of = get_args(kind)[0]
                parser.add_argument(flag, type=of, nargs="+", metavar=of.__name__.upper(), **shared)
            else:
                parser.add_argument(flag, type=kind, metavar=kind.__name__.upper(), **shared)

    @classmethod
    def from_flags(cls, arguments: argparse.Namespace) -> Self:
        """The options out of parsed flags."""
        return cls(**{f.name: getattr(arguments, f.name) for f, _ in fields(cls)})


def _within(name: str, value: float, low: float | None, high: float | None) -> None:
    """Raises ValueError that names an option whose number is not finite or out of its bounds."""
    if isinstance(value, int) and value.bit_length() > 63:
        raise ValueError(f"{name}: a whole number beyond 64 bits")
    if not math.isfinite(value):
        raise ValueError(f"{name}: {value} is not a finite number")
    if low is not None and value < low:
        raise ValueError(f"{name}: {value} is below {low}")
    if high is not None and value > high:
        raise ValueError(f"{name}: {value} is above {high}")


def _fields(cls: type) -> list[tuple[dataclasses.Field[Any], Any]]:
    """The fields of a dataclass with their types resolved."""
    hints = get_type_hints(cls)
    return [(f, hints[f.name]) for f in dataclasses.fields(cls)]


fields: Callable[[type], list[tuple[dataclasses.Field[Any], Any]]] = cache(_fields)  # asked for often, and slow


def default_of(f: dataclasses.Field[Any]) -> Any:
    """A field's default, MISSING where it has none."""
    return f.default if f.default_factory is MISSING else f.default_factory()


DATASETS = ("ucf101", "hmdb51")
QUESTIONS = "activitynet-qa"  # the data set of the questions, as it is called in paths


@dataclass(frozen=True, kw_only=True)
class DatasetOptions(Options):
    """Where a data set lies and how strict to be with it."""

    videos: str = option(doc="folder of the videos, one folder a class, relative to the study's folder")
    lists: str = option(doc="folder of the official lists (ucfTrainTestlist, testTrainMulti_7030_splits)")
    validation_videos: int = option(800, "training videos set aside for validation (C 4; 400 for HMDB51)", minimum=1)
    digests: str = option(
        "", "SHA-256 of the videos, as `sha256sum` writes them; empty: digests.txt in their folder, if it is there"
    )
    allow_unreadable: int = option(0, "videos that may be missing or unreadable before `decode` fails", minimum=0)
    processes: int = option(16, "videos made or decoded at a time, where there are as many cores", minimum=1)


@dataclass(frozen=True, kw_only=True)
class QuestionOptions(Options):
    """Where ActivityNet-QA lies, and what is read of its videos (T IV-D)."""

    videos: str = option(
        doc="folder of the ActivityNet videos (v_NAME or NAME, any extension), relative to the study's folder"
    )
    annotations: str = option(doc="folder of train_q.json, train_a.json, val_q.json, ..., as published")
    vectors: str = option(doc="GloVe vectors: a text file, or a .gz or .zip of one (glove.6B.300d.txt)")
    clips: int = option(20, "clips of a video, evenly spread; no other frame is decoded", minimum=1)
    digests: str = option(
        "", "SHA-256 of the videos, as `sha256sum` writes them; empty: digests.txt in their folder, if it is there"
    )
    allow_unreadable: int = option(0, "videos that may be missing or unreadable; their questions are left out", minimum=0)
    processes: int = option(16, "videos made or decoded at a time, where there are as many cores", minimum=1)


@dataclass(frozen=True, kw_only=True)
class SynthesiseOptions(Options):
    """The synthetic videos of a study that has no real ones."""

    groups: int = option(25, "groups a class, each with a look of its own (UCF101 has 25)", minimum=8, maximum=99)
    videos_per_group: int = option(3, "videos of a group, the same look moving anew", minimum=1, maximum=99)
    video_height: int = option(240, "pixels", minimum=16)
    video_width: int = option(320, "pixels", minimum=16)
    shortest: int = option(66, "frames of the shortest ordinary video; every 25th is cut shorter, one to 11", minimum=24)
    longest: int = option(150, "frames of the longest video", minimum=24)
    synthesis_seed: int = option(0, "another number, other videos", minimum=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        for key in ("video_height", "video_width"):
            if getattr(self, key) % 2:
                raise ValueError(f"{key}: {getattr(self, key)} is odd, which MPEG-4 cannot store")
        if self.longest < self.shortest:
            raise ValueError(f"longest: {self.longest} is below shortest, {self.shortest}")


@dataclass(frozen=True, kw_only=True)
class QuizOptions(Options):
    """The synthetic videos with questions, where videos are synthesised."""

    question_videos: int = option(
        300, "videos with questions: of ten, six to train, one to validate, three to test", minimum=10
    )
    question_types: list[int] = option(
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        "types of questions that are asked of each, as ActivityNet-QA numbers them",
        minimum=0,
        maximum=8,
    )


@dataclass(frozen=True, kw_only=True)
class FrameOptions(Options):
    """The frame store (C 4: frames are resized to 128x171)."""

    height: int = option(128, "pixels of a stored frame", minimum=8)
    width: int = option(171, "pixels of a stored frame", minimum=8)
    codec: Literal["jpeg", "raw"] = option("jpeg", "jpeg: about 26 GB for UCF101 (10.4 kB a frame); raw: 163 GB, exact")
    quality: int = option(95, "JPEG quality, 4:2:0", minimum=1, maximum=100)
    decode_revision: int = option(1, "raised when decoding changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class InputOptions(Options):
    """What enters a network of a stored clip (C 4)."""

    crop: int = option(112, "pixels of the square crop: random in training, central in tests", minimum=8)
    frame_stride: int = option(1, "every n-th frame of a clip enters; lengths and intervals still count all", minimum=1)
    input_mean: float = option(0.0, "subtracted from RGB in [0, 1]")
    input_gain: float = option(1.0, "multiplied after that")


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Options):
    """The backbones (C 3.2)."""

    multiplier: float = option(1.0, "of all widths; 1.0 is the papers'", minimum=1 / 64, maximum=4)
    batchnorm_scale: Literal["ones", "uniform"] = option("ones", "initial; uniform in [0, 1) as in PyTorch 0.4.1")


@dataclass(frozen=True, kw_only=True)
class ComputeOptions(Options):
    """What decides a result's last bits, and so belongs to the study and not to a machine's profile."""

    torch_threads: int = option(1, "CPU threads of a training or extracting process", minimum=1)
    precision: Literal["fp32", "bf16"] = option("fp32", "bf16: autocast; parameters and BatchNorm stay fp32")
    channels_last: bool = option(True, "memory layout of the convolutions")
    flat: bool = option(True, "R(2+1)D's convolutions over space or time alone computed as the 2D ones that they are: faster")
    compile: bool = option(False, "torch.compile of the backbone's stages: a minute at the start, faster steps on GPUs")
    recompute: bool = option(False, "keep no activations within a stage: less memory, a third more arithmetic, same result")


@dataclass(frozen=True, kw_only=True)
class LoopOptions(Options):
    """The training loop (C 4)."""

    epochs: int = option(300, "passes over the training list", minimum=1)
    batch_size: int = option(8, "tuples or clips a step; the last partial batch is kept", minimum=1)
    accumulate: int = option(1, "parts of a batch, one after the other; BatchNorm then sees a part only", minimum=1)
    optimiser: Literal["sgd", "adamw"] = option("sgd", "C 4: SGD")
    learning_rate: float = option(1e-3, "of the first step", minimum=0)
    schedule: Literal["constant", "cosine"] = option("constant", "cosine falls to zero at the last step")
    momentum: float = option(0.9, "of SGD", minimum=0, maximum=1)
    weight_decay: float = option(5e-4, "on all parameters", minimum=0)


@dataclass(frozen=True, kw_only=True)
class PretrainOptions(LoopOptions):
    """Clip order prediction (C 3, 4)."""

    dropout: float = option(0.5, "between the order head's layers", minimum=0, maximum=0.99)
    head_batchnorm: bool = option(False, "a BatchNorm without scale on the features, in the order head only")
    joint_batchnorm: bool = option(False, "one backbone pass over all clips; the published code passes per position")
    shared_crop: bool = option(False, "one crop a tuple instead of one a clip")
    confidence_epochs: int = option(5, "last epochs whose predictions `mine` judges videos by (T IV-A: several)", minimum=1)
    confidence_mode: Literal["training", "evaluation"] = option(
        "training", "training: predictions of the steps themselves; evaluation: of one more pass over the same tuples"
    )
    hard_optimiser: Literal["fresh", "carried"] = option("fresh", "carried: -hard goes on with the optimiser's momenta")
    pretrain_revision: int = option(1, "raised when pretraining changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class MineOptions(Options):
    """Which videos the sample-based curriculum keeps (T III-D2)."""

    threshold: float = option(
        0.8, "always ordered rightly and more probably than this: simple, left out", minimum=0, maximum=1
    )
    mine_revision: int = option(1, "raised when mining changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class FinetuneOptions(LoopOptions):
    """Action recognition (C 4.2)."""

    epochs: int = option(150, "passes over the training list", minimum=1)
    head_batchnorm: bool = option(False, "a BatchNorm without scale on the features, before the classifier")
    finetune_revision: int = option(1, "raised when fine-tuning changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class ExtractOptions(Options):
    """Clip features (C 4.1)."""

    test_clips: int = option(10, "clips of a video, centres evenly spaced", minimum=1)
    half: bool = option(False, "keep features in 16 bits: half the disk, similarities change in the 4th digit")
    extract_revision: int = option(1, "raised when extraction changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class RetrieveOptions(Options):
    """Nearest neighbours (C 4.1)."""

    block_rows: int = option(4096, "features compared at a time; bounds the memory (see docs/wildcards.md)", minimum=1)
    retrieve_revision: int = option(1, "raised when retrieval changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class AnswerOptions(LoopOptions):
    """Video question answering with extended soft attention (T IV-D). The paper gives no rate, batch or epochs: these are ours."""

    epochs: int = option(30, "passes over the training questions", minimum=1)
    batch_size: int = option(64, "questions a step", minimum=1)
    optimiser: Literal["sgd", "adamw"] = option("adamw", "T does not say")
    weight_decay: float = option(0.0, "on all parameters", minimum=0)
    classes: int = option(1000, "answers that can be given: the most frequent of the training list", minimum=2)
    hidden: int = option(300, "size of the LSTM's state and of the layer before the answers (T IV-D)", minimum=1)
    dropout: float = option(0.0, "before the answers", minimum=0, maximum=0.99)
    head_batchnorm: bool = option(False, "a BatchNorm without scale on the clip features")
    train_words: bool = option(False, "go on training the word vectors")
    answer_revision: int = option(1, "raised when question answering changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class ProbeOptions(Options):
    """What is read out of frozen features by a linear classifier and by nearest neighbours (not in the papers)."""

    learning_rates: list[float] = option([0.3, 3.0, 30.0], "tried on the validation list, of rows of length one", minimum=0)
    weight_decays: list[float] = option([1e-3, 1e-4, 1e-5], "tried with each rate; the first of equals is taken", minimum=0)
    neighbours: list[int] = option([1, 5, 10, 20, 50], "numbers of neighbours tried; the first of equals is taken", minimum=1)
    epochs: int = option(20, "passes over the clips, rate falling to zero by a cosine", minimum=1)
    batch_size: int = option(256, "clips a step", minimum=1)
    held_rows: int = option(16384, "clips held at a time, and shuffled among each other; bounds the memory", minimum=1)
    probe_revision: int = option(1, "raised when the probe changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class AuditOptions(Options):
    """By what the order of clips is told (not in the papers)."""

    audit_revision: int = option(1, "raised when the audit changes its meaning", minimum=1)


@dataclass(frozen=True, kw_only=True)
class MachineOptions(Options):
    """What changes no result: never part of what makes a stage run again."""

    workers: int = option(0, "loader processes", minimum=0)
    device: Literal["auto", "cpu", "cuda"] = option("auto", "auto: a GPU where there is one")
    gpus: int = option(1, "that share each batch of a pretraining (CPU processes where device is cpu)", minimum=1)
    nodes: int = option(1, "machines that share it, each with so many GPUs; by SLURM alone (docs/cluster.md)", minimum=1)
    save_minutes: float = option(5.0, "between two saved states within an epoch", minimum=0)
    wait_minutes: float = option(
        10.0,
        "without a batch, an answer of the disk or of another process of a training, before a stage ends with an error",
        minimum=0.01,
    )
    tensorboard: bool = option(False, "event files for TensorBoard beside the weights")


@dataclass(frozen=True, kw_only=True)
class DownloadOptions(Options):
    """How `download` fetches the data sets (it is never part of `all`)."""

    mirror: str = option(
        "official", "the address of a folder that has the files by their names, in place of the official pages"
    )
    digests: Literal["known", "recorded"] = option(
        "known",
        "known: only the files whose SHA-256 is known are taken; recorded: others, too, if an earlier fetch had the same",
    )
    tries: int = option(8, "that may fail one after the other before a transfer is given up", minimum=1)
    wait: float = option(1.0, "seconds before the second try, then twice as long each time, up to a minute", minimum=0)
    timeout: float = option(60.0, "seconds without a byte before a try has failed", minimum=0.01)
    keep_archives: bool = option(False, "keep the archives beside the folders that they have become")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mirror != "official" and not re.fullmatch(r"https?://[\w.:%/@~+-]+", self.mirror):
            raise ValueError(f"mirror: {self.mirror!r} is not an address as in https://host/folder")


def flags(*sections: Options) -> str:
    """The sections as command-line flags for a shell, defaults included: what a rule's params are made of."""
    words = []
    for section in sections:
        for f, kind in fields(type(section)):
            value, flag = getattr(section, f.name), f.name.replace("_", "-")
            if kind is bool:
                words.append(f"--{flag}" if value else f"--no-{flag}")
            elif get_origin(kind) is list:
                words.append(f"--{flag} {' '.join(map(repr, value))}")
            else:
                text = repr(value) if kind is float else shlex.quote(str(value))
                # argparse takes -1e-05 for a flag unless it is told; where it need not be, commands stay what they were.
                words.append(f"--{flag}={text}" if text.startswith("-") else f"--{flag} {text}")
    return " ".join(words)


def identity(*sections: Options, **more: Any) -> dict[str, Any]:
    """What a result depends on, for fingerprints and attributes."""
    return {k: v for section in sections for k, v in dataclasses.asdict(section).items()} | more


def existing(path: str | Path, what: str) -> Path:
    """``path`` if it exists. Raises ValueError that says what was looked for."""
    if not Path(path).exists():
        raise ValueError(f"{path}: {what} is not there")
    return Path(path)
