"""What does not stay flat is found, and a training is flat; `make endurance` watches one for an hour."""

import subprocess
import sys

import pytest
import yaml
from benchmarks import endurance
from support.studies import SMALL

STEADY = "import time, sys; sys.stdout.write('on'); sys.stdout.flush(); time.sleep(100)"
LEAKING = """
import threading, time, sys
kept = []
print("on", flush=True)
while True:
    kept.append((bytearray(b"x") * 300_000, open("/dev/null")))
    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    time.sleep(0.05)
"""
LEAKS = {"memory of its own, MiB", "RSS, MiB", "open files", "threads"}


@pytest.mark.parametrize(("program", "growing"), [(STEADY, set()), (LEAKING, LEAKS)])
def test_what_grows_is_found(program, growing, tmp_path):
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout.read(2) == b"on"
        readings = endurance.watch(process, tmp_path / "progress.json", 4, 0.05)
        process.kill()
    found, hours = endurance.lines(readings), (readings[-1].at - readings[0].at) / 3600
    assert {one.name for one in found if one.grows(hours)} == growing
    rate = next(one for one in found if one.name == "open files").slope / 3600
    assert (rate > 5) == bool(growing), "about twenty a second"


def test_a_process_that_ends_is_said(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process, pytest.raises(SystemExit, match="ended with 0"):
        endurance.watch(process, tmp_path / "progress.json", 60, 0.1)


def test_a_training_with_a_loader_process_is_flat(tmp_path, capfd):
    """For seconds only, in which a leak of a file or a thread a step, or of 100 KB, would show."""
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(SMALL))
    times = ["--minutes", "0.2", "--warm-up", "0.07", "--every", "0.1"]
    code = endurance.main(["--study", str(tmp_path / "config.yaml"), *times, "--out", str(tmp_path / "e.md")])
    said = capfd.readouterr().out
    assert code == 0, said
    assert said.count("| yes |") == 6 and "**no**" not in said
