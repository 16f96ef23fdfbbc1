"""``vcop finetune``: learn to recognise actions from given weights (CVPR 2019, 4.2; TMM 2020, IV-C).

Every stage from ``--layer`` on is trained, shallower ones are frozen (TMM 2020, Figure 10); "random" is trained the same way.
A test video's score is the mean of its ten clips' logits. With ``--labels`` a share of the training videos alone is trained on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch

from vcop.config.options import FinetuneOptions
from vcop.loading.batches import Batches
from vcop.networks.heads import ActionNetwork
from vcop.networks.registry import build_backbone
from vcop.sampling.seeding import seed_of
from vcop.stats import wilson_interval
from vcop.storage.frame_store import Video
from vcop.training.session import ModelSession
from vcop.training.trainer import Trainer

HEADER = ("video", "class", "predicted", "right")
CLASSES = ("class", "n", "right", "accuracy", "low", "high")
TEST_BATCH = 4  # videos, of ten clips each


def label_share(videos: Sequence[Video], percent: int, seed: int) -> list[Video]:
    """Of each class the share whose names draw the lowest numbers, one video at least; smaller shares lie within larger ones.

    Raises ValueError for a share that is none.
    """
    if not 1 <= percent <= 100:
        raise ValueError(f"labels: {percent} is not between 1 and 100 percent")
    ranked = sorted(videos, key=lambda video: seed_of("labels", seed, video.name))
    left = {label: max(1, round(n * percent / 100)) for label, n in Counter(v.label for v in videos).items()}
    chosen = set()
    for video in ranked:
        if left[video.label]:
            left[video.label] -= 1
            chosen.add(video.name)
    return [video for video in videos if video.name in chosen]


def build_action_network(session: ModelSession, options: FinetuneOptions, classes: int, seed: int) -> ActionNetwork:
    """The action network; its classifier's initial weights are a function of (seed, network, classes)."""
    backbone = build_backbone(session.network, session.nets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("classifier", seed, session.network, classes))
        return ActionNetwork(backbone, classes, options.head_batchnorm)


def predict_actions(trainer: Trainer, test: Batches, clips: int) -> list[tuple[str, int, int, int]]:
    """A row a test video: its class, the class of the highest mean logit over its clips, whether it is right."""
    rows = []
    for sample in test.once():
        logits, labels = trainer.logits(sample)
        predicted = logits.unflatten(0, (-1, clips)).mean(1).argmax(1).tolist()
        for video, label, guess in zip(sample["video"], labels.tolist(), predicted, strict=True):
            rows.append((video, label, guess, int(guess == label)))
    return rows


def accuracy_by_class(
    rows: Sequence[tuple[str, int, int, int]], classes: Sequence[str]
) -> list[tuple[str, int, int, str, str, str]]:
    """A row a tested class: its videos, how many are right, the percentage and Wilson's interval."""
    n, right = Counter(row[1] for row in rows), Counter(row[1] for row in rows if row[3])
    out = []
    for label in sorted(n):
        accuracy = 100 * right[label] / n[label]
        low, high = (f"{bound:.2f}" for bound in wilson_interval(accuracy, n[label]))
        out.append((classes[label], n[label], right[label], f"{accuracy:.2f}", low, high))
    return out


def confusion_matrix(rows: Sequence[tuple[str, int, int, int]], classes: Sequence[str]) -> list[tuple[str | int, ...]]:
    """A row a class: its name, and how many of its videos were taken for each of the classes."""
    count = Counter((label, guess) for _, label, guess, _ in rows)
    return [(name, *(count[i, j] for j in range(len(classes)))) for i, name in enumerate(classes)]
