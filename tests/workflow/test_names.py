"""Names of classes, videos and folders that a shell or a template would make something of: they are names and nothing more."""

import shutil
from itertools import cycle, pairwise

import pytest
import yaml
from support.studies import SMALL, Study

from vcop.datasets.splits import HMDB51_SUFFIX
from vcop.storage.frame_store import FrameStore

NAMES = [
    "two words", "it's", '"quoted"', ";touch canary;", "$(touch canary)", "`touch canary`", "&& touch canary", "| tee canary",
    "> canary", "*", "?[a]", "~", "#x", "a{b}", "{wildcards.seed}", "{input}", "%s", "a\\b", "!!", "$HOME", "-rf", "--out", "é", "a=b",
]  # fmt: skip
FOLDER = "of a study; $(touch canary) `touch canary` 'it\"s' %s *"


def names(dataset):
    """HMDB51's classes name files that are inputs of a rule, in which Snakemake takes braces for wildcards."""
    return NAMES if dataset == "ucf101" else [name for name in NAMES if "{" not in name]


@pytest.fixture
def awkward(code, videos, tmp_path):
    """A study in an awkward folder, with both data sets in folders, classes and files of awkward names."""
    study = Study(tmp_path / FOLDER, code)
    files = cycle(sorted(videos.glob("videos/*/*.avi"))[:4])
    data, lines = {}, []
    for dataset in ("ucf101", "hmdb51"):
        where, lists = study.folder / f"{dataset} {FOLDER}", study.folder / f"lists\nof {dataset} {FOLDER}"
        lists.mkdir()
        for number, name in enumerate(names(dataset), 1):
            (where / name).mkdir(parents=True)
            for other in names(dataset)[number - 1 : number + 1]:
                shutil.copy(next(files), where / name / f"{other}.avi")
            if dataset == "hmdb51":
                for split in (1, 2, 3):
                    text = "".join(
                        f"{other}.avi {flag}\n" for flag, other in enumerate(names(dataset)[number - 1 : number + 1], 1)
                    )
                    (lists / (name + HMDB51_SUFFIX.format(split=split))).write_text(text)
            lines.append(f"{number} {name}\n")
        if dataset == "ucf101":
            (lists / "classInd.txt").write_text("".join(lines))
            for split in (1, 2, 3):
                train = "".join(f"{name}/{name}.avi {number}\n" for number, name in enumerate(NAMES, 1))
                test = "".join(f"{name}/{other}.avi\n" for name, other in pairwise(NAMES))
                (lists / f"trainlist0{split}.txt").write_text(train)
                (lists / f"testlist0{split}.txt").write_text(test)
        data[dataset] = {"videos": where.name, "lists": lists.name, "validation_videos": 2}
    config = {key: value for key, value in SMALL.items() if key not in {"synthesise", "quiz", "questions"}}
    config |= {"study": f"a study {FOLDER}\nof {{b}} two lines, {{input}}", "data": data}
    (study.folder / "config.yaml").write_text(yaml.safe_dump(config))
    return study


def test_names_reach_no_shell(awkward, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    awkward.snakemake("results/frames/ucf101.digest", "results/frames/hmdb51.digest")
    for dataset in ("ucf101", "hmdb51"):
        store = FrameStore(awkward.folder / f"results/frames/{dataset}.h5")
        assert sorted(store.classes) == sorted(names(dataset))
        assert len(store.videos) == 2 * len(names(dataset)) - 1
    # What every other rule would run, as it is printed and as a shell would read it.
    said = awkward.snakemake("--dry-run", "--printshellcmds", "cvpr2019")
    assert "--study 'a study of a study; $(touch canary)" in said.stdout + said.stderr
    # One that is handed the heading and needs no training.
    awkward.snakemake("results/cvpr2019/figure3.png")
    assert not [path for path in tmp_path.rglob("*") if path.name == "canary"]


def test_a_brace_where_snakemake_cannot_have_one_is_one_line(awkward):
    lists = next(awkward.folder.glob("lists*hmdb51*"))
    for split in (1, 2, 3):
        (lists / ("a{b}" + HMDB51_SUFFIX.format(split=split))).write_text("v.avi 1\n")
    done = awkward.snakemake("--dry-run", "results/frames/hmdb51.digest", check=False)
    assert done.returncode == 1
    assert "a{b}_test_split1.txt: Snakemake cannot read a file with braces in its path: rename it" in done.stdout + done.stderr
    assert "Traceback (most recent call last)" not in done.stdout + done.stderr
