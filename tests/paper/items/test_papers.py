"""The pages of both papers: every number as its item has it, what it cost by hand, and what the workflow says stands behind it."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import chain

import pytest
from support.hand_made import NETWORKS, check_refused, draw, read, write, write_run
from support.helpers import ROOT, vcop

from vcop.paper.measurement import costs, job_lineage
from vcop.paper.measurement.published import cells

HEADER = "row,column,published,measured,low,high,n"
# Hours of a training by the first part of its job's name that is here.
HOURS = {
    "pretrain/c3d/16-8-3": 1, "pretrain/c3d/16-8-4": 2, "pretrain/c3d/16-8-5": 4, "pretrain/c3d/": 8, "pretrain/": 16,
    "finetune/ucf101-1/": 32, "finetune/ucf101-2/": 64, "finetune/ucf101-3/": 128, "finetune/": 256, "answer": 512,
}  # fmt: skip
BENCHMARK = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time"


def hours(job):
    return next(h for part, h in HOURS.items() if job.startswith(part))


def measured(place):
    """Value, low and high of an item's so-many-th cell: some intervals hold the paper's number, some do not."""
    value = 10 + place % 60
    return value, value - place % 7, value + place % 5


def provenance(job, seed, root, **more):
    """Where a training leaves it, and what stands in it."""
    where = "answering/question-only" if job == job_lineage.WITHOUT_VIDEO else job.replace("answer/", "answering/")
    about = {"commit": "abc1234", "machine": {"gpu": "A GPU"}, "training_seconds": 3600 * hours(job)} | more
    write(root / f"{where}/seed-{seed}/provenance.json", json.dumps(about), [])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The CSV of every item, the first one as it is drawn, and the provenance of every training."""
    root = tmp_path_factory.mktemp("papers")
    for item in job_lineage.NUMBERS:
        paper, name = item.split("_")
        rows = [
            f'"{c.row}",{c.column},{"" if c.published is None else c.published},'
            + ("{:.2f},{:.2f},{:.2f},20".format(*measured(i)) if c.network else ",,,")
            for i, c in enumerate(cells(item, "16-8-3"))
        ]
        write(root / f"{paper}/{name}.csv", HEADER, rows)
    for network in NETWORKS:
        write_run(root, network, "16-8-3", 0, [f"class/{i}.avi" for i in range(20)])
    assert draw("cvpr2019_table1", root, root / "cvpr2019/table1") == 0
    for job in job_lineage.training_jobs(job_lineage.jobs_behind(chain(*job_lineage.jobs_of_items("16-8-3").values()))):
        provenance(job, 0, root)
    return root


def page(item, root, out, but="nothing", more=()):
    """Render one of the pages from all that the root has, without the files whose path contains ``but``."""
    files = [p for kind in ("*/*.csv", "**/provenance.json") for p in sorted(root.glob(kind)) if but not in p.as_posix()]
    words = ("--study", "a <hand-made> study", "--task", "16-8-3")
    return vcop("render", item, *words, "--inputs", *files, *more, "--out", out)


@pytest.fixture(scope="module")
def once(study, tmp_path_factory):
    """Both pages as drawn twice."""
    out = tmp_path_factory.mktemp("once")
    for name in ("t", "again"):
        assert page("papers_numbers", study, out / name) == 0
        assert page("papers_costs", study, out / f"{name}-costs", more=[study / "benchmarks"]) == 0
    return out


def test_every_measured_number_of_every_item_is_there_as_its_item_has_it(study, once):
    rows = read(once / "t.csv")
    for item in job_lineage.NUMBERS:
        theirs = [r for r in read(study / f"{item.replace('_', '/', 1)}.csv") if r["measured"]]
        ours = [r for r in rows if r["item"] == item]
        for key in HEADER.split(","):
            assert [r[key] for r in ours] == [r[key] for r in theirs]
    assert len(rows) == sum(bool(c.network) for item in job_lineage.NUMBERS for c in cells(item))


def test_a_difference_is_ours_minus_the_papers_and_has_our_interval(once):
    rows = read(once / "t.csv")
    for row in rows:
        names = ("difference", "difference_low", "difference_high")
        if not row["published"]:
            assert {row[name] for name in names} == {""}
            continue
        for name, ours in zip(names, ("measured", "low", "high"), strict=True):
            assert float(row[name]) == pytest.approx(float(row[ours]) - float(row["published"]), abs=0.005)
    assert {r["item"] for r in rows if not r["published"]} == {
        "cvpr2019_figure5", "tmm2020_figure6", "tmm2020_figure7", "tmm2020_table6"
    }  # fmt: skip


def test_the_page_shows_every_number_and_says_whose_it_is(once):
    html, text = ((once / f"t.{kind}").read_text() for kind in ("html", "md"))
    assert "a &lt;hand-made&gt; study" in html
    for item in job_lineage.NUMBERS:
        assert html.count(f'id="{item}"') == text.count(f'id="{item}"') == 1
        assert f'href="#{item}"' in html
    counted = {"▲": 0, "=": 0, "▼": 0}
    for row in read(once / "t.csv"):
        assert f"<b>{float(row['measured']):.1f}</b>" in html
        if row["published"]:
            value, low, high = (float(row[k]) for k in ("difference", "difference_low", "difference_high"))
            sign = "▲" if low > 0 else "▼" if high < 0 else "="
            counted[sign] += 1
            assert f"{sign} {value:+z.1f} [{low:+z.1f}, {high:+z.1f}]" in text
    assert min(counted.values()) > 20
    for page_of in (html, text):
        assert f"{counted['=']} hold the paper" in page_of
        assert f"{counted['▲']} lie above it, and {counted['▼']} below." in page_of


@pytest.mark.parametrize(
    ("item", "row", "column", "spent"),
    [
        ("cvpr2019_table1", "C3D", "Accuracy", 1),
        ("cvpr2019_table2", "C3D (random)", "Top1", 0),
        ("cvpr2019_table3", "C3D", "Top50", 1),
        ("cvpr2019_table4", "C3D", "UCF101", 1 + 32 + 64 + 128),
        ("cvpr2019_table4", "C3D (random)", "HMDB51", 3 * 256),
        ("tmm2020_table1", "C3D, tl = 5", "it = 8", 1 + 2 + 4),
        ("tmm2020_table1", "C3D, tl = 5", "it = 16", 3 * 8),
        ("tmm2020_table1", "R3D*, tl = 3", "it = 8", 2 * 16),
        ("tmm2020_table4", "C3D, layer 2", "Top5", 1),
        ("tmm2020_table5", "C3D (16-8-4), split 1", "UCF101", 1 + 2 + 32),
        ("tmm2020_table6", "C3D (supervised)", "All", 32 + 512),
        ("tmm2020_table6", "C3D (16-8-3)", "Motion", 1 + 512),
        ("tmm2020_table6", "Question only", "All", 512),
        ("tmm2020_table6", "Most frequent answer", "All", 0),
        ("tmm2020_figure7", "HMDB51 C3D (16-8-4)", "Top5", 1 + 2),
        ("tmm2020_figure10", "R3D (16-8-3), split 1", "conv4", 16 + 32),
    ],
)
def test_a_numbers_hours_are_those_of_all_trainings_behind_it(once, item, row, column, spent):
    (found,) = [r for r in read(once / "t.csv") if (r["item"], r["row"], r["column"]) == (item, row, column)]
    assert (float(found["gpu_hours"]), float(found["cpu_hours"])) == (spent, 0)
    assert found["commits"] == ("abc1234" if spent else "")


def test_seeds_gpus_commits_and_machines_without_a_gpu_are_told_apart(study, tmp_path):
    root = shutil.copytree(study, tmp_path / "study")
    csv = root / "cvpr2019/table1.csv"
    lines = csv.read_text().splitlines()
    csv.write_text("\n".join([f"{lines[0]},seeds,spread", *(f"{line},2,1.50" for line in lines[1:])]))
    provenance("pretrain/c3d/16-8-3", 1, root, commit="def5678", machine={"gpu": "A GPU", "gpus": 4})
    provenance("pretrain/r3d/16-8-3", 1, root, commit=None, machine={"gpu": None})
    assert page("papers_numbers", root, tmp_path / "t") == 0
    c3d, r3d, r21d = (r for r in read(tmp_path / "t.csv") if r["item"] == "cvpr2019_table1")
    keys = ("seeds", "commits", "gpu_hours", "cpu_hours")
    assert [c3d[k] for k in keys] == ["2", "abc1234 def5678", "5.0000", "0.0000"]
    assert [r3d[k] for k in keys] == ["2", "abc1234 unknown", "16.0000", "16.0000"]
    assert [r21d[k] for k in keys] == ["2", "abc1234", "16.0000", "0.0000"]
    for kind in ("html", "md"):
        assert "16 GPU + 16 CPU" in (tmp_path / f"t.{kind}").read_text()


def test_equal_results_give_equal_pages(once):
    for name in ("t", "t-costs"):
        for kind in ("csv", "md", "html"):
            again = once / f"{name.replace('t', 'again', 1)}.{kind}"
            assert (once / f"{name}.{kind}").read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("item", "but", "said"),
    [
        ("papers_numbers", "tmm2020/table4", "papers_numbers: no CSV of tmm2020_table4 among the files given"),
        ("papers_numbers", "pretrain/r21d/16-16-4", "papers_numbers: no provenance of pretrain/r21d/16-16-4 among the"),
        ("papers_numbers", "r3d/16-8-3/from-conv3", "no provenance of finetune/ucf101-1/r3d/16-8-3/from-conv3 among"),
        ("papers_costs", "question-only", "papers_costs: no provenance of answer_without_video among the files given"),
        ("papers_costs", "4-scratch", "papers_costs: no provenance of pretrain/c3d/16-8-4-scratch among the files given"),
    ],
)
def test_what_is_missing_is_named_in_one_line(item, but, said, study, tmp_path, capsys):
    check_refused(page(item, study, tmp_path / "t", but), said, tmp_path, capsys)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("pretrain/c3d/16-8-3/seed-0/provenance.json", "{", "provenance.json does not say what its training took"),
        ("pretrain/c3d/16-8-3/seed-0/provenance.json", '{"commit": "a", "machine": {}}', "took ('training_seconds')"),
        ("cvpr2019/table1.csv", f"{HEADER}\nC3D,Accuracy,68.5,1,1,1,1", "its rows are not those of cvpr2019_table1: remove"),
    ],
)
def test_a_damaged_file_is_named_in_one_line(name, text, said, study, tmp_path, capsys):
    root = shutil.copytree(study, tmp_path / "study")
    (root / name).write_text(text)
    (tmp_path / "out").mkdir()
    check_refused(page("papers_numbers", root, tmp_path / "out/t"), said, tmp_path / "out", capsys)


def by_name(path):
    return {(r["by"], r["name"]): r for r in read(path)}


def test_costs_by_stage_count_every_training_once(once):
    rows = by_name(once / "t-costs.csv")
    counts = {name: int(row["trainings"]) for (by, name), row in rows.items() if by == "stage"}
    assert counts == {"pretrain": 21, "finetune": 54, "answer": 6, "answer_without_video": 1, "all": 82}
    assert float(rows["stage", "answer"]["gpu_hours"]) == 6 * 512
    assert float(rows["stage", "pretrain"]["wall_hours"]) == 1 + 2 + 4 + 2 + 3 * 8 + 14 * 16


def test_costs_by_table_are_of_all_behind_it(once):
    rows = by_name(once / "t-costs.csv")
    shown = {name: row for (by, name), row in rows.items() if by == "table or figure"}
    assert list(shown) == list(job_lineage.jobs_of_items("16-8-3"))
    assert len(shown) == 4 + 3 + 6 + 7
    assert float(shown["cvpr2019_table1"]["gpu_hours"]) == 1 + 16 + 16
    assert float(shown["tmm2020_figure9"]["gpu_hours"]) == 16 + 16
    assert float(shown["tmm2020_table6"]["gpu_hours"]) == 1 + 16 + 16 + 3 * 32 + 7 * 512
    assert shown["tmm2020_figure4"]["trainings"] == "21"


def test_without_benchmark_files_there_are_dashes(once):
    for row in read(once / "t-costs.csv"):
        assert {row[k] for k in ("jobs", "last_wall_hours", "last_cpu_hours", "peak_memory_mib")} == {""}
    assert "| answer | 6 | 3,072 | 3,072 | – | – | – | – |" in (once / "t-costs.md").read_text()


def test_benchmark_files_say_what_the_last_attempts_took(study, tmp_path):
    """Also of jobs too short to be looked at, of a torn file, and of jobs that no number of the papers stands on."""
    folder = tmp_path / "benchmarks"
    for name, row in {
        "extract/ucf101/c3d/16-8-3/seed-0": "3600\t1:00:00\t512\t0\t0\t0\t0\t0\t0\t7200",
        "extract/ucf101/r3d/random/seed-0": "1800\t0:30:00\t2048.5\t0\t0\t0\t0\t0\t0\t900",
        "retrieve/ucf101/c3d/16-8-3/conv5-seed-0": "3.6\t0:00:03\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA",
        "decode/ucf101": "36\t0:00:36\t-\t0\t0\t0\t0\t0\t0\t36",
        "extract/ucf101/c3d/16-8-3/seed-7": "360\t0:06:00\t1\t0\t0\t0\t0\t0\t0\t360",
        "probe/ucf101/c3d/random/conv5-seed-0": "360\t0:06:00\t1\t0\t0\t0\t0\t0\t0\t360",
    }.items():
        write(folder / f"{name}.tsv", BENCHMARK, [row])
    write(folder / "initialise/c3d/seed-0.tsv", "", [])
    assert page("papers_costs", study, tmp_path / "t", more=[folder]) == 0
    rows = by_name(tmp_path / "t.csv")
    numbers = {
        key: [row[k] for k in ("jobs", "last_wall_hours", "last_cpu_hours", "peak_memory_mib")] for key, row in rows.items()
    }
    assert numbers["stage", "extract"] == ["2", "1.5", "2.25", "2048.5"]
    assert numbers["stage", "retrieve"] == ["1", "0.001", "", ""]
    assert numbers["stage", "decode"] == ["1", "0.01", "0.01", ""]
    assert numbers["stage", "initialise"] == ["1", "", "", ""]
    assert numbers["stage", "pretrain"] == ["", "", "", ""]
    assert numbers["other jobs", "extract"] == numbers["other jobs", "probe"] == ["1", "0.1", "0.1", "1"]
    assert numbers["table or figure", "cvpr2019_table1"][:2] == ["2", "0.01"]
    assert numbers["table or figure", "cvpr2019_table2"] == ["5", "1.511", "2.26", "2048.5"]
    assert "| 2.0 GiB |" in (tmp_path / "t.md").read_text()


def test_hours_for_people():
    assert [costs.format_hours(h) for h in (0.0123, 0.5, 9.99, 12.3, 12345)] == ["0.012", "0.50", "9.99", "12", "12,345"]


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """What a dry run of both papers says of each job: its rule, benchmark file, inputs and outputs."""
    folder = tmp_path_factory.mktemp("planned")
    shutil.copy(ROOT / "config.yaml", folder)
    words = ["--snakefile", ROOT / "Snakefile", "--directory", folder, "--cores", "1", "--dry-run"]
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    command = [sys.executable, "-m", "snakemake", *words, "--", "cvpr2019", "tmm2020", "papers"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PATH": path}, check=True)
    jobs = []
    for text in re.split(r"^\[.*\]$", done.stdout + done.stderr, flags=re.MULTILINE):
        if rule := re.search(r"^(?:local)?rule (\w+):", text, re.MULTILINE):
            named = {kind: re.search(rf"^    {kind}: (.*)", text, re.MULTILINE) for kind in ("input", "output", "benchmark")}
            files = {kind: found[1].split(", ") if found else [] for kind, found in named.items()}
            jobs.append((rule[1], files["benchmark"], files["input"], files["output"]))
    return jobs


def test_what_stands_behind_an_item_is_what_the_workflow_runs_for_it(planned):
    """A stage's job is named by its benchmark file; each item's jobs are found through the files between them."""
    made = {path: job for job in planned for path in job[3]}
    seen = {}

    def behind(job):
        """The stages' jobs that a job needs, itself included."""
        if id(job) not in seen:
            of = {re.sub(r"[/-]seed-0$", "", p.removeprefix("results/benchmarks/").removesuffix(".tsv")) for p in job[1]}
            seen[id(job)] = of.union(*(behind(made[path]) for path in job[2] if path in made))
        return seen[id(job)]

    rules = {job[0]: job for job in planned}
    for item, jobs in job_lineage.jobs_of_items("16-8-3").items():
        assert set(job_lineage.jobs_behind(jobs)) == behind(rules[item]), item


def test_the_pages_wait_for_every_training_behind_the_items(planned):
    rules = {job[0]: job for job in planned}
    wanted = job_lineage.training_jobs(job_lineage.jobs_behind(chain(*job_lineage.jobs_of_items("16-8-3").values())))
    for item in ("papers_numbers", "papers_costs"):
        given = [costs.PROVENANCE.search(path) for path in rules[item][2] if path.endswith("provenance.json")]
        assert len(given) == len(wanted), item
    files = set(rules["papers_numbers"][2])
    assert {f"results/{item.replace('_', '/', 1)}.csv" for item in job_lineage.NUMBERS} <= files
    # No benchmark file is an input: one that is missing runs nothing again.
    assert not [path for job in planned for path in job[2] if "benchmarks" in path]


def test_every_stage_is_benchmarked_under_its_own_name(planned):
    stages = {job[0]: job[1] for job in planned if job[1]}
    behind = job_lineage.jobs_behind(chain(*job_lineage.jobs_of_items("16-8-3").values()))
    assert {job.split("/")[0] for job in behind} <= set(stages)
    for rule, (path,) in stages.items():
        assert re.fullmatch(rf"results/benchmarks/{rule}(/.+)?\.tsv", path)
