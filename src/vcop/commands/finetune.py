"""``vcop finetune``: learn to recognise actions from given weights."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import add_training_arguments, model_session
from vcop.config.names import DATASETS, LAYERS
from vcop.config.options import ExtractOptions, FinetuneOptions
from vcop.datasets.splits import SPLITS, TEST, TRAIN
from vcop.evaluation.finetuning import (
    CLASSES,
    HEADER,
    TEST_BATCH,
    accuracy_by_class,
    build_action_network,
    confusion_matrix,
    label_share,
    predict_actions,
)
from vcop.loading.clip_datasets import TestClips, TrainingClips
from vcop.loading.inputs import prepare_clips, print_looped
from vcop.runtime.atomic_files import write_csv
from vcop.storage import sanity, weights
from vcop.training.run import TrainingRun
from vcop.training.validation_split import TrainingSplits, split_validation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_training_arguments(parser)
    add_flags(parser, FinetuneOptions)
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
    session, options, seed = model_session(arguments), from_flags(FinetuneOptions, arguments), arguments.seed
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
