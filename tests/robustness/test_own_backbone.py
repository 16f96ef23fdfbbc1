"""A backbone of the user's, the one that docs/backbones.md shows, from random weights to neighbours, with a kill between."""

import csv
import re
import signal
import subprocess
import sys
import time

import pytest
from support.helpers import FRAMES, ROOT, vcop, written
from support.pretraining import results, words

import vcop as public
from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions
from vcop.storage.weights import read_about

NARROW = NetworkOptions(multiplier=0.0625)
INPUT = InputOptions(crop=16, frame_stride=2)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A folder with networks/toy.py alone, and random weights of it; it is the working folder, as of a job."""
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/backbones.md").read_text(), re.DOTALL)
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks/toy.py").write_text(example)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    assert vcop("initialise", "--network", "toy", "--seed", 0, "--out", "random.safetensors", *flags(NARROW).split()) == 0
    return tmp_path


def pretraining(store_path, study, out, **more):
    return [word if word != "r3d" else "toy" for word in words(store_path, study / "random.safetensors", study / out, **more)]


def test_killed_and_resumed_it_ends_with_the_same_bits_and_its_features_are_retrieved(study, store_path, capsys):
    assert vcop(*pretraining(store_path, study, "whole")) == 0
    command = pretraining(store_path, study, "killed", machine=MachineOptions(save_minutes=60))
    process = subprocess.Popen([sys.executable, "-m", "vcop", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while not written(study / "killed/state.pt"):
        time.sleep(0.01)
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert b"the state is saved" in process.communicate(timeout=60)[1]
    assert process.returncode == 75
    capsys.readouterr()
    assert vcop(*command) == 0
    assert "toy 16-8-3: goes on from epoch" in capsys.readouterr().out
    assert results(study / "killed") == results(study / "whole")

    weights, setting = study / "killed/model.safetensors", flags(FRAMES, INPUT, NARROW, ComputeOptions()).split()
    assert vcop("extract", "--frames", store_path, "--weights", weights, *setting, "--out", "toy.h5") == 0
    assert vcop("retrieve", "--queries", "toy.h5", "--gallery", "toy.h5", "--layer", "conv5", "--out", "near.csv") == 0
    with open("near.csv") as file:
        assert {row["level"] for row in csv.DictReader(file)} == {"clip", "video"}
    assert public.load_backbone(weights).features == 16


def test_another_file_is_another_network(study, store_path, tmp_path, monkeypatch, capsys):
    assert read_about(study / "random.safetensors")["network_file"]
    toy = study / "networks/toy.py"
    toy.write_text(toy.read_text().replace("nn.ReLU()", "nn.GELU()"))
    assert vcop(*pretraining(store_path, study, "changed")) == 1
    error = capsys.readouterr().err
    assert "random.safetensors: was made with another networks/toy.py" in error
    assert error.count("\n") == 1
    assert not (study / "changed").exists()
    monkeypatch.chdir(store_path.parent)
    with pytest.raises(ValueError, match=r"random\.safetensors: is of a network 'toy', and here c3d, .* are known only"):
        public.load_backbone(study / "random.safetensors")
