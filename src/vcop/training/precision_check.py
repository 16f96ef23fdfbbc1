"""A check at start-up that the machine computes 3D convolutions rightly in the chosen precision.

Some versions of cuDNN had wrong results for some shapes in bf16; a training on them fails weeks later, or worse, does not.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import conv3d

from vcop.config.options import ComputeOptions
from vcop.sampling.seeding import torch_generator
from vcop.training.distributed import autocast

# Channels in and out, kernel, stride: the kinds of convolution that the networks have, small.
CASES = (
    (3, 16, (3, 7, 7), (1, 2, 2)),
    (16, 16, (3, 3, 3), (1, 1, 1)),
    (16, 24, (3, 3, 3), (2, 2, 2)),
    (16, 23, (1, 3, 3), (1, 1, 1)),
    (23, 16, (3, 1, 1), (1, 1, 1)),
)
# Relative error (norms) of a right result: rounding of bf16 has 2^-9, of TF32, which GPUs may use in fp32, 2^-12.
TOLERANCE = {"bf16": 2e-2, "fp32": 3e-3}


def check_precision(device: torch.device, compute: ComputeOptions) -> None:
    """Compare one step of each case with float64. Raises ValueError where one differs by more than rounding."""
    for case in CASES:
        worst = max(_errors(case, device, compute))
        if not worst <= TOLERANCE[compute.precision]:  # not a number, too
            cin, cout, kernel, _ = case
            raise ValueError(
                f"compute.precision: {compute.precision} is wrong on this machine: a {kernel} convolution of {cin} to {cout} "
                f"channels has a relative error of {worst:.1e} against float64 ({_versions(device)}): "
                "choose the other precision, or other versions"
            )


def _errors(case: tuple, device: torch.device, compute: ComputeOptions) -> list[float]:
    """Relative errors of the output and of both gradients."""
    cin, cout, kernel, stride = case
    rng = torch_generator("guard", cin, cout)
    x = torch.randn(2, cin, 8, 14, 14, generator=rng)
    weight = torch.randn(cout, cin, *kernel, generator=rng) / (cin * kernel[0] * kernel[1] * kernel[2]) ** 0.5
    right = _step(x.double(), weight.double(), stride)
    layout = torch.channels_last_3d if compute.channels_last else torch.contiguous_format
    with autocast(device, compute):
        found = _step(x.to(device, memory_format=layout), weight.to(device, memory_format=layout), stride)
    pairs = zip(found, right, strict=True)
    return [float((a.cpu().double() - b).norm() / b.norm()) for a, b in pairs]


def _step(x: Tensor, weight: Tensor, stride: tuple[int, ...]) -> list[Tensor]:
    """Output, and gradients of a fixed function of it."""
    leaves = [x.clone().requires_grad_(True), nn.Parameter(weight.clone())]
    padding = tuple(k // 2 for k in weight.shape[2:])
    out = conv3d(leaves[0], leaves[1], None, stride, padding)
    (out.double().square().sum() / out.numel()).backward()  # type: ignore[no-untyped-call]
    return [out.detach(), *(leaf.grad for leaf in leaves if leaf.grad is not None)]


def _versions(device: torch.device) -> str:
    cudnn = f", cuDNN {torch.backends.cudnn.version()}" if device.type == "cuda" else ""
    return f"PyTorch {torch.__version__}{cudnn}, {device.type}"
