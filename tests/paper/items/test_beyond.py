"""The items beyond the papers from hand-made results: their numbers, their files, and that equal results give equal files."""

import json
from itertools import product

import pytest
from support.hand_made import check_refused, check_texts, is_right, read, write
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


def rows(count, right, form):
    """A row a video; ``form`` fills video, class, predicted class and whether it is right."""
    return [form.format(v=f"{i % CLASSES}/{i}.avi", c=i % CLASSES, p=i % CLASSES, r=is_right(i, right)) for i in range(count)]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    root = tmp_path_factory.mktemp("results")
    for network, seed in product(labels.NETWORK_LABELS, (0, 1)):
        for (dataset, count), (weights, right) in product(VIDEOS.items(), PROBED.items()):
            both = rows(count, right, "linear,{v},{c},{p},{r}") + rows(count, 4 * (right > 1), "knn,{v},{c},{p},{r}")
            write(
                root / f"probe/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv",
                "classifier,video,class,predicted,right",
                both,
            )
        for (share, of), (weights, right) in product(SHARES.items(), zip(("random", "16-8-3"), (0, 1), strict=True)):
            place = f"ucf101-1/{network}/{weights}/{'from-conv1' if share == 100 else f'labels-{share}'}"
            write(
                root / f"recognition/{place}/seed-{seed}.csv",
                "video,class,predicted,right",
                rows(20, of[right], "{v},{c},{p},{r}"),
            )
            counts = {"training": 5 * share, "validation": 60, "test": 20}
            write(root / f"finetune/{place}/seed-{seed}/provenance.json", json.dumps({"videos": counts}), [])
        lines = [r for name, right in AUDITED.items() for r in rows(20, right, name + ",{v},{c},{p},{r},0.5")]
        write(root / f"audit/{network}/16-8-3/seed-{seed}.csv", "condition,video,order,predicted,right,probability", lines)
    return root


INPUTS = {
    "beyond_probe": ["probe/*/*/*/*.csv"],
    "beyond_labels": ["recognition/*/*/*/*/*.csv", "finetune/*/*/*/*/*/provenance.json"],
    "beyond_audit": ["audit/*/*/*.csv"],
}


def draw(item, results, out, but="nothing", *more):
    """Render an item from its inputs, without those whose path contains ``but``."""
    files = [p for pattern in INPUTS[item] for p in sorted(results.glob(pattern)) if but not in p.as_posix()]
    return vcop("render", item, "--study", "a <hand-made> study", "--task", "16-8-3", *more, "--inputs", *files, "--out", out)


@pytest.mark.parametrize("item", INPUTS)
def test_no_text_is_clipped_small_or_covered(item, results, tmp_path, drawn):
    assert draw(item, results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])


@pytest.fixture(scope="module")
def once(results, tmp_path_factory):
    """Every item as drawn once."""
    out = tmp_path_factory.mktemp("once")
    assert all(draw(item, results, out / item) == 0 for item in INPUTS)
    return out


@pytest.mark.parametrize("item", INPUTS)
def test_equal_results_give_equal_files(item, results, once, tmp_path):
    assert draw(item, results, tmp_path / item) == 0
    for suffix in (".png", ".pdf", ".csv"):
        assert (tmp_path / f"{item}{suffix}").read_bytes() == (once / f"{item}{suffix}").read_bytes()
    assert (tmp_path / f"{item}.png").stat().st_size > 20_000


def exact(row, value, n, gain=None, prefix="gain"):
    """The numbers of a line of a CSV, and an interval around each."""
    assert (float(row["measured"]), row["n"], row["seeds"], float(row["spread"])) == (value, str(n), "2", 0)
    assert 0 <= float(row["low"]) <= value <= float(row["high"]) <= 100
    assert float(row["low"]) < float(row["high"])
    if gain is None:
        assert row[prefix] == row[f"{prefix}_low"] == row[f"{prefix}_high"] == ""
    else:
        assert float(row[prefix]) == gain
        assert (float(row[f"{prefix}_low"]) < float(row[f"{prefix}_high"])) == (abs(gain) not in (0, 100))


def test_probe(once):
    table = read(once / "beyond_probe.csv")
    assert list(table[0]) == ["dataset", "classifier", "network", "weights", *NUMBERS, "gain", "gain_low", "gain_high"]
    key = ("dataset", "classifier", "network", "weights")
    assert [tuple(r[k] for k in key) for r in table] == list(product(VIDEOS, ("linear", "knn"), labels.NETWORK_LABELS, PROBED))
    for row in table:
        random = row["weights"] == "random"
        of = PROBED if row["classifier"] == "linear" else {w: 4 * (r > 1) for w, r in PROBED.items()}
        value, base = 25 * of[row["weights"]], 25 * of["random"]
        exact(row, value, VIDEOS[row["dataset"]], None if random else value - base)


def test_labels(once):
    table = read(once / "beyond_labels.csv")
    assert list(table[0]) == ["network", "weights", "labels", "training_videos", *NUMBERS, "gain", "gain_low", "gain_high"]
    key = [(r["network"], r["weights"], int(r["labels"])) for r in table]
    assert key == list(product(labels.NETWORK_LABELS, ("random", "16-8-3"), SHARES))
    for row in table:
        random, trained = (25 * of for of in SHARES[int(row["labels"])])
        assert int(row["training_videos"]) == 5 * int(row["labels"])
        if row["weights"] == "random":
            exact(row, random, 20)
        else:
            exact(row, trained, 20, trained - random)


def test_audit(once):
    table = read(once / "beyond_audit.csv")
    assert list(table[0]) == ["network", "task", "condition", *NUMBERS, "change", "change_low", "change_high", "chance"]
    assert [(r["network"], r["task"], r["condition"]) for r in table] == list(
        product(labels.NETWORK_LABELS, ["16-8-3"], CONDITIONS)
    )
    for row in table:
        value = 25 * AUDITED[row["condition"]]
        exact(row, value, 20, None if row["condition"] == "plain" else value - 75, "change")
        assert row["chance"] == "16.67"


@pytest.mark.parametrize(
    ("item", "but", "said"),
    [
        ("beyond_probe", "hmdb51/r3d/16-8-4", "beyond_probe: no result for HMDB51, R3D, 16-8-4 among the files given"),
        ("beyond_probe", "ucf101/c3d/random", "beyond_probe: no result for UCF101, C3D, random among the files given"),
        ("beyond_probe", "r3d/random/conv5-seed-1", "no result of split 1, seed 1 to compare it with"),
        ("beyond_labels", "r21d/16-8-3/labels-20/seed", "beyond_labels: no result for R(2+1)D, 16-8-3, 20 % of the labels"),
        ("beyond_labels", "/16-8-3/", "random weights and those of one task are wanted, given were none"),
        ("beyond_labels", "provenance", "beyond_labels: no provenance says how many videos 5 % of the labels are"),
        ("beyond_audit", "r3d", "beyond_audit: no result for R3D, 16-8-3 among the files given"),
    ],
)
def test_a_missing_run_is_named_in_one_line(item, but, said, results, tmp_path, capsys):
    check_refused(draw(item, results, tmp_path / "t", but), said, tmp_path, capsys)


def test_a_missing_condition_and_unequal_shares_are_named(results, tmp_path, capsys):
    text = (results / "audit/r3d/16-8-3/seed-0.csv").read_text().replace("grey,", "gray,")
    write(tmp_path / "audit/r3d/16-8-3/seed-0.csv", text, [])
    files = [*results.glob("audit/*21d/*/*.csv"), *results.glob("audit/c3d/*/*.csv"), *tmp_path.glob("audit/*/*/*.csv")]
    words = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t")
    assert vcop("render", "beyond_audit", *words, "--inputs", *files) == 1
    assert "seed-0.csv: nothing under the condition 'grey': audit again" in capsys.readouterr().err
    odd = tmp_path / "finetune/ucf101-1/r3d/random/labels-5/seed-0/provenance.json"
    write(odd, json.dumps({"videos": {"training": 24}}), [])
    files = [p for pattern in INPUTS["beyond_labels"] for p in results.glob(pattern)]
    assert vcop("render", "beyond_labels", *words, "--inputs", *files, odd) == 1
    assert "the runs on 5 % of the labels differ in their number of videos, [24, 25]" in capsys.readouterr().err
