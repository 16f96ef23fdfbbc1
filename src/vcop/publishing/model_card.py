"""The model card of published weights: README.md with the metadata that model hubs read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import yaml

from vcop.publishing.measured_results import Result, StudyResults
from vcop.runtime.printing import printable
from vcop.sampling.tasks import order_task
from vcop.storage.published_names import PUBLISHED

NAMES = {"c3d": "C3D", "r3d": "R3D", "r21d": "R(2+1)D"}
CITATION = (
    "Xu et al., *Self-supervised Spatiotemporal Learning via Video Clip Order Prediction*, CVPR 2019; Xiao et al., *Explore Video Clip "
    "Order with Self-Supervised and Curriculum Learning for Video Applications*, IEEE TMM 2020."
)


def model_card(about: Mapping[str, Any], study: StudyResults, *, name: str, weights_file: str, datasets: Sequence[str]) -> str:
    """Return README.md: metadata in YAML, then what the weights are, how to load them, and what was measured.

    Args:
        about: What the weights file says.
        study: Results of the study.
        name: Name of the model.
        weights_file: Name of the weights file.
        datasets: Data sets that the network was trained on, as hubs name them.
    """
    # Anybody may have written the weights file: a line break or a tag in it must not become part of the page.
    about = {key: escape(printable(value), quote=False) if isinstance(value, str) else value for key, value in about.items()}
    front = yaml.safe_dump(_metadata(about, study, name, datasets), sort_keys=False, allow_unicode=True)
    parts = [f"---\n{front}---", f"# {name}", _description(about, study), _input(about), _usage(weights_file), _results(study)]
    parts += [f"Method: {CITATION} Made by vcop {about.get('vcop', '')}, licence {about.get('licence', 'MIT')}."]
    return "\n\n".join(part for part in parts if part) + "\n"


def _metadata(about: Mapping[str, Any], study: StudyResults, name: str, datasets: Sequence[str]) -> dict[str, Any]:
    """Return the metadata: licence, library, tags, data sets, and the results as a model index."""
    metadata: dict[str, Any] = {
        "license": str(about.get("licence", "MIT")).lower(),
        "library_name": "vcop",
        "pipeline_tag": "video-classification" if "classes" in about else "feature-extraction",
        "tags": ["video", *_method_tags(about), about["network"]],
    }
    if datasets:
        metadata["datasets"] = list(datasets)
    if study.results:
        metadata["metrics"] = ["accuracy"]
        entries = [_index_entry(result, study) for result in study.results]
        metadata["model-index"] = [{"name": name, "results": entries}]
    return metadata


def _method_tags(about: Mapping[str, Any]) -> list[str]:
    """Return the tags of order prediction. Other pretext tasks have none: one of them is supervised."""
    return ["self-supervised-learning", "video-clip-order-prediction"] if order_task(about.get("task", "")) else []


def _index_entry(result: Result, study: StudyResults) -> dict[str, Any]:
    """Return one result of the model index."""
    value, low, high = (round(number, 1) for number in result.measured.numbers)
    where = f"synthetic videos in the layout of {result.dataset}" if study.synthetic else result.dataset
    kind = "synthetic" if study.synthetic else result.dataset
    return {
        "task": {"type": "video-classification", "name": result.measure},
        "dataset": {"type": kind, "name": where},
        "metrics": [{"type": "accuracy", "value": value, "name": f"{result.measure}; 95 % interval {low} to {high}"}],
    }


def _description(about: Mapping[str, Any], study: StudyResults) -> str:
    """Say what the network is, what it has learned, and on what."""
    width = about["multiplier"]
    network = f"{NAMES.get(about['network'], about['network'])} backbone" + (
        "" if width == 1 else f" of {width:g} times the papers' width"
    )
    videos = "synthetic videos" if study.synthetic else "videos"
    if "classes" in about:
        learned = f"fine-tuned to recognise {len(about['classes'])} actions ({about['dataset']}, split {about['split']})"
    elif order_task(about.get("task", "")):
        learned = f"trained without labels to predict the order of shuffled clips of {videos} (task {about['task']})"
    elif "task" in about:
        learned = f"pretrained on {videos} by the task {about['task']}"
    else:
        learned = "as its file says (random or converted weights)"
    origin = f" Study: {about['study']}; seed {about.get('seed', 'unknown')}." if "study" in about else ""
    origin += f" It started from {about['start']}." if "start" in about else ""
    return f"A {network}, {learned}.{origin}"


def _input(about: Mapping[str, Any]) -> str:
    """Say what has to enter the network."""
    if not {"crop", "frame_stride", "input_mean", "input_gain"} <= about.keys():
        return "The file does not say what has to enter the network."
    size = f"resized to {about['height']}x{about['width']} pixels, " if "height" in about else ""
    frames = -(-about.get("clip_length", 16) // about["frame_stride"])
    assumed = (
        f" This is the papers' input; the files of {PUBLISHED} do not say theirs." if about.get("names") == PUBLISHED else ""
    )
    return (
        f"Input: clips (batch, 3, {frames}, {about['crop']}, {about['crop']}); every {about['frame_stride']}. frame of "
        f"{about.get('clip_length', 16)}, {size}cropped to {about['crop']}x{about['crop']}, RGB x in [0, 1] as (x - {about['input_mean']:g}) * "
        f"{about['input_gain']:g}.{assumed}"
    )


def _usage(weights_file: str) -> str:
    """Say how the weights are loaded."""
    return f"""## Use

```python
import vcop

backbone = vcop.load_backbone("{weights_file}")  # clips (B, 3, L, H, W) to features (B, D)
inputs = vcop.run_options("{weights_file}", vcop.InputOptions)
```

```bash
vcop embed --weights {weights_file} --help  # features of video files
```

`config.json` says the same as the header of the weights file."""


def _results(study: StudyResults) -> str:
    """Return the table of results."""
    if not study.results:
        return ""
    on = (
        "synthetic videos, so they cannot be compared with the papers' numbers"
        if study.synthetic
        else "the study's test videos"
    )
    rows = [
        f"| {r.measure} | {r.dataset} | {r.measured.value:.1f} [{r.measured.low:.1f}, {r.measured.high:.1f}] | {r.measured.n} |"
        for r in study.results
    ]
    head = "| measured | data set | percent | test videos |\n|---|---|---|---|\n"
    note = f"Measured on {on}, of these weights alone (one seed). Intervals: 95 %, over groups of test videos."
    return f"## Results\n\n{head}" + "\n".join(rows) + f"\n\n{note}"
