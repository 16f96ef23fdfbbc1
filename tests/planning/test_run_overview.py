"""The table of all runs, begun and planned."""

import json
import time

import pytest
from support.run_folders import HEADER, R3D, ROWS, TUNED, make_run, progress

from vcop.planning import run_overview, snakemake_jobs
from vcop.planning.run_status import RunStatus

C3D = "pretrain/c3d/16-8-3/seed-0"


def test_the_table(tmp_path):
    """Running first, then interrupted, waiting, done; columns aligned; a last line of counts."""
    (tmp_path / "config.yaml").write_text("")
    make_run(tmp_path, R3D, progress=json.dumps(progress()), history=HEADER + ROWS)
    make_run(tmp_path, TUNED, weights="w", history=HEADER + ROWS)
    make_run(tmp_path, "pretrain/c3d/16-8-4/seed-0", progress=json.dumps(progress(stopped="SIGINT", updated=1.7e9)))
    runs = run_overview.list_runs(tmp_path, {R3D: True, TUNED: True, C3D: True})
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(1.7e9))
    assert run_overview.overview_lines(runs, plan_known=True) == [
        "state        run                                             epoch   loss  accuracy  validation  clips/s              time  note",
        "running      pretrain/r3d/16-8-3/seed-0                       3/34  1.250     40.0%       50.0%    230.1         93 s left",
        f"interrupted  pretrain/c3d/16-8-4/seed-0                       3/34  1.250     40.0%                230.1  {when}  SIGINT",
        "waiting      pretrain/c3d/16-8-3/seed-0",
        "done         finetune/ucf101-1/r3d/16-8-3/from-conv1/seed-0    3/3  1.000     60.0%       50.0%    220.0        took 3 min  to be run again",
        "4 runs: 1 done, 1 running, 1 interrupted, 1 waiting",
    ]
    counts = {"running": 1, "interrupted": 1, "waiting": 1, "done": 1}
    assert run_overview.overview_data(runs, plan_known=True)["counts"] == counts


def test_what_waits_is_not_counted_where_it_is_not_known():
    assert run_overview.overview_lines([], plan_known=False) == ["0 runs: 0 done, 0 running, 0 interrupted"]


def test_a_folder_that_is_no_study_has_no_runs(tmp_path):
    with pytest.raises(ValueError, match="not a study"):
        run_overview.list_runs(tmp_path)


def test_a_finished_run_keeps_its_note_when_it_is_to_be_run_again():
    damaged = RunStatus(run=TUNED, state="done", note="history.csv is damaged")
    (run,) = run_overview.merge_runs([damaged], {TUNED: True})
    assert run.note == "to be run again; history.csv is damaged"
    (same,) = run_overview.merge_runs([RunStatus(run=TUNED, state="done")], {TUNED: False})
    assert (same.state, same.note) == ("done", "")


SUMMARY = """\
Building DAG of jobs...
output_file\tdate\trule\tlog-file(s)\tstatus\tplan
results/pretrain/c3d/16-8-3/seed-0/model.safetensors\t-\tpretrain\t\tmissing\tupdate pending
results/order/c3d/16-8-3/seed-0.csv\t-\tpretrain\t\tmissing\tupdate pending
results/pretrain/c3d/random/seed-0/model.safetensors\t-\tinitialise\t\tok\tno update
results/finetune/ucf101-1/r3d/16-8-3/from-conv1/seed-0/model.safetensors\tnow\tfinetune\t\tok\tno update
"""


def test_planned_runs_are_read_from_snakemakes_summary(tmp_path, monkeypatch):
    monkeypatch.setattr(snakemake_jobs, "dry_run", lambda folder, targets, *flags: SUMMARY)
    assert run_overview.planned_runs(tmp_path) == {C3D: True, TUNED: False}
