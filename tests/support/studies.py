"""A small study, and Snakemake run on it from a copy of the repository."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from support.helpers import ROOT

SMALL = {
    "study": "a test's study (tiny synthetic videos)",
    "data": {
        name: {
            "videos": f"results/synthetic/{name}/videos",
            "lists": f"results/synthetic/{name}/lists",
            "validation_videos": 12,
        }
        for name in ("ucf101", "hmdb51")
    },
    "questions": {
        "videos": "results/synthetic/activitynet-qa/videos",
        "annotations": "results/synthetic/activitynet-qa/annotations",
        "vectors": "results/synthetic/activitynet-qa/annotations/vectors.txt",
        "clips": 3,
    },
    "quiz": {"question_videos": 20},
    "synthesise": {"groups": 8, "videos_per_group": 1, "video_height": 32, "video_width": 44, "shortest": 66, "longest": 180},
    "frames": {"height": 20, "width": 27},
    "input": {"crop": 16, "frame_stride": 2},
    "network": {"multiplier": 0.0625},
    "pretrain": {"epochs": 1},
    "task_epochs": {},
    "finetune": {"epochs": 1},
    "answer": {"epochs": 2, "hidden": 16},
    "extract": {"test_clips": 3},
}


class Study:
    """A study's folder, the copy of the code it is run with, the profile and what is always said beside it."""

    def __init__(self, folder: Path, code: Path, profile: str = "default", always: Sequence[str] = ("--cores", "2")) -> None:
        self.folder, self.code, self.profile, self.always = folder, code, profile, always
        self.variables: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def configure(self, **changes: object) -> None:
        config = SMALL | {k: SMALL.get(k, {}) | v if isinstance(v, dict) else v for k, v in changes.items()}
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config))

    def configure_own(self, name: str = "gestures", **options: object) -> None:
        """A study of one's own videos alone, in the shortest way."""
        config = {"study": "a test", "task": "8-4-3", "data": {name: options}}
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config))

    def command(self, *words: str) -> list[str]:
        command = [sys.executable, "-m", "snakemake", "--snakefile", str(self.code / "Snakefile"), *self.always]
        profile = str(self.code / "profiles" / self.profile)
        return [*command, "--directory", str(self.folder), "--workflow-profile", profile, *words]

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"} | self.variables

    def snakemake(self, *words: str, check: bool = True, shared: bool = False) -> subprocess.CompletedProcess:
        """Run Snakemake; ``shared``: its jobs share one import of PyTorch, as in ``make run``."""
        command, variables = self.command(*words), self.environment
        if shared:
            command = [sys.executable, "-m", "vcop.shared_start", *command]
            variables |= {"PYTHONPATH": str(self.code / "src")}
        done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(words)}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}")
        return done

    def planned(self, *words: str) -> dict[str, int]:
        """Rule to number of jobs in a dry run."""
        said = self.snakemake("--dry-run", *words)
        lines = (said.stdout + said.stderr).splitlines()
        if not any(line.startswith("total") for line in lines):
            return {}
        table = lines[lines.index(next(line for line in lines if line.startswith("job  "))) + 2 :]
        rows = [line.split() for line in table[: next(i for i, line in enumerate(table) if line.startswith("total"))]]
        return {row[0]: int(row[1]) for row in rows}


def copy_code(folder: Path) -> Path:
    """What Snakemake needs of the repository."""
    for name in ("workflow", "src", "profiles", "envs", "studies"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "results", "data", ".snakemake")
        )
    shutil.copy(ROOT / "Snakefile", folder)
    return folder
