"""Tiny real videos, and weights that say what they need, for tests of embeddings."""

import numpy as np
import torch

from vcop.config.fields import identity
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.registry import build_backbone
from vcop.search.embedding_checks import KIND
from vcop.search.embeddings import Embeddings
from vcop.storage.weights import save_weights
from vcop.video import ffmpeg

NARROW = NetworkOptions(multiplier=0.0625)
INPUT = InputOptions(crop=16, frame_stride=2, input_mean=0.4, input_gain=2.0)
SAYS = {"network": "r3d", "clip_length": 8, "height": 20, "width": 27}


def make_videos(folder):
    """Three videos of 40, 30 and 5 frames at 25 frames per second, one that is broken, and a text."""
    rng = np.random.default_rng(0)
    for number, (name, count) in enumerate((("one.avi", 40), ("a/two.avi", 30), ("a/b/short.avi", 5)), 1):
        picture = rng.integers(0, 255, (48, 64, 3))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        ffmpeg.encode_video(np.stack([np.roll(picture, t * number, 1) for t in range(count)]).astype(np.uint8), folder / name)
    (folder / "a/broken.mp4").write_bytes(b"nothing")
    (folder / "notes.txt").write_text("no video")
    return folder


def make_weights(path, seed=0):
    torch.manual_seed(seed)
    tensors = {f"backbone.{name}": value for name, value in build_backbone("r3d", NARROW).state_dict().items()}
    save_weights(path, tensors, **identity(NARROW, INPUT, **SAYS))
    return path


def hand_made(vectors, names):
    """Embeddings whose rows follow one another by a second."""
    vectors = np.array(vectors, np.float32)
    start = np.arange(len(vectors), dtype=float)
    about = {"weights": "w", "weights_digest": "d", "network": "r3d", "layer": "conv5", "per": "clip", "clips": 1}
    sizes = {"rows": len(vectors), "values": vectors.shape[1]}
    return Embeddings(np.array(names, object), start, start + 0.5, vectors, {"file": KIND} | about | sizes)
