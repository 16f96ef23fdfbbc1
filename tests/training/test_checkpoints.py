import pytest
import torch

from vcop.training import checkpoints

ONE, OTHER = checkpoints.fingerprint({"seed": 0, "epochs": 3}), checkpoints.fingerprint({"seed": 1, "epochs": 3})


def content(step):
    return {"fingerprint": ONE, "step": step, "model": {"w": torch.full((50,), float(step))}}


def test_the_newest_state_comes_back(tmp_path):
    path = tmp_path / "state.pt"
    assert checkpoints.load_checkpoint(path, ONE) is None
    for step in (1, 2, 3):
        checkpoints.save_checkpoint(path, content(step))
    assert checkpoints.load_checkpoint(path, ONE)["step"] == 3
    assert {p.name for p in tmp_path.iterdir()} == {"state.pt", "state.previous"}


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:]]
)
def test_a_damaged_state_falls_back_to_the_previous_one_and_says_so(tmp_path, capsys, damage):
    path = tmp_path / "state.pt"
    checkpoints.save_checkpoint(path, content(1))
    checkpoints.save_checkpoint(path, content(2))
    path.write_bytes(damage(path.read_bytes()))
    assert checkpoints.load_checkpoint(path, ONE)["step"] == 1
    assert "damaged" in capsys.readouterr().err


def test_another_runs_state_is_refused_with_the_difference(tmp_path, capsys):
    checkpoints.save_checkpoint(tmp_path / "state.pt", content(1))
    assert checkpoints.load_checkpoint(tmp_path / "state.pt", OTHER) is None
    assert "another run (seed 0 instead of 1)" in capsys.readouterr().err


def test_nothing_in_a_state_is_executed(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "owned"), "w"))

    checkpoints.save_checkpoint(tmp_path / "state.pt", {"fingerprint": ONE, "evil": Evil()})
    assert checkpoints.load_checkpoint(tmp_path / "state.pt", ONE) is None
    assert not (tmp_path / "owned").exists()
