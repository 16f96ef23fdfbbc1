"""Weights on disk: safetensors files, sealed, loaded by name, strictly, executing nothing."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from vcop.runtime.atomic_files import atomic_write, require_existing, sha256_of
from vcop.storage.sealing import WEIGHTS, read_sealed, seal


def save_weights(path: Path, tensors: dict[str, Tensor], /, **about: str) -> None:
    """Write weights whole or not at all; ``about`` goes into the file's header. Equal weights give equal bytes."""
    from safetensors.torch import save as serialise

    # One key alone: the library writes several in an order that changes from call to call, and so would every digest.
    header = {"about": json.dumps({"file": WEIGHTS.line().decode()} | dict(sorted(about.items())))}
    with atomic_write(path) as unfinished:
        # Not by the library: of a full disk it would speak in an error of its own.
        unfinished.write_bytes(serialise({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, metadata=header))
        seal(unfinished)


def read_weights(path: Path) -> dict[str, Tensor]:
    """Every tensor by its name. Raises ValueError for a file that is not whole, of another format, or not of finite numbers."""
    from safetensors import SafetensorError
    from safetensors.torch import load as parse

    try:
        found: dict[str, Tensor] = parse(read_sealed(path, WEIGHTS))
    except SafetensorError as problem:
        raise WEIGHTS.damaged(path, str(problem)) from None
    for name, value in found.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{path}: {name} holds numbers that are not finite: {WEIGHTS.again}")
    return found


def load_weights(path: Path, module: nn.Module, prefix: str = "") -> None:
    """Fill ``module`` with the weights whose names begin with ``prefix``.

    Raises ValueError for a file that is not whole, and for names or shapes that are missing, unexpected or different.
    """
    _fill(module, _under(prefix, read_weights(path)), path)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _fill(module: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    try:
        module.load_state_dict(tensors, strict=True)
    except RuntimeError as problem:
        raise ValueError(f"{path}: not the weights of this network: {' '.join(str(problem).split())}") from None


def load_backbone_weights(path: Path, backbone: nn.Module) -> None:
    """Fill a backbone from any weights file of ours (random, pretrained or fine-tuned)."""
    load_weights(path, backbone, "backbone.")


def weights_digest(path: Path) -> str:
    """Return the SHA-256 of a weights file. Raises ValueError if there is no such file."""
    return sha256_of(require_existing(path, "the weights file"))


def load_start_weights(path: Path, backbone: nn.Module, head: nn.Module, *, whole: bool = False) -> None:
    """Fill an order network from the weights that it starts from (TMM 2020, III-D).

    The backbone always; of an order head, if there is one in the file, all but its last layer, whose size is tl!. With ``whole``
    the last layer, too: the same task goes on.
    """
    found = read_weights(path)
    _fill(backbone, _under("backbone.", found), path)
    heads = _under("head.", found)
    if whole:
        _fill(head, heads, path)
        return
    carried = {n: v for n, v in heads.items() if not n.startswith("order.")}
    if carried:
        last = {n: v for n, v in head.state_dict().items() if n.startswith("order.")}
        try:
            head.load_state_dict(carried | last, strict=True)
        except RuntimeError as problem:
            raise ValueError(f"{path}: its order head does not fit this one: {' '.join(str(problem).split())}") from None
