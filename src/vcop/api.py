"""Networks of finished runs, which ``import vcop`` can load.

A weights file holds tensors alone. The network's name and size, and what has to enter it, stand in ``provenance.json`` beside it.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, TypeVar

from vcop.config.fields import Options
from vcop.config.names import NETWORKS
from vcop.config.options import NetworkOptions, PretrainOptions
from vcop.networks.backbone import Backbone
from vcop.networks.heads import OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.pretext.order_prediction import load_pretrained
from vcop.runtime.atomic_files import require_existing
from vcop.sampling.tasks import Task
from vcop.storage.weights import load_backbone_weights

WEIGHTS_FILE = "model.safetensors"
PROVENANCE_FILE = "provenance.json"
Section = TypeVar("Section", bound=Options)


def load_backbone(run: str | Path, *, network: str | None = None, options: NetworkOptions | None = None) -> Backbone:
    """Load the backbone of a finished run, in evaluation mode, on the CPU (CVPR 2019, 3.2).

    Args:
        run: Directory of a run (``results/pretrain/r3d/16-8-3/seed-0``, or one below ``results/finetune``), or its weights file.
        network: Name of the backbone, see ``vcop.config.names.NETWORKS``. It is needed only where there is no provenance.json
            beside the weights, as for random initial weights.
        options: Width of the backbone, likewise.

    Raises:
        ValueError: If a file is missing, damaged, or does not fit the network.

    Shape:
        The backbone maps clips (B, 3, L, H, W) to features (B, D); D is 512 at the papers' width.
    """
    if network is None or options is None:
        network, options = network or _identity(run)["network"], options or run_options(run, NetworkOptions)
    backbone = build_backbone(network, options)
    load_backbone_weights(_weights(run), backbone)
    return backbone.eval()


def load_order_network(run: str | Path) -> OrderNetwork:
    """Load the order network of a finished pretraining, in evaluation mode, on the CPU (CVPR 2019, 3.3).

    Args:
        run: Directory of a pretraining (``results/pretrain/r3d/16-8-3/seed-0``), or its weights file.

    Raises:
        ValueError: If a file is missing or damaged, or if the run is not a pretraining.

    Shape:
        The network maps tuples of shuffled clips (B, T, 3, L, H, W) to logits (B, T!), one for each order; see
        ``vcop.sampling.tasks.orders``.
    """
    identity = _identity(run)
    if "task" not in identity:
        raise ValueError(
            f"{_beside(run)}: does not describe a pretraining, so there is no order network; load_backbone loads its backbone"
        )
    tuple_length = Task.parse(identity["task"]).tuple_length
    nets, options = run_options(run, NetworkOptions), run_options(run, PretrainOptions)
    return load_pretrained(identity["network"], nets, options, tuple_length, _weights(run))


def run_options(run: str | Path, section: type[Section]) -> Section:
    """Return the options that a run was trained with, for example ``vcop.InputOptions``: crop, stride and scaling of its input.

    Args:
        run: Directory of a run, or its weights file.
        section: A dataclass of options, see ``vcop.config.options``.

    Raises:
        ValueError: If there is no provenance.json, or if the run does not know an option.
    """
    identity, names = _identity(run), [field.name for field in dataclasses.fields(section)]
    missing = [name for name in names if name not in identity]
    if missing:
        raise ValueError(f"{_beside(run)}: holds no option {missing[0]!r}, so {section.__name__} cannot be read from it")
    return section(**{name: identity[name] for name in names})


def _weights(run: str | Path) -> Path:
    """Return the weights file of a run. Raises ValueError if the run does not exist."""
    require_existing(run, "the run or its weights file")
    return Path(run) / WEIGHTS_FILE if Path(run).is_dir() else Path(run)


def _beside(run: str | Path) -> Path:
    """Return the provenance file of a run."""
    return _weights(run).with_name(PROVENANCE_FILE)


def _identity(run: str | Path) -> dict[str, Any]:
    """Read what a run depends on. Raises ValueError in one line that names the file."""
    path = _beside(run)
    if not path.is_file():
        raise ValueError(
            f"{path}: not there, so the network's name and width are unknown; give network= (one of {', '.join(NETWORKS)}) "
            "and options=vcop.NetworkOptions(...)"
        )
    try:
        identity = json.loads(path.read_text(encoding="utf-8"))["identity"]
        if not isinstance(identity, dict) or identity.get("network") not in NETWORKS:
            raise TypeError("it names no network")
    except (ValueError, KeyError, TypeError) as problem:
        raise ValueError(f"{path}: not a provenance file of a run: {problem}") from None
    return identity
