"""A study made by hand: what of it is packed, and what stops a packing."""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from functools import partial

import pytest
from support.helpers import vcop
from support.studies_by_hand import KEPT, RUN, make


@pytest.fixture
def study(tmp_path):
    return make(tmp_path / "a study")


def packed(archive):
    """Name to content of an archive, and its top folder."""
    with tarfile.open(archive) as opened:
        found = {entry.name: opened.extractfile(entry).read() for entry in opened.getmembers()}
    (top,) = {name.split("/")[0] for name in found}
    return top, {name.removeprefix(f"{top}/"): content for name, content in found.items()}


def test_metrics_are_packed_and_what_is_large_is_not(study, tmp_path, capsys):
    assert vcop("pack", study, "--out", tmp_path / "embedded.tar.gz") == 0
    top, found = packed(tmp_path / "embedded.tar.gz")
    assert top == "embedded"
    assert sorted(found) == sorted([*KEPT, "SHA256SUMS", "versions.json"])
    assert all(found[name] == (study / name).read_bytes() for name in KEPT)
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in said[:4]] == [
        ["config.yaml", "1"], ["results/answers", "1"], ["results/audit", "1"], ["results/benchmarks", "1"],
    ]  # fmt: skip
    assert "results/cvpr2019" in said[4] and " 7 files" in said[4]
    assert said[-1].startswith(f"{tmp_path}/embedded.tar.gz: {len(KEPT) + 2} files, ")


def test_what_is_packed_can_be_checked(study, tmp_path):
    assert vcop("pack", study, "--out", tmp_path / "s.tar.gz") == 0
    _, found = packed(tmp_path / "s.tar.gz")
    sums = dict(reversed(line.split("  ", 1)) for line in found["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(found[name]).hexdigest() for name in KEPT}
    versions = json.loads(found["versions.json"])
    assert versions["python"] == sys.version.split()[0]
    assert versions["pandas"] and versions["torch"]


def test_equal_studies_give_equal_archives(study, tmp_path):
    other = make(tmp_path / "elsewhere")
    os.utime(other / "results/cvpr2019/table1.csv", (1, 1))
    (other / "config.yaml").chmod(0o600)
    for folder in (study, other):
        assert vcop("pack", folder, "--out", folder / "s.tar.gz") == 0
    assert (study / "s.tar.gz").read_bytes() == (other / "s.tar.gz").read_bytes()
    assert (study / "s.tar.gz").read_bytes()[4:8] == bytes(4)  # gzip's own date
    with tarfile.open(study / "s.tar.gz") as archive:  # older than any code, so that all is drawn anew; tar warns of 1970
        assert {entry.mtime for entry in archive.getmembers()} == {datetime(1980, 1, 1, tzinfo=UTC).timestamp()}


def test_an_unpacked_study_is_packed_again(study, tmp_path):
    assert vcop("pack", study, "--out", tmp_path / "s.tar.gz") == 0
    with tarfile.open(tmp_path / "s.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    assert vcop("pack", tmp_path / "s", "--out", tmp_path / "again/s.tar.gz") == 0
    assert packed(tmp_path / "again/s.tar.gz") == packed(tmp_path / "s.tar.gz")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda study: (study / "config.yaml").unlink(), "a study: not a study: no config.yaml in it"),
        (
            lambda study: (study / "results/cvpr2019/table1.html").unlink(),
            "a study: not finished: no table is drawn in results/; run the workflow first",
        ),
        (
            lambda study: (study / RUN / "model.safetensors").unlink(),
            "a study: not finished: pretrain/r3d/16-8-3/seed-0 is interrupted; run the workflow, or remove its folder",
        ),
    ],
)
def test_a_study_that_is_not_finished_is_refused_in_one_line(study, tmp_path, spoil, said, capsys):
    spoil(study)
    assert vcop("pack", study, "--out", tmp_path / "s.tar.gz") == 1
    assert capsys.readouterr().err == f"vcop pack: {tmp_path}/{said}\n"
    assert not (tmp_path / "s.tar.gz").exists()


def test_the_archive_is_whole_or_not_there(study, tmp_path):
    """A disk that takes 500 bytes of each file."""
    command = [sys.executable, "-m", "vcop", "pack", str(study), "--out", str(tmp_path / "s.tar.gz")]
    full = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (500, 500))
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=full)
    assert done.returncode == 1
    assert done.stderr.startswith("vcop pack: ")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a study"]
