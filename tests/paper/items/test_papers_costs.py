"""Costs of both papers' numbers from hand-made provenance and benchmark files."""

import pytest
from support.hand_made import check_refused, read, write
from support.papers_pages import BENCHMARK, by_name, page

from vcop.paper.measurement import job_lineage


@pytest.fixture(scope="module")
def once(papers_results, tmp_path_factory):
    """The page as drawn twice."""
    out = tmp_path_factory.mktemp("once")
    for name in ("t", "again"):
        assert page("papers_costs", papers_results, out / name, more=[papers_results / "benchmarks"]) == 0
    return out


def test_equal_results_give_equal_pages(once):
    for kind in ("csv", "md", "html"):
        assert (once / f"t.{kind}").read_bytes() == (once / f"again.{kind}").read_bytes()


def test_costs_by_stage_count_every_training_once(once):
    rows = by_name(once / "t.csv")
    counts = {name: int(row["trainings"]) for (by, name), row in rows.items() if by == "stage"}
    assert counts == {"pretrain": 21, "finetune": 54, "answer": 6, "answer_without_video": 1, "all": 82}
    assert float(rows["stage", "answer"]["gpu_hours"]) == 6 * 512
    assert float(rows["stage", "pretrain"]["wall_hours"]) == 1 + 2 + 4 + 2 + 3 * 8 + 14 * 16


def test_costs_by_table_are_of_all_behind_it(once):
    rows = by_name(once / "t.csv")
    shown = {name: row for (by, name), row in rows.items() if by == "table or figure"}
    assert list(shown) == list(job_lineage.jobs_of_items("16-8-3"))
    assert len(shown) == 4 + 3 + 6 + 7
    assert float(shown["cvpr2019_table1"]["gpu_hours"]) == 1 + 16 + 16
    assert float(shown["tmm2020_figure9"]["gpu_hours"]) == 16 + 16
    assert float(shown["tmm2020_table6"]["gpu_hours"]) == 1 + 16 + 16 + 3 * 32 + 7 * 512
    assert shown["tmm2020_figure4"]["trainings"] == "21"


def test_without_benchmark_files_there_are_dashes(once):
    for row in read(once / "t.csv"):
        assert {row[k] for k in ("jobs", "last_wall_hours", "last_cpu_hours", "peak_memory_mib")} == {""}
    assert "| answer | 6 | 3,072 | 3,072 | – | – | – | – |" in (once / "t.md").read_text()


def test_benchmark_files_say_what_the_last_attempts_took(papers_results, tmp_path):
    """Also of jobs too short to be looked at, of a torn file, and of jobs that no number of the papers stands on."""
    folder = tmp_path / "benchmarks"
    for name, row in {
        "extract/ucf101/c3d/16-8-3/seed-0": "3600\t1:00:00\t512\t0\t0\t0\t0\t0\t0\t7200",
        "extract/ucf101/r3d/random/seed-0": "1800\t0:30:00\t2048.5\t0\t0\t0\t0\t0\t0\t900",
        "retrieve/ucf101/c3d/16-8-3/conv5-seed-0": "3.6\t0:00:03\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA",
        "decode/ucf101": "36\t0:00:36\t-\t0\t0\t0\t0\t0\t0\t36",
        "extract/ucf101/c3d/16-8-3/seed-7": "360\t0:06:00\t100\t0\t0\t0\t0\t0\t0\t360",
        "probe/ucf101/c3d/random/conv5-seed-0": "360\t0:06:00\t100\t0\t0\t0\t0\t0\t0\t360",
    }.items():
        write(folder / f"{name}.tsv", BENCHMARK, [row])
    write(folder / "initialise/c3d/seed-0.tsv", "", [])
    assert page("papers_costs", papers_results, tmp_path / "t", more=[folder]) == 0
    rows = by_name(tmp_path / "t.csv")
    numbers = {
        key: [row[k] for k in ("jobs", "last_wall_hours", "last_cpu_hours", "peak_memory_mib")] for key, row in rows.items()
    }
    assert numbers["stage", "extract"] == ["2", "1.5", "2.25", "2048.5"]
    assert numbers["stage", "retrieve"] == ["1", "0.001", "", ""]
    assert numbers["stage", "decode"] == ["1", "0.01", "0.01", ""]
    assert numbers["stage", "initialise"] == ["1", "", "", ""]
    assert numbers["stage", "pretrain"] == ["", "", "", ""]
    assert numbers["other jobs", "extract"] == numbers["other jobs", "probe"] == ["1", "0.1", "0.1", "100"]
    assert numbers["table or figure", "cvpr2019_table1"][:2] == ["2", "0.01"]
    assert numbers["table or figure", "cvpr2019_table2"] == ["5", "1.511", "2.26", "2048.5"]
    assert "| 2.0 GiB |" in (tmp_path / "t.md").read_text()


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("question-only", "papers_costs: no provenance of answer_without_video among the files given"),
        ("4-scratch", "papers_costs: no provenance of pretrain/c3d/16-8-4-scratch among the files given"),
    ],
)
def test_what_is_missing_is_named_in_one_line(but, said, papers_results, tmp_path, capsys):
    check_refused(page("papers_costs", papers_results, tmp_path / "t", but), said, tmp_path, capsys)
