"""Weights files: safetensors with a seal, loaded strictly by name. Loading a file never executes code.

Names of a backbone's weights begin with ``backbone.``, those of an order head with ``head.``.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from vcop.runtime.atomic_files import atomic_write, require_existing, sha256_of
from vcop.storage.sealing import WEIGHTS, read_sealed, seal


def save_weights(path: Path, tensors: dict[str, Tensor], /, **about: str) -> None:
    """Write a weights file. It appears under its name only when it is complete; equal weights give equal bytes.

    Args:
        path: File to write.
        tensors: Weights by name.
        about: Texts for the header of the file.
    """
    from safetensors.torch import save as serialise

    # One key alone: the library writes several in an order that changes from call to call, and so would every digest.
    header = {"about": json.dumps({"file": WEIGHTS.line().decode()} | dict(sorted(about.items())))}
    with atomic_write(path) as unfinished:
        # Written here and not by the library, which reports a full disk by an error of its own.
        unfinished.write_bytes(serialise({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, metadata=header))
        seal(unfinished)


def save_backbone_weights(path: Path, backbone: nn.Module, *, network: str, weights: str, seed: int) -> None:
    """Write the weights of a backbone alone, under the names that an order network gives them.

    Args:
        path: Weights file to write (.safetensors).
        backbone: The backbone.
        network: Its name, see ``vcop.config.names.NETWORKS``.
        weights: What the weights are: ``random``, or the task that they were trained on.
        seed: Seed of the weights.
    """
    tensors = {f"backbone.{name}": value for name, value in backbone.state_dict().items()}
    save_weights(path, tensors, network=network, weights=weights, seed=str(seed))


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read all tensors of a weights file.

    Args:
        path: The weights file.

    Returns:
        Weights by name.

    Raises:
        ValueError: The file is missing, damaged or of another format, or holds numbers that are not finite.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load as parse

    try:
        tensors: dict[str, Tensor] = parse(read_sealed(path, WEIGHTS))
    except SafetensorError as problem:
        raise WEIGHTS.damaged(path, str(problem)) from None
    for name, value in tensors.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{path}: {name} holds numbers that are not finite: {WEIGHTS.again}")
    return tensors


def load_weights(path: Path, module: nn.Module, prefix: str = "") -> None:
    """Load the weights whose names begin with ``prefix`` into a module.

    Args:
        path: The weights file.
        module: Network or part of one.
        prefix: Beginning of the names, which the module's own names lack.

    Raises:
        ValueError: The file is damaged, or names or shapes differ from those of the module.
    """
    _fill(module, _with_prefix(prefix, read_weights(path)), path)


def _with_prefix(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors whose names begin with ``prefix``, without this prefix."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _fill(module: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    """Load tensors into a module; each of its weights must be there, and no other."""
    try:
        module.load_state_dict(tensors, strict=True)
    except RuntimeError as problem:
        raise ValueError(f"{path}: not the weights of this network: {' '.join(str(problem).split())}") from None


def load_backbone_weights(path: Path, backbone: nn.Module) -> None:
    """Load the backbone of any weights file (random, pretrained or fine-tuned) into an existing backbone."""
    load_weights(path, backbone, "backbone.")


def weights_digest(path: Path) -> str:
    """Return the SHA-256 of a weights file. Raises ValueError if there is no such file."""
    return sha256_of(require_existing(path, "the weights file"))


def load_start_weights(path: Path, backbone: nn.Module, head: nn.Module, *, whole: bool = False) -> None:
    """Load the weights from which a pretraining starts (TMM 2020, III-D) into an order network.

    The backbone is always loaded. If the file has an order head, all of it but the last layer is loaded, since the size of that
    layer, tl!, differs from task to task.

    Args:
        path: The weights file: random or pretrained.
        backbone: Backbone of the order network.
        head: Head of the order network.
        whole: Load the last layer too, to continue with the same task.

    Raises:
        ValueError: The file is damaged or does not fit.
    """
    tensors = read_weights(path)
    _fill(backbone, _with_prefix("backbone.", tensors), path)
    head_tensors = _with_prefix("head.", tensors)
    if whole:
        _fill(head, head_tensors, path)
        return
    carried = {n: v for n, v in head_tensors.items() if not n.startswith("order.")}
    if carried:
        last = {n: v for n, v in head.state_dict().items() if n.startswith("order.")}
        try:
            head.load_state_dict(carried | last, strict=True)
        except RuntimeError as problem:
            raise ValueError(f"{path}: its order head does not fit this one: {' '.join(str(problem).split())}") from None
