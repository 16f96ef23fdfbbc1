"""A narrow pretraining as a command, and what it leaves."""

import csv

import pytest
from safetensors.numpy import load_file
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions

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


def mining_words(store_path, run, out, *, options=OPTIONS, task="16-8-3", validation=8):
    """The words that mine the weights of a pretraining of ``words``."""
    sections = (FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions(), options)
    files = ("--frames", store_path, "--weights", run / "model.safetensors", "--out", out / "hard.txt")
    more = ("--predictions", out / "predictions.csv", "--classes", out / "classes.csv")
    about = ("--network", "r3d", "--task", task, "--validation-videos", validation)
    return [str(w) for w in ("mine", *files, *more, *about, *flags(*sections).split())]


def table(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def results(out):
    history = [
        {k: v for k, v in row.items() if k not in ("seconds", "clips_per_second")} for row in table(out / "history.csv")
    ]
    weights = {k: v.tobytes() for k, v in load_file(out / "model.safetensors").items()}
    texts = ((out / name).read_text() for name in ("order.csv", "validation.txt"))
    return weights, history, *texts
