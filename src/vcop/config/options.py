"""Every option, once: a dataclass field is a key of config.yaml, a flag of a verb and a row of the schema.

The defaults are the papers' values; a study's config.yaml holds what differs (``vcop.config.study``).

This module is read by the Snakefile in every job, so it imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vcop.config.fields import Options, option


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
