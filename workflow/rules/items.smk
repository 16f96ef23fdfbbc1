"""What the tables and figures share: small functions that name their inputs and how the report shows them."""

import functools
import re

from snakemake.logging import logger
from vcop.commands import render
from vcop.paper.dependencies import drawn_by


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
    """Retrieval by the features of a stage, all seeds."""
    path = "results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv"
    return expand(path, dataset=dataset, network=network, weights=weights, layer=layer, seed=SEEDS)


def recognised(dataset, split, weights, network=PAPER_NETWORKS, layer="conv1"):
    """Recognition after fine-tuning a stage and the deeper ones, all seeds."""
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


@functools.cache
def made():
    """The output files of all items, and the rule of each."""
    return {str(path): rule for rule in (getattr(rules, item).rule for item in render.items()) for path in rule.output}


def absent():
    """The papers' sections that config.yaml has not, by what stands in the paths of results that need them."""
    parts = {name: f"data.{name}" for name in PAPER_DATASETS if name not in STUDY.data}
    answers = [] if STUDY.questions else [QUESTIONS, "results/answers/", "results/answering/"]
    return parts | dict.fromkeys(answers, "questions")


def possible(*targets):
    """Of the papers' tables and figures those that need no absent section; one line names the others."""
    needed, kept, left = absent(), [], []
    for path in (path for paths in targets for path in paths):
        item = made()[str(path)]
        (left if any(part in str(read) for part in needed for read in item.input) else kept).append((item.name, path))
    if left and workflow.is_main_process:
        sections = " and no ".join(dict.fromkeys(needed.values()))
        names = ", ".join(name for name, _ in left)
        logger.warning(f"Left out of `all`, since config.yaml has no {sections}: {names}")
    return [path for _, path in kept]


@functools.cache
def lacking(rule):
    """The inputs of an item that are not on disk, and that no other item makes from what is."""
    files = [str(path) for path in rule.input]
    return [path for path in files if not Path(path).exists() and (path not in made() or lacking(made()[path]))]


def drawable(wildcards):
    """The main files of all items whose inputs are on disk; one line names the others, which stay as they were drawn."""
    if not workflow.dag_settings.allowed_rules:
        raise WorkflowError(
            "figures: without --allowed-rules other stages would run: use `make figures`, which sets it"
        )
    rules_of_items = dict.fromkeys(made().values())
    wanted = set(map(str, rules.all.input))
    left = {rule.name: lacking(rule) for rule in rules_of_items if rule.output.page in wanted and lacking(rule)}
    if left:
        named = [
            f"{name} ({paths[0]}{f' and {len(paths) - 1} more' * (len(paths) > 1)})" for name, paths in left.items()
        ]
        logger.warning(f"Left as they are, since what they are drawn from is not here: {', '.join(named)}")
    return [local(str(rule.output.page)) for rule in rules_of_items if not lacking(rule)]  # its prefix is there


def asked(task, network):
    """What pretrainings leave: answers to their own question on test videos, and how long they were."""
    names = ["history.csv", "provenance.json"]
    return [*ordered(task, network), *beside_weights(names, task, network)]


def transferred(weights, network):
    """What is measured of all weights alike, on split 1 of UCF101."""
    paths = [
        "results/retrieval/ucf101/{network}/{weights}/conv5-seed-{seed}.csv",
        "results/probe/ucf101/{network}/{weights}/conv5-seed-{seed}.csv",
        "results/recognition/ucf101-1/{network}/{weights}/labels-10/seed-{seed}.csv",
        "results/recognition/ucf101-1/{network}/{weights}/from-conv1/seed-{seed}.csv",
    ]
    return expand(paths, network=network, weights=weights, seed=SEEDS)


def made_by_all():
    """The files that `all` asks for, this page aside."""
    return [str(path) for path in rules.all.input if str(path) != str(rules.index.output[0])]


def pages_besides(wildcards):
    """Other pages and pictures that are there, such as those beyond the papers: another one draws this page anew."""
    folder = Path(str(workflow.modifier.modify_path("results")))
    found = (path for kind in ("*/*.html", "*/*.png") for path in folder.glob(kind))
    return " ".join(sorted(str(path) for path in found if str(path) not in made_by_all()))
