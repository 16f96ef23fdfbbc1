"""``vcop status`` and Snakemake: which runs wait, also while another Snakemake holds the study's lock."""

import json
import os
import subprocess
import sys

import pytest

from vcop.runtime.file_lease import Lease

PLANNED = 3 + 36  # pretraining, fine-tuning of the 2019 paper


def status(study, *words):
    """The verb of the copied code, whose Snakefile it asks."""
    command = [sys.executable, "-m", "vcop", "status", str(study.folder), *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(study.code / "src")}, check=True
    )


@pytest.fixture
def locked(study):
    """A study that another Snakemake works on, and its lock."""
    lock = Lease(study.folder / ".snakemake/run.lock")
    assert lock.take("a run") == ""
    refused = study.snakemake("results/order/r3d/16-8-3/seed-0.csv", check=False)
    assert "Another run works on this study" in refused.stdout + refused.stderr
    yield study, lock.path
    lock.release()


def test_what_waits_is_what_the_workflow_plans(locked):
    study, lock = locked
    before = lock.read_text()
    made = "pretrain/c3d/16-8-3/seed-0"
    (study.folder / "results" / made).mkdir(parents=True)
    (study.folder / "results" / made / "model.safetensors").touch()
    said = json.loads(status(study, "cvpr2019", "--json").stdout)
    assert said["plan_known"]
    assert said["counts"] == {"running": 0, "interrupted": 0, "waiting": PLANNED - 1, "done": 1}
    names = [run["run"] for run in said["runs"]]
    assert {"pretrain/r3d/16-8-3/seed-0", "finetune/hmdb51-3/r21d/random/from-conv1/seed-0", made} < set(names)
    assert len(names) == len(set(names))
    assert not any("random" in name for name in names if name.startswith("pretrain"))
    assert lock.read_text() == before


def test_only_what_a_target_needs_waits(study):
    lines = status(study, "results/order/r3d/16-8-4/seed-0.csv").stdout.splitlines()
    assert lines[-1] == "2 runs: 0 done, 0 running, 0 interrupted, 2 waiting"
    assert [line.split() for line in lines[1:-1]] == [["waiting", f"pretrain/r3d/16-8-{tl}/seed-0"] for tl in (3, 4)]


def test_a_plan_that_fails_is_one_line_and_the_rest_is_listed(study):
    study.configure(task="16-8-6")
    done = status(study)
    assert done.stdout == "0 runs: 0 done, 0 running, 0 interrupted\n"
    assert done.stderr.startswith(
        "vcop status: it is not known which runs wait: config.yaml: task: '16-8-6': a tuple has 2 to 5 clips"
    )
    assert done.stderr.count("\n") == 1
