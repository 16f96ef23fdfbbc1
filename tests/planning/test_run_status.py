"""Folders made by hand, and processes that really run and die."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict

import psutil
import pytest
from support.run_folders import HEADER, R3D, ROWS, TUNED, make_run, progress

from vcop.planning import run_status
from vcop.planning.run_overview import overview_data, overview_lines
from vcop.planning.run_status import started_runs

SLEEPS = [sys.executable, "-c", "print(flush=True); import time; time.sleep(600)"]


@pytest.fixture
def sleeper():
    process = subprocess.Popen(SLEEPS, stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def listed(tmp_path):
    """The runs that have begun, by name, as JSON has them."""
    return {run.run: asdict(run) for run in started_runs(tmp_path, time.time())}


def only(tmp_path):
    (run,) = listed(tmp_path).values()
    return run


def test_a_finished_run_shows_what_its_history_says(tmp_path):
    make_run(tmp_path, TUNED, weights="w", history=HEADER + ROWS, progress=json.dumps(progress(pid=1, stopped="SIGTERM")))
    run = only(tmp_path)
    assert (run["run"], run["state"], run["epoch"], run["epochs"], run["note"]) == (TUNED, "done", 3, 3, "")
    assert (run["loss"], run["accuracy"], run["clips_per_second"], run["seconds"]) == (1.0, 0.6, 220.0, 180.0)
    assert run["validation_accuracy"] == 0.5, "of the epoch with the lowest validation loss, whose weights are kept"
    assert run["seconds_left"] is None


def test_random_weights_and_empty_folders_are_no_runs(tmp_path):
    make_run(tmp_path, "pretrain/r3d/random/seed-0", weights="w")
    make_run(tmp_path, R3D)
    make_run(tmp_path, "finetune/ucf101-1/r3d/random/from-conv1/seed-0", weights="w")
    assert list(listed(tmp_path)) == ["finetune/ucf101-1/r3d/random/from-conv1/seed-0"]


def test_question_answering_is_a_training_too(tmp_path):
    runs = ["answering/c3d/random/seed-0", "answering/question-only/seed-1"]
    for run in [*runs, "answering/r3d"]:
        make_run(tmp_path, run, weights="w", history=HEADER + ROWS)
    assert list(listed(tmp_path)) == runs


def test_a_process_that_runs_is_running_and_once_killed_interrupted(tmp_path, sleeper):
    make_run(tmp_path, R3D, progress=json.dumps(progress(pid=sleeper.pid)), history=HEADER + ROWS)
    run = only(tmp_path)
    assert (run["state"], run["epoch"], run["epochs"], run["note"]) == ("running", 3, 34, "")
    assert (run["loss"], run["accuracy"], run["validation_accuracy"]) == (1.25, 0.4, 0.5)
    assert (run["clips_per_second"], run["seconds_left"], run["seconds"]) == (230.1, 93.0, 180.0)
    sleeper.kill()
    while psutil.Process(sleeper.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    for _ in range(2):  # as a zombie, then as nothing
        run = only(tmp_path)
        assert (run["state"], run["note"], run["seconds_left"]) == ("interrupted", "its process is gone", None)
        sleeper.wait()


def test_another_process_with_the_same_number_is_not_the_run(tmp_path, sleeper):
    make_run(
        tmp_path, R3D, progress=json.dumps(progress(pid=sleeper.pid, updated=psutil.Process(sleeper.pid).create_time() - 5))
    )
    assert only(tmp_path)["state"] == "interrupted"


@pytest.mark.parametrize(
    ("changes", "state", "note"),
    [
        ({}, "running", ""),
        ({"stopped": "SIGTERM"}, "interrupted", "SIGTERM"),
        ({"host": "node1", "pid": 1}, "running", "on node1"),
        ({"host": "node1", "age": 170}, "running", "on node1"),
        ({"host": "node1", "age": 190}, "interrupted", "no news from node1"),
        ({"host": "node1", "stopped": "SIGINT"}, "interrupted", "SIGINT"),
        ({"age": -3600, "host": "node1"}, "running", "on node1"),
        ({"seconds_left": None, "clips_per_second": None}, "running", ""),
    ],
)
def test_what_the_news_says(tmp_path, changes, state, note):
    updated = time.time() - changes.get("age", 0)
    make_run(tmp_path, R3D, progress=json.dumps(progress(**changes, updated=updated)))
    run = only(tmp_path)
    assert (run["state"], run["note"], run["updated"]) == (state, note, updated)


def test_a_silent_process_still_runs_and_it_is_said(monkeypatch):
    """Testing ten clips of thousands of videos takes longer than three minutes."""
    monkeypatch.setattr(run_status, "_alive", lambda pid, updated: True)
    assert run_status.judge_progress(progress(updated=1000.0), 1000.0 + 600) == ("running", "no news for 10 min")


def test_a_state_without_news_is_an_interrupted_run(tmp_path):
    folder = make_run(tmp_path, R3D, history=HEADER + ROWS, **{"state.pt": "s"})
    os.utime(folder / "state.pt", (1.7e9, 1.7e9))
    run = only(tmp_path)
    assert (run["state"], run["epoch"], run["epochs"], run["updated"]) == ("interrupted", 3, None, 1.7e9)
    assert " 3/?  " in overview_lines(started_runs(tmp_path, time.time()), plan_known=False)[1]


DAMAGED = [b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe\x00", b'"text"', b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_progress_file_is_a_note(tmp_path, content):
    make_run(tmp_path, R3D, progress=content, **{"state.pt": "s"})
    run = only(tmp_path)
    assert (run["state"], run["note"]) == ("interrupted", "progress.json is damaged")
    make_run(tmp_path, TUNED, progress=content, weights="w", history=HEADER + ROWS)
    assert listed(tmp_path)[TUNED]["accuracy"] == 0.6


@pytest.mark.parametrize(
    "changes",
    [
        {key: value}
        for key in ("epoch", "epochs", "loss", "accuracy", "clips_per_second", "seconds_left", "updated", "pid", "host")
        for value in ("x", None, -1, True, [], {}, 10**400, float("nan"), float("inf"), 1e300)
    ],
)
def test_a_damaged_figure_is_left_out(tmp_path, changes):
    make_run(tmp_path, R3D, progress=json.dumps(progress(**changes)))
    runs = started_runs(tmp_path, time.time())
    (run,) = json.loads(json.dumps(overview_data(runs, plan_known=False)), parse_constant=pytest.fail)["runs"]
    assert run["state"] in {"running", "interrupted"}
    for key in set(changes) & set(run):
        assert run[key] is None
    assert len(overview_lines(started_runs(tmp_path, time.time()), plan_known=False)) == 3


@pytest.mark.parametrize(
    "content",
    ["", HEADER, HEADER + "1,2\n", HEADER + "x" * 300 + "\n", "a,b\n1,2\n", b"\xff\xfe", HEADER + "1,nan,inf,0,0,0,1,1\n"],
)
def test_a_damaged_history_is_a_note(tmp_path, content):
    make_run(tmp_path, TUNED, weights="w", history=content)
    run = only(tmp_path)
    assert (run["state"], run["loss"]) == ("done", None)
    assert run["note"] == ("" if content in ("", HEADER) or "nan" in str(content) else "history.csv is damaged")
    assert len(overview_lines(started_runs(tmp_path, time.time()), plan_known=False)) == 3


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (99, "99 s"), (100, "2 min"), (5999, "100 min"), (6000, "1.7 h")])
def test_durations(seconds, said):
    assert run_status.format_duration(seconds) == said
