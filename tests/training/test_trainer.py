"""The loop on a problem that takes milliseconds; tests/test_pretrain.py kills the real one."""

import csv
from functools import partial

import pytest
import torch
from support.toy_training import Points, trainer

from vcop.config.options import MachineOptions
from vcop.runtime.signals import Interrupted
from vcop.training import checkpoints


def history(folder):
    with open(folder / "history.csv") as file:
        rows = list(csv.DictReader(file))
    return [{k: v for k, v in row.items() if k not in ("seconds", "clips_per_second")} for row in rows]


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_run_stopped_anywhere_ends_with_the_same_bits(tmp_path, optimiser, schedule):
    make = partial(trainer, optimiser=optimiser, schedule=schedule, warmup=0.3, clip_norm=0.5)
    whole = make(tmp_path / "whole")
    whole.fit()
    for stop in (0, 1, 5, 6, 7, 13, 23):
        folder = tmp_path / str(stop)
        with pytest.raises(KeyboardInterrupt):
            make(folder, stop_after=stop).fit()
        again = make(folder)
        again.fit()
        for name, value in whole.model.state_dict().items():
            assert torch.equal(value, again.model.state_dict()[name]), (stop, name)
        assert history(folder) == history(tmp_path / "whole")


def test_a_finished_run_is_not_run_again(tmp_path):
    first = trainer(tmp_path)
    first.fit()
    again = trainer(tmp_path, stop_after=0)
    again.fit()
    assert all(torch.equal(v, again.model.state_dict()[k]) for k, v in first.model.state_dict().items())


def test_it_learns_and_keeps_the_weights_of_lowest_validation_loss(tmp_path):
    made = trainer(tmp_path, epochs=12)
    made.fit()
    rows = made.progress.history
    assert rows[-1]["accuracy"] > 0.8
    loss, accuracy = made.evaluate(made.validation)
    assert loss == pytest.approx(min(r["validation_loss"] for r in rows), abs=1e-6)
    assert accuracy > 0.75


def test_labels_by_coin_give_chance(tmp_path):
    made = trainer(tmp_path, epochs=6, train=Points(400, labels="coin"), validation=Points(400))
    made.fit()
    assert 0.35 < made.evaluate(made.validation)[1] < 0.65


def test_the_cosine_falls_to_nothing_and_the_constant_stays(tmp_path):
    for schedule, last in (("cosine", 0.001), ("constant", 0.05)):
        made = trainer(tmp_path / schedule, schedule=schedule)
        made.fit()
        assert made.progress.history[-1]["learning_rate"] <= last
    assert made.progress.history[-1]["learning_rate"] == 0.05


def test_a_loss_that_is_not_finite_stops_with_the_videos_and_keeps_the_state(tmp_path):
    class Poisoned(Points):
        def __getitem__(self, key):
            sample = super().__getitem__(key)
            if key == (1, 7):
                sample["x"] = sample["x"] * float("nan")
            return sample

    with pytest.raises(ValueError, match=r"the loss is nan in epoch 2, step \d+, on .*\b7\b"):
        trainer(tmp_path, train=Poisoned(45)).fit()
    kept = checkpoints.load_checkpoint(tmp_path / "state.pt", checkpoints.fingerprint({"epochs": 4}))
    assert kept["running"]["epoch"] == 1
    assert all(torch.isfinite(v).all() for v in kept["model"].values() if v.is_floating_point())


def test_weight_decay_is_on_everything(tmp_path):
    made = trainer(tmp_path, weight_decay=0.3)
    (group,) = made.optimiser.param_groups
    assert group["weight_decay"] == 0.3
    assert len(group["params"]) == len(list(made.model.parameters()))


def test_a_missing_gpu_is_one_line(tmp_path):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ValueError, match="machine.device: cuda, but PyTorch sees no GPU"):
        trainer(tmp_path, machine=MachineOptions(device="cuda"))


def test_a_gradient_that_is_not_finite_stops_before_the_weights_are_spoiled(tmp_path):
    made = trainer(tmp_path)
    step, steps = made._accumulate, iter(range(9))

    def spoiled(*arguments):
        out = step(*arguments)
        if next(steps, None) is None:
            made.model[0].weight.grad[0, 0] = float("inf")
        return out

    made._accumulate = spoiled
    with pytest.raises(ValueError, match=r"test: the gradients' norm is inf in epoch 2, step 4, on \d+, .*last good state"):
        made.fit()
    kept = checkpoints.load_checkpoint(tmp_path / "state.pt", checkpoints.fingerprint({"epochs": 4}))
    assert (kept["running"]["epoch"], kept["running"]["step"]) == (1, 3)
    assert all(torch.isfinite(v).all() for v in kept["model"].values() if v.is_floating_point())


def test_a_validation_loss_that_is_not_finite_stops(tmp_path):
    class Poisoned(Points):
        def __getitem__(self, key):
            return super().__getitem__(key) | {"x": torch.full((6,), float("nan"))}

    with pytest.raises(ValueError, match="the validation loss is nan in epoch 1"):
        trainer(tmp_path, validation=Poisoned(20)).fit()


def test_asked_to_leave_in_the_validation_it_ends_with_the_same(tmp_path):
    whole = trainer(tmp_path / "whole")
    whole.fit()
    for last in (False, True):
        folder = tmp_path / str(last)
        made = trainer(folder)
        evaluate = made.evaluate

        def leaving(batches, made=made, evaluate=evaluate, last=last):
            if made.progress.epoch == (3 if last else 2):
                made.lifecycle.signals.caught = "SIGTERM"
            return evaluate(batches)

        made.evaluate = leaving
        with pytest.raises(Interrupted, match="SIGTERM: the state is saved"):
            made.fit()
        again = trainer(folder)
        again.fit()
        assert all(torch.equal(v, again.model.state_dict()[k]) for k, v in whole.model.state_dict().items())
        assert history(folder) == history(tmp_path / "whole")


def test_unfinished_states_of_killed_attempts_are_cleared(tmp_path):
    (tmp_path / ".state.pt.123.part").write_bytes(b"x")
    (tmp_path / ".other.123.part").write_bytes(b"x")
    trainer(tmp_path).fit()
    assert [p.name for p in tmp_path.glob(".*.part")] == [".other.123.part"]
