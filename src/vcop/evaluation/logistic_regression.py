"""Multinomial logistic regression on frozen features, for all settings of a grid at once: a clip is read once for all of them.

Memory is bounded: at most ``held_rows`` clips are held at a time. With b of d values, K classes and g settings these are about
``4 (b d + 3 g K d)`` bytes, whatever the number of videos (b = 16384, d = 9216, K = 101, g = 9: 0.7 GB). The solvers of
scikit-learn need all clips in memory (3.5 GB, and copies) and use no GPU, hence PyTorch.

Shapes: V videos, N clips, D values of a clip, G settings, K classes.
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
SPAN = 8  # neighbouring videos that are read together
BLOCK = 1024  # clips that are read together where their order does not matter


class Classifiers(nn.Module):
    """Independent linear classifiers, one for each setting, on the same standardised features.

    Features are scaled to mean 0 and standard deviation 1, then by ``1 / sqrt(D)``, so that a clip has length one on average and
    one grid of learning rates fits networks of any width. All weights begin at zero: the problem is convex, so the start decides
    nothing, and no seed is needed.

    Args:
        mean: Mean of every value, (D,).
        deviation: Standard deviation of every value, (D,).
        classes: Number of classes K.
        count: Number of settings G.
    """

    def __init__(self, mean: Tensor, deviation: Tensor, classes: int, count: int) -> None:
        super().__init__()
        # The deviation of a constant value is mere rounding error. Dividing by it would turn these errors into a feature.
        varies = deviation > 1e-5 * mean.abs()
        self.mean, self.scale = mean, varies / (deviation.where(varies, 1) * math.sqrt(len(mean)))
        self.candidates = nn.ModuleList(nn.Linear(len(mean), classes, device=mean.device) for _ in range(count))
        for p in self.parameters():
            nn.init.zeros_(p)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of each classifier. Shape: (N, D) -> (G, N, K)."""
        x = (x - self.mean) * self.scale
        return torch.stack([candidate(x) for candidate in self.candidates])

    @torch.no_grad()
    def predict(self, features: FeatureStore) -> Labels:
        """Return the class of every video by each classifier: the highest mean of its clips' logits. Shape: (G, V)."""
        predicted = []
        for x in feature_blocks(features):
            logits = self(torch.from_numpy(x).to(self.mean.device).flatten(0, 1))
            predicted.append(logits.unflatten(1, x.shape[:2]).mean(2).argmax(2).cpu().numpy())
        return np.concatenate(predicted, axis=1)


def feature_blocks(features: FeatureStore) -> Iterator[NDArray[np.float32]]:
    """Yield the features of all videos in order, a block at a time. Shape: (videos of the block, clips, D)."""
    videos = max(1, BLOCK // features.clips)
    for first in range(0, len(features), videos):
        yield features.read(first, first + videos)


def feature_moments(features: FeatureStore) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the standard deviation of every value over all clips.

    Both come from one pass over the file. The sums are in 64 bits: in 32 bits, the difference of the mean square and the squared
    mean would be lost to rounding for values that vary little.

    Raises:
        ValueError: If a value is not finite.

    Shape:
        (D,), (D,).
    """
    total, squares = np.zeros(features.values), np.zeros(features.values)
    for x in feature_blocks(features):
        rows = x.reshape(-1, features.values).astype(np.float64)
        total, squares = total + rows.sum(0), squares + (rows**2).sum(0)
    mean = total / (len(features) * features.clips)
    if not np.isfinite(squares).all():
        raise ValueError(f"{features.path}: {features.layer} holds values that are not finite: extract again")
    # Rounding can make the difference slightly negative.
    return mean, np.sqrt(np.maximum(squares / (len(features) * features.clips) - mean**2, 0))


def minibatches(
    features: FeatureStore, options: ProbeOptions, seed: int, epoch: int
) -> Iterator[tuple[float, NDArray[np.float32], Labels]]:
    """Yield the clips of an epoch in random order, as a function of (seed, epoch).

    A full shuffle would read single clips all over the file. Instead, spans of neighbouring videos are read in random order until
    ``held_rows`` clips are held, and these are shuffled.

    Args:
        features: Features of the training videos.
        options: Clips held at a time, and clips of a batch.
        seed: Seed of the run.
        epoch: Number of the epoch.

    Yields:
        The share of the epoch's clips that came before the batch, its clips (N, D), and their labels (N,).
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
        del x  # so that it is freed before the next clips are read


def gather_clips(features: FeatureStore, ranges: list[tuple[int, int]]) -> tuple[NDArray[np.float32], Labels]:
    """Read the clips of several ranges of videos into one array, without a copy of all of them. Shape: (N, D), (N,)."""
    x = np.empty((sum(b - a for a, b in ranges), features.clips, features.values), np.float32)
    labels, end = np.empty(len(x), np.int64), 0
    for a, b in ranges:
        begin, end = end, end + b - a
        x[begin:end], labels[begin:end] = features.read(a, b), features.labels[a:b]
    return x.reshape(-1, features.values), labels.repeat(features.clips)


def fit_classifiers(
    features: FeatureStore, settings: list[Setting], options: ProbeOptions, seed: int, device: torch.device
) -> Classifiers:
    """Fit one classifier for each setting by SGD with momentum on the cross-entropy; the learning rate falls to zero.

    Args:
        features: Features of the training videos.
        settings: Learning rate and weight decay of each classifier.
        options: Epochs, batch size and clips held at a time.
        seed: Decides the order of the clips.
        device: Where to compute.

    Returns:
        The classifiers, in the order of ``settings``.
    """
    mean, deviation = (torch.from_numpy(m.astype(np.float32)).to(device) for m in feature_moments(features))
    model = Classifiers(mean, deviation, len(features.classes), len(settings))
    groups = [{"params": list(c.parameters()), "weight_decay": s[1]} for c, s in zip(model.candidates, settings, strict=True)]
    optimiser = torch.optim.SGD(groups, momentum=MOMENTUM)
    for epoch in range(options.epochs):
        for share, x, labels in minibatches(features, options, seed, epoch):
            for group, (rate, _) in zip(optimiser.param_groups, settings, strict=True):
                group["lr"] = rate * cosine_factor((epoch + share) / options.epochs)
            logits = model(torch.from_numpy(x).to(device))
            targets = torch.from_numpy(labels).to(device).repeat(len(settings))
            optimiser.zero_grad()
            # Sum over classifiers and mean over clips, so each classifier gets the gradient that it would get alone.
            (nn.functional.cross_entropy(logits.flatten(0, 1), targets, reduction="sum") / len(x)).backward()
            optimiser.step()
    return model
