"""``vcop finetune``: learn to recognise actions from given weights (CVPR 2019, 4.2; TMM 2020, IV-C).

Every stage from ``--layer`` on is trained, shallower ones are frozen (TMM 2020, Figure 10); "random" is trained the same way.
A test video's score is the mean of its ten clips' logits. With ``--labels`` a share of the training videos alone is trained on.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch

from vcop.commands.shared_flags import add_training_arguments
from vcop.config.names import DATASETS, LAYERS
from vcop.config.options import ExtractOptions, FinetuneOptions
from vcop.datasets.splits import SPLITS, TEST, TRAIN
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import TestClips, TrainingClips
from vcop.loading.inputs import prepare_clips, print_looped
from vcop.networks.heads import ActionNetwork
from vcop.networks.registry import build_backbone
from vcop.runtime.atomic_files import write_csv
from vcop.sampling.seeding import seed_of
from vcop.stats import wilson_interval
from vcop.storage import sanity, weights
from vcop.storage.frame_store import Video
from vcop.training.run import TrainingRun
from vcop.training.session import ModelSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits, split_validation

HEADER = ("video", "class", "predicted", "right")
CLASSES = ("class", "n", "right", "accuracy", "low", "high")
TEST_BATCH = 4  # videos, of ten clips each


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_training_arguments(parser)
    FinetuneOptions.add_flags(parser)
    parser.add_argument("--dataset", choices=DATASETS, required=True, help="whose store it is, for the log")
    parser.add_argument("--split", type=int, choices=SPLITS, required=True, help="official split")
    parser.add_argument("--clip-length", type=int, default=16, help="frames")
    parser.add_argument("--layer", choices=LAYERS, default=LAYERS[0], help="the shallowest stage that is trained")
    parser.add_argument("--test-clips", type=int, default=ExtractOptions.test_clips, help="clips of a test video")
    parser.add_argument("--labels", type=int, default=100, help="percent of the training videos of each class to train on")
    parser.add_argument("--recognition", type=Path, required=True, help="predictions on the test list (.csv)")
    parser.add_argument("--classes", type=Path, required=True, help="accuracy of every class with its interval (.csv)")
    parser.add_argument("--confusion", type=Path, required=True, help="videos by class and predicted class (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where the store does not fit."""
    session, options, seed = ModelSession.from_flags(arguments), FinetuneOptions.from_flags(arguments), arguments.seed
    store, split, cl = session.store, arguments.split, arguments.clip_length
    where = f"{store.path}, split {split}"
    test = store.of(split, TEST)
    if not test:
        raise ValueError(f"{where}: no test video")
    training, aside = split_validation(store.of(split, TRAIN), arguments.validation_videos, seed, where)
    lists = TrainingSplits(label_share(training, arguments.labels, seed), aside, test)
    name = f"{session.network} on {arguments.dataset} split {split}"
    lists.print_sizes(name)
    sanity.require_classes(where, store.classes, (v.label for v in training))
    for line in sanity.class_warnings(where, store.classes, (v.label for v in training), (v.label for v in test)):
        print(line, file=sys.stderr)
    print_looped([*lists.training, *lists.validation, *test], cl)

    model = build_action_network(session, options, len(store.classes), seed)
    weights.load_backbone(arguments.start, model.backbone)
    model.backbone.freeze_below(arguments.layer)
    model.backbone.tune(session.compute)
    start = {"start": weights.weights_digest(arguments.start), "layer": arguments.layer}
    about = session.identity(options, clip_length=cl, seed=seed, split=split, **start, **lists.digests)
    tuning = TrainingRun(session, options, lists, name, arguments.out, seed, arguments.restart, about)
    trainer = tuning.trainer(
        model,
        TrainingClips(store, lists.training, cl, session.inputs, seed),
        TestClips(store, lists.validation, cl, session.inputs, 1),
        prepare_clips(session.inputs, session.compute),
        clips=1,
    )
    trainer.fit()
    clips = TestClips(store, test, cl, session.inputs, arguments.test_clips)
    rows = predict_actions(trainer, session.batches(clips, TEST_BATCH), arguments.test_clips)
    write_csv(arguments.recognition, HEADER, rows)
    write_csv(arguments.classes, CLASSES, accuracy_by_class(rows, store.classes))
    write_csv(arguments.confusion, ("class", *store.classes), confusion_matrix(rows, store.classes))
    tuning.write(trainer, network=session.network, dataset=arguments.dataset)
    print(f"{name}: accuracy {100 * sum(row[3] for row in rows) / len(rows):.1f} % on {len(rows)} test videos")


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
