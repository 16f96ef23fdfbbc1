"""Real processes that wait for what is dead, stopped, full or frozen: each ends with one line, within a stated time, and no child is left."""

import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress

import psutil
import pytest
from support import frozen
from support.helpers import ROOT
from support.pretraining import start, words  # noqa: F401

from vcop.config.options import MachineOptions, PretrainOptions
from vcop.runtime.watchdog import explain_worker_error

LONG = PretrainOptions(epochs=2000)
WAIT = 0.1  # minutes: machine.wait_minutes
SOON = 60  # seconds in which a busy machine gets everything done
TEN_MINUTES = MachineOptions().wait_minutes


@pytest.fixture
def training(store_path, start, tmp_path):  # noqa: F811
    """Start a pretraining without end, past its first state; it ends with the test."""
    running = []

    @contextmanager
    def begun(*before, store=store_path, **machine):
        made = words(store, start, tmp_path / "out", options=LONG, machine=MachineOptions(device="cpu", **machine))
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "vcop", *made], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        running.append(psutil.Process(process.pid))
        while not (tmp_path / "out/state.pt").exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        yield process, running[-1].children(recursive=True)

    yield begun
    for process in running:
        for one in [*process.children(recursive=True), process] if process.is_running() else []:
            one.kill()


def ended(process, children, seconds):
    """The last line that a process says, which ends by itself within so many seconds, and so do its children."""
    begin = time.monotonic()
    _, said = process.communicate(timeout=seconds)
    print(f"ended after {time.monotonic() - begin:.1f} s: {said}")
    assert process.returncode == 1
    assert "Traceback" not in said and "Error" not in said
    _, alive = psutil.wait_procs(children, timeout=SOON)
    assert not alive
    return said.strip().splitlines()[-1]


def test_a_loader_process_that_is_killed(training):
    with training(workers=2) as (process, children):
        children[0].kill()
        # PyTorch knows the signal or not, as it happens to look.
        assert re.match(r"vcop pretrain: a data loader process was killed", ended(process, children, SOON))


def test_a_loader_process_that_is_killed_while_its_batch_is_fetched(training):
    """It is stopped before, so that most often the training already has its announcement, and waits for the rest."""
    with training(workers=1) as (process, children):
        for signalled in ("suspend", "kill"):
            for child in children:
                getattr(child, signalled)()
            time.sleep(1)
        assert "vcop pretrain: a data loader process was killed" in ended(process, children, SOON)


def test_a_loader_process_that_is_stopped(training):
    """As one is whose disk does not answer."""
    with training(workers=1, wait_minutes=WAIT) as (process, children):
        for child in children:
            child.suspend()
        said = ended(process, children, 60 * WAIT + SOON)
    assert re.match(r"vcop: reading \S+\.h5 by loader processes has not finished within 0.1 minutes: is its file", said)
    assert "raise machine.wait_minutes" in said


ORPHAN = """if 1:
    import os, signal, time
    from vcop.loading.batches import Batches
    from vcop.loading.samples import Samples

    class Numbers(Samples):
        __len__ = lambda self: 9
        name = str
        __getitem__ = lambda self, key: {"x": key[1]}

    def alone():
        print(os.getpid(), flush=True)
        while os.getppid() == training:
            time.sleep(0.01)

    training = os.getpid()
    os.register_at_fork(after_in_child=alone, after_in_parent=lambda: os.kill(training, signal.SIGKILL))
    next(Batches(Numbers(), 2, 1).epoch(0))
"""


def test_a_loader_process_whose_training_is_killed_before_it_begins():
    """It ends, too; PyTorch's own would wait for ever."""
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True) as process:
        loader = psutil.Process(int(process.stdout.readline()))
        assert process.wait(SOON) == -signal.SIGKILL
        try:
            assert not psutil.wait_procs([loader], timeout=20)[1]
        finally:
            with suppress(psutil.Error):
                loader.kill()


@pytest.mark.slow
def test_a_slow_loader_process_is_waited_for(training):
    with training(workers=1, wait_minutes=1) as (process, children):
        for child in children:
            child.suspend()
        time.sleep(3)
        for child in children:
            child.resume()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3)


def in_own_mounts(command, script):
    """What ``command`` does where ``script`` has mounted something, unseen by others."""
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no mounts of its own can be made here: {tried.stderr.strip()}")
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", f'{script}; exec "$@"', "sh", *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("size", [pytest.param("4k", marks=pytest.mark.slow), "64k"])
def test_hardly_any_shared_memory(store_path, start, tmp_path, size):  # noqa: F811
    """4 KB: not even for the semaphores of two workers; 64 KB: for these, not for a batch."""
    made = words(store_path, start, tmp_path, options=LONG, machine=MachineOptions(device="cpu", workers=2))
    done = in_own_mounts([sys.executable, "-m", "vcop", *made], f"mount -t tmpfs -o size={size} none /dev/shm")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "/dev/shm" in last and ("No space left" in last or "has too little room" in last), done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def shown(store_path, tmp_path):
    """The store on a file system that can be frozen: its path, and the process to freeze."""
    with frozen.showing(store_path, tmp_path / "disk") as shown:
        yield shown


@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_frozen_file_system(training, shown, workers):
    store, server = shown
    with training(store=store, workers=workers, wait_minutes=WAIT) as (process, children):
        server.send_signal(signal.SIGSTOP)
        # Where the server has begun to answer, the kernel holds even what has said its line and left, until the disk thaws.
        thaw = threading.Timer(60 * WAIT + SOON / 2, server.send_signal, [signal.SIGCONT])
        thaw.start()
        said = ended(process, children, 60 * WAIT + SOON)
        thaw.cancel()
    place = f"vcop: reading {store}{' by loader processes' if workers else ''} has not finished within"
    assert place in said and "frozen?" in said and "raise machine.wait_minutes" in said


@pytest.mark.parametrize("name", ["check", "baselines", "extract", "pretrain"])
def test_every_verb_ends_on_a_frozen_file_system(shown, name, start, tmp_path):  # noqa: F811
    """Frozen before it begins. The time, three seconds here, is given by a flag where there is one."""
    store, server = shown
    network = ("--network", "r3d", "--out", tmp_path / "o", "--wait-minutes", 0.05)
    rest = {
        "check": (store,),
        "baselines": ("--frames", store),
        "extract": ("--frames", store, "--weights", start, *network),
        "pretrain": (
            "--frames",
            store,
            "--start",
            start,
            "--order",
            tmp_path / "p",
            *network,
            "--task",
            "16-8-3",
            "--seed",
            0,
        ),
    }[name]
    program = "import sys; from vcop import cli; from vcop.runtime import watchdog; watchdog.IDLE_MINUTES = 0.05; sys.exit(cli.main(sys.argv[1:]))"
    server.send_signal(signal.SIGSTOP)
    thaw = threading.Timer(SOON / 2, server.send_signal, [signal.SIGCONT])
    thaw.start()
    done = subprocess.run([sys.executable, "-c", program, name, *map(str, rest)], capture_output=True, text=True, check=False)
    thaw.cancel()
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(
        f"vcop {name}: nothing has been done for 0.05 minutes: is a file system frozen? Nothing is lost, run again"
    )


DOES = {
    "it computes": "sum(range(10**8))",
    "a process of its own computes": "subprocess.run([sys.executable, '-c', 'sum(range(10**8))'])",
    "it reads slowly": "[(time.sleep(0.01), open('/proc/self/status').read()) for _ in range(400)]",
    "it is suspended": "os.kill(os.getpid(), signal.SIGSTOP)",
    "it is suspended while it reads": "with watchdog.deadline(0.02, 'f'): os.kill(os.getpid(), signal.SIGSTOP)",
    "it waits on purpose": "[(time.sleep(0.1), watchdog.heartbeat()) for _ in range(40)]",
    "it is over": "",
}


@pytest.mark.parametrize("what", DOES)
def test_what_does_something_may_take_its_time(what):
    program = f"""if 1:
        import os, signal, subprocess, sys, time
        from vcop.runtime import watchdog
        with watchdog.require_activity("it", 0.02):
            {DOES[what] or "pass"}
        time.sleep({0 if DOES[what] else 3})"""
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
    if "suspended" in what:
        time.sleep(4)
        process.send_signal(signal.SIGCONT)
    assert process.communicate(timeout=SOON)[1] == ""
    assert process.returncode == 0


def test_what_does_nothing_is_ended_and_names_its_files(tmp_path):
    program = f"""if 1:
        import time
        from vcop.runtime.watchdog import require_activity
        with require_activity("it", 0.02), open({str(tmp_path / "f")!r}, "w"):
            time.sleep(60)"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    said = f"it: nothing has been done for 0.02 minutes: is a file system frozen? Nothing is lost, run again. Open files: {tmp_path}/f\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_a_peer_that_is_killed(training):
    with training(gpus=2) as (process, children):
        children[0].kill()
        _, said = process.communicate(timeout=SOON)
    assert process.returncode in (1, -signal.SIGKILL)  # Fabric's own watch over its processes may come after ours
    assert "vcop pretrain: another process of this training has ended" in said
    assert "Traceback" not in said
    assert not psutil.wait_procs(children, timeout=SOON)[1]


@pytest.mark.slow
def test_the_first_of_several_processes_is_killed(training, tmp_path):
    with training(gpus=2) as (process, children):
        process.kill()
        assert not psutil.wait_procs(children, timeout=SOON)[1]


@pytest.mark.slow
def test_a_peer_that_is_stopped(training):
    """Five minutes more than machine.wait_minutes: so long another process may itself have to wait."""
    with training(gpus=2, wait_minutes=WAIT) as (process, children):
        children[0].suspend()
        said = ended(process, children, 60 * WAIT + 300 + SOON)
    assert "another process of this training has ended, or has not answered" in said


def test_ten_minutes_are_stated():
    assert TEN_MINUTES == 10
    for page in ("docs/robustness.md", "docs/training.md"):
        assert "wait_minutes" in (ROOT / page).read_text()


def test_other_errors_are_left_alone():
    assert explain_worker_error("mat1 and mat2 shapes cannot be multiplied") is None
