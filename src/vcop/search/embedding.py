"""From video files to embeddings: in memory (``embed``) or in a file (``embed_to_file``)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vcop.config.names import LAYERS
from vcop.runtime.printing import printable
from vcop.runtime.process_pool import available_cores
from vcop.runtime.progress import Progress
from vcop.search.clip_reading import read_many
from vcop.search.embedder import CLIPS, Embedder
from vcop.search.embedding_files import require_format, write_embeddings
from vcop.search.embeddings import Block, Embeddings, gather
from vcop.search.parts import Parts
from vcop.search.video_paths import find_videos

PER = ("clip", "video")


@dataclass
class Outcome:
    """What became of some videos.

    Attributes:
        done: Videos with embeddings, in the order of the list.
        unreadable: Why the others have none, by path.
        rows: Rows of the file.
        values: Values of a row.
    """

    done: list[Path] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    values: int = 0


def embed(
    paths: Sequence[str | Path] | str | Path,
    weights: str | Path,
    *,
    layer: str = LAYERS[-1],
    clips: int = CLIPS,
    per: str = "clip",
    device: str = "auto",
    processes: int | None = None,
) -> Embeddings:
    """Return embeddings of videos, straight from their files: the mean of a stage's map over time and space.

    What enters the network, as crop and frame size, is what the weights file says. Videos that cannot be read are printed and listed.

    Args:
        paths: Videos and folders of videos, of any depth.
        weights: A weights file, or the folder of a run.
        layer: ``conv1`` to ``conv5``; the last one gives the backbone's own feature.
        clips: Evenly spaced clips of a video (CVPR 2019, 4.1).
        per: "clip" for a row of each clip, "video" for the mean of a video's clips.
        device: "auto" (a GPU where there is one), "cpu" or "cuda".
        processes: Videos that are decoded at the same time; as many as there are cores by default.

    Raises:
        ValueError: No video can be read, or the weights cannot be used.
    """
    videos, _ = find_videos([paths] if isinstance(paths, str | Path) else paths)
    _require_per(per)
    embedder = Embedder(weights, layer=layer, clips=clips, device=device)
    outcome = Outcome()
    blocks = [pool(block, per) for _, block in embed_videos(embedder, videos, outcome, processes)]
    _require_some(outcome, len(videos))
    return gather(blocks, embedder.describe() | {"per": per}, outcome.unreadable)


def embed_to_file(
    videos: Sequence[Path],
    embedder: Embedder,
    out: Path,
    *,
    per: str = "clip",
    strict: bool = False,
    processes: int | None = None,
) -> Outcome:
    """Write a file of embeddings. An interrupted run goes on where it stopped; memory does not grow with the number of videos.

    Args:
        videos: The videos, see ``find_videos``.
        embedder: The network.
        out: File to write; its ending says the format, see ``vcop.search.embedding_files``.
        per: "clip" for a row of each clip, "video" for the mean of a video's clips.
        strict: Whether a single unreadable video is an error; nothing is written then, and finished videos are kept.
        processes: Videos that are decoded at the same time.

    Raises:
        ValueError: No video can be read, with ``strict`` a single one cannot, or the format is unknown.
    """
    _require_per(per)
    require_format(out)
    parts, outcome = Parts(out, embedder.describe() | {"weights": ""}), Outcome()
    kept = {video for video in videos if parts.read(video) is not None}
    if kept:
        print(f"{len(kept)} of {len(videos)} videos are finished already", file=sys.stderr)
    for video, block in embed_videos(embedder, [v for v in videos if v not in kept], outcome, processes, len(kept)):
        parts.write(video, block)
    _require_some(outcome, len(videos), strict=strict)
    refused = outcome.unreadable.keys()
    outcome.done = [video for video in videos if printable(video) not in refused]
    outcome.rows = len(outcome.done) * (embedder.clips if per == "clip" else 1)
    outcome.values = next(parts.blocks(outcome.done))[3].shape[1]
    about = embedder.describe() | {"per": per, "videos": len(outcome.done), "unreadable": len(refused)}
    write_embeddings(out, (pool(b, per) for b in parts.blocks(outcome.done)), outcome.rows, outcome.values, about)
    parts.remove()
    return outcome


def embed_videos(
    embedder: Embedder, videos: Iterable[Path], outcome: Outcome, processes: int | None = None, finished: int = 0
) -> Iterator[tuple[Path, Block]]:
    """Yield the embeddings of each video that can be read, and print the others.

    Args:
        embedder: The network.
        videos: The videos.
        outcome: Is filled with the videos that cannot be read.
        processes: Videos that are decoded at the same time.
        finished: Videos that an earlier run has done, for the display of progress.
    """
    waiting = list(videos)
    clips = (embedder.clips, embedder.clip_length, embedder.inputs.frame_stride)
    read = read_many(waiting, embedder.frames, *clips, processes or available_cores())
    with Progress("embed", len(waiting) + finished, "video", done=finished) as progress:
        for path, found in read:
            name = printable(path)
            if isinstance(found, str):
                outcome.unreadable[name] = found
                print(f"unreadable: {name}: {found}", file=sys.stderr)
            else:
                if found.warning:
                    print(f"accepted: {name}: {found.warning}", file=sys.stderr)
                yield path, (name, found.start, found.end, embedder.embed(found.frames))
            progress.advance()


def pool(block: Block, per: str) -> Block:
    """Return the rows of a video's clips, or one row for the whole video: the mean of its clips."""
    name, start, end, vectors = block
    if per == "clip":
        return block
    return name, start[:1], end[-1:], vectors.mean(axis=0, keepdims=True)


def _require_per(per: str) -> None:
    """Raise ValueError for an unknown kind of rows."""
    if per not in PER:
        raise ValueError(f"per {per}: rows are one of {', '.join(PER)}")


def _require_some(outcome: Outcome, videos: int, *, strict: bool = False) -> None:
    """Raise ValueError if no video could be read, or not every one where this is asked for."""
    lost = len(outcome.unreadable)
    if lost == videos:
        raise ValueError(f"none of {videos} videos can be read (named above)")
    if strict and lost:
        raise ValueError(
            f"{lost} of {videos} videos cannot be read (named above): replace or remove them, or leave out --strict; the same "
            "command goes on from here"
        )
