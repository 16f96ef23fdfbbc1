"""``vcop pack``: what a finished study measured, in one archive from which its tables and figures are drawn elsewhere.

In it: metrics, histories, provenance, digests, drawn items, config.yaml, versions.json and SHA256SUMS. Not in it: videos, frames,
features, weights, states, logs. Unpacked: `make figures STUDY=folder`. Equal studies give equal archives.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import io
import json
import platform
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from vcop import __version__
from vcop.planning.run_status import started_runs
from vcop.runtime.atomic_files import require_intact

KEPT = {".csv", ".json", ".txt", ".tsv", ".digest", ".md", ".html", ".tex", ".png", ".pdf", ".svg"}
LEFT_OUT = {"synthetic", "logs"}  # folders of results/ whose lists and notes are of no use elsewhere
STATES = {"progress.json"}
LIBRARIES = ("numpy", "pandas", "matplotlib", "h5py", "torch", "snakemake")
ENDING = ".tar.gz"
WRITTEN = 315532800  # 1980: older than any code, so that `make figures` draws all anew where it is unpacked
Content = dict[str, bytes]


def require_finished(folder: Path) -> None:
    """Raises ValueError unless the folder is a study that has drawn something and trains nothing."""
    if not (folder / "config.yaml").is_file():
        raise ValueError(f"{folder.absolute()}: not a study: no config.yaml in it")
    if not any((folder / "results").glob("*/*.html")):
        raise ValueError(f"{folder.absolute()}: not finished: no table is drawn in results/; run the workflow first")
    for training in started_runs(folder, time.time()):
        if training.state != "done":
            raise ValueError(
                f"{folder.absolute()}: not finished: {training.run} is {training.state}; run the workflow, or remove its folder"
            )


def archived_files(folder: Path) -> list[Path]:
    """The files of a study that are packed, relative to it, sorted."""
    found = [path.relative_to(folder) for path in (folder / "results").rglob("*") if path.is_file()]
    names = [path for path in found if path.suffix in KEPT and path.name not in STATES and path.parts[1] not in LEFT_OUT]
    return [Path("config.yaml"), *sorted(path for path in names if not path.name.startswith("."))]


def library_versions() -> bytes:
    """Of the code and the libraries that packed; each run's own are in its provenance.json."""
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    about = {"vcop": __version__, "commit": commit or None, "python": platform.python_version()}
    return json.dumps(about | {name: _version(name) for name in LIBRARIES}, indent=1).encode() + b"\n"


def _version(library: str) -> str | None:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None


def checksum_lines(folder: Path, files: list[Path]) -> bytes:
    """As `sha256sum --check` reads them. Raises ValueError for a result that is not as it was written."""
    lines = [
        f"{hashlib.sha256(require_intact(folder / path).read_bytes()).hexdigest()}  {path.as_posix()}\n" for path in files
    ]
    return "".join(lines).encode()


def write_archive(out: Path, folder: Path, files: list[Path], about: Content, top: str) -> None:
    """The archive: all below one folder, without dates, owners and the archive's own name."""
    with (
        open(out, "wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in members(folder, files, about):
            entry = tarfile.TarInfo(str(PurePosixPath(top, name)))
            entry.size, entry.mtime = len(content), WRITTEN
            archive.addfile(entry, io.BytesIO(content))


def members(folder: Path, files: list[Path], about: Content) -> Iterator[tuple[str, bytes]]:
    """Name and content, one after the other."""
    yield from about.items()
    for path in files:
        yield path.as_posix(), (folder / path).read_bytes()


def summarise(folder: Path, files: list[Path]) -> list[str]:
    """What is packed, for people: a line a folder of results/."""
    sizes: dict[str, list[int]] = {}
    for path in files:
        sizes.setdefault("/".join(path.parts[:2]), []).append((folder / path).stat().st_size)
    return [
        f"{name:<24}{len(of):>6} file{'s' if len(of) > 1 else ' '}{sum(of) / 2**20:>9.2f} MiB" for name, of in sizes.items()
    ]
