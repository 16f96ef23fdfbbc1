"""One call of a layer, as a training makes it, compared with float64: its output and its gradients.

Rows of a batch are independent of each other, and convolutions, linear layers and max pooling scale with their input. So the
batch that is checked consists of multiples of one row by powers of two, which no precision rounds: float64 has to compute one
row only, and a row that is mixed up with another one has the wrong size.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv3d, linear, max_pool3d

from vcop.networks.convolution import MaxPool3d
from vcop.sampling.seeding import torch_generator

LAYERS = (nn.Conv3d, nn.Linear, nn.MaxPool3d)
WORST = 10  # of a single value the error, relative to the root mean square, may be as many times that of all together


@dataclass(frozen=True)
class LayerCall:
    """A layer and the input that it is called with.

    Args:
        layer: A module of one of the kinds ``LAYERS``. It is copied, never changed.
        shape: Shape of one row of the input, without the batch.
        rows: Number of rows.
        dtype: Type of the input.
        order: Dimensions of the input, outermost in memory first.
        input_gradient: Whether the training needs the gradient of the input.
        weight_gradient: Whether the call needs the gradient of the weights.
    """

    layer: nn.Module
    shape: tuple[int, ...]
    rows: int
    dtype: torch.dtype
    order: tuple[int, ...]
    input_gradient: bool = True
    weight_gradient: bool = True

    def __str__(self) -> str:
        return f"{type(self.layer).__name__}({self.layer.extra_repr()}) on {(self.rows, *self.shape)}"

    @property
    def key(self) -> tuple[Any, ...]:
        """Everything that decides how a library computes this call. Calls with equal keys are checked once."""
        how = (type(self.layer).__name__, self.layer.extra_repr(), getattr(self.layer, "flat", None))
        return *how, self.shape, self.rows, self.dtype, self.order, self.input_gradient, self.weight_gradient


def memory_order(x: Tensor) -> tuple[int, ...]:
    """Return the dimensions of a tensor, outermost in memory first."""
    strides = x.stride()
    return tuple(sorted(range(x.dim()), key=lambda d: (-strides[d], d)))


def layer_errors(
    call: LayerCall, device: torch.device, precision: Callable[[], AbstractContextManager[Any]]
) -> dict[str, float]:
    """Compare one call with float64.

    Args:
        call: The call.
        device: Device that computes it. Float64 is left to the CPU, whose way to it is another one.
        precision: Makes the context of the forward pass, such as autocast.

    Returns:
        What was compared ("output", "input gradient", "weight gradient", "bias gradient") and its relative error, nan
        where a value is not a number.
    """
    exact = _exact_call(call)
    move = partial(torch.Tensor.to, device=device)
    row, output, upstream, weights = move(exact.row), move(exact.output), move(exact.upstream), [*map(move, exact.weights)]
    # Factors that are powers of two make neighbouring rows of the inputs, and of the gradients that arrive, differ.
    scales = [2.0 ** (i % 3 - 1) for i in range(call.rows)]
    arriving = [2.0 ** -(i % 2) for i in range(call.rows)]

    layer = copy.deepcopy(call.layer).requires_grad_(call.weight_gradient)
    parameters = list(layer.parameters(recurse=False))
    with torch.no_grad():
        for parameter, weight in zip(parameters, weights, strict=True):
            parameter.copy_(weight)
    x = _laid_out(torch.cat([row * s for s in scales]).to(call.dtype), call.order).requires_grad_(call.input_gradient)
    asked = [x, output.expand(call.rows, *output.shape[1:]), *weights]
    _spoil_free_memory(asked)
    with precision():
        out = layer(x)
    if out.requires_grad:
        gradient = torch.empty_like(out).copy_(torch.cat([upstream * t for t in arriving]))
        loss = _loss_with_gradient(out, gradient)
        _spoil_free_memory(asked)
        loss.backward()

    bias = move(exact.bias)
    errors = {"output": relative_error((out[i], output[0] * s + bias[0]) for i, s in enumerate(scales))}
    if call.input_gradient:
        errors["input gradient"] = _gradient_error(x, torch.cat([move(exact.row_gradient) * t for t in arriving]))
    factors = (sum(s * t for s, t in zip(scales, arriving, strict=True)), sum(arriving))
    names = ("weight gradient", "bias gradient")
    for name, parameter, right, factor in zip(names, parameters, exact.weight_gradients, factors, strict=False):
        errors[name] = _gradient_error(parameter, move(right) * factor)
    return errors


@dataclass(frozen=True)
class _Exact:
    """One row of a call in float64, on the CPU: ``output`` is without the bias."""

    row: Tensor
    weights: list[Tensor]
    output: Tensor
    bias: Tensor
    upstream: Tensor
    row_gradient: Tensor
    weight_gradients: list[Tensor]


def _exact_call(call: LayerCall) -> _Exact:
    """Draw a row, weights and a gradient that arrives, and compute the rest; the weights have gradients where a step needs them."""
    rng = torch_generator("layer check", *call.shape)
    row = _random_input(call, rng).requires_grad_()
    weights = [_random(p.shape, rng).div(max(1, p[0].numel()) ** 0.5) for p in call.layer.parameters(recurse=False)]
    weights = [_exact_in_bf16(weight).requires_grad_() for weight in weights]
    output, bias = _without_bias(call.layer, row, weights), _bias(call.layer, weights)
    upstream = _random(output.shape, rng)
    needed = [row, *weights] if call.weight_gradient else [row]
    gradients = torch.autograd.grad(_loss_with_gradient(output + bias, upstream), needed)
    tensors = (row.detach(), [w.detach() for w in weights], output.detach(), bias.detach(), upstream)
    return _Exact(*tensors, gradients[0], list(gradients[1:]))


def _loss_with_gradient(out: Tensor, gradient: Tensor) -> Tensor:
    """Return a number whose gradient by ``out`` is exactly ``gradient``.

    To pass a gradient to ``backward`` instead would import the symbolic shapes of PyTorch's compiler: half a second of every training.
    """
    return (out * gradient).sum()


def _gradient_error(leaf: Tensor, exact: Tensor) -> float:
    """Return the error of a gradient; nan if the gradient is missing."""
    return math.nan if leaf.grad is None else relative_error([(leaf.grad, exact)])


def relative_error(pairs: Iterable[tuple[Tensor, Tensor]]) -> float:
    """Return the error of (found, exact) tensors relative to what is exact; nan where a value is not a number.

    It is that of the norms, or a tenth of the largest one relative to the root mean square, whichever is larger: a single wrong
    value in a million is seen, too. Exact zeros, as of kernel elements that see padding only, do not count in that mean.
    """
    wrong = whole = worst = 0.0
    count = 0
    for found, exact in pairs:
        difference = (found.detach().double() - exact.detach()).reshape(-1)
        wrong, whole = wrong + float(difference.square().sum()), whole + float(exact.detach().square().sum())
        worst, count = max(worst, float(difference.abs().max())), count + int((exact != 0).sum())
    if not math.isfinite(wrong):
        return math.nan
    scale = max(whole, 1e-300)
    return max(math.sqrt(wrong / scale), worst / math.sqrt(scale / max(1, count)) / WORST)


def _without_bias(layer: nn.Module, x: Tensor, weights: list[Tensor]) -> Tensor:
    """Compute a layer by its PyTorch function, so that neither hooks nor shortcuts of the module take part."""
    match layer:
        case nn.Conv3d():
            return conv3d(x, weights[0], None, layer.stride, layer.padding, layer.dilation, layer.groups)
        case nn.Linear():
            return linear(x, weights[0])
        case MaxPool3d():  # ours, before PyTorch's, from which it is derived
            return max_pool3d(x, layer.fitting_kernel(x))
        case nn.MaxPool3d():
            return max_pool3d(x, layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.ceil_mode)
    raise TypeError(f"a {type(layer).__name__} cannot be checked")


def _bias(layer: nn.Module, weights: list[Tensor]) -> Tensor:
    """Return the bias, in a shape that broadcasts to one row (1, ...) of the output; zero if the layer has none."""
    if len(weights) < 2:
        return torch.zeros(1, dtype=torch.float64)
    return weights[1].view(1, -1, 1, 1, 1) if isinstance(layer, nn.Conv3d) else weights[1][None]


def _random_input(call: LayerCall, rng: torch.Generator) -> Tensor:
    """Draw a row of input, exact in bf16, without equal values in a pooling window: either could get the gradient."""
    if not isinstance(call.layer, nn.MaxPool3d):
        return _random((1, *call.shape), rng)
    kernel = call.layer.kernel_size
    sizes = [kernel] * 3 if isinstance(kernel, int) else list(kernel)
    codes = torch.zeros(call.shape[-3:], dtype=torch.float64)
    for dimension, size in enumerate(sizes):
        index = torch.arange(call.shape[dimension - 3]) % size
        codes = codes * size + index.view([-1 if d == dimension else 1 for d in range(3)])
    # Integers up to 256 are exact in bf16.
    high = torch.randint(0, max(1, 256 // math.prod(sizes)), (1, *call.shape), generator=rng)
    return high * math.prod(sizes) + codes


def _random(shape: Iterable[int], rng: torch.Generator) -> Tensor:
    return _exact_in_bf16(torch.randn(tuple(shape), generator=rng))


def _exact_in_bf16(x: Tensor) -> Tensor:
    """Round to values that bf16 can hold, so that rounding of the input is not taken for an error of the library."""
    return x.bfloat16().double()


def _laid_out(x: Tensor, order: tuple[int, ...]) -> Tensor:
    """Return a copy whose dimensions lie in memory in this order, outermost first."""
    return x.permute(order).contiguous().permute([order.index(d) for d in range(x.dim())])


def _spoil_free_memory(tensors: list[Tensor]) -> None:
    """Fill memory with NaN and free it. A layer that reads memory before it writes to it then gives NaN, which is noticed."""
    kinds = (torch.bfloat16, torch.float32)
    blocks = [torch.full(x.shape, math.nan, dtype=kind, device=x.device) for x in tensors for kind in kinds for _ in range(2)]
    del blocks
