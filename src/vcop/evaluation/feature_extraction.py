"""``vcop extract``: features of the ten test clips of every video of split 1 (CVPR 2019, 4.1; TMM 2020, Table IV and IV-D).

For retrieval the map after a stage is max-pooled in space, time kept: 512x2x7x7 becomes 512x2x3x3, 9216 values; all five stages
give 9216. For question answering it is averaged: 512 values. Of a store that holds clips alone, all are taken.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vcop.commands.shared_flags import add_model_arguments
from vcop.config.names import LAYERS
from vcop.config.options import ExtractOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.loading.clip_datasets import TestClips
from vcop.loading.inputs import prepare_clips, print_looped
from vcop.networks.backbone import Backbone
from vcop.networks.registry import build_backbone
from vcop.runtime.progress import Progress
from vcop.storage import feature_store, weights
from vcop.training import distributed
from vcop.training.session import ModelSession

SPLIT = 1
VIDEOS_A_BATCH = 4


def max_pool(maps: Tensor) -> Tensor:
    """Max pooling in space with kernel = stride = max(1, floor(n / 3)) on an n x n map; smaller maps than 3x3 are kept.

    Shape: (B, C, L, n, n) -> (B, C * L * m * m), m = 3 for n = 7, 14, 28, 56.
    """
    k = max(1, maps.shape[-1] // 3)
    return nn.functional.max_pool3d(maps, (1, k, k)).flatten(1)


def average_pool(maps: Tensor) -> Tensor:
    """The mean over time and space, which is what the networks' own heads see. Shape: (B, C, L, n, n) -> (B, C)."""
    return maps.mean((2, 3, 4))


POOLINGS: dict[str, Callable[[Tensor], Tensor]] = {"max": max_pool, "mean": average_pool}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_model_arguments(parser)
    ExtractOptions.add_flags(parser)
    parser.add_argument("--clip-length", type=int, default=16, help="frames")
    parser.add_argument("--weights", type=Path, required=True, help="weights (.safetensors)")
    parser.add_argument("--layers", nargs="+", choices=LAYERS, default=LAYERS[-1:], help="stages to keep")
    parser.add_argument("--pooling", choices=POOLINGS, default="max", help="max: in space; mean: over time and space")
    parser.add_argument("--out", type=Path, required=True, help="the feature file (.h5)")


def run(arguments: argparse.Namespace) -> None:
    """Extract. Raises ValueError where store, weights and options do not fit each other."""
    session, options = ModelSession.from_flags(arguments), ExtractOptions.from_flags(arguments)
    store, inputs, clip_length = session.store, session.inputs, arguments.clip_length
    pooled, clips = POOLINGS[arguments.pooling], store.clips or options.test_clips
    chosen = [(v, role) for role in (TRAIN, VALIDATION, TEST) for v in store.of(SPLIT, role)]
    if store.clips and clip_length != store.attributes["clip_length"]:
        raise ValueError(
            f"{store.path}: holds clips of {store.attributes['clip_length']} frames, not {clip_length}: decode again"
        )
    if not chosen:
        raise ValueError(f"{store.path}: none of its videos is in a list of split {SPLIT}")
    print_looped([v for v, _ in chosen], clip_length)
    backbone = build_backbone(session.network, session.nets)
    weights.load_backbone(arguments.weights, backbone)
    backbone.eval().to(session.group.device)
    distributed.set_layout(backbone, session.compute)
    length = -(-clip_length // inputs.frame_stride)
    with torch.no_grad():
        probe = torch.zeros(1, 3, length, inputs.crop, inputs.crop, device=session.group.device)
        shapes = {k: (clips, pooled(m).shape[1]) for k, m in backbone.maps(probe, arguments.layers).items()}
    feature_store.write_features(
        arguments.out,
        [v for v, _ in chosen],
        [role for _, role in chosen],
        store.classes,
        _pooled(
            backbone,
            session,
            TestClips(store, [v for v, _ in chosen], clip_length, inputs, clips),
            arguments.layers,
            pooled,
        ),
        shapes,
        options.half,
        session.identity(
            options, clip_length=clip_length, weights=weights.weights_digest(arguments.weights), pooling=arguments.pooling
        ),
    )
    print(f"{arguments.out}: {len(chosen)} videos, " + ", ".join(f"{k} {v} values" for k, (_, v) in shapes.items()))


@torch.no_grad()
def _pooled(
    backbone: Backbone, session: ModelSession, clips: TestClips, layers: list[str], pooled: Callable[[Tensor], Tensor]
) -> Iterator[dict[str, NDArray[Any]]]:
    """Pooled maps of a few videos at a time: layer to (videos, clips, values)."""
    prepare, where = prepare_clips(session.inputs, session.compute), session.group.device
    with Progress("extract", len(clips), "video") as progress:
        for sample in session.batches(clips, VIDEOS_A_BATCH).once():
            inputs, _ = prepare(sample, where)
            with distributed.autocast(where, session.compute):
                maps = backbone.maps(inputs, layers)
            progress.advance(len(sample["video"]))
            found = {
                layer: pooled(m).float().unflatten(0, (-1, clips.clips)).cpu().numpy().astype(np.float32)
                for layer, m in maps.items()
            }
            for layer, values in found.items():
                if not np.isfinite(values).all():
                    raise ValueError(
                        f"{layer} of {', '.join(sample['video'])} holds values that are not finite: other precision?"
                    )
            yield found
