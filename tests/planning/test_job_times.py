"""Seconds of jobs from a file of the benchmark, with hand-made numbers."""

import json
from dataclasses import replace

import pytest
from support.planned_jobs import decode, extract, finetune, job, pretrain

from vcop.config.options import NetworkOptions
from vcop.planning import report
from vcop.planning.cost_model import CostModel
from vcop.planning.job_times import TIMES_FORMAT, JobTime, JobTimes, job_work, read_times, what_was_measured

RULES = {
    "pretrain": {"c3d": [2.0, 1e15], "r3d": [4.0, 2e15]},
    "retrieve": {"c3d": [0.5, 0]},
    "decode": {"": [0, 10]},
    "other": {"": [3.0, 0]},
}


def times_file(tmp_path, study, **change):
    path = tmp_path / "rates.json"
    about = {"format": TIMES_FORMAT, "machine": "a CPU", "at_once": 2, "between": 0.25, "options": what_was_measured(study)}
    path.write_text(json.dumps(about | {"rules": RULES} | change))
    return path


def test_a_job_takes_its_start_and_its_work():
    assert JobTime(2, 10).seconds(50) == 7
    assert JobTime(2, 0).seconds(50) == 2


def test_work_is_arithmetic_or_videos(study, tmp_path):
    model = CostModel(study, tmp_path)
    assert job_work(model, finetune("r3d")) == model.job_flop(finetune("r3d"))
    assert job_work(model, decode()) == 13_320
    assert job_work(model, job("retrieve", network="r3d")) is None


def test_seconds_of_measured_rules_of_their_variants_and_of_others(study, tmp_path):
    times, model = read_times(times_file(tmp_path, study), study), CostModel(study, tmp_path)
    work = model.job_flop(pretrain("c3d", "16-8-3"))
    assert times.seconds(model, pretrain("c3d", "16-8-3")) == pytest.approx(0.25 + 2 + work / 1e15)
    work = model.job_flop(pretrain("r21d", "16-8-3"))  # not measured: the mean of the other networks
    assert times.seconds(model, pretrain("r21d", "16-8-3")) == pytest.approx(0.25 + (2 + work / 1e15 + 4 + work / 2e15) / 2)
    assert times.seconds(model, job("retrieve_across", network="c3d")) == 0.75
    assert times.seconds(model, decode()) == 0.25 + 1332
    assert times.seconds(model, job("cvpr2019_table1")) == 3.25


def test_all_jobs_share_the_places_of_the_machine(study, tmp_path):
    """Two of four seconds, one after another two, then one that needs them both: six seconds, with 10 in all."""
    times = JobTimes("a file", 2, 0.0, {"other": {"": JobTime(2.0, 0.0)}})
    jobs = [job(name, gpus=gpus) for name, gpus in (("a", 0), ("b", 1), ("c", 0), ("d", 1))] + [job("e", ("a", "d"), gpus=0)]
    plan = report.price_jobs(CostModel(study, tmp_path), jobs, jobs, {}, times)
    data = report.plan_data(plan, [1, 8])
    assert data["gpu_hours"] == pytest.approx(10 / 3600)
    assert data["wall_hours"] == {"2": pytest.approx(6 / 3600)}
    lines = "\n".join(report.plan_lines(plan, [1]))
    assert "Hours: 0.00 of all jobs, 0.00 with 2 at a time, as measured (a file)." in lines


def test_rules_without_arithmetic_have_their_hours_too(study, tmp_path):
    times = JobTimes("a file", 1, 0.0, {"other": {"": JobTime(3600.0, 0.0)}})
    jobs = [extract("random"), decode(), decode()]
    lines = report.plan_lines(report.price_jobs(CostModel(study, tmp_path), jobs, jobs, {}, times), [1])
    assert lines[0].split()[-1] == "hours" and lines[1].split()[0] == "extract" and lines[1].split()[-1] == "1.00"
    assert "Besides, 2.00 hours: 2 decode." in lines


def test_files_of_other_kinds_and_studies(study, tmp_path):
    for content in ("", "[]", "{}", '{"format": "vcop rates of a GPU, 1"}'):
        (tmp_path / "other.json").write_text(content)
        assert read_times(tmp_path / "other.json", study) is None
    narrow = replace(study, network=NetworkOptions(multiplier=0.5))
    with pytest.raises(
        ValueError, match="rates.json: was measured with another multiplier than this study has: run python -m"
    ):
        read_times(times_file(tmp_path, study), narrow)
    for change in (
        {"rules": {}},
        {"rules": RULES | {"answer": {}}},
        {"at_once": 0},
        {"between": -1},
        {"rules": {"other": {"": 3}}},
    ):
        with pytest.raises(ValueError, match="rates.json: is damaged: run python"):
            read_times(times_file(tmp_path, study, **change), study)
