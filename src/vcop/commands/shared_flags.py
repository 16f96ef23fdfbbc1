"""Flags that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import FrameOptions
from vcop.config.names import NETWORKS
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions
from vcop.storage.frame_store import FrameStore
from vcop.training.session import ComputeSession, ModelSession

TASK_HELP = "Pretext task: clip length, interval and tuple length, for example 16-8-3."


def compute_session(arguments: argparse.Namespace) -> ComputeSession:
    """Start a session from parsed flags; see ``ComputeSession.start``."""
    return ComputeSession.start(from_flags(MachineOptions, arguments), from_flags(ComputeOptions, arguments))


def model_session(arguments: argparse.Namespace, *, share_batches: bool = False) -> ModelSession:
    """Open the frame store, check it against the flags, and start a session; see ``ModelSession.open``."""
    return ModelSession.open(
        FrameStore(arguments.frames, from_flags(FrameOptions, arguments)),
        arguments.network,
        from_flags(InputOptions, arguments),
        from_flags(NetworkOptions, arguments),
        machine=from_flags(MachineOptions, arguments),
        compute=from_flags(ComputeOptions, arguments),
        share_batches=share_batches,
    )


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of every command that runs a network over a frame store."""
    parser.add_argument("--frames", type=Path, required=True, help="Frame store (.h5).")
    parser.add_argument("--network", choices=NETWORKS, required=True, help="Backbone.")
    add_flags(parser, FrameOptions, InputOptions, NetworkOptions, ComputeOptions, MachineOptions)


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of every command that trains a network on a frame store."""
    add_model_arguments(parser)
    parser.add_argument("--start", type=Path, required=True, help="Weights to start from (.safetensors).")
    parser.add_argument(
        "--validation-videos",
        type=int,
        default=800,
        help="Training videos that are set aside to choose the best weights, at most a fifth of them (default: %(default)s).",
    )
    parser.add_argument("--seed", type=int, required=True, help="Seed of all random draws of this run.")
    parser.add_argument("--restart", action="store_true", help="Begin anew instead of continuing from a saved state.")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="File to write: the weights (.safetensors). State, history and provenance are written beside it.",
    )


def add_pretrained_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of every command that examines a pretrained order network."""
    add_model_arguments(parser)
    add_flags(parser, PretrainOptions)
    parser.add_argument("--task", required=True, help=TASK_HELP)
    parser.add_argument("--weights", type=Path, required=True, help="Pretrained order network (.safetensors).")
