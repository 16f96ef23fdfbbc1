"""A small disk of its own, that can be full or read-only; and a limit on the size of files, as a quota is."""

import os
import resource
import shutil
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOMY = "256m"


class Disk:
    """A tmpfs; without the right to mount one the test is skipped. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path, self.filler = path, path / "filler"

    def _mount(self, *options):
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "vcop-test", self.path],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"no disk of its own can be mounted here: {done.stderr.strip()}")

    def __enter__(self):
        self.path.mkdir(parents=True)
        self._mount(f"size={ROOMY}")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.path], check=True)

    def leave(self, room):
        """Fill all but ``room`` bytes of it."""
        while True:  # a process that writes meanwhile may take what was free
            self.filler.unlink(missing_ok=True)
            free = shutil.disk_usage(self.path).free
            with open(self.filler, "wb") as file, suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, free - room)
                return

    def make_room(self):
        self.filler.unlink(missing_ok=True)

    @contextmanager
    def read_only(self):
        subprocess.run(["mount", "-o", "remount,ro", self.path], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", self.path], check=True)


@contextmanager
def files_limited(size):
    """No file becomes larger than that: like a quota, it is not to be seen beforehand."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
