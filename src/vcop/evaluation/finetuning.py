"""Fine-tuning for action recognition from given weights (CVPR 2019, 4.2; TMM 2020, IV-C).

The stages from ``layer`` on are trained, shallower ones are frozen (TMM 2020, Figure 10); random weights are trained the same way.
The score of a test video is the mean of the logits of its ten clips. With ``labels`` below 100, only that share of the training
videos is used.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from vcop.config.names import LAYERS
from vcop.config.options import ExtractOptions, FinetuneOptions, NetworkOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.class_tables import Prediction
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import TestClips, TrainingClips
from vcop.loading.inputs import prepare_clips, print_looped
from vcop.networks.heads import ActionNetwork
from vcop.networks.registry import build_backbone
from vcop.sampling.seeding import seed_of
from vcop.storage import sanity, weights, weights_about
from vcop.storage.frame_store import FrameStore, Video
from vcop.training.run import TrainingRun
from vcop.training.session import ModelSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits, training_and_validation

VIDEOS_PER_TEST_BATCH = 4  # of ten clips each


@dataclass(frozen=True)
class FinetuneResult:
    """A fine-tuned and tested network that has not been written yet.

    Attributes:
        run: The training, with the lists of its videos.
        trainer: The trainer; its ``model`` is the network with the lowest validation loss.
        predictions: A row for each test video, see ``predict_actions``.
        network: Name of the backbone.
        dataset: Name of the data set.
    """

    run: TrainingRun
    trainer: Trainer
    predictions: list[Prediction]
    network: str
    dataset: str

    @property
    def accuracy(self) -> float:
        """Percentage of the test videos whose class is predicted correctly."""
        return 100 * sum(right for _, _, _, right in self.predictions) / len(self.predictions)

    def save(self) -> None:
        """Write validation list, provenance and weights, and give up the claim on the folder.

        Call this last: the weights tell the workflow that the run is complete.
        """
        self.run.write(self.trainer)


def finetune(
    session: ModelSession,
    options: FinetuneOptions,
    start: Path,
    out: Path,
    *,
    dataset: str,
    split: int,
    seed: int,
    clip_length: int = 16,
    layer: str = LAYERS[0],
    labels: int = 100,
    validation_videos: int = 800,
    test_clips: int = ExtractOptions.test_clips,
    restart: bool = False,
) -> FinetuneResult:
    """Train an action network on a split and test it.

    An interrupted training continues from the state that it has saved beside ``out``.

    Args:
        session: Frame store, network and where to compute.
        options: The training loop.
        start: Weights to start from (.safetensors).
        out: Weights to write (.safetensors) when the result is saved; state and history are written beside them.
        dataset: Name of the data set, for the log and the provenance.
        split: Official split, 1 to 3.
        seed: Decides every random draw.
        clip_length: Frames of a clip.
        layer: The shallowest stage that is trained.
        labels: Percentage of the training videos of each class to train on.
        validation_videos: Training videos that choose the best weights, at most a fifth of them.
        test_clips: Clips of a test video.
        restart: Whether to begin anew instead of continuing from a saved state.

    Raises:
        ValueError: If store, weights and options do not fit each other.
    """
    store, inputs, name = session.store, session.inputs, f"{session.network} on {dataset} split {split}"
    splits = choose_videos(store, split, validation_videos=validation_videos, labels=labels, seed=seed)
    splits.print_sizes(name)
    check_classes(store, split, splits)
    print_looped([*splits.training, *splits.validation, *splits.test], clip_length)

    session.require_fit(start, clip_length, weights_about.ADAPTED)
    model = build_action_network(session.network, session.nets, len(store.classes), seed, options.head_batchnorm)
    weights.load_backbone_weights(start, model.backbone)
    model.backbone.freeze_below(layer)
    model.backbone.tune(session.compute)
    origin = {"start": weights.weights_digest(start), "layer": layer}
    identity = session.identity(options, clip_length=clip_length, seed=seed, split=split, **origin, **splits.digests)
    about = session.needed(clip_length) | {"dataset": dataset, "split": split, "layer": layer, "labels": labels}
    about |= {"classes": store.classes, "head_batchnorm": options.head_batchnorm}
    run = TrainingRun(session, options, splits, name, out, seed, restart, identity, about)
    trainer = run.trainer(
        model,
        TrainingClips(store, splits.training, clip_length, inputs, seed),
        TestClips(store, splits.validation, clip_length, inputs, options.validation_clips),
        prepare_clips(inputs, session.compute),
        clips=1,
    )
    trainer.fit()
    clips = TestClips(store, splits.test, clip_length, inputs, test_clips)
    predictions = predict_actions(trainer, session.batches(clips, VIDEOS_PER_TEST_BATCH))
    return FinetuneResult(run, trainer, predictions, session.network, dataset)


def choose_videos(store: FrameStore, split: int, *, validation_videos: int, labels: int, seed: int) -> TrainingSplits[Video]:
    """Return the training, validation and test videos of a split.

    The validation videos are set aside before a share of the others is drawn, so that all shares are validated on the same
    videos. Raises ValueError if there are too few videos.
    """
    source = f"{store.path}, split {split}"
    test = store.of(split, TEST)
    if not test:
        raise ValueError(f"{source}: no test video")
    training, validation = training_and_validation(
        store.of(split, TRAIN), store.of(split, VALIDATION), validation_videos, seed, source
    )
    return TrainingSplits(label_share(training, labels, seed), validation, test)


def check_classes(store: FrameStore, split: int, splits: TrainingSplits[Video]) -> None:
    """Warn of classes without training or test videos. Raises ValueError if all training videos are of one class."""
    source = f"{store.path}, split {split}"
    training, test = ([video.label for video in videos] for videos in (splits.training, splits.test))
    sanity.require_classes(source, store.classes, training)
    for line in sanity.class_warnings(source, store.classes, training, test):
        print(line, file=sys.stderr)


def label_share(videos: Sequence[Video], percent: int, seed: int) -> list[Video]:
    """Return a share of the videos of each class, at least one video.

    The videos of a class are ranked by a random number of (seed, name), and the first ones are taken. So a smaller share lies
    within every larger one, and the order of the list does not matter.

    Args:
        videos: The training videos.
        percent: Percentage of each class, 1 to 100.
        seed: Decides the ranking.

    Returns:
        The chosen videos in the order of ``videos``.

    Raises:
        ValueError: If ``percent`` is not between 1 and 100.
    """
    if not 1 <= percent <= 100:
        raise ValueError(f"labels: {percent} is not between 1 and 100 percent")
    ranked = sorted(videos, key=lambda video: seed_of("labels", seed, video.name))
    remaining = {label: max(1, round(n * percent / 100)) for label, n in Counter(v.label for v in videos).items()}
    chosen = set()
    for video in ranked:
        if remaining[video.label]:
            remaining[video.label] -= 1
            chosen.add(video.name)
    return [video for video in videos if video.name in chosen]


def build_action_network(
    network: str, nets: NetworkOptions, classes: int, seed: int, head_batchnorm: bool = False
) -> ActionNetwork:
    """Return an action network: a backbone and a linear classifier.

    Args:
        network: Name of the backbone, see ``vcop.config.network_names``.
        nets: Options of the backbone.
        classes: Number of classes.
        seed: Decides the classifier's initial weights, together with network and classes; those of the backbone are random.
        head_batchnorm: Whether a BatchNorm without scale precedes the classifier (not in the papers).
    """
    backbone = build_backbone(network, nets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("classifier", seed, network, classes))
        return ActionNetwork(backbone, classes, head_batchnorm)


def predict_actions(trainer: Trainer, test: Batches) -> list[Prediction]:
    """Return a row for each test video: name, class, the class of the highest mean logit over its clips, whether it is right."""
    rows = []
    for sample in test.once():
        logits, labels = trainer.logits(sample)
        for video, label, guess in zip(sample["video"], labels.tolist(), logits.argmax(1).tolist(), strict=True):
            rows.append((video, label, guess, int(guess == label)))
    return rows
