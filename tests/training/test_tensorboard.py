"""Events are read back by TensorBoard itself."""

import subprocess
import sys
import time

import pytest

from vcop.training.tensorboard import SCALARS, Events

TAGS = {
    "loss/train", "loss/validation", "accuracy/train", "accuracy/validation", "learning_rate", "clips_per_second",
}  # fmt: skip


def row(epoch, shift=0.0):
    figures = {c: epoch + i / 8 + shift for i, c in enumerate(SCALARS.values())}
    return {"epoch": epoch, **figures, "seconds": 1.0}


def read(folder):
    """Tag to (step, value) pairs, as TensorBoard shows them."""
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(folder)).Reload()
    return {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def write(folder, *rows):
    if folder.is_dir() and any(folder.iterdir()):
        time.sleep(1.01)  # event files are ordered by the second of their making
    events = Events(folder)
    for one in rows:
        events.epoch(one)
    events.close()


def test_a_row_is_six_scalars_at_its_epoch(tmp_path):
    write(tmp_path / "events", row(1), row(2))
    curves = read(tmp_path / "events")
    assert set(curves) == TAGS
    assert curves["loss/train"] == [(1, 1.0), (2, 2.0)]
    assert curves["clips_per_second"] == [(1, 1.625), (2, 2.625)]


def test_a_row_is_on_disk_before_the_end(tmp_path):
    events = Events(tmp_path)
    events.epoch(row(1))
    assert read(tmp_path)["loss/train"] == [(1, 1.0)]
    events.close()


@pytest.mark.parametrize("first", [1, 2, 3, 4])
def test_a_run_that_goes_on_hides_what_was_told_of_later_epochs(tmp_path, first):
    write(tmp_path, row(1), row(2), row(3))
    write(tmp_path, *(row(epoch, shift=0.5) for epoch in range(first, 5)))
    assert read(tmp_path)["loss/train"] == [(e, e + 0.5 * (e >= first)) for e in (1, 2, 3, 4)]


def test_a_row_told_twice_counts_once(tmp_path):
    write(tmp_path, row(1), row(2), row(2, shift=0.5), row(3))
    assert read(tmp_path)["loss/train"] == [(1, 1.0), (2, 2.5), (3, 3.0)]


def test_a_training_without_a_row_leaves_nothing(tmp_path):
    write(tmp_path / "events")
    assert not (tmp_path / "events").exists()


def test_off_imports_and_writes_nothing():
    program = (
        "import sys; from vcop.training.tensorboard import Events; e = Events(None); e.epoch({}); e.close(); "
        "sys.exit(bool({'tensorboard', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_missing_package_is_named_before_any_epoch(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ValueError, match=r"machine\.tensorboard: .*pip install tensorboard"):
        Events(tmp_path)
