"""The table of all runs, begun and planned."""

import json
import os
import time

import pytest
from support.run_folders import HEADER, R3D, ROWS, TUNED, make_run, progress, write_record

from vcop.planning import run_overview, snakemake_jobs
from vcop.planning.copied_results import UNRECORDED
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
results/cvpr2019/table1.html\tnow\tcvpr2019_table1\t\tupdated input files\tupdate pending
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Those of the summary, as Snakemake's processes would print it."""
    monkeypatch.setattr(snakemake_jobs, "dry_run", lambda folder, targets, *flags: SUMMARY)
    return run_overview.planned_files(tmp_path)


def test_planned_runs_are_read_from_snakemakes_summary(files):
    assert run_overview.planned_runs(files) == {C3D: True, TUNED: False}
    assert [(file.judgement, file.is_item) for file in files[-2:]] == [("ok", False), ("updated input files", True)]


def changed(tmp_path, path, judgement, pending, *, record):
    """A file that Snakemake judges so, whether it has a record of its time or not."""
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("made")
    if record:
        write_record(tmp_path, path, os.stat(tmp_path / path).st_mtime)
    return run_overview.PlannedFile(path, "extract", judgement, pending)


def test_a_finished_study_has_nothing_to_make(tmp_path):
    done = changed(tmp_path, "results/features/a.h5", "ok", False, record=True)
    assert run_overview.plan_notes(tmp_path, [done]) == [run_overview.UP_TO_DATE]
    assert run_overview.plan_notes(tmp_path, []) == []


def test_what_only_times_make_outdated_is_said(tmp_path):
    copied = changed(tmp_path, "results/features/a.h5", "updated input files", True, record=False)
    newer = changed(tmp_path, "results/features/b.h5", "updated input files", True, record=True)
    (note,) = run_overview.plan_notes(tmp_path, [copied, newer])
    assert note.startswith("Copied without the times of its files: results/features/a.h5 would be made again")
    assert run_overview.plan_notes(tmp_path, [newer]) == []


def test_lost_records_are_said(tmp_path):
    lost = changed(tmp_path, "results/features/a.h5", "ok", False, record=False)
    assert run_overview.plan_notes(tmp_path, [lost]) == [run_overview.UP_TO_DATE, UNRECORDED]
    waits = run_overview.PlannedFile("results/features/b.h5", "extract", "missing", pending=True)
    assert run_overview.plan_notes(tmp_path, [waits]) == []
