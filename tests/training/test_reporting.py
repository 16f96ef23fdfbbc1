import csv
import json
import os
import time
from dataclasses import asdict

from vcop.training.reporting import Epoch, Reporter

ROW = asdict(Epoch(1, 1.5, 0.25, 1.25, 0.5, 1e-3, 12.5, 8.0))


def progress(folder):
    return json.loads((folder / "progress.json").read_text())


def test_history_and_progress_are_written(tmp_path):
    reporter = Reporter("r3d 16-8-3", tmp_path, events=False)
    reporter.begin(100, 20, [], epoch=1, loss=None)
    assert (tmp_path / "history.csv").read_text().splitlines() == [
        "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds,clips_per_second"
    ]
    assert progress(tmp_path).items() >= {"name": "r3d 16-8-3", "epoch": 1, "pid": os.getpid(), "stopped": None}.items()
    reporter.epoch([ROW, ROW | {"epoch": 2}])
    with open(tmp_path / "history.csv") as file:
        assert [(row["epoch"], row["loss"]) for row in csv.DictReader(file)] == [("1", "1.5"), ("2", "1.5")]
    reporter.write_progress(stopped="SIGTERM", epoch=2)
    assert (progress(tmp_path)["stopped"], progress(tmp_path)["epoch"]) == ("SIGTERM", 2)
    reporter.close()


def test_progress_is_rewritten_only_when_it_has_grown_old(tmp_path):
    reporter = Reporter("a", tmp_path, events=False)
    reporter.begin(100, 0, [], epoch=1)
    reporter.keep_alive(epoch=2)
    assert progress(tmp_path)["epoch"] == 1
    reporter.written = time.monotonic() - 60
    reporter.keep_alive(epoch=3)
    assert progress(tmp_path)["epoch"] == 3
    reporter.close()


def test_progress_has_the_keys_that_status_reads(tmp_path):
    reporter = Reporter("a", tmp_path, events=False)
    reporter.begin(100, 20, [], epoch=1, loss=None)
    assert progress(tmp_path)["clips_per_second"] == 0 and progress(tmp_path)["seconds_left"] is None
    reporter.written = time.monotonic() - 60
    reporter.step(8, epoch=1, loss=0.5, accuracy=0.25)
    now = progress(tmp_path)
    keys = "name epoch loss accuracy clips_per_second seconds_left host pid updated stopped"
    assert list(now) == keys.split()
    assert (now["loss"], now["accuracy"]) == (0.5, 0.25)
    assert now["clips_per_second"] > 0 and now["seconds_left"] >= 0
    assert reporter.bar.done == 28
    reporter.close()


def test_a_row_is_written_in_the_order_of_the_header(tmp_path):
    reporter = Reporter("a", tmp_path, events=False)
    reporter.epoch([dict(reversed(ROW.items()))])
    assert (tmp_path / "history.csv").read_text().splitlines()[1] == "1,1.5,0.25,1.25,0.5,0.001,12.5,8.0"


def test_other_processes_of_a_group_write_and_show_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reporter = Reporter("a", None, events=True)
    reporter.begin(100, 0, [], epoch=1)
    assert reporter.bar is None  # one bar for all of them
    reporter.step(8, epoch=1, loss=1.0, accuracy=0.5)
    reporter.epoch([ROW])
    reporter.close()
    assert not list(tmp_path.iterdir())
