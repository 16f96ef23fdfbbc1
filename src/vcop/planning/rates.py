"""Rates at which GPUs train the networks: given by the user, or measured, by the runs of a study or by ``python -m benchmarks.gpu``."""

from __future__ import annotations

import csv
import json
import math
import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vcop.config.names import PAPER_NETWORKS
from vcop.config.network_names import known_networks
from vcop.config.study import Study
from vcop.planning.cost_model import CostModel

RATES_FORMAT = "vcop rates of a GPU, 1"  # `format` in the gpu.json of ``python -m benchmarks.gpu``


@dataclass(frozen=True)
class Rate:
    """TFLOP/s that a GPU sustains when it trains a network, and where the number comes from."""

    tflops: float
    source: str


def parse_rates(words: Iterable[str], study: Path = Path()) -> dict[str, Rate]:
    """Return the rate of each network that is given.

    Args:
        words: "400" for all networks, or "c3d=419" for one; later words replace earlier ones.
        study: Folder of the study, which may have networks of its own.

    Raises:
        ValueError: If a word is neither, or names an unknown network.
    """
    rates: dict[str, Rate] = {}
    networks = known_networks(study)
    for word in words:
        match = re.fullmatch(r"(?:(\w+)=)?(\d+(?:\.\d*)?)", word)
        if match is None or float(match[2]) == 0:
            raise ValueError(f"--rate: {word!r} is not TFLOP/s, as in 400 or c3d=419")
        if match[1] and match[1] not in networks:
            raise ValueError(f"--rate: there is no network {match[1]!r}; choose one of {', '.join(networks)}")
        for network in [match[1]] if match[1] else networks:
            rates[network] = Rate(float(match[2]), "given")
    return rates


def training_mode(study: Study) -> str:
    """Return how a study trains, in the words of the GPU benchmark: "fp32", "tf32" or "bf16", then "compile" and "joint"."""
    compute = study.compute
    precision = "bf16" if compute.precision == "bf16" else "tf32" if compute.allow_tf32 else "fp32"
    return precision + " compile" * compute.compile + " joint" * study.pretrain.joint_batchnorm


def read_rates(path: Path, study: Study) -> dict[str, Rate]:
    """Return the rate of each network that ``python -m benchmarks.gpu`` has measured.

    Args:
        path: Its file gpu.json.
        study: Its own precision, compilation and BatchNorm choose the rate. Where these were not measured, the fastest rate is taken, and
            its source says so.

    Raises:
        ValueError: If the file is missing, no such file, of a small run, or without a rate; the message is one line.
    """
    found = _rates_file(path)
    if found.get("tiny") is not False:
        raise ValueError(f"{path}: was made with --tiny, whose networks are small: run python -m benchmarks.gpu on a GPU")
    wanted, rates = training_mode(study), {}
    for network, modes in found["rates"].items():
        measured = {mode: speed["tflops"] for mode, speed in modes.items()}
        if not measured:
            continue
        mode = wanted if wanted in measured else max(measured, key=lambda name: measured[name])
        instead = "" if mode == wanted else f", as {wanted} was not measured"
        rates[network] = Rate(measured[mode], f"{path.name}, {found['gpu']}, {mode}{instead}")
    if not rates:
        raise ValueError(f"{path}: holds no rate: the part `speed` of python -m benchmarks.gpu has not run")
    return rates


def _rates_file(path: Path) -> dict[str, Any]:
    """Return the content of a gpu.json. Raises ValueError if it is not one."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ValueError(
            f"{path}: cannot be read ({problem.strerror}): give the gpu.json of python -m benchmarks.gpu"
        ) from None
    except ValueError:  # no JSON, or no text
        found = None
    if not isinstance(found, dict) or found.get("format") != RATES_FORMAT or not _are_rates(found.get("rates")):
        raise ValueError(f"{path}: is not a gpu.json that python -m benchmarks.gpu of this version has written")
    return found


def _are_rates(rates: Any) -> bool:
    """Return whether these are positive TFLOP/s by network and mode."""
    if (
        not isinstance(rates, dict)
        or not set(rates) <= set(PAPER_NETWORKS)
        or not all(isinstance(m, dict) for m in rates.values())
    ):
        return False
    speeds = [speed for modes in rates.values() for speed in modes.values()]
    numbers: list[Any] = [speed.get("tflops") if isinstance(speed, dict) else None for speed in speeds]
    return all(type(n) in (int, float) and math.isfinite(n) and n > 0 for n in numbers)


def measured_rates(model: CostModel) -> dict[str, Rate]:
    """Return the rate of each network that this study has pretrained: the median run's median epoch."""
    rates: dict[str, list[float]] = {}
    for path in sorted((model.folder / "results").glob("pretrain/*/*/seed-*/history.csv")):
        network = path.parts[-4]
        speeds = _clips_per_second(path) if network in known_networks(model.folder) else []
        if speeds:
            rates.setdefault(network, []).append(statistics.median(speeds) * model.clip_cost(network).training / 1e12)
    return {
        network: Rate(statistics.median(values), f"measured, {len(values)} run{'s' * (len(values) > 1)} of this study")
        for network, values in rates.items()
    }


def complete_rates(known: dict[str, Rate], networks: Iterable[str] = PAPER_NETWORKS) -> dict[str, Rate]:
    """Return a rate of every network: for those without one, the mean of the others; nothing if none is known."""
    if not known:
        return {}
    mean = Rate(sum(rate.tflops for rate in known.values()) / len(known), "mean of the others")
    return {network: known.get(network, mean) for network in networks}


def _clips_per_second(history: Path) -> list[float]:
    """Return the clips a second of each epoch; none if the file is damaged."""
    try:
        with open(history, newline="") as file:
            return [float(row["clips_per_second"]) for row in csv.DictReader(file)]
    except (OSError, ValueError, TypeError, KeyError, csv.Error):
        return []
