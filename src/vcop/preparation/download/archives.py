"""Safe unpacking of zip and rar archives: nothing is written outside the target directory, and all of it or nothing is kept.

The members are judged first (``vcop.preparation.download.archive_members``). A zip archive is then written file by file. There is
no free library that unpacks rar, so the first of ``TOOLS`` that can does it, in a directory of its own; afterwards its files must be
exactly those that the archive announced.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
import subprocess
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from vcop.preparation.download.archive_members import DAMAGED, USUAL_LIMITS, Limits, Member, list_members, require_safe
from vcop.runtime.atomic_files import require_space

TOOLS: dict[str, tuple[str, ...]] = {  # arguments before the name of the archive; each runs in the target directory
    "bsdtar": ("-x", "--no-same-owner", "--no-same-permissions", "-f"),
    "unar": ("-quiet", "-no-directory", "-force-skip", "-output-directory", "."),
    "unrar": ("x", "-inul", "-o-", "-p-", "-y", "--"),
}
INSTALL = "install bsdtar (Debian's libarchive-tools), unar or unrar"


def unpack(archive: Path, folder: Path, limits: Limits = USUAL_LIMITS) -> int:
    """Unpack an archive.

    Args:
        archive: Zip or rar file.
        folder: Directory to create; it is removed again if unpacking fails.
        limits: What an archive may contain at most.

    Returns:
        Number of files.

    Raises:
        ValueError: If the archive is damaged, or has members that are refused.
        OSError: If there is no space left, or no program that unpacks rar.
    """
    members = list_members(archive)
    require_safe(archive, members, limits)
    require_space(folder, sum(member.size for member in members))
    folder.mkdir(parents=True)
    try:
        (_unpack_zip if zipfile.is_zipfile(archive) else _unpack_rar)(archive, folder, members)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return sum(member.kind == "file" for member in members)


def _unpack_zip(archive: Path, folder: Path, members: Sequence[Member]) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            for info, member in zip(opened.infolist(), members, strict=True):
                path = folder / member.name
                (path if member.kind == "folder" else path.parent).mkdir(parents=True, exist_ok=True)
                if member.kind == "file":
                    _write_member(opened, info, path)
    except DAMAGED as problem:
        raise ValueError(f"{archive}: damaged ({problem}): remove it to download it again") from None
    if difference := _difference(folder, members):
        raise ValueError(f"{archive}: {difference}: remove it to download it again")


def _write_member(opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    """Write one file. zipfile stops at its announced size, and verifies its checksum there."""
    with opened.open(info) as source, open(path, "xb") as target:
        shutil.copyfileobj(source, target, 2**20)


def _unpack_rar(archive: Path, folder: Path, members: Sequence[Member]) -> None:
    """Try one program after the other, since they differ in which variants of the format they know."""
    programs = {name: program for name in TOOLS if (program := shutil.which(name))}
    if not programs:
        raise OSError(f"{archive}: no program to unpack rar archives was found: {INSTALL}")
    problems, largest = [], max((member.size for member in members), default=0)
    for name, program in programs.items():
        problem = _run([program, *TOOLS[name], str(archive.absolute())], folder, largest) or _difference(folder, members)
        if not problem:
            return
        problems.append(f"{name}: {problem}")
        shutil.rmtree(folder)
        folder.mkdir()
    raise ValueError(f"{archive}: not unpacked ({'; '.join(problems)}): remove it to download it again, or {INSTALL}")


def _run(command: list[str], folder: Path, largest: int) -> str:
    """Run a program in ``folder``, where it can write no file larger than ``largest``; return what it reports if it fails."""
    environment = os.environ | {"LC_ALL": "C.UTF-8"}  # names are UTF-8, whatever the user's locale
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest, largest))
        try:
            output, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode == -signal.SIGXFSZ:
        return "it wrote more than was announced"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "" if process.returncode == 0 else (lines[0] if lines else f"it ended with exit code {process.returncode}")


def _difference(folder: Path, members: Sequence[Member]) -> str:
    """Return how the files in ``folder`` differ from the announced ones, or ""; set their permissions to the usual ones."""
    expected = {str(PurePosixPath(member.name)): member for member in members if member.kind == "file"}
    sizes = dict(_file_sizes(folder))
    for name in sorted(expected.keys() | sizes.keys()):
        member = expected.get(name)
        if member is None or sizes.get(name) != member.size or member.crc32 not in {None, _crc32(folder / name)}:
            return f"{name!r} is not as the archive announced it"
    return ""


def _crc32(path: Path) -> int:
    """Return the checksum of a file. It is verified here, since programs differ in what they call an error."""
    checksum = 0
    with open(path, "rb") as file:
        while data := file.read(2**20):
            checksum = zlib.crc32(data, checksum)
    return checksum


def _file_sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield every file below a directory with its size; -1 for links, devices and files with several names."""
    mask = os.umask(0)  # the only way to read the mask is to set it
    os.umask(mask)
    for parent, subfolders, names in os.walk(folder):
        os.chmod(parent, 0o777 & ~mask)
        for name in (*names, *(f for f in subfolders if os.path.islink(os.path.join(parent, f)))):
            path = os.path.join(parent, name)
            state = os.lstat(path)
            if stat.S_ISREG(state.st_mode):
                os.chmod(path, 0o666 & ~mask)
            single = stat.S_ISREG(state.st_mode) and state.st_nlink == 1
            yield os.path.relpath(path, folder), state.st_size if single else -1
