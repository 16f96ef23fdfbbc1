"""Claims on pretext tasks, which the papers make of their own task against those of others; here under one protocol.

The papers compare with numbers that others published, of other networks and data (CVPR 2019, Table 4). Here all tasks train the same
networks on the same videos. Each claim says that one side is better; the verdict may be that it is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from vcop.paper.measurement.claims import ALL, MOST, Claim
from vcop.paper.measurement.comparisons import RANDOM

SECTION = "our comparison of tasks"
# A task > the same task with still clips, by the beginnings of their names.
STILL = {"": "still-", "verify-": "verify_still-"}
NULL = "random_labels-"  # a task whose answers nothing tells, for videos that were not trained on
LABELLED = "supervised-"  # a task that uses labels: a ceiling
OWN, RETRIEVED = "order/{network}/%s", "retrieval/ucf101/{network}/%s/conv5"
PROBED, TUNED = "probe/ucf101/{network}/%s/conv5", "recognition/ucf101/{network}/%s/from-conv1"
FEW = "recognition/ucf101/{network}/%s/labels-10"
MEASURES = (RETRIEVED, PROBED, FEW, TUNED)


def task_claims(tasks: Sequence[str], networks: Sequence[str]) -> list[Claim]:
    """Return what is claimed of some pretext tasks: clips against still ones, and the first task against random weights and all others.

    Args:
        tasks: Names of the tasks; each of the others is compared with the first.
        networks: The networks that all of them trained.
    """
    first, *others = tasks
    stills = [(task, partner) for task in tasks for partner in [still_partner(task)] if partner in tasks]
    claims = [_above_chance([task for task in tasks if not task.startswith(NULL)], networks)]
    claims += [claim for pair in stills for claim in _still_claims(*pair, networks)]
    ranked = [(other, first) if other.startswith(LABELLED) else (first, other) for other in [RANDOM, *others]]
    return [*claims, *(_better(higher, lower, networks) for higher, lower in ranked)]


def still_partner(task: str) -> str:
    """Return the name of the same task with still clips; an empty text if there is none."""
    for begins, still in STILL.items():
        numbers = task.removeprefix(begins)
        if task.startswith(begins) and numbers[:1].isdigit():
            return f"{still}{numbers}"
    return ""


def _above_chance(tasks: Sequence[str], networks: Sequence[str]) -> Claim:
    """Return the claim that tasks are answered better than by guessing."""
    says = "Every task but random labels is answered better than chance on test videos."
    return _claim(says, [(OWN % task, "order/{network}/chance") for task in tasks], networks)


def _still_claims(clips: str, still: str, networks: Sequence[str]) -> list[Claim]:
    """Return the claims that clips are better than still ones: at the task itself, and by each kind of measure."""
    said = {
        f"{clips} is answered better from clips than from still ones.": [OWN],
        f"{clips} leaves weights that retrieve videos better than {still}.": [RETRIEVED],
        f"{clips} leaves features that tell actions better than {still}.": [PROBED],
        f"Fine-tuning recognises actions better from {clips} than from {still}.": [FEW, TUNED],
    }
    return [_claim(says, [(path % clips, path % still) for path in paths], networks) for says, paths in said.items()]


def _better(higher: str, lower: str, networks: Sequence[str]) -> Claim:
    """Return the claim that some weights are better than others by most of the measures."""
    than = "random ones" if lower == RANDOM else lower
    pairs = [(path % higher, path % lower) for path in MEASURES]
    return _claim(f"{higher} leaves better weights than {than}, by most measures.", pairs, networks, rule=MOST)


def _claim(says: str, pairs: Sequence[tuple[str, str]], networks: Sequence[str], rule: str = ALL) -> Claim:
    """Return a claim on all networks; retrieval is that of videos, and sides that saw as many clips had equal work."""
    over = {"network": networks}
    return Claim(says=says, pairs=pairs, over=over, section=SECTION, ks=(1, 5), level="video", rule=rule, clips_alone=True)
