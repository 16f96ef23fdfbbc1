"""Hand-made results of the schematic figures (Figures 1 to 3), and how these are drawn from them."""

import json
from math import factorial

import numpy as np
import torch
from matplotlib.patches import FancyBboxPatch, Polygon
from support.hand_made import ORDER, is_right, write
from support.helpers import vcop

from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import NetworkOptions
from vcop.datasets.splits import TEST
from vcop.networks.outline import outline_backbone
from vcop.networks.registry import build_backbone
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore

INPUTS = {
    "cvpr2019_figure1": ["frames/ucf101.h5"],
    "cvpr2019_figure2": ["frames/ucf101.h5", "illustrate/r3d/*/*.json"],
    "cvpr2019_figure3": ["outline.json"],
    "tmm2020_figure1": ["frames/ucf101.h5"],
    "tmm2020_figure2": ["frames/ucf101.h5", "illustrate/r3d/*/*.json", "order/r3d/*/*.csv"],
    "tmm2020_figure3": ["outline.json"],
}
TASKS = ("16-8-2", "16-8-3", "16-8-4", "16-8-5")
SHUFFLED = {2: [1, 0], 3: [1, 2, 0], 4: [1, 3, 0, 2], 5: [2, 0, 4, 1, 3]}


def outlined(multiplier=0.125, crop=24, change=lambda network, backbone: None):
    """What `vcop outline` writes, of networks that ``change`` has altered."""
    with torch.device("meta"):
        clip, found = torch.empty(1, 3, 8, crop, crop), {}
        for network in PAPER_NETWORKS:
            backbone = build_backbone(network, NetworkOptions(multiplier=multiplier))
            change(network, backbone)
            found[network] = outline_backbone(backbone, clip)
    return json.dumps({"multiplier": multiplier, "input": list(clip.shape[1:]), "networks": found})


def illustrated(store, name, seed=0):
    """What `vcop illustrate` writes of a task: the right order is the most probable but one."""
    task = Task.parse(name)
    video = store.of(1, TEST)[0]  # too short for five clips: looped
    order = SHUFFLED[task.tuple_length]
    likely = np.arange(1, factorial(task.tuple_length) + 1, dtype=float)
    place = task.orders.index(tuple(order))
    likely[[place, -2]] = likely[[-2, place]]
    clips = [[(task.starts[k] + i) % video.count for i in range(0, task.clip_length, 2)] for k in order]
    return {
        "network": "r3d", "task": name, "frames": store.digest, "video": video.name, "clips": clips, "crop": [2, 5, 16],
        "order": order, "probabilities": (likely / likely.sum()).round(6).tolist(),
    }  # fmt: skip


def write_all(root, store_path):
    """Write all that the schematic figures read."""
    store = FrameStore(store_path)
    (root / "frames").mkdir()
    (root / "frames/ucf101.h5").symlink_to(store_path)
    (root / "outline.json").write_text(outlined())
    for task in TASKS:
        path = root / f"illustrate/r3d/{task}/seed-0.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(illustrated(store, task)))
        rows = [f"{v.name},0,0,{is_right(i, 2)},0.5" for i, v in enumerate(store.of(1, TEST))]
        write(root / f"order/r3d/{task}/seed-0.csv", ORDER, rows)


def draw(item, root, out, *more, but="nothing", task="16-8-3", inputs=None):
    files = [p for pattern in INPUTS[item] for p in sorted(root.glob(pattern)) if but not in p.as_posix()]
    words = ("--study", "a <hand-made> study", "--task", task, *more)
    return vcop("render", item, *words, "--inputs", *(inputs or files), "--out", out)


def words_of(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def check_boxes(figure):
    """What is written in a box stays within it."""
    figure.canvas.draw()
    (ax,) = figure.axes
    boxes = [patch.get_window_extent() for patch in ax.patches if isinstance(patch, FancyBboxPatch | Polygon)]
    for text in ax.texts:
        extent = text.get_window_extent()
        x, y = (extent.x0 + extent.x1) / 2, (extent.y0 + extent.y1) / 2
        around = [b for b in boxes if b.x0 < x < b.x1 and b.y0 < y < b.y1]
        if around:
            least = min(around, key=lambda box: box.width * box.height)
            assert least.x0 <= extent.x0 < extent.x1 <= least.x1, text.get_text()
            assert least.y0 <= extent.y0 < extent.y1 <= least.y1, text.get_text()
