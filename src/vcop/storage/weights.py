"""Weights files: safetensors with a seal, loaded strictly by name. Loading a file never executes code.

Names of a backbone's weights begin with ``backbone.``, those of an order head with ``head.``. The header says what is needed to use
them, see ``vcop.storage.weights_about``. Files of other programs are read, too, see ``vcop.storage.foreign_weights``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vcop import __version__
from vcop.config.fields import identity
from vcop.config.network_names import network_identity
from vcop.config.options import NetworkOptions
from vcop.runtime.atomic_files import atomic_write
from vcop.storage import foreign_weights, weights_about
from vcop.storage.sealing import WEIGHTS, read_sealed, seal, verify


def save_weights(path: Path, tensors: dict[str, Tensor], /, **about: Any) -> None:
    """Write a weights file. It appears under its name only when it is complete; equal weights give equal bytes.

    Args:
        path: File to write.
        tensors: Weights by name.
        about: What the file says of them, see ``vcop.storage.weights_about``. Version and licence are added.

    Raises:
        ValueError: ``about`` has a value that cannot be.
    """
    from safetensors.torch import save as serialise

    said = weights_about.checked(path, about | {"vcop": __version__, "licence": weights_about.LICENCE})
    # One key alone: the library writes several in an order that changes from call to call. The seal has to stand near the beginning.
    header = {"about": json.dumps({"file": WEIGHTS.line().decode()} | dict(sorted(said.items())))}
    with atomic_write(path) as unfinished:
        # Written here and not by the library, which reports a full disk by an error of its own.
        unfinished.write_bytes(serialise({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, metadata=header))
        seal(unfinished)


def save_random_weights(
    path: Path, backbone: nn.Module, *, network: str, options: NetworkOptions, seed: int, study: str = ""
) -> None:
    """Write the random weights of a backbone, under the names that an order network gives them. They fit any clips.

    Args:
        path: Weights file to write (.safetensors).
        backbone: The backbone.
        network: Its name, see ``vcop.config.network_names``.
        options: Options that it was built with.
        seed: Seed of the weights.
        study: Name of the study; empty for none.
    """
    tensors = {f"backbone.{name}": value for name, value in backbone.state_dict().items()}
    about = (
        identity(options, network=network, weights="random", seed=seed)
        | network_identity(network)
        | ({"study": study} if study else {})
    )
    save_weights(path, tensors, **about)


def save_given_weights(
    path: Path, start: Path, backbone: nn.Module, *, network: str, options: NetworkOptions, seed: int, study: str = ""
) -> dict[str, Any]:
    """Write the backbone of any weights file as initial weights. They fit clips of any size, with the mean and gain that they were made for.

    Args:
        path: Weights file to write (.safetensors).
        start: The file to take them from.
        backbone: A backbone of the network, which gets the weights.
        network: Its name.
        options: Options that it was built with.
        seed: Seed that the later trainings have; the weights do not depend on it.
        study: Name of the study; empty for none.

    Returns:
        What ``start`` says of itself.

    Raises:
        ValueError: The file is damaged, or of another network or width.
    """
    said = read_about(start)
    weights_about.compare(start, said, {"network": network, "multiplier": options.multiplier})
    load_backbone_weights(start, backbone)
    tensors = {f"backbone.{name}": value for name, value in backbone.state_dict().items()}
    about = identity(options, network=network, weights="given", start=start.name, seed=seed) | network_identity(network)
    about |= {"study": study} if study else {}
    save_weights(path, tensors, **about, **{key: said[key] for key in ("input_mean", "input_gain") if key in said})
    return said


def read_about(path: Path) -> dict[str, Any]:
    """Return what a weights file says of itself: network, options, clips and origin (keys: docs/wildcards.md).

    A file that vcop 0.2.0 wrote names its network alone; what ``provenance.json`` beside it says is added.

    Args:
        path: The weights file.

    Raises:
        ValueError: The file is missing, damaged, or says what cannot be.
    """
    if foreign_weights.is_foreign(path):
        return foreign_weights.read_foreign(path)[0]
    verify(path, WEIGHTS)
    with open(path, "rb") as file:
        header = file.read(8 + weights_about.LARGEST)
    return weights_about.complete(path, weights_about.read_header(path, header))


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read all tensors of a weights file.

    Args:
        path: The weights file.

    Returns:
        Weights by name.

    Raises:
        ValueError: The file is missing, damaged or of another format, or holds numbers that are not finite.
    """
    if foreign_weights.is_foreign(path):
        return foreign_weights.read_foreign(path)[1]
    return _parse(path, read_sealed(path, WEIGHTS))


def _parse(path: Path, data: bytes) -> dict[str, Tensor]:
    """Return the tensors in the bytes of a weights file. Raises ValueError as ``read_weights`` does."""
    from safetensors import SafetensorError
    from safetensors.torch import load as parse

    try:
        tensors: dict[str, Tensor] = parse(data)
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
    wanted, given = ({name: tuple(v.shape) for name, v in part.items()} for part in (module.state_dict(), tensors))
    faults = {
        "missing": [item for item in wanted.items() if item[0] not in given],
        "unexpected": [item for item in given.items() if item[0] not in wanted],
        "of another shape": [item for item in given.items() if wanted.get(item[0], item[1]) != item[1]],
    }
    if any(faults.values()):
        lines = [f"{len(items)} {what} ({foreign_weights.list_tensors(items)})" for what, items in faults.items() if items]
        raise ValueError(f"{path}: not the weights of this network: {', '.join(lines)}")
    module.load_state_dict(tensors, strict=True)


def load_backbone_weights(path: Path, backbone: nn.Module) -> None:
    """Load the backbone of any weights file (random, pretrained or fine-tuned) into an existing backbone."""
    load_weights(path, backbone, "backbone.")


def weights_digest(path: Path) -> str:
    """Return a SHA-256 of the weights in a file and of what is needed to use them (``weights_about.USED``).

    It does not depend on the version that wrote the file, nor on study, seed or other origin of equal weights.

    Raises:
        ValueError: The file is missing or damaged, or says what cannot be.
    """
    if foreign_weights.is_foreign(path):
        return digest_of(*foreign_weights.read_foreign(path))
    data = read_sealed(path, WEIGHTS)
    return digest_of(weights_about.read_header(path, data), _parse(path, data))


def digest_of(about: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> str:
    """Return the digest of weights that ``weights_digest`` returns for their file."""
    needed = {key: about[key] for key in sorted(weights_about.USED) if key in about}
    sha = hashlib.sha256(json.dumps(needed).encode())
    for name, value in sorted(tensors.items()):
        sha.update(json.dumps([name, str(value.dtype), list(value.shape)]).encode())
        sha.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return sha.hexdigest()


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
