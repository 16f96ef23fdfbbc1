"""The papers' own study with lists of the official size: what it would run, how soon that is known, what it would cost, and `download`."""

import re
import resource
import shutil
from collections import Counter

import pytest
import yaml
from benchmarks.study import hmdb51_lists, ucf101_lists
from support import rars
from support.archives import needs_tool, zipped
from support.helpers import ROOT, vcop
from support.webs import Web

from vcop.config.reader import read_study
from vcop.datasets.splits import SPLITS, UCF101_LISTS
from vcop.planning import report, snakemake_jobs
from vcop.planning.cost_model import CostModel
from vcop.planning.rates import parse_rates

RUNS = {"pretrain": 23, "finetune": 54, "answer": 6, "answer_without_video": 1}
SECONDS = 10


@pytest.fixture
def papers(study):
    shutil.copy(study.code / "studies/paper/config.yaml", study.folder)
    data = study.folder / "data"
    ucf101_lists(data / "ucfTrainTestlist")
    hmdb51_lists(data / "testTrainMulti_7030_splits")
    shutil.copytree(ROOT / "tests/data/activitynet-qa", data / "activitynet-qa")
    for name in ("UCF-101", "hmdb51", "activitynet"):
        (data / name).mkdir()
    (data / "glove.6B.zip").write_text("")
    return study


def spent():
    """CPU seconds of all processes that have ended: others on the machine do not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_papers_runs_are_planned_in_seconds(papers):
    """The runs of both papers, by rule and name; and what they cost, every video taken as long enough."""
    before = spent()
    said = papers.snakemake("--dry-run", "cvpr2019", "tmm2020")
    assert spent() - before < SECONDS
    jobs = snakemake_jobs.parse_jobs(said.stdout + said.stderr)
    count = Counter(job.rule for job in jobs)
    assert {rule: count[rule] for rule in RUNS} == RUNS
    assert not any("download" in rule for rule in count)
    assert len({job.name for job in jobs if job.rule in RUNS}) == sum(RUNS.values())
    answers = {job.name for job in jobs if job.rule == "answer"}
    assert answers == {f"answer/{n}/{w}" for n in ("c3d", "r3d", "r21d") for w in ("supervised", "16-8-3")}

    model = CostModel(read_study(yaml.safe_load((papers.folder / "config.yaml").read_text())), papers.folder)
    about = report.plan_data(report.price_jobs(model, jobs, jobs, parse_rates(["c3d=419", "r3d=376", "r21d=248"])), [1, 8])
    assert about["runs"] == about["runs_left"] == {"pretrain": 23, "finetune": 54, "answer": 7}
    assert 4.3e19 < about["flop"] < 5.7e19, "4.3e19 with the videos that are long enough"
    assert about["wall_hours"]["1"] == pytest.approx(about["gpu_hours"])
    chain = [step["job"] for step in about["chain"]]
    curricula = [[f"pretrain/{n}/16-{it}-{tl}" for tl in (3, 4, 5)] for n in ("c3d", "r3d", "r21d") for it in (8, 16)]
    assert chain[:3] in curricula
    length = sum(step["hours"] for step in about["chain"])
    assert max(length, about["gpu_hours"] / 8) <= about["wall_hours"]["8"] < about["gpu_hours"] / 8 + length
    assert about["numbers_of_videos"]["ucf101"] == "lists, every video taken as long enough"


def test_the_verb_asks_snakemake(papers, monkeypatch, capsys):
    """What is there costs nothing."""
    monkeypatch.setattr(snakemake_jobs, "CODE", papers.code)
    for network in ("c3d", "r3d", "r21d"):
        path = papers.folder / f"results/pretrain/{network}/random/seed-0/model.safetensors"
        path.parent.mkdir(parents=True)
        path.touch()
    assert vcop("plan", papers.folder, "cvpr2019_table1", "--rate", 400) == 0
    said = capsys.readouterr().out
    assert re.search(r"^pretrain +3 +0 +3 ", said, re.MULTILINE)
    assert "Runs: 3 pretraining (3 to run). To compute: " in said
    assert "Besides, not counted in hours: 1 decode, 1 tables and figures.\n" in said, "the random weights are there"
    assert "The longest chain" in said


def served(web):
    """The archives of both data sets, tiny; annotations and word vectors."""
    web.serve("UCF101.rar", rars.rar5(("UCF-101/Jump/v_Jump_g01_c01.avi", b"RIFF")))
    lists = {"classInd.txt": b"1 Jump\n", "trainlist01.txt": b"Jump/v_Jump_g01_c01.avi 1\n"}
    members = [(f"ucfTrainTestlist/{name}", lists.get(name, b"")) for name in UCF101_LISTS]
    web.serve("UCF101TrainTestSplits-RecognitionTask.zip", zipped(*members))
    web.serve("hmdb51_org.rar", rars.rar4(("wave.rar", rars.rar4(("wave/take.avi", b"RIFF")))))
    flags = [(f"testTrainMulti_7030_splits/wave_test_split{k}.txt", b"take.avi 1 \n") for k in SPLITS]
    web.serve("test_train_splits.rar", rars.rar5(*flags))
    for path in (ROOT / "tests/data/activitynet-qa").glob("*.json"):
        web.serve(path.name, path.read_bytes())
    web.serve("glove.6B.zip", zipped(("glove.6B.300d.txt", b"the 1 2\n")))


@needs_tool
def test_download_lays_out_what_the_study_reads(study):
    """A second time nothing is done; what has gone is said; a study that makes its videos is refused."""
    with Web() as web:
        served(web)
        config = yaml.safe_load((study.code / "studies/paper/config.yaml").read_text())
        config["download"] = {"mirror": web.address, "digests": "recorded", "wait": 0, "tries": 2}
        (study.folder / "config.yaml").write_text(yaml.safe_dump(config))
        done = study.snakemake("download")
        assert "activitynet-qa-videos: no program can fetch these videos: ask for them at http" in done.stdout + done.stderr
        assert {len(page.asked) for page in web.pages.values()} == {1}
        assert (study.folder / "data/hmdb51/wave/take.avi").exists()
        assert "Nothing to be done" in "".join(study.snakemake("download_ucf101").stderr)
        assert {len(page.asked) for page in web.pages.values()} == {1}
    shutil.rmtree(study.folder / "data/UCF-101")
    gone = study.snakemake("download", check=False)
    assert gone.returncode != 0
    assert (
        "says that data/UCF-101 was fetched, but it is not there: remove the record to fetch it again"
        in gone.stdout + gone.stderr
    )
    study.configure()
    refused = study.snakemake("download", check=False)
    assert refused.returncode != 0
    assert (
        "this study makes its videos itself (synthesise), so there is nothing to download" in refused.stdout + refused.stderr
    )
