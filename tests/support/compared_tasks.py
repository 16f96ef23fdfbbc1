"""Hand-made results of pretext tasks and backbones under one protocol: of every four test videos so many are right."""

import json
from itertools import product

from support.beyond_papers import AUDITED, ranks, rows
from support.hand_made import HISTORY, ORDER, RETRIEVAL, write
from support.helpers import vcop

TASKS = {  # own task, its chance in percent, clips of a sample, epochs; then retrieval, k-NN, linear probe, tenth and all of the labels
    "16-8-3": (4, 100 / 6, 3, 10, (3, 3, 3, 3, 4)),
    "still-16-8-3": (3, 100 / 6, 3, 10, (2, 2, 2, 2, 3)),
    "arrow-16": (3, 50.0, 1, 30, (2, 4, 3, 2, 4)),
    "random_labels-16-4": (1, 25.0, 1, 30, (1, 1, 1, 1, 1)),
    "supervised-16": (4, 25.0, 1, 30, (4, 4, 4, 4, 4)),
}
RANDOM = (1, 1, 1, 1, 2)
VIDEOS, TRAINED_ON = 20, 100
INPUTS = {
    "beyond_tasks": ["order/*/*/*.csv", "pretrain/*/*/*/*", "audit/*/*/*.csv"],
    "beyond_backbones": ["order/*/16-8-3/*.csv", "pretrain/*/16-8-3/*/*"],
}
MEASURED = ["retrieval/ucf101/*/{}/*.csv", "probe/ucf101/*/{}/*.csv", "recognition/ucf101-1/*/{}/*/*.csv"]


def write_weights(root, network, weights, right, seed):
    """What is measured of all weights alike."""
    retrieved, nearest, linear, few, tuned = right
    write(root / f"retrieval/ucf101/{network}/{weights}/conv5-seed-{seed}.csv", RETRIEVAL, ranks(VIDEOS, retrieved))
    both = rows(VIDEOS, linear, "linear,{v},{c},{p},{r}") + rows(VIDEOS, nearest, "knn,{v},{c},{p},{r}")
    write(root / f"probe/ucf101/{network}/{weights}/conv5-seed-{seed}.csv", "classifier,video,class,predicted,right", both)
    for share, count in (("labels-10", few), ("from-conv1", tuned)):
        path = root / f"recognition/ucf101-1/{network}/{weights}/{share}/seed-{seed}.csv"
        write(path, "video,class,predicted,right", rows(VIDEOS, count, "{v},{c},{p},{r}"))


def write_task(root, network, task, seed):
    """A pretraining with its test and its audit."""
    own, chance, clips, epochs, _ = TASKS[task]
    write(root / f"order/{network}/{task}/seed-{seed}.csv", ORDER, rows(VIDEOS, own, "{v},{c},{p},{r},0.5"))
    folder = root / f"pretrain/{network}/{task}/seed-{seed}"
    write(folder / "history.csv", HISTORY, [f"{epoch},1,0.5,1,0.5" for epoch in range(epochs)])
    counted = {"videos": {"training": TRAINED_ON, "validation": 20, "test": VIDEOS}, "chance": chance, "clips": clips}
    write(folder / "provenance.json", json.dumps(counted), [])
    lines = [row for name, right in AUDITED.items() for row in rows(VIDEOS, right, name + ",{v},{c},{p},{r},0.5")]
    write(root / f"audit/{network}/{task}/seed-{seed}.csv", "condition,video,order,predicted,right,probability", lines)


def write_all(root, networks=("r3d",)):
    """Write all result files, two seeds each."""
    for network, seed in product(networks, (0, 1)):
        write_weights(root, network, "random", RANDOM, seed)
        for task, (*_, right) in TASKS.items():
            write_task(root, network, task, seed)
            write_weights(root, network, task, right, seed)
    return root


def files(item, results, but="nothing"):
    """The inputs of an item, its tasks in the order of TASKS; without those whose path contains ``but``."""
    tasks = TASKS if item == "beyond_tasks" else ["16-8-3"]
    patterns = [*INPUTS[item], *(pattern.format(w) for pattern in MEASURED for w in ("random", *tasks))]
    found = [path for pattern in patterns for path in sorted(results.glob(pattern)) if but not in path.as_posix()]
    return sorted(found, key=lambda path: [f"/{task}/" in path.as_posix() for task in TASKS], reverse=True)


def draw(item, results, out, but="nothing", *more):
    """Render an item from its inputs."""
    words = ("--study", "a <hand-made> study", "--task", "16-8-3", *more)
    return vcop("render", item, *words, "--inputs", *files(item, results, but), "--out", out)
