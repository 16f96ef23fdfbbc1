"""Optimisers and the schedule of the learning rate (CVPR 2019, 4: SGD, a constant rate)."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from vcop.config.options import LoopOptions


def make_optimiser(parameters: Iterable[nn.Parameter], loop: LoopOptions) -> torch.optim.Optimizer:
    """Return the optimiser of those parameters that require gradients, with weight decay on all of them."""
    trained = [p for p in parameters if p.requires_grad]
    shared: dict[str, Any] = {"lr": loop.learning_rate, "weight_decay": loop.weight_decay, "fused": True}
    if loop.optimiser == "sgd":
        return without_compiler(torch.optim.SGD)(trained, momentum=loop.momentum, **shared)
    return without_compiler(torch.optim.AdamW)(trained, betas=(0.9, loop.beta2), **shared)


def without_compiler(kind: type[torch.optim.Optimizer]) -> Callable[..., torch.optim.Optimizer]:
    """Return an optimiser class without its guards against ``torch.compile``, which is not applied to optimisers here.

    The guards import PyTorch's whole compiler, which takes 2 s of every process: a sixth of a short fine-tuning.
    """
    guarded = ("add_param_group", "load_state_dict", "state_dict", "step", "zero_grad")
    return type(kind.__name__, (kind,), {name: torch.no_grad()(inspect.unwrap(getattr(kind, name))) for name in guarded})


def cosine_factor(part: float) -> float:
    """Return a factor that falls from 1 to 0 while ``part``, the share of the steps that is done, rises to 1."""
    return 0.5 * (1 + math.cos(math.pi * part))


def rate_factor(loop: LoopOptions, step: int, steps: int) -> float:
    """Return the factor on the learning rate in a step: a linear warm-up, then the schedule over the steps that are left.

    Args:
        loop: Warm-up and schedule.
        step: Number of the step, counted from 0 over all epochs.
        steps: Number of all steps.
    """
    warm = loop.warmup * steps
    if step < warm:
        return min(1.0, (step + 1) / warm)  # the first step has a rate above zero, too
    return cosine_factor((step - warm) / (steps - warm)) if loop.schedule == "cosine" else 1.0


def set_learning_rate(optimiser: torch.optim.Optimizer, loop: LoopOptions, step: int, steps: int) -> None:
    """Set the learning rate of a step, see ``rate_factor``."""
    for group in optimiser.param_groups:
        group["lr"] = loop.learning_rate * rate_factor(loop, step, steps)


def clip_gradients(parameters: Iterable[nn.Parameter], norm: torch.Tensor, loop: LoopOptions) -> None:
    """Scale gradients, whose joint length is ``norm``, so that it is at most ``clip_norm``; 0 leaves them as they are."""
    if loop.clip_norm > 0:
        nn.utils.clip_grads_with_norm_(parameters, loop.clip_norm, norm)
