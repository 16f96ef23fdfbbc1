"""Every item from hand-made results: its numbers, its files, and that equal results give equal files."""

import csv
import json
from itertools import chain, combinations

import pytest
from helpers import vcop
from matplotlib.text import Text

from vcop import render
from vcop.frames import FrameStore
from vcop.paper import style
from vcop.paper.published import cells
from vcop.splits import TEST, TRAIN

NETWORKS, WEIGHTS, DATASETS = ("c3d", "r3d", "r21d"), ("random", "16-8-3"), ("ucf101", "hmdb51")
RUNS = [(n, f"16-{it}-{tl}") for n in NETWORKS for it in (8, 16) for tl in (3, 4, 5)]
RUNS += [("c3d", "16-8-4-scratch"), ("r3d", "16-8-3-hard"), ("r3d", "16-16-3-long")]
TRAINED_ON = {"3": 460, "4": 400, "5": 300}
ORDER, HISTORY = "video,order,predicted,right,probability", "epoch,loss,accuracy,validation_loss,validation_accuracy"


def right(network, i, task="16-8-3"):
    """c3d is right on every video, or from scratch on every fourth; r3d on every second, after hard ones on 3 of 4; r21d on none."""
    variant = task[7:]
    share = {"c3d": 1 if variant == "scratch" else 4, "r3d": 3 if variant == "hard" else 2, "r21d": 0}[network]
    return int((0, 2, 1, 3)[i % 4] < share)


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n")


def write_run(root, network, task, seed, videos):
    """A pretraining as it is left, whose accuracies rise by 1 % an epoch (validation) and by twice that."""
    rows = [f"{v},0,0,{right(network, i + seed, task)},0.5" for i, v in enumerate(videos)]
    write(root / f"order/{network}/{task}/seed-{seed}.csv", ORDER, rows)
    epochs = 80 if task.endswith("long") else 40
    rows = [f"{e},1.5,{min(1, 0.02 * e)},1.5,{min(1, 0.01 * e)}" for e in range(1, epochs + 1)]
    write(root / f"pretrain/{network}/{task}/seed-{seed}/history.csv", HISTORY, rows)
    videos = {"training": TRAINED_ON[task.split("-")[2]] - 100 * task.endswith("hard") - seed, "validation": 60, "test": 20}
    write(root / f"pretrain/{network}/{task}/seed-{seed}/provenance.json", json.dumps({"videos": videos}), [])


@pytest.fixture(scope="module")
def results(store_path, tmp_path_factory):
    """Results of which every number is known."""
    root = tmp_path_factory.mktemp("results")
    store = FrameStore(store_path)
    test, train = ([v.name for v in store.of(1, role)] for role in (TEST, TRAIN))
    for seed in (0, 1, 2):
        for n, task in RUNS:
            write_run(root, n, task, seed, test)
    for n in NETWORKS:
        for w in WEIGHTS:
            for d in DATASETS:
                rows = [
                    f"{level},{v},{c},x,{3 if right(n, i) else 0},{train[i]},{train[-1 - i]}"
                    for level, clips in (("clip", 2), ("video", 1))
                    for i, v in enumerate(test)
                    for c in range(clips)
                ]
                header = "level,video,clip,class,rank,first,second"
                for pair in (d, f"{d}-in-{DATASETS[1 - DATASETS.index(d)]}"):
                    write(root / f"retrieval/{pair}/{n}/{w}/conv5-seed-0.csv", header, rows)
                for s in (1, 2, 3):
                    rows = [f"{v}.{s},0,0,{right(n, i)}" for i, v in enumerate(test)]
                    write(root / f"recognition/{d}-{s}/{n}/{w}/from-conv1/seed-0.csv", "video,class,predicted,right", rows)
    (root / "frames").mkdir()
    for d in DATASETS:
        (root / f"frames/{d}.h5").symlink_to(store_path)
    return root


INPUTS = {
    "cvpr2019_table1": ["order/*/16-8-3/seed-0.csv"],
    "cvpr2019_table2": ["retrieval/ucf101/*/*/*.csv"],
    "cvpr2019_table3": ["retrieval/hmdb51/*/*/*.csv"],
    "cvpr2019_table4": ["recognition/*/*/*/*/*.csv"],
    "cvpr2019_figure4": ["frames/ucf101.h5", "retrieval/ucf101/*/16-8-3/*.csv"],
    "cvpr2019_figure5": ["retrieval/ucf101/*/*/*.csv", "retrieval/hmdb51/*/*/*.csv"],
    "cvpr2019_figure6": ["frames/*.h5", "retrieval/*-in-*/r3d/16-8-3/*.csv"],
    "tmm2020_table1": ["order/*/*/seed-0.csv", "pretrain/*/*/seed-0/provenance.json"],
    "tmm2020_figure4": ["pretrain/*/*/seed-[01]/history.csv"],
    "tmm2020_figure5": ["order/r3d/16-8-3*/seed-0.csv"],
    "beyond_curriculum": ["order/c3d/16-8-4*/*.csv", "order/r3d/16-8-3*/*.csv", "pretrain/c3d/16-8-4*/*/history.csv"],
}
TABLES = [item for item in INPUTS if "table" in item]
FIGURES = [item for item in INPUTS if item not in TABLES]


def draw(item, results, out, but="nothing", *more):
    """Render an item from its inputs, without those whose path contains ``but``."""
    files = [p for pattern in INPUTS[item] for p in sorted(results.glob(pattern)) if but not in p.as_posix()]
    words = ("--study", "a <hand-made> study", "--task", "16-8-3", *more)
    return vcop("render", item, *words, "--inputs", *files, "--out", out)


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def test_every_item_is_tested():
    assert set(INPUTS) == set(render.items())


@pytest.mark.parametrize("item", TABLES)
def test_tables(item, results, tmp_path):
    assert draw(item, results, tmp_path / "t") == 0
    rows = read(tmp_path / "t.csv")
    more = ["training_videos"] if item == "tmm2020_table1" else []
    assert list(rows[0]) == ["row", "column", "published", "measured", "low", "high", "n", *more]
    assert [(r["row"], r["column"]) for r in rows] == [(c.row, c.column) for c in cells(item)]
    for row, cell in zip(rows, cells(item), strict=True):
        assert row["published"] == f"{cell.published:.1f}"
        if not cell.network:
            assert row["measured"] == row["low"] == row["high"] == row["n"] == ""
            continue
        at_k = cell.column not in ("Top1",)
        expected = {"c3d": 100, "r3d": 75 if cell.weights == "16-8-3-hard" else 50, "r21d": 0}[cell.network] * at_k
        assert float(row["measured"]) == expected
        assert int(row["n"]) == (20 if item != "cvpr2019_table4" else 60)
        if more:
            assert int(row["training_videos"]) == TRAINED_ON[cell.weights.split("-")[2]] - 100 * cell.weights.endswith("hard")
    page = (tmp_path / "t.html").read_text()
    assert "a &lt;hand-made&gt; study" in page
    assert "a <hand-made> study" in (tmp_path / "t.md").read_text()
    for row in rows:
        for number in (row["published"], row["measured"] and f"{float(row['measured']):.1f}"):
            assert number in page


@pytest.fixture
def drawn(monkeypatch):
    """Figures as they were drawn."""
    kept = []
    monkeypatch.setattr(style.plt, "close", kept.append)
    return kept


def check_texts(figure):
    """No text is clipped, small or covered by another: measured on the renderer's boxes."""
    figure.canvas.draw()  # anew: the PDF, written last, has other pixels
    width, height = figure.canvas.get_width_height()
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    texts = [t for t in texts if t.axes is None or t.axes.get_visible()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts]
    for text, box in boxes:
        assert -1 <= box.x0 <= box.x1 <= width + 1, text
        assert -1 <= box.y0 <= box.y1 <= height + 1, text
    for (one, a), (other, b) in combinations(boxes, 2):
        overlap = min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
        assert not overlap, (one, other)
    assert min(t.get_fontsize() for t in texts) >= 7


@pytest.mark.parametrize("item", FIGURES)
def test_no_text_is_clipped_small_or_covered(item, results, tmp_path, drawn):
    assert draw(item, results, tmp_path / "f", "nothing", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])


@pytest.mark.parametrize("item", FIGURES)
def test_figures(item, results, tmp_path):
    for name in ("one", "two"):
        assert draw(item, results, tmp_path / name) == 0
    for suffix in (".png", ".pdf"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
    assert (tmp_path / "one.png").stat().st_size > 20_000


def test_training_videos_stand_beside_table_1(results, tmp_path):
    assert draw("tmm2020_table1", results, tmp_path / "t") == 0
    rows = {(r["row"], r["column"]): r for r in read(tmp_path / "t.csv")}
    hard, long = rows["R3D*, tl = 3", "it = 8"], rows["R3D, tl = 3, twice the epochs", "it = 16"]
    assert (hard["published"], hard["measured"], hard["n"], hard["training_videos"]) == ("70.1", "75.00", "20", "360")
    assert (long["published"], long["measured"], long["training_videos"]) == ("29.2", "50.00", "460")
    assert rows["R3D, tl = 3", "it = 16"]["published"] == "20.6"
    assert ("R3D*, tl = 3", "it = 16") not in rows
    for kind in ("md", "html"):
        text = (tmp_path / f"t.{kind}").read_text()
        assert "(n 20, trained on 360)" in text
        assert "Longer windows fit into fewer videos" in text
        assert "pretext task 16-8-3" not in text


def test_every_epoch_of_every_run_is_in_the_csv(results, tmp_path):
    assert draw("tmm2020_figure4", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["network", "task", "seed", "epoch", "accuracy", "validation_accuracy"]
    assert len(rows) == 2 * (20 * 40 + 80)
    assert {(r["network"], r["task"]) for r in rows} == set(RUNS)
    last = [r for r in rows if (r["task"], r["seed"], r["epoch"]) == ("16-16-3-long", "1", "30")]
    assert [(r["accuracy"], r["validation_accuracy"]) for r in last] == [("60.0", "30.0")]


def test_every_class_is_in_the_csv(results, tmp_path):
    assert draw("tmm2020_figure5", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["class", "weights", "measured", "low", "high", "n"]
    assert len({r["class"] for r in rows}) == 10
    assert [r["weights"] for r in rows] == ["16-8-3", "16-8-3-hard"] * 10
    # One of two videos is right: Wilson's interval by hand.
    assert {tuple(r[k] for k in ("measured", "low", "high", "n")) for r in rows[::2]} == {("50.0", "9.45", "90.55", "2")}
    assert sorted(float(r["measured"]) for r in rows[1::2]) == [50.0] * 5 + [100.0] * 5


def test_a_hundred_and_one_classes_are_legible(tmp_path, drawn):
    """In the order of the accuracy before, below one another, then column by column."""
    names = [f"Handstand{'PushupsKayaking'[: i % 9]}{i:03d}" for i in range(101)]
    assert max(map(len, names)) == 20
    for task, worst in (("16-8-3", 0), ("16-8-3-hard", 40)):
        rows = [
            f"{name}/v_{k}.avi,0,0,{int(k < max(worst, i) / 101 * 37)},0.5" for i, name in enumerate(names) for k in range(37)
        ]
        write(tmp_path / f"order/r3d/{task}/seed-0.csv", ORDER, rows)
    assert draw("tmm2020_figure5", tmp_path, tmp_path / "f") == 0
    check_texts(drawn[0])
    columns = [[t.get_text() for t in ax.get_yticklabels()] for ax in drawn[0].axes]
    assert [len(c) for c in columns] == [34, 34, 33]
    assert [*dict.fromkeys(r["class"] for r in read(tmp_path / "f.csv"))] == list(chain(*columns))
    assert columns[0][:2] == sorted(names[-2:])  # both 37 of 37


def test_gains_are_of_the_same_videos_and_seeds(results, tmp_path):
    assert draw("beyond_curriculum", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["quantity", "network", "task", "seed", "epoch", "value", "low", "high", "n"]
    by = {(r["quantity"], r["task"], r["seed"], r["epoch"]): r for r in rows}
    assert len(by) == len(rows) == 2 * 40 * 4 + 3 * 2 * 4
    for seed in ("0", "1", "2", "mean"):
        values = [
            float(by["test accuracy", t, seed, ""]["value"]) for t in ("16-8-4-scratch", "16-8-4", "16-8-3", "16-8-3-hard")
        ]
        assert values == [25, 100, 50, 75]
        gains = [by["paired gain", t, seed, ""] for t in ("16-8-4", "16-8-3-hard")]
        assert [(float(g["value"]), g["n"]) for g in gains] == [(75, "20"), (25, "20")]
        assert all(0 < float(g["low"]) < float(g["value"]) < float(g["high"]) for g in gains)
    mean = by["validation accuracy", "16-8-4", "mean", "40"]
    assert [float(mean[k]) for k in ("value", "low", "high")] == [40, 40, 40]


def test_a_missing_result_is_named(results, tmp_path, capsys):
    files = sorted(results.glob("order/[cr]3d/16-8-3/seed-0.csv"))
    out = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t")
    assert vcop("render", "cvpr2019_table1", *out, "--inputs", *files) == 1
    assert "no result for R(2+1)D, Accuracy" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("item", "but", "said"),
    [
        ("tmm2020_table1", "order/c3d/16-16-5", "tmm2020_table1: no result for C3D, tl = 5, it = 16"),
        ("tmm2020_table1", "pretrain/r3d/16-8-3-hard", "tmm2020_table1: no result for R3D*, tl = 3, it = 8"),
        ("tmm2020_figure4", "16-8-4-scratch", "tmm2020_figure4: no history of C3D, 16-8-4-scratch"),
        ("tmm2020_figure4", "16-16-3-long", "tmm2020_figure4: no history of R3D, 16-16-3-long"),
        ("tmm2020_figure5", "16-8-3-hard", "tmm2020_figure5: no result for R3D, 16-8-3-hard"),
        ("beyond_curriculum", "order/r3d", "beyond_curriculum: no result for R3D, 16-8-3, seed 0"),
        ("beyond_curriculum", "order/r3d/16-8-3-hard/seed-2", "beyond_curriculum: no result for R3D, 16-8-3-hard, seed 2"),
        ("beyond_curriculum", "pretrain/c3d/16-8-4/", "beyond_curriculum: no history of C3D, 16-8-4 "),
    ],
)
def test_a_missing_run_is_named_in_one_line(item, but, said, results, tmp_path, capsys):
    assert draw(item, results, tmp_path / "t", but) == 1
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "\n" not in error
    assert not list(tmp_path.iterdir())


def test_a_provenance_without_counts_is_named(results, tmp_path, capsys):
    write(tmp_path / "pretrain/r3d/16-8-5/seed-0/provenance.json", "{}", [])
    files = [*results.glob("order/*/*/seed-0.csv"), *results.glob("pretrain/*/*/seed-0/provenance.json")]
    files = [p for p in files if "pretrain/r3d/16-8-5/" not in p.as_posix()] + list(tmp_path.rglob("*.json"))
    words = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t", "--inputs", *files)
    assert vcop("render", "tmm2020_table1", *words) == 1
    assert "pretrain/r3d/16-8-5/seed-0/provenance.json does not count its videos" in capsys.readouterr().err


def test_published_numbers_have_a_source():
    for item in INPUTS:
        paper = "Xu et al. 2019" if item.startswith("cvpr2019") else "Xiao et al. 2020"
        assert all(c.source.startswith(paper) for c in cells(item))
    by = {(c.item, c.row, c.column): c.published for item in INPUTS for c in cells(item)}
    assert by["cvpr2019_table1", "R(2+1)D", "Accuracy"] == 64.2
    assert by["cvpr2019_table2", "C3D", "Top50"] == 66.9
    assert by["cvpr2019_table3", "R(2+1)D", "Top1"] == 5.7
    assert by["cvpr2019_table4", "R(2+1)D", "UCF101"] == 72.4
    assert by["cvpr2019_table4", "Kinetics pre-trained", "HMDB51"] == 74.5
    assert by["tmm2020_table1", "C3D, tl = 4", "it = 16"] == 65.4
    assert by["tmm2020_table1", "R(2+1)D, tl = 4", "it = 16"] == 70.8
    assert by["tmm2020_table1", "R3D, tl = 5", "it = 16"] == 2.7
    assert len(cells("tmm2020_table1")) == 3 * 3 * 2 + 2
