"""``vcop audit``: by what a pretrained network tells the order of clips (a shortcut audit; not in the papers).

The fixed tuples of `pretrain`'s test, changed in ways that leave their order as it is but take away or turn round what should tell it.
A network that orders still frames, or cannot do without colour, has learned something else than motion.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor

from vcop.config.options import AuditOptions, PretrainOptions
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples
from vcop.loading.inputs import prepare_tuples
from vcop.loading.samples import Sample
from vcop.networks.heads import OrderNetwork
from vcop.pretext import order_prediction
from vcop.runtime.atomic_files import write_csv
from vcop.runtime.progress import Progress
from vcop.sampling.clips import draw_corner
from vcop.sampling.seeding import generator
from vcop.sampling.tasks import Task
from vcop.training import distributed
from vcop.training.session import ModelSession

HEADER = ("condition", *order_prediction.HEADER)
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    order_prediction.add_pretrained_arguments(parser)
    AuditOptions.add_flags(parser)
    parser.add_argument("--out", type=Path, required=True, help="order predictions under every condition (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Audit. Raises ValueError where store, weights and options do not fit each other."""
    session, options = ModelSession.from_flags(arguments), PretrainOptions.from_flags(arguments)
    task = Task.parse(arguments.task)
    _, test, _ = order_prediction.usable_videos(session.store, task)
    model = order_prediction.load_pretrained(session, options, task.tuple_length, arguments.weights)
    distributed.set_layout(model, session.compute)
    # Batches as large as pretraining's, so that the plain condition gives the same bits as its test.
    batches = session.batches(FixedTuples(session.store, test, task, session.inputs), options.batch_size)
    rows = sorted(audit_orders(model, batches, session), key=lambda row: list(CONDITIONS).index(str(row[0])))
    write_csv(arguments.out, HEADER, rows)
    for condition in CONDITIONS:
        right = [row[4] for row in rows if row[0] == condition]
        print(f"{session.network} {task}, {condition}: {100 * sum(right) / len(right):.1f} % on {len(right)} test videos")


@torch.no_grad()
def audit_orders(
    model: OrderNetwork, batches: Batches, session: ModelSession
) -> Iterator[tuple[str, str, int, int, int, str]]:
    """A row a condition and video; every tuple is read once."""
    prepare, where = prepare_tuples(session.inputs, session.compute), session.group.device
    with Progress("audit", len(batches.data), "video") as progress:
        for sample in batches.once():
            for condition, change in CONDITIONS.items():
                inputs, labels = prepare(change(sample, session.inputs.crop), where)
                with distributed.autocast(where, session.compute):
                    logits = model(inputs).float()
                for row in order_prediction.prediction_rows(sample["video"], logits, labels):
                    yield condition, *row
            progress.advance(len(sample["video"]))


def plain(sample: Sample, crop: int) -> Sample:
    """As pretraining tests."""
    return sample


def still(sample: Sample, crop: int) -> Sample:
    """Every clip is its first frame, repeated: no motion within a clip."""
    frames: Tensor = sample["frames"]
    return sample | {"frames": frames[:, :, :1].expand_as(frames)}


def grey(sample: Sample, crop: int) -> Sample:
    """Luma in all three channels: no colour."""
    frames: Tensor = sample["frames"]
    luma = (frames * torch.tensor(LUMA)).sum(-1, keepdim=True).round().to(torch.uint8)
    return sample | {"frames": luma.expand_as(frames)}


def reverse(sample: Sample, crop: int) -> Sample:
    """The frames of every clip in reverse order, the clips where they were: motion points the other way."""
    return sample | {"frames": sample["frames"].flip(2)}


def own_crops(sample: Sample, crop: int) -> Sample:
    """A random crop for each clip: positions cannot be compared between clips. As in training, unless `shared_crop`."""
    return sample | {"corners": corners(sample, crop, shared=False)}


def shared_crop(sample: Sample, crop: int) -> Sample:
    """One random crop for all clips: positions can be compared. What differs from the plain, central one is the place alone."""
    return sample | {"corners": corners(sample, crop, shared=True)}


def corners(sample: Sample, crop: int, *, shared: bool) -> Tensor:
    """Corners that depend on the video alone; the shared one is the first clip's own. Shape: (B, T, 2)."""
    _, clips, _, height, width, _ = sample["frames"].shape
    drawn = []
    for video in sample["video"]:
        rng = generator("audit crop", video)
        own = [draw_corner(height, width, crop, rng) for _ in range(clips)]
        drawn.append(own[:1] * clips if shared else own)
    return torch.tensor(drawn)


# A sample as in `vcop.loading.clip_datasets`, with its batch: frames (B, T, L, H, W, 3), corners (B, T, 2); and the pixels of a crop.
CONDITIONS: dict[str, Callable[[Sample, int], Sample]] = {
    "plain": plain,
    "still": still,
    "grey": grey,
    "reversed": reverse,
    "own-crops": own_crops,
    "shared-crop": shared_crop,
}
