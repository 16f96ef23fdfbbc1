"""Small frame stores with known frames."""

import numpy as np

from vcop.datasets.splits import TEST, TRAIN, OfficialSplits
from vcop.storage.frame_writer import DecodedVideo, encode_frame, write_store


def make(path, options, count=5, videos=2, spread=(), source_count=90):
    """A store of noise-free gradients, and the frames that went in. ``spread``: clips and clip length of a store of clips."""
    lists = OfficialSplits(["A", "B"])
    rng = np.random.default_rng(1)
    frames, decoded = {}, []
    for v in range(videos):
        name = f"{lists.classes[v % 2]}/v{v}.avi"
        lists.add(name, v % 2, 1, TRAIN if v % 2 == 0 else TEST, "here")
        y, x = np.mgrid[: options.height, : options.width]
        base = rng.integers(0, 80, 3)
        clip = [np.stack([x * 3 + base[0], y * 4 + base[1], x + y + base[2] + t], -1).astype(np.uint8) for t in range(count)]
        frames[name] = np.stack(clip)
        data = [encode_frame(f, options) for f in clip]
        sizes = np.array([len(d) for d in data])
        decoded.append(DecodedVideo(name, np.frombuffer(b"".join(data), np.uint8), sizes, source_count))
    total = sum(len(d.data) for d in decoded)
    digest = write_store(path, iter(decoded), total, lists, "ucf101", options, "a test", *spread)
    return frames, digest
