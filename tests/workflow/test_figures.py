"""`make figures`: items are drawn from metrics on disk, and a changed module draws its own items alone; no stage runs."""

import os
import re
import shutil
import subprocess
import tarfile

import pytest
from support.helpers import ROOT, vcop

from vcop.paper.dependencies import drawn_by
from vcop.paper.items.lookup import items

ALLOWED = ("--allowed-rules", "figures", *items(), "--", "figures")
PICTURES = {"cvpr2019_figure4", "cvpr2019_figure6", "tmm2020_figure8", "tmm2020_figure9"}  # show frames, which no pack holds
PICTURES |= {f"{paper}_figure{n}" for paper in ("cvpr2019", "tmm2020") for n in (1, 2)}


def figures(study, *words):
    """What is planned to be drawn."""
    planned = study.planned(*words, *ALLOWED)
    planned.pop("figures", None)
    assert set(planned.values()) <= {1}
    return set(planned)


def files(study, pattern="*"):
    """Path to content, of all that items left."""
    results = study.folder / "results"
    folders = [folder for name in ("cvpr2019", "tmm2020", "papers") if (folder := results / name).is_dir()]
    return {path.relative_to(results): path.read_bytes() for folder in folders for path in folder.glob(pattern)}


def drawn(study):
    """The items that are there."""
    return {f"{path.parent.name}_{path.stem}" for path in files(study) if path.suffix in (".html", ".png")}


@pytest.fixture
def changed(code):
    """Says something in a module that draws nothing else."""
    before = {}

    def change(name):
        module = code / "src/vcop/paper" / name
        before[module] = module.read_text()
        module.write_text(before[module] + "\n# changed\n")

    yield change
    for module, text in before.items():
        module.write_text(text)


def test_a_finished_study_has_nothing_to_draw(finished):
    assert figures(finished) == set()


@pytest.mark.parametrize("module", ["measurement/claims.py", "figures/style.py", "items/tmm2020_figure5.py"])
def test_a_changed_module_draws_the_items_that_import_it_and_no_other(finished, changed, module):
    changed(module)
    package = finished.code / "src/vcop"
    mine = {item for item in drawn(finished) if package / "paper" / module in drawn_by(item, package)}
    own = {
        "measurement/claims.py": "tmm2020_claims",
        "figures/style.py": "tmm2020_figure10",
        "items/tmm2020_figure5.py": "tmm2020_figure5",
    }
    assert own[module] in mine
    # Snakemake leaves an item to the next run where another that it reads as `ancient` is drawn in this one.
    assert figures(finished) | {"papers_numbers"} == mine | {"papers_numbers"}
    if module == "figures/style.py":
        assert {item for item in drawn(finished) if "figure" in item} <= mine
        assert not {item for item in mine if "table" in item}
    else:
        assert len(mine) == 1


def test_all_is_drawn_anew_where_that_is_asked_for(finished):
    assert figures(finished, "--forceall") == drawn(finished)


def test_alone_the_rule_is_refused(finished):
    said = finished.snakemake("--dry-run", "figures", check=False)
    assert said.returncode != 0
    assert (
        "figures: without --allowed-rules other stages would run: use `make figures`, which sets it"
        in said.stdout + said.stderr
    )


@pytest.fixture(scope="module")
def elsewhere(finished, tmp_path_factory):
    """The finished study, packed and unpacked, with newer lists."""
    folder = tmp_path_factory.mktemp("packed")
    assert vcop("pack", finished.folder, "--out", folder / "un packed.tar.gz") == 0
    with tarfile.open(folder / "un packed.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    study = type(finished)(folder / "un packed", finished.code)
    for dataset in ("ucf101", "hmdb51"):
        lists = study.folder / f"results/synthetic/{dataset}.csv"
        lists.parent.mkdir(exist_ok=True)
        lists.write_text("newer\n")
    return study


def make(study, *words):
    """`make figures` with the code that the test study was made with."""
    command = ["make", "-f", ROOT / "Makefile", "-o", "venv", "figures", f"STUDY={study.folder}", "CORES=2", *words]
    environment = study.environment | {"PYTHONPATH": str(study.code / "src")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=study.code, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def left(said):
    """The items that are left as they are, by the one line that says so."""
    lines = [line for line in said.splitlines() if line.startswith("Left as they are")]
    assert len(lines) <= 1
    return set(re.findall(r"(\w+) \(results/", "".join(lines)))


def test_only_items_are_planned_elsewhere_whatever_the_lists_and_weights(elsewhere, finished):
    assert {"decode", "pretrain", "extract", "finetune"} < set(elsewhere.planned())
    assert figures(elsewhere) == drawn(finished) - PICTURES


@pytest.mark.slow
def test_the_same_is_drawn_elsewhere(elsewhere, finished):
    """Every file is equal, CSVs and pictures; those that show frames stay as they were packed, and one line says so."""
    before = {path: os.stat(elsewhere.folder / "results" / path).st_mtime for path in files(elsewhere)}
    assert left(make(elsewhere)) == PICTURES & drawn(finished)
    assert files(elsewhere) == files(finished)
    for path, written in before.items():
        stays = f"{path.parent}_{path.stem}" in PICTURES
        assert (os.stat(elsewhere.folder / "results" / path).st_mtime == written) == stays, path
    assert not [p for kind in ("*.h5", "*.safetensors", "*.pt") for p in elsewhere.folder.rglob(kind)]
    assert "Nothing to be done" in make(elsewhere)


def test_an_item_without_its_metrics_is_named_and_the_others_are_drawn(elsewhere, tmp_path):
    study = type(elsewhere)(tmp_path / "partial", elsewhere.code)
    shutil.copytree(elsewhere.folder, study.folder, dirs_exist_ok=True)
    shutil.rmtree(study.folder / "results/tmm2020")
    (study.folder / "results/order/r3d/16-8-3-hard/seed-0.csv").unlink()
    said = study.snakemake("--dry-run", *ALLOWED)
    assert {"tmm2020_table1", "tmm2020_figure5", "tmm2020_figure8"} < left(said.stdout + said.stderr)
    assert "tmm2020_figure5 (results/order/r3d/16-8-3-hard/seed-0.csv)" in said.stdout + said.stderr
    planned = figures(study)
    assert {"tmm2020_table2", "tmm2020_figure4", "tmm2020_figure10"} < planned
    assert not {"tmm2020_table1", "tmm2020_figure5", "tmm2020_figure8"} & planned
