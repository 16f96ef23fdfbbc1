"""Kills a small study again and again, at random and at the worst moments, and reruns it plainly; it has to end with the same files.

``make torture`` (``python -m support.torture --kills 300 --seed 1`` in tests/). Every kill is a SIGKILL: of one job's process, of a
loader's or decoder's worker, of Snakemake alone (its jobs live on), or of all of them at once. Moments are random in time, or
those of ``HOOK``: right before a file gets its name, between the two renamings of a state, while a file or a store is written.
"""

import argparse
import csv
import hashlib
import json
import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from support.helpers import ROOT
from support.studies import Study, copy_code

# Each kind of rule, nets of 1/16 width. Every update is saved, so that a kill may cost one at most.
CONFIG = {
    "pretrain": {"epochs": 2},
    "machine": {"workers": 1, "save_minutes": 0, "device": "cpu"},
    "label_shares": [50],
}
TARGETS = (
    "results/order/r3d/16-8-3-hard/seed-0.csv",
    "results/retrieval/ucf101/r3d/16-8-3/conv5-seed-0.csv",
    "results/retrieval/hmdb51-in-ucf101/r3d/16-8-3/conv5-seed-0.csv",
    "results/probe/ucf101/r3d/16-8-3/conv5-seed-0.csv",
    "results/recognition/ucf101-1/r3d/16-8-3/from-conv1/seed-0.csv",
    "results/recognition/ucf101-1/r3d/16-8-3/labels-50/seed-0.csv",
    "results/audit/r3d/16-8-3/seed-0.csv",
    "results/answers/r3d/16-8-3/seed-0.csv",
    "results/answers/question-only/seed-0.csv",
    "results/cvpr2019/table1.html",
    "results/cvpr2019/figure1.png",
    "results/cvpr2019/figure3.png",
)
# What of its results a study has when the kills begin; all else is gone.
KEPT = {
    "nothing": (),
    "videos": ("synthetic",),
    "frames": ("synthetic", "frames"),
    "weights": ("synthetic", "frames", "pretrain", "order", "mine"),
    "features": ("synthetic", "frames", "pretrain", "order", "mine", "finetune", "recognition", "features"),
}
# What a run that was not disturbed would not have alike, either: times, processes, and what Snakemake keeps of them.
LEFT_OUT = {"logs": "a folder of what jobs say", "benchmarks": "a folder of their seconds"}
UNLIKE = {
    "state.pt": "holds the seconds spent",
    "state.previous": "the same",
    "progress.json": "holds date, seconds and process",
    **{f".{name}-videos.json": "holds the times of the videos" for name in ("ucf101", "hmdb51", "activitynet-qa")},
}
BESIDE = (".part", ".sha256")  # a small file that a kill has left half-written; the digest of one that is compared itself
COLUMNS = {"history.csv": ("seconds", "clips_per_second")}
KEYS = {"provenance.json": ("training_seconds", "machine")}

# Read by the jobs' Python when it starts. An audit event is raised before what it tells of: a second renaming's, after the first.
HOOK = """
import json, os, signal, sys, threading, time

def spring(trap, event, path):
    try:
        os.rename(TRAP, TRAP + ".sprung")  # of several processes one
    except OSError:
        return
    about = trap | {"path": path, "words": sys.argv, "pid": os.getpid(), "main": ME}
    with open(TRAP + ".said", "w") as file:
        file.write(json.dumps(about))
    os.rename(TRAP + ".said", TRAP + ".told")
    if trap["victim"] == "group":
        os.killpg(0, signal.SIGKILL)
    os.kill(PARENT if trap["victim"] == "snakemake" else os.getpid(), signal.SIGKILL)

def later(*about):
    time.sleep(about[0]["delay"])
    spring(*about)

def watch(event, args):
    if event not in ("open", "os.rename") or (event == "open") != (trap["event"] == "open"):
        return
    paths = " ".join(os.fsdecode(a) for a in args[:2] if isinstance(a, (str, bytes, os.PathLike)))
    if (event == "open" and (args[1] or "r")[0] not in trap["mode"]) or trap["match"] not in paths or TRAP in paths:
        return
    trap["count"] -= 1
    if trap["count"] == 0:
        if trap["delay"]:
            threading.Thread(target=later, args=(trap, event, paths), daemon=True).start()
        else:
            spring(trap, event, paths)

ME, PARENT, TRAP = os.getpid(), os.getppid(), os.environ.get("TORTURE_TRAP", "")
try:
    with open(TRAP) as file:
        trap = json.load(file)
except OSError:
    pass
else:
    sys.addaudithook(watch)
"""


@dataclass
class Plan:
    """A kill that is to be: whom, and when."""

    victim: str  # job, worker, snakemake, group
    moment: str
    trap: dict | None = None
    wait: int = 0  # for so many new jobs
    delay: float = 0.0  # seconds after that


def draw_plan(draw: random.Random) -> Plan:
    """At random; the dangerous moments are more frequent than time makes them."""
    moment = draw.choices(
        ["time", "rename", "state", "previous", "writing", "store", "begin", "end"], [35, 12, 10, 10, 15, 7, 4, 7]
    )[0]
    if moment == "time":
        victim = draw.choices(["job", "worker", "snakemake", "group"], [30, 20, 20, 30])[0]
        return Plan(victim, moment, wait=draw.randint(1, 2), delay=draw.uniform(0, 5))
    if moment in ("begin", "end"):
        return Plan(draw.choice(["snakemake", "group"]), moment, wait=draw.randint(1, 3), delay=draw.uniform(0, 3))
    traps = {
        "rename": ("os.rename", "", "", draw.choice([1, 1, 2, 3, 5, 8, 20]), 0),
        "state": ("os.rename", "state.previous", "", draw.choice([1, 2, 3, 5, 8]), 0),
        "previous": ("os.rename", ".part ", "", 0, 0),  # see below
        "writing": ("open", ".part", "wx", draw.choice([1, 1, 2, 3, 5, 8, 20]), draw.choice([0, draw.uniform(0, 0.02)])),
        "store": ("open", ".npz", "r", draw.randint(1, 150), 0),
    }
    event, match, mode, count, delay = traps[moment]
    if moment == "previous":  # the state before is the previous one, and the newest has not its name yet
        match, count = "/state.pt", draw.choice([3, 3, 5, 7, 9, 13])
    trap = {"event": event, "match": match, "mode": mode, "count": count, "delay": delay}
    victim = draw.choices(["job", "snakemake", "group"], [40, 25, 35])[0]
    # Where nothing goes into the trap, it is a kill by time.
    return Plan(victim, moment, trap | {"victim": victim, "moment": moment}, wait=draw.randint(1, 3), delay=15)


@dataclass
class Kill:
    """One that was."""

    victim: str
    moment: str
    where: str
    kind: str
    kept: list[str] = field(default_factory=list)


class Lane:
    """A study that is killed until it has had its share, as often as it takes from the beginning to the end."""

    def __init__(self, study: Study, targets: tuple[str, ...], draw: random.Random, say=print) -> None:
        self.study, self.targets, self.draw, self.say = study, targets, draw, say
        self.trap = study.folder.with_name(f"{study.folder.name}.trap")
        self.study.variables |= {"TORTURE_TRAP": str(self.trap)}
        self.kills: list[Kill] = []
        self.points: dict[str, tuple[int, int, float]] = {}  # epochs and updates kept, and when that was seen
        self.wrong: list[str] = []
        self.resumed = self.runs = 0
        self.begun = 0.0  # the last run, as files' times are
        self.deadline = math.inf

    def torment(self, kills: int) -> None:
        """At least so many kills if the study lasts as long, then a plain rerun to the end."""
        while len(self.kills) < kills and time.monotonic() < self.deadline:
            if self.attempt(draw_plan(self.draw), kills):
                return
        self.disarm()
        done = self.run_to_end()
        if done.returncode:
            self.wrong.append(f"the last rerun failed: {(done.stdout + done.stderr)[-3000:]}")

    def run_to_end(self) -> subprocess.CompletedProcess:
        self.runs, self.begun = self.runs + 1, time.time()
        done = self.study.snakemake("--", *self.targets, check=False)
        self.look_at_logs()
        return done

    def attempt(self, plan: Plan, limit: int) -> bool:
        """One run, disturbed; a run whose job was killed goes on, and is disturbed again. Returns whether it came to its end."""
        begun, done, self.runs, self.begun = time.monotonic(), len(self.kills), self.runs + 1, time.time()
        self.arm(plan)
        with tempfile.TemporaryFile("w+") as said:
            # What a site may say besides: several kills of one run.
            more = self.draw.choice([(), ("--keep-going", "--retries", "3")])
            process = subprocess.Popen(
                self.study.command(*more, "--", *self.targets),
                env=self.study.environment, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
            watch = Watch(process, plan)
            while process.poll() is None:
                time.sleep(0.03)
                if time.monotonic() - begun > 900:
                    os.killpg(process.pid, signal.SIGKILL)
                    self.wrong.append(f"a run hangs; armed was {plan}")
                if kill := self.sprung() or (watch.due() and watch.kill(self.study.folder)):
                    self.note(kill)
                    if kill.victim in ("job", "worker") and len(self.kills) < limit:
                        plan = draw_plan(self.draw)
                        self.arm(plan)
                        watch = Watch(process, plan)
                    else:
                        self.disarm()
                        watch.plan = None
            if kill := self.sprung():
                self.note(kill)
            said.seek(0)
            text = said.read()
        self.look_at_logs()
        if process.returncode == 0:
            return True
        if len(self.kills) == done:
            self.wrong.append(f"a plain rerun failed though nothing was killed in it: {text[-3000:]}")
        if process.returncode == -signal.SIGKILL:
            self.remember()
        return False

    def arm(self, plan: Plan) -> None:
        self.disarm()
        if plan.trap:
            # Whole at once, or a job that starts now would read half of it.
            part = self.trap.with_suffix(".new")
            part.write_text(json.dumps(plan.trap))
            os.replace(part, self.trap)

    def disarm(self) -> None:
        for suffix in ("", ".sprung", ".told", ".said"):
            Path(f"{self.trap}{suffix}").unlink(missing_ok=True)

    def sprung(self) -> Kill | None:
        told = Path(f"{self.trap}.told")
        if not told.exists():
            return None
        about = json.loads(told.read_text())
        told.unlink()  # perhaps of a trap that a job has known for longer
        path = " -> ".join(os.path.relpath(p, self.study.folder) if p[:1] == "/" else p for p in about["path"].split())
        when = "before it renames" if about["event"] == "os.rename" else "as it opens"
        inner = "" if about["pid"] == about["main"] else "a worker of "
        return Kill(about["victim"], about["moment"], f"{inner}{name(about['words'])}, {when} {path}", kind(about["words"]))

    def note(self, kill: Kill) -> None:
        self.kills.append(kill)
        time.sleep(0.05)
        self.remember()
        kill.kept = [f"{path} is at update {self.points[path][1]} of epoch {self.points[path][0] + 1}" for path in self.points]
        self.say(self, kill)

    def remember(self) -> None:
        """Where every training that nobody writes now would go on from."""
        for path in self.study.folder.glob("results/*/**/state.lock"):
            try:
                if psutil.pid_exists(json.loads(path.read_text())["pid"]):
                    continue
            except (OSError, ValueError):
                continue  # it has just gone, or has just come
            found = [position(path.with_name(name)) for name in ("state.pt", "state.previous")]
            if any(found):
                self.points[str(path.parent.relative_to(self.study.folder / "results"))] = (
                    *next(filter(None, found)),
                    time.time(),
                )

    def look_at_logs(self) -> None:
        """Whether what was taken up again was taken up where it was left."""
        for path, (epoch, step, when) in list(self.points.items()):
            stage, *rest = path.split("/")
            log = self.study.folder / "results/logs" / {"answering": "answer"}.get(stage, stage) / ("/".join(rest) + ".log")
            later = log.exists() and log.stat().st_mtime > when  # not what the one that was killed had said
            text = log.read_text() if later else ""
            if found := re.search(r"goes on from epoch (\d+), step (\d+)", text):
                self.resumed += 1
                if (int(found[1]) - 1, int(found[2]) - 1) < (epoch, step):
                    self.wrong.append(f"{path}: goes on from {found[0]}, but update {step} of epoch {epoch + 1} was saved")
                del self.points[path]


def position(state: Path) -> tuple[int, int] | None:
    """Epochs and updates that a state holds, if it is a whole one."""
    from vcop.storage.sealing import STATE
    from vcop.training.checkpoints import read_state

    try:
        running = read_state(state, STATE)["running"]
    except (ValueError, OSError):
        return None
    return running["epoch"], running["step"]


class Watch:
    """For the moments that are told by the time and by which jobs come and go."""

    def __init__(self, process: subprocess.Popen, plan: Plan) -> None:
        self.process, self.plan, self.begun = process, plan, time.monotonic()
        self.known = set(self.jobs())
        self.count, self.since, self.alive = 0, 0.0, set(self.known)

    def jobs(self) -> list[int]:
        """The jobs' processes."""
        try:
            children = psutil.Process(self.process.pid).children()
        except psutil.Error:
            return []
        return [child.pid for child in children if "vcop" in words(child.pid)]

    def due(self) -> bool:
        if self.plan is None:
            return False
        now, jobs = time.monotonic(), self.jobs()
        if self.plan.moment == "begin":
            return now - self.begun > self.plan.delay
        ended = [p for p in self.alive if p not in jobs]
        self.alive = set(jobs)
        for job in set(jobs) - self.known:
            self.known.add(job)
            self.count += 1
            if self.count == self.plan.wait:
                self.since = now
        if self.plan.moment == "end":
            self.plan.wait -= len(ended)
            return self.plan.wait <= 0
        return self.count >= self.plan.wait and now - self.since > self.plan.delay and bool(jobs)

    def kill(self, folder: Path) -> Kill | None:
        """The victim, at this very moment."""
        plan, jobs = self.plan, self.jobs()
        shown = [(p, words(p)) for p in jobs]
        chosen = max(shown, key=lambda pair: pair[0], default=(0, []))
        moment = plan.moment if plan.trap is None else "time"  # a trap that nothing went into
        victim, of = plan.victim, chosen[0]
        if victim in ("job", "worker") and not of:
            return None
        try:
            if victim == "worker":
                workers = [p.pid for p in psutil.Process(of).children(recursive=True)]
                if not workers:
                    return None  # they are waited for
                of = workers[-1]
            if victim == "group":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                os.kill(self.process.pid if victim == "snakemake" else of, signal.SIGKILL)
        except (OSError, psutil.Error):
            return None  # it was quicker
        those = [w for _, w in shown] if victim in ("snakemake", "group") else [chosen[1]]
        where = "; ".join(name(w) for w in those if w) or "no job"
        return Kill(victim, moment, where, kind(chosen[1]))


def words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[2:-1]  # without python -m
    except OSError:
        return []


def name(said: list[str]) -> str:
    """A job by its verb and its output."""
    said = said[1:]
    return f"{said[0]} {said[said.index('--out') + 1].removeprefix('results/')}" if "--out" in said else " ".join(said[:2])


def kind(said: list[str]) -> str:
    """Its rule, or nearly so."""
    text, verb = name(said), (said[1:2] or ["no job"])[0]
    special = {
        "question-only": "answer_without_video", "activitynet-qa": f"{verb}_questions", "labels-": "finetune_few",
        "-in-": "retrieve_across", "-hard": "pretrain -hard",
    }  # fmt: skip
    if verb == "render":
        return f"render {said[2]}"
    return next((rule for mark, rule in special.items() if mark in text), verb)


def outcome(folder: Path) -> dict[str, str]:
    """A digest of each result file, without seconds, dates and hosts (``LEFT_OUT``, ``UNLIKE``, ``COLUMNS``, ``KEYS``)."""
    found = {}
    for path in sorted((folder / "results").rglob("*")):
        inside = path.relative_to(folder / "results")
        if path.is_dir() or inside.parts[0] in LEFT_OUT or path.name in UNLIKE or path.suffix in BESIDE:
            continue
        found[str(inside)] = hashlib.sha256(content(path)).hexdigest()
    return found


def content(path: Path) -> bytes:
    if drop := COLUMNS.get(path.name):
        with open(path, newline="") as file:
            return json.dumps([{k: v for k, v in row.items() if k not in drop} for row in csv.DictReader(file)]).encode()
    if drop := KEYS.get(path.name):
        about = json.loads(path.read_text())
        return json.dumps({k: v for k, v in about.items() if k not in drop}).encode()
    return path.read_bytes()


def prepare(folder: Path) -> Path:
    """The code, with the hook in it."""
    code = copy_code(folder)
    (code / "src/sitecustomize.py").write_text(HOOK)
    return code


def lingering(folder: Path, patience: float = 15) -> list[str]:
    """Processes that still work in a study, or wait there for ever."""
    until = time.monotonic() + patience
    while (found := list(_inside(folder))) and time.monotonic() < until:
        time.sleep(0.5)
    return found


def _inside(folder: Path) -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                yield f"{process.pid} {' '.join(process.cmdline())[:100]}"
        except psutil.Error:
            continue


def check(lane: Lane, whole: dict[str, str]) -> list[str]:
    """What is wrong with a study that was killed and has come to its end."""
    again = outcome(lane.study.folder)
    wrong = [f"{path} differs" for path in sorted(whole.keys() | again.keys()) if whole.get(path) != again.get(path)]
    left = [path for path in lane.study.folder.rglob("*") if path.suffix in (".lock", ".parts")]
    for path in left:
        # A run that was killed with all its work done leaves its own: the next one has nothing to do, and never takes it.
        old = path.name == "run.lock" and path.stat().st_mtime < lane.begun
        if path.parent.name != "locks" and not old:  # Snakemake's, which nobody asks
            wrong.append(f"{path} is left")
    return lane.wrong + wrong + [f"lives on: {process}" for process in lingering(lane.study.folder)]


class Log:
    """What becomes of each kill, and a summary."""

    def __init__(self, path: Path, total: int, seed: int) -> None:
        path.write_text("")
        self.path, self.total, self.seed, self.count, self.begun = path, total, seed, 0, time.monotonic()
        self.begun_studies = 0
        self.lock, self.kills, self.resumed, self.wrong, self.rounds, self.runs = threading.Lock(), [], 0, [], 0, 0

    def line(self, text: str) -> None:
        print(text, flush=True)
        with open(self.path, "a") as file:
            print(text, file=file)

    def say(self, lane: Lane, kill: Kill) -> None:
        with self.lock:
            self.count += 1
            self.kills.append(kill)
            kept = "; ".join(kill.kept)
            self.line(
                f"{self.count:3} {time.monotonic() - self.begun:6.0f} s  {lane.study.folder.name}  {kill.victim:9}  {kill.moment:8}  {kill.where}"
                + (f"  [{kept}]" if kept else "")
            )

    def end(self, lane: Lane, wrong: list[str]) -> None:
        with self.lock:
            self.rounds, self.runs, self.resumed = self.rounds + 1, self.runs + lane.runs, self.resumed + lane.resumed
            self.wrong += wrong
            state = "the same files" if not wrong else "WRONG: " + " | ".join(wrong)
            self.line(f"--- {lane.study.folder.name}: {len(lane.kills)} kills, {lane.runs} plain runs, then {state}")

    def summary(self, files: int) -> None:
        counts = {what: Counter(getattr(k, what) for k in self.kills) for what in ("victim", "moment", "kind")}
        self.line(f"\n{len(self.kills)} kills (seed {self.seed}) in {self.rounds} studies, {self.runs} runs of Snakemake, ")
        for what, count in counts.items():
            self.line(f"by {what}: " + ", ".join(f"{name} {number}" for name, number in count.most_common()))
        self.line(
            f"trainings taken up again where their newest whole state was, which every update makes: {self.resumed} of {self.resumed}"
            if not any("goes on from" in w for w in self.wrong)
            else "work was lost, see above"
        )
        self.line(
            f"studies that ended with other files than an undisturbed one ({files} files): {sum(bool(w) for w in self.wrong)}"
        )


def main() -> int:
    """Run. Returns 1 where a file differs, a rerun failed, or a process is left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=math.inf, help="after which no more are begun")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="drawn unless given")
    parser.add_argument("--share", type=int, default=40, help="kills of a study, before another one is begun")
    parser.add_argument("--lanes", type=int, default=2, help="studies at a time")
    parser.add_argument("--log", type=Path, default=ROOT / "torture.log")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder unless given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        return torture(Path(folder), given)


def torture(root: Path, given: argparse.Namespace) -> int:
    """All of it, in ``root``."""
    log, code, lock = Log(given.log, given.kills, given.seed), prepare(root / "code"), threading.Lock()
    log.line(f"{given.kills} kills, seed {given.seed} (make torture KILLS={given.kills} SEED={given.seed})")
    log.line("number, seconds, study, victim, moment, where it was [trainings nobody writes now: where they will go on]\n")
    undisturbed = Study(root / "undisturbed", code)
    undisturbed.configure(**CONFIG)
    undisturbed.snakemake("--", *TARGETS)
    whole = outcome(undisturbed.folder)
    log.line(f"{'':3} {time.monotonic() - log.begun:6.0f} s  undisturbed: {len(whole)} files\n")
    studies, deadline = iter(range(1, given.kills + 1)), log.begun + 60 * given.minutes

    def lane() -> None:
        while True:
            with lock:
                left = given.kills - log.count
                number = next(studies)
            if left <= 0 or time.monotonic() > deadline:
                return
            draw, kept = random.Random(f"{given.seed} {number}"), list(KEPT)[number % len(KEPT)]
            study = begun(root / f"study {number}", undisturbed, kept)
            log.line(f"--- {study.folder.name} has {kept}")
            log.begun_studies += 1  # all have to come to their end
            one = Lane(study, TARGETS, draw, log.say)
            one.deadline = deadline
            one.torment(min(given.share, -(-left // given.lanes)))
            wrong = check(one, whole)
            log.end(one, wrong)
            if not wrong:
                shutil.rmtree(study.folder)

    lanes = [threading.Thread(target=lane) for _ in range(given.lanes)]
    for one in lanes:
        one.start()
    for one in lanes:
        one.join()
    log.summary(len(whole))
    return int(bool(log.wrong) or log.rounds < log.begun_studies)


def begun(folder: Path, undisturbed: Study, kept: str) -> Study:
    """A study that has come as far as ``kept``."""
    shutil.copytree(undisturbed.folder, folder)
    for path in (folder / "results").iterdir():
        if path.name not in KEPT[kept]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Study(folder, undisturbed.code)


if __name__ == "__main__":
    sys.exit(main())
