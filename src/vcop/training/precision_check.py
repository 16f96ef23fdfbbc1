"""A check at start-up that this machine computes a network correctly in the chosen precision.

Versions of cuDNN and oneDNN have had wrong gradients for some shapes in bf16, and for these alone. A training on them fails
weeks later or, worse, does not. So every convolution, linear layer and pooling is compared with float64 at the shapes that the
network at hand has for it, in the layout and precision of the run. A layer that is wrong in bf16 is computed in fp32 instead.

What lies between these layers (BatchNorm, ReLU, sums, the LSTM of question answering) is not looked at, and of a compiled
network the layers as they are without the compiler.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from vcop.config.options import ComputeOptions
from vcop.networks.batchnorm import preserve_statistics
from vcop.training.distributed import autocast
from vcop.training.layer_check import LAYERS, LayerCall, layer_errors, memory_order

# Relative error of a right result: rounding of bf16 has 2^-9 (more where sums are kept in it, as on CPUs without AVX-512), of TF32,
# which GPUs may use in fp32, 2^-12, and more in sums of a million products. Wrong ones found so far: 0.8 to 1e36, or nan.
TOLERANCE = {"bf16": 4e-2, "tf32": 1e-2, "fp32": 3e-3}
# Channels in and out, kernel, stride: the kinds of convolution that the networks have, small.
CONVOLUTIONS = (
    (3, 16, (3, 7, 7), (1, 2, 2)),
    (16, 16, (3, 3, 3), (1, 1, 1)),
    (16, 24, (3, 3, 3), (2, 2, 2)),
    (16, 23, (1, 3, 3), (1, 1, 1)),
    (23, 16, (3, 1, 1), (1, 1, 1)),
)
CPU_LIMIT = 5e9  # multiply-adds of a call that is checked on a CPU: larger batches are cut, since they would take minutes

Calls = dict[tuple[Any, ...], list[tuple[str, LayerCall]]]


class _SinglePrecision(nn.Module):
    """Mixin for the class of a layer that is wrong in bf16. Weights keep their names, and the layer can be copied."""

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            out: Tensor = super().forward(x.float())
        return out


def check_convolutions(device: torch.device, compute: ComputeOptions, name: str) -> None:
    """Compare a few small convolutions with float64. Raises ValueError if one is wrong.

    This is enough in fp32 on a CPU: its library has one way for all shapes there, and a study starts hundreds of processes.
    """
    _check(_standard_calls(compute), set(), device, compute, name)


def check_network(
    network: nn.Module,
    batch: tuple[Any, Tensor],
    sizes: Mapping[bool, set[int]],
    device: torch.device,
    compute: ComputeOptions,
    name: str,
) -> None:
    """Compare every layer of a network with float64, and compute in fp32 what is wrong in bf16.

    Args:
        network: The network, on ``device``. Layers that are wrong in bf16 are altered in place.
        batch: Inputs and labels of a few samples, on ``device``.
        sizes: Sizes of the run's batches, in training (True) and in evaluation mode (False).
        device: Device of the run.
        compute: Precision and layout of the run.
        name: Name of the run in messages.

    Raises:
        ValueError: If a layer is wrong and cannot be computed in another way.
    """
    checked: set[tuple[Any, ...]] = set()
    # A layer that is now computed in fp32 passes another type to the next one, so all calls are recorded again.
    while _check(_calls(network, batch, sizes, device, compute), checked, device, compute, name):
        pass


def _check(calls: Calls, checked: set[tuple[Any, ...]], device: torch.device, compute: ComputeOptions, name: str) -> bool:
    """Check the calls whose keys are not among ``checked``. Returns whether a layer was altered."""
    altered = False
    for same in calls.values():
        call = same[0][1]
        if call.key in checked:
            continue
        checked.add(call.key)
        precision = "fp32" if isinstance(call.layer, _SinglePrecision) else compute.precision
        errors = layer_errors(call, device, partial(autocast, device, compute))
        limit = TOLERANCE["tf32" if precision == "fp32" and compute.allow_tf32 and device.type == "cuda" else precision]
        wrong = [f"{part} {error:.1e}" for part, error in errors.items() if not error <= limit]  # nan, too
        if not wrong:
            continue
        layers = ", ".join(dict.fromkeys(layer for layer, _ in same))
        where = f"{layers}, {call}: relative error of the {', '.join(wrong)} against float64 ({_versions(device)})"
        if precision == "fp32":
            raise ValueError(
                f"compute.precision: {precision} is wrong on this machine: {where}: use another device, or other versions of these libraries"
            )
        print(f"{name}: {precision} is wrong on this machine, fp32 is used instead: {where}", file=sys.stderr)
        for _, one in same:
            _compute_in_fp32(one.layer)
        altered = True
    return altered


def _calls(
    network: nn.Module,
    batch: tuple[Any, Tensor],
    sizes: Mapping[bool, set[int]],
    device: torch.device,
    compute: ComputeOptions,
) -> Calls:
    """Run the network in both modes and return the calls of its layers, equal calls together."""
    calls: Calls = {}
    inputs, labels = batch
    before = network.training

    def note(name: str, layer: nn.Module, arguments: tuple[Tensor], out: Tensor) -> None:
        (x,), weight = arguments, getattr(layer, "weight", None)
        work = out[0].numel() * (1 if weight is None else weight[0].numel())
        limit = max(1, int(CPU_LIMIT / work)) if device.type == "cpu" else x.shape[0] * max(sizes[network.training])
        shape, order = tuple(x.shape[1:]), memory_order(x)
        gradients = (x.requires_grad, weight is not None and weight.requires_grad and torch.is_grad_enabled())
        for size in sorted(sizes[network.training]):
            rows = min(limit, size * max(1, x.shape[0] // len(labels)))  # of a tuple, all clips may come at once
            call = LayerCall(layer, shape, rows, x.dtype, order, *gradients)
            calls.setdefault(call.key, []).append((name, call))

    hooks = [m.register_forward_hook(partial(note, name)) for name, m in network.named_modules() if isinstance(m, LAYERS)]
    try:
        # Compiled stages would be compiled for this small batch, too, and call no hook. To ask for this imports the compiler.
        eager = torch.compiler.set_stance("force_eager") if compute.compile else nullcontext()
        with eager, preserve_statistics(network):
            for training in (True, False):
                network.train(training)
                with torch.set_grad_enabled(training), autocast(device, compute):
                    network(inputs)
    finally:
        network.train(before)
        for hook in hooks:
            hook.remove()
    return calls


def _standard_calls(compute: ComputeOptions) -> Calls:
    """Small convolutions of all kinds."""
    order = (0, 2, 3, 4, 1) if compute.channels_last else (0, 1, 2, 3, 4)
    calls: Calls = {}
    for cin, cout, kernel, stride in CONVOLUTIONS:
        padding = (kernel[0] // 2, kernel[1] // 2, kernel[2] // 2)
        # Initial weights must not change later draws of the process. `skip_init`, which draws none, imports a second of modules.
        with torch.random.fork_rng(devices=[]):
            layer = nn.Conv3d(cin, cout, kernel, stride, padding, bias=False)
        call = LayerCall(layer, (cin, 8, 14, 14), 2, torch.float32, order)
        calls[call.key] = [("a convolution", call)]
    return calls


def _compute_in_fp32(layer: nn.Module) -> None:
    """Turn a layer into one that is computed in fp32, also within autocast."""
    kind = type(layer)
    if not isinstance(layer, _SinglePrecision):  # a layer may be called several times
        layer.__class__ = type(f"{kind.__name__}InFp32", (_SinglePrecision, kind), {})


def _versions(device: torch.device) -> str:
    """Return the versions and the device that decide how a layer is computed."""
    if device.type == "cuda":
        library = f"cuDNN {torch.backends.cudnn.version()}, {torch.cuda.get_device_name(device)}"
    else:
        version = re.search(r"(?:MKL-DNN|oneDNN) v([\d.]+)", torch.__config__.show())
        library = f"oneDNN {version and version[1]}, CPU with {torch.backends.cpu.get_cpu_capability()}"
    return f"PyTorch {torch.__version__}, {library}"
