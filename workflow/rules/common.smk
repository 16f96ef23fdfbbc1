"""What the other workflow files share: the checked study, and small functions from wildcards to paths.

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
from vcop.runtime.file_lease import Lease
from vcop.config.names import QUESTIONS
from vcop.config.fields import flags
from vcop.datasets.splits import HMDB51_SUFFIX, UCF101_LISTS, hmdb51_list_files
from vcop.config.reader import read_study
from vcop.sampling.tasks import PATTERN, Task

try:
    STUDY = read_study(config)
except ValueError as problem:
    raise WorkflowError(str(problem))

if DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method and not shutil.which("conda"):
    raise WorkflowError(
        "--use-conda: there is no conda on PATH; docs/environments.md says how to have one, or to do without"
    )

# One run at a time in a study's folder. Snakemake's own lock outlives a run that was killed, and then asks for `--unlock`; it is
# switched off in the profiles (`nolock`). This one knows who holds it: it is taken over where that run is certainly dead.
RUN = Lease(Path.cwd() / ".snakemake/run.lock")


def alone():
    """Refuse to run beside another run of this study; dry runs, jobs and questions about the study never ask."""
    try:
        refused = RUN.take("snakemake", wait=False)
    except OSError as problem:
        raise WorkflowError(str(problem))
    if refused:
        raise WorkflowError(f"Another run works on this study: {refused}")


onstart:
    alone()


# Environments are made before that.
if (
    DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
    and workflow.is_main_process
    and not workflow.output_settings.dryrun
):
    alone()

# The package is reached by its path, with and without conda; triggers no rerun, since it is not part of a command. `exec`, so that no
# shell stands between Snakemake and a training: a scheduler's SIGTERM would end that shell, and what follows a training that still
# saves its state. It makes every rule's command a single one. VCOP_RUN: whom a job ends with.
shell.prefix(f"export PYTHONPATH={shlex.quote(str(SOURCE))} VCOP_RUN=$PPID; exec ")

NETWORKS = ["c3d", "r3d", "r21d"]
SPLITS = [1, 2, 3]
TASK, SEEDS = STUDY.task, STUDY.seeds
CLIP_LENGTH = Task.parse(TASK).clip_length
TRAIN_THREADS = STUDY.compute.torch_threads + STUDY.machine.workers
PRETRAIN_THREADS = TRAIN_THREADS * STUDY.machine.gpus
# GPUs are asked for only where they may be used: a cluster that has none would refuse the job.
GPU = int(STUDY.machine.device != "cpu")
PRETRAIN_GPUS = GPU * STUDY.machine.gpus * STUDY.machine.nodes
RETRIEVE_DEVICE = "cuda" if STUDY.machine.device == "cuda" else "cpu"
RETRIEVE_GPU = int(RETRIEVE_DEVICE == "cuda")
RETRIEVE_THREADS = STUDY.compute.torch_threads


wildcard_constraints:
    dataset="ucf101|hmdb51",
    gallery="ucf101|hmdb51",
    split="[123]",
    network="c3d|r3d|r21d",
    task=PATTERN,
    weights=f"random|{PATTERN}",
    layer="conv[1-5]",
    seed=r"\d+",


def network_flags(*sections):
    """Flags of everything that runs a network over frames; what a result depends on, and so `params`."""
    return flags(STUDY.frames, STUDY.input, STUDY.network, STUDY.compute, *sections)


# What every table and figure says of itself.
HEADING = f"--study {shlex.quote(STUDY.study)} --task {STUDY.task}" + (
    f" --note {shlex.quote(STUDY.note)}" if STUDY.note else ""
)

# Resources, not params: they change no result, so they make no stage run again. Several GPUs share a pretraining only.
MACHINE = flags(dataclasses.replace(STUDY.machine, gpus=1, nodes=1))
PRETRAIN_MACHINE = flags(STUDY.machine)

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


def data(dataset):
    """A data set's options, asked for by a job that needs it."""
    if dataset not in STUDY.data:
        raise WorkflowError(f"config.yaml: data.{dataset} is not there, and this target needs it")
    return STUDY.data[dataset]


def named(paths):
    """Files that are not ours, as inputs. Snakemake takes what stands between braces for a wildcard and knows no way around it."""
    braced = [str(path) for path in paths if "{" in str(path) or "}" in str(path)]
    if braced:
        raise WorkflowError(f"{braced[0]}: Snakemake cannot read a file with braces in its path: rename it")
    return [str(path) for path in paths]


def lists(wildcards):
    """The official lists of a data set, or the table of the synthetic videos that come with theirs."""
    dataset, where = wildcards.dataset, data(wildcards.dataset)
    if STUDY.synthesise:
        return [f"results/synthetic/{dataset}.csv"]
    folder = Path(where.lists)
    found = [folder / name for name in UCF101_LISTS] if dataset == "ucf101" else hmdb51_list_files(folder)
    missing = [str(p) for p in found if not p.is_file()] or ([] if found else [f"{folder}/*_test_split1.txt"])
    if missing:
        raise WorkflowError(
            f"{dataset}: the official list {missing[0]} is missing in {os.getcwd()}: put the lists into {folder} "
            f"(data.{dataset}.lists) and the videos into {where.videos} (data.{dataset}.videos); docs/data.md says where from"
        )
    if not Path(where.videos).is_dir():
        raise WorkflowError(
            f"{dataset}: the folder of videos {where.videos} (data.{dataset}.videos) is missing in {os.getcwd()}; "
            "docs/data.md says where from and how it is laid out"
        )
    return named(found)


def questions():
    """ActivityNet-QA's options, asked for by a job that needs them."""
    if STUDY.questions is None:
        raise WorkflowError("config.yaml: questions is not there, and this target needs it")
    return STUDY.questions


def annotations(wildcards):
    """The published questions and answers, or the table of the synthetic videos that come with theirs."""
    if STUDY.synthesise:
        return [f"results/synthetic/{QUESTIONS}.csv"]
    where = questions()
    files = [Path(where.annotations) / f"{part}_{kind}.json" for part in ("train", "val", "test") for kind in "qa"]
    missing = [p for p in files if not p.is_file()]
    if missing or not Path(where.videos).is_dir():
        lacking = (
            f"the file {missing[0]} (questions.annotations)"
            if missing
            else f"the folder {where.videos} (questions.videos)"
        )
        raise WorkflowError(f"{QUESTIONS}: {lacking} is missing in {os.getcwd()}; docs/data.md says where from")
    return named(files)


def digests(where):
    """The file of the videos' digests, if there is one: another one makes a data set be decoded again."""
    beside = Path(where.videos) / "digests.txt"
    return where.digests or ([] if STUDY.synthesise or not beside.is_file() else str(beside))


def vectors(wildcards):
    """The file of word vectors (of a path into an archive, the archive); the synthetic ones come with the questions."""
    if STUDY.synthesise:
        return []
    path = Path(questions().vectors)
    if not path.is_file() and not path.parent.is_file():
        raise WorkflowError(
            f"{path}: the word vectors (questions.vectors) are missing in {os.getcwd()}; docs/data.md says where from"
        )
    return named([path if path.is_file() else path.parent])


def weights_file(wildcards):
    """Where the weights of a later stage lie: always a file, so that nothing after it branches."""
    return f"results/pretrain/{wildcards.network}/{wildcards.weights}/seed-{wildcards.seed}/model.safetensors"


def question_weights(wildcards):
    """The same, and ``supervised``: random weights that learned UCF101's actions (TMM 2020, IV-D)."""
    if wildcards.weights == "supervised":
        return (
            f"results/finetune/ucf101-1/{wildcards.network}/random/from-conv1/seed-{wildcards.seed}/model.safetensors"
        )
    return weights_file(wildcards)


def layers_kept(wildcards):
    """The stages whose features are kept: the last, and all of them where a table compares them (TMM 2020, Table IV)."""
    asked = f"{wildcards.dataset}/{wildcards.weights}" in STUDY.all_layers
    return "conv1 conv2 conv3 conv4 conv5" if asked else "conv5"


def start_weights(wildcards):
    """The curriculum (TMM 2020, III-D): a harder task starts from the best weights of the easier one."""
    start = Task.parse(wildcards.task).start
    return f"results/pretrain/{wildcards.network}/{start}/seed-{wildcards.seed}/model.safetensors"


def hard_videos(wildcards):
    """The list that the sample-based curriculum trains on; no such input elsewhere."""
    task = Task.parse(wildcards.task)
    hard = f"results/mine/{wildcards.network}/{task.plain}/seed-{wildcards.seed}/hard.txt"
    return hard if task.variant == "hard" else []


# The optimiser's momenta are kept only where the configuration wants `-hard` to go on with them.
CARRIED = STUDY.pretrain.hard_optimiser == "carried"
MOMENTA = ["results/pretrain/{network}/{task}/seed-{seed}/optimiser.pt"] if CARRIED else []


def momenta(wildcards):
    """The optimiser's state that a `-hard` run goes on with."""
    hard = Task.parse(wildcards.task).variant == "hard"
    return str(Path(start_weights(wildcards)).with_name("optimiser.pt")) if CARRIED and hard else []


def hard_flags(files):
    """The flags for what only a `-hard` run reads."""
    named = {"videos": files.get("videos"), "momenta": files.get("momenta")}
    return " ".join(f"--{flag} {shlex.quote(str(path))}" for flag, path in named.items() if path)
