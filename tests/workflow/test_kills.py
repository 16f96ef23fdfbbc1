"""The plug is pulled on a whole workflow, again and again; a plain rerun ends with the same files. `make torture` does it 300 times."""

import base64
import json
import random
import shutil
import subprocess
import time

import pytest
import yaml
from support.helpers import written
from support.studies import Study
from support.torture import Lane, check, lingering, outcome, prepare

from vcop.runtime.file_lease import machine_id

KILLS = 6
# What is made anew of a finished study, so that each kind of rule is among it, and the files that ask for it.
GONE = (
    "frames/hmdb51*",
    "pretrain/r21d/random",
    "mine/r3d",
    "pretrain/r3d/16-8-3-hard",
    "order/r3d/16-8-3-hard",
    "features/hmdb51/r21d/random",
    "retrieval/hmdb51/r21d/random",
    "finetune/hmdb51-1/r21d/random",
    "recognition/hmdb51-1/r21d/random",
    "features/activitynet-qa/r3d/16-8-3",
    "answering/r3d/16-8-3",
    "answers/r3d/16-8-3",
    "outline.json",
    "cvpr2019/figure[13]*",
    "cvpr2019/table1*",
)
TARGETS = (
    "results/order/r3d/16-8-3-hard/seed-0.csv",
    "results/retrieval/hmdb51/r21d/random/conv5-seed-0.csv",
    "results/recognition/hmdb51-1/r21d/random/from-conv1/seed-0.csv",
    "results/answers/r3d/16-8-3/seed-0.csv",
    "results/cvpr2019/table1.html",
    "results/cvpr2019/figure1.png",
    "results/cvpr2019/figure3.png",
)


@pytest.fixture
def half_done(finished, tmp_path):
    """A finished study, of which much is gone; every update of a training is saved."""
    study = Study(tmp_path / "study", prepare(tmp_path / "code"))
    shutil.copytree(finished.folder, study.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("conda*"))
    config = yaml.safe_load((study.folder / "config.yaml").read_text())
    machine = {"workers": 1, "save_minutes": 0, "device": "cpu"}
    (study.folder / "config.yaml").write_text(yaml.safe_dump(config | {"machine": machine}))
    remove(study)
    return study


def remove(study):
    for path in (path for pattern in GONE for path in (study.folder / "results").glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_killed_again_and_again_and_rerun_plainly_it_ends_with_the_same_files(half_done, finished):
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # a failure is drawn again by it
    lane = Lane(half_done, TARGETS, random.Random(seed))
    lane.torment(KILLS)
    while len(lane.kills) < KILLS:  # it was made before that
        remove(half_done)
        lane.points.clear()  # with the states that were there
        lane.torment(KILLS)
    assert check(lane, outcome(finished.folder)) == []
    assert len(lane.kills) >= KILLS


def test_a_plain_run_goes_on_after_a_restart(half_done, finished):
    """What a power cut leaves: locks, unfinished files, a lease, a marker of an unfinished job, an empty state, half of a record."""
    folder = half_done.folder
    half_done.snakemake("results/order/r3d/16-8-3-hard/seed-0.csv")
    hard = folder / "results/pretrain/r3d/16-8-3-hard/seed-0"
    (hard / "model.safetensors").unlink()
    (folder / TARGETS[0]).unlink()
    (hard / ".state.pt.here.1.part").write_bytes(b"half")
    shutil.copy(hard / "state.pt", hard / "state.previous")
    (hard / "state.pt").write_bytes((hard / "state.pt").read_bytes()[:100])
    dead = '{"token": "x", "machine": "%s", "pid": 4194303, "began": 0, "job": null}'
    (hard / "state.lock").write_text(dead % machine_id())
    (folder / ".snakemake/run.lock").write_text(dead % machine_id())
    locks = folder / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.output.lock").write_text("".join(f"{target}\n" for target in TARGETS))
    (locks / "0.input.lock").write_text("results/frames/ucf101.digest\n")
    marker = base64.urlsafe_b64encode(b"results/cvpr2019/table1.html").decode()
    (folder / ".snakemake/incomplete" / marker).write_text('{"external_jobid": null}')
    record = max((folder / ".snakemake/metadata").rglob("*"), key=lambda path: path.is_file() and path.stat().st_mtime_ns)
    record.write_bytes(record.read_bytes()[:50])
    parts = folder / "results/frames/.hmdb51.parts"
    parts.mkdir()
    (parts / "0.npz").write_bytes(b"PK half")
    half_done.snakemake("--", *TARGETS)
    lane = Lane(half_done, TARGETS, random.Random(0))
    assert check(lane, outcome(finished.folder)) == []


def test_the_jobs_of_a_snakemake_that_was_killed_leave(study):
    """They save their states first. Those of the next run would wait for them."""
    study.configure(pretrain={"epochs": 400}, machine={"workers": 1, "device": "cpu"})
    target = "results/order/r3d/16-8-3/seed-0.csv"
    folder = study.folder / target.replace("order", "pretrain").removesuffix(".csv")
    with open(study.folder / "said", "w") as said:
        run = subprocess.Popen(study.command("--", target), env=study.environment, stdout=said, stderr=said)
    while not written(folder / "state.pt"):
        assert run.poll() is None, (study.folder / "said").read_text()
        time.sleep(0.1)
    run.kill()
    run.wait()
    assert lingering(study.folder) == []
    assert json.loads((folder / "progress.json").read_text())["stopped"] == "SIGTERM"
    assert not (folder / "state.lock").exists()
