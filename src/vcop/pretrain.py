"""``vcop pretrain``: learn to predict the order of shuffled clips (CVPR 2019, 3 and 4; TMM 2020, III-D1 for ``--start``).

Writes the weights with the lowest validation loss, the history, the validation list, the provenance, and the order predicted for
every test video: one tuple a video, drawn once and for ever, centre crop.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from vcop import state, weights
from vcop.datasets import Batches, FixedTuples, TrainingTuples
from vcop.files import write_csv, write_text
from vcop.networks import build
from vcop.networks.heads import OrderHead, OrderNetwork
from vcop.options import PretrainOptions
from vcop.randomness import seed_of
from vcop.splits import TEST, TRAIN
from vcop.stage import Setup, add_common_arguments, names_digest, prepare_tuples, set_aside, write_provenance
from vcop.tasks import Task
from vcop.training import Trainer

SPLIT = 1  # both papers pretrain on split 1
HEADER = ("video", "order", "predicted", "right", "probability")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_common_arguments(parser)
    PretrainOptions.add_flags(parser)
    parser.add_argument("--task", required=True, help="clip length - interval - tuple length, as in 16-8-3")
    parser.add_argument("--start", type=Path, required=True, help="weights to start from (.safetensors)")
    parser.add_argument("--validation-videos", type=int, default=800, help="training videos set aside")
    parser.add_argument("--seed", type=int, required=True, help="decides every draw of this run")
    parser.add_argument("--out", type=Path, required=True, help="the weights (.safetensors); history and so on go beside them")
    parser.add_argument("--order", type=Path, required=True, help="order predictions on the test list (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where the store does not fit or too few videos are long enough."""
    setup, options, seed = Setup.from_flags(arguments), PretrainOptions.from_flags(arguments), arguments.seed
    store, task, workers = setup.store, Task.parse(arguments.task), setup.machine.workers
    usable, test = ([v for v in store.of(SPLIT, role) if v.count >= task.window] for role in (TRAIN, TEST))
    where = f"{store.path}, task {task} (windows of {task.window} frames)"
    if not test:
        raise ValueError(f"{where}: no test video is long enough")
    training, validation = set_aside(usable, arguments.validation_videos, seed, where)
    name = f"{setup.network} {task}"
    print(f"{name}: {len(training)} videos to train on, {len(validation)} to validate, {len(test)} to test")

    model = network(setup, options, task.tuple_length, seed)
    weights.load_start(arguments.start, model.backbone, model.head)
    lists = {"training": names_digest(training), "validation": names_digest(validation)}
    about = setup.identity(options, task=str(task), seed=seed, start=weights.digest(arguments.start), **lists)
    tuples = TrainingTuples(store, training, task, setup.inputs, seed, options.shared_crop)
    out: Path = arguments.out
    trainer = Trainer(
        model=model,
        train=Batches(tuples, options.batch_size, workers, seed),
        validation=Batches(FixedTuples(store, validation, task, setup.inputs), options.batch_size, workers),
        prepare=prepare_tuples(setup.inputs, setup.compute),
        loop=options,
        compute=setup.compute,
        machine=setup.machine,
        seed=seed,
        clips=task.tuple_length,
        state_file=out.with_name("state.pt"),
        history_file=out.with_name("history.csv"),
        fingerprint=state.fingerprint(about),
        name=name,
    )
    trainer.fit()
    rows = predict(trainer, Batches(FixedTuples(store, test, task, setup.inputs), options.batch_size, workers))
    write_csv(arguments.order, HEADER, rows)
    write_text(out.with_name("validation.txt"), "".join(f"{v.name}\n" for v in validation))
    write_provenance(out.with_name("provenance.json"), about, trainer.seconds)
    weights.save(out, model.state_dict(), network=setup.network, weights=str(task), seed=str(seed))
    print(f"{name}: order accuracy {100 * sum(row[3] for row in rows) / len(rows):.1f} % on {len(rows)} test videos")


def network(setup: Setup, options: PretrainOptions, tuple_length: int, seed: int) -> OrderNetwork:
    """The order network; its head's initial weights are a function of (seed, network, tuple length)."""
    backbone = build(setup.network, setup.nets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("order head", seed, setup.network, tuple_length))
        head = OrderHead(backbone.features, tuple_length, options.dropout, options.head_batchnorm)
    return OrderNetwork(backbone, head, options.joint_batchnorm)


def predict(trainer: Trainer, test: Batches) -> list[tuple[str, int, int, int, str]]:
    """A row a test video: its order's label, the predicted one, whether it is right, the right order's probability."""
    rows = []
    for sample in test.epoch(0):
        logits, labels = trainer.logits(sample)
        predicted, chance = logits.argmax(1).tolist(), logits.softmax(1).gather(1, labels[:, None])[:, 0].tolist()
        for video, label, guess, p in zip(sample["video"], labels.tolist(), predicted, chance, strict=True):
            rows.append((video, label, guess, int(guess == label), f"{p:.6f}"))
    return rows
