"""From the data sets of a study's own videos to the files and flags of their jobs."""

import functools

from vcop.datasets.listing import folder_version, found_videos
from vcop.datasets.video_list import has_labels

OWN_ALONE = bool(STUDY.own_data) and not set(PAPER_DATASETS) & set(STUDY.data)
OWN_NETWORK = "r3d"  # the one that retrieves best (CVPR 2019, Figure 5)


@functools.cache
def labelled(dataset):
    """Whether the videos of a data set have labels."""
    where = data(dataset)
    try:
        named_by_hand = user_table(dataset) if lists_drawn(dataset) else official_lists(dataset)
        return where.labels == "folders" or bool(named_by_hand and has_labels(found_videos(Path(where.videos), where)))
    except (ValueError, OSError) as problem:
        raise WorkflowError(str(problem))


def listing(wildcards):
    """The flags of `vcop list`: all that decides the list beside the names of the videos."""
    where = data(wildcards.dataset)
    store = FRAMES / f"{wildcards.dataset}.h5"
    # The digest stays where a store is not packed, and the previous store while another is made.
    decoded = any(path.exists() for path in (store, previous_path(store), store.with_suffix(".digest")))
    version = folder_version(Path(where.videos), Path(lists_path(wildcards.dataset)), where, decoded=decoded)
    words = {
        "labels": where.labels,
        "groups": where.groups,
        "validation-videos": where.validation_videos,
        "folder-version": version,
    }
    words |= {"table": where.lists} if where.lists else {}
    return " ".join(f"--{flag}={shlex.quote(str(word))}" for flag, word in words.items())


def pretrained(dataset):
    """What a summary reads of the pretraining on these videos."""
    if dataset != PRETRAINING_DATA:
        return {"order": [], "audit": [], "provenance": []}
    return {
        "order": ordered(TASK, OWN_NETWORK),
        "audit": expand("results/audit/{network}/{task}/seed-{seed}.csv", network=OWN_NETWORK, task=TASK, seed=SEEDS),
        "provenance": beside_weights("provenance.json", TASK, OWN_NETWORK),
    }


def by_labels(wildcards):
    """What a summary reads of the stages that need labels: random weights beside the pretrained ones."""
    kinds = [
        "results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
        "results/probe/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
        "results/recognition/{dataset}-1/{network}/{weights}/from-conv1/seed-{seed}.csv",
    ]
    wanted = {"dataset": wildcards.dataset, "network": OWN_NETWORK, "weights": ["random", TASK], "seed": SEEDS}
    return expand(kinds, **wanted) if labelled(wildcards.dataset) else []
