"""Filling an HDF5 file on a disk that may be full before it ends: the HDF5 library is never told.

A process in which the library could not write to a file crashes at the latest when it ends (signal 11 in its clean-up), and no look
at the free space beforehand knows of quotas, or of what others write meanwhile. So the library writes into an object that takes
everything, and what the disk has refused is raised as the OSError that it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import Any


class Sink(RawIOBase):
    """A file whose writing never fails: the first problem is kept for ``require``, and nothing more is written after it."""

    def __init__(self, path: Path) -> None:
        self.file = open(path, "w+b", buffering=0)  # noqa: SIM115  # closed by `close`
        self.problem: OSError | None = None

    def require(self) -> None:
        """Raises the first problem."""
        if self.problem is not None:
            raise self.problem

    def _try(self, work: Callable[[], Any]) -> None:
        try:
            if self.problem is None:
                work()
        except OSError as problem:
            self.problem = problem

    def write(self, data: Any) -> int:
        """All of ``data``: of a disk that becomes full, a part is taken before the rest is refused."""
        bytes_ = memoryview(data).cast("B")

        def work() -> None:
            done = 0
            while done < len(bytes_):
                done += self.file.write(bytes_[done:])

        self._try(work)
        return len(bytes_)

    def readinto(self, out: Any) -> int:
        """What has been written; zeros after its end."""
        bytes_ = memoryview(out).cast("B")
        done = self.file.readinto(bytes_)
        bytes_[done:] = bytes(len(bytes_) - done)
        return len(bytes_)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As any file's."""
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        """As any file's."""
        return self.file.tell()

    def truncate(self, size: int | None = None) -> int:
        """As any file's."""
        self._try(lambda: self.file.truncate(size))
        return size or 0

    def close(self) -> None:
        """As any file's; network file systems say only here what they have not taken."""
        self._try(self.file.close)


@contextmanager
def open_hdf5(path: Path, **more: Any) -> Iterator[tuple[Any, Callable[[], None]]]:
    """A new HDF5 file (``more``: as of h5py.File), and what raises OSError as soon as the disk has refused some of it.

    Raises that, too, when the block ends.
    """
    import h5py

    sink = Sink(path)
    try:
        with h5py.File(sink, "w", **more) as h5:
            yield h5, sink.require
    except Exception:
        sink.require()  # what the library thinks of a file that was not written is no news
        raise
    finally:
        sink.close()
    sink.require()
