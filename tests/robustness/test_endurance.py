"""What does not stay flat is found, and a training is flat; `make endurance` watches one for an hour.

No test here measures seconds: what a process holds is read after so many of its steps, however long they take.
"""

import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest
import yaml
from benchmarks import endurance
from support.studies import SMALL

from vcop.config.reader import read_study

# Both answer each line with one, after they have done a step.
STEADY = """
import sys
for line in sys.stdin:
    print("done", flush=True)
"""
LEAKING = """
import sys, threading, time
kept = []
for line in sys.stdin:
    kept.append((bytearray(b"x") * 300_000, open("/dev/null")))
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    print("done", flush=True)
"""
LEAKS = {"memory of its own, MiB", "RSS, MiB", "open files", "threads"}
LOOKS = 3 * endurance.STRETCHES


def readings_by_step(program, progress):
    """A look after each step of a program, as if a step took a minute."""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        readings = []
        for step in range(LOOKS):
            process.stdin.write("step\n")
            process.stdin.flush()
            assert process.stdout.readline() == "done\n"
            readings.append(replace(endurance.look(psutil.Process(process.pid), progress), at=60.0 * step))
        process.kill()
    return readings


@pytest.mark.parametrize(("program", "growing"), [(STEADY, set()), (LEAKING, LEAKS)])
def test_what_grows_is_found(program, growing, tmp_path):
    readings = readings_by_step(program, tmp_path / "progress.json")
    hours = (readings[-1].at - readings[0].at) / 3600
    lines = {line.name: line for line in endurance.lines(readings)}
    assert {name for name, line in lines.items() if line.grows(hours)} == growing
    assert lines["open files"].slope == pytest.approx(60 if growing else 0, rel=0.05), "one a step, of which an hour has 60"
    assert lines["threads"].slope == pytest.approx(60 if growing else 0, rel=0.05)


def test_a_process_that_ends_is_said(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process, pytest.raises(SystemExit, match="ended with 0"):
        endurance.watch(process, tmp_path / "progress.json", 60, 0.1)


def holds(process, progress, steps):
    """The least that a training holds in many looks after ``steps`` steps: files that are being written are open for a moment."""
    looks = []
    while len(looks) < 40:
        assert process.poll() is None
        time.sleep(0.02)
        try:
            one = endurance.look(psutil.Process(process.pid), progress)
        except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            continue
        if one.steps >= steps:
            looks.append(one)
    least = {name: min(getattr(one, name) for one in looks) for name in ("own", "files", "threads", "processes")}
    return least | {"steps": looks[0].steps}


def test_a_training_with_a_loader_process_is_flat(tmp_path):
    """A leak of a file, a thread or 100 KB a step would show."""
    study, progress = read_study(SMALL), tmp_path / "progress.json"
    with endurance.training(study, tmp_path, workers=1) as process:
        early = holds(process, progress, 50)
        late = holds(process, progress, early["steps"] + 150)
    steps = late["steps"] - early["steps"]
    assert steps >= 150
    for name in ("files", "threads", "processes"):
        assert late[name] <= early[name] + steps / 10, name
    assert late["own"] - early["own"] < steps * 0.05, "MiB"


def test_the_report_says_whether_all_is_flat(tmp_path, capfd):
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(SMALL))
    times = ["--minutes", "0.1", "--warm-up", "0.02", "--every", "0.1"]
    code = endurance.main(["--study", str(tmp_path / "config.yaml"), *times, "--out", str(tmp_path / "report.md")])
    text = capfd.readouterr().out
    assert text.count("| yes |") + text.count("| **no** |") == 6
    assert code == int("| **no** |" in text), "seconds after its start a training may grow, and so may a busy machine's"
