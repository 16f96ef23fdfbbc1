"""Checks of items drawn from hand-made results: numbers, files and texts."""

from dataclasses import replace

import pytest
from support.hand_made import BY_LAYER, FROZEN, TRAINED_ON, check_texts, draw, ordered, read, recognised, share_of

from vcop.paper.measurement.published import cells, layer_of_cell

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


def check_table(item, results, folder):
    """Every cell has the paper's number, and ours as the hand-made results say; both stand on all pages."""
    for name in ("t", "again"):
        assert draw(item, results, folder / name) == 0
    rows = read(folder / "t.csv")
    more = (
        ["training_videos"] * (item == "tmm2020_table1")
        + ["seeds", "groups"]
        + ["gain", "gain_low", "gain_high"] * (item in GAINING)
    )
    assert list(rows[0]) == ["row", "column", "published", "measured", "low", "high", "n", *more]
    assert [(r["row"], r["column"]) for r in rows] == [(c.row, c.column) for c in cells(item, "16-8-3")]
    for row, cell in zip(rows, cells(item, "16-8-3"), strict=True):
        assert row["published"] == f"{cell.published:.1f}"
        if not cell.network:
            assert {row[k] for k in ("measured", "low", "high", "n", *more)} == {""}
            continue
        check_row(row, cell, more)
    check_renderings(folder, rows)


def check_row(row, cell, more):
    """A measured row: value, interval, videos, gain."""
    assert float(row["measured"]) == pytest.approx(expected(cell), abs=0.005)
    assert float(row["low"]) <= float(row["measured"]) <= float(row["high"])
    three = cell.column in ("UCF101", "HMDB51") and not cell.row.endswith("split 1")
    assert int(row["n"]) == int(row["groups"]) == (60 if three else 20)
    assert row["seeds"] == "1"
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


def check_numbers(item, results, folder):
    """A figure's CSV has its cells in order, with the numbers of the hand-made results."""
    assert draw(item, results, folder / "f") == 0
    for row, cell in zip(read(folder / "f.csv"), cells(item), strict=True):
        assert (row["row"], row["column"]) == (cell.row, cell.column)
        assert float(row["measured"]) == expected(cell)
        assert int(row["n"]) == 20
        assert bool(row["published"]) == (item == "tmm2020_figure10")


def check_figure(item, results, folder, drawn):
    """No text is clipped, small or covered; equal inputs give equal files."""
    for name in ("one", "two"):
        assert draw(item, results, folder / name, "nothing", "--note", "half of a batch at a time, " * 5) == 0
    for suffix in (".png", ".pdf"):
        assert (folder / f"one{suffix}").read_bytes() == (folder / f"two{suffix}").read_bytes()
    assert (folder / "one.png").stat().st_size > 10_000
    check_texts(drawn[0])
