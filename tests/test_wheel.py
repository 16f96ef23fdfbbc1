"""The wheel, built as `python -m build` builds it: it carries all of the package, and works in an empty folder without a checkout."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest
from support.helpers import ROOT
from support.own_videos import make_videos

BUILD = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"
HELP = """
import sys
from pathlib import Path

import vcop
from vcop import cli

assert Path(vcop.__file__).is_relative_to(sys.argv[1]), vcop.__file__
for command in cli.COMMANDS:
    cli.build_parser(command).format_help()
for name in vcop.__all__:
    getattr(vcop, name)
"""


def build(what, where, out):
    out.mkdir()
    command = [sys.executable, "-c", BUILD, what, str(out)]
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of a source distribution of a copy: building writes into the folder of the source."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "src", folder / "copy/src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "copy")
    with tarfile.open(build("build_sdist", folder / "copy", folder / "sdist")) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    return build("build_wheel", source, folder / "dist")


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def run(unpacked, where, *words):
    where.mkdir(exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *map(str, words)]
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_every_file_of_the_package(wheel):
    package = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src/vcop").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == package
    assert {"LICENSE", "METADATA", "entry_points.txt"} <= {name.rpartition("/")[2] for name in names}


def test_every_command_and_public_name_is_there_without_a_checkout(unpacked, tmp_path):
    run(unpacked, tmp_path / "empty", "-c", HELP, unpacked)


@pytest.mark.slow
def test_videos_are_embedded_and_searched_without_a_checkout(unpacked, tmp_path):
    pytest.importorskip("PIL")
    here = tmp_path / "empty"
    make_videos(here / "films")
    vcop = ("-m", "vcop")
    run(unpacked, here, *vcop, "initialise", "--network", "r3d", "--seed", 0, "--multiplier", 0.0625, "--out", "w.safetensors")
    words = ("films", "--weights", "w.safetensors", "--out", "clips.npy", "--clips", 2, "--device", "cpu")
    assert run(unpacked, here, *vcop, "embed", *words).startswith("clips.npy: 3 videos, 6 rows of 32 values")
    words = ("films/one.avi", "--in", "clips.npy", "--html", "page.html")
    assert run(unpacked, here, *vcop, "search", *words).splitlines()[-1] == "page.html: 2 videos"
    assert "3 pairs of videos" in run(unpacked, here, *vcop, "duplicates", "clips.npy", "--above", -1)
    assert len(run(unpacked, here, *vcop, "outliers", "clips.npy").splitlines()) == 4
