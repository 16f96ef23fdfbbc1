"""Part 2: losses and gradients of 20 steps beside those of the CPU, and a training that is interrupted and goes on."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

import torch
from torch import Tensor

from benchmarks import timing
from benchmarks.gpu.context import Clock, Context, arithmetic
from benchmarks.loops import BATCHES, Bench
from vcop.config.names import PAPER_NETWORKS
from vcop.training.trainer import Trainer

PART = "equality"
STEPS, FEW = 20, 6  # steps beside the CPU; with --tiny
RESUMED = 6  # steps of the training that is interrupted in the middle
PLAINEST = "fp32 contiguous 3d"  # the reference: NCDHW, and no convolution turned into another one
CROP, TUPLES = 56, 2  # pixels and tuples of a step, of which a CPU with 16 cores makes 60 within a minute
BESIDE = 0.8  # share of the time for the steps beside the CPU
# Relative differences that are accepted. From equal weights: of a loss, of the median step's gradient, and of every gradient (where
# rounding moves a value across the zero of a ReLU, a gradient of few clips changes by much more than rounding: of narrow networks on two
# layouts of a CPU, 1e-5 without and 2e-3 to 7e-2 with such values). After all steps with weights of their own: of the loss, since rounding
# grows from step to step. What is wrong in a single layer is found by the part `layers`, whose limits are narrower.
LOSS, GRADIENT, ANY_GRADIENT, GROWN = 1e-4, 2e-2, 2e-1, 5e-2


def run(context: Context) -> None:
    """Compare all networks."""
    rows: list[list[str]] = []
    first, whole = time.monotonic(), BESIDE * max(1.0, context.clock.left())
    with arithmetic("fp32", deterministic=True):
        for number, network in enumerate(PAPER_NETWORKS, 1):
            clock = Clock(first + whole * number / len(PAPER_NETWORKS))
            with context.guarded(PART, network, beside_cpu), context.as_checked(network):
                rows.append(beside_cpu(context, network, clock))
        for network in PAPER_NETWORKS:
            with context.guarded(PART, f"{network}, resumed", resume), context.as_checked(network):
                resume(context, network)
    context.report.section(
        f"Equality: {STEPS} steps of SGD in full fp32, deterministic convolutions, beside the CPU",
        f"The CPU computes in NCDHW; {TUPLES} tuples a step, crops of {CROP} pixels. Relative differences that are accepted: {LOSS:g} of a "
        f"loss, {GRADIENT:g} of the median gradient and {ANY_GRADIENT:g} of any from equal weights, {GROWN:g} of the loss after all steps "
        "with weights of their own.",
        timing.table(["network", "steps", "loss", "gradient, median", "gradient, largest", "loss of own weights"], rows),
    )


def beside_cpu(context: Context, network: str, clock: Clock) -> list[str]:
    """Train one network on the CPU and twice on the device: from the CPU's weights in each step, and from its own.

    Returns:
        The row of the table: relative differences of losses and of whole gradients.
    """
    start = time.monotonic()
    cpu, device = (small_bench(context, f"{network}-{place.type}", place) for place in (torch.device("cpu"), context.device))
    right, same, own = cpu.trainer(network, PLAINEST), candidate(device, network), candidate(device, network)
    loss, grown, errors = 0.0, 0.0, list[float]()
    while len(errors) < (FEW if context.tiny else STEPS) and (len(errors) < 2 or clock.left() > 0):
        same.model.load_state_dict(right.model.state_dict())
        expected, found, drifted = (loss_of(trainer, cpu, len(errors), TUPLES) for trainer in (right, same, own))
        loss, grown = max(loss, abs(found - expected) / abs(expected)), abs(drifted - expected) / abs(expected)
        errors.append(gradient_error(gradients(same), gradients(right)))
    middle, largest = median(errors), max(errors)
    equal = loss <= LOSS and middle <= GRADIENT and largest <= ANY_GRADIENT and grown <= GROWN
    context.report.keep(PART, **{network: {"loss": loss, "gradients": errors, "grown": grown}})
    cells = [f"{value:.1e}" for value in (loss, middle, largest, grown)]
    said = f"{len(errors)} steps: loss {cells[0]}, gradient {cells[1]} (largest {cells[2]}), loss of own weights {cells[3]} (relative)"
    context.report.row(PART, f"{network}, fp32 beside the CPU", said, time.monotonic() - start, beside_cpu, equal=equal)
    if len(errors) < STEPS and not context.tiny:
        context.report.cut(PART, f"{len(errors)} of {STEPS} steps of {network} beside the CPU")
    return [network, str(len(errors)), *cells]


def small_bench(context: Context, name: str, place: torch.device) -> Bench:
    """Return networks and inputs of this part's size on a device."""
    study = replace(context.study, input=replace(context.study.input, crop=CROP))
    return context.make_bench(f"{name}-{time.monotonic_ns()}", study, place, TUPLES)


def candidate(bench: Bench, network: str) -> Trainer:
    """Return the trainer that is compared with the CPU's: as `vcop pretrain` makes it, with the dropout of no step."""
    return bench.trainer(network, "fp32")


def loss_of(trainer: Trainer, bench: Bench, number: int, size: int) -> float:
    """Make a step and return its loss."""
    before = trainer.progress.loss
    trainer.step(bench.samples[number % BATCHES], list(range(size)))
    return (trainer.progress.loss - before) / size


def gradients(trainer: Trainer) -> dict[str, Tensor]:
    """Return the gradients that the last step has left, in double precision on the CPU."""
    named = trainer.model.named_parameters()
    return {name: p.grad.detach().cpu().double() for name, p in named if p.grad is not None}


def gradient_error(found: dict[str, Tensor], expected: dict[str, Tensor]) -> float:
    """Return the length of the difference of two gradients relative to the second; infinite where parameters are missing."""
    if found.keys() != expected.keys():
        return float("inf")
    wrong = sum(float((found[name] - value).square().sum()) for name, value in expected.items())
    return float((wrong / sum(float(value.square().sum()) for value in expected.values())) ** 0.5)


def resume(context: Context, network: str) -> None:
    """Train some steps in one go, and with a saved state in the middle: all weights and momenta must have the same bits."""
    start, half = time.monotonic(), RESUMED // 2
    bench = small_bench(context, f"{network}-resumed", context.device)
    whole, first, second = (bench.trainer(network, "fp32") for _ in range(3))
    for trainer in (whole, first, second):
        trainer.model.head.dropout.p = (
            context.study.pretrain.dropout
        )  # its masks have to be the same after the state was loaded
    for number in range(RESUMED):
        loss_of(whole, bench, number, TUPLES)
    for number in range(half):
        loss_of(first, bench, number, TUPLES)
    first.state.claim()
    first.state.save()
    first.state.lease.release()
    second.state.file, second.state.restart = first.state.file, False
    second.state.resume()
    for number in range(half, RESUMED):
        loss_of(second, bench, number, TUPLES)
    different = different_tensors(whole, second)
    count = len(whole.model.state_dict())
    said = f"saved after step {half} of {RESUMED}, loaded by another trainer: {len(different)} of {count} tensors differ"
    context.report.keep(PART, **{f"{network} resumed": different})
    context.report.row(PART, f"{network}, resumed", said, time.monotonic() - start, resume, equal=not different)


def different_tensors(one: Trainer, other: Trainer) -> list[str]:
    """Return the names of weights and momenta whose bits are not the same."""
    mine, theirs = one.model.state_dict(), other.model.state_dict()
    names = [name for name, value in mine.items() if not torch.equal(value, theirs[name])]
    momenta = [
        [value for state in trainer.optimiser.state_dict()["state"].values() for value in state.values()]
        for trainer in (one, other)
    ]
    pairs = zip(*momenta, strict=True)
    return names + [f"momentum {i}" for i, (a, b) in enumerate(pairs) if isinstance(a, Tensor) and not torch.equal(a, b)]
