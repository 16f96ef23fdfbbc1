"""A small study on a real SLURM, through the project's profile: whole, and disturbed in every way that clusters know.

All that is disturbed trains the same network as the undisturbed study, and has to end with the same weights. Disturbed jobs are
frozen (SIGSTOP) in the middle of their training, so that no disturbance comes too late, whatever the speed of the machine.
"""

import csv
import hashlib
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from safetensors.numpy import load_file
from support.helpers import written
from support.one_host import TOLD, Cluster, install, processes, wait
from support.studies import Study, copy_code

NETWORKS = ("c3d", "r3d", "r21d")
RUN = "results/pretrain/r3d/16-8-3/seed-0"
ORDER = "results/order/r3d/16-8-3/seed-0.csv"
FEATURES, NEIGHBOURS = "results/features/ucf101/r3d/16-8-3/seed-0.h5", "results/retrieval/ucf101/r3d/16-8-3/conv5-seed-0.csv"
EPOCHS = 8
# No partial batch, no dropout, small steps: rounding, which grows from step to step, stays small.
PRETRAIN = {"epochs": EPOCHS, "batch_size": 10, "learning_rate": 1e-4, "optimiser": "adamw", "dropout": 0.0}
PRETRAIN |= {"joint_batchnorm": True, "head_batchnorm": True}
PATIENCE = 900  # seconds for a study; a busy machine may need them
SITE = {"cpu_partition": "cpu", "gpu_partition": "gpu"}  # what a user changes in the profile
# Tests look more often than the profile does.
OFTEN = ("--seconds-between-status-checks", "1", "--slurm-init-seconds-before-status-checks", "1")
ALWAYS = (*OFTEN, "--max-status-checks-per-second", "1", "--latency-wait", "10", "--slurm-keep-successful-logs")
SUBMITTED = re.compile(r"SLURM jobid (\d+) \(log: \S*/rule_(\w+?)/")


@dataclass
class Runner:
    """A study that is run by Snakemake on the cluster, and what became of its jobs."""

    study: Study
    cluster: Cluster
    target: tuple[str, ...] = (ORDER,)
    process: subprocess.Popen | None = None
    kept: dict[str, object] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.study.folder

    def start(self, *words: str) -> None:
        with open(self.folder / "snakemake.txt", "a") as said:
            command = self.study.command(*words, "--", *self.target)
            environment = self.study.environment
            self.process = subprocess.Popen(command, stdout=said, stderr=said, env=environment, start_new_session=True)

    def finish(self) -> "Runner":
        code = self.process.wait(PATIENCE)
        assert code == 0, self.said[-6000:]
        return self

    @property
    def said(self) -> str:
        return (self.folder / "snakemake.txt").read_text()

    @property
    def log(self) -> str:
        """The log of the newest attempt; Snakemake deletes those before."""
        path = self.folder / "results/logs/pretrain/r3d/16-8-3/seed-0.log"
        return path.read_text() if path.exists() else ""

    @property
    def jobs(self) -> list[tuple[str, str]]:
        """Number and rule of every job that was submitted."""
        return SUBMITTED.findall(self.said)

    def records(self, rule: str = "pretrain") -> list[dict[str, str]]:
        return [self.cluster.job(number) for number, name in self.jobs if name == rule]

    def trainings(self) -> list[psutil.Process]:
        """The processes that train, not those of Snakemake around them."""
        words = ["-m", "vcop", "pretrain"]
        return processes(lambda one: one.cmdline()[1:4] == words and one.cwd() == str(self.folder))

    def freeze(self) -> psutil.Process:
        """Stop the training where it is, after it has saved its state and before its end."""
        state = self.folder / RUN / "state.pt"
        begun = written(state)

        def trains() -> list[psutil.Process]:
            assert self.process.poll() is None, self.said[-3000:]
            return self.trainings()

        frozen = wait(trains, f"{self.folder.name} trains")[0]
        while written(state) in (0, begun):
            assert frozen.is_running(), self.log
            time.sleep(0.005)
        frozen.send_signal(signal.SIGSTOP)
        assert len(table(self.folder / RUN / "history.csv")) < EPOCHS - 1, "in the middle"
        return frozen

    def tell(self) -> Iterator[str]:
        """For the log of the test."""
        yield f"{self.folder.name}:"
        for number, rule in self.jobs:
            job = self.cluster.job(number)
            asked = " ".join(f"{key}={job[key]}" for key in ("TRES", "TresPerJob", "TimeLimit", "NodeList") if key in job)
            yield f"  SLURM job {number} {rule}: {job['JobState']} Restarts={job['Restarts']} {asked}"
        yield from (f"  log: {line}" for line in self.log.splitlines() if re.search("goes on|waits for", line))
        for path in sorted((self.folder / "results/pretrain").glob("*/16-*/seed-0/model.safetensors")):
            yield f"  weights of {path.parts[-4]}: {digest(path)}"


def table(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def digest(path: Path) -> str:
    """Of all bits of the weights."""
    found = hashlib.sha256()
    for name, value in sorted(load_file(path).items()):
        found.update(name.encode() + value.tobytes())
    return found.hexdigest()[:16]


def outcome(runner: Runner) -> tuple:
    """All that a pretraining leaves, without its times."""
    rows = [
        {k: v for k, v in row.items() if k not in ("seconds", "clips_per_second")}
        for row in table(runner.folder / RUN / "history.csv")
    ]
    texts = [(runner.folder / path).read_text() for path in (ORDER, f"{RUN}/validation.txt")]
    return digest(runner.folder / RUN / "model.safetensors"), rows, texts


def went_on(runner: Runner) -> int:
    """The step within an epoch that the last attempt began with: after the first where a signal has saved the state."""
    return int(re.search(r"goes on from epoch \d+, step (\d+)", runner.log)[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    install()
    with Cluster(tmp_path_factory.mktemp("slurm") / "c") as cluster:
        yield cluster


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Study:
    """Videos, frames and initial weights, made without SLURM; and the profile, changed as its head says."""
    code = copy_code(tmp_path_factory.mktemp("code"))
    profile = code / "profiles/slurm/config.yaml"
    text = profile.read_text()
    for name, value in SITE.items():
        assert f'{name} = ""' in text
        text = text.replace(f'{name} = ""', f'{name} = "{value}"')
    profile.write_text(text)
    study = Study(tmp_path_factory.mktemp("studies") / "prepared", code)
    study.configure(pretrain=PRETRAIN)
    weights = [f"results/pretrain/{network}/random/seed-0/model.safetensors" for network in NETWORKS]
    study.snakemake("results/frames/ucf101.h5", *weights)
    return study


class Scenarios:
    """What is done to copies of the prepared study, each by a method of its name; all at the same time."""

    def __init__(self, cluster: Cluster, prepared: Study) -> None:
        self.cluster, self.prepared = cluster, prepared

    def copy(self, name: str, *always: str, machine: dict | None = None) -> Runner:
        folder = self.prepared.folder.with_name(name)
        shutil.copytree(self.prepared.folder, folder)
        study = Study(folder, self.prepared.code, "slurm", (*ALWAYS, *always))
        study.configure(pretrain=PRETRAIN, machine=machine or {})
        return Runner(study, self.cluster)

    def undisturbed(self) -> Runner:
        runner = self.copy("undisturbed")
        shutil.rmtree(runner.folder / "results/frames")
        runner.target = ("cvpr2019_table1", NEIGHBOURS)
        runner.start()
        return runner.finish()

    def limit(self) -> Runner:
        """The training stands still until its time limit is over: one minute since its start, set when it stands still."""
        runner = self.copy("limit")
        runner.start()
        runner.freeze()
        self.cluster.ask("scontrol", "update", f"JobId={runner.jobs[0][0]}", "TimeLimit=1")
        return runner.finish()

    def requeue(self) -> Runner:
        runner = self.copy("requeue")
        runner.start()
        runner.freeze()
        self.cluster.ask("scontrol", "requeue", runner.jobs[0][0])
        return runner.finish()

    def cancel(self) -> Runner:
        runner = self.copy("cancel")
        runner.start()
        runner.freeze()
        self.cluster.ask("scancel", runner.jobs[0][0])
        return runner.finish()

    def node(self) -> Runner:
        """The power of the node is cut; it comes back after SLURM has noticed."""
        runner = self.copy("node", "--set-resources", "pretrain:slurm_partition=weak")
        runner.start()
        runner.freeze()
        self.cluster.cut("vcop2")
        wait(lambda: self.cluster.state("vcop2").startswith("down"), "SLURM has noticed that vcop2 is gone")
        runner.kept["while down"] = self.cluster.job(runner.jobs[0][0])
        self.cluster.up("vcop2")
        return runner.finish()

    def session(self) -> Runner:
        """Snakemake is killed, its job lives on; a second Snakemake submits the same training again."""
        runner = self.copy("session")
        runner.start()
        first = runner.freeze()
        runner.process.kill()
        runner.process.wait()
        runner.start()
        wait(lambda: "waits for" in runner.log, "the second job waits for the first")
        locked = runner.study.snakemake("--", ORDER, check=False)
        runner.kept["locked"] = locked.stdout + locked.stderr
        runner.kept["waits"], runner.kept["writers"] = runner.log, len(runner.trainings())
        first.send_signal(signal.SIGCONT)
        return runner.finish()

    def gpus(self) -> Runner:
        runner = self.copy("gpus", machine={"gpus": 2})
        runner.start()
        return runner.finish()

    def nodes(self) -> Runner:
        runner = self.copy("nodes", "--set-resources", "pretrain:slurm_partition=both", machine={"nodes": 2})
        runner.start()
        return runner.finish()


@pytest.fixture(scope="module")
def done(cluster, prepared, request) -> Iterator[dict[str, Future]]:
    """A future a scenario."""
    scenarios, begun = Scenarios(cluster, prepared), time.monotonic()
    with ThreadPoolExecutor() as pool:
        found = {"limit": pool.submit(scenarios.limit)}
        for name in ("requeue", "cancel", "session", "node", "undisturbed", "gpus"):
            found[name] = pool.submit(getattr(scenarios, name))
        found["nodes"] = pool.submit(lambda: (found["node"].exception(), scenarios.nodes())[1])
        yield found
    ended = [future.result() for future in found.values() if not future.exception()]
    told = [line for runner in ended for line in runner.tell()]
    request.config.stash[TOLD] = [*told, f"{len(ended)} of {len(found)} studies in {time.monotonic() - begun:.0f} s"]


@pytest.fixture(scope="module")
def whole(done) -> Runner:
    return done["undisturbed"].result()


def test_jobs_ran_inside_slurm_with_the_resources_asked_for(whole):
    assert sorted(rule for _, rule in whole.jobs) == ["decode", "extract", *["pretrain"] * 3, "retrieve"]
    asked = {"decode": (16, 4000), "extract": (1, 8000), "pretrain": (1, 16000), "retrieve": (1, 4000)}
    for rule, (cpus, memory) in asked.items():
        for job in whole.records(rule):
            assert (job["JobState"], job["NumCPUs"], job["MinMemoryNode"]) == ("COMPLETED", str(cpus), f"{memory}M"), rule
            gpu = rule in ("extract", "pretrain")
            assert (job["Partition"], job.get("TresPerJob")) == (("gpu", "gres:gpu:1") if gpu else ("cpu", None)), rule
    assert (whole.folder / "results/cvpr2019/table1.html").exists()
    assert (whole.folder / NEIGHBOURS).exists()
    assert "rule initialise" not in whole.said


def test_a_job_at_its_time_limit_is_continued_by_its_retry(done, whole):
    runner = done["limit"].result()
    assert [job["JobState"] for job in runner.records()] == ["TIMEOUT", "COMPLETED"]
    assert went_on(runner) > 1
    assert outcome(runner) == outcome(whole)


def test_a_requeued_job_goes_on(done, whole):
    runner = done["requeue"].result()
    assert [(job["JobState"], job["Restarts"]) for job in runner.records()] == [("COMPLETED", "1")]
    assert went_on(runner) > 1
    assert outcome(runner) == outcome(whole)


def test_a_cancelled_job_is_continued_by_its_retry(done, whole):
    runner = done["cancel"].result()
    assert [job["JobState"] for job in runner.records()] == ["CANCELLED", "COMPLETED"]
    assert went_on(runner) > 1
    assert outcome(runner) == outcome(whole)


def test_a_job_goes_on_when_its_node_is_back(done, whole):
    runner = done["node"].result()
    assert runner.kept["while down"]["JobState"] == "PENDING"
    job, *more = runner.records()
    assert not more
    assert (job["JobState"], job["Restarts"], job["NodeList"]) == ("COMPLETED", "1", "vcop2")
    assert went_on(runner) == 1, "from the end of an epoch"
    assert outcome(runner) == outcome(whole)


def test_a_killed_snakemake_is_followed_by_one_whose_job_waits_and_a_third_is_refused(done, whole):
    runner = done["session"].result()
    assert "Another run works on this study" in runner.kept["locked"]
    first, second = runner.records()
    assert runner.kept["writers"] == 2, "both were there at the same time"
    assert f"(SLURM job {first['JobId']}), which writes the same files" in runner.kept["waits"]
    assert "goes on from" not in runner.log, "the first has trained to the end"
    assert first["JobState"] == second["JobState"] == "COMPLETED"
    assert outcome(runner) == outcome(whole)


@pytest.mark.parametrize("name", ["gpus", "nodes"])
def test_processes_that_share_a_training_have_the_losses_of_one(done, whole, name):
    runner = done[name].result()
    (job,) = runner.records()
    assert job["JobState"] == "COMPLETED"
    assert job["NumNodes"] == ("2" if name == "nodes" else "1")
    assert job["NumCPUs"] == "2"
    mine, other = ([float(row["loss"]) for row in table(r.folder / RUN / "history.csv")] for r in (runner, whole))
    assert mine[:3] == pytest.approx(other[:3], abs=1e-4)
    assert mine == pytest.approx(other, abs=2e-2), "rounding grows from step to step"
    assert runner.log.count("videos to train on") == 1, "one writer"
    assert [path.name for path in (runner.folder / RUN).glob("*state*")] == ["state.pt"]
