"""Every benchmark runs at a tiny size and prints tables; its checks of equality find what is not equal."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
import yaml
from benchmarks import (
    decode,
    embed,
    hours,
    layouts,
    load,
    page,
    rates,
    readers,
    retrieve,
    search,
    study,
    timing,
    train,
    verdicts,
)
from benchmarks.loops import PLAIN, Bench

from vcop.config.options import InputOptions, NetworkOptions
from vcop.config.reader import read_study
from vcop.sampling.clips import clip_indices

RATIO = re.compile(r"^([\d.]+)×(?: \(([\d.]+)\.\.([\d.]+)\))?$")
TINY = ["--count", "2", "--longest", "70", "--size", "32", "44"]


@pytest.fixture
def report(tmp_path, capsys):
    """Run a benchmark; the table that it prints and writes, by the first column."""

    def run(module, *words):
        module.main(["--repeats", "2", "--out", str(tmp_path / "out.md"), *words])
        text = capsys.readouterr().out
        assert (tmp_path / "out.md").read_text().strip() == text.strip()
        assert text.startswith("*")
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
        header, *rows = (row for row in rows if set(row[0]) != {"-"})
        return text, {row[0]: dict(zip(header, row, strict=True)) for row in rows}

    return run


def ratio(cell):
    """The middle of a cell, which lies in the range that it prints."""
    middle, low, high = RATIO.match(cell).groups()
    assert low is None or float(low) <= float(middle) <= float(high)
    return float(middle)


def test_turns_alternate_and_pair():
    order = []
    found = timing.interleaved({name: lambda name=name: order.append(name) or len(order) for name in "ab"}, 3)
    assert "".join(order) == "abbaab"
    assert found == {"a": [1, 4, 5], "b": [2, 3, 6]}
    assert timing.ratio([10, 30, 20], [1, 10, 4]) == "5× (3..10)"


def test_decode(report):
    _, rows = report(decode, *TINY, "--repeats", "1")
    assert ratio(rows["ffmpeg to null"]["of ffmpeg's own"]) == 1
    assert all(0 < ratio(row["of ffmpeg's own"]) for row in rows.values())
    assert {"vcop decode, jpeg", "vcop decode, raw"} <= set(rows)


def test_embed(report):
    text, rows = report(embed, *TINY, "--repeats", "1", "--copies", "2", "--many", "2", "3")
    assert "4 videos, " in text
    assert ratio(rows["vcop decode"]["× vcop decode"]) == 1
    assert rows["vcop embed"]["asked"] == "1.3×"
    assert re.search(r"^Most memory of vcop embed: \d{2,} MiB of 2 videos, \d{2,} MiB of 3 videos.$", text, re.MULTILINE)


def test_search(report):
    text, rows = report(search, "--rows", "3000", "--values", "8", "--repeats", "1")
    assert "3000 rows of 8 values" in text
    assert "All pairs, computed: " in text
    assert rows["vcop search, exact"]["recall of 10"] == "1"
    for way in ("faiss, IVF", "usearch, HNSW"):
        assert "not installed" in rows[way]["index, CPU s"] or 0 < float(rows[way]["recall of 10"]) <= 1


def test_load(report):
    text, rows = report(load, *TINY, "--seconds", "0.01", "--workers", "1", "--batch", "2")
    against = f"a worker, × {load.PUBLISHED}"
    assert ratio(rows[load.PUBLISHED][against]) == 1
    assert ratio(rows["store, raw"][against]) > 1
    for name, module in readers.MODULES.items():
        assert name in rows
        assert not readers.missing(name) or f"uv pip install {module}" in text


def test_readers_that_are_one_frame_off_are_found(videos, store):
    long = [v for v in store.videos if v.count > 60][:2]
    readers.check("right", readers.Files(videos / "videos", readers.published, store), store, long)

    def late(path, numbers, height, width):
        return readers.published(path, [n + 1 for n in numbers], height, width)

    with pytest.raises(ValueError, match="late: reads other frames than requested"):
        readers.check("late", readers.Files(videos / "videos", late, store), store, long)


def test_the_published_reader_reads_a_looped_clip(videos, store):
    short = min(store.videos, key=lambda v: v.count)
    found = readers.Files(videos / "videos", readers.published, store).read(short, clip_indices(0, 16, 1, short.count))
    assert found.shape == (16, store.height, store.width, 3)


def test_train(report):
    _, rows = report(train, "--sizes", "embedded", "--networks", "r3d", "--batch", "2", "--steps", "1", "--device", "cpu")
    assert ratio(rows[f"r3d, {PLAIN}"][f"× {PLAIN}"]) == 1
    for mode in ("fp32", "fp32 joint"):
        assert ratio(rows[f"r3d, {mode}"][f"× {PLAIN}"]) > 0
        assert rows[f"r3d, {mode}"]["of matrix products"].endswith(" %")


@pytest.fixture(scope="module")
def papers():
    return read_study(yaml.safe_load(hours.PAPERS.read_text()))


@pytest.fixture
def bench(papers, tmp_path):
    small = {"network": NetworkOptions(multiplier=0.0625), "input": InputOptions(crop=32, frame_stride=2)}
    return Bench("embedded", replace(papers, **small), torch.device("cpu"), tmp_path, batch=2, steps=1, threads=1)


@pytest.mark.parametrize("network", ["c3d", "r3d", "r21d"])
def test_losses_agree(bench, network):
    bench.agree(network, {"fp32": bench.ours(network, "fp32"), PLAIN: bench.plain(network)})


def test_losses_that_differ_are_found(bench):
    loops = {"fp32": bench.ours("r3d", "fp32"), PLAIN: bench.plain("r3d")}
    step = loops["fp32"].step
    loops["fp32"].step = lambda number: step(number) + 0.01
    with pytest.raises(ValueError, match="r3d, fp32: the first loss is"):
        bench.agree("r3d", loops)
    loops = {"fp32": bench.ours("r3d", "fp32"), PLAIN: bench.plain("r3d")}
    bench.ours = lambda *mode, ours=bench.ours: ours("r3d", "fp32 joint")
    with pytest.raises(ValueError, match="two runs of the same seed have the losses"):
        bench.agree("r3d", loops)


def test_the_arithmetic_of_a_clip_is_as_computed(papers):
    assert {n: round(train.flop(n, papers) / 1e9, 1) for n in ("c3d", "r3d", "r21d")} == {
        "c3d": 228.9,
        "r3d": 116.5,
        "r21d": 126.9,
    }


def test_hours(report):
    text, rows = report(hours, "--c3d", "100", "--r3d", "200", "--r21d", "100", "--loaded", "50")
    total = rows["both papers, every job once"]
    assert total["trainings"] == "75"
    # 9,364 videos less 785, 300 epochs, and at a third: validation and the test
    assert float(rows["cvpr2019_figure6"]["hours of training"]) == pytest.approx(
        (300 * (8579 + 785 / 3) + 3674 / 3) / 200 / 3600, abs=0.005
    )
    # Five tuples of three clips of each training video.
    assert hours.clips(read_study(yaml.safe_load(hours.PAPERS.read_text())), "mine/r3d/16-8-3") == 5 * 3 * 8579 / 3
    assert hours.network("mine/r3d/16-8-3") == "r3d"
    assert "c3d 2.0, r3d 4.0, r21d 2.0" in text


def test_retrieve(report):
    small = ("--queries", "120", "--gallery", "200", "--values", "16", "--block", "64", "--threads", "1")
    text, rows = report(retrieve, *small)
    assert ratio(rows[retrieve.PRODUCT]["× the product alone"]) == 1
    assert ratio(rows[retrieve.OURS]["× the published way"]) > 0
    assert rows[retrieve.PUBLISHED]["same 50 nearest as vcop"].startswith("120 of 120")
    assert "faiss" in rows
    assert "0.036×" in text or "computed" in text


def test_other_neighbours_are_found(tmp_path):
    retrieve.make(tmp_path, 8, 90, 16)
    q, g = (np.load(tmp_path / f"{name}.npy") for name in ("queries", "gallery"))
    for way in (retrieve.OURS, retrieve.PUBLISHED):
        np.save(tmp_path / f"{way}.npy", retrieve.WAYS[way](q, g, 32)[1])
    assert retrieve.compare(tmp_path, retrieve.PUBLISHED).startswith("8 of 8")
    found = np.load(tmp_path / f"{retrieve.PUBLISHED}.npy")
    found[3, 10] = found[3, 49]
    np.save(tmp_path / f"{retrieve.PUBLISHED}.npy", found)
    with pytest.raises(ValueError, match="query 3 has other neighbours than ours"):
        retrieve.compare(tmp_path, retrieve.PUBLISHED)


LOG = "Provided cores: 2\nFinished jobid: 3 (Rule: mine)\nElapsed time: 0:20:51.814053\n"
TSV = "s\th:m:s\tmax_rss\tcpu_time\n{}\t0:00:10\t100\t{}\n"


def test_where_the_time_of_a_study_went(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "start_up", {"pretrain": 2.0, "mine": 0.5, "figure": 1.0, "retrieve": 0.25}.get)
    for job, seconds in {
        "pretrain/r3d/16-8-3": 10,
        "pretrain/c3d/16-8-3": 30,
        "mine/r3d/16-8-3": 1,
        "retrieve_across/a": 1,
    }.items():
        path = tmp_path / f"results/benchmarks/{job}/seed-0.tsv"
        path.parent.mkdir(parents=True)
        path.write_text(TSV.format(seconds, seconds / 2))
    (tmp_path / ".snakemake/log").mkdir(parents=True)
    (tmp_path / ".snakemake/log/1.log").write_text(LOG)
    (tmp_path / ".snakemake/log/2.log").write_text("Provided cores: 2\nNothing to be done\nElapsed time: 0:00:01.0\n")
    said, table = study.where_it_went(tmp_path, 1)
    assert said.startswith(
        "By Snakemake's logs: 1 runs that had work to do, 1252 s in all (20.9 min), 2 cores; jobs took 42 s"
    )
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    assert rows[0] == ["pretrain", "2", "40", "2", "4", "10%"]
    assert ["retrieve_across", "1", "1", "0.25", "0.25", "25%"] in rows
    assert rows[-1][:3] == ["all", "4", "42"]


def test_every_rule_has_a_verb_and_every_verb_starts():
    assert [study.verb(r) for r in ("decode_questions", "answer_without_video", "tmm2020_figure4", "papers_numbers", "all")] == [
        "decode", "answer", "figure", "table", ""]  # fmt: skip
    assert study.start_up("mine") > 0


def test_a_study_that_is_not_finished_is_left_alone(tmp_path):
    study.papers(tmp_path)
    with pytest.raises(SystemExit, match="not a finished study"):
        study.finished(tmp_path, "1")
    assert not (tmp_path / "results").exists()


def test_the_page_is_filled_and_has_a_place_for_every_benchmark(tmp_path):
    (tmp_path / "load.md").write_text("a table\n")
    text = page.fill("before\n<!-- load -->\nold\n<!-- end -->\nafter\n<!-- train -->\nkept\n<!-- end -->\n", tmp_path)
    assert text == "before\n<!-- load -->\n\na table\n\n<!-- end -->\nafter\n<!-- train -->\nkept\n<!-- end -->\n"
    assert page.fill(text, tmp_path) == text
    places = [match["name"] for match in page.PLACE.finditer(page.PAGE.read_text())]
    assert {"decode", "load", "train", "retrieve", "study"} <= set(places)


def test_rules_of_claims_are_simulated(report):
    text, rows = report(verdicts, "--measures", "1", "--seeds", "2")
    assert "2 studies for each truth: 6 comparisons, 2 seeds" in text
    assert len(rows) == 8
    assert {row["wrong verdict"] for row in rows.values()} == {"holds", "does not hold"}
    assert all(re.fullmatch(r"[\d.]+ % \[[\d.]+, [\d.]+\]", row["how often"]) for row in rows.values())


def test_layouts(report):
    text, rows = report(layouts, "--size", "embedded", "--networks", "c3d", "r21d", "--clips", "2", "--repeats", "1")
    assert "**embedded**, 1 thread, " in text
    assert len(rows) == 2 + 4, "flat convolutions are R(2+1)D's alone"
    assert all(ratio(row["× contiguous, 3d"]) == 1 for name, row in rows.items() if name.endswith("contiguous, 3d"))


def test_rates_are_a_line_through_both_runs():
    """Ten of work in 3 s and forty in 9 s: five a second, and one second in any case."""
    assert rates.line([[(10, 3), (10, 5), (10, 2)], [(40, 9)]]) == (1, 5)
    assert rates.line([[(0, 2)], [(0, 4)]]) == (3, 0)
    assert rates.line([[(50, 25)]]) == (0, 2), "the videos of a data set, which is made once"
    assert rates.line([[(10, 3)], [(40, 2)]]) == (2.5, 0), "noise"
    found = {("pretrain", "c3d"): [[(10, 3)], [(40, 9)]], ("cvpr2019_table1", ""): [[(0, 1)], []]}
    assert rates.fitted(found) == {"pretrain": {"c3d": (1, 5)}, "other": {"": (1, 0)}}


@pytest.mark.parametrize("name", ["papers", "embedded"])
def test_the_miniature_of_a_study_differs_in_videos_and_epochs_alone(name):
    raw = yaml.safe_load(train.STUDIES[name].read_text())
    whole = read_study(raw)
    small = read_study(rates.miniature(raw, whole, 2, 1, less=5))
    for same in ("task", "frames", "input", "network", "compute", "machine"):
        assert getattr(small, same) == getattr(whole, same)
    assert small.pretrain == replace(whole.pretrain, epochs=2) and small.extract.test_clips == 2
    assert {small.pretraining(task).epochs for task in ("16-8-3", "16-8-4")} == {2}
    assert {small.finetuning(*of).epochs for of in (("ucf101", "c3d"), ("hmdb51", "r3d"))} == {2}
    assert small.synthesise.groups == rates.GROUPS
    assert all(path.startswith("results/synthetic/") for of in small.data.values() for path in (of.videos, of.lists))
