"""Disks that are full, limited or read-only, under every verb that writes: real ones, mounted for the test.

Each verb writes into a small file system in which less and less is left. It must end with code 1 and one line that has the path and
what the system said, leave whole files or none under their final names and nothing that fills the disk; and when there is room, the
same command must do what it does on any disk.
"""

import dataclasses
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import cache, partial

import pytest
from support.answering import command as answer
from support.answering import made as questions  # noqa: F401
from support.archives import zipped
from support.disks import Disk, files_limited
from support.helpers import FRAMES, ROOT, SMALL, vcop
from support.lists import LISTS
from support.pretraining import NARROW, words
from support.studies_by_hand import make as make_study
from support.toy_training import trainer
from support.webs import Web

from vcop import cli
from vcop.config.fields import flags
from vcop.config.options import (
    AnswerOptions,
    ComputeOptions,
    FinetuneOptions,
    InputOptions,
    MachineOptions,
    PretrainOptions,
    ProbeOptions,
)
from vcop.datasets.video_list import ListedVideo, write_video_list

BRIEF = PretrainOptions(epochs=1, batch_size=32, hard_optimiser="carried")
NETWORK = ("--network", "r3d")
SETTING = flags(FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions()).split()
ORDERED = (*NETWORK, *SETTING, *flags(BRIEF).split(), "--task", "16-8-3")
PROBE = flags(ProbeOptions(epochs=1, learning_rates=[3.0], weight_decays=[1e-3], neighbours=[1])).split()


def training(i, out):
    return (*NETWORK, *SETTING, "--frames", i["store"], "--start", i["start"], "--seed", 0, "--out", out / "model.safetensors")


# Every verb that writes: its words, of the inputs and of the folder that it writes to.
WRITES = {
    "synthesise": lambda i, o: (
        *("--dataset", "hmdb51", "--videos", o / "videos", "--lists", o / "lists", "--processes", 2),
        *("--out", o / "made.csv", *flags(SMALL).split()),
    ),
    "decode": lambda i, o: (
        *("--dataset", "ucf101", "--videos", i["videos"] / "videos", "--lists", i["lists"], "--processes", 2),
        *("--out", o / "s.h5", "--digest", o / "s.digest", "--unreadable", o / "s.csv", *flags(FRAMES).split()),
    ),
    "initialise": lambda i, o: (*NETWORK, "--seed", 0, "--out", o / "w.safetensors", *flags(NARROW).split()),
    "pretrain": lambda i, o: words(i["store"], i["start"], o, options=BRIEF)[1:],
    "baselines": lambda i, o: ("--frames", i["store"], "--out", o / "b.csv"),
    # So many clips, that its file is larger than what ffmpeg has to write about a video.
    "embed": lambda i, o: (*i["two"], "--weights", i["trained"], "--clips", 64, "--out", o / "e.csv"),
    "mine": lambda i, o: (
        *(*ORDERED, "--frames", i["store"], "--weights", i["trained"], "--validation-videos", 8),
        *("--predictions", o / "p.csv", "--out", o / "h.txt", "--classes", o / "c.csv"),
    ),
    "extract": lambda i, o: (*NETWORK, *SETTING, "--frames", i["store"], "--weights", i["start"], "--out", o / "f.h5"),
    "retrieve": lambda i, o: ("--queries", i["f"], "--gallery", i["f"], "--layer", "conv5", "--out", o / "r.csv"),
    "finetune": lambda i, o: (
        *training(i, o),
        *("--dataset", "ucf101", "--split", 1, "--recognition", o / "r.csv", "--classes", o / "c.csv"),
        *("--confusion", o / "m.csv", *flags(FinetuneOptions(epochs=1, batch_size=32)).split()),
    ),
    "answer": lambda i, o: answer(i["questions"], o, options=AnswerOptions(epochs=1, hidden=8, classes=20))[1:],
    "probe": lambda i, o: (
        *("--features", i["f"], "--layer", "conv5", "--seed", 0, *PROBE, "--out", o / "p.csv", "--grid", o / "g.csv"),
    ),
    "audit": lambda i, o: (*ORDERED, "--frames", i["store"], "--weights", i["trained"], "--out", o / "a.csv"),
    "illustrate": lambda i, o: (*ORDERED, "--frames", i["store"], "--weights", i["trained"], "--out", o / "e.json"),
    "outline": lambda i, o: ("--out", o / "o.json"),
    "render": lambda i, o: (
        *("cvpr2019_figure3", "--study", "s", "--task", "16-8-3", "--out", o / "figure3.png"),
        *("--inputs", i["outline"]),
    ),
    "publish": lambda i, o: (i["run"], "--out", o / "published", "--names", "2019"),
    "pack": lambda i, o: (i["study"], "--out", o / "study.tar.gz"),
    "download": lambda i, o: (
        *("ucf101-lists", "--to", o / "lists", "--from", i["page"], "--digests", "recorded", "--wait", 0, "--tries", 2),
        *("--record", o / "record.json"),
    ),
    "list": lambda i, o: (i["videos"] / "videos", "--out", o / "l.csv"),
    "new": lambda i, o: (
        *(o, "--videos", i["videos"] / "videos", "--device", "cpu", "--processes", 1, "--force"),
        *("--minutes", 10000),  # so many that the measured speed does not decide the epochs
    ),
    "neighbours": lambda i, o: (
        *(i["npy"], "--videos", i["videos"] / "videos", "--list", i["list"], "--out", o / "n.html", "--table", o / "n.csv"),
    ),
    "summarise": lambda i, o: (
        *("own", "--list", i["list"], "--checked", i["checked"], "--unreadable", i["left_out"], "--task", "16-8-3"),
        *("--out", o / "s.html", "--table", o / "s.csv"),
    ),
    "check": lambda i, o: (
        *("ucf101", "--lists", i["videos"] / "lists", "--frames", i["store"], "--out", o / "f.csv", "--counts", o / "c.csv"),
    ),
}
IN_PLACE = {"index"}  # writes one page into a study that is there, by the function that all writers of texts share
PRINTS = {  # and every verb that prints alone
    "status": lambda i: [i["study"]],
    "plan": lambda i: [i["planned"], "cvpr2019_table1"],
    "search": lambda i: ["--row", 0, "--in", i["embedded"]],
    "duplicates": lambda i: [i["embedded"]],
    "outliers": lambda i: [i["embedded"]],
    "sizes": lambda i: [],
    "schema": lambda i: [],
}


@pytest.fixture
def disk(tmp_path):
    with Disk(tmp_path / "disk") as made:
        yield made


def shortened(lists, folder):
    """Three groups of videos, so that each split tests one."""
    folder.mkdir()
    for path in lists.iterdir():
        lines = path.read_text().splitlines()
        kept = [line for line in lines if path.name == "classInd.txt" or re.search("g0[135]", line)]
        (folder / path.name).write_text("\n".join(kept) + "\n")
    return folder


@pytest.fixture(scope="module")
def inputs(videos, store_path, tmp_path_factory, questions):  # noqa: F811
    """What the verbs read, made by the verbs that come before them."""
    folder = tmp_path_factory.mktemp("inputs")
    i = {"videos": videos, "store": store_path, "questions": questions, "study": make_study(folder / "study")}
    i |= {"start": folder / "w.safetensors", "run": folder / "run", "f": folder / "f.h5", "outline": folder / "o.json"}
    i |= {"trained": i["run"] / "model.safetensors", "lists": shortened(videos / "lists", folder / "lists")}
    i["planned"] = folder / "planned"
    i["planned"].mkdir()
    data = {"ucf101": {"videos": str(videos / "videos"), "lists": str(i["lists"])}}
    (i["planned"] / "config.yaml").write_text(json.dumps({"study": "a test", "data": data}))
    i |= {"npy": folder / "e.npy", "list": folder / "l.csv", "checked": folder / "c.csv", "left_out": folder / "u.csv"}
    i["checked"].write_text("video,findings\n")
    i["left_out"].write_text("video,verdict,reason,got,expected\n")
    i["two"], i["embedded"] = sorted((videos / "videos").rglob("*.avi"))[:2], folder / "e.csv"
    for verb, out in {
        "initialise": folder,
        "pretrain": i["run"],
        "extract": folder,
        "outline": folder,
        "embed": folder,
    }.items():
        assert vcop(verb, *WRITES[verb](i, out)) == 0
    assert vcop("embed", *i["two"], "--weights", i["trained"], "--clips", 2, "--out", i["npy"]) == 0
    names = [str(path.relative_to(videos / "videos")) for path in i["two"]]
    roles = zip(names, ("training", "test"), strict=True)
    write_video_list(i["list"], [ListedVideo(name, "", role, name) for name, role in roles])
    with Web() as web:
        yield i | {"page": web.serve("lists.zip", zipped(*LISTS))}


@pytest.fixture(scope="module")
def undisturbed(inputs, tmp_path_factory):
    """A verb's files where there is room, by name; made once."""

    @cache
    def made(verb):
        out = tmp_path_factory.mktemp(verb)
        assert vcop(verb, *WRITES[verb](inputs, out)) == 0
        return {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}

    return made


# What no stage reads, or only its next attempt; and what has times in it.
VOLATILE = {"progress.json", "history.csv", "provenance.json", "state.pt", "state.previous", "state.lock", "record.json"}
SAID = {"full": "No space left", "limited": "File too large", "read-only": "Read-only file system"}


def final(files):
    """Those that must be whole where they are there, by name."""
    return {n: data for n, data in files.items() if not any(p.startswith(".") for p in n.parts) and n.name not in VOLATILE}


def found(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def check_refused(verb, code, said, out, whole, how):
    """One line with a path on that disk; whole files or none under final names; nothing large that nobody will need."""
    last = said.strip().splitlines()[-1]
    assert code == 1, (verb, said)
    assert last.startswith(f"vcop {verb}: ") and SAID[how] in last and str(out) in last, said
    assert "Traceback" not in said and "Exception" not in said, said
    files = found(out)
    assert {name: data for name, data in final(files).items() if whole.get(name) != data} == {}
    left = [name for name in files if name.suffix == ".part" and name not in {"lists.zip.part"}]
    assert left == []


def amounts(files):
    """Bytes that are left for it: none, and less than it needs."""
    size = sum(-(-len(data) // 4096) for data in files.values())
    return [4096 * pages for pages in sorted({0, size - 1})]


def test_every_verb_and_rule_is_here():
    assert WRITES.keys() | PRINTS.keys() | IN_PLACE == cli.COMMANDS.keys()
    assert not WRITES.keys() & PRINTS.keys()
    called = {
        verb for path in (ROOT / "workflow/rules").glob("*.smk") for verb in re.findall(r"-m vcop (\w+)", path.read_text())
    }
    assert called <= WRITES.keys() | IN_PLACE


@pytest.mark.parametrize("verb", WRITES)
def test_a_full_disk(verb, inputs, undisturbed, disk, capsys):
    out, whole = disk.path / "out", undisturbed(verb)
    for room in amounts(whole):
        shutil.rmtree(out, ignore_errors=True)
        disk.leave(room)
        capsys.readouterr()
        code = vcop(verb, *WRITES[verb](inputs, out))
        check_refused(verb, code, capsys.readouterr().err, out, whole, "full")
    disk.make_room()
    assert vcop(verb, *WRITES[verb](inputs, out)) == 0
    files = found(out)
    assert final(files) == final(whole)


@pytest.mark.parametrize("verb", WRITES)
def test_a_read_only_disk(verb, inputs, undisturbed, disk, capsys):
    out = disk.path / "out"
    with disk.read_only():
        code = vcop(verb, *WRITES[verb](inputs, out))
    check_refused(verb, code, capsys.readouterr().err, out, {}, "read-only")
    assert not out.exists()


# The configuration that `new` writes is smaller than what ffmpeg writes about a video: see the next test.
@pytest.mark.parametrize("verb", sorted(WRITES.keys() - {"new"}))
def test_a_limit_that_no_look_at_the_disk_shows(verb, inputs, undisturbed, tmp_path, capsys):
    """As a quota has it: every file of the verb may become half as large as its largest one."""
    whole = undisturbed(verb)
    with files_limited(max(map(len, final(whole).values())) // 2):
        code = vcop(verb, *WRITES[verb](inputs, tmp_path))
    check_refused(verb, code, capsys.readouterr().err, tmp_path, whole, "limited")
    assert vcop(verb, *WRITES[verb](inputs, tmp_path)) == 0
    assert final(found(tmp_path)) == final(whole)


@pytest.mark.parametrize("verb", ["embed", "new"])
def test_a_limit_that_stops_ffmpeg_is_not_the_videos_fault(verb, inputs, undisturbed, tmp_path, capsys):
    """It writes what it reads about a video into memory, which the limit is for, too."""
    with files_limited(1024):
        code = vcop(verb, *WRITES[verb](inputs, tmp_path))
    said = capsys.readouterr().err
    assert code == 1
    assert "unreadable" not in said
    assert "[Errno 27] File too large: ffmpeg could not write down what it read; raise the limit" in said.splitlines()[-1]
    assert vcop(verb, *WRITES[verb](inputs, tmp_path)) == 0
    assert final(found(tmp_path)).keys() == final(undisturbed(verb)).keys()


@pytest.mark.parametrize("verb", PRINTS)
def test_what_is_printed_on_a_full_disk(verb, inputs):
    command = [sys.executable, "-m", "vcop", verb, *map(str, PRINTS[verb](inputs))]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=inputs["study"])
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"vcop {verb}: cannot print: ") and "No space left" in last
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr


SWEEP = """
import os, sys
import h5py, numpy as np
from pathlib import Path
from vcop.storage.frame_store import Video
from vcop.storage.frame_writer import DecodedVideo, write_store
from vcop.storage import feature_store as features
from vcop.cli import report_end
from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import OfficialSplits

disk, sizes = Path(sys.argv[1]), [1000] * 300
lists, rng = OfficialSplits(["A"]), np.random.default_rng(0)
for n in range(20):
    lists.add(f"A/{n}.avi", 0, 1, 1 + n % 2, "here")

def filled(left):  # after the look at the free space, as another program would
    free = os.statvfs(disk).f_bavail * 4096
    with open(disk / "filler", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - left)

def videos(left):
    filled(left)
    for name in lists.labels:
        yield DecodedVideo(name, rng.integers(0, 256, 300_000, np.uint8), np.array(sizes), 300)

def blocks(left):
    filled(left)
    for n in range(20):
        yield {"conv5": rng.standard_normal((1, 10, 4000), np.float32)}

def store(left):
    write_store(disk / "s.h5", videos(left), 6_000_000, lists, "ucf101", FrameOptions(), "a test")

def feature_file(left):
    of = [Video(name, 0, 0, 300) for name in lists.labels]
    features.write_features(disk / "f.h5", of, [1] * 20, ["A"], blocks(left), {"conv5": (10, 4000)}, False, {})

for write in (store, feature_file):
    for left in (0, 4096, 40960, 2_000_000, 3_198_976, 5_992_448, 6_000_640, 6_008_832, 20_000_000):
        if os.fork() == 0:  # each ends as a process does, HDF5's own clean-up included
            try:
                write(left)
            except OSError as problem:
                sys.exit(report_end("write", problem, 1))
            sys.exit(0)
        code, there = os.wait()[1], sorted(p.name for p in disk.iterdir())
        print(write.__name__, left, code, *there, flush=True)
        for path in disk.iterdir():
            path.unlink()
"""


def test_hdf5_survives_a_disk_that_becomes_full_while_it_writes(disk):
    done = subprocess.run([sys.executable, "-c", SWEEP, disk.path], capture_output=True, text=True, check=True)
    rows, said = [line.split() for line in done.stdout.splitlines()], done.stderr.splitlines()
    refused = [row for row in rows if row[2] == "256"]  # as wait() has it: code 1, no signal
    assert {row[2] for row in rows} == {"0", "256"}, "no signal"
    assert all(row[3:] == ["filler"] for row in refused)
    assert [row[0] for row in rows if row[2] == "0"] == [
        "store",
        "feature_file",
        "feature_file",
        "feature_file",
        "feature_file",
    ]
    assert len(said) == len(refused) > 10
    assert all("No space left" in line and re.search(rf"{disk.path}/[sf]\.h5", line) for line in said), said


def test_a_disk_that_becomes_full_in_training_and_sigterm_at_the_same_time(inputs, disk, tmp_path):
    options = dataclasses.replace(BRIEF, epochs=8, batch_size=8)
    make = partial(words, inputs["store"], inputs["start"], options=options, machine=MachineOptions(save_minutes=60))
    command = [sys.executable, "-m", "vcop", *make(disk.path / "out")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (disk.path / "out/state.pt").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGSTOP)  # or it might meet the full disk, and be on its way out, before the signal is sent
    disk.leave(0)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1, "not 75: nothing was saved"
    assert re.search(rf"No space left on device; make room.*'{disk.path}/out/", said.splitlines()[-1])
    assert not list(disk.path.rglob("*.part"))
    disk.make_room()
    again = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "goes on from epoch" in again.stdout
    assert vcop(*make(tmp_path / "whole")) == 0
    weights = (folder / "model.safetensors" for folder in (disk.path / "out", tmp_path / "whole"))
    assert len({path.read_bytes() for path in weights}) == 1


def test_events_for_tensorboard_on_a_full_disk(tmp_path, capsys):
    made = trainer(tmp_path, machine=MachineOptions(device="cpu", tensorboard=True))
    made.lifecycle.save = lambda: None
    with files_limited(600), pytest.raises(OSError, match=rf"File too large; make room.*'{tmp_path}/tensorboard'"):
        made.fit()
    assert "Traceback" not in capsys.readouterr().err
