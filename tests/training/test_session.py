import pytest
import torch
from support.toy_training import Points

from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions
from vcop.storage.weights import save_weights
from vcop.training import distributed
from vcop.training.session import ComputeSession, ModelSession

CPU = MachineOptions(device="cpu", workers=0)


def test_a_session_sets_the_threads_and_loads_as_the_machine_says():
    before = torch.get_num_threads()
    session = ComputeSession.start(CPU, ComputeOptions(torch_threads=2))
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)
    assert (torch.backends.cudnn.allow_tf32, torch.backends.cudnn.deterministic) == (True, False)
    try:
        ComputeSession.start(CPU, ComputeOptions(allow_tf32=False, deterministic=True))
        assert (torch.backends.cudnn.allow_tf32, torch.backends.cudnn.deterministic) == (False, True)
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        ComputeSession.start(CPU, ComputeOptions())
    assert not torch.are_deterministic_algorithms_enabled()
    batches = session.batches(Points(10), 4, 0, accumulate=2)
    assert (batches.workers, batches.batch_size, batches.seed, batches.accumulate) == (0, 4, 0, 2)
    assert (session.group.size, session.group.device.type) == (1, "cpu")


def test_processes_that_share_a_training_have_the_threads_that_are_asked_for(monkeypatch):
    """Fabric, which starts them, divides the cores of the machine among them."""
    before, start = torch.get_num_threads(), distributed.start_group
    monkeypatch.setattr(distributed, "start_group", lambda machine: torch.set_num_threads(1) or start(machine))
    ComputeSession.start(CPU, ComputeOptions(torch_threads=3))
    assert torch.get_num_threads() == 3
    torch.set_num_threads(before)


@pytest.mark.parametrize(("machine", "words"), [({"gpus": 2}, "machine.gpus: 2"), ({"nodes": 3}, "machine.nodes: 3")])
def test_only_pretraining_shares_its_work(store, machine, words):
    with pytest.raises(ValueError, match=f"^{words}, but only pretraining can share its work$"):
        ModelSession.open(store, "r3d", InputOptions(), NetworkOptions(), machine=MachineOptions(device="cpu", **machine))


def test_the_identity_holds_frames_network_and_options_but_not_the_machine(store):
    session = ModelSession.open(store, "r3d", InputOptions(crop=16), NetworkOptions(), machine=CPU)
    about = session.identity(PretrainOptions(epochs=7), task="16-8-3")
    assert about["network"] == "r3d" and about["frames"] == store.digest and about["task"] == "16-8-3"
    other = ModelSession.open(
        store, "r3d", InputOptions(crop=16), NetworkOptions(), machine=MachineOptions(device="cpu", workers=9)
    )
    assert other.identity(PretrainOptions(epochs=7), task="16-8-3") == about
    changed = ModelSession.open(store, "r3d", InputOptions(crop=24), NetworkOptions(), machine=CPU)
    assert changed.identity(PretrainOptions(epochs=7), task="16-8-3") != about


def test_a_session_knows_what_its_weights_need_and_accepts_no_others(store, tmp_path, capsys):
    path, nets = tmp_path / "w.safetensors", NetworkOptions(multiplier=0.5)
    session = ModelSession.open(store, "r3d", InputOptions(crop=16, input_gain=2), nets, machine=CPU)
    needed = session.needed(8)
    assert needed == {
        "network": "r3d",
        "multiplier": 0.5,
        "batchnorm_scale": "ones",
        "crop": 16,
        "frame_stride": 1,
        "input_mean": 0.0,
        "input_gain": 2.0,
        "clip_length": 8,
        "height": 20,
        "width": 27,
    }
    save_weights(path, {}, **needed, task="8-8-3")
    session.require_fit(path, 8, task="8-8-3")
    assert capsys.readouterr().out == ""
    with pytest.raises(ValueError, match="made with clip_length 8, but"):
        session.require_fit(path, 16)
    session.require_fit(path, 16, ["clip_length"])
    assert "these weights were made with clip_length 8; here it is 16" in capsys.readouterr().out
    with pytest.raises(ValueError, match="made with task 8-8-3, but --task is 8-8-4"):
        session.require_fit(path, 8, task="8-8-4")
    save_weights(path, {})
    session.require_fit(path, 16)
    assert capsys.readouterr().out.startswith(f"{path}: does not say what it was trained on")
