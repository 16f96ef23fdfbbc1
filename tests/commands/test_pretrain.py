"""The verb as a process: its files, and SIGKILL at random moments."""

import csv
import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.numpy import load_file
from support.helpers import FRAMES, vcop, written
from support.pretraining import OPTIONS, mining_words, results, table, words

from vcop.config.options import MachineOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.sampling.seeding import seed_of
from vcop.storage.frame_store import FrameStore
from vcop.storage.sealing import OPTIMISER
from vcop.storage.weights import read_about
from vcop.training.checkpoints import read_state


@pytest.fixture(scope="module")
def whole(store_path, start, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    assert vcop(*words(store_path, start, out)) == 0
    return out


def test_its_files(whole, store_path):
    store = FrameStore(store_path)
    long = {role: {v.name for v in store.of(1, role) if v.count >= 64} for role in (TRAIN, TEST)}
    _, history, order, validation = results(whole)
    assert len(history) == 6
    rows = list(csv.DictReader(order.splitlines()))
    assert {r["video"] for r in rows} == long[TEST]
    assert all((r["right"] == "1") == (r["order"] == r["predicted"]) for r in rows)
    listed = sorted((v.name for v in store.of(1, TRAIN)), key=lambda name: seed_of("validation", 0, name))
    assert set(validation.split()) == set(listed[:8]) & long[TRAIN]
    assert '"commit"' in (whole / "provenance.json").read_text()


@pytest.mark.parametrize("workers", [1, 4])
def test_the_number_of_loader_workers_changes_no_bit(whole, store_path, start, tmp_path, workers):
    assert vcop(*words(store_path, start, tmp_path, machine=MachineOptions(workers=workers))) == 0
    assert results(tmp_path) == results(whole)


def test_killed_again_and_again_it_ends_with_the_same_bits(whole, store_path, start, tmp_path):
    command = [sys.executable, "-m", "vcop", *words(store_path, start, tmp_path, machine=MachineOptions(save_minutes=0))]
    state, draw, kills = tmp_path / "state.pt", random.Random(0), 0
    while kills < 3:
        seen = written(state)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and written(state) in (0, seen):
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.1))
        assert process.poll() is None, "it ended before three kills"
        process.send_signal(signal.SIGKILL)
        kills += 1
        process.wait()
        if draw.random() < 0.5:  # what Snakemake does before it runs a failed job again
            (tmp_path / "history.csv").unlink(missing_ok=True)
    subprocess.run(command, check=True, capture_output=True)
    assert results(tmp_path) == results(whole)


@pytest.mark.parametrize(("number", "code", "name"), [(signal.SIGTERM, 75, "SIGTERM"), (signal.SIGINT, 130, "SIGINT")])
def test_a_signal_saves_the_state_and_asks_to_be_run_again(whole, store_path, start, tmp_path, number, code, name):
    """With a saving interval of an hour, so that it is the signal that saves."""
    command = [sys.executable, "-m", "vcop", *words(store_path, start, tmp_path, machine=MachineOptions(save_minutes=60))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (epoch := written(tmp_path / "state.pt")):
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert f"{name}: the state is saved; the same command goes on from epoch" in said
    assert "Traceback" not in said
    assert written(tmp_path / "state.pt") > epoch
    assert json.loads((tmp_path / "progress.json").read_text())["stopped"] == name
    assert not (tmp_path / "model.safetensors").exists()
    again = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "goes on from epoch" in again.stdout
    assert results(tmp_path) == results(whole)


@pytest.mark.parametrize(("number", "code", "times"), [(signal.SIGTERM, 75, 2), (signal.SIGINT, 130, 1)])
def test_a_signal_to_all_processes_of_a_job(whole, store_path, start, tmp_path, number, code, times):
    """As schedulers and terminals send it, SLURM twice at a time limit: the loader's processes must outlive it."""
    machine = MachineOptions(save_minutes=60, workers=2)
    command = [sys.executable, "-m", "vcop", *words(store_path, start, tmp_path, machine=machine)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not (tmp_path / "state.pt").exists():
        time.sleep(0.01)
    for _ in range(times):
        os.killpg(process.pid, number)
        time.sleep(0.001)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert said.strip().splitlines()[-1].startswith(f"vcop pretrain: {signal.Signals(number).name}: the state is saved")
    assert "Traceback" not in said
    subprocess.run(command, check=True, capture_output=True)
    assert results(tmp_path) == results(whole)


def test_restart_ignores_the_state(whole, store_path, start, tmp_path, capsys):
    shutil.copytree(whole, tmp_path / "again")
    assert vcop(*words(store_path, start, tmp_path / "again"), "--restart") == 0
    assert "goes on" not in capsys.readouterr().out
    assert results(tmp_path / "again") == results(whole)


def test_several_tuples_of_each_test_video(whole, store_path, start, tmp_path):
    options = dataclasses.replace(OPTIONS, test_tuples=3)
    assert vcop(*words(store_path, start, tmp_path, options=options)) == 0
    one, several = table(whole / "order.csv"), table(tmp_path / "order.csv")
    videos = [row["video"] for row in one]
    assert len(set(videos)) == len(videos)
    assert [(row["tuple"], row["video"]) for row in several] == [(str(k), video) for k in range(3) for video in videos]
    assert several[: len(one)] == one, "the first tuple is the same whatever their number"


def test_the_sample_based_curriculum(whole, store_path, tmp_path, capsys):
    """Mined videos alone are trained on, from the same task's weights, last layer and momenta included."""
    options = dataclasses.replace(OPTIONS, epochs=1, learning_rate=0.0, hard_optimiser="carried")
    first, hard = tmp_path / "first", tmp_path / "hard"
    begin = whole / "model.safetensors"
    assert vcop(*words(store_path, begin, first, options=dataclasses.replace(options, learning_rate=0.001))) == 0
    assert vcop(*mining_words(store_path, first, tmp_path, options=options), "--tuples", 1, "--threshold", "0.0") == 0
    kept = (tmp_path / "hard.txt").read_text().splitlines()
    wrong = {r["video"] for r in table(tmp_path / "predictions.csv") if r["right"] == "0"}
    assert set(kept) >= wrong
    assert len(kept) == max(8, len(wrong))
    capsys.readouterr()
    more = ("--videos", tmp_path / "hard.txt", "--momenta", first / "optimiser.pt")
    assert vcop(*words(store_path, first / "model.safetensors", hard, options=options, task="16-8-3-hard"), *more) == 0
    aside = len((first / "validation.txt").read_text().split())
    assert f"r3d 16-8-3-hard: {len(kept)} videos to train on, {aside} to validate" in capsys.readouterr().out
    assert (hard / "validation.txt").read_text() == (first / "validation.txt").read_text()
    # At rate zero nothing but BatchNorm's statistics may move: head and backbone began where the first run ended.
    one, other = (load_file(folder / "model.safetensors") for folder in (first, hard))
    assert all((other[n] == v).all() for n, v in one.items() if "running" not in n and "batches" not in n)
    momenta = read_state(hard / "optimiser.pt", OPTIMISER)["state"]
    before = read_state(first / "optimiser.pt", OPTIMISER)["state"]
    assert momenta.keys() == before.keys()
    assert all(s["momentum_buffer"].abs().sum() > 0 for s in momenta.values())
    # Without the momenta, the first step's would be its gradient alone.
    assert (
        vcop(
            *words(store_path, first / "model.safetensors", tmp_path / "fresh", options=options, task="16-8-3-hard"), *more[:2]
        )
        == 0
    )
    fresh = read_state(tmp_path / "fresh" / "optimiser.pt", OPTIMISER)["state"]
    assert not all(torch.equal(s["momentum_buffer"], fresh[k]["momentum_buffer"]) for k, s in momenta.items())


@pytest.mark.parametrize(("text", "message"), [("", "it is empty"), ("Fall/no such video.avi\n", "is not among the")])
def test_a_list_that_does_not_fit_is_one_line(store_path, start, tmp_path, capsys, text, message):
    (tmp_path / "hard.txt").write_text(text)
    out = tmp_path / "out"
    assert vcop(*words(store_path, start, out, task="16-8-3-hard"), "--videos", tmp_path / "hard.txt") == 1
    said = capsys.readouterr().err
    assert f"vcop pretrain: {tmp_path}/hard.txt: " in said
    assert message in said
    assert not out.exists()


def test_events_for_tensorboard(store_path, start, tmp_path):
    machine = MachineOptions(tensorboard=True)
    assert vcop(*words(store_path, start, tmp_path, machine=machine, options=dataclasses.replace(OPTIONS, epochs=2))) == 0
    assert list((tmp_path / "tensorboard").glob("events.*"))


def test_bad_input_is_one_line(store_path, start, tmp_path, capsys):
    for change, said in (
        ({"task": "16-8-6"}, "a tuple has 2 to 5 clips"),
        ({"task": "16-80-5"}, "no test video is long enough"),
        ({"frames": type(FRAMES)(height=21, width=27)}, "height is 20, this study asks for 21: decode again"),
    ):
        assert vcop(*words(store_path, start, tmp_path, **change)) == 1
        err = capsys.readouterr().err
        assert err.startswith("vcop pretrain: ")
        assert said in err
        assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_its_weights_say_how_to_use_them_and_the_next_task_starts_from_them(whole, store_path, start, tmp_path, capsys):
    said = read_about(whole / "model.safetensors")
    assert {key: said[key] for key in ("network", "multiplier", "crop", "frame_stride", "input_mean", "clip_length")} == {
        "network": "r3d",
        "multiplier": 0.0625,
        "crop": 16,
        "frame_stride": 2,
        "input_mean": 0.0,
        "clip_length": 16,
    }
    assert [said[key] for key in ("task", "seed", "height", "width", "head_batchnorm")] == ["16-8-3", 0, 20, 27, False]
    brief, weights = dataclasses.replace(OPTIONS, epochs=1), whole / "model.safetensors"
    assert vcop(*words(store_path, weights, tmp_path / "next", options=brief, task="16-0-4")) == 0
    assert "these weights" not in capsys.readouterr().out
    assert read_about(tmp_path / "next" / "model.safetensors")["task"] == "16-0-4"
    assert vcop(*words(store_path, weights, tmp_path / "other", options=brief, task="16-0-4"), "--input-mean", "0.45") == 1
    error = capsys.readouterr().err
    assert error.startswith(
        f"vcop pretrain: {weights}: these weights were made with input_mean 0.0, but --input-mean (input.in"
    )
    assert error.count("\n") == 1
    assert not (tmp_path / "other").exists()
