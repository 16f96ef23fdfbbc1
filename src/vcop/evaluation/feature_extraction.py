"""Features of the evenly spaced test clips of videos, from a frozen backbone (CVPR 2019, 4.1; TMM 2020, Table IV and IV-D).

For retrieval the map after a stage is max-pooled in space and kept in time: the 512 x 2 x 7 x 7 values of conv5 become
512 x 2 x 3 x 3 = 9216, and all five stages have 9216 values. For question answering the map is averaged over time and space, which
leaves 512 values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vcop.config.names import LAYERS
from vcop.config.options import ComputeOptions, ExtractOptions, InputOptions, MachineOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import TestClips
from vcop.loading.inputs import prepare_clips, print_looped
from vcop.networks.backbone import Backbone
from vcop.networks.registry import build_backbone
from vcop.runtime.progress import Progress
from vcop.storage import feature_store, weights
from vcop.storage.frame_store import FrameStore, Video
from vcop.training import distributed
from vcop.training.session import ModelSession

SPLIT = 1  # both papers extract features with the lists of split 1
VIDEOS_PER_BATCH = 4
Features = NDArray[np.float32]


def max_pool(maps: Tensor) -> Tensor:
    """Max-pool in space with kernel = stride = max(1, floor(n / 3)) on an n x n map; maps smaller than 3 x 3 are kept.

    Shape:
        (B, C, L, n, n) -> (B, C * L * m * m), where m = 3 for n = 7, 14, 28, 56.
    """
    k = max(1, maps.shape[-1] // 3)
    return nn.functional.max_pool3d(maps, (1, k, k)).flatten(1)


def average_pool(maps: Tensor) -> Tensor:
    """Average over time and space, as the networks' own heads do. Shape: (B, C, L, n, n) -> (B, C)."""
    return maps.mean((2, 3, 4))


POOLINGS: dict[str, Callable[[Tensor], Tensor]] = {"max": max_pool, "mean": average_pool}


def extract_features(
    backbone: Backbone,
    store: FrameStore,
    videos: Sequence[Video],
    layers: Sequence[str] = LAYERS[-1:],
    *,
    inputs: InputOptions | None = None,
    clip_length: int = 16,
    test_clips: int = ExtractOptions.test_clips,
    pooling: str = "max",
    compute: ComputeOptions | None = None,
    machine: MachineOptions | None = None,
) -> dict[str, Features]:
    """Return the features of the test clips of some videos, computed on the backbone's device.

    The backbone is left in evaluation mode, and in the memory layout that ``compute`` asks for.

    Args:
        backbone: A network with the weights to use.
        store: The frames.
        videos: Videos of the store.
        layers: Layers whose maps are pooled.
        inputs: Size of the crop and stride of the frames; the defaults are the papers'.
        clip_length: Frames of a clip.
        test_clips: Clips of a video. From a store that holds clips alone, all of them are taken.
        pooling: "max" (in space) or "mean" (over time and space).
        compute: Precision and memory layout.
        machine: Loader processes.

    Returns:
        The features by layer.

    Raises:
        ValueError: If there is no video, if a layer or pooling is unknown, if the store holds clips of another length, or if a
            feature is not finite.

    Shape:
        Each array is (videos, clips, values), float32.
    """
    unknown = [layer for layer in layers if layer not in LAYERS]
    if not videos or unknown or pooling not in POOLINGS:
        raise ValueError(
            f"{len(videos)} videos, layers {', '.join(layers)}, pooling {pooling}: at least one video is needed, layers are among "
            f"{', '.join(LAYERS)}, and pooling is one of {', '.join(POOLINGS)}"
        )
    compute = compute or ComputeOptions()
    backbone.eval()
    distributed.set_layout(backbone, compute)
    clips = select_clips(store, videos, clip_length, inputs or InputOptions(), test_clips)
    blocks = list(pooled_features(backbone, clips, layers, pooling, compute, machine or MachineOptions()))
    return {layer: np.concatenate([block[layer] for block in blocks]) for layer in layers}


def extract_store(
    session: ModelSession,
    weights_file: Path,
    out: Path,
    options: ExtractOptions,
    *,
    layers: Sequence[str] = LAYERS[-1:],
    clip_length: int = 16,
    pooling: str = "max",
) -> dict[str, tuple[int, int, int]]:
    """Write the feature file of all videos of split 1 of a frame store.

    Args:
        session: Frame store, network and where to compute.
        weights_file: Weights of the backbone (.safetensors).
        out: The feature file (.h5), see ``vcop.storage.feature_store``.
        options: Clips of a video, and precision of the file.
        layers: Layers whose maps are pooled.
        clip_length: Frames of a clip.
        pooling: "max" (in space) or "mean" (over time and space).

    Returns:
        Videos, clips and values of each layer.

    Raises:
        ValueError: If store, weights and options do not fit each other.
    """
    # The features of all weights of a study are compared on the same clips, whatever the length of those that they were trained on.
    session.require_fit(weights_file, clip_length, ("clip_length",))
    store, device = session.store, session.group.device
    roles = [(video, role) for role in (TRAIN, VALIDATION, TEST) for video in store.of(SPLIT, role)]
    videos = [video for video, _ in roles]
    clips = select_clips(store, videos, clip_length, session.inputs, options.test_clips)
    if not videos:
        raise ValueError(f"{store.path}: none of its videos is in a list of split {SPLIT}")
    print_looped(videos, clip_length)
    backbone = build_backbone(session.network, session.nets)
    weights.load_backbone_weights(weights_file, backbone)
    backbone.eval().to(device)
    distributed.set_layout(backbone, session.compute)
    values = count_values(backbone, session.inputs, clip_length, layers, pooling)
    feature_store.write_features(
        out,
        videos,
        [role for _, role in roles],
        store.classes,
        pooled_features(backbone, clips, layers, pooling, session.compute, session.machine),
        {layer: (clips.clips, count) for layer, count in values.items()},
        options.half,
        session.identity(options, clip_length=clip_length, weights=weights.weights_digest(weights_file), pooling=pooling),
    )
    return {layer: (len(videos), clips.clips, count) for layer, count in values.items()}


def select_clips(
    store: FrameStore, videos: Sequence[Video], clip_length: int, inputs: InputOptions, test_clips: int
) -> TestClips:
    """Return the test clips of videos. Raises ValueError if the store holds clips alone, but of another length."""
    if store.clips and clip_length != store.attributes["clip_length"]:
        raise ValueError(
            f"{store.path}: holds clips of {store.attributes['clip_length']} frames, not {clip_length}: decode again"
        )
    return TestClips(store, videos, clip_length, inputs, store.clips or test_clips)


@torch.no_grad()
def count_values(
    backbone: Backbone, inputs: InputOptions, clip_length: int, layers: Sequence[str], pooling: str
) -> dict[str, int]:
    """Return the number of values of a clip's feature by layer, measured on an empty clip."""
    length = -(-clip_length // inputs.frame_stride)
    clip = torch.zeros(1, 3, length, inputs.crop, inputs.crop, device=_device(backbone))
    return {layer: POOLINGS[pooling](maps).shape[1] for layer, maps in backbone.maps(clip, layers).items()}


@torch.no_grad()
def pooled_features(
    backbone: Backbone,
    clips: TestClips,
    layers: Sequence[str],
    pooling: str,
    compute: ComputeOptions,
    machine: MachineOptions,
) -> Iterator[dict[str, Features]]:
    """Yield the features of a few videos at a time, so that memory stays small whatever their number.

    Args:
        backbone: A network in evaluation mode.
        clips: The test clips of the videos.
        layers: Layers whose maps are pooled.
        pooling: A name of ``POOLINGS``.
        compute: Precision.
        machine: Loader processes, and how long to wait for them.

    Raises:
        ValueError: If a feature is not finite.

    Shape:
        Each array is (some videos, clips, values).
    """
    prepare, device = prepare_clips(clips.options, compute), _device(backbone)
    batches = Batches(clips, VIDEOS_PER_BATCH, machine.workers, wait_minutes=machine.wait_minutes)
    with Progress("extract", len(clips), "video") as progress:
        for sample in batches.once():
            inputs, _ = prepare(sample, device)
            with distributed.autocast(device, compute):
                maps = backbone.maps(inputs, layers)
            progress.advance(len(sample["video"]))
            features = {
                layer: POOLINGS[pooling](m).float().unflatten(0, (-1, clips.clips)).cpu().numpy().astype(np.float32)
                for layer, m in maps.items()
            }
            for layer, values in features.items():
                if not np.isfinite(values).all():
                    names = ", ".join(sample["video"])
                    raise ValueError(
                        f"features of {layer} of {names} are not finite: try another compute.precision, or other weights"
                    )
            yield features


def _device(backbone: Backbone) -> torch.device:
    """Return the device that holds the backbone."""
    return next(backbone.parameters()).device
