"""Options of networks, training and evaluation.

A field is a key of config.yaml, a command-line flag and a row of the schema. The defaults are the papers' values; a study's
config.yaml holds what differs. The Snakefile reads this module in every job, so it imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vcop.config.fields import Options, option

REVISION = "Raised by the developers when the meaning of this stage changes."


@dataclass(frozen=True, kw_only=True)
class InputOptions(Options):
    """The part of a stored clip that enters a network (CVPR 2019, 4)."""

    crop: int = option(112, "Side of the square crop in pixels; random in training, central in tests.", minimum=8)
    frame_stride: int = option(
        1,
        "Every n-th frame of a clip enters the network; clip lengths and intervals still count all frames.",
        minimum=1,
    )
    input_mean: float = option(0.0, "Value subtracted from RGB in [0, 1].")
    input_gain: float = option(1.0, "Factor by which the result is multiplied.")


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Options):
    """The backbones (CVPR 2019, 3.2)."""

    multiplier: float = option(1.0, "Factor on the widths of all layers; 1.0 is the papers' size.", minimum=1 / 64, maximum=4)
    batchnorm_scale: Literal["ones", "uniform"] = option(
        "ones", "Initial scale of BatchNorm. ones: PyTorch's default today; uniform: in [0, 1), as in PyTorch 0.4.1."
    )


@dataclass(frozen=True, kw_only=True)
class ComputeOptions(Options):
    """Options that decide the last bits of a result, and so belong to the study and not to a machine's profile."""

    torch_threads: int = option(1, "CPU threads of a process that trains or extracts features.", minimum=1)
    precision: Literal["fp32", "bf16"] = option(
        "fp32", "Precision of the arithmetic. bf16: automatic mixed precision; parameters and BatchNorm stay fp32."
    )
    allow_tf32: bool = option(
        True, "GPUs may compute fp32 convolutions in TF32 (PyTorch's default): faster, with three digits; false: in full fp32."
    )
    deterministic: bool = option(
        False,
        "Only deterministic operations are used where there are any: slower, but two runs on one kind of GPU end with the same bits.",
    )
    channels_last: bool = option(True, "Use the channels-last memory layout in convolutions.")
    flat: bool = option(
        True, "Compute R(2+1)D's convolutions, which are over space or over time alone, as 2D convolutions: faster."
    )
    compile: bool = option(
        False, "Compile the backbone's layers by torch.compile: a minute at the start, faster steps on GPUs."
    )
    recompute: bool = option(
        False, "Keep no activations within a layer: less memory, a third more arithmetic, the same result."
    )


@dataclass(frozen=True, kw_only=True)
class LoopOptions(Options):
    """The training loop (CVPR 2019, 4)."""

    epochs: int = option(300, "Number of passes over the training list.", minimum=1)
    batch_size: int = option(8, "Tuples or clips per step; the last, smaller batch is used, too.", minimum=1)
    accumulate: int = option(
        1, "Number of parts of a batch, which are processed one after the other; BatchNorm then sees one part.", minimum=1
    )
    optimiser: Literal["sgd", "adamw"] = option("sgd", "Optimiser (CVPR 2019, 4: SGD).")
    learning_rate: float = option(1e-3, "Learning rate at the start, or at the end of the warm-up if there is one.", minimum=0)
    schedule: Literal["constant", "cosine"] = option(
        "constant", "Learning rate schedule; cosine falls towards zero, which the step after the last one would have."
    )
    warmup: float = option(
        0.0, "Share of all steps in which the rate first rises linearly to `learning_rate`.", minimum=0, maximum=1
    )
    clip_norm: float = option(
        0.0, "Largest norm of the gradients of a step; longer gradients are scaled down to it. 0: no limit.", minimum=0
    )
    momentum: float = option(0.9, "Momentum of SGD.", minimum=0, maximum=1)
    beta2: float = option(
        0.999,
        "Decay rate of AdamW's mean of squared gradients. Short trainings may learn faster with a lower value, for example 0.99.",
        minimum=0,
        maximum=0.99999,
        added_later=True,
    )
    weight_decay: float = option(5e-4, "Weight decay on all parameters.", minimum=0)


@dataclass(frozen=True, kw_only=True)
class PretrainOptions(LoopOptions):
    """Clip order prediction (CVPR 2019, 3 and 4)."""

    dropout: float = option(0.5, "Dropout between the layers of the order head.", minimum=0, maximum=0.99)
    head_batchnorm: bool = option(False, "Apply a BatchNorm without scale to the features, in the order head only.")
    joint_batchnorm: bool = option(
        False, "Pass all clips through the backbone at once; the published code makes one pass per clip position."
    )
    shared_crop: bool = option(False, "Use one crop per tuple instead of one per clip.")
    test_tuples: int = option(
        1, "Number of fixed tuples of each test video whose order is predicted; the papers do not give one.", minimum=1
    )
    hard_optimiser: Literal["fresh", "carried"] = option(
        "fresh", "Optimiser of -hard runs. fresh: starts anew; carried: keeps the momenta of the run that it starts from."
    )
    pretrain_revision: int = option(1, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class MineOptions(Options):
    """Choice of the videos that the sample-based curriculum keeps (TMM 2020, III-D2)."""

    threshold: float = option(
        0.8,
        "A video is simple, and left out, if it was always ordered correctly with a probability above this.",
        minimum=0,
        maximum=1,
    )
    tuples: int = option(
        5, "Number of new tuples of each training video whose order the network predicts (TMM 2020, IV-A: several).", minimum=1
    )
    mine_revision: int = option(1, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class FinetuneOptions(LoopOptions):
    """Action recognition (CVPR 2019, 4.2)."""

    epochs: int = option(150, "Number of passes over the training list.", minimum=1)
    head_batchnorm: bool = option(False, "Apply a BatchNorm without scale to the features, before the classifier.")
    validation_clips: int = option(
        1,
        "Number of clips of each validation video. Loss and accuracy are those of the mean of their logits, as in the test.",
        minimum=1,
        added_later=True,
    )
    finetune_revision: int = option(1, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class ExtractOptions(Options):
    """Clip features (CVPR 2019, 4.1)."""

    test_clips: int = option(10, "Number of clips per video; their centres are evenly spaced.", minimum=1)
    half: bool = option(False, "Store features in 16 bits: half the disk space; similarities change in the fourth digit.")
    extract_revision: int = option(1, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class RetrieveOptions(Options):
    """Nearest neighbours (CVPR 2019, 4.1)."""

    block_rows: int = option(4096, "Number of features that are compared at a time; this limits the memory used.", minimum=1)
    retrieve_revision: int = option(2, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class AnswerOptions(LoopOptions):
    """Video question answering by extended soft attention (TMM 2020, IV-D). Rate, batch and epochs are ours: the paper gives none."""

    epochs: int = option(30, "Number of passes over the training questions.", minimum=1)
    batch_size: int = option(64, "Questions per step.", minimum=1)
    optimiser: Literal["sgd", "adamw"] = option("adamw", "Optimiser (the paper does not say).")
    weight_decay: float = option(0.0, "Weight decay on all parameters.", minimum=0)
    classes: int = option(1000, "Number of possible answers: the most frequent ones of the training list.", minimum=2)
    hidden: int = option(300, "Size of the LSTM's state and of the layer before the answers (TMM 2020, IV-D).", minimum=1)
    dropout: float = option(0.0, "Dropout before the answers.", minimum=0, maximum=0.99)
    head_batchnorm: bool = option(False, "Apply a BatchNorm without scale to the clip features.")
    train_words: bool = option(False, "Train the word vectors, too.")
    answer_revision: int = option(1, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class ProbeOptions(Options):
    """A linear classifier and nearest neighbours on frozen features (not in the papers)."""

    learning_rates: list[float] = option(
        [0.3, 3.0, 30.0], "Learning rates that are tried on the validation list, for features of unit length.", minimum=0
    )
    weight_decays: list[float] = option(
        [1e-3, 1e-4, 1e-5], "Weight decays that are tried with each rate; of equally good ones the first is taken.", minimum=0
    )
    neighbours: list[int] = option(
        [1, 5, 10, 20, 50], "Numbers of neighbours that are tried; of equally good ones the first is taken.", minimum=1
    )
    epochs: int = option(20, "Number of passes over the clips; the rate falls to zero by a cosine.", minimum=1)
    batch_size: int = option(256, "Clips per step.", minimum=1)
    held_rows: int = option(
        16384, "Number of clips that are held and shuffled at a time; this limits the memory used.", minimum=1
    )
    probe_revision: int = option(1, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class AuditOptions(Options):
    """The shortcut audit: which cues the order of clips is predicted from (not in the papers)."""

    audit_revision: int = option(1, REVISION, minimum=1)


@dataclass(frozen=True, kw_only=True)
class MachineOptions(Options):
    """Options that change results by rounding at most. No stage runs again when they change."""

    workers: int = option(0, "Number of processes that load batches; 0: the training process does it.", minimum=0)
    device: Literal["auto", "cpu", "cuda"] = option("auto", "Device to compute on; auto: a GPU where there is one.")
    gpus: int = option(1, "Number of GPUs (CPU processes on cpu) that share each pretraining batch.", minimum=1)
    nodes: int = option(
        1,
        "Number of machines that share each pretraining batch, each with `gpus` GPUs; only under SLURM (see the cluster guide).",
        minimum=1,
    )
    save_minutes: float = option(5.0, "Minutes between two saved states within an epoch.", minimum=0)
    wait_minutes: float = option(10.0, "Minutes to wait for a batch, the disk or a peer process before failing.", minimum=0.01)
    tensorboard: bool = option(False, "Write event files for TensorBoard beside the weights.")
