"""Every item from hand-made results: its numbers, its files, and that equal results give equal files."""

from dataclasses import replace

import pytest
from support.hand_made import (
    BY_LAYER,
    FROZEN,
    INPUTS,
    TRAINED_ON,
    check_refused,
    check_texts,
    draw,
    ordered,
    read,
    recognised,
    share_of,
)
from support.helpers import vcop
from support.schematic import INPUTS as SCHEMATIC

from vcop.commands import render
from vcop.paper.figures import style
from vcop.paper.measurement.published import cells, layer_of_cell

TABLES = [item for item in INPUTS if "table" in item]
FIGURES = [item for item in INPUTS if "figure" in item or item.startswith("beyond_")]
GAINING = {f"cvpr2019_table{n}" for n in (2, 3, 4)} | {f"tmm2020_table{n}" for n in (2, 3, 5)}


def expected(cell):
    """What the hand-made results say by hand, percent."""
    if "table1" in cell.item:
        return 25 * ordered(cell.network, cell.weights)
    share = share_of(cell.network, cell.weights)
    if cell.column in ("UCF101", "HMDB51"):
        splits = (1,) if cell.row.endswith("split 1") else (1, 2, 3)
        return 25 * sum(recognised(share, split) for split in splits) / len(splits)
    if cell.column.startswith("conv"):
        return 25 * FROZEN.get(cell.column, share)
    if "table4" in cell.item:
        share = BY_LAYER.get(layer_of_cell(cell), share)
    clips = 2 if cell.item != "tmm2020_figure7" else 1
    return 25 * share * {"Top1": 0, "Top5": 1 / clips, "Top10": 1 / clips}.get(cell.column, 1)


def expected_gain(cell):
    """On the random weights of the same network, data set and splits."""
    return None if cell.weights == "random" else expected(cell) - expected(replace(cell, weights="random"))


def test_every_item_is_tested():
    """Beside this file: those beyond the papers and of both of them have tests of their own."""
    assert {*INPUTS, *SCHEMATIC, "tmm2020_table6"} - {"beyond_curriculum"} == {
        i for i in render.items() if not i.startswith(("beyond_", "papers_"))
    }


@pytest.mark.parametrize("item", TABLES)
def test_tables(item, results, tmp_path):
    for name in ("t", "again"):
        assert draw(item, results, tmp_path / name) == 0
    rows = read(tmp_path / "t.csv")
    more = ["training_videos"] * (item == "tmm2020_table1") + ["gain", "gain_low", "gain_high"] * (item in GAINING)
    assert list(rows[0]) == ["row", "column", "published", "measured", "low", "high", "n", *more]
    assert [(r["row"], r["column"]) for r in rows] == [(c.row, c.column) for c in cells(item, "16-8-3")]
    for row, cell in zip(rows, cells(item, "16-8-3"), strict=True):
        assert row["published"] == f"{cell.published:.1f}"
        if not cell.network:
            assert {row[k] for k in ("measured", "low", "high", "n", *more)} == {""}
            continue
        check_row(row, cell, more)
    check_renderings(tmp_path, rows)


def check_row(row, cell, more):
    """A measured row: value, interval, videos, gain."""
    assert float(row["measured"]) == pytest.approx(expected(cell), abs=0.005)
    assert float(row["low"]) <= float(row["measured"]) <= float(row["high"])
    three = cell.column in ("UCF101", "HMDB51") and not cell.row.endswith("split 1")
    assert int(row["n"]) == (60 if three else 20)
    if "training_videos" in more:
        assert int(row["training_videos"]) == TRAINED_ON[cell.weights.split("-")[2]] - 100 * cell.weights.endswith("hard")
    if "gain" in more:
        gain = expected_gain(cell)
        assert (row["gain"] == "") == (gain is None)
        assert gain is None or float(row["gain"]) == pytest.approx(gain, abs=0.005)
        assert gain is None or float(row["gain_low"]) <= float(row["gain"]) <= float(row["gain_high"])


def check_renderings(folder, rows):
    """Every number of the CSV stands on both pages, and equal inputs give equal files."""
    page, text = ((folder / f"t.{kind}").read_text() for kind in ("html", "md"))
    assert "a &lt;hand-made&gt; study" in page
    assert "a <hand-made> study" in text
    for row in rows:
        gain = row.get("gain") and f"gain {float(row['gain']):+z.1f} ["
        for number in (row["published"], row["measured"] and f"{float(row['measured']):.1f}", gain or ""):
            assert number in page
            assert number in text
    for kind in ("csv", "md", "html"):
        assert (folder / f"t.{kind}").read_bytes() == (folder / f"again.{kind}").read_bytes()


@pytest.mark.parametrize("item", ["tmm2020_figure6", "tmm2020_figure7", "tmm2020_figure10"])
def test_figures_with_numbers(item, results, tmp_path):
    assert draw(item, results, tmp_path / "f") == 0
    for row, cell in zip(read(tmp_path / "f.csv"), cells(item), strict=True):
        assert (row["row"], row["column"]) == (cell.row, cell.column)
        assert float(row["measured"]) == expected(cell)
        assert int(row["n"]) == 20
        assert bool(row["published"]) == (item == "tmm2020_figure10")


@pytest.mark.parametrize("item", FIGURES)
def test_figures(item, results, tmp_path, drawn, monkeypatch):
    """No text is clipped, small or covered; equal inputs give equal files."""
    monkeypatch.setitem(style.RC, "savefig.dpi", 60)  # quicker; texts are measured in inches
    for name in ("one", "two"):
        assert draw(item, results, tmp_path / name, "nothing", "--note", "half of a batch at a time, " * 5) == 0
    for suffix in (".png", ".pdf"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()
    assert (tmp_path / "one.png").stat().st_size > 10_000
    check_texts(drawn[0])


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
        ("tmm2020_table2", "r3d/16-8-3-hard", "tmm2020_table2: no result for R3D (16-8-3)*, Top1"),
        ("tmm2020_table3", "c3d/random", "tmm2020_table3: no result for C3D (random), Top1"),
        ("tmm2020_table4", "c3d/16-8-3/conv3", "tmm2020_table4: no result for C3D, layer 3, Top1"),
        ("tmm2020_table5", "ucf101-2/c3d/16-8-3/", "tmm2020_table5: no result for C3D (16-8-3), UCF101"),
        ("tmm2020_figure6", "16-16-5", "tmm2020_figure6: no result for C3D (16-16-5), Top1"),
        ("tmm2020_figure7", "hmdb51/r21d/16-8-4", "tmm2020_figure7: no result for HMDB51 R(2+1)D (16-8-4), Top1"),
        ("tmm2020_figure8", "r21d/16-8-5", "tmm2020_figure8: no result for R(2+1)D, 16-8-5, UCF101 "),
        ("tmm2020_figure9", "hmdb51-in-ucf101", "tmm2020_figure9: no result for R3D, 16-8-4, HMDB51 in UCF101 "),
        ("tmm2020_figure10", "from-conv4", "tmm2020_figure10: no result for R3D (16-8-3), split 1, conv4"),
        ("tmm2020_claims", "4-scratch", "tmm2020_claims: no result for order/c3d/16-8-4-scratch"),
        ("tmm2020_claims", "ucf101-2/c3d/random", "no result of split 2, seed 0 to compare it with"),
        ("beyond_curriculum", "order/r3d", "beyond_curriculum: no result for R3D, 16-8-3, seed 0"),
        ("beyond_curriculum", "order/r3d/16-8-3-hard/seed-2", "beyond_curriculum: no result for R3D, 16-8-3-hard, seed 2"),
        ("beyond_curriculum", "pretrain/c3d/16-8-4/", "beyond_curriculum: no history of C3D, 16-8-4 "),
    ],
)
def test_a_missing_run_is_named_in_one_line(item, but, said, results, tmp_path, capsys):
    check_refused(draw(item, results, tmp_path / "t", but), said, tmp_path, capsys)


def test_published_numbers_have_a_source():
    for item in INPUTS:
        paper = "Xu et al. 2019" if item.startswith("cvpr2019") else "Xiao et al. 2020"
        assert all(c.source.startswith(paper) for c in cells(item))


@pytest.mark.parametrize(
    ("item", "count", "numbers"),
    [
        ("cvpr2019_table1", 3, {("R(2+1)D", "Accuracy"): 64.2}),
        ("cvpr2019_table2", 45, {("C3D", "Top50"): 66.9}),
        ("cvpr2019_table3", 30, {("R(2+1)D", "Top1"): 5.7}),
        ("cvpr2019_table4", 26, {("R(2+1)D", "UCF101"): 72.4, ("Kinetics pre-trained", "HMDB51"): 74.5}),
        (
            "tmm2020_table1",
            20,
            {("C3D, tl = 4", "it = 16"): 65.4, ("R(2+1)D, tl = 4", "it = 16"): 70.8, ("R3D, tl = 5", "it = 16"): 2.7},
        ),
        (
            "tmm2020_table2",
            85,
            {
                ("SpeedNet", "Top1"): 13.0, ("SpeedNet", "Top50"): 65.0, ("Büchler et al.", "Top5"): 36.2,
                ("C3D (16-8-3)", "Top20"): 50.6, ("C3D (16-8-5)", "Top10"): 41.7, ("R3D (16-8-3)*", "Top5"): 31.9,
                ("R3D (16-8-4)", "Top1"): 17.8, ("R(2+1)D (16-8-5)", "Top50"): 69.1,
            },
        ),
        (
            "tmm2020_table3",
            65,
            {
                ("C3D (16-8-4)", "Top20"): 50.3, ("R3D (16-8-3)*", "Top50"): 69.5, ("R3D (random)", "Top1"): 5.5,
                ("R(2+1)D (16-8-4)", "Top5"): 22.3, ("R(2+1)D (16-8-5)", "Top10"): 35.0,
            },
        ),
        (
            "tmm2020_table4",
            75,
            {
                ("C3D, layer 3", "Top1"): 23.3, ("C3D, layer 4", "Top50"): 70.9, ("R3D, layer 3", "Top50"): 69.6,
                ("R3D, layer 4", "Top50"): 69.6, ("R(2+1)D, layer 1", "Top5"): 27.3, ("R(2+1)D, layer 2", "Top10"): 43.8,
            },
        ),
        (
            "tmm2020_table5",
            50 - 2,
            {
                ("C3D (VCP)", "HMDB51"): 32.5, ("R(2+1)D (PRP)", "UCF101"): 72.1, ("R3D (16-8-3)*, split 1", "HMDB51"): 31.4,
                ("R(2+1)D (16-8-4), split 1", "HMDB51"): 37.3, ("R(2+1)D (16-8-5), split 1", "UCF101"): 74.5,
                ("3D ST-puzzle", "UCF101"): 63.4, ("R3D (16-8-5), split 1", "HMDB51"): 29.7,
            },
        ),
        ("tmm2020_figure10", 5, {("R3D (16-8-3), split 1", "conv2"): 66, ("R3D (16-8-3), split 1", "conv5"): 61.5}),
    ],
)  # fmt: skip
def test_published_numbers_are_the_papers(item, count, numbers):
    """Read from the papers a second time."""
    found = {(c.row, c.column): c.published for c in cells(item)}
    assert len(found) == count
    assert found.items() >= numbers.items()


def test_both_papers_print_the_same_where_they_show_the_same():
    """The second paper's 16-8-3 and quoted rows are the first one's; VGAN has no number on HMDB51 in either."""
    for first, second in (
        ("cvpr2019_table2", "tmm2020_table2"),
        ("cvpr2019_table3", "tmm2020_table3"),
        ("cvpr2019_table4", "tmm2020_table5"),
    ):
        later = {(c.row, c.column): c.published for c in cells(second)}
        for cell in cells(first):
            row = f"{cell.row} (16-8-3)" if cell.weights == "task" else cell.row
            assert later[row, cell.column] == cell.published
    assert not [c for c in cells("tmm2020_table5") if c.row in ("VGAN", "Luo et al.") and c.column == "HMDB51"]
