"""``vcop finetune``: learn to recognise actions from given weights (CVPR 2019, 4.2; TMM 2020, IV-C).

Every stage from ``--layer`` on is trained, shallower ones are frozen (TMM 2020, Figure 10); "random" is trained the same way.
A test video's score is the mean of its ten clips' logits.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from vcop import weights
from vcop.datasets import Batches, TestClips, TrainingClips
from vcop.files import write_csv
from vcop.networks import LAYERS, build
from vcop.networks.heads import ActionNetwork
from vcop.options import DATASETS, ExtractOptions, FinetuneOptions
from vcop.randomness import seed_of
from vcop.splits import SPLITS, TEST, TRAIN
from vcop.stage import Lists, Run, Setup, add_training_arguments, prepare_clips, say_looped, set_aside
from vcop.training import Trainer

HEADER = ("video", "class", "predicted", "right")
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
    parser.add_argument("--recognition", type=Path, required=True, help="predictions on the test list (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where the store does not fit."""
    setup, options, seed = Setup.from_flags(arguments), FinetuneOptions.from_flags(arguments), arguments.seed
    store, split, cl = setup.store, arguments.split, arguments.clip_length
    where = f"{store.path}, split {split}"
    test = store.of(split, TEST)
    if not test:
        raise ValueError(f"{where}: no test video")
    lists = Lists(*set_aside(store.of(split, TRAIN), arguments.validation_videos, seed, where), test)
    name = f"{setup.network} on {arguments.dataset} split {split}"
    lists.say(name)
    say_looped([*lists.training, *lists.validation, *test], cl)

    model = network(setup, options, len(store.classes), seed)
    weights.load_backbone(arguments.start, model.backbone)
    model.backbone.freeze_below(arguments.layer)
    model.backbone.tune(setup.compute)
    start = {"start": weights.digest(arguments.start), "layer": arguments.layer}
    about = setup.identity(options, clip_length=cl, seed=seed, split=split, **start, **lists.digests)
    training = Run(setup, options, lists, name, arguments.out, seed, arguments.restart, about)
    trainer = training.trainer(
        model,
        TrainingClips(store, lists.training, cl, setup.inputs, seed),
        TestClips(store, lists.validation, cl, setup.inputs, 1),
        prepare_clips(setup.inputs, setup.compute),
        clips=1,
    )
    trainer.fit()
    clips = TestClips(store, test, cl, setup.inputs, arguments.test_clips)
    rows = predict(trainer, Batches(clips, TEST_BATCH, setup.machine.workers), arguments.test_clips)
    write_csv(arguments.recognition, HEADER, rows)
    training.write(trainer, dataset=arguments.dataset)
    print(f"{name}: accuracy {100 * sum(row[3] for row in rows) / len(rows):.1f} % on {len(rows)} test videos")


def network(setup: Setup, options: FinetuneOptions, classes: int, seed: int) -> ActionNetwork:
    """The action network; its classifier's initial weights are a function of (seed, network, classes)."""
    backbone = build(setup.network, setup.nets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("classifier", seed, setup.network, classes))
        return ActionNetwork(backbone, classes, options.head_batchnorm)


def predict(trainer: Trainer, test: Batches, clips: int) -> list[tuple[str, int, int, int]]:
    """A row a test video: its class, the class of the highest mean logit over its clips, whether it is right."""
    rows = []
    for sample in test.epoch(0):
        logits, labels = trainer.logits(sample)
        predicted = logits.unflatten(0, (-1, clips)).mean(1).argmax(1).tolist()
        for video, label, guess in zip(sample["video"], labels.tolist(), predicted, strict=True):
            rows.append((video, label, guess, int(guess == label)))
    return rows
