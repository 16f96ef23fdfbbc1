"""Part 1: every layer of the three networks against float64, at the shapes that a training of the papers' size has."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import torch
from torch import nn

from benchmarks import timing
from benchmarks.gpu.context import Context, arithmetic
from benchmarks.loops import CLIPS
from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import ComputeOptions
from vcop.loading.batches import slice_sample
from vcop.loading.inputs import prepare_tuples
from vcop.pretext import order_prediction
from vcop.training import distributed, layer_check, precision_check
from vcop.training.layer_check import LAYERS, LayerCall

PART = "layers"
PRECISIONS = {
    "fp32": ComputeOptions(allow_tf32=False),
    "tf32": ComputeOptions(allow_tf32=True),
    "bf16": ComputeOptions(precision="bf16"),
}
HEADER = ["network", "precision", "calls", "output", "input gradient", "weight gradient", "bias gradient", "moved to fp32"]
Errors = list[tuple[str, dict[str, float]]]


def run(context: Context) -> None:
    """Check all networks in all precisions."""
    rows: list[list[str]] = []
    for network in PAPER_NETWORKS:
        with exact_once(context.device):
            for kind in sorted(PRECISIONS, key="bf16".__ne__):  # bf16 first: later parts need what it finds
                with context.guarded(PART, f"{network}, {kind}", check):
                    rows.append(check(context, network, kind))
        context.report.section(
            "Layers: the largest relative error against float64",
            f"Accepted: {precision_check.TOLERANCE['fp32']:g} in fp32, {precision_check.TOLERANCE['tf32']:g} in TF32; a layer above "
            f"{precision_check.TOLERANCE['bf16']:g} in bf16 is computed in fp32.",
            timing.table(HEADER, rows),
        )


def check(context: Context, network: str, kind: str) -> list[str]:
    """Check one network in one precision, as a training does at its start, and return its row of the table."""
    start, compute, study = time.monotonic(), PRECISIONS[kind], context.study
    model = order_prediction.build_order_network(network, study.network, study.pretrain, CLIPS, seed=0)
    distributed.set_layout(model, compute)
    model.to(context.device)
    two = slice_sample(context.bench.samples[0], 0, 2)
    batch = prepare_tuples(study.input, compute)(two, context.device)
    # A whole batch, and the last one of an epoch: of UCF101's 8579 videos three are left over.
    sizes = {True: {context.batch, 1 if context.tiny else 3}, False: {context.batch}}
    found: Errors = []
    problem = ""
    try:
        with arithmetic(kind), recorded(found):
            for joint in (False, True):
                model.joint_batchnorm = joint
                precision_check.check_network(model, batch, sizes, context.device, compute, network)
    except ValueError as error:
        problem = str(error)
    moved = moved_layers(model)
    if kind == "bf16":
        context.moved[network] = moved
    worst = worst_errors(found)
    context.report.keep(
        PART, **{f"{network} {kind}": {"worst": worst, "moved": moved, "calls": len(found), "problem": problem}}
    )
    largest = max(worst.values(), default=float("nan"))
    said = f"{len(found)} calls, largest error {largest:.1e}; moved to fp32: {', '.join(moved) or 'none'}"
    result = problem.replace("|", "/") or said
    context.report.row(PART, f"{network}, {kind}", result, time.monotonic() - start, check, equal=not problem)
    return [
        network,
        kind,
        str(len(found)),
        *(f"{worst.get(part, 0):.1e}" for part in HEADER[3:-1]),
        ", ".join(moved) or "none",
    ]


def moved_layers(model: nn.Module) -> list[str]:
    """Return the names of the layers that the check has moved to fp32."""
    return [name for name, module in model.named_modules() if isinstance(module, precision_check._SinglePrecision)]  # noqa: SLF001


def worst_errors(found: Errors) -> dict[str, float]:
    """Return the largest error of outputs and of each kind of gradient; one that is not a number counts as infinite."""
    worst: dict[str, float] = {}
    for _, errors in found:
        for part, error in errors.items():
            worst[part] = max(worst.get(part, 0.0), error if error == error else float("inf"))  # noqa: PLR0124  # nan
    return worst


@contextmanager
def recorded(found: Errors) -> Iterator[None]:
    """Keep the errors of all calls that are checked within the block."""

    def note(call: LayerCall, *others: Any) -> dict[str, float]:
        errors = layer_check.layer_errors(call, *others)
        found.append((str(call), errors))
        return errors

    with patch.object(precision_check, "layer_errors", note):
        yield


def on(device: torch.device, value: torch.Tensor | list[torch.Tensor]) -> torch.Tensor | list[torch.Tensor]:
    """Return tensors on a device."""
    return value.to(device) if isinstance(value, torch.Tensor) else [one.to(device) for one in value]


@contextmanager
def exact_once(device: torch.device) -> Iterator[None]:
    """Compute the float64 values of each layer once, not anew for each precision and size of the batch, and copy them to the device once."""
    known: dict[Any, Any] = {}
    compute: Callable[[LayerCall], Any] = layer_check._exact_call  # noqa: SLF001

    def exact(call: LayerCall) -> Any:
        kind = next(kind for kind in LAYERS if isinstance(call.layer, kind))
        key = (kind, call.layer.extra_repr(), call.shape)
        if key not in known:
            made = compute(replace(call, weight_gradient=True))
            known[key] = replace(made, **{name: on(device, value) for name, value in vars(made).items()})
        return known[key] if call.weight_gradient else replace(known[key], weight_gradients=[])

    with patch.object(layer_check, "_exact_call", exact):
        yield
