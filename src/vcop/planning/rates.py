"""Rates at which GPUs train the networks: given by the user, or measured by the runs of a study."""

from __future__ import annotations

import csv
import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vcop.config.names import NETWORKS
from vcop.planning.cost_model import CostModel


@dataclass(frozen=True)
class Rate:
    """TFLOP/s that a GPU sustains when it trains a network, and where the number comes from."""

    tflops: float
    source: str


def parse_rates(words: Iterable[str]) -> dict[str, Rate]:
    """Return the rate of each network that is given.

    Args:
        words: "400" for all networks, or "c3d=419" for one; later words replace earlier ones.

    Raises:
        ValueError: If a word is neither.
    """
    rates: dict[str, Rate] = {}
    for word in words:
        match = re.fullmatch(rf"(?:({'|'.join(NETWORKS)})=)?(\d+(?:\.\d*)?)", word)
        if match is None or float(match[2]) == 0:
            raise ValueError(f"--rate: {word!r} is not TFLOP/s, as in 400 or c3d=419")
        for network in [match[1]] if match[1] else NETWORKS:
            rates[network] = Rate(float(match[2]), "given")
    return rates


def measured_rates(model: CostModel) -> dict[str, Rate]:
    """Return the rate of each network that this study has pretrained: the median run's median epoch."""
    rates: dict[str, list[float]] = {}
    for path in sorted((model.folder / "results").glob("pretrain/*/*/seed-*/history.csv")):
        network = path.parts[-4]
        speeds = _clips_per_second(path)
        if speeds:
            rates.setdefault(network, []).append(statistics.median(speeds) * model.clip_cost(network).training / 1e12)
    return {
        network: Rate(statistics.median(values), f"measured, {len(values)} run{'s' * (len(values) > 1)} of this study")
        for network, values in rates.items()
    }


def complete_rates(known: dict[str, Rate]) -> dict[str, Rate]:
    """Return a rate of every network: for those without one, the mean of the others; nothing if none is known."""
    if not known:
        return {}
    mean = Rate(sum(rate.tflops for rate in known.values()) / len(known), "mean of the others")
    return {network: known.get(network, mean) for network in NETWORKS}


def _clips_per_second(history: Path) -> list[float]:
    """Return the clips a second of each epoch; none if the file is damaged."""
    try:
        with open(history, newline="") as file:
            return [float(row["clips_per_second"]) for row in csv.DictReader(file)]
    except (OSError, ValueError, TypeError, KeyError, csv.Error):
        return []
