"""How long weights were trained, counted by hand from histories and provenances."""

import json
from pathlib import Path

import pytest

from vcop.paper.measurement.work import Work, WorkRecord, read_work


def write(root, network, task, seed, epochs, videos):
    folder = root / f"pretrain/{network}/{task}/seed-{seed}"
    folder.mkdir(parents=True)
    (folder / "history.csv").write_text("epoch,loss\n" + "".join(f"{e},1\n" for e in range(1, epochs + 1)))
    (folder / "provenance.json").write_text(json.dumps({"videos": {"training": videos}}))


@pytest.fixture
def record(tmp_path):
    for seed, hard in (("0", 70), ("1", 100)):
        write(tmp_path, "r3d", "16-8-3", seed, 34, 100)
        write(tmp_path, "r3d", "16-8-3-hard", seed, 10, hard)
        write(tmp_path, "r3d", "16-8-3-more", seed, 10, 100)
    write(tmp_path, "r3d", "16-8-4", "0", 10, 90)
    write(tmp_path, "r3d", "16-8-5", "0", 6, 50)
    write(tmp_path, "r3d", "16-8-4-direct", "0", 44, 90)
    return read_work(sorted(tmp_path.rglob("*.*")))


def test_a_training_has_had_the_work_of_its_start(record):
    assert record.behind("r3d", "16-8-3", ["0", "1"]) == Work(34, 34 * 100 * 3)
    assert record.behind("r3d", "16-8-4", ["0"]) == Work(44, 34 * 300 + 10 * 360)
    assert record.behind("r3d", "16-8-5", ["0"]) == Work(50, 34 * 300 + 10 * 360 + 6 * 250)
    assert record.behind("r3d", "16-8-4-direct", ["0"]) == Work(44, 44 * 360)
    assert record.behind("r3d", "16-8-3-hard", ["0", "1"]) == Work(44, 10200 + (10 * 210 + 10 * 300) / 2)


@pytest.mark.parametrize("weights", ["random", "question-only"])
def test_other_weights_have_no_pretraining(record, weights):
    assert record.behind("r3d", weights, ["0"]) is None


def test_supervised_weights_have_had_the_work_of_their_fine_tuning(tmp_path):
    for seed, epochs in (("0", 20), ("1", 30)):
        write(tmp_path / "results", "r3d", "16-8-3", seed, 34, 100)
        folder = tmp_path / f"results/finetune/ucf101-1/r3d/random/from-conv1/seed-{seed}"
        (tmp_path / f"results/pretrain/r3d/16-8-3/seed-{seed}").rename(
            folder.parent.mkdir(parents=True, exist_ok=True) or folder
        )
        (folder / "history.csv").write_text("epoch\n" + "".join(f"{i}\n" for i in range(epochs)))
    record = read_work(sorted(tmp_path.rglob("*.*")))
    assert record.behind("r3d", "supervised", ["0", "1"]) == Work(25, 2500)
    with pytest.raises(ValueError, match=r"finetune/ucf101-1/c3d/random/from-conv1/seed-0 among the files given"):
        record.behind("c3d", "supervised", ["0"])


def test_other_tasks_say_their_clips_and_their_chance(tmp_path):
    for seed, chance in (("0", 50.0), ("1", 40.0)):
        write(tmp_path, "r3d", "contrast-16", seed, 20, 100)
        write(tmp_path, "r3d", "old-16", seed, 20, 100)
        about = {"videos": {"training": 100}, "clips": 2, "chance": chance}
        (tmp_path / f"pretrain/r3d/contrast-16/seed-{seed}/provenance.json").write_text(json.dumps(about))
    record = read_work(sorted(tmp_path.rglob("*.*")))
    assert record.behind("r3d", "contrast-16", ["0", "1"]) == Work(20, 20 * 100 * 2)
    assert record.chance("r3d", "contrast-16", ["0", "1"]) == 45.0
    assert record.chance("r3d", "16-8-4", ["7"]) == pytest.approx(100 / 24)
    with pytest.raises(ValueError, match=r"pretrain/r3d/old-16/seed-0 among the files given"):
        record.behind("r3d", "old-16", ["0"])


def test_folders_above_a_study_may_have_any_name(tmp_path):
    write(tmp_path / "finetune/recognition/results", "r3d", "16-8-3", "0", 7, 10)
    record = read_work(sorted(tmp_path.rglob("*.*")))
    assert record.behind("r3d", "16-8-3", ["0"]) == Work(7, 7 * 10 * 3)


def test_a_fine_tuning_counts_its_own_work(tmp_path):
    for seed, epochs in (("0", 20), ("1", 30)):
        folder = tmp_path / f"finetune/ucf101-1/c3d/random/from-conv1/seed-{seed}"
        folder.mkdir(parents=True)
        (folder / "history.csv").write_text("epoch,loss\n" + "".join(f"{e},1\n" for e in range(epochs)))
        (folder / "provenance.json").write_text(json.dumps({"videos": {"training": 10}}))
    record = read_work(sorted(tmp_path.rglob("*.*")))
    result = "results/recognition/ucf101-{}/c3d/random/from-conv1/seed-{}.csv"
    assert record.finetuning([Path(result.format(1, seed)) for seed in (0, 1)]) == Work(25, 250)
    with pytest.raises(ValueError, match=r"of finetune/ucf101-2/c3d/random/from-conv1/seed-0 among the files"):
        record.finetuning([Path(result.format(2, 0))])


def test_videos_that_were_dropped(record):
    assert record.dropped("r3d", "16-8-3-hard", ["0", "1"]) == [30, 0]
    assert record.dropped("r3d", "16-8-3-more", ["0", "1"]) == []
    assert record.dropped("r3d", "random", ["0"]) == []


def test_work_is_equal_within_a_seventh():
    assert not Work(44, 1100).exceeds(Work(44, 1000))
    assert Work(44, 1200).exceeds(Work(44, 1000))
    assert Work(68, 1000).exceeds(Work(34, 1000))
    assert not Work(68, 1000).exceeds(Work(34, 1000), clips_alone=True)
    assert Work(34, 1200).exceeds(Work(68, 1000), clips_alone=True)
    assert str(Work(44, 12345.6)) == "44 epochs, 12,346 clips"


def test_a_missing_history_is_named():
    with pytest.raises(ValueError, match=r"pretrain/c3d/16-8-3/seed-2 among the files given"):
        WorkRecord().behind("c3d", "16-8-3", ["2"])
