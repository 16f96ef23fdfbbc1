"""A stand-in for conda where no channel can be reached: a channel of packages made of what is installed here, and a command.

Real in it: solving and installing (py-rattler), Snakemake's environments with their hashes, and their activation. A package holds
links to the modules of one installed distribution and depends on what that depends on; Python starts as in a virtual environment.
So an environment imports what its packages bring, and nothing else that is installed here.
"""

import asyncio
import io
import json
import os
import re
import runpy
import sys
import tarfile
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import Distribution, distribution
from itertools import pairwise
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
MODULES = f"lib/python{PYTHON}/site-packages"
# Of a wheel, but not of conda-forge's package, which brings its own: found by torch's libraries themselves.
LIBRARIES = ("nvidia-", "cuda-")
# Of every package that an environment names, beside Python: a newer release without contents. Bounds alone take it.
NEWER = "9999"
ACTIVATE = """export CONDA_PREFIX="$1"
export PATH="$1/bin:$PATH"
"""
# Run by every Python of an environment as it starts.
TELL = """import json, os, sys
line = json.dumps([os.environ.get("CONDA_PREFIX"), sys.flags.no_user_site, sys.orig_argv]) + "\\n"
log = os.open(sys.prefix + ".ran", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(log, line.encode())
os.close(log)
"""


class Conda:
    """The command ``conda`` and its one channel, conda-forge, in a folder without spaces."""

    def __init__(self, folder: Path) -> None:
        self.base, self.channels, self.environments = folder / "base", folder / "channels", folder / "environments"
        self.bin = self.base / "bin"
        self.bin.mkdir(parents=True)
        (self.bin / "activate").write_text(ACTIVATE)
        command = self.bin / "conda"
        command.write_text(f'#!/bin/sh\nCONDA_BASE={self.base} exec {sys.executable} {__file__} "$@"\n')
        command.chmod(0o755)
        asyncio.run(make_channel(self.channels / "conda-forge"))

    def environment(self, path: str) -> dict[str, str]:
        """Variables by which Snakemake finds all of it with ``--use-conda``, beside what is on a PATH."""
        return {
            "PATH": f"{self.bin}:{path}",
            "CONDA_CHANNEL_ALIAS": self.channels.as_uri(),
            "SNAKEMAKE_CONDA_PREFIX": str(self.environments),
        }

    def ran(self) -> dict[tuple[str, ...], Path]:
        """The command lines of all Pythons that started in an environment, and which one that was."""
        found = {}
        for log in self.environments.glob("*.ran"):
            for line in log.read_text().splitlines():
                activated, alone, words = json.loads(line)
                assert activated == str(log.with_suffix("")), "another environment is active than the one that runs"
                assert alone, "the user's own packages come before those of the environment"
                found[tuple(words)] = log.with_suffix("")
        return found


def named() -> dict[str, str]:
    """Packages that envs/*.yaml name, and the distribution of each."""
    environments = [yaml.safe_load(path.read_text()) for path in (ROOT / "envs").glob("*.yaml")]
    packages = {bound.split()[0] for environment in environments for bound in environment["dependencies"]}
    other = {package: dist for dist, package in runpy.run_path(str(ROOT / "envs/pin.py"))["NAMES"].items()}
    return {package: other.get(package, package) for package in packages - {"python", "ffmpeg"}}


async def make_channel(folder: Path) -> None:
    """All packages that the environments name, what they depend on, and the index."""
    from rattler import Subdir
    from rattler.index import index_fs

    place = folder / str(Subdir.current())
    (folder / "noarch").mkdir(parents=True)
    place.mkdir()
    names = {canonicalize_name(dist): package for package, dist in named().items()}
    for name, extras in needed(names).items():
        dist = distribution(name)
        depends = ["python", *sorted({names.get(other, other) for other, _ in requirements(dist, extras)})]
        write_package(place, names.get(name, name), dist.version, depends, links(dist))
    write_package(place, "python", ".".join(map(str, sys.version_info[:3])), [], python())
    write_package(place, "ffmpeg", *ffmpeg())
    for package in (*named(), "ffmpeg"):
        write_package(place, package, NEWER, [], {})
    await index_fs(folder)


def needed(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Distributions, all that they depend on, and the extras that are asked of each."""
    waiting, done = [(name, frozenset()) for name in names], {}
    while waiting:
        name, extras = waiting.pop()
        if name not in done or not extras <= done[name]:
            done[name] = extras | done.get(name, frozenset())
            waiting += requirements(distribution(name), done[name])
    return done


def requirements(dist: Distribution, extras: Iterable[str]) -> list[tuple[str, frozenset[str]]]:
    """The distributions that one needs here with its ``extras``, and the extras of these."""
    wanted = [Requirement(text) for text in dist.requires or []]
    here = [r for r in wanted if not r.marker or any(r.marker.evaluate({"extra": extra}) for extra in ("", *extras))]
    return [(canonicalize_name(r.name), frozenset(r.extras)) for r in here if not r.name.startswith(LIBRARIES)]


def links(dist: Distribution) -> dict[str, Path]:
    """Where the modules of a distribution are found in an environment, and where they lie."""
    tops = {Path(file).parts[0] for file in dist.files or []} - {"..", "__pycache__"}
    return {f"{MODULES}/{top}": Path(dist.locate_file(top)) for top in tops if not top.endswith(".pth")}


def python() -> dict[str, str | Path]:
    """The interpreter that runs this, without anything that is installed for it."""
    interpreter = Path(sys._base_executable).resolve()
    return {
        "bin/python": interpreter,
        "pyvenv.cfg": f"home = {interpreter.parent}\ninclude-system-site-packages = false\n",
        f"{MODULES}/sitecustomize.py": TELL,
    }


def ffmpeg() -> tuple[str, list[str], dict[str, Path]]:
    """Version, dependencies and the program of the wheel imageio-ffmpeg."""
    import imageio_ffmpeg

    version = re.search(r"\d+(\.\d+)+", imageio_ffmpeg.get_ffmpeg_version())[0]
    return version, [], {"bin/ffmpeg": Path(imageio_ffmpeg.get_ffmpeg_exe())}


def write_package(place: Path, name: str, version: str, depends: list[str], files: dict[str, str | Path]) -> None:
    """A conda package of texts and links."""
    paths = [
        {"_path": path, "path_type": "softlink" if isinstance(content, Path) else "hardlink"}
        | (
            {}
            if isinstance(content, Path)
            else {"sha256": sha256(content.encode()).hexdigest(), "size_in_bytes": len(content)}
        )
        for path, content in files.items()
    ]
    index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": depends, "subdir": place.name}
    about = {
        "info/index.json": json.dumps(index),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
        "info/files": "".join(f"{path}\n" for path in files),
        "info/about.json": "{}",
    }
    with tarfile.open(place / f"{name}-{version}-0.tar.bz2", "w:bz2") as archive:
        for path, content in (about | files).items():
            entry = tarfile.TarInfo(path)
            if isinstance(content, Path):
                entry.type, entry.linkname = tarfile.SYMTYPE, str(content)
                archive.addfile(entry)
            else:
                entry.size = len(content.encode())
                archive.addfile(entry, io.BytesIO(content.encode()))


def read(file: Path) -> tuple[list[str], list[str]]:
    """The channels and specifications of an environment's yaml or pins."""
    if file.suffix == ".yaml":
        asked = yaml.safe_load(file.read_text())
        return asked["channels"], asked["dependencies"]
    lines = [line.split("::") for line in file.read_text().splitlines() if not line.startswith("#")]
    return [channel for channel, _ in lines], [spec for _, spec in lines]


async def create(channels: list[str], specs: list[str], prefix: Path) -> None:
    """Solve and install."""
    from rattler import Gateway, install, solve

    addresses = [f"{os.environ['CONDA_CHANNEL_ALIAS']}/{name}" for name in dict.fromkeys(channels) if name != "nodefaults"]
    cache = Path(os.environ["CONDA_BASE"]) / "pkgs"
    records = await solve(addresses, specs, gateway=Gateway(cache_dir=cache / "index"))
    await install(records, prefix, cache_dir=cache, show_progress=False)


def main(words: list[str]) -> None:
    """What Snakemake asks of conda, and nothing more."""
    after = dict(pairwise(words))
    if words == ["--version"]:
        print("conda 26.7.0")
    elif words == ["info", "--json"]:
        print(json.dumps({"conda_prefix": os.environ["CONDA_BASE"], "platform": "linux-64"}))
    elif words[:2] == ["config", "--get"]:
        print(json.dumps({"get": {"channel_priority": "strict"}}))
    elif "create" in words[:2]:
        asyncio.run(create(*read(Path(after["--file"])), Path(after["--prefix"])))
    elif words[0] != "clean":  # there is nothing that would be worth it
        raise SystemExit(f"not understood: {words}")


if __name__ == "__main__":
    main(sys.argv[1:])
    # The solver's threads are not told that Python ends, and may crash it then.
    sys.stdout.flush()
    os._exit(0)
