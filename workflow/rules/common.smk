"""What the other workflow files share: the checked study, wildcards, and the settings of its jobs.

The study's config.yaml is checked here, before any job: an unknown key or an impossible value stops with one line.
"""

import dataclasses
import os
import shlex
import shutil
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.settings.types import DeploymentMethod
from vcop.config.names import LAYERS, PAPER_NETWORKS, PAPER_DATASETS, QUESTIONS
from vcop.config.fields import flags
from vcop.config.network_names import known_networks, network_choices
from vcop.config.reader import read_study
from vcop.runtime.user_modules import NAME
from vcop.sampling.tasks import ANY_TASK, PATTERN, Task

try:
    STUDY = read_study(config, CONFIGURATION)
except ValueError as problem:
    raise WorkflowError(str(problem))
for name in STUDY.finetuned_networks - set(known_networks()):
    raise WorkflowError(f"{CONFIGURATION}: finetune_epochs: there is no network {name!r}; {network_choices(name)}")

CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
if CONDA and not shutil.which("conda"):
    raise WorkflowError(
        "--use-conda: there is no conda on PATH; install conda, or run without it: see docs/environments.md"
    )
if not (CONDA or (Path(sys.executable).parent / "python").exists()):
    raise WorkflowError(
        f"There is no `python` beside {sys.executable}, so jobs would run another one: install Snakemake in an environment"
    )
if CONDA and FETCHED:  # no environment has the package, and the folder of an installed one holds others, too
    raise WorkflowError("--use-conda: rules without their package; take the Snakefile of a clone: see docs/module.md")

# Python would look for modules in the working folder first, which is the study's: a `random.py` there would be imported by every job,
# and by the Snakemake that a cluster starts on a node. The programs of a Snakefile that imports these rules may need it.
if not IMPORTED:
    os.environ.update(PYTHONSAFEPATH="1")


class Shell(shell):
    """Snakemake's `shell` for the rules of this workflow alone: a Snakefile that imports them has its own prefix, or none."""


# The prefix is not part of a command, so it triggers no rerun. PYTHONPATH finds the package with and without conda. `exec` replaces the
# shell by the command: a scheduler's SIGTERM would end a shell while its training still saves the state, and the job would seem over.
# So each job is a single command. VCOP_RUN is Snakemake's process: a job ends when it ends. Without conda, `python` is the one that runs
# Snakemake; with conda, the environment's, which is activated before the prefix.
BESIDE = shlex.quote(str(Path(sys.executable).parent)).replace("{", "{{").replace("}", "}}")  # a prefix is formatted
# An environment is whole: packages that the user installed for this version of Python (pip install --user) stay out of it.
INTERPRETER = "PYTHONNOUSERSITE=1 " if CONDA else f'PATH={BESIDE}:"$PATH" '
Shell.prefix(f"export PYTHONPATH={shlex.quote(str(SOURCE))} PYTHONSAFEPATH=1 {INTERPRETER}VCOP_RUN=$PPID; exec ")
shell = Shell

SPLITS = [1, 2, 3]
TASK, SEEDS = STUDY.task, STUDY.seeds
CLIP_LENGTH = Task.parse(TASK).clip_length
DATASETS = list(dict.fromkeys([*PAPER_DATASETS, *STUDY.data]))  # the papers', so that a target that needs them says so
PRETRAINING_DATA = STUDY.pretraining_data
TRAIN_THREADS = STUDY.compute.torch_threads + STUDY.machine.workers
PRETRAIN_THREADS = TRAIN_THREADS * STUDY.machine.gpus
# GPUs are asked for only where they may be used: a cluster that has none would refuse the job.
GPU = int(STUDY.machine.device != "cpu")
PRETRAIN_GPUS = GPU * STUDY.machine.gpus * STUDY.machine.nodes
RETRIEVE_DEVICE = "cuda" if STUDY.machine.device == "cuda" else "cpu"
RETRIEVE_GPU = int(RETRIEVE_DEVICE == "cuda")
RETRIEVE_THREADS = STUDY.compute.torch_threads


wildcard_constraints:
    dataset="|".join(DATASETS),
    gallery="|".join(DATASETS),
    split="[123]",
    network=NAME,
    task=ANY_TASK,
    weights=f"random|{ANY_TASK}",
    layer="|".join(LAYERS),
    seed=r"\d+",


def network_flags(*sections):
    """Flags of everything that runs a network over frames; what a result depends on, and so `params`."""
    return flags(STUDY.frames, STUDY.input, STUDY.network, STUDY.compute, *sections)


# Flags with the heading that every table and figure prints.
HEADING = f"--study {shlex.quote(STUDY.study)} --task {STUDY.task}" + " --synthetic" * (STUDY.synthesise is not None)

# Resources, not params: they change results by rounding at most, so they make no stage run again. Several GPUs share a pretraining only.
MACHINE = flags(dataclasses.replace(STUDY.machine, gpus=1, nodes=1))
PRETRAIN_MACHINE = flags(STUDY.machine)
WRITTEN_FOR = f"--study {shlex.quote(STUDY.study)}"  # weights files name their study

# Several nodes: SLURM is asked for one task a node, and the job starts them itself (the executor's way for MPI).
NODES = {"nodes": STUDY.machine.nodes, "launch": ""}
if STUDY.machine.nodes > 1:
    NODES["mpi"] = f"srun --nodes={STUDY.machine.nodes} --ntasks-per-node=1 --cpus-per-task={PRETRAIN_THREADS}"
    NODES["launch"] = f"{NODES['mpi']} --kill-on-bad-exit=1 "
    NODES["tasks"], NODES["tasks_per_gpu"] = STUDY.machine.nodes, 0
    NODES["slurm_extra"] = f"--gpus-per-node={STUDY.machine.gpus}" if GPU else ""


def longer(minutes):
    """Of a job that begins anew when it is submitted again: more time each time. A training goes on, and needs no more."""
    return lambda wildcards, attempt: minutes * attempt
