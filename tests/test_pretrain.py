"""The verb as a process: its files, and SIGKILL at random moments."""

import csv
import random
import signal
import subprocess
import sys
import time

import pytest
from helpers import FRAMES, vcop
from safetensors.numpy import load_file

from vcop.frames import FrameStore
from vcop.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions, flags
from vcop.splits import TEST, TRAIN

NARROW = NetworkOptions(multiplier=0.0625)
OPTIONS = PretrainOptions(epochs=6)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    path = tmp_path_factory.mktemp("start") / "random.safetensors"
    assert vcop("initialise", "--network", "r3d", "--seed", 0, "--out", path, *flags(NARROW).split()) == 0
    return path


def words(store_path, start, out, *, options=OPTIONS, machine=None, task="16-8-3", frames=FRAMES, validation=8):
    sections = (frames, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions(), options, machine or MachineOptions())
    files = ("--frames", store_path, "--start", start, "--out", out / "model.safetensors", "--order", out / "order.csv")
    about = ("--network", "r3d", "--task", task, "--seed", 0, "--validation-videos", validation)
    return [str(w) for w in ("pretrain", *files, *about, *flags(*sections).split())]


@pytest.fixture(scope="module")
def whole(store_path, start, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    assert vcop(*words(store_path, start, out)) == 0
    return out


def results(out):
    with open(out / "history.csv") as file:
        history = [{k: v for k, v in row.items() if k not in ("seconds", "clips_per_second")} for row in csv.DictReader(file)]
    weights = {k: v.tobytes() for k, v in load_file(out / "model.safetensors").items()}
    return weights, history, (out / "order.csv").read_text(), (out / "validation.txt").read_text()


def test_its_files(whole, store_path):
    store = FrameStore(store_path)
    long = {role: {v.name for v in store.of(1, role) if v.count >= 64} for role in (TRAIN, TEST)}
    _, history, order, validation = results(whole)
    assert len(history) == 6
    rows = list(csv.DictReader(order.splitlines()))
    assert {r["video"] for r in rows} == long[TEST]
    assert all((r["right"] == "1") == (r["order"] == r["predicted"]) for r in rows)
    assert set(validation.split()) < long[TRAIN]
    assert len(validation.split()) == 8
    assert '"commit"' in (whole / "provenance.json").read_text()


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_loader_workers_changes_no_bit(whole, store_path, start, tmp_path, workers):
    assert vcop(*words(store_path, start, tmp_path, machine=MachineOptions(workers=workers))) == 0
    assert results(tmp_path) == results(whole)


def test_killed_again_and_again_it_ends_with_the_same_bits(whole, store_path, start, tmp_path):
    command = [sys.executable, "-m", "vcop", *words(store_path, start, tmp_path, machine=MachineOptions(save_minutes=0))]
    state, draw, kills = tmp_path / "state.pt", random.Random(0), 0
    for _ in range(5):
        seen = state.stat().st_mtime_ns if state.exists() else 0
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and (not state.exists() or state.stat().st_mtime_ns == seen):
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.15))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    assert kills >= 3
    subprocess.run(command, check=True, capture_output=True)
    assert results(tmp_path) == results(whole)


def test_bad_input_is_one_line(store_path, start, tmp_path, capsys):
    for change, said in (
        ({"task": "16-8-6"}, "a tuple has 2 to 5 clips"),
        ({"task": "16-80-5"}, "no test video is long enough"),
        ({"frames": type(FRAMES)(height=21, width=27)}, "height is 20, this study asks for 21: decode again"),
    ):
        assert vcop(*words(store_path, start, tmp_path, **change)) == 1
        err = capsys.readouterr().err
        assert err.startswith("vcop pretrain: ")
        assert said in err
        assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())
