import json

import pytest
import torch
from safetensors.torch import load_file
from support.toy_training import Points, prepare
from torch import nn

from vcop.config.options import ComputeOptions, LoopOptions, MachineOptions
from vcop.storage.weights import read_about
from vcop.training.run import TrainingRun
from vcop.training.session import ComputeSession
from vcop.training.validation_split import TrainingSplits

ABOUT = {"task": "16-8-3", "crop": 16}


class Named:
    def __init__(self, name):
        self.name = name


def trained(folder):
    """A training of two epochs that has ended, with nothing but its state written."""
    machine, compute = MachineOptions(device="cpu", workers=0), ComputeOptions(channels_last=False)
    session = ComputeSession.start(machine, compute, study="a test")
    lists = TrainingSplits([Named("a"), Named("b")], [Named("c")], [], unit="points")
    run = TrainingRun(
        session, LoopOptions(epochs=2), lists, "test", folder / "model.safetensors", 3, False, {"seed": 3}, ABOUT
    )
    trainer = run.trainer(nn.Linear(6, 2), Points(20), Points(8), prepare, clips=1)
    trainer.fit()
    return run, trainer


def test_a_training_leaves_its_weights_lists_and_provenance_and_gives_up_the_lease(tmp_path):
    run, trainer = trained(tmp_path)
    assert (tmp_path / "state.lock").exists()
    run.write(trainer, {"extra": 5})
    assert not (tmp_path / "state.lock").exists()
    assert (tmp_path / "validation.txt").read_text() == "c\n"
    about = json.loads((tmp_path / "provenance.json").read_text())
    assert about["points"] == {"training": 2, "validation": 1, "test": 0} and about["extra"] == 5
    assert torch.equal(load_file(tmp_path / "model.safetensors")["weight"], trainer.model.weight)
    said = read_about(tmp_path / "model.safetensors")
    assert {key: said[key] for key in ("study", "seed", "task", "crop")} == ABOUT | {"study": "a test", "seed": 3}


def test_the_weights_are_written_last(tmp_path):
    """Where the provenance cannot be written, there are no weights, and the lease is kept."""
    run, trainer = trained(tmp_path)
    (tmp_path / "provenance.json").mkdir()
    with pytest.raises(OSError, match="provenance.json"):
        run.write(trainer)
    assert (tmp_path / "validation.txt").exists()
    assert not (tmp_path / "model.safetensors").exists()
    assert (tmp_path / "state.lock").exists()
    trainer.state.lease.release()
