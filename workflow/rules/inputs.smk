"""From wildcards to the files of a data set that a job reads: lists, annotations, word vectors."""

import os

from vcop.datasets.splits import UCF101_LISTS, hmdb51_list_files

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


def own_list(wildcards):
    """The table of one's own videos, whose column `group` says which of them belong together; it has the videos of split 1 alone.

    None for the papers' data: there the names of the videos say it.
    """
    own = wildcards.dataset in STUDY.own_data and wildcards.split == "1"
    return [f"results/lists/{wildcards.dataset}.csv"] if own else []


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
