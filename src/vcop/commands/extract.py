"""``vcop extract``: features of the ten test clips of every video."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import add_model_arguments, model_session
from vcop.config.names import LAYERS
from vcop.config.options import ExtractOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.feature_extraction import POOLINGS, SPLIT, _pooled
from vcop.loading.clip_datasets import TestClips
from vcop.loading.inputs import print_looped
from vcop.networks.registry import build_backbone
from vcop.storage import feature_store, weights
from vcop.training import distributed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_model_arguments(parser)
    add_flags(parser, ExtractOptions)
    parser.add_argument("--clip-length", type=int, default=16, help="frames")
    parser.add_argument("--weights", type=Path, required=True, help="weights (.safetensors)")
    parser.add_argument("--layers", nargs="+", choices=LAYERS, default=LAYERS[-1:], help="stages to keep")
    parser.add_argument("--pooling", choices=POOLINGS, default="max", help="max: in space; mean: over time and space")
    parser.add_argument("--out", type=Path, required=True, help="the feature file (.h5)")


def run(arguments: argparse.Namespace) -> None:
    """Extract. Raises ValueError where store, weights and options do not fit each other."""
    session, options = model_session(arguments), from_flags(ExtractOptions, arguments)
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
