"""``vcop audit``: by what a pretrained network tells the order of clips (a shortcut audit; not in the papers).

The fixed tuples of `pretrain`'s test, changed in ways that leave their order as it is but take away or turn round what should tell it.
A network that orders still frames, or cannot do without colour, has learned something else than motion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from vcop.loading.batches import Batches
from vcop.loading.inputs import prepare_tuples
from vcop.loading.samples import Sample
from vcop.networks.heads import OrderNetwork
from vcop.pretext import order_prediction
from vcop.runtime.progress import Progress
from vcop.sampling.clips import draw_corner
from vcop.sampling.seeding import generator
from vcop.training import distributed
from vcop.training.session import ModelSession

HEADER = ("condition", *order_prediction.HEADER)
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


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
