"""A pretext task out of a file in the study's folder: trained, stopped and resumed to the bit, tested; nothing of the package is touched."""

import csv
import json
import signal
import subprocess
import sys
import time

import pytest
from support.helpers import written
from support.pretraining import results, words

from vcop.config.options import MachineOptions
from vcop.storage.weights import read_about

# Is the clip brighter than usual? It was made so: a draw gives the factor, `alter` applies it, and a loss of its own counts twice.
OWN = """
from torch import nn

from vcop.networks.heads import ClipHead
from vcop.pretext.tasks.base import PretextTask
from vcop.sampling.clips import clip_indices, draw_clip
from vcop.sampling.draws import Draw


class Bright(PretextTask):
    kind, classes, clip_length, window = "bright", 2, 16, 16

    def __init__(self, arguments):
        self.name = f"bright-{arguments}"

    def draw(self, video, stride, rng):
        label = int(rng.integers(2))
        start = draw_clip(video.count, 16, rng)
        return Draw([tuple(clip_indices(start, 16, stride, video.count).tolist())], label, (1.0 + label, 0.0))

    def alter(self, clips, labels, more):
        return clips * more[:, :1, None, None, None, None]

    def head(self, features, options, classes):
        return ClipHead(features, classes)

    def loss(self, logits, labels):
        return 2 * nn.functional.cross_entropy(logits, labels, reduction="sum")


def parse(arguments):
    return Bright(arguments)
"""


@pytest.fixture
def study(tmp_path, start):
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "bright.py").write_text(OWN)
    return tmp_path


def command(study, store_path, start, out, **more):
    out.mkdir(exist_ok=True)
    return [sys.executable, "-m", "vcop", *words(store_path, start, out, task="bright-16", **more)]


def test_it_is_trained_stopped_and_resumed_to_the_bit(study, store_path, start):
    whole, cut = study / "whole", study / "cut"
    said = subprocess.run(
        command(study, store_path, start, whole), check=True, capture_output=True, text=True, cwd=study
    ).stdout
    assert "chance 50.0 %" in said
    machine = MachineOptions(save_minutes=60)
    process = subprocess.Popen(command(study, store_path, start, cut, machine=machine), cwd=study, stdout=subprocess.DEVNULL)
    while not written(cut / "state.pt"):
        assert process.poll() is None, "it ended before it was stopped"
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 75
    again = subprocess.run(command(study, store_path, start, cut), check=True, capture_output=True, text=True, cwd=study)
    assert "goes on from epoch" in again.stdout
    assert results(cut) == results(whole)
    rows = list(csv.DictReader((whole / "order.csv").open()))
    assert {row["order"] for row in rows} == {"0", "1"}
    provenance = json.loads((whole / "provenance.json").read_text())
    assert (provenance["chance"], provenance["identity"]["task"]) == (50, "bright-16")
    assert provenance["identity"]["task_source"]
    assert read_about(whole / "model.safetensors")["task"] == "bright-16"


def test_without_its_file_the_task_is_unknown(study, store_path, start):
    (study / "tasks" / "bright.py").unlink()
    ended = subprocess.run(
        command(study, store_path, start, study / "out"), capture_output=True, text=True, cwd=study, check=False
    )
    assert ended.returncode == 1
    assert (
        ended.stderr.strip()
        .splitlines()[-1]
        .startswith("vcop pretrain: task: there is no 'bright-16'; there are order prediction")
    )
