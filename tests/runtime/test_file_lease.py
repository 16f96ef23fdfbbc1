"""Real processes that want the same files: alive, killed, stopped, and of another machine."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from support.helpers import written
from support.pretraining import results, start, words  # noqa: F401

from vcop.runtime import file_lease
from vcop.runtime.file_lease import Lease, Occupied

# Has the lease, says so, and writes a line whenever it is told to, as long as it may.
HOLDER = """
import sys
from pathlib import Path
from vcop.runtime import file_lease as lease
lease.BEAT, lease.PATIENCE, lease.SETTLE = 0.05, float(sys.argv[2]), 0.05
if len(sys.argv) > 3:
    lease.machine_id = lambda: sys.argv[3]
mine = lease.Lease(Path(sys.argv[1]))
print(mine.take("a training"), flush=True)
for line in sys.stdin:
    try:
        mine.require()
        print("written", flush=True)
    except lease.Occupied as problem:
        print(problem, flush=True)
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name, value in {"BEAT": 0.05, "PATIENCE": 0.6, "SETTLE": 0.05, "WAIT_LIMIT": 20}.items():
        monkeypatch.setattr(file_lease, name, value)


@pytest.fixture
def hold(tmp_path):
    """Starts holders: processes of this machine, or of the one that is named."""
    started = []

    def hold(*machine):
        command = [sys.executable, "-c", HOLDER, str(tmp_path / "state.lock"), "0.6", *machine]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield hold
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(OSError):
                pipe.close()


def write(process):
    """What a holder answers when it is to write."""
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_it_is_there_while_it_is_held(tmp_path):
    mine = Lease(tmp_path / "a" / "state.lock")
    assert mine.take("x") == ""
    mine.require()
    assert json.loads(mine.path.read_text())["pid"] == os.getpid()
    mine.release()
    assert list(mine.path.parent.iterdir()) == []


def test_one_waits_until_the_other_lets_go(tmp_path, hold, capsys):
    holder = hold()
    holder.stdout.readline()
    threading.Timer(1.5, holder.stdin.close).start()
    begun = time.monotonic()
    mine = Lease(tmp_path / "state.lock")
    assert mine.take("r3d 16-8-3") == ""
    assert time.monotonic() - begun > 1.2, "longer than its patience: the other was alive"
    assert f"r3d 16-8-3: waits for process {holder.pid} on " in capsys.readouterr().err
    mine.release()


def test_a_limit_ends_the_waiting(tmp_path, hold, monkeypatch):
    monkeypatch.setattr(file_lease, "WAIT_LIMIT", 1)
    hold().stdout.readline()
    assert "is still writing to" in Lease(tmp_path / "state.lock").take("x")


def test_a_killed_process_of_this_machine_is_not_waited_for(tmp_path, hold):
    holder = hold()
    holder.stdout.readline()
    holder.kill()
    holder.wait()
    begun = time.monotonic()
    mine = Lease(tmp_path / "state.lock")
    assert mine.take("x") == ""
    assert time.monotonic() - begun < 0.5
    mine.release()


@pytest.mark.parametrize("content", ["", "nonsense", "[]", '{"pid": 1}'])
def test_a_damaged_file_is_taken_over_when_nobody_touches_it(tmp_path, content):
    (tmp_path / "state.lock").write_text(content)
    begun = time.monotonic()
    mine = Lease(tmp_path / "state.lock")
    assert mine.take("x") == ""
    assert time.monotonic() - begun > 0.5
    mine.release()


def test_another_machines_process_is_alive_as_long_as_it_touches_the_file(tmp_path, hold, monkeypatch):
    monkeypatch.setattr(file_lease, "WAIT_LIMIT", 1.5)
    holder = hold("elsewhere 1")
    holder.stdout.readline()
    assert "process" in Lease(tmp_path / "state.lock").take("x")
    assert write(holder) == "written"


@pytest.mark.parametrize("machine", [(), ("elsewhere 1",)])
def test_who_does_not_want_to_wait_is_refused_when_the_other_is_known_to_live(tmp_path, hold, machine):
    holder = hold(*machine)
    holder.stdout.readline()
    begun = time.monotonic()
    assert f"process {holder.pid} on " in Lease(tmp_path / "state.lock").take("x", wait=False)
    assert time.monotonic() - begun < 0.5, "a sign of life suffices"


def test_who_does_not_want_to_wait_still_waits_for_a_sign_of_life(tmp_path, hold):
    holder = hold("elsewhere 1")
    holder.stdout.readline()
    holder.kill()
    begun = time.monotonic()
    mine = Lease(tmp_path / "state.lock")
    assert mine.take("x", wait=False) == ""
    assert time.monotonic() - begun > 0.6
    assert mine.take("x") == "", "it has it"
    mine.release()


def test_who_was_taken_for_dead_writes_no_more(tmp_path, hold):
    """A node that was lost from sight comes back: its training has to leave."""
    holder = hold("elsewhere 1")
    holder.stdout.readline()
    holder.send_signal(signal.SIGSTOP)
    mine = Lease(tmp_path / "state.lock")
    assert mine.take("x") == ""
    holder.send_signal(signal.SIGCONT)
    assert "has taken over" in write(holder)
    mine.require()
    mine.release()
    assert write(holder) == "written", "it is free again"


def test_of_many_that_take_over_one_has_it(hold):
    dead = hold("elsewhere 1")
    dead.stdout.readline()
    dead.kill()
    many = [hold(f"machine {n}") for n in range(4)]
    until = time.monotonic() + 20
    while not (ready := select.select([p.stdout for p in many], [], [], 0.1)[0]):
        assert time.monotonic() < until
    time.sleep(1)  # others would have it by now, too
    assert len(select.select([p.stdout for p in many], [], [], 0)[0]) == len(ready) == 1


def test_a_training_that_lost_its_lease_leaves_with_the_code_to_try_again():
    assert Occupied("x").code == 75
    assert str(Occupied("somebody has taken over")) == "somebody has taken over"


def test_a_lease_that_somebody_removed_by_hand_is_made_anew(tmp_path):
    mine = Lease(tmp_path / "state.lock")
    mine.take("x")
    mine.path.unlink()
    mine.require()
    assert mine.path.exists()
    mine.release()


def test_the_same_training_twice_at_once(store_path, start, tmp_path):  # noqa: F811
    """The second waits for the first and only tests what it has learned."""
    command = [sys.executable, "-m", "vcop", *words(store_path, start, tmp_path)]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while not written(tmp_path / "state.pt"):
        assert first.poll() is None
        time.sleep(0.005)
    first.send_signal(signal.SIGSTOP)
    saved = written(tmp_path / "state.pt")
    second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert f"waits for process {first.pid} on " in second.stderr.readline()
    assert psutil.Process(first.pid).status() == psutil.STATUS_STOPPED
    assert written(tmp_path / "state.pt") == saved
    first.send_signal(signal.SIGCONT)
    assert first.wait(60) == 0
    done = results(tmp_path)
    assert "goes on" not in second.communicate(timeout=60)[0]
    assert second.returncode == 0
    assert results(tmp_path) == done
    assert not (tmp_path / "state.lock").exists()
