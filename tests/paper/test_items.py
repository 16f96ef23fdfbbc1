"""Every item from hand-made results: its numbers, its files, and that equal results give equal files."""

import csv
from itertools import combinations

import pytest
from helpers import vcop
from matplotlib.text import Text

from vcop import render
from vcop.frames import FrameStore
from vcop.paper import style
from vcop.paper.published import cells
from vcop.splits import TEST, TRAIN

NETWORKS, WEIGHTS, DATASETS = ("c3d", "r3d", "r21d"), ("random", "16-8-3"), ("ucf101", "hmdb51")


@pytest.fixture(scope="module")
def results(store_path, tmp_path_factory):
    """Results in which c3d is right on every video, r3d on every second, r21d on none."""
    root = tmp_path_factory.mktemp("results")
    store = FrameStore(store_path)
    test, train = ([v.name for v in store.of(1, role)] for role in (TEST, TRAIN))

    def right(network, i):
        return {"c3d": 1, "r3d": i % 2, "r21d": 0}[network]

    def write(path, header, rows):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([header, *rows]) + "\n")

    for n in NETWORKS:
        rows = [f"{v},0,{1 - right(n, i)},{right(n, i)},0.5" for i, v in enumerate(test)]
        write(root / f"order/{n}/16-8-3/seed-0.csv", "video,order,predicted,right,probability", rows)
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
    "cvpr2019_table1": ["order/*/16-8-3/*.csv"],
    "cvpr2019_table2": ["retrieval/ucf101/*/*/*.csv"],
    "cvpr2019_table3": ["retrieval/hmdb51/*/*/*.csv"],
    "cvpr2019_table4": ["recognition/*/*/*/*/*.csv"],
    "cvpr2019_figure4": ["frames/ucf101.h5", "retrieval/ucf101/*/16-8-3/*.csv"],
    "cvpr2019_figure5": ["retrieval/ucf101/*/*/*.csv", "retrieval/hmdb51/*/*/*.csv"],
    "cvpr2019_figure6": ["frames/*.h5", "retrieval/*-in-*/r3d/16-8-3/*.csv"],
}
TABLES = [item for item in INPUTS if "table" in item]
FIGURES = [item for item in INPUTS if "figure" in item]


def draw(item, results, out):
    files = [p for pattern in INPUTS[item] for p in sorted(results.glob(pattern))]
    return vcop("render", item, "--study", "a <hand-made> study", "--task", "16-8-3", "--inputs", *files, "--out", out)


def test_every_item_is_tested():
    assert set(INPUTS) == set(render.items())


@pytest.mark.parametrize("item", TABLES)
def test_tables(item, results, tmp_path):
    assert draw(item, results, tmp_path / "t") == 0
    with open(tmp_path / "t.csv") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["row", "column", "published", "measured", "low", "high", "n"]
    assert [(r["row"], r["column"]) for r in rows] == [(c.row, c.column) for c in cells(item)]
    for row, cell in zip(rows, cells(item), strict=True):
        assert row["published"] == f"{cell.published:.1f}"
        if not cell.network:
            assert row["measured"] == row["low"] == row["high"] == row["n"] == ""
            continue
        at_k = cell.column not in ("Top1",)
        expected = {"c3d": 100, "r3d": 50, "r21d": 0}[cell.network] * at_k
        assert float(row["measured"]) == expected
        assert int(row["n"]) == (20 if item != "cvpr2019_table4" else 60)
    page = (tmp_path / "t.html").read_text()
    assert "a &lt;hand-made&gt; study" in page
    assert "a <hand-made> study" in (tmp_path / "t.md").read_text()
    for row in rows:
        for number in (row["published"], row["measured"] and f"{float(row['measured']):.1f}"):
            assert number in page


@pytest.mark.parametrize("item", FIGURES)
def test_no_text_is_clipped_small_or_covered(item, results, tmp_path, monkeypatch):
    """Measured on the renderer's boxes."""
    kept = []
    monkeypatch.setattr(style.plt, "close", kept.append)
    assert draw(item, results, tmp_path / "f") == 0
    (figure,) = kept
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
def test_figures(item, results, tmp_path):
    for name in ("one", "two"):
        assert draw(item, results, tmp_path / name) == 0
    for suffix in (".png", ".pdf"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
    assert (tmp_path / "one.png").stat().st_size > 20_000


def test_a_missing_result_is_named(results, tmp_path, capsys):
    files = sorted(results.glob("order/[cr]3d/16-8-3/*.csv"))
    out = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t")
    assert vcop("render", "cvpr2019_table1", *out, "--inputs", *files) == 1
    assert "no result for R(2+1)D, Accuracy" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_published_numbers_have_a_source():
    for item in INPUTS:
        assert all(c.source.startswith("Xu et al. 2019") for c in cells(item))
    by = {(c.item, c.row, c.column): c.published for item in INPUTS for c in cells(item)}
    assert by["cvpr2019_table1", "R(2+1)D", "Accuracy"] == 64.2
    assert by["cvpr2019_table2", "C3D", "Top50"] == 66.9
    assert by["cvpr2019_table3", "R(2+1)D", "Top1"] == 5.7
    assert by["cvpr2019_table4", "R(2+1)D", "UCF101"] == 72.4
    assert by["cvpr2019_table4", "Kinetics pre-trained", "HMDB51"] == 74.5
