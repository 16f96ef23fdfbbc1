"""Multinomial logistic regression on frozen features: all candidates of a grid side by side, so that a clip is read once for all.

Memory is bounded: ``held_rows`` clips are held at a time. With b of d values, K classes and g candidates these are about
``4 (b d + 3 g K d)`` bytes, whatever the number of videos (b = 16384, d = 9216, K = 101, g = 9: 0.7 GB). scikit-learn's solvers
for this loss want all clips in memory (3.5 GB, and copies) and no GPU, so PyTorch does it.

Shapes: V videos, N clips, D values, G candidates, K classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vcop.config.options import ProbeOptions
from vcop.sampling.seeding import generator
from vcop.storage.feature_store import FeatureStore
from vcop.training.optimisers import cosine_factor

Labels = NDArray[np.int64]
Setting = tuple[float, float]  # learning rate, weight decay
MOMENTUM = 0.9
SPAN = 8  # videos read in one go
BLOCK = 1024  # clips, where their order does not matter


class Classifiers(nn.Module):
    """Linear classifiers side by side on the same features, standardised and brought to length one (on average).

    The length makes one grid of rates fit networks of any width. All begin at zero: the problem is convex.
    """

    def __init__(self, mean: Tensor, deviation: Tensor, classes: int, count: int) -> None:
        super().__init__()
        varies = deviation > 1e-5 * mean.abs()  # of a constant, rounding alone would be left
        self.mean, self.scale = mean, varies / (deviation.where(varies, 1) * math.sqrt(len(mean)))
        self.candidates = nn.ModuleList(nn.Linear(len(mean), classes, device=mean.device) for _ in range(count))
        for p in self.parameters():
            nn.init.zeros_(p)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (N, D) -> logits (G, N, K)."""
        x = (x - self.mean) * self.scale
        return torch.stack([candidate(x) for candidate in self.candidates])

    @torch.no_grad()
    def predict(self, features: FeatureStore) -> Labels:
        """Classes of videos by the mean of their clips' logits. Shape: (G, V)."""
        found = []
        for x in feature_blocks(features):
            logits = self(torch.from_numpy(x).to(self.mean.device).flatten(0, 1))
            found.append(logits.unflatten(1, x.shape[:2]).mean(2).argmax(2).cpu().numpy())
        return np.concatenate(found, axis=1)


def feature_blocks(features: FeatureStore) -> Iterator[NDArray[np.float32]]:
    """All videos in order, a block at a time. Shape: (some V, clips, D)."""
    videos = max(1, BLOCK // features.clips)
    for first in range(0, len(features), videos):
        yield features.read(first, first + videos)


def feature_moments(features: FeatureStore) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of every value over all clips. Raises ValueError where one is not finite. Shape: (D,) each."""
    total, squares = np.zeros(features.values), np.zeros(features.values)
    for x in feature_blocks(features):
        rows = x.reshape(-1, features.values).astype(np.float64)
        total, squares = total + rows.sum(0), squares + (rows**2).sum(0)
    mean = total / (len(features) * features.clips)
    if not np.isfinite(squares).all():
        raise ValueError(f"{features.path}: {features.layer} holds values that are not finite: extract again")
    return mean, np.sqrt(np.maximum(squares / (len(features) * features.clips) - mean**2, 0))


def minibatches(
    features: FeatureStore, options: ProbeOptions, seed: int, epoch: int
) -> Iterator[tuple[float, NDArray[np.float32], Labels]]:
    """The clips of an epoch, shuffled: what share of them came before, (N, D) and labels (N,).

    Spans of videos in random order are read until ``held_rows`` clips are there; these are shuffled.
    """
    rng, clips = generator("probe", seed, epoch), features.clips
    starts = SPAN * rng.permutation(-(-len(features) // SPAN))
    done, spans = 0, max(1, options.held_rows // (SPAN * clips))
    for first in range(0, len(starts), spans):
        ranges = [(s, min(s + SPAN, len(features))) for s in starts[first : first + spans]]
        x, labels = gather_clips(features, ranges)
        order = rng.permutation(len(x))
        for begin in range(0, len(x), options.batch_size):
            rows = order[begin : begin + options.batch_size]
            yield done / (len(features) * clips), x[rows], labels[rows]
            done += len(rows)
        del x  # before the next is made


def gather_clips(features: FeatureStore, ranges: list[tuple[int, int]]) -> tuple[NDArray[np.float32], Labels]:
    """The clips of some ranges of videos, never held twice. Shape: (N, D), (N,)."""
    x = np.empty((sum(b - a for a, b in ranges), features.clips, features.values), np.float32)
    labels, at = np.empty(len(x), np.int64), 0
    for a, b in ranges:
        x[at : at + b - a], labels[at : at + b - a] = features.read(a, b), features.labels[a:b]
        at += b - a
    return x.reshape(-1, features.values), labels.repeat(features.clips)


def fit_classifiers(
    features: FeatureStore, settings: list[Setting], options: ProbeOptions, seed: int, device: torch.device
) -> Classifiers:
    """A classifier for each rate and decay, by SGD with momentum on the cross-entropy; the rate falls to zero."""
    mean, deviation = (torch.from_numpy(m.astype(np.float32)).to(device) for m in feature_moments(features))
    model = Classifiers(mean, deviation, len(features.classes), len(settings))
    groups = [{"params": list(c.parameters()), "weight_decay": s[1]} for c, s in zip(model.candidates, settings, strict=True)]
    optimiser = torch.optim.SGD(groups, momentum=MOMENTUM)
    for epoch in range(options.epochs):
        for share, x, labels in minibatches(features, options, seed, epoch):
            for group, (rate, _) in zip(optimiser.param_groups, settings, strict=True):
                group["lr"] = rate * cosine_factor((epoch + share) / options.epochs)
            logits = model(torch.from_numpy(x).to(device))
            wanted = torch.from_numpy(labels).to(device).repeat(len(settings))
            optimiser.zero_grad()
            (nn.functional.cross_entropy(logits.flatten(0, 1), wanted, reduction="sum") / len(x)).backward()
            optimiser.step()
    return model
