"""A backbone that gives the embeddings of clips; its weights file says what enters it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vcop.config.data_options import FrameOptions
from vcop.config.names import LAYERS
from vcop.config.options import ComputeOptions, ExtractOptions, InputOptions, MachineOptions, NetworkOptions
from vcop.loading.transforms import crop_and_scale
from vcop.networks.registry import build_backbone
from vcop.runtime.atomic_files import require_existing
from vcop.runtime.process_pool import available_cores
from vcop.sampling.clips import centre_corner
from vcop.search.embedding_checks import require_memory
from vcop.search.embeddings import MOST_CLIPS
from vcop.storage import weights as weights_files
from vcop.storage.weights_about import NEEDED, WEIGHTS_FILE
from vcop.training import distributed
from vcop.training.session import ComputeSession

CLIP_LENGTH = 16  # of the papers
CLIPS = ExtractOptions.test_clips
CLIPS_AT_A_TIME = 32  # this limits the memory of a video with many clips
SMALL = 1_000_000  # parameters of a network that one thread serves best: more would wait for one another, and other videos are decoded meanwhile
Vectors = NDArray[np.float32]


class Embedder:
    """A backbone in evaluation mode on its device, and what it needs.

    Args:
        weights: A weights file, or the folder of a run.
        layer: Layer whose map is averaged over time and space; the last one gives the backbone's own feature.
        clips: Clips of a video.
        device: "auto" (a GPU where there is one), "cpu" or "cuda".

    Attributes:
        inputs: Crop, stride and scaling.
        frames: Size of the frames.
        clip_length: Frames of a clip.
        digest: Digest of the weights.
        assumed: What the weights file does not say, where the papers' values are used.

    Raises:
        ValueError: The file is missing or damaged or does not say its network, or an argument cannot be.
    """

    def __init__(self, weights: str | Path, *, layer: str = LAYERS[-1], clips: int = CLIPS, device: str = "auto") -> None:
        if layer not in LAYERS or not 0 < clips <= MOST_CLIPS:
            raise ValueError(
                f"layer {layer:.20}, {clips} clips: a layer is one of {', '.join(LAYERS)}, and a video has 1 to {MOST_CLIPS} clips"
            )
        path = require_existing(weights, "the weights file")
        self.path, self.layer, self.clips = path / WEIGHTS_FILE if path.is_dir() else path, layer, clips
        self.about = weights_files.read_about(self.path)
        if "network" not in self.about or "multiplier" not in self.about:
            raise ValueError(f"{self.path}: does not say its network and width (written by vcop 0.2.0 or older?): train again")
        self.inputs, self.frames = _options(InputOptions, self.about), _options(FrameOptions, self.about)
        self.clip_length: int = self.about.get("clip_length", CLIP_LENGTH)
        self.assumed = [key for key in NEEDED if key not in self.about]
        if self.inputs.crop > min(self.frames.height, self.frames.width):
            size = f"{self.frames.height}x{self.frames.width}"
            raise ValueError(f"{self.path}: a crop of {self.inputs.crop} pixels does not fit its frames of {size} pixels")
        frames = f"{clips} clips of {self.clip_length} frames of {self.frames.height}x{self.frames.width} pixels"
        size = 3 * clips * self.clip_length * self.frames.height * self.frames.width
        require_memory(size, f"{self.path}: the {frames} that enter the network")
        self.digest = weights_files.weights_digest(self.path)
        self._start(device)

    def _start(self, device: str) -> None:
        """Load the backbone and send it to its device."""
        self.compute = ComputeOptions(torch_threads=min(torch.get_num_threads(), available_cores()))
        self.device = ComputeSession.start(MachineOptions(device=device), self.compute).group.device  # type: ignore[arg-type]
        self.backbone = build_backbone(self.about["network"], _options(NetworkOptions, self.about))
        small = sum(p.numel() for p in self.backbone.parameters()) < SMALL
        self.threads = 1 if small else self.compute.torch_threads
        weights_files.load_backbone_weights(self.path, self.backbone)
        self.backbone.eval().to(self.device)
        distributed.set_layout(self.backbone, self.compute)

    def describe(self) -> dict[str, Any]:
        """Return what embeddings depend on, for the file that holds them."""
        return {
            "weights": str(self.path),
            "weights_digest": self.digest,
            "network": self.about["network"],
            "layer": self.layer,
            "clips": self.clips,
        }

    @torch.no_grad()
    def embed(self, frames: NDArray[np.uint8]) -> Vectors:
        """Return the embeddings of the clips of one video. Other videos do not change them.

        Raises:
            ValueError: They are not finite.

        Shape:
            (clips, clip_length / frame_stride, H, W, 3) -> (clips, values)
        """
        corner = torch.tensor(centre_corner(self.frames.height, self.frames.width, self.inputs.crop))
        blocks = []
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            for first in range(0, len(frames), CLIPS_AT_A_TIME):
                part = torch.from_numpy(frames[first : first + CLIPS_AT_A_TIME]).to(self.device)
                x = crop_and_scale(part, corner.expand(len(part), 2), self.inputs, self.compute.channels_last)
                with distributed.autocast(self.device, self.compute):
                    maps = self.backbone.maps(x, [self.layer])[self.layer]
                blocks.append(maps.mean((2, 3, 4)).float().cpu().numpy())
        finally:
            torch.set_num_threads(before)  # the next network of this process may be large
        vectors = np.concatenate(blocks)
        if not np.isfinite(vectors).all():
            raise ValueError(f"{self.path}: its embeddings are not finite: use other weights")
        return vectors


def _options(section: type[Any], about: Mapping[str, Any]) -> Any:
    """Return options as a weights file says; those that it does not say are the papers'."""
    return section(**{name: about[name] for name in section.__dataclass_fields__ if name in about})
