"""Signals are sent to processes of their own, as a scheduler would send them."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from vcop.runtime.signals import Interrupted, RetryLater, Signals, ignore_stop_signals

# Notes signals while it reads lines, and prints what it caught.
NOTES = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that SIGINT is ignored
from vcop.runtime import signals
signals.SAME_REQUEST = float(sys.argv[1])
with signals.Signals() as noted:
    print("begun", flush=True)
    for line in sys.stdin:
        print(noted.caught, flush=True)
"""


def begin(seconds):
    process = subprocess.Popen(
        [sys.executable, "-c", NOTES, str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "begun\n"
    return process


def caught(process):
    process.stdin.write("?\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_the_first_signal_is_noted_and_a_later_one_ends(name):
    process = begin(0)
    assert caught(process) == "None"
    process.send_signal(getattr(signal, name))
    assert caught(process) == name
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGTERM


def test_a_second_sigterm_soon_after_the_first_is_the_same_request():
    process = begin(60)
    for _ in range(3):
        process.send_signal(signal.SIGTERM)
        assert caught(process) == "SIGTERM"
    process.send_signal(signal.SIGINT)  # somebody is impatient
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT


def test_handlers_are_restored():
    before = signal.getsignal(signal.SIGTERM)
    with Signals():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_loader_process_ignores_the_first_signal():
    if not (child := os.fork()):
        ignore_stop_signals()
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_exit_codes():
    assert RetryLater("later").code == 75
    assert Interrupted("SIGTERM", "epoch 1, step 2").code == 75
    assert Interrupted("SIGINT", "epoch 1, step 2").code == 130
    assert str(Interrupted("SIGINT", "epoch 3")) == "SIGINT: the state is saved; the same command goes on from epoch 3"


@pytest.mark.parametrize("named", [True, False])
def test_a_job_ends_with_its_workflow(named):
    """Its parent, named by VCOP_RUN, is killed; without the name the job goes on."""
    job = "import time; from vcop.runtime.signals import end_with_workflow; end_with_workflow(); print(1, flush=True); time.sleep(60)"
    name = "os.environ['VCOP_RUN'] = str(os.getpid())" if named else "os.environ.pop('VCOP_RUN', None)"
    parent = (
        f"import os, subprocess, sys; {name}; "
        f"child = subprocess.Popen([sys.executable, '-c', {job!r}]); print(child.pid, flush=True); child.wait()"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    child = int(process.stdout.readline())
    assert process.stdout.readline() == "1\n"
    process.kill()
    process.wait()
    waiting = psutil.Process(child) if psutil.pid_exists(child) else None
    try:
        gone = waiting is None or not psutil.wait_procs([waiting], timeout=10 if named else 2.5)[1]
    finally:
        if waiting is not None and waiting.is_running():
            waiting.kill()
        process.stdout.close()
    assert gone == named
