"""The commented config.yaml of a proposed study."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from vcop.config.fields import Options
from vcop.own_videos.proposal import Proposal

COMMENTS = {
    "frames": "Size of the stored frames. Larger ones show smaller things, and cost in proportion.",
    "input": "What enters the network: a square crop; of a clip every n-th frame.",
    "network": "Width of the network: 1.0 is the papers'.",
    "pretrain": "Clip order prediction. This recipe learns from few videos at small size; more epochs help most.",
    "machine": "Changes results by rounding at most: processes that read while the network computes.",
    "finetune": "Recognition of the labels, from random and from pretrained weights.",
}


def configuration_text(proposal: Proposal, folder: Path, name: str) -> str:
    """Return the config.yaml of a proposal.

    Args:
        proposal: The proposed study.
        folder: Directory of the study.
        name: Name of the data set.
    """
    options, task = proposal.options, proposal.task
    left_out = task.videos - task.used
    fits = ", ".join(f"{other} {count}" for other, count in task.fitting.items())
    lines = [
        f"# A study of the videos in {options.videos}, written by `vcop new`. Every key is explained in workflow/schemas/config.schema.yaml",
        "# and in the documentation (Configuration keys); what does not stand here has the papers' value.",
        f"study: {_text(f'{name} ({len(proposal.listed)} videos of our own)')}",
        "",
        f"# Clip length - interval - clips in a tuple: {task.used} of {task.videos} readable videos are long enough, {left_out} are left out of",
        f"# pretraining. Videos that fit: {fits}.",
        f"task: {task.task}",
        "seeds: [0]  # more seeds train as many networks; the summary then shows means",
        "",
        "data:",
        f"  {name if yaml.safe_load(name) == name else _text(name)}:",  # YAML reads on and no as other values
        f"    videos: {_text(relative(Path(options.videos), folder))}",
    ]
    if options.lists:
        lines.append(f"    lists: {_text(relative(Path(options.lists), folder))}  # columns path, label, role, group")
    lines += [
        f"    labels: {options.labels}  # or: folders (the first sub-folder of a video); a table may say them, too (lists: FILE.csv)",
        f"    groups: {_text(options.groups)}  # none, folders, or a regular expression: videos of a group are never divided between the lists",
        f"    validation_videos: {options.validation_videos}  # and a fifth of all videos is for tests",
        f"    allow_unreadable: {options.allow_unreadable}  # so many cannot be read and are left out; one more stops the study",
        f"    processes: {options.processes}",
    ]
    for section, comment in COMMENTS.items():
        values = _changed(getattr(proposal.sizes, section))
        if values:
            lines += ["", f"# {comment}", f"{section}:", *(f"  {key}: {_text(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _changed(section: Options) -> dict[str, Any]:
    """Return the options of a section that are not the papers'."""
    usual = type(section)()
    return {f.name: getattr(section, f.name) for f in fields(section) if getattr(section, f.name) != getattr(usual, f.name)}


def _text(value: object) -> str:
    """Return a value as YAML on one line: JSON is YAML, too."""
    return json.dumps(value, ensure_ascii=False)


def relative(path: Path, folder: Path) -> str:
    """Return how a study names a path: relative if it lies in the study's directory, else in full."""
    full, own = Path(os.path.abspath(path)), Path(os.path.abspath(folder))
    return str(full.relative_to(own)) if full.is_relative_to(own) else str(full)
