"""What the tables and figures share: small functions that name their inputs and how the report shows them."""

import re

from vcop.commands import render
from vcop.paper.dependencies import drawn_by
from vcop.paper.labels import DATASET_LABELS, NETWORK_LABELS


def heading(results=()):
    """Flags of an item's heading. If networks are fine-tuned for different numbers of epochs on a data set, its note lists them."""
    tuned, taught = (
        r"results/(?:recognition|finetune)/([^/]+)-[123]/([^/]+)/",
        r"results/(?:answers|retrieval/[^/]+)/([^/]+)/supervised/",
    )
    found = {match.groups() for path in results if (match := re.search(tuned, path))}
    # Supervised features come from networks that were fine-tuned on UCF101.
    found |= {("ucf101", match[1]) for path in results if (match := re.search(taught, path))}
    networks = [*NETWORK_LABELS, *sorted({network for _, network in found} - set(NETWORK_LABELS))]
    unequal = []
    for dataset in DATASETS:
        epochs = {
            network: STUDY.finetuning(dataset, network).epochs for network in networks if (dataset, network) in found
        }
        if len(set(epochs.values())) > 1:
            each = ", ".join(f"{NETWORK_LABELS.get(network, network)} {number}" for network, number in epochs.items())
            unequal.append(f"{each} on {DATASET_LABELS.get(dataset, dataset)}")
    notes = [STUDY.note] * bool(STUDY.note) + [f"epochs of fine-tuning: {'; '.join(unequal)}"] * bool(unequal)
    return HEADING + (f" --note {shlex.quote('; '.join(notes))}" if notes else "")


def stores(*datasets):
    """Frame stores that an item shows pictures of; `ancient`, since their digests say when they changed."""
    return [ancient(f"results/frames/{dataset}.h5") for dataset in datasets]


def ordered(task, network=PAPER_NETWORKS, seed=SEEDS):
    """Order predictions for the test list."""
    return expand("results/order/{network}/{task}/seed-{seed}.csv", network=network, task=task, seed=seed)


def beside_weights(name, task, network=PAPER_NETWORKS, seed=SEEDS):
    """What a pretraining leaves beside its weights: history.csv, provenance.json."""
    path = "results/pretrain/{network}/{task}/seed-{seed}/{name}"
    return expand(path, network=network, task=task, seed=seed, name=name)


def mined(seed=SEEDS):
    """The videos that mining drops, by class: what R3D's sample-based curriculum is about."""
    return expand("results/mine/r3d/16-8-3/seed-{seed}/classes.csv", seed=seed)


def retrieved(dataset, weights, network=PAPER_NETWORKS, layer="conv5"):
    """Retrieval by the features of a layer, all seeds."""
    path = "results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv"
    return expand(path, dataset=dataset, network=network, weights=weights, layer=layer, seed=SEEDS)


def beside_finetuned(name, dataset, split, weights, network=PAPER_NETWORKS):
    """What the fine-tuning of all layers leaves beside its weights (history.csv, provenance.json), all seeds."""
    path = "results/finetune/{dataset}-{split}/{network}/{weights}/from-conv1/seed-{seed}/{name}"
    return expand(path, dataset=dataset, split=split, network=network, weights=weights, seed=SEEDS, name=name)


def recognised(dataset, split, weights, network=PAPER_NETWORKS, layer="conv1"):
    """Recognition after fine-tuning a layer and the deeper ones, all seeds."""
    path = "results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.csv"
    return expand(path, dataset=dataset, split=split, network=network, weights=weights, layer=layer, seed=SEEDS)


def answered(weights, network=PAPER_NETWORKS):
    """Answers to questions by the features of a network, all seeds."""
    return expand("results/answers/{network}/{weights}/seed-{seed}.csv", network=network, weights=weights, seed=SEEDS)


def answered_without_video():
    """The same without the video, and how many questions all of them stand on."""
    kinds = ["results/answers/question-only/seed-{seed}.csv", "results/answers/most-frequent/seed-{seed}.csv"]
    return expand([*kinds, "results/answering/question-only/seed-{seed}/provenance.json"], seed=SEEDS)


def item_of(path):
    """results/cvpr2019/table1.html is cvpr2019_table1."""
    return f"{Path(path).parent.name}_{Path(path).stem}"


def shown(category, item, text, purpose="reading"):
    """How the report presents an item; its caption is workflow/report/<paper>_<item>.rst.

    Each item is shown as a page or a picture for reading, and as a file for reuse: the report makes a toggle of this.
    """
    caption = f"../report/{category.replace(' ', '').lower()}_{item.replace(' ', '').lower()}.rst"
    named = re.sub(r" (\d)$", " \u2007\\1", item)  # a space as wide as a digit: the report sorts letter by letter
    return {"category": category, "caption": caption, "labels": {"item": f"{named}: {text}", "for": purpose}}


def code_files(paths):
    """Files of the package as inputs; by paths within this folder where the study is in it, so that both can be moved together."""
    inside = not IMPORTED and Path.cwd().is_relative_to(SOURCE.parent)
    return [local(os.path.relpath(path) if inside else str(path)) for path in paths]


def drawing(item):
    """The code that draws an item, by its imports: a change there draws it anew. Training code is on purpose not among it."""
    try:
        return code_files(drawn_by(item))
    except ValueError as problem:
        raise WorkflowError(str(problem))


def asked(tasks, network):
    """What pretrainings leave: answers to their own question on test videos, and how long they and all that they start from were."""
    names, steps = ["history.csv", "provenance.json"], [tasks] if isinstance(tasks, str) else list(tasks)
    for step in steps:
        order = order_task(step)
        if order and order.start not in ("random", *steps):
            steps.append(order.start)
    return [*ordered(tasks, network), *beside_weights(names, steps, network)]


def transferred(weights, network):
    """What is measured of all weights alike, on split 1 of UCF101."""
    paths = [
        "results/retrieval/ucf101/{network}/{weights}/conv5-seed-{seed}.csv",
        "results/probe/ucf101/{network}/{weights}/conv5-seed-{seed}.csv",
        "results/recognition/ucf101-1/{network}/{weights}/labels-10/seed-{seed}.csv",
        "results/recognition/ucf101-1/{network}/{weights}/from-conv1/seed-{seed}.csv",
    ]
    return expand(paths, network=network, weights=weights, seed=SEEDS)
