"""From wildcards to the files that a job reads: the data sets' lists and annotations, and the weights of the curriculum."""

import functools
import os

from snakemake.logging import logger
from vcop.config.network_names import own_file
from vcop.datasets.splits import UCF101_LISTS, hmdb51_list_files
from vcop.datasets.video_review import VideoReview, keep_previous, previous_path, review_videos
from vcop.pretext.task_names import ORDER, source_file, split_name

FRAMES = Path(str(workflow.modifier.modify_path("results/frames")))


def data(dataset):
    """A data set's options, asked for by a job that needs it."""
    if dataset not in STUDY.data:
        raise WorkflowError(f"config.yaml: data.{dataset} is not there, and this target needs it")
    return STUDY.data[dataset]


def named(paths):
    """Files that are not ours, as inputs. Snakemake takes what stands between braces for a wildcard and knows no way around it.

    `local`: the prefix of a module is for results.
    """
    braced = [str(path) for path in paths if "{" in str(path) or "}" in str(path)]
    if braced:
        raise WorkflowError(f"{braced[0]}: Snakemake cannot read a file with braces in its path: rename it")
    return [local(str(path)) for path in paths]


def lists_drawn(dataset):
    """Whether `list_videos` writes the lists of a data set: of one's own videos, unless there are lists in the form of official ones."""
    where = data(dataset)
    return dataset not in PAPER_DATASETS and (where.table or not where.lists)


def lists_path(dataset):
    """Where the lists of a data set are: a directory, or the table that `list_videos` writes."""
    drawn = f"results/lists/{dataset}.csv"
    return str(workflow.modifier.modify_path(drawn)) if lists_drawn(dataset) else data(dataset).lists


def official_lists(dataset):
    """The files of a data set's official lists, or of lists in their form. Those of HMDB51 are known by their names."""
    folder = Path(data(dataset).lists)
    of_hmdb51 = dataset == "hmdb51" or (dataset != "ucf101" and hmdb51_list_files(folder))
    found = hmdb51_list_files(folder) if of_hmdb51 else [folder / name for name in UCF101_LISTS]
    missing = [str(p) for p in found if not p.is_file()] or ([] if found else [f"{folder}/*_test_split1.txt"])
    if missing:
        raise WorkflowError(
            f"{dataset}: the official list {missing[0]} is missing in {os.getcwd()}: put the lists into {folder} "
            f"(data.{dataset}.lists) and the videos into {data(dataset).videos} (data.{dataset}.videos); see docs/data.md"
        )
    return found


def lists(wildcards):
    """The official lists of a data set, or the table of the synthetic videos that come with theirs, or that of one's own videos."""
    dataset, where = wildcards.dataset, data(wildcards.dataset)
    if STUDY.synthesise:
        return [f"results/synthetic/{dataset}.csv"]
    found = [] if lists_drawn(dataset) else official_lists(dataset)
    if not Path(where.videos).is_dir() and not (FRAMES / f"{dataset}.h5").exists():
        raise WorkflowError(
            f"{dataset}: the folder of videos {where.videos} (data.{dataset}.videos) is missing in {os.getcwd()}; "
            "docs/data.md says where to get the videos and how to arrange them"
        )
    return named(found) or [f"results/lists/{dataset}.csv"]


def user_table(dataset):
    """The table in which the user lists the videos, if there is one."""
    where = data(dataset)
    if where.table and not Path(where.lists).is_file():
        raise WorkflowError(f"{dataset}: the table {where.lists} (data.{dataset}.lists) is missing in {os.getcwd()}")
    return [where.lists] if where.table else []


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
    decoded = Path(where.videos).is_dir() or (FRAMES / f"{QUESTIONS}.h5").exists()
    if missing or not decoded:
        lacking = (
            f"the file {missing[0]} (questions.annotations)"
            if missing
            else f"the folder {where.videos} (questions.videos)"
        )
        raise WorkflowError(f"{QUESTIONS}: {lacking} is missing in {os.getcwd()}; docs/data.md says where to get it")
    return named(files)


def digests(where):
    """The file of the videos' digests, if there is one: another one makes a data set be decoded again."""
    beside = Path(where.videos) / "digests.txt"
    named_there = where.digests or ([] if STUDY.synthesise or not beside.is_file() else str(beside))
    return local(named_there) if named_there else []


@functools.cache
def review(dataset):
    """Whether the videos are those of the frame store. Synthetic ones are known by their table, which is an input.

    Only a run writes what this finds out: no dry run, no question about the study, and no job of a cluster.
    """
    where = questions() if dataset == QUESTIONS else data(dataset)
    if STUDY.synthesise:
        return VideoReview(where.videos)
    runs = workflow.is_main_process and workflow.executor_plugin is not None and not (workflow.dryrun or workflow.touch)
    lists = Path(where.annotations if dataset == QUESTIONS else lists_path(dataset))
    try:
        found = review_videos(dataset, where.videos, lists, FRAMES / f"{dataset}.h5", write=runs)
    except (ValueError, OSError) as problem:
        raise WorkflowError(str(problem))
    for note in found.notes if workflow.is_main_process else []:
        logger.warning(note)
    return found


def keep_frames():
    """Before the first job: of a store that is decoded again the frames are kept. Snakemake removes it, so its videos must be there."""
    for job in [] if workflow.touch else workflow.dag.needrun_jobs():
        store = Path(getattr(job.output, "store", ""))
        if store.suffix != ".h5" or not store.exists():
            continue
        params, away = job.params, review(job.params.dataset).away
        if len(away) > params.allow or not (STUDY.synthesise or Path(params.videos).is_dir()):
            raise WorkflowError(
                f"{store} has to be decoded again, but {len(away) or 'all'} of its videos are not in {params.videos}, "
                f"{params.allow} are allowed: put them back, or undo what has changed; nothing was removed"
            )
        if workflow.dag.reason(job).forced:
            previous_path(store).unlink(missing_ok=True)
        else:
            keep_previous(store)


def vectors(wildcards):
    """The file of word vectors (of a path into an archive, the archive); the synthetic ones come with the questions."""
    if STUDY.synthesise:
        return []
    path = Path(questions().vectors)
    if not path.is_file() and not path.parent.is_file():
        raise WorkflowError(
            f"{path}: the word vectors (questions.vectors) are missing in {os.getcwd()}; docs/data.md says where to get them"
        )
    return named([path if path.is_file() else path.parent])


def network_file(wildcards):
    """The user's own file of a network, which makes its stages run again; none of those of the package. An unknown name ends here."""
    try:
        file = own_file(wildcards.network)
    except ValueError as problem:
        raise WorkflowError(str(problem))
    return named([file]) if file else []


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
    return " ".join(LAYERS) if asked else "conv5"


def given_weights(wildcards):
    """The file that a study's initial weights are taken from (`start`); none where they are random."""
    return named([STUDY.start.replace("{network}", wildcards.network)]) if STUDY.start else []


def order_task(name):
    """Order prediction as a name says it; None for the name of another pretext task."""
    return Task.parse(name) if split_name(name)[0] == ORDER else None


def task_source(wildcards):
    """The study's own file of a pretext task; none for the tasks of the package."""
    try:
        own = source_file(wildcards.task)
    except ValueError as problem:
        raise WorkflowError(str(problem))
    return named([own]) if own else []


def start_weights(wildcards):
    """The curriculum (TMM 2020, III-D): a harder task starts from the best weights of the easier one. Other tasks start from random ones."""
    task = order_task(wildcards.task)
    start = task.start if task else "random"
    return f"results/pretrain/{wildcards.network}/{start}/seed-{wildcards.seed}/model.safetensors"


def hard_videos(wildcards):
    """The list that the sample-based curriculum trains on; an empty list for other tasks."""
    task = order_task(wildcards.task)
    if not task or task.variant != "hard":
        return []
    return f"results/mine/{wildcards.network}/{task.plain}/seed-{wildcards.seed}/hard.txt"


# The optimiser's momenta are kept only where the configuration wants `-hard` to go on with them.
CARRIED = STUDY.pretrain.hard_optimiser == "carried"
MOMENTA = ["results/pretrain/{network}/{task}/seed-{seed}/optimiser.pt"] if CARRIED else []


def momenta(wildcards):
    """The optimiser's state that a `-hard` run, or its control, goes on with."""
    task = order_task(wildcards.task)
    goes_on = CARRIED and task and task.goes_on
    return str(Path(start_weights(wildcards)).with_name("optimiser.pt")) if goes_on else []


def hard_flags(files):
    """The flags for what only a run that goes on reads."""
    named = {"videos": files.get("videos"), "momenta": files.get("momenta")}
    return " ".join(f"--{flag} {shlex.quote(str(path))}" for flag, path in named.items() if path)
