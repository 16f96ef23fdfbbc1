"""Flags that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.config.data_options import FrameOptions
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of every verb that runs a network over a frame store."""
    parser.add_argument("--frames", type=Path, required=True, help="the frame store (.h5)")
    parser.add_argument("--network", required=True, help="c3d, r3d or r21d")
    for section in (FrameOptions, InputOptions, NetworkOptions, ComputeOptions, MachineOptions):
        section.add_flags(parser)


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
