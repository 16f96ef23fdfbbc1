"""``vcop sizes``: print the number of parameters and multiply-adds of the networks, as counted in the built networks."""

from __future__ import annotations

import argparse
import csv
import sys

from vcop.commands.flags import add_flags, from_flags
from vcop.config.names import PAPER_NETWORKS
from vcop.config.network_names import known_networks
from vcop.config.options import NetworkOptions
from vcop.networks.flops import ClipSize, clip_cost, parameter_counts

CLIP = ClipSize(frames=16, crop=112)  # as in both papers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_flags(parser, NetworkOptions)


def run(arguments: argparse.Namespace) -> None:
    """Print the table as CSV; ``gmac`` are giga multiply-adds of the backbone for one clip."""
    options = from_flags(NetworkOptions, arguments)
    counts = {network: parameter_counts(network, options) for network in known_networks()}
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["network", *counts[PAPER_NETWORKS[0]], "gmac"])
    for network, count in counts.items():
        gmac = clip_cost(network, options, CLIP).testing / 2e9  # two operations a multiply-add
        table.writerow([network, *count.values(), f"{gmac:.3f}"])
