"""Two processes reproduce one: losses within rounding, on a network with dropout and BatchNorm, and on batches that leave one empty."""

import csv
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
import torch
from safetensors.torch import load_file
from support.pretraining import results, start, words  # noqa: F401

from vcop.config.options import MachineOptions, PretrainOptions
from vcop.loading.batches import split_batch
from vcop.training import distributed

# 49 videos are 48 + 1: of the last batch, one tuple, one process has nothing, and BatchNorm may see a single value.
OPTIONS = PretrainOptions(epochs=3, batch_size=48)


def run(words_, processes_=1):
    more = ["--gpus", str(processes_), "--device", "cpu"]
    done = subprocess.run(
        [sys.executable, "-m", "vcop", *words_, *more],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def numbers(out):
    with open(out / "history.csv") as file:
        return [
            [float(row[k]) for k in ("loss", "accuracy", "validation_loss", "validation_accuracy")]
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize("change", [{}, {"joint_batchnorm": True, "head_batchnorm": True, "accumulate": 2}])
def test_two_processes_have_the_losses_of_one(store_path, start, tmp_path, change):  # noqa: F811
    options = PretrainOptions(**{f: getattr(OPTIONS, f) for f in OPTIONS.__dataclass_fields__} | change)
    one, two = tmp_path / "one", tmp_path / "two"
    run(words(store_path, start, one, options=options))
    said = run(words(store_path, start, two, options=options), 2)
    assert said.count("videos to train on") == 1, "the second process is silent"
    assert len(numbers(one)) == 3
    for epoch, (a, b) in enumerate(zip(numbers(one), numbers(two), strict=True)):
        # Rounding grows from step to step, as it does from any other change of the last bits.
        assert a == pytest.approx(b, abs=1e-4 if epoch == 0 else 2e-3)
    first, second = (load_file(out / "model.safetensors") for out in (one, two))
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert torch.allclose(value, second[name], atol=2e-3), name
    assert results(one)[3] == results(two)[3]


@pytest.mark.slow
def test_a_signal_to_the_first_stops_all_and_one_alone_goes_on(store_path, start, tmp_path):  # noqa: F811
    options = PretrainOptions(epochs=20, batch_size=35)
    made = words(store_path, start, tmp_path, options=options, machine=MachineOptions(gpus=2, device="cpu"))
    process = subprocess.Popen([sys.executable, "-m", "vcop", *made], stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "state.pt").exists():
        assert process.poll() is None
        time.sleep(0.05)
    others = psutil.Process(process.pid).children(recursive=True)
    assert others
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 75
    assert said.count("SIGTERM: the state is saved") == 1
    assert not psutil.wait_procs(others, timeout=20)[1]
    said = run(words(store_path, start, tmp_path, options=options))
    assert "goes on from epoch" in said
    assert len(numbers(tmp_path)) == 20


def test_a_batch_is_cut_the_same_for_any_number_of_processes():
    for total in range(1, 20):
        for accumulate in (1, 2, 3, 8):
            alone = split_batch(total, accumulate, 0, 1)
            assert [p.first for p in alone] == [0, *(p.last for p in alone[:-1])]
            assert alone[-1].last == total
            for size in (2, 3, 4):
                shares = [split_batch(total, accumulate, rank, size) for rank in range(size)]
                for number, whole in enumerate(alone):
                    rows = [i for share in shares for i in range(share[number].first, share[number].last)]
                    assert rows == list(range(whole.first, whole.last))
                for share in shares:
                    assert [p.begin for p in share] == [0, *(p.end for p in share[:-1])]
                    assert all(p.end - p.begin == p.last - p.first for p in share)


def test_every_job_of_a_machine_claims_gpus_of_its_own(tmp_path):
    program = "import sys, time; from vcop.training.distributed import claim_gpus; from pathlib import Path; "
    program += "print(claim_gpus(int(sys.argv[1]), 4, Path(sys.argv[2])), flush=True); time.sleep(100)"
    jobs, seen = [], []
    for count in (1, 2, 1):
        command = [sys.executable, "-c", program, str(count), str(tmp_path)]
        jobs.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        seen.append(jobs[-1].stdout.readline().strip())
    assert seen == ["[0]", "[1, 2]", "[3]"]
    assert distributed.claim_gpus(1, 4, tmp_path) == [0], "all are taken: the first is shared"
    jobs[1].kill()
    jobs[1].wait()
    assert distributed.claim_gpus(2, 4, tmp_path) == [1, 2]
    jobs[0].kill()
    jobs[0].wait()
    assert distributed.claim_gpus(1, 4, tmp_path) == [1], "what a process has claimed it uses again, whatever else is free"
    for job in jobs:
        job.kill()


def test_more_gpus_than_there_are(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ValueError, match=r"machine.gpus: 4, but PyTorch sees 1 here"):
        distributed.start_group(MachineOptions(gpus=4))
