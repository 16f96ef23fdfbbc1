"""CPU time of a pass forward and backward through each network, in each memory layout of its convolutions.

The layouts are those of `compute.channels_last` and `compute.flat`. They take turns in one process, after a first pass of each that is
not counted. CPU time of the main thread is counted, which other work on the machine hardly changes: set OMP_WAIT_POLICY=passive if
there are several threads, so that a thread that waits for others counts nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import product

import torch
import yaml

from benchmarks import timing
from benchmarks.loops import TASK
from benchmarks.train import STUDIES
from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import ComputeOptions
from vcop.config.reader import read_study
from vcop.config.study import Study
from vcop.networks.registry import build_backbone
from vcop.training.distributed import set_layout

PLAINEST = "contiguous, 3d"


def main(words: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = timing.parser("layouts", __doc__)
    parser.add_argument("--size", choices=STUDIES, default="papers", help="Study whose clips and width are taken.")
    parser.add_argument("--networks", nargs="+", choices=PAPER_NETWORKS, default=list(PAPER_NETWORKS))
    parser.add_argument("--clips", type=int, nargs="+", default=[1, 3], help="Clips of a pass (default: %(default)s).")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args(words)
    study = read_study(yaml.safe_load(STUDIES[arguments.size].read_text()))
    torch.set_num_threads(arguments.threads)
    rows = []
    for network, clips in product(arguments.networks, arguments.clips):
        ways = passes(study, network, clips)
        for way in ways.values():
            way()
        found = timing.interleaved(ways, arguments.repeats)
        for name, seconds in found.items():
            rows.append([f"{network}, {clips} clips, {name}", timing.spread(seconds), timing.ratio(found[PLAINEST], seconds)])
    about = f"**{arguments.size}**, {arguments.threads} thread{'s' * (arguments.threads > 1)}, {torch.backends.cpu.get_cpu_capability()}."
    timing.publish(arguments, about, timing.table(("", "s of CPU time", f"× {PLAINEST}"), rows))


def passes(study: Study, network: str, clips: int) -> dict[str, Callable[[], float]]:
    """Return a function for each layout that makes a pass and returns its seconds. Only R(2+1)D has flat convolutions."""
    ways = {}
    for last, flat in product((False, True), (False, True) if network == "r21d" else (False,)):
        model = build_backbone(network, study.network, seed=0).train()
        set_layout(model, ComputeOptions(channels_last=last, flat=flat))
        x = torch.rand(clips, 3, -(-TASK.clip_length // study.input.frame_stride), study.input.crop, study.input.crop)
        x = x.to(memory_format=torch.channels_last_3d) if last else x
        ways[f"{'channels last' if last else 'contiguous'}, {'flat' if flat else '3d'}"] = partial(one_pass, model, x)
    return ways


def one_pass(model: torch.nn.Module, x: torch.Tensor) -> float:
    """Return the seconds of CPU time of a pass."""
    start = time.thread_time()
    model.zero_grad()
    model(x).square().sum().backward()
    return time.thread_time() - start


if __name__ == "__main__":
    main()
