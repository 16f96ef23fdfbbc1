import json

import pytest
import torch
from torch import nn

from vcop.runtime.file_lease import Occupied
from vcop.training import run_state
from vcop.training.checkpoints import fingerprint
from vcop.training.distributed import Group
from vcop.training.run_state import RunState


def state(folder, *, epochs=3, run="a", restart=False):
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return RunState(model, optimiser, folder, fingerprint({"run": run}), "test", epochs, Group(torch.device("cpu")), restart)


def stepped(folder):
    """A saved state in the midst of the second epoch."""
    first = state(folder)
    first.claim()
    first.model(torch.ones(1, 2)).sum().backward()
    first.optimiser.step()
    first.progress.epoch, first.progress.step = 1, 4
    first.keep_best(0.7, with_optimiser=True)
    first.save()
    first.lease.release()
    return first


def test_what_was_saved_is_resumed(tmp_path, capsys):
    first, again = stepped(tmp_path), state(tmp_path)
    again.resume()
    assert capsys.readouterr().out == "test: goes on from epoch 2, step 5\n"
    assert again.progress == first.progress
    assert (again.progress.epoch, again.progress.step, again.progress.best_loss) == (1, 4, 0.7)
    assert torch.equal(again.model.weight, first.model.weight)
    assert torch.equal(again.best["weight"], first.model.weight)
    assert again.optimiser.state_dict()["state"][0].keys() == {"momentum_buffer"}
    assert again.optimiser.state_dict()["state"][0]["momentum_buffer"].tolist() == [[1.0, 1.0]]  # the gradient of the one step
    assert again.best_optimiser["state"].keys() == {0, 1}


def test_the_state_of_another_run_is_passed_over_and_a_restart_deletes_it(tmp_path, capsys):
    stepped(tmp_path)
    other = state(tmp_path, run="b")
    other.resume()
    assert other.progress.epoch == 0
    assert "another run (run a instead of b); passed over" in capsys.readouterr().err
    anew = state(tmp_path, restart=True)
    anew.resume()
    assert anew.progress.epoch == 0
    assert not (tmp_path / "state.pt").exists()


def test_the_weights_of_the_lowest_loss_are_kept(tmp_path):
    one = state(tmp_path)
    with torch.no_grad():
        for loss in (3.0, 1.0, 2.0):
            one.model.weight.fill_(loss)
            one.keep_best(loss, with_optimiser=False)
    assert one.best["weight"].tolist() == [[1.0, 1.0]]
    assert one.progress.best_loss == 1.0
    assert one.best_optimiser == {}


def test_any_loss_will_do_for_the_first_weights(tmp_path):
    one = state(tmp_path)
    one.keep_best(float("inf"), with_optimiser=False)
    assert torch.equal(one.best["weight"], one.model.weight)
    with torch.no_grad():
        one.model.weight.fill_(9.0)
    assert one.best["weight"].max() < 9  # a copy, which further steps do not change


def test_a_finished_run_keeps_one_file_of_its_best_weights(tmp_path):
    one = state(tmp_path)
    one.claim()
    one.keep_best(1.0, with_optimiser=False)
    one.save()
    one.save()
    assert (tmp_path / "state.previous").exists()
    one.progress.epoch = 3
    one.save()
    assert not (tmp_path / "state.previous").exists()
    saved = run_state.checkpoints.load_checkpoint(tmp_path / "state.pt", fingerprint({"run": "a"}))
    assert saved.keys() == {"fingerprint", "running", "best", "best_optimiser"}
    assert json.loads(saved["fingerprint"]) == {"run": "a"}
    again = state(tmp_path)
    again.resume()
    assert again.finished and torch.equal(again.best["weight"], one.best["weight"])
    one.lease.release()


def test_a_run_that_gets_no_lease_leaves(tmp_path, monkeypatch):
    """Two processes that want one: tests/runtime/test_file_lease.py."""
    one = state(tmp_path)
    monkeypatch.setattr(one.lease, "take", lambda name: f"{name}: another one writes here")
    with pytest.raises(Occupied, match="^test: another one writes here$"):
        one.claim()
