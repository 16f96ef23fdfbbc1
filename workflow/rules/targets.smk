"""Which tables, figures and pages a study can draw, and which are there."""

import functools

from snakemake.logging import logger


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


def made_by_all():
    """The files that `all` asks for, this page aside."""
    return [str(path) for path in rules.all.input if str(path) != str(rules.index.output[0])]


def pages_besides(wildcards):
    """Other pages and pictures that are there, such as those beyond the papers: another one draws this page anew."""
    folder = Path(str(workflow.modifier.modify_path("results")))
    found = (path for kind in ("*/*.html", "*/*.png") for path in folder.glob(kind))
    return " ".join(sorted(str(path) for path in found if str(path) not in made_by_all()))
