"""Both papers from videos to tables and figures, and what makes it run again."""

import csv
import os
import random
import re
import shutil
from collections import Counter

import pytest

from vcop.paper.measurement.published import SOURCE
from vcop.sampling.seeding import seed_of
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore

PUBLISHED = Counter(
    row["item"].replace("_", "/", 1) for row in csv.DictReader(SOURCE.read_text(encoding="utf-8").splitlines())
)
TABLES = [f"{paper}/table{n}" for paper, last in (("cvpr2019", 4), ("tmm2020", 6)) for n in range(1, last + 1)]
FIGURES = [*(f"cvpr2019/figure{n}" for n in range(1, 7)), *(f"tmm2020/figure{n}" for n in range(1, 11))]


def table(study, name):
    with open(study.folder / f"results/{name}.csv") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", TABLES)
def test_tables(finished, name):
    rows = table(finished, name)
    assert list(rows[0])[:7] == ["row", "column", "published", "measured", "low", "high", "n"]
    assert len(rows) == PUBLISHED[name]
    mine = ("C3D", "R3D", "R(2+1)D", "Question only (ours)", "Most frequent answer (ours)")
    ours = [r for r in rows if r["row"].startswith(mine) and "VCP" not in r["row"] and "PRP" not in r["row"]]
    for row in rows:
        assert bool(row["measured"]) == (row in ours)
    for row in ours:
        low, measured, high = (float(row[k]) for k in ("low", "measured", "high"))
        assert 0 <= low <= measured <= high <= 100
        assert int(row["n"]) > 0
        for kind in ("md", "html"):
            text = (finished.folder / f"results/{name}.{kind}").read_text()
            assert f"{measured:.1f}" in text
            assert "tiny synthetic videos" in text


@pytest.mark.parametrize("name", FIGURES)
def test_figures(finished, name):
    folder = finished.folder / "results"
    assert (folder / f"{name}.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (folder / f"{name}.pdf").read_bytes()[:5] == b"%PDF-"


def test_questions_are_answered_by_every_network_and_without_the_video(finished):
    rows = table(finished, "tmm2020/table6")
    assert {int(r["n"]) for r in rows if r["column"] == "All"} == {6 * 10}
    assert {r["row"] for r in rows if r["gain"] == ""} == {"Question only (ours)", "Most frequent answer (ours)"}
    assert "60 of 60 test questions, trained on" in (finished.folder / "results/tmm2020/table6.md").read_text()


def test_a_second_run_does_nothing(finished):
    assert finished.planned() == {}


def test_every_test_video_is_counted(finished):
    store = FrameStore(finished.folder / "results/frames/ucf101.h5")
    tested = {split: len(store.of(split, 2)) for split in (1, 2, 3)}
    assert {int(r["n"]) for r in table(finished, "cvpr2019/table2") if r["n"]} == {tested[1]}
    assert {int(r["n"]) for r in table(finished, "cvpr2019/table4") if r["column"] == "UCF101" and r["n"]} == {
        sum(tested.values())
    }


def test_table_1_of_the_second_paper_counts_its_videos(finished):
    """Longer tuples train on fewer videos; its 16-8-3 is the first paper's Table 1."""
    store = FrameStore(finished.folder / "results/frames/ucf101.h5")
    rows = {(r["row"], r["column"]): r for r in table(finished, "tmm2020/table1")}
    for (row, column), cell in rows.items():
        task = Task(16, int(column.split()[-1]), int(re.search(r"tl = (\d)", row)[1]))
        long, tested = ([v.name for v in store.of(1, role) if v.count >= task.window] for role in (1, 2))
        listed = sorted((v.name for v in store.of(1, 1)), key=lambda name: seed_of("validation", 0, name))
        assert int(cell["n"]) == len(tested)
        left = len(set(long) - set(listed[:12]))
        assert int(cell["training_videos"]) <= left if "*" in row else int(cell["training_videos"]) == left, row
    for cell in table(finished, "cvpr2019/table1"):
        assert rows[f"{cell['row']}, tl = 3", "it = 8"]["measured"] == cell["measured"]


def test_every_training_is_done_and_can_be_drawn(finished):
    done = list((finished.folder / "results/pretrain").glob("*/16-*/seed-0/model.safetensors"))
    assert len(done) == 23
    curves = table(finished, "tmm2020/figure4")
    controls = {("c3d", "16-8-4-direct"), ("r3d", "16-8-3-more")}  # of the claims, which print their epochs
    assert {(r["network"], r["task"]) for r in curves} == {p.parts[-4:-2] for p in done} - controls
    assert sum(r["task"] == "16-16-3-long" for r in curves) == 2 * sum(
        r["task"] == "16-16-3" for r in curves if r["network"] == "r3d"
    )


def test_another_frame_size_decodes_and_trains_again(finished):
    finished.configure(frames={"height": 22, "width": 29})
    planned = finished.planned()
    finished.configure()
    again = {"decode": 2, "decode_questions": 1, "pretrain": 23, "extract": 37, "finetune": 54, "extract_questions": 6}
    assert again == {rule: planned.get(rule) for rule in again}
    assert "synthesise" not in planned


def test_another_learning_rate_trains_again_and_decodes_nothing(finished):
    finished.configure(finetune={"learning_rate": 0.5})
    planned = finished.planned()
    finished.configure()
    # Question answering stands on the networks that learned actions, too.
    assert planned == {
        "finetune": 54, "extract_questions": 3, "answer": 3, "answer_without_video": 1,
        "cvpr2019_table4": 1, "tmm2020_table5": 1, "tmm2020_table6": 1, "tmm2020_figure10": 1, "tmm2020_claims": 1,
        "papers_numbers": 1, "papers_costs": 1, "index": 1, "all": 1,
    }  # fmt: skip


def test_workers_and_devices_run_nothing_again(finished):
    finished.configure(machine={"save_minutes": 1, "device": "cpu"})
    planned = finished.planned()
    finished.configure()
    assert planned == {}


def test_a_touched_store_runs_nothing_again(finished):
    for path in (finished.folder / "results/frames").glob("*.h5"):
        os.utime(path)
    assert finished.planned() == {}


def test_a_changed_plot_is_redrawn_alone(finished):
    module = finished.code / "src/vcop/paper/items/cvpr2019_figure4.py"
    text = module.read_text()
    module.write_text(text.replace("Video retrieval samples", "Video retrieval samples."))
    planned = finished.planned()
    module.write_text(text)
    assert planned == {"cvpr2019_figure4": 1, "all": 1}


def test_changed_training_code_trains_nothing_again(finished):
    module = finished.code / "src/vcop/training/trainer.py"
    text = module.read_text()
    module.write_text(text + "\n# changed\n")
    planned = finished.planned()
    module.write_text(text)
    assert planned == {}


def test_other_videos_give_other_numbers(finished, tmp_path):
    """The contents of all UCF101 videos change places; names and lists stay."""
    study = type(finished)(tmp_path / "swapped", finished.code)
    shutil.copytree(finished.folder, study.folder, dirs_exist_ok=True)
    folder = study.folder / "results/synthetic/ucf101/videos"
    videos = sorted(folder.rglob("*.avi"))
    contents = [v.read_bytes() for v in videos]
    random.Random(0).shuffle(contents)
    for video, content in zip(videos, contents, strict=True):
        video.write_bytes(content)
    result = "results/retrieval/ucf101/r3d/random/conv5-seed-0.csv"
    digest = (study.folder / "results/frames/ucf101.digest").read_text()
    before = (study.folder / result).read_text()
    assert study.planned("--forcerun", "decode", "--", result) == {"decode": 1, "extract": 1, "retrieve": 1}
    study.snakemake("--forcerun", "decode", "--", result)
    assert (study.folder / "results/frames/ucf101.digest").read_text() != digest
    assert (study.folder / result).read_text() != before
    # What has not run yet knows of it, since the store's digest has changed.
    assert study.planned()["pretrain"] == 23
