"""Results made by hand, so that every number of every item is known; and how an item is drawn from them."""

import csv
import json
from itertools import combinations, product

from matplotlib.text import Text
from support.helpers import vcop

NETWORKS, DATASETS = ("c3d", "r3d", "r21d"), ("ucf101", "hmdb51")
RUNS = [(n, f"16-{it}-{tl}") for n in NETWORKS for it in (8, 16) for tl in (3, 4, 5)]
RUNS += [("c3d", "16-8-4-scratch"), ("r3d", "16-8-3-hard"), ("r3d", "16-16-3-long")]
TRAINED_ON = {"3": 460, "4": 400, "5": 300}
CHANCES = {"clip": "0.1,0.2,0.3,0.4,0.5", "video": "0.1,0.3,0.5,0.6,0.9"}
RETRIEVAL = "level,video,clip,class,rank,first,second,chance_1,chance_5,chance_10,chance_20,chance_50"
ORDER, HISTORY = "video,order,predicted,right,probability", "epoch,loss,accuracy,validation_loss,validation_accuracy"

# How many of each four test videos are right: retrieved by the last stage's features, or recognised.
SHARES = {
    "c3d": {"random": 1, "16-8-3": 4, "16-8-4": 3, "16-8-5": 2},
    "r3d": {"random": 2, "16-8-3": 2, "16-8-3-hard": 3, "16-8-4": 4, "16-8-5": 1},
    "r21d": {"random": 1, "16-8-3": 0, "16-8-4": 2, "16-8-5": 3},
}
LONG = {"16-16-3": 1, "16-16-4": 2, "16-16-5": 3}  # of all networks
BY_LAYER = {"conv1": 1, "conv2": 3, "conv3": 4, "conv4": 2}  # retrieved by 16-8-3
FROZEN = {"conv2": 3, "conv3": 2, "conv4": 1, "conv5": 0}  # recognised after fine-tuning from there on

INPUTS = {
    "cvpr2019_table1": ["order/*/16-8-3/seed-0.csv"],
    "cvpr2019_table2": ["retrieval/ucf101/*/*/*.csv"],
    "cvpr2019_table3": ["retrieval/hmdb51/*/*/*.csv"],
    "cvpr2019_table4": ["recognition/*/*/*/*/*.csv"],
    "cvpr2019_figure4": ["frames/ucf101.h5", "retrieval/ucf101/*/16-8-3/*.csv"],
    "cvpr2019_figure5": ["retrieval/ucf101/*/*/*.csv", "retrieval/hmdb51/*/*/*.csv"],
    "cvpr2019_figure6": ["frames/*.h5", "retrieval/*-in-*/r3d/16-8-3/*.csv"],
    "tmm2020_table1": ["order/*/*/seed-0.csv", "pretrain/*/*/seed-0/provenance.json", "mine/r3d/16-8-3/seed-0/classes.csv"],
    "tmm2020_table2": ["retrieval/ucf101/*/*/*.csv", "mine/r3d/16-8-3/seed-0/classes.csv"],
    "tmm2020_table3": ["retrieval/hmdb51/*/*/*.csv", "mine/r3d/16-8-3/seed-0/classes.csv"],
    "tmm2020_table4": ["retrieval/ucf101/*/16-8-3/*.csv"],
    "tmm2020_table5": ["recognition/*/*/*/*/*.csv", "mine/r3d/16-8-3/seed-0/classes.csv"],
    "tmm2020_figure4": ["pretrain/*/*/seed-[01]/history.csv", "mine/r3d/16-8-3/seed-[01]/classes.csv"],
    "tmm2020_figure5": ["order/r3d/16-8-3*/seed-0.csv", "mine/r3d/16-8-3/seed-0/classes.csv"],
    "tmm2020_figure6": ["retrieval/ucf101/*/*/*.csv", "mine/r3d/16-8-3/seed-0/classes.csv"],
    "tmm2020_figure7": ["retrieval/ucf101/*/*/*.csv", "retrieval/hmdb51/*/*/*.csv"],
    "tmm2020_figure8": ["frames/ucf101.h5", "retrieval/ucf101/*/*/*.csv"],
    "tmm2020_figure9": ["frames/*.h5", "retrieval/*-in-*/r3d/16-8-4/*.csv"],
    "tmm2020_figure10": ["recognition/ucf101-1/r3d/16-8-3/*/*.csv"],
    "tmm2020_claims": [],  # drawn from support.made_study
    "beyond_curriculum": [
        "order/c3d/16-8-4*/*.csv",
        "order/r3d/16-8-3*/*.csv",
        "pretrain/c3d/16-8-4*/*/history.csv",
        "mine/r3d/*/*/*.csv",
    ],
}


def is_right(i, share):
    """Whether the i-th video is among the ``share`` of each four."""
    return int((0, 2, 1, 3)[i % 4] < share)


def ordered(network, task):
    """c3d orders every video, or from scratch every fourth; r3d every second, after hard ones 3 of 4; r21d none."""
    variant = task[7:]
    return {"c3d": 1 if variant == "scratch" else 4, "r3d": 3 if variant == "hard" else 2, "r21d": 0}[network]


def share_of(network, weights):
    """Of each four videos."""
    return (SHARES[network] | LONG)[weights]


def recognised(share, split):
    """Other splits are right where split 1 is wrong: a mean over three cannot pass for split 1."""
    return share if split == 1 else 4 - share


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n")


def write_run(root, network, task, seed, videos):
    """A pretraining as it is left, whose accuracies rise by 1 % an epoch (validation) and by twice that."""
    rows = [f"{v},0,0,{is_right(i + seed, ordered(network, task))},0.5" for i, v in enumerate(videos)]
    write(root / f"order/{network}/{task}/seed-{seed}.csv", ORDER, rows)
    epochs = 80 if task.endswith("long") else 40
    rows = [f"{e},1.5,{min(1, 0.02 * e)},1.5,{min(1, 0.01 * e)}" for e in range(1, epochs + 1)]
    write(root / f"pretrain/{network}/{task}/seed-{seed}/history.csv", HISTORY, rows)
    videos = {"training": TRAINED_ON[task.split("-")[2]] - 100 * task.endswith("hard") - seed, "validation": 60, "test": 20}
    write(root / f"pretrain/{network}/{task}/seed-{seed}/provenance.json", json.dumps({"videos": videos}), [])


def write_mined(root, seed, dropped=(3, 0, 1)):
    """What mining leaves of 460 videos: seed 0 drops three of a class, seed 1 none, seed 2 one."""
    rows = [f"a,{100 - dropped[seed]},{dropped[seed]}", "b,360,0"]
    write(root / f"mine/r3d/16-8-3/seed-{seed}/classes.csv", "class,kept,dropped", rows)


def write_retrieval(path, share, test, train):
    """Two clips a video, whose first right neighbours are the 3rd and the 12th; the video's is the 3rd. Chance is 1/10 to 1/2."""
    rows = [
        f"{level},{v},{c},{v.split('/')[0]},{rank if is_right(i, share) else 0},{train[i]},{train[-1 - i]},{CHANCES[level]}"
        for level, ranks in (("clip", (3, 12)), ("video", (3,)))
        for i, v in enumerate(test)
        for c, rank in enumerate(ranks)
    ]
    write(path, RETRIEVAL, rows)


def write_recognition(root, folder, share, test):
    rows = [f"{v},{v.split('/')[0]},0,{is_right(i, share)}" for i, v in enumerate(test)]
    write(root / f"recognition/{folder}/seed-0.csv", "video,class,predicted,right", rows)


def write_all(root, test, train):
    """What the rules of both papers make, without the frames."""
    for seed, (network, task) in product((0, 1, 2), RUNS):
        write_run(root, network, task, seed, test)
    for seed in (0, 1, 2):
        write_mined(root, seed)
    for network in NETWORKS:
        for weights, pair in product(SHARES[network] | LONG, (*DATASETS, "ucf101-in-hmdb51", "hmdb51-in-ucf101")):
            path = root / f"retrieval/{pair}/{network}/{weights}/conv5-seed-0.csv"
            write_retrieval(path, share_of(network, weights), test, train)
        for layer, share in BY_LAYER.items():
            write_retrieval(root / f"retrieval/ucf101/{network}/16-8-3/{layer}-seed-0.csv", share, test, train)
        for (weights, share), d, split in product(SHARES[network].items(), DATASETS, (1, 2, 3)):
            if split > 1 and weights not in ("random", "16-8-3"):
                continue  # the curricula's rows are of split 1
            names = test if split == 1 else [f"{v.removesuffix('.avi')}-{split}.avi" for v in test]
            write_recognition(root, f"{d}-{split}/{network}/{weights}/from-conv1", recognised(share, split), names)
    for layer, share in FROZEN.items():
        write_recognition(root, f"ucf101-1/r3d/16-8-3/from-{layer}", share, test)


def draw(item, results, out, but="nothing", *more):
    """Render an item from its inputs, without those whose path contains ``but``."""
    files = [p for pattern in INPUTS[item] for p in sorted(results.glob(pattern)) if but not in p.as_posix()]
    words = ("--study", "a <hand-made> study", "--task", "16-8-3", *more)
    return vcop("render", item, *words, "--inputs", *files, "--out", out)


def check_refused(code, said, folder, capsys):
    """An item that was drawn to ``folder`` said ``said`` in one line and wrote nothing."""
    error = capsys.readouterr().err.strip()
    assert code == 1
    assert said in error
    assert "\n" not in error
    assert not list(folder.iterdir())


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def beyond_the_axes(figure):
    """Labels of ticks outside of what an axis shows: there, but never drawn."""
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


def check_texts(figure):
    """No text is clipped, small or covered by another: measured on the renderer's boxes."""
    figure.canvas.draw()  # anew: the PDF, written last, has other pixels
    width, height = figure.canvas.get_width_height()
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    texts = [t for t in texts if t.axes is None or (t.axes.get_visible() and t.axes.axison)]
    never = set(beyond_the_axes(figure))
    texts = [t for t in texts if t not in never]
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts]
    for text, box in boxes:
        assert -1 <= box.x0 <= box.x1 <= width + 1, text
        assert -1 <= box.y0 <= box.y1 <= height + 1, text
    for (one, a), (other, b) in combinations(boxes, 2):
        overlap = min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
        assert not overlap, (one, other)
    assert min(t.get_fontsize() for t in texts) >= 7
