"""``vcop outline``: what the three networks are made of, for a picture."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.outline import network_outlines
from vcop.networks.registry import BUILDERS, build_backbone
from vcop.runtime.atomic_files import write_result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_flags(parser, NetworkOptions)
    add_flags(parser, InputOptions)
    parser.add_argument("--clip-length", type=int, default=16, help="frames")
    parser.add_argument("--out", type=Path, required=True, help="the networks' stages (.json)")


def run(arguments: argparse.Namespace) -> None:
    """Outline all three."""
    options, inputs = from_flags(NetworkOptions, arguments), from_flags(InputOptions, arguments)
    with torch.device("meta"):
        clip = torch.empty(1, 3, -(-arguments.clip_length // inputs.frame_stride), inputs.crop, inputs.crop)
        networks = {name: network_outlines(build_backbone(name, options), clip) for name in BUILDERS}
    found = {"multiplier": options.multiplier, "input": list(clip.shape[1:]), "networks": networks}
    write_result(arguments.out, json.dumps(found, indent=1) + "\n")
    print(f"{arguments.out}: {', '.join(networks)}")
