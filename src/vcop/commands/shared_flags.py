"""Flags that several commands share."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags, given_flags
from vcop.config.data_options import FrameOptions
from vcop.config.fields import default_of, fields
from vcop.config.network_names import known_networks
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions
from vcop.storage import foreign_weights
from vcop.storage.frame_store import FrameStore
from vcop.storage.weights import read_about
from vcop.storage.weights_about import NEEDED, WEIGHTS_FILE
from vcop.training.session import ComputeSession, ModelSession

CLIP_LENGTH = 16  # of the papers
WEIGHTS_HELP = "a run's folder, a .safetensors file, or a file of 2019's published code (.pt)"
TASK_HELP = "Pretext task, for example 16-8-3 (clip length, interval, tuple length) or arrow-16."
AS_STORED = {f.name: "as the frames are stored" for f, _ in fields(FrameOptions)}
AS_TRAINED = {
    f.name: f"as the weights file says, else {default_of(f)}"
    for section in (InputOptions, NetworkOptions)
    for f, _ in fields(section)
}


def compute_session(arguments: argparse.Namespace) -> ComputeSession:
    """Start a session from parsed flags; see ``ComputeSession.start``."""
    machine, compute = from_flags(MachineOptions, arguments), from_flags(ComputeOptions, arguments)
    return ComputeSession.start(machine, compute, study=arguments.study)


def model_session(arguments: argparse.Namespace, weights_file: Path, *, share_batches: bool = False) -> ModelSession:
    """Open the frame store, check it against the flags, and start a session; see ``ModelSession.open``.

    Args:
        arguments: Parsed flags. Those that were left out get the values that the weights file says.
        weights_file: The weights that the command uses or starts from.
        share_batches: Whether several processes may share each batch.

    Raises:
        ValueError: The store or the weights cannot be read, the store is of other frames, or the network is not known.
    """
    store = FrameStore(arguments.frames)
    store.require(given_flags(FrameOptions, arguments))
    take_from_weights(arguments, weights_file)
    return ModelSession.open(
        store,
        arguments.network,
        from_flags(InputOptions, arguments),
        from_flags(NetworkOptions, arguments),
        machine=from_flags(MachineOptions, arguments),
        compute=from_flags(ComputeOptions, arguments),
        share_batches=share_batches,
        study=getattr(arguments, "study", ""),
    )


def take_from_weights(arguments: argparse.Namespace, weights_file: Path) -> None:
    """Give flags that were left out the values that a weights file says. Raises ValueError if network, task or seed stay unknown."""
    about = read_about(weights_file)
    if note := foreign_weights.note(weights_file, about):
        print(note, file=sys.stderr)
    for key in (*NEEDED, "task", "seed", "head_batchnorm"):
        if key in about and getattr(arguments, key, "") is None:
            setattr(arguments, key, about[key])
    for key in ("network", "task", "seed"):
        if getattr(arguments, key, "") is None:
            raise ValueError(f"{weights_file}: does not say its {key}: give --{key}")
    if getattr(arguments, "clip_length", 0) is None:
        arguments.clip_length = CLIP_LENGTH


def weights_path(text: str) -> Path:
    """Return the weights file that a flag names: the file itself, or that in the folder of a run."""
    return Path(text) / WEIGHTS_FILE if Path(text).is_dir() else Path(text)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of every command that runs a network over a frame store."""
    parser.add_argument("--frames", type=Path, required=True, help="Frame store (.h5).")
    parser.add_argument("--network", choices=known_networks(), help="Backbone (default: as the weights file says).")
    add_flags(
        parser, FrameOptions, InputOptions, NetworkOptions, ComputeOptions, MachineOptions, otherwise=AS_STORED | AS_TRAINED
    )


def add_clip_length(parser: argparse.ArgumentParser) -> None:
    """Add the flag of every command that cuts single clips."""
    parser.add_argument(
        "--clip-length", type=int, help=f"Frames of a clip (default: as the weights file says, else {CLIP_LENGTH})."
    )


def add_study_argument(parser: argparse.ArgumentParser) -> None:
    """Add the flag of every command that writes weights."""
    parser.add_argument("--study", default="", help="Name of the study, which is written into the weights file.")


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of every command that trains a network on a frame store."""
    add_model_arguments(parser)
    add_study_argument(parser)
    parser.add_argument("--start", type=weights_path, required=True, help=f"Weights to start from: {WEIGHTS_HELP}.")
    add_validation_videos(parser)
    parser.add_argument("--seed", type=int, required=True, help="Seed of all random draws of this run.")
    parser.add_argument("--restart", action="store_true", help="Begin anew instead of continuing from a saved state.")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="File to write: the weights (.safetensors). State, history and provenance are written beside it.",
    )


def add_validation_videos(parser: argparse.ArgumentParser) -> None:
    """Add the flag of every command that divides the training list as a training does."""
    parser.add_argument(
        "--validation-videos",
        type=int,
        default=800,
        help="Training videos that are set aside to choose the best weights, at most a fifth of them (default: %(default)s).",
    )


def add_pretrained_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of every command that examines a pretrained order network."""
    add_model_arguments(parser)
    add_flags(parser, PretrainOptions, otherwise={"head_batchnorm": "as the weights file says, else False"})
    parser.add_argument("--task", help=f"{TASK_HELP.removesuffix('.')} (default: as the weights file says).")
    parser.add_argument("--weights", type=weights_path, required=True, help=f"Pretrained order network: {WEIGHTS_HELP}.")
