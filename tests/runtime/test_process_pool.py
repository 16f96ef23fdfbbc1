import argparse
import os
import signal

import pytest

from vcop.commands import check, decode, synthesise
from vcop.runtime.process_pool import allowed_threads, available_cores, map_videos


def double(number):
    return 2 * number


def fail(number):
    raise KeyError(f"number {number}")


def die(number):
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_by_video():
    assert map_videos("work", double, {"a": (1,), "b": (2,), "c": (3,)}, 2, "killed") == {"a": 2, "b": 4, "c": 6}
    assert map_videos("work", double, {}, 2, "killed") == {}


def test_an_error_of_the_work_is_raised():
    with pytest.raises(KeyError, match="number 1"):
        map_videos("work", fail, {"a": (1,)}, 1, "killed")


def test_a_killed_process_is_an_error_with_the_given_message():
    with pytest.raises(ValueError, match="^a process was killed: lower something$"):
        map_videos("work", die, {"a": (1,)}, 1, "a process was killed: lower something")


@pytest.fixture
def one_core():
    """Only the first of the allowed cores, as taskset or SLURM leave it."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, [min(before)])
    yield
    os.sched_setaffinity(0, before)


@pytest.mark.parametrize("command", [check, decode, synthesise])
def test_the_allowed_cores_are_the_default(one_core, command):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert parser.get_default("processes") == 1


def test_snakemake_says_how_many_threads_a_job_may_use(one_core, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert allowed_threads() == 3
    for unusable in "", "all":
        monkeypatch.setenv("OMP_NUM_THREADS", unusable)
        assert allowed_threads() == 1


@pytest.mark.parametrize(
    ("limits", "cores"),
    [({}, 64), ({"a/b": "max 100000"}, 64), ({"a/b": "150000 100000"}, 2), ({"a": "300000 100000", "a/b": "max 100000"}, 3),
     ({".": "1000 100000"}, 1)],
)  # fmt: skip
def test_the_limit_of_a_container_counts(tmp_path, monkeypatch, limits, cores):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    (tmp_path / "groups/a/b").mkdir(parents=True)
    for folder, text in limits.items():
        (tmp_path / "groups" / folder / "cpu.max").write_text(text + "\n")
    membership = tmp_path / "cgroup"
    membership.write_text("4:memory:/elsewhere\n0::/a/b\n")
    assert available_cores(tmp_path / "groups", membership) == cores
