"""Folders made by hand, and processes that really run and die."""

import json
import os
import platform
import subprocess
import sys
import time

import psutil
import pytest
from support.helpers import vcop

from vcop.commands import status
from vcop.planning import run_status

HEADER = "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds,clips_per_second\n"
ROWS = "1,2.0,0.2,1.9,0.25,0.1,60.0,200.0\n2,1.5,0.4,1.2,0.5,0.1,60.0,210.0\n3,1.0,0.6,1.3,0.75,0.1,60.0,220.0\n"
SLEEPS = [sys.executable, "-c", "print(flush=True); import time; time.sleep(600)"]
R3D, TUNED = "pretrain/r3d/16-8-3/seed-0", "finetune/ucf101-1/r3d/16-8-3/from-conv1/seed-0"


def news(**changes):
    at = {"name": "r3d 16-8-3", "epoch": 3, "epochs": 34, "step": 12, "steps": 58, "loss": 1.25, "accuracy": 0.4}
    speed = {"clips_per_second": 230.1, "seconds_left": 93.0}
    here = {"host": platform.node(), "pid": os.getpid(), "updated": time.time(), "stopped": None}
    return at | speed | here | changes


@pytest.fixture
def study(tmp_path):
    (tmp_path / "config.yaml").write_text("")
    return tmp_path


@pytest.fixture
def sleeper():
    process = subprocess.Popen(SLEEPS, stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def make(study, name, **files):
    folder = study / "results" / name
    folder.mkdir(parents=True)
    for file, content in files.items():
        path = folder / {"progress": "progress.json", "history": "history.csv", "weights": "model.safetensors"}.get(file, file)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def listed(study, capsys):
    """The verb's runs, by name."""
    assert vcop("status", study, "--no-plan", "--json") == 0
    return {run["run"]: run for run in json.loads(capsys.readouterr().out)["runs"]}


def only(study, capsys):
    (run,) = listed(study, capsys).values()
    return run


def test_a_finished_run_shows_what_its_history_says(study, capsys):
    make(study, TUNED, weights="w", history=HEADER + ROWS, progress=json.dumps(news(pid=1, stopped="SIGTERM")))
    run = only(study, capsys)
    assert (run["run"], run["state"], run["epoch"], run["epochs"], run["note"]) == (TUNED, "done", 3, 3, "")
    assert (run["loss"], run["accuracy"], run["clips_per_second"], run["seconds"]) == (1.0, 0.6, 220.0, 180.0)
    assert run["validation_accuracy"] == 0.5, "of the epoch with the lowest validation loss, whose weights are kept"
    assert run["seconds_left"] is None


def test_random_weights_and_empty_folders_are_no_runs(study, capsys):
    make(study, "pretrain/r3d/random/seed-0", weights="w")
    make(study, R3D)
    make(study, "finetune/ucf101-1/r3d/random/from-conv1/seed-0", weights="w")
    assert list(listed(study, capsys)) == ["finetune/ucf101-1/r3d/random/from-conv1/seed-0"]


def test_a_process_that_runs_is_running_and_once_killed_interrupted(study, capsys, sleeper):
    make(study, R3D, progress=json.dumps(news(pid=sleeper.pid)), history=HEADER + ROWS)
    run = only(study, capsys)
    assert (run["state"], run["epoch"], run["epochs"], run["note"]) == ("running", 3, 34, "")
    assert (run["loss"], run["accuracy"], run["validation_accuracy"]) == (1.25, 0.4, 0.5)
    assert (run["clips_per_second"], run["seconds_left"], run["seconds"]) == (230.1, 93.0, 180.0)
    sleeper.kill()
    while psutil.Process(sleeper.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    for _ in range(2):  # as a zombie, then as nothing
        run = only(study, capsys)
        assert (run["state"], run["note"], run["seconds_left"]) == ("interrupted", "its process is gone", None)
        sleeper.wait()


def test_another_process_with_the_same_number_is_not_the_run(study, capsys, sleeper):
    make(study, R3D, progress=json.dumps(news(pid=sleeper.pid, updated=psutil.Process(sleeper.pid).create_time() - 5)))
    assert only(study, capsys)["state"] == "interrupted"


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
def test_what_the_news_says(study, capsys, changes, state, note):
    updated = time.time() - changes.get("age", 0)
    make(study, R3D, progress=json.dumps(news(**changes, updated=updated)))
    run = only(study, capsys)
    assert (run["state"], run["note"], run["updated"]) == (state, note, updated)


def test_a_silent_process_still_runs_and_it_is_said(monkeypatch):
    """Testing ten clips of thousands of videos takes longer than three minutes."""
    monkeypatch.setattr(run_status, "_alive", lambda pid, updated: True)
    assert run_status.judge_progress(news(updated=1000.0), 1000.0 + 600) == ("running", "no news for 10 min")


def test_a_state_without_news_is_an_interrupted_run(study, capsys):
    folder = make(study, R3D, history=HEADER + ROWS, **{"state.pt": "s"})
    os.utime(folder / "state.pt", (1.7e9, 1.7e9))
    run = only(study, capsys)
    assert (run["state"], run["epoch"], run["epochs"], run["updated"]) == ("interrupted", 3, None, 1.7e9)
    vcop("status", study, "--no-plan")
    assert " 3/?  " in capsys.readouterr().out


DAMAGED = [b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe\x00", b'"text"', b"[" * 100_000]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_progress_file_is_a_note(study, capsys, content):
    make(study, R3D, progress=content, **{"state.pt": "s"})
    run = only(study, capsys)
    assert (run["state"], run["note"]) == ("interrupted", "progress.json is damaged")
    make(study, TUNED, progress=content, weights="w", history=HEADER + ROWS)
    assert listed(study, capsys)[TUNED]["accuracy"] == 0.6


@pytest.mark.parametrize(
    "changes",
    [
        {key: value}
        for key in ("epoch", "epochs", "loss", "accuracy", "clips_per_second", "seconds_left", "updated", "pid", "host")
        for value in ("x", None, -1, True, [], {}, 10**400, float("nan"), float("inf"), 1e300)
    ],
)
def test_a_damaged_figure_is_left_out(study, capsys, changes):
    make(study, R3D, progress=json.dumps(news(**changes)))
    text = vcop("status", study, "--no-plan", "--json") or capsys.readouterr().out
    (run,) = json.loads(text, parse_constant=pytest.fail)["runs"]
    assert run["state"] in {"running", "interrupted"}
    for key in set(changes) & set(run):
        assert run[key] is None
    assert vcop("status", study, "--no-plan") == 0


@pytest.mark.parametrize(
    "content",
    ["", HEADER, HEADER + "1,2\n", HEADER + "x" * 300 + "\n", "a,b\n1,2\n", b"\xff\xfe", HEADER + "1,nan,inf,0,0,0,1,1\n"],
)
def test_a_damaged_history_is_a_note(study, capsys, content):
    make(study, TUNED, weights="w", history=content)
    run = only(study, capsys)
    assert (run["state"], run["loss"]) == ("done", None)
    assert run["note"] == ("" if content in ("", HEADER) or "nan" in str(content) else "history.csv is damaged")
    assert vcop("status", study, "--no-plan") == 0


def test_the_table(study, capsys, monkeypatch):
    """Running first, then interrupted, waiting, done; columns aligned; a last line of counts."""
    monkeypatch.setattr(
        status, "planned", lambda folder, targets: {R3D: True, TUNED: True, "pretrain/c3d/16-8-3/seed-0": True}
    )
    make(study, R3D, progress=json.dumps(news()), history=HEADER + ROWS)
    make(study, TUNED, weights="w", history=HEADER + ROWS)
    make(study, "pretrain/c3d/16-8-4/seed-0", progress=json.dumps(news(stopped="SIGINT", updated=1.7e9)))
    assert vcop("status", study) == 0
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(1.7e9))
    assert capsys.readouterr().out.splitlines() == [
        "state        run                                             epoch   loss  accuracy  validation  clips/s              time  note",
        "running      pretrain/r3d/16-8-3/seed-0                       3/34  1.250     40.0%       50.0%    230.1         93 s left",
        f"interrupted  pretrain/c3d/16-8-4/seed-0                       3/34  1.250     40.0%                230.1  {when}  SIGINT",
        "waiting      pretrain/c3d/16-8-3/seed-0",
        "done         finetune/ucf101-1/r3d/16-8-3/from-conv1/seed-0    3/3  1.000     60.0%       50.0%    220.0        took 3 min  to be run again",
        "4 runs: 1 done, 1 running, 1 interrupted, 1 waiting",
    ]


def test_without_snakemake_the_rest_is_listed(study, capsys, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(study))
    (study / "snakemake.py").write_text("import sys; sys.exit('Using x.\\nWorkflowError in file y:\\n  lists are missing')")
    make(study, TUNED, weights="w", history=HEADER + ROWS)
    assert vcop("status", study) == 0
    said = capsys.readouterr()
    assert said.err == "vcop status: what waits is not known: lists are missing\n"
    assert said.out.endswith("1 run: 1 done, 0 running, 0 interrupted\n")


def test_a_study_without_runs(study, capsys):
    assert vcop("status", study, "--no-plan") == 0
    assert capsys.readouterr().out == "0 runs: 0 done, 0 running, 0 interrupted\n"


def test_a_folder_that_is_no_study_is_one_line(tmp_path, capsys):
    assert vcop("status", tmp_path) == 1
    assert capsys.readouterr().err == f"vcop status: {tmp_path}: not a study: no config.yaml in it\n"


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (99, "99 s"), (100, "2 min"), (5999, "100 min"), (6000, "1.7 h")])
def test_durations(seconds, said):
    assert run_status.format_duration(seconds) == said


def test_it_answers_at_once(study):
    """Without what takes a process seconds to import."""
    program = "import sys, vcop.commands.status; sys.exit(bool({'torch', 'h5py', 'pandas', 'numpy', 'snakemake'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
