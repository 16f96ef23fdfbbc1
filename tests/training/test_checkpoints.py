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


def test_the_digest_of_momenta_does_not_depend_on_the_version_that_wrote_them(tmp_path, monkeypatch):
    def digest(value):
        checkpoints.save_optimiser(tmp_path / "optimiser.pt", {"state": {0: {"momentum_buffer": torch.full((3,), value)}}})
        return checkpoints.optimiser_digest(tmp_path / "optimiser.pt")

    first = digest(1.0)
    monkeypatch.setattr("vcop.storage.sealing.__version__", "9.9.9")
    assert digest(1.0) == first
    assert b"written by vcop 9.9.9" in (tmp_path / "optimiser.pt").read_bytes()
    assert digest(2.0) != first
    (tmp_path / "optimiser.pt").write_bytes((tmp_path / "optimiser.pt").read_bytes()[:-1])
    with pytest.raises(ValueError, match="not a whole momenta"):
        checkpoints.optimiser_digest(tmp_path / "optimiser.pt")
