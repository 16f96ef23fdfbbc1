"""Search for the settings of the embedded study: each setting is a study of its own, with other synthetic videos than the study's.

    python studies/search/search.py                                   # all settings of settings.yaml, generator seed 101
    python studies/search/search.py --settings "as it is" "16-8-3, 28 epochs" --generator-seeds 101 102 --seeds 0 1 2

A setting is judged by validation lists alone: the order accuracy of 16-8-3, and the accuracy of fine-tuning on UCF101 split 1 from
random and from trained weights. The videos come from generator seeds that no study uses (config.yaml has 1), so that nothing is chosen
by the videos on which the embedded study is tested. Finished runs are kept: the same command goes on after an interruption.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
NETWORKS = ("c3d", "r3d", "r21d")
RUNS = {
    "order": "pretrain/{network}/16-8-3/seed-{seed}",
    "fine-tuning, random": "finetune/ucf101-1/{network}/random/from-conv1/seed-{seed}",
    "fine-tuning, 16-8-3": "finetune/ucf101-1/{network}/16-8-3/from-conv1/seed-{seed}",
}


def main() -> None:
    """Run all settings, and print a table after each."""
    settings = yaml.safe_load((Path(__file__).parent / "settings.yaml").read_text())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--settings",
        nargs="+",
        default=list(settings),
        choices=list(settings),
        metavar="NAME",
        help="Settings of settings.yaml; all of them without this.",
    )
    parser.add_argument("--generator-seeds", nargs="+", type=int, default=[101], help="Seeds of the synthetic videos.")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1], help="Seeds of the trainings.")
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=NETWORKS, help="Networks.")
    parser.add_argument("--out", type=Path, default=Path("results/search"), help="Folder of the studies and of the table.")
    parser.add_argument("--cores", default="all", help="Number of cores for Snakemake.")
    arguments = parser.parse_args()
    rows = []
    for name in arguments.settings:
        histories: dict[str, list[Path]] = {kind: [] for kind in RUNS}
        for generator_seed in arguments.generator_seeds:
            folder = arguments.out / f"{name.replace(' ', '-').replace(',', '')}-{generator_seed}"
            write_study(folder, settings[name], generator_seed)
            files = {
                kind: [
                    f"results/{path}/history.csv".format(network=n, seed=s)
                    for n in arguments.networks
                    for s in arguments.seeds
                ]
                for kind, path in RUNS.items()
            }
            run(folder, [file for kind in files.values() for file in kind], arguments.cores)
            for kind in RUNS:
                histories[kind] += [folder / file for file in files[kind]]
        rows.append((name, *(f"{value:.1f}" for kind in RUNS for value in lowest_and_median(histories[kind]))))
        show(rows, arguments.out / "search.csv")


def write_study(folder: Path, changes: dict[str, Any], generator_seed: int) -> None:
    """Write the config.yaml of a setting, unless it is there already as it should be."""
    config = merged(yaml.safe_load((ROOT / "config.yaml").read_text()), changes)
    config = merged(config, {"synthesise": {"synthesis_seed": generator_seed}})
    text = yaml.safe_dump(config, sort_keys=False)
    path = folder / "config.yaml"
    if not path.is_file() or path.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def merged(config: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return ``config`` with ``changes``, section by section."""
    both = {
        key: merged(config[key], value)
        for key, value in changes.items()
        if isinstance(value, dict) and value and key in config
    }
    return {**config, **{key: value for key, value in changes.items() if key not in both}, **both}


def run(folder: Path, files: Sequence[str], cores: str) -> None:
    """Make the histories of a setting's trainings. Raises CalledProcessError if a job fails; Snakemake has said which."""
    words = ["--directory", str(folder), "--cores", cores, "--quiet", "rules", "--rerun-incomplete", *files]
    subprocess.run([sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), *words], check=True)


def lowest_and_median(histories: Sequence[Path]) -> tuple[float, float]:
    """Return the lowest and the median accuracy over trainings, each at its best epoch by the validation loss, in percent."""
    accuracies = []
    for path in histories:
        with open(path, newline="") as file:
            best = min(csv.DictReader(file), key=lambda row: float(row["validation_loss"]))
        accuracies.append(100 * float(best["validation_accuracy"]))
    return min(accuracies), statistics.median(accuracies)


def show(rows: Sequence[Sequence[str]], path: Path) -> None:
    """Print the table, and write it."""
    header = ("setting", *(f"{kind}, {value}" for kind in RUNS for value in ("lowest", "median")))
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    for row in (header, *rows):
        print("  ".join(f"{text:>24}" for text in row), flush=True)


if __name__ == "__main__":
    main()
