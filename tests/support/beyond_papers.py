"""Hand-made results of the items beyond the papers, and how these are drawn import pytest
from them."""

import json
from itertools import product

from support.hand_made import is_right, write
from support.helpers import vcop

from vcop.paper import labels
from vcop.paper.items.beyond_audit import CONDITIONS

# Of every four videos so many are right.
PROBED = {"random": 1, "16-8-3": 2, "16-8-4": 3, "16-8-5": 4}
SHARES = {5: (1, 1), 20: (1, 2), 50: (2, 4), 100: (3, 2)}  # random, trained
AUDITED = dict(zip(CONDITIONS, (3, 1, 3, 0, 2, 4), strict=True))
VIDEOS = {"ucf101": 20, "hmdb51": 12}
CLASSES = 4
NUMBERS = ["measured", "low", "high", "n", "seeds", "spread"]
INPUTS = {
    "beyond_probe": ["probe/*/*/*/*.csv"],
    "beyond_labels": ["recognition/*/*/*/*/*.csv", "finetune/*/*/*/*/*/provenance.json"],
    "beyond_audit": ["audit/*/*/*.csv"],
}


def rows(count, right, form):
    """A row a video; ``form`` fills video, class, predicted class and whether it is right."""
    return [form.format(v=f"{i % CLASSES}/{i}.avi", c=i % CLASSES, p=i % CLASSES, r=is_right(i, right)) for i in range(count)]


def write_all(root):
    """Write the result files that the items beyond the papers read, two seeds each."""
    for network, seed in product(labels.NETWORK_LABELS, (0, 1)):
        for (dataset, count), (weights, right) in product(VIDEOS.items(), PROBED.items()):
            both = rows(count, right, "linear,{v},{c},{p},{r}") + rows(count, 4 * (right > 1), "knn,{v},{c},{p},{r}")
            write(
                root / f"probe/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
                "classifier,video,class,predicted,right",
                both,
            )
        for (share, shares), (weights, right) in product(SHARES.items(), zip(("random", "16-8-3"), (0, 1), strict=True)):
            folder = f"ucf101-1/{network}/{weights}/{'from-conv1' if share == 100 else f'labels-{share}'}"
            write(
                root / f"recognition/{folder}/seed-{seed}.csv",
                "video,class,predicted,right",
                rows(20, shares[right], "{v},{c},{p},{r}"),
            )
            counts = {"training": 5 * share, "validation": 60, "test": 20}
            write(root / f"finetune/{folder}/seed-{seed}/provenance.json", json.dumps({"videos": counts}), [])
        lines = [r for name, right in AUDITED.items() for r in rows(20, right, name + ",{v},{c},{p},{r},0.5")]
        write(root / f"audit/{network}/16-8-3/seed-{seed}.csv", "condition,video,order,predicted,right,probability", lines)


def draw(item, results, out, but="nothing", *more):
    """Render an item from its inputs, without those whose path contains ``but``."""
    files = [p for pattern in INPUTS[item] for p in sorted(results.glob(pattern)) if but not in p.as_posix()]
    return vcop("render", item, "--study", "a <hand-made> study", "--task", "16-8-3", *more, "--inputs", *files, "--out", out)


def check_measured(row, value, n, gain=None, prefix="gain"):
    """Check the numbers of a line of a CSV file, and the interval around each."""
    assert (float(row["measured"]), row["n"], row["seeds"], float(row["spread"])) == (value, str(n), "2", 0)
    assert 0 <= float(row["low"]) <= value <= float(row["high"]) <= 100
    assert float(row["low"]) < float(row["high"])
    if gain is None:
        assert row[prefix] == row[f"{prefix}_low"] == row[f"{prefix}_high"] == ""
    else:
        assert float(row[prefix]) == gain
        # The videos of a class are alike here, so that other videos of the same classes would change nothing.
        assert float(row[f"{prefix}_low"]) == float(row[f"{prefix}_high"]) == gain
