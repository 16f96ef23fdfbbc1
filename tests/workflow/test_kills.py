"""The plug is pulled on a whole workflow, again and again; a plain rerun ends with the same bits."""

import os
import random
import shutil
import signal
import subprocess
import time

import psutil
import pytest
from helpers import written
from safetensors.numpy import load_file
from test_pretrain import table

GOAL = "results/order/r3d/16-8-3/seed-0.csv"
RUN = "results/pretrain/r3d/16-8-3/seed-0"


def outcome(study):
    folder = study.folder / RUN
    history = [
        {k: v for k, v in row.items() if k not in ("seconds", "clips_per_second")} for row in table(folder / "history.csv")
    ]
    texts = [(folder / name).read_text() for name in ("validation.txt", "confidence.csv")]
    return load_file(folder / "model.safetensors"), history, texts, (study.folder / GOAL).read_text()


def left(study):
    """Trainings of this study that still run."""
    return [
        p for p in psutil.process_iter(["cmdline"]) if "pretrain" in (p.info["cmdline"] or []) and p.cwd() == str(study.folder)
    ]


@pytest.mark.slow
def test_snakemake_killed_ten_times_ends_with_the_same_bits(study, tmp_path):
    study.configure(pretrain={"epochs": 8}, machine={"save_minutes": 0})
    study.snakemake(GOAL)
    whole = outcome(study)
    state, draw = study.folder / RUN / "state.pt", random.Random(1)
    for folder in ("results/pretrain/r3d/16-8-3", "results/order"):
        shutil.rmtree(study.folder / folder)
    for kill in range(10):
        seen = written(state)
        process = subprocess.Popen(
            study.command(GOAL),
            env=study.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while process.poll() is None and written(state) in (0, seen):
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.3))
        assert process.poll() is None, f"it ended before kill {kill + 1}"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.2)
        assert not left(study)
        study.snakemake("--unlock")
    study.snakemake(GOAL)
    again = outcome(study)
    assert all((again[0][name] == value).all() for name, value in whole[0].items())
    assert again[1:] == whole[1:]
