"""Tuples per second that loader workers deliver: 16-8-3 tuples of 128x171 frames, as in pretraining at the papers' size.

Our frame store, in both codecs and with the batches of the trainings, is compared with decoding on the fly into the same
batches, and with a reader like that of the published code, which also resizes and crops frame by frame with PIL and delivers
floats. Ours leaves crop and scale to the device. Their time on a CPU is printed, too.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import made, readers, timing
from vcop.config.data_options import FrameOptions
from vcop.config.options import ComputeOptions, InputOptions
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.loading.samples import Sample
from vcop.runtime.process_pool import available_cores
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore, Video

TASK, EPOCH = Task.parse("16-8-3"), 9364  # UCF101's training tuples
ASKED = {"store, jpeg": "30×, and 3× the best decoder", "store, raw": "80×"}
PUBLISHED = "published kind"
SLOW_BATCH = 2  # tuples in a batch of the slow reader, whose time per tuple does not depend on it


class PublishedTuples(TrainingTuples):
    """Samples like those of the published code: each frame is cropped alone, and floats travel in PyTorch's default way."""

    frame_bytes = 0

    def __getitem__(self, key: tuple[int, int]) -> Sample:
        sample, crop = super().__getitem__(key), self.options.crop
        clips = []
        for frames, (top, left) in zip(sample["frames"].numpy(), sample["corners"].tolist(), strict=True):
            cut = [torch.from_numpy(f[top : top + crop, left : left + crop].copy()) for f in frames]
            clips.append(torch.stack([f.permute(2, 0, 1).contiguous().float() / 255 for f in cut]).transpose(0, 1))
        return sample | {"frames": torch.stack(clips)}


def main(words: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = timing.parser("load", __doc__)
    made.add_arguments(parser)
    parser.add_argument("--frames", type=Path, help="Frame store to measure alone; no videos are made or decoded.")
    parser.add_argument(
        "--workers", type=int, nargs="+", default=sorted({1, 2, available_cores()}), help="Numbers of loader processes."
    )
    parser.add_argument("--batch", type=int, default=8, help="Tuples of a batch.")
    parser.add_argument("--seconds", type=float, default=3.0, help="Seconds of each measurement.")
    arguments = parser.parse_args(words)
    if arguments.frames:
        store = FrameStore(arguments.frames)
        measure(arguments, {f"store, {store.attributes['codec']}": _tuples(store, store.videos)}, {})
        return
    with made.videos(arguments) as (scratch, folder):
        raw, jpeg = (made.store(folder, scratch, FrameOptions(codec=codec)) for codec in ("raw", "jpeg"))
        data, lacking = {"store, jpeg": _tuples(jpeg, jpeg.videos), "store, raw": _tuples(raw, raw.videos)}, {}
        long = [v for v in raw.videos if v.count >= TASK.window]
        for name, read in readers.READERS.items():
            files = readers.Files(folder, read, raw)
            try:
                lacking[name] = readers.missing(name)
                if not lacking[name]:
                    readers.check(name, files, raw, long[:4])
                    data[name] = _tuples(files, long, PublishedTuples if name == PUBLISHED else TrainingTuples)
            except (OSError, RuntimeError) as problem:  # torchcodec without FFmpeg's shared libraries
                lacking[name] = f"installed, but: {str(problem).strip().splitlines()[0]}"
        measure(arguments, data, {name: why for name, why in lacking.items() if why})


def _tuples(store: Any, videos: Sequence[Video], kind: type[TrainingTuples] = TrainingTuples) -> TrainingTuples:
    """Return as many tuples as an epoch of UCF101 has."""
    long = [v for v in videos if v.count >= TASK.window]
    return kind(store, (long * -(-EPOCH // len(long)))[:EPOCH], TASK, InputOptions(), seed=0, shared_crop=False)


def measure(arguments: argparse.Namespace, data: dict[str, TrainingTuples], lacking: dict[str, str]) -> None:
    """Print the tuples per second of each way and number of workers, and the time that crop and scale take."""
    counts = arguments.workers
    ways = {
        (name, n): partial(rate, tuples, n, SLOW_BATCH if name == PUBLISHED else arguments.batch, arguments.seconds)
        for name, tuples in data.items()
        for n in counts
    }
    found = timing.interleaved(ways, arguments.repeats)  # type: ignore[arg-type]
    first, decoders = counts[0], [name for name in data if name in readers.MODULES]
    best = max(decoders, key=lambda name: np.median(found[name, first]), default=None)
    rows = []
    for name in data:
        against = [timing.ratio(found[name, first], found[other, first]) if other else timing.NONE for other in
                   (PUBLISHED if PUBLISHED in data else None, best)]  # fmt: skip
        rows.append([name, *(timing.spread(found[name, n]) for n in counts), *against, ASKED.get(name, "")])
    rows += [[name, why, *[""] * (len(counts) + 2)] for name, why in lacking.items()]
    header = ["tuples/s", *(f"{n} worker{'s' * (n > 1)}" for n in counts), f"a worker, × {PUBLISHED}"]
    header += [f"× the best decoder{f' ({best})' if best else ''}", "asked"]
    video = [v.count for v in next(iter(data.values())).videos]
    about = f"Batches of {arguments.batch}; videos of {min(video)} to {max(video)} frames, {np.mean(video):.0f} in the mean."
    timing.publish(arguments, about, timing.table(header, rows), _prepared(next(iter(data.values())), arguments))


def rate(data: TrainingTuples, workers: int, batch: int, seconds: float) -> float:
    """Return the tuples per second, measured after every worker has delivered its first batch."""
    batches = Batches(data, batch, workers, seed=0)
    epoch = batches.epoch(0)
    try:
        for _ in islice(epoch, workers):
            pass
        count, start = 0, time.perf_counter()
        for sample in epoch:
            count += len(sample["label"])
            passed = time.perf_counter() - start
            if passed > seconds and count >= workers * batch:
                break
        return count / passed
    finally:
        batches.close()


def _prepared(data: TrainingTuples, arguments: argparse.Namespace) -> str:
    """Return a sentence with the time that crop and scale take on one core."""
    sample = next(Batches(data, arguments.batch, 0, seed=0).epoch(0))
    torch.set_num_threads(1)

    def once(channels_last: bool) -> float:
        prepare: Callable[..., Any] = prepare_tuples(data.options, ComputeOptions(channels_last=channels_last))
        start = time.perf_counter()
        prepare(sample, torch.device("cpu"))
        return 1e3 * (time.perf_counter() - start) / arguments.batch

    found = timing.interleaved({"channels last": partial(once, True), "contiguous": partial(once, False)}, arguments.repeats)
    said = ", ".join(f"{name} {timing.spread(values)}" for name, values in found.items())
    return f"Crop and scale on one core, ms a tuple: {said}."


if __name__ == "__main__":
    main()
