"""What is planned and what is refused, without running anything."""

import re
import shutil

import pytest
import yaml
from support.helpers import ROOT

from vcop.datasets.splits import HMDB51_SUFFIX, UCF101_LISTS

TWO_THOUSAND_NINETEEN = {
    "initialise": 3, "decode": 2, "pretrain": 3, "extract": 12, "retrieve": 12, "retrieve_across": 2, "finetune": 36,
    "cvpr2019_table1": 1, "cvpr2019_table2": 1, "cvpr2019_table3": 1, "cvpr2019_table4": 1,
    "illustrate": 1, "outline": 1, "cvpr2019_figure1": 1, "cvpr2019_figure2": 1, "cvpr2019_figure3": 1,
    "cvpr2019_figure4": 1, "cvpr2019_figure5": 1, "cvpr2019_figure6": 1,
}  # fmt: skip


def test_the_first_papers_runs(study):
    assert study.planned("cvpr2019") == TWO_THOUSAND_NINETEEN | {"synthesise": 2, "cvpr2019": 1}


# Every pretraining of the 2020 paper, two controls of equal work for the claims, and no more.
PRETRAININGS = {(n, f"16-{it}-{tl}", "0") for n in ("c3d", "r3d", "r21d") for it in (8, 16) for tl in (3, 4, 5)} | {
    ("c3d", "16-8-4-scratch", "0"),
    ("c3d", "16-8-4-direct", "0"),
    ("r3d", "16-8-3-hard", "0"),
    ("r3d", "16-8-3-more", "0"),
    ("r3d", "16-16-3-long", "0"),
}


def pretrainings(study, *targets):
    """The pretrainings of a dry run: what is trained, and what each waits for."""
    said = study.snakemake("--dry-run", *targets)
    jobs = re.split(r"^\[.*\]$", said.stdout + said.stderr, flags=re.MULTILINE)
    found = {}
    for job in jobs:
        if re.search(r"^rule pretrain:", job, re.MULTILINE):
            named = re.search(r"wildcards: network=(\S+), task=(\S+), seed=(\d+)", job).groups()
            assert named not in found
            found[named] = re.search(r"input: (.*)", job)[1]
    return found


def test_the_second_papers_pretrainings(study):
    found = pretrainings(study, "tmm2020")
    assert set(found) == PRETRAININGS
    folder = "results/pretrain/{}/{}/seed-0/model.safetensors".format
    for network, task, _ in PRETRAININGS:
        cl, it, tl = task.split("-")[:3]
        easier = f"{cl}-{it}-{int(tl) - 1}" if tl in "45" else "random"
        variants = dict.fromkeys(("16-8-4-scratch", "16-8-4-direct", "16-16-3-long"), "random")
        start = (variants | dict.fromkeys(("16-8-3-hard", "16-8-3-more"), "16-8-3")).get(task, easier)
        files = found[network, task, "0"].split(", ")
        assert [f for f in files if f.endswith("model.safetensors")] == [folder(network, start)], task
        assert [f for f in files if "mine" in f] == ["results/mine/r3d/16-8-3/seed-0/hard.txt"] * (task == "16-8-3-hard")


def test_the_curriculum_begins_with_the_easiest_task(study):
    found = pretrainings(study, "results/order/r3d/16-8-5/seed-0.csv")
    assert [task for _, task, _ in found] == ["16-8-3", "16-8-4", "16-8-5"]
    assert list(pretrainings(study, "results/order/r3d/16-16-4-scratch/seed-0.csv")) == [("r3d", "16-16-4-scratch", "0")]


def test_the_curriculums_effect_has_its_own_target_and_seeds(study):
    runs = {("c3d", "16-8-3"), ("c3d", "16-8-4"), ("c3d", "16-8-4-scratch"), ("r3d", "16-8-3"), ("r3d", "16-8-3-hard")}
    assert set(pretrainings(study, "beyond_curriculum")) == {(*run, seed) for run in runs for seed in "012"}
    assert "beyond_curriculum" not in study.planned()


def test_epochs(study):
    """-long runs twice its task's, -direct sees the clips of the whole curriculum, -more those of -hard; task_epochs wins over pretrain.epochs."""
    study.configure(pretrain={"epochs": 3}, task_epochs={"16-16-3": 5, "16-8-3-hard": 2})
    said = study.snakemake("--dry-run", "--printshellcmds", "tmm2020")
    epochs = dict(re.findall(r"--task (\S+) .*?--epochs (\d+)", said.stdout + said.stderr))
    assert len(epochs) == 11
    others = {"16-16-3": "5", "16-16-3-long": "10", "16-8-3-hard": "2", "16-8-3-more": "2", "16-8-4-direct": "5"}
    assert epochs == dict.fromkeys(epochs, "3") | others


def test_tables_of_networks_with_unequal_fine_tuning_say_so(study):
    """Tables 4 and V compare three networks; Figure 10 shows one, and Table 1 nothing that was fine-tuned."""
    targets = [
        "cvpr2019/table1.html",
        "cvpr2019/table4.html",
        "tmm2020/table5.html",
        "tmm2020/figure10.png",
        "papers/numbers.html",
    ]

    def notes():
        said = study.snakemake("--dry-run", "--printshellcmds", *[f"results/{target}" for target in targets])
        found = re.findall(r"vcop render (\w+) .*?(?:--note '([^']+)' )?--inputs", said.stdout + said.stderr)
        return {item: note for item, note in found if note}

    study.configure(finetune={"epochs": 2}, finetune_epochs={"hmdb51": 3})
    assert not notes()
    study.configure(finetune={"epochs": 2, "accumulate": 2}, finetune_epochs={"hmdb51": 3, "hmdb51/c3d": 4})
    said = notes()
    unequal = {"cvpr2019_table4", "tmm2020_table5", "papers_numbers"}
    assert unequal < set(said)
    for item, note in said.items():
        limit, _, epochs = note.partition("; ")
        assert limit.startswith("fine-tuning: gradients accumulated")
        assert epochs == ("epochs of fine-tuning: C3D 4, R3D 3, R(2+1)D 3 on HMDB51" if item in unequal else "")


def test_keys_of_sections_are_set_on_the_command_line(study):
    """The other keys of a section stay as config.yaml has them."""
    study.configure(pretrain={"epochs": 3, "batch_size": 8})
    more = ("--config", "pretrain={epochs: 2}", "task_epochs={16-8-4: 5}", "seeds=[0, 1]")
    said = study.snakemake("--dry-run", "--printshellcmds", *more, "--", "results/order/r3d/16-8-4/seed-1.csv")
    commands = re.findall(r"--task (\S+) --seed (\d) .*?--epochs (\d+) .*?--batch-size (\d+)", said.stdout + said.stderr)
    assert set(commands) == {("16-8-3", "1", "2", "8"), ("16-8-4", "1", "5", "8")}


def test_momenta_are_carried_where_the_configuration_says_so(study):
    assert "optimiser.pt" not in pretrainings(study, "tmm2020")["r3d", "16-8-3-hard", "0"]
    study.configure(pretrain={"hard_optimiser": "carried"})
    found = pretrainings(study, "tmm2020")
    assert "results/pretrain/r3d/16-8-3/seed-0/optimiser.pt" in found["r3d", "16-8-3-hard", "0"]
    assert "results/pretrain/r3d/16-8-3/seed-0/optimiser.pt" in found["r3d", "16-8-3-more", "0"]
    assert sum("optimiser.pt" in files for files in found.values()) == 2


def test_several_gpus_run_nothing_again_and_are_asked_for(study):
    study.configure(machine={"gpus": 2})
    said = study.snakemake("--dry-run", "--printshellcmds", "results/recognition/ucf101-1/r3d/16-8-3/from-conv1/seed-0.csv")
    text = said.stdout + said.stderr
    assert re.search(r"vcop pretrain .* --gpus 2 ", text)
    assert re.search(r"vcop finetune .* --gpus 1 ", text)
    assert "gpu=2" in text


@pytest.fixture
def papers(study):
    shutil.copy(study.code / "studies/paper/config.yaml", study.folder)
    return study


def test_the_papers_study_says_what_is_missing_and_where_to_put_it(papers):
    done = papers.snakemake("--dry-run", check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "the official list data/ucfTrainTestlist/classInd.txt is missing" in said
    assert "data.ucf101.videos" in said
    assert "Traceback (most recent call last)" not in said


def test_the_papers_study_is_planned_from_lists_and_folders(papers):
    data = papers.folder / "data"
    for name in ("ucfTrainTestlist", "testTrainMulti_7030_splits", "UCF-101", "hmdb51", "activitynet", "activitynet-qa"):
        (data / name).mkdir(parents=True)
    for name in UCF101_LISTS:
        (data / "ucfTrainTestlist" / name).write_text("")
    for split in (1, 2, 3):
        (data / "testTrainMulti_7030_splits" / ("wave" + HMDB51_SUFFIX.format(split=split))).write_text("")
    assert papers.planned("cvpr2019") == TWO_THOUSAND_NINETEEN | {"cvpr2019": 1}
    said = papers.snakemake("--dry-run", "tmm2020_table6", check=False)
    assert (
        "activitynet-qa: the file data/activitynet-qa/train_q.json (questions.annotations) is missing"
        in said.stdout + said.stderr
    )
    for name in (f"{part}_{kind}.json" for part in ("train", "val", "test") for kind in "qa"):
        (data / "activitynet-qa" / name).write_text("")
    (data / "glove.6B.zip").write_text("")
    runs = {"initialise": 3, "decode": 1, "decode_questions": 1, "pretrain": 3, "finetune": 3, "extract_questions": 6}
    answers = {"answer": 6, "answer_without_video": 1, "tmm2020_table6": 1}
    assert papers.planned("tmm2020_table6") == runs | answers
    assert set(pretrainings(papers, "tmm2020")) == PRETRAININGS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task": "16-8-6"}, "config.yaml: task: '16-8-6': a tuple has 2 to 5 clips"),
        ({"task": "16--8-3"}, "config.yaml: task: '16--8-3': the interval is negative"),
        (
            {"pretrain": {"epochz": 1}},
            "config.yaml: pretrain: Additional properties are not allowed ('epochz' was unexpected)",
        ),
        ({"task_epochs": {"16-8-7": 3}}, "config.yaml: task_epochs: task: '16-8-7': a tuple has 2 to 5 clips"),
        ({"task_epochs": {"16-8-4": 0}}, "config.yaml: task_epochs.16-8-4: 0 is below 1"),
        (
            {"finetune_epochs": {"ucf101/c3": 4}},
            "config.yaml: finetune_epochs: there is no network 'c3'; choose one of c3d, r3d, r21d",
        ),
        ({"finetune": {"epochs": "ten"}}, "config.yaml: finetune.epochs: 'ten' is not of type 'integer'"),
    ],
)
def test_a_broken_configuration_stops_before_any_job(study, change, said):
    study.configure(**change)
    done = study.snakemake(check=False)
    assert done.returncode != 0
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (study.folder / "results").exists()


def test_every_profile_reruns_for_content_only(study):
    """A workflow profile replaces the default one, so each must say it."""
    profiles = list((study.code / "profiles").glob("*/config.yaml"))
    assert profiles
    for path in profiles:
        text = "\n".join(line for line in path.read_text().splitlines() if "?" not in line)
        assert yaml.safe_load(text)["rerun-triggers"] == ["mtime", "params", "input"], path


def test_the_readme_shows_the_rules_as_they_are(study):
    text = (ROOT / "docs/architecture.md").read_text()
    drawn = {tuple(edge) for edge in re.findall(r"^    (\w+) --> (\w+)$", text, re.MULTILINE)}
    items = sorted({to for _, to in drawn if to.startswith("tmm2020")})
    said = study.snakemake("--rulegraph", "mermaid-js", "--forceall", "--", *items).stdout
    names = dict(re.findall(r"(id\d+)\[(\w+)\]", said))
    assert drawn == {(names[a], names[b]) for a, b in re.findall(r"(id\d+) --> (id\d+)", said)}
