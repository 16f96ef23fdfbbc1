"""Flags that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import FrameOptions
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions
from vcop.storage.frame_store import FrameStore
from vcop.training.session import ComputeSession, ModelSession


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
    """Flags of every verb that runs a network over a frame store."""
    parser.add_argument("--frames", type=Path, required=True, help="the frame store (.h5)")
    parser.add_argument("--network", required=True, help="c3d, r3d or r21d")
    add_flags(parser, FrameOptions, InputOptions, NetworkOptions, ComputeOptions, MachineOptions)


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of every verb that trains."""
    add_model_arguments(parser)
    parser.add_argument("--start", type=Path, required=True, help="weights to start from (.safetensors)")
    parser.add_argument(
        "--validation-videos", type=int, default=800, help="training videos set aside, a fifth of them at most"
    )
    parser.add_argument("--seed", type=int, required=True, help="decides every draw of this run")
    parser.add_argument("--restart", action="store_true", help="begin anew instead of going on from a saved state")
    parser.add_argument("--out", type=Path, required=True, help="the weights (.safetensors); history and so on go beside them")


def add_pretrained_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of every verb that looks at a pretrained order network."""
    add_model_arguments(parser)
    add_flags(parser, PretrainOptions)
    parser.add_argument("--task", required=True, help="clip length - interval - tuple length, as in 16-8-3")
    parser.add_argument("--weights", type=Path, required=True, help="the pretrained order network (.safetensors)")
