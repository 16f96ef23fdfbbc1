import json
import math
import time

import pytest
import torch
from support.toy_training import trainer

from vcop.config.options import MachineOptions
from vcop.runtime.signals import Interrupted
from vcop.training.lifecycle import WORTH


@pytest.fixture
def life(tmp_path):
    made = trainer(tmp_path)
    made.state.claim()
    made.lifecycle.reporter.begin(100, 0, [])
    yield made.lifecycle
    made.state.lease.release()


def test_the_position_is_that_of_the_next_step(life):
    assert life.position() == {"epoch": 1, "epochs": 4, "step": 0, "steps": 6, "loss": None, "accuracy": None}
    now = life.state.progress
    now.epoch, now.step, now.seen, now.loss, now.right = 1, 2, 10, 5.0, 4
    assert life.position() == {"epoch": 2, "epochs": 4, "step": 2, "steps": 6, "loss": 0.5, "accuracy": 0.4}
    now.epoch = 4
    assert life.position()["epoch"] == 4


def test_finite_numbers_pass_and_others_stop_with_the_videos(life, tmp_path):
    life.require_finite("loss", 1e30, ["a"])
    life.state.progress.epoch, life.state.progress.step = 1, 2
    with pytest.raises(ValueError, match=r"^test: the loss is inf in epoch 2, step 3, on a, b; no state was saved before$"):
        life.require_finite("loss", math.inf, ["a", "b"])
    assert json.loads((tmp_path / "progress.json").read_text())["stopped"] == "loss not finite"
    life.save()
    with pytest.raises(ValueError, match=r"the last good state is kept in .*state.pt$"):
        life.require_finite("loss", math.nan, ["a"])


def test_weights_that_are_not_finite_are_not_saved(life, tmp_path):
    life.save()
    before = (tmp_path / "state.pt").read_bytes()
    with torch.no_grad():
        life.state.model[0].weight[0, 0] = math.nan
    with pytest.raises(ValueError, match="the weight 0.weight is nan in epoch 1, step 1, on what was trained last"):
        life.save()
    life.state.progress.epoch = 4
    with pytest.raises(ValueError, match="the weight 0.weight is nan after the last epoch, on what was trained last"):
        life.save()
    assert (tmp_path / "state.pt").read_bytes() == before


def test_a_short_epoch_is_saved_only_after_many_times_the_time_of_a_save(life, tmp_path):
    file, state = tmp_path / "state.pt", life.state
    life.save_epoch()
    first = file.stat().st_ino
    state.saved_at, state.save_seconds = time.monotonic() - (WORTH - 10), 1.0
    life.save_epoch()
    assert file.stat().st_ino == first
    state.saved_at -= 11
    life.save_epoch()
    second = file.stat().st_ino
    assert second != first
    state.save_seconds, state.progress.epoch = 1.0, state.epochs
    life.save_epoch()
    assert file.stat().st_ino != second, "the last epoch is always saved"


def test_what_a_process_wishes(life):
    life.machine = MachineOptions(save_minutes=60)
    assert life.wishes() == (0, 0)
    life.state.saved_at -= 3601
    life.signals.caught = "SIGINT"
    assert life.wishes() == (1, 1)


def test_a_signal_between_batches_saves_and_leaves(life, tmp_path):
    seen = []
    with pytest.raises(Interrupted, match="SIGTERM: the state is saved; the same command goes on from epoch 1, step 1"):
        for number in life.until_signal(iter(range(5))):
            seen.append(number)
            if number == 2:
                life.signals.caught = "SIGTERM"
    assert seen == [0, 1, 2]
    assert (tmp_path / "state.pt").exists()
    assert json.loads((tmp_path / "progress.json").read_text())["stopped"] == "SIGTERM"
