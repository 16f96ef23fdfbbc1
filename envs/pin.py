"""Write envs/*.linux-64.pin.txt: what each environment names, at the versions of requirements.txt (part of `make requirements`).

Snakemake tries these first, and the bounds of the yaml where the channel does not have them. They name versions alone: builds
are chosen on the machine (CPU or GPU), and digests are of a channel's files, which a package's wheel does not share.
"""

import re
from pathlib import Path

import imageio_ffmpeg
import yaml

HERE = Path(__file__).parent
# What conda-forge calls the packages of requirements.txt, where it differs.
NAMES = {"matplotlib": "matplotlib-base", "torch": "pytorch"}


def pinned() -> dict[str, str]:
    """Package, by conda-forge's name, to its version and how strictly it is meant."""
    locked = re.findall(r"^([\w.-]+)==([^\s;]+)", (HERE.parent / "requirements.txt").read_text(), re.MULTILINE)
    ffmpeg = re.search(r"(\d+)\.(\d+)", imageio_ffmpeg.get_ffmpeg_version())
    assert ffmpeg, "the wheel imageio-ffmpeg names its ffmpeg's version"
    major, minor = map(int, ffmpeg.groups())
    # requirements.txt is compiled for this Python and brings that ffmpeg.
    beside = {"python": ">=3.11,<3.12", "ffmpeg": f">={major}.{minor},<{major}.{minor + 1}"}
    return {NAMES.get(name, name): f"=={version}" for name, version in locked} | beside


def pins(name: str) -> str:
    """The text of an environment's pin file. Raises ValueError where it names what requirements.txt does not hold."""
    environment = yaml.safe_load((HERE / f"{name}.yaml").read_text())
    packages, versions = [bound.split()[0] for bound in environment["dependencies"]], pinned()
    if missing := set(packages) - set(versions):
        raise ValueError(
            f"envs/{name}.yaml: not in requirements.txt: {', '.join(sorted(missing))}; `make requirements` pins them"
        )
    lines = [f"{environment['channels'][0]}::{package}{versions[package]}" for package in packages]
    return "\n".join(["# Out of requirements.txt, by `make requirements`.", *lines, ""])


if __name__ == "__main__":
    for path in HERE.glob("*.yaml"):
        path.with_suffix(".linux-64.pin.txt").write_text(pins(path.stem))
