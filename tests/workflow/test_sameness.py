"""The same results whatever the cores, loader workers, folder, locale, time zone and hash seed: all varied at once."""

import csv
import locale
import subprocess
from pathlib import Path

import pytest
from support.studies import Study
from support.torture import outcome

# From videos to a network's order predictions, neighbours, recognition and a table; UCF101 alone.
CHAIN = (
    "results/retrieval/ucf101/r3d/16-8-3/conv5-seed-0.csv",
    "results/recognition/ucf101-1/r3d/random/from-conv1/seed-0.csv",
    "results/cvpr2019/table1.html",
)
# What differs from the machine that the tests run on, and from each other.
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
HERE = {
    "one core, no worker, ASCII": (1, 0, ASCII | {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "0"}, "a b/ü"),
    "three cores, four workers": (3, 4, {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "4242"}, "elsewhere"),
}  # fmt: skip


def varied(code: Path, folder: Path, cores: int, workers: int, variables: dict[str, str], **more: object) -> Study:
    study = Study(folder, code, always=("--cores", str(cores)))
    study.configure(machine={"workers": workers, "device": "cpu"}, **more)
    study.variables |= variables
    return study


def differing(study: Study, whole: dict[str, str]) -> list[str]:
    """The files that are not as in another study, of which there may be more."""
    return [path for path, digest in outcome(study.folder).items() if whole.get(path) != digest]


def test_nothing_of_the_surroundings_changes_a_result(finished, code, tmp_path):
    """Where this fails, ``test_which`` (slow) says of what it is."""
    whole = outcome(finished.folder)
    studies = [varied(code, tmp_path / where, *rest) for *rest, where in HERE.values()]
    running = [
        subprocess.Popen(
            s.command("--", *CHAIN), env=s.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for s in studies
    ]
    said = [process.communicate(timeout=600)[0] for process in running]
    for study, process, text in zip(studies, running, said, strict=True):
        assert process.returncode == 0, text[-3000:]
        assert set(CHAIN) <= {f"results/{path}" for path in outcome(study.folder)}
        assert not differing(study, whole), study.folder.name


def installed(wanted: str) -> bool:
    try:
        before = locale.setlocale(locale.LC_ALL)
        locale.setlocale(locale.LC_ALL, wanted)
        locale.setlocale(locale.LC_ALL, before)
    except locale.Error:
        return False
    return True


WHICH = {
    **{f"{n} cores": (n, 1, {}) for n in (1, 2, 4)},
    **{f"{n} workers": (2, n, {}) for n in (0, 1, 4)},
    **{f"TZ={zone}": (2, 1, {"TZ": zone}) for zone in ("UTC", "Pacific/Kiritimati", "America/St_Johns")},
    **{f"PYTHONHASHSEED={n}": (2, 1, {"PYTHONHASHSEED": str(n)}) for n in (0, 1, 4294967295)},
    **{f"LC_ALL={name}": (2, 1, {"LC_ALL": name}) for name in ("C", "de_DE.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1")},
    "ASCII alone": (2, 1, ASCII),
    "threads of libraries": (2, 1, {"OMP_NUM_THREADS": "7", "MKL_NUM_THREADS": "5"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WHICH)
def test_which(name, finished, code, tmp_path):
    cores, workers, variables = WHICH[name]
    wanted = variables.get("LC_ALL", "C")
    if not installed(wanted):
        pytest.skip(f"this machine has no locale {wanted}")
    study = varied(code, tmp_path / "study", cores, workers, variables)
    study.snakemake("--", *CHAIN)
    assert not differing(study, outcome(finished.folder))


@pytest.mark.slow
def test_a_whole_study_in_other_surroundings(finished, code, tmp_path):
    """Both papers: every table and figure, on one core, without a worker, in ASCII."""
    study = varied(code, tmp_path / "a b/ü", 1, 0, ASCII | {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "0"})
    study.snakemake()
    timed = {path for path in outcome(study.folder) if path.startswith(("papers/costs", "papers/numbers"))}  # they print hours
    assert set(differing(study, outcome(finished.folder))) <= timed
    assert without_hours(study) == without_hours(finished)


def without_hours(study: Study) -> list[dict[str, str]]:
    """The rows of the table of all numbers, without the hours of the trainings."""
    with open(study.folder / "results/papers/numbers.csv", newline="", encoding="utf-8") as file:
        return [{k: v for k, v in row.items() if not k.endswith("_hours")} for row in csv.DictReader(file)]
