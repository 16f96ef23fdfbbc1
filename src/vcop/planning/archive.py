"""Archive of a finished study: all that its tables and figures are drawn from, and nothing large.

Packed are metrics, histories, provenance, digests, drawn items, config.yaml, versions.json and SHA256SUMS. Left out are videos,
frames, features, weights, training states and logs. ``make figures STUDY=folder`` draws all items from the unpacked archive.
Equal studies give equal archives, byte for byte: no dates, owners or host names are stored.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import io
import json
import platform
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from vcop import __version__
from vcop.planning.run_status import started_runs
from vcop.planning.study_folder import CONFIG, require_study
from vcop.runtime.atomic_files import atomic_write, require_intact
from vcop.runtime.code_version import code_version

KEPT = {".csv", ".json", ".txt", ".tsv", ".digest", ".md", ".html", ".tex", ".png", ".pdf", ".svg"}  # by a file's ending
# Folders of results/ that are of no use elsewhere, or show the videos.
LEFT_OUT = {"synthetic", "logs", "search", "embeddings"}
STATES = {"progress.json"}
LIBRARIES = ("numpy", "pandas", "matplotlib", "h5py", "torch", "snakemake")
ENDING = ".tar.gz"
MODIFIED = 315532800  # 1 January 1980: older than any code, so that `make figures` draws all anew where it is unpacked
ADDED = 2  # files that are made for the archive: versions.json and SHA256SUMS


def write_archive(folder: Path, out: Path) -> list[Path]:
    """Write the archive of a finished study, whole or not at all.

    Args:
        folder: The study's folder.
        out: The archive (.tar.gz). All files in it lie below one folder of the archive's name.

    Returns:
        The study's files in the archive, relative to ``folder``.

    Raises:
        ValueError: If the study is not finished, or a result has changed since it was written.
    """
    require_finished(folder)
    files = archived_files(folder)
    added = {"versions.json": library_versions(), "SHA256SUMS": checksum_lines(folder, files)}
    with (
        atomic_write(out) as unfinished,
        open(unfinished, "wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, content in _members(folder, files, added):
            entry = tarfile.TarInfo(str(PurePosixPath(out.name.removesuffix(ENDING), name)))
            entry.size, entry.mtime = len(content), MODIFIED
            archive.addfile(entry, io.BytesIO(content))
    return files


def require_finished(folder: Path) -> None:
    """Raise ValueError unless the folder is a study with drawn items and without unfinished training runs."""
    require_study(folder)
    if not any((folder / "results").glob("*/*.html")):
        raise ValueError(f"{folder.absolute()}: not finished: no table is drawn in results/; run the workflow first")
    for training in started_runs(folder, time.time()):
        if training.state != "done":
            raise ValueError(
                f"{folder.absolute()}: not finished: {training.run} is {training.state}; run the workflow, or remove its folder"
            )


def archived_files(folder: Path) -> list[Path]:
    """Return the files of a study that belong in its archive, relative to it: config.yaml, then the others in order."""
    files = [path.relative_to(folder) for path in (folder / "results").rglob("*") if path.is_file()]
    kept = [path for path in files if path.suffix in KEPT and path.name not in STATES and path.parts[1] not in LEFT_OUT]
    return [Path(CONFIG), *sorted(path for path in kept if not path.name.startswith("."))]


def library_versions() -> bytes:
    """Return versions.json: the code and the libraries that packed. Those of each run are in its provenance.json."""
    versions = {"vcop": __version__, "commit": code_version(), "python": platform.python_version()}
    return json.dumps(versions | {name: _version(name) for name in LIBRARIES}, indent=1).encode() + b"\n"


def _version(library: str) -> str | None:
    """Return the version of an installed library."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None


def checksum_lines(folder: Path, files: Sequence[Path]) -> bytes:
    """Return SHA256SUMS, which `sha256sum --check` reads. Raises ValueError for a result that has changed since."""
    lines = [
        f"{hashlib.sha256(require_intact(folder / path).read_bytes()).hexdigest()}  {path.as_posix()}\n" for path in files
    ]
    return "".join(lines).encode()


def _members(folder: Path, files: Sequence[Path], added: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of the archive."""
    yield from added.items()
    for path in files:
        yield path.as_posix(), (folder / path).read_bytes()


def describe_archive(folder: Path, out: Path, files: Sequence[Path]) -> list[str]:
    """Return what an archive holds, for people: a line for each folder of results/, and one for the archive."""
    sizes: dict[str, list[int]] = {}
    for path in files:
        sizes.setdefault("/".join(path.parts[:2]), []).append((folder / path).stat().st_size)
    lines = [
        f"{name:<24}{len(group):>6} file{'s' if len(group) > 1 else ' '}{sum(group) / 2**20:>9.2f} MiB"
        for name, group in sizes.items()
    ]
    packed = f"{len(files) + ADDED} files, {out.stat().st_size / 2**20:.1f} MiB compressed"
    return [*lines, f"{out}: {packed}, with versions.json and SHA256SUMS"]
