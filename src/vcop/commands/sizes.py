"""``vcop sizes``: parameters and multiply-adds as computed from the built networks (SPEC section 1's table)."""

import argparse
import csv
import sys

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import NetworkOptions

COLUMNS = ("network", "backbone", "classes101", "classes51", "order2", "order3", "order4", "order5", "gmac")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_flags(parser, NetworkOptions)


def run(arguments: argparse.Namespace) -> None:
    """Print the table as CSV."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from vcop.networks.heads import ActionNetwork, OrderHead
    from vcop.networks.registry import BUILDERS, build_backbone

    def size(module: torch.nn.Module) -> int:
        return sum(p.numel() for p in module.parameters())

    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    options = from_flags(NetworkOptions, arguments)
    with torch.device("meta"):  # shapes without memory or arithmetic
        for network in BUILDERS:
            backbone = build_backbone(network, options)
            with FlopCounterMode(display=False) as counter, torch.no_grad():
                backbone.eval()(torch.empty(1, 3, 16, 112, 112))
            own = size(backbone)
            classes = [size(ActionNetwork(backbone, n)) for n in (101, 51)]
            orders = [own + size(OrderHead(backbone.features, tl, 0.5)) for tl in (2, 3, 4, 5)]
            out.writerow([network, own, *classes, *orders, f"{counter.get_total_flops() / 2e9:.3f}"])
