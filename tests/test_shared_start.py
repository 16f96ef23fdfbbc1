import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from support.pretraining import NARROW, results, start, words  # noqa: F401  # `start` is a fixture

from vcop.config.fields import flags
from vcop.config.options import MachineOptions, PretrainOptions
from vcop.shared_start import ADDRESS

SHARED = [sys.executable, "-m", "vcop.shared_start"]
VCOP = [sys.executable, "-m", "vcop"]


@pytest.fixture(scope="module")
def shared():
    """The environment of the commands below a shared start, which ends with this module's tests."""
    waits = f"import os, sys; print(os.environ['{ADDRESS}'], flush=True); sys.stdin.read()"
    with subprocess.Popen([*SHARED, sys.executable, "-c", waits], stdin=-1, stdout=-1, text=True) as process:
        yield os.environ | {ADDRESS: process.stdout.readline().strip()}
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def run(environment, *arguments, **more):
    return subprocess.run([*VCOP, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False, **more)


@pytest.mark.parametrize(
    "arguments", [["--version"], ["sizes", "--help"], ["pretrain", "--nonsense"], ["check", "no such file"], []]
)
def test_output_and_exit_code_are_those_of_a_command_by_itself(shared, arguments, tmp_path):
    (alone, below) = (run(environment, *arguments, cwd=tmp_path) for environment in (None, shared))
    assert (below.returncode, below.stdout, below.stderr) == (alone.returncode, alone.stdout, alone.stderr)


def test_folder_and_environment_are_those_of_the_command(shared, tmp_path):
    """Two files of one name in two folders, and a width of the terminal, which changes the lines of a help text."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        made = run(
            shared,
            "initialise",
            "--network",
            "r3d",
            "--seed",
            0,
            "--out",
            "w.safetensors",
            *flags(NARROW).split(),
            cwd=tmp_path / folder,
        )
        assert made.returncode == 0
        assert (tmp_path / folder / "w.safetensors").is_file()
    assert run(shared | {"COLUMNS": "60"}, "--help").stdout != run(shared | {"COLUMNS": "160"}, "--help").stdout


def test_a_command_does_not_import_pytorch_again(shared):
    """Its own process then takes a fraction of the time; what the copy takes counts for the shared start."""
    spent = []
    for environment in (None, shared):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        assert run(environment, "pretrain", "--help").returncode == 0
        spent.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    assert spent[1] < spent[0] / 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_training_is_stopped_and_goes_on_with_the_same_bits(shared, store_path, start, tmp_path, number):  # noqa: F811
    """Stopped by a signal to the process that waits for it; when that process is killed, the training still saves its state."""
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    assert run(None, *words(store_path, start, whole)).returncode == 0
    command = words(store_path, start, stopped, machine=MachineOptions(save_minutes=0))
    process = subprocess.Popen([*VCOP, *command], env=shared, stdout=subprocess.DEVNULL, stderr=-1, text=True)
    while not (stopped / "state.pt").exists():
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGTERM: 75, signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}[number]
    assert "the state is saved" in said
    assert not (stopped / "model.safetensors").exists()
    again = run(shared, *command)
    assert again.returncode == 0
    assert "goes on from epoch" in again.stdout
    assert results(stopped) == results(whole)


def test_death_by_a_signal_comes_back_as_a_shell_reports_it(shared, store_path, start, tmp_path):  # noqa: F811
    long = words(store_path, start, tmp_path, options=PretrainOptions(epochs=1000))
    process = subprocess.Popen([*VCOP, *long], env=shared, stdout=subprocess.DEVNULL)
    while not (workers := [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if works_in(pid, tmp_path)]):
        time.sleep(0.05)
    [worker] = workers
    os.kill(worker, signal.SIGKILL)
    assert process.wait(timeout=60) == 128 + signal.SIGKILL


def works_in(pid, folder):
    """Whether a process has a file of this folder open: the lease of a training."""
    try:
        return any(os.readlink(f"/proc/{pid}/fd/{fd}").startswith(str(folder)) for fd in os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return False


@pytest.mark.parametrize("address", ["", "/nowhere/socket"])
def test_without_a_shared_start_a_command_starts_by_itself(address):
    assert run(os.environ | {ADDRESS: address}, "--version").stdout == run(None, "--version").stdout


def test_a_folder_for_temporary_files_with_a_long_name_only_costs_the_sharing(tmp_path):
    folder = tmp_path / ("a" * 120)
    folder.mkdir()
    asked = f"import os, sys; sys.exit(5 if '{ADDRESS}' in os.environ else 6)"
    environment = os.environ | {"TMPDIR": str(folder)}
    assert subprocess.run([*SHARED, sys.executable, "-c", asked], env=environment, check=False, timeout=60).returncode == 6


def test_the_command_that_is_given_ends_the_shared_start():
    asked = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-m', 'vcop', '--version']) + 7)"
    ended = subprocess.run([*SHARED, sys.executable, "-c", asked], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 7
    assert ended.stdout.startswith("vcop ")
    killed = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    assert subprocess.run([*SHARED, *killed], check=False, timeout=60).returncode == 128 + signal.SIGKILL
    assert subprocess.run(SHARED, capture_output=True, check=False, timeout=60).returncode == 2


def test_several_processes_of_one_training_start_below_it(shared, store_path, start, tmp_path):  # noqa: F811
    """The first process starts the others by the name of the program that it was started as."""
    command = [*words(store_path, start, tmp_path / "two"), "--gpus", "2", "--device", "cpu"]
    done = run(shared | {"OMP_NUM_THREADS": "1"}, *command, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "two/model.safetensors").is_file()


COUNT = """
import resource, torch
from vcop import shared_start
{first}
def fill(): torch.empty(10 * 2**20).fill_(1)  # more than the C library would keep
for _ in range(30): fill()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
fill()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(first):
    """How many pages the system fills for an array of 40 MiB, after others of its size."""
    code = COUNT.format(first=first)
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def test_freed_memory_is_used_again():
    assert 10 * page_faults("shared_start.keep_memory()") < page_faults("")
