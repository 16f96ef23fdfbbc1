"""A folder that holds all that is needed to use weights: model.safetensors, config.json and README.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from vcop.config.names import PAPER_DATASETS
from vcop.publishing.measured_results import KINDS, StudyResults, read_results
from vcop.publishing.model_card import model_card
from vcop.runtime.atomic_files import atomic_write, require_existing, write_text
from vcop.storage.published_names import to_published
from vcop.storage.weights import read_about, read_weights, save_weights
from vcop.storage.weights_about import WEIGHTS_FILE

CONFIG_FILE, CARD_FILE, PUBLISHED_FILE = "config.json", "README.md", "model-2019.safetensors"


def publish(run: Path, out: Path, *, published_names: bool = False, datasets: Sequence[str] | None = None) -> list[Path]:
    """Write the weights of a run for others.

    Args:
        run: Folder of a pretraining or fine-tuning, or any weights file that vcop reads. Of a folder in a study's results/ the card
            tells what was measured.
        out: Folder to write. Files of the same names in it are replaced, others stay.
        published_names: Whether to write the weights under the names of the code of 2019, too.
        datasets: Data sets that the card names as training data; by default the run's, none if the videos are synthetic or not known.

    Returns:
        The files that were written.

    Raises:
        ValueError: The weights cannot be read, do not say their network and width, or have no names in 2019's code.
    """
    require_existing(run, "the run or its weights file")
    source = run / WEIGHTS_FILE if run.is_dir() else run
    about, tensors, study = read_about(source), read_weights(source), read_results(run)
    missing = [key for key in ("network", "multiplier") if key not in about]
    if missing:
        raise ValueError(f"{source}: does not say its {missing[0]}, so it cannot be published; run it again with this version")
    theirs = _named_as_2019(source, about, tensors) if published_names else {}
    out.mkdir(parents=True, exist_ok=True)
    said = {key: value for key, value in about.items() if key not in ("vcop", "licence")}
    save_weights(out / WEIGHTS_FILE, tensors, **said)
    written = read_about(out / WEIGHTS_FILE)
    write_description(out, written, study, name=_name(run), datasets=_datasets(about, study) if datasets is None else datasets)
    if theirs:
        _save_plain(out / PUBLISHED_FILE, theirs)
    return [out / name for name in (WEIGHTS_FILE, CONFIG_FILE, CARD_FILE, *([PUBLISHED_FILE] if theirs else []))]


def write_description(out: Path, about: Mapping[str, Any], study: StudyResults, *, name: str, datasets: Sequence[str]) -> None:
    """Write config.json and README.md beside weights.

    Args:
        out: The folder.
        about: What the weights file says.
        study: Results of the study.
        name: Name of the model.
        datasets: Data sets that the network was trained on.
    """
    write_text(out / CONFIG_FILE, json.dumps({"library_name": "vcop"} | dict(about), indent=2) + "\n")
    write_text(out / CARD_FILE, model_card(about, study, name=name, weights_file=WEIGHTS_FILE, datasets=datasets))


def _name(run: Path) -> str:
    """Return a name for the model: the path of a run below results/pretrain or results/finetune, or the name of a file."""
    parts = run.absolute().parts
    known = [i for i, part in enumerate(parts[:-1]) if part in KINDS]
    return "-".join(parts[known[-1] + 1 :]) if known and run.is_dir() else run.absolute().stem


def _datasets(about: Mapping[str, Any], study: StudyResults) -> list[str]:
    """Return the data sets of the papers that a run was trained on."""
    trained = about.get("dataset", study.pretrained_on if "task" in about and "names" not in about else "")
    return [trained] if trained in PAPER_DATASETS and not study.synthetic else []


def _named_as_2019(source: Path, about: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights under 2019's names. Raises ValueError with the file's name."""
    try:
        return to_published(about["network"], tensors)
    except ValueError as problem:
        raise ValueError(f"{source}: {problem}, so it cannot be written under its names") from None


def _save_plain(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write a safetensors file without our header, as a whole or not at all."""
    from safetensors.torch import save

    with atomic_write(path) as unfinished:
        unfinished.write_bytes(save({name: value.contiguous() for name, value in tensors.items()}, metadata={"format": "pt"}))
