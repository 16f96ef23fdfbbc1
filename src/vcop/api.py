"""Networks of finished runs, which ``import vcop`` can load.

A weights file says itself which network it belongs to and what has to enter it, wherever it lies. Of a file that vcop 0.2.0 wrote,
``provenance.json`` beside it says this. All other options of a run are there, too.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any, TypeVar

from vcop.config.fields import Options
from vcop.config.network_names import known_networks
from vcop.config.options import NetworkOptions, PretrainOptions
from vcop.networks.backbone import Backbone
from vcop.networks.heads import OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.pretext.order_prediction import HEAD_OPTIONS, load_pretrained
from vcop.pretext.tasks.order import Order
from vcop.runtime.atomic_files import require_existing
from vcop.sampling.tasks import order_task
from vcop.storage import foreign_weights, weights_about
from vcop.storage.weights import load_backbone_weights, read_about

WEIGHTS_FILE = weights_about.WEIGHTS_FILE
Section = TypeVar("Section", bound=Options)


def load_backbone(run: str | Path, *, network: str | None = None, options: NetworkOptions | None = None) -> Backbone:
    """Load the backbone of a weights file, in evaluation mode, on the CPU (CVPR 2019, 3.2).

    Args:
        run: A weights file, or the directory of a run (``results/pretrain/r3d/16-8-3/seed-0``, or one below ``results/finetune``). Of files
            that vcop did not write, those with our names or with those of the code published in 2019 are read (docs/weights.md); a
            line on standard error says what was assumed.
        network: Name of the backbone, see ``vcop.config.network_names``. It is needed only for a file that vcop 0.2.0 wrote and
            that has no provenance.json beside it.
        options: Width of the backbone, likewise.

    Raises:
        ValueError: If a file is missing, damaged, or does not fit the network.

    Shape:
        The backbone maps clips (B, 3, L, H, W) to features (B, D); D is 512 at the papers' width.
    """
    path = _weights(run)
    about = read_about(path)
    given: dict[str, Any] = {"network": network} if network else {}
    given |= dataclasses.asdict(options) if options else {}
    weights_about.compare(path, about, given)
    known = about | given
    if "network" not in known or "multiplier" not in known:
        raise ValueError(
            f"{path}: does not say its network and width, and there is no {weights_about.PROVENANCE_FILE} beside it; give network= "
            f"(one of {', '.join(known_networks())}) and options=vcop.NetworkOptions(...)"
        )
    backbone = build_backbone(known["network"], options or _section(NetworkOptions, about))
    load_backbone_weights(path, backbone)
    if note := foreign_weights.note(path, about):
        print(note, file=sys.stderr)
    return backbone.eval()


def load_order_network(run: str | Path) -> OrderNetwork:
    """Load the order network of a finished pretraining, in evaluation mode, on the CPU (CVPR 2019, 3.3).

    Args:
        run: The weights file of a pretraining, or its directory (``results/pretrain/r3d/16-8-3/seed-0``).

    Raises:
        ValueError: If a file is missing or damaged, or if the weights are not of a pretraining by order prediction.

    Shape:
        The network maps tuples of shuffled clips (B, T, 3, L, H, W) to logits (B, T!), one for each order; see
        ``vcop.sampling.tasks.orders``.
    """
    path = _weights(run)
    about = read_about(path)
    missing = [key for key in ("task", "network", "multiplier", *HEAD_OPTIONS) if key not in about]
    if missing:
        raise ValueError(
            f"{path}: does not say its {missing[0]}, so it is not known as a pretraining with an order network; load_backbone loads "
            "its backbone"
        )
    task = order_task(about["task"])
    if task is None:
        raise ValueError(
            f"{path}: is of the task {about['task']}, which is not order prediction; load_backbone loads its backbone"
        )
    options = PretrainOptions(**{key: about[key] for key in HEAD_OPTIONS})
    return load_pretrained(about["network"], _section(NetworkOptions, about), options, Order(task), path)


def run_options(run: str | Path, section: type[Section]) -> Section:
    """Return the options that a run was trained with, for example ``vcop.InputOptions``: crop, stride and scaling of its input.

    Those of network and input are in the weights file. All others, for example ``vcop.PretrainOptions``, are in provenance.json beside it.
    Options that were added to vcop later have their default if the run does not name them.

    Args:
        run: A weights file, or the directory of a run.
        section: A dataclass of options, see ``vcop.config.options``.

    Raises:
        ValueError: If neither file knows an option.
    """
    # A run does not write an option that was added later while it has its default, so that it may be missing.
    path, names = _weights(run), [field.name for field in dataclasses.fields(section) if not field.metadata["added_later"]]
    known, beside = read_about(path), path.with_name(weights_about.PROVENANCE_FILE)
    if set(names) <= known.keys() or not beside.is_file():
        source = path
    else:
        known, source = weights_about.read_identity(beside), beside
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(f"{source}: holds no option {missing[0]!r}, so {section.__name__} cannot be read from it")
    return _section(section, known)


def _section(section: type[Section], known: dict[str, Any]) -> Section:
    """Return the options of a section among known values; those that are missing have their defaults."""
    return section(**{field.name: known[field.name] for field in dataclasses.fields(section) if field.name in known})


def _weights(run: str | Path) -> Path:
    """Return the weights file of a run. Raises ValueError if the run does not exist."""
    require_existing(run, "the run or its weights file")
    return Path(run) / WEIGHTS_FILE if Path(run).is_dir() else Path(run)
