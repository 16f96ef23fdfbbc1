"""Two at once, as real processes: each is refused with a line, or ends with the results of one that was alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from support.helpers import decode, vcop, written
from support.pretraining import results, start, words  # noqa: F401
from support.studies import Study, copy_code
from support.torture import outcome

from vcop.config.data_options import FrameOptions
from vcop.config.options import MachineOptions
from vcop.runtime.file_lease import Lease

GOAL = "results/retrieval/hmdb51/r3d/random/conv5-seed-0.csv"
REFUSED = "Another run works on this study: process {} on"


def begin(study: Study, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        study.command(*words, "--", GOAL), env=study.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def until(condition, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def decoding(videos: Path, folder: Path, processes: int, **more: object) -> subprocess.Popen:
    """`vcop decode` into ``folder``/ucf101.h5, begun."""
    made = ("--out", folder / "ucf101.h5", "--digest", folder / "digest", "--unreadable", folder / "unreadable.csv")
    read = ("--dataset", "ucf101", "--videos", videos / "videos", "--lists", videos / "lists")
    line = ("decode", *read, "--height", 20, "--width", 27, "--processes", processes, *made)
    return subprocess.Popen([sys.executable, "-m", "vcop", *map(str, line)], **more)


def left_by_writers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in (".lock", ".part", ".parts")]


def differing(study: Study, whole: dict[str, str]) -> list[str]:
    return [path for path, digest in outcome(study.folder).items() if whole.get(path) != digest]


def test_of_runs_of_one_study_one_goes_on(study, finished):
    """Begun in the same moment; whoever is refused says why in a line, and leaves alone what the other one has."""
    whole = outcome(finished.folder)
    running = [begin(study) for _ in range(3)]
    said = [process.communicate(timeout=300)[0] for process in running]
    ended = [process.returncode for process in running]
    assert sorted(ended) == [0, 1, 1], said
    (worked,) = [p.pid for p in running if p.returncode == 0]
    for text in (text for text, code in zip(said, ended, strict=True) if code):
        assert REFUSED.format(worked) in text
        assert "Traceback" not in text
        assert "unlock" not in text
    assert not differing(study, whole)
    assert study.planned("--", GOAL) == {}
    assert not (study.folder / ".snakemake/run.lock").exists()


def test_questions_about_a_study_are_answered_while_it_runs(study):
    """And leave its lock alone."""
    mine = Lease(study.folder / ".snakemake/run.lock")
    assert mine.take("a run") == ""
    assert study.planned("--", GOAL)["decode"] == 1
    study.snakemake("--summary", "--", GOAL)
    refused = study.snakemake("--", GOAL, check=False)
    assert (refused.returncode, REFUSED.format(os.getpid()) in refused.stderr) == (1, True)
    mine.require()
    mine.release()


def test_a_run_of_before_a_restart_is_followed_after_a_minute_of_silence(tmp_path):
    """Its process number says nothing, and Snakemake's own lock is passed over."""
    study = Study(tmp_path / "study", copy_code(tmp_path / "code"))
    study.configure()
    module = study.code / "src/vcop/runtime/file_lease.py"
    text = module.read_text()
    module.write_text(text.replace("PATIENCE = 60.0", "PATIENCE = 3.0"))
    assert module.read_text() != text
    goal, folder = "results/pretrain/r3d/random/seed-0/model.safetensors", study.folder / ".snakemake"
    (folder / "locks").mkdir(parents=True)
    (folder / "locks/0.output.lock").write_text(f"{goal}\n")
    before = {"token": "x", "machine": "this machine, before it was restarted", "pid": os.getpid(), "began": 0, "job": None}
    (folder / "run.lock").write_text(json.dumps(before))
    begun = time.monotonic()
    said = study.snakemake("--", goal)
    assert time.monotonic() - begun > 3
    assert f"waits for process {os.getpid()} on this" in said.stdout + said.stderr
    assert not (folder / "run.lock").exists()


def test_two_studies_that_share_their_frames(finished, code, tmp_path):
    """Both want to make the store; none spoils it for the other."""
    whole, shared = outcome(finished.folder), tmp_path / "shared"
    shared.mkdir()
    studies = [Study(tmp_path / name, code) for name in ("one", "other")]
    for study in studies:
        study.configure()
        (study.folder / "results").mkdir()
        for name in ("frames", "synthetic"):
            (shared / name).mkdir(exist_ok=True)
            (study.folder / "results" / name).symlink_to(shared / name)
    running = [begin(study) for study in studies]
    for process, study in zip(running, studies, strict=True):
        said = process.communicate(timeout=300)[0]
        if process.returncode:
            log = "".join(path.read_text() for path in study.folder.glob("results/logs/**/*.log"))
            assert "Traceback" not in said + log
            study.snakemake("--", GOAL)
        assert not differing(study, whole)
    assert not left_by_writers(shared)


def test_a_store_that_is_made_anew_under_a_training(videos, store_path, start, tmp_path):  # noqa: F811
    """It reads on in the store that it has begun with, though the new one is another."""
    store = shutil.copy(store_path, tmp_path / "ucf101.h5")
    command, machine = [sys.executable, "-m", "vcop"], MachineOptions(workers=1, save_minutes=0)
    trainings = {
        name: subprocess.Popen([*command, *words(store, start, tmp_path / name, machine=machine)])
        for name in ("whole", "twice")
    }
    until(lambda: written(tmp_path / "twice/state.pt"))
    trainings["twice"].send_signal(signal.SIGSTOP)
    assert trainings["whole"].wait(300) == 0
    assert not (tmp_path / "twice/model.safetensors").exists()
    assert decode(videos / "videos", videos / "lists", store, frames=FrameOptions(height=20, width=27, quality=40)) == 0
    assert store.read_bytes() != store_path.read_bytes()
    trainings["twice"].send_signal(signal.SIGCONT)
    assert trainings["twice"].wait(300) == 0
    assert results(tmp_path / "twice") == results(tmp_path / "whole")


def test_the_same_store_decoded_twice_at_once(videos, tmp_path):
    """The second waits; a reader meanwhile finds a whole store or none."""
    out = tmp_path / "ucf101.h5"
    running = [decoding(videos, tmp_path, 1, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    while any(process.poll() is None for process in running):
        assert not out.exists() or vcop("check", out) == 0
        time.sleep(0.1)
    assert [process.returncode for process in running] == [0, 0]
    assert sum("waits for process" in process.stderr.read() for process in running) == 1
    assert not left_by_writers(tmp_path)


def test_workers_end_with_a_decoding_that_was_killed(videos, tmp_path):
    """They would wait for work for ever."""
    process = decoding(videos, tmp_path, 3)
    until(lambda: len(psutil.Process(process.pid).children()) == 3)
    workers = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    assert psutil.wait_procs(workers, timeout=10)[1] == []


def test_what_a_killed_decoding_has_left_is_removed(videos, tmp_path):
    """A store's unfinished file may be twenty gigabytes."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = f".ucf101.h5.{os.uname().nodename}"
    left, living = tmp_path / f"{mine}.{gone.pid}.part", tmp_path / f"{mine}.{os.getppid()}.part"
    for path in (left, living):
        path.touch()
    assert decode(videos / "videos", videos / "lists", tmp_path / "ucf101.h5") == 0
    assert (left.exists(), living.exists()) == (False, True), "only of processes that are no more"
