import json

import pytest
from support.hand_made import write

from vcop.paper.measurement.costs import Cost, Training, format_hours, read_benchmarks, read_trainings, select_runs

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time"
ABOUT = {"commit": "abc", "machine": {"gpu": "A GPU", "gpus": 4}, "training_seconds": 1800}


def training(job, hours=1.0, gpu="A GPU", gpus=1, commit="abc"):
    return Training(job, "0", commit, gpu, gpus, hours)


def test_a_training_is_read_from_its_provenance(tmp_path):
    for folder in ("pretrain/c3d/16-8-3", "answering/question-only", "answering/r3d/supervised"):
        write(tmp_path / folder / "seed-2/provenance.json", json.dumps(ABOUT), [])
    runs = read_trainings(sorted(tmp_path.rglob("*.json")))
    assert {run.job for run in runs} == {"pretrain/c3d/16-8-3", "answer_without_video", "answer/r3d/supervised"}
    assert {(run.seed, run.commit, run.gpu, run.gpus, run.hours) for run in runs} == {("2", "abc", "A GPU", 4, 0.5)}


def test_a_provenance_without_a_commit_is_unknown_and_one_without_hours_is_refused(tmp_path):
    path = tmp_path / "pretrain/c3d/16-8-3/seed-0/provenance.json"
    write(path, json.dumps(ABOUT | {"commit": None, "machine": {"gpu": None}}), [])
    assert read_trainings([path]) == [Training("pretrain/c3d/16-8-3", "0", "unknown", None, 1, 0.5)]
    write(path, json.dumps({"commit": "abc", "machine": {}}), [])
    with pytest.raises(ValueError, match=r"provenance.json does not say what its training took \('training_seconds'\)"):
        read_trainings([path])


def test_hours_on_gpus_count_each_gpu():
    cost = Cost.of([training("a", 1.5, gpus=4), training("b", 0.25, gpu=None, commit="def"), training("c", 2)])
    assert cost == Cost(gpu_hours=8.0, cpu_hours=0.25, commits=("abc", "def"), trainings=3)
    assert cost.text == "8.00 GPU + 0.25 CPU"
    assert Cost.of([]).text == "–"


def test_all_seeds_of_the_trainings_among_some_jobs_are_selected():
    runs = [training("pretrain/c3d/16-8-3"), training("pretrain/c3d/16-8-3"), training("pretrain/r3d/16-8-3")]
    assert select_runs("a page", ["decode/ucf101", "pretrain/c3d/16-8-3"], runs) == runs[:2]
    with pytest.raises(ValueError, match="a page: no provenance of pretrain/r21d/16-8-3 among the files given"):
        select_runs("a page", ["pretrain/r21d/16-8-3"], runs)


def test_benchmarks_are_read_as_far_as_snakemake_has_measured_them(tmp_path):
    write(tmp_path / "retrieve/ucf101/c3d/random/conv5-seed-1.tsv", HEADER, ["3.5\t0\tNA\t0\t0\t0\t0\t0\t0\t-"])
    write(tmp_path / "decode/ucf101.tsv", HEADER, ["36\t0\t512.5\t0\t0\t0\t0\t0\t0\t72"])
    write(tmp_path / "synthesise/waited.tsv", HEADER, ["9\t0\t14.1\t0\t0\t0\t0\t0\t0\t0.03"])
    decode, retrieve, waited = read_benchmarks(tmp_path)
    assert (decode.job, decode.rule, decode.seed) == ("decode/ucf101", "decode", "")
    assert (decode.wall, decode.cpu, decode.memory) == (36, 72, 512.5)
    assert (retrieve.job, retrieve.seed) == ("retrieve/ucf101/c3d/random/conv5", "1")
    assert (retrieve.wall, retrieve.cpu, retrieve.memory) == (3.5, None, None)
    assert (waited.wall, waited.cpu, waited.memory) == (9, None, None), "a shared start did the work"
    assert read_benchmarks(tmp_path / "nowhere") == []


def test_few_hours_have_more_digits():
    assert [format_hours(h) for h in (0.0123, 0.5, 9.99, 12.3, 12345)] == ["0.012", "0.50", "9.99", "12", "12,345"]


def test_hours_for_people():
    assert [format_hours(h) for h in (0.0123, 0.5, 9.99, 12.3, 12345)] == ["0.012", "0.50", "9.99", "12", "12,345"]
