"""Embeddings of finished videos, kept beside the file that is being made, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from vcop.preparation.part_files import part_name
from vcop.runtime.atomic_files import atomic_write
from vcop.runtime.printing import printable
from vcop.search.embeddings import Block
from vcop.video import ffmpeg_program


class Parts:
    """One small file for each finished video. It also says what it was made of, and is not used for anything else.

    Args:
        out: The file that is being made; parts are kept in a hidden folder beside it.
        settings: What all embeddings depend on.
    """

    def __init__(self, out: Path, settings: dict[str, object]) -> None:
        self.folder = out.with_name(f".{out.name}.parts")
        self.settings = json.dumps([settings, ffmpeg_program.version()], sort_keys=True)

    def _path(self, video: Path) -> Path:
        return self.folder / part_name(video)

    def _fingerprint(self, video: Path) -> str:
        """Return what a part is made of. Raises OSError if the video is not there."""
        state = video.stat()
        return f"{state.st_size} {state.st_mtime_ns} {self.settings}"

    def write(self, video: Path, block: Block) -> None:
        """Keep the embeddings of a video."""
        _, start, end, vectors = block
        with atomic_write(self._path(video)) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, fingerprint=np.array(self._fingerprint(video)), start=start, end=end, vectors=vectors)

    def read(self, video: Path) -> Block | None:
        """Return the embeddings of a video; None if there are none, or if they are damaged or made of something else."""
        try:
            with np.load(self._path(video)) as data:
                if str(data["fingerprint"]) == self._fingerprint(video):
                    return printable(video), data["start"], data["end"], data["vectors"]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            pass
        return None

    def blocks(self, videos: Iterable[Path]) -> Iterator[Block]:
        """Yield the embeddings of videos that are all kept. Raises ValueError if one has changed since."""
        for video in videos:
            if (block := self.read(video)) is None:
                raise ValueError(f"{printable(video)}: changed while other videos were read: run the same command again")
            yield block

    def remove(self) -> None:
        """Remove all parts."""
        shutil.rmtree(self.folder, ignore_errors=True)
