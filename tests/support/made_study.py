"""A made-up study with several seeds, whose accuracies are given: all files that the claims page reads."""

import json
from itertools import product

NETWORKS, DATASETS, KS = ("c3d", "r3d", "r21d"), ("ucf101", "hmdb51"), (1, 5, 10, 20, 50)
TASKS = [f"16-{it}-{tl}" for it in (8, 16) for tl in (3, 4, 5)]
EXTRA = [
    ("c3d", "16-8-4-scratch"),
    ("c3d", "16-8-4-direct"),
    ("r3d", "16-8-3-hard"),
    ("r3d", "16-8-3-more"),
    ("r3d", "16-16-3-long"),
]
EPOCHS = {"16-8-3": 30, "16-8-4": 10, "16-8-5": 5, "16-8-4-direct": 40, "16-8-3-hard": 10, "16-8-3-more": 10}
TRAINED_ON = {"3": 100, "4": 90, "5": 80}
# Three of four classes have four groups of two videos in the test list, one has none; four videos of ten are 40 %.
VIDEOS = [
    f"{name}/v_{name}_g{g:02d}_c{c:02d}.avi" for name in ("Fall", "Jump", "Wave", "Turn") for g in range(10) for c in (1, 2)
]


def better(setting):
    """Percent right at k = 1, so that every claim of differences holds: the more of the papers' means, the better."""
    weights = [part for part in setting.split("/") if part[0].isdigit()]
    task = weights[0] if weights else ""
    value = 10 + 30 * bool(task)
    kind = setting.split("/")[0]
    if kind == "order":
        value = {"16-8-3": 85, "16-8-4": 65, "16-8-5": 45}.get(task, 60)
        value -= 40 * task.endswith(("scratch", "direct", "more")) - 30 * task.endswith(("hard", "long"))
        return value
    value += 12 * task.startswith("16-8-4") + 24 * task.startswith("16-8-5") + 15 * task.endswith("hard")
    if "16-16" in task:
        value = 70 if "c3d" in setting else 10
    value += 12 * ("from-conv2" in setting or "conv3" in setting) - 15 * (
        "r21d" in setting and kind == "retrieval" and bool(task)
    )
    if kind == "recognition":
        value += 15 * ("c3d" in setting and not task) - 10 * ("c3d" in setting and bool(task))
    return value


def right_of(i, seed, percent):
    """Whether the i-th video is right: so many percent of them, others in each seed but for a few videos the same number."""
    return (i * 37 + 3 * seed) % len(VIDEOS) < len(VIDEOS) * percent / 100


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n")


def write_study(root, seeds=(0, 1, 2), percent=better, epochs=EPOCHS, dropped=20):
    """Write all result files; return them."""
    for seed in seeds:
        for network, task in [*product(NETWORKS, TASKS), *EXTRA]:
            write_order(root, network, task, seed, percent(f"order/{network}/{task}"))
            write_training(root, network, task, seed, epochs, dropped)
        for network, dataset in product(NETWORKS, DATASETS):
            weights = ["random", "16-8-3", "16-8-4", "16-8-5", *["16-8-3-hard", "16-8-3-more"] * (network == "r3d")]
            for name in [*weights, *[task for task in TASKS if "16-16" in task] * (dataset == "ucf101")]:
                write_retrieval(root, f"retrieval/{dataset}/{network}/{name}/conv5", seed, percent)
            for layer in ("conv1", "conv2", "conv3", "conv4") * (dataset == "ucf101"):
                write_retrieval(root, f"retrieval/{dataset}/{network}/16-8-3/{layer}", seed, percent)
            for name in (name for name in weights if not name.endswith("more")):
                splits = (1, 2, 3) if name in ("random", "16-8-3") else (1,)
                for split in splits:
                    write_recognition(root, f"{network}/{name}/from-conv1", dataset, split, seed, percent)
        for layer in ("conv2", "conv3", "conv4", "conv5"):
            write_recognition(root, f"r3d/16-8-3/from-{layer}", "ucf101", 1, seed, percent)
        for name in [*(f"{n}/{w}" for n in NETWORKS for w in ("16-8-3", "supervised")), "question-only"]:
            rows = [
                f"v{i},v{i}_{q},{q},{int(right_of(i, seed, percent(f'answers/{name}')))}" for i in range(80) for q in (0, 1)
            ]
            write(root / f"answers/{name}/seed-{seed}.csv", "video,question,type,right", rows)
    return sorted(path for path in root.rglob("*.*") if path.is_file())


def write_order(root, network, task, seed, percent):
    rows = [f"{v},0,0,{int(right_of(i, seed, percent))},0.5" for i, v in enumerate(VIDEOS)]
    write(root / f"order/{network}/{task}/seed-{seed}.csv", "video,order,predicted,right,probability", rows)


def write_training(root, network, task, seed, epochs, dropped):
    count = epochs.get(task, 10 * (1 + task.endswith("long")))
    folder = root / f"pretrain/{network}/{task}/seed-{seed}"
    write(folder / "history.csv", "epoch,loss", [f"{e},1" for e in range(1, count + 1)])
    videos = TRAINED_ON[task.split("-")[2]] - dropped * task.endswith("hard")
    write(folder / "provenance.json", json.dumps({"videos": {"training": videos}}), [])


def write_retrieval(root, setting, seed, percent):
    """Two points more at each further k, of clips and of videos alike."""
    rows = []
    for i, v in enumerate(VIDEOS):
        rank = next((k for step, k in enumerate(KS) if right_of(i, seed, percent(setting) + 2 * step)), 0)
        rows += [f"{level},{v},0,{v.split('/')[0]},{rank},a,b" for level in ("clip", "video")]
    write(root / f"{setting}-seed-{seed}.csv", "level,video,clip,class,rank,first,second", rows)


def write_recognition(root, name, dataset, split, seed, percent, epochs=20):
    videos = [v.replace("_g", f"_g{split}") for v in VIDEOS]
    rows = [f"{v},0,0,{int(right_of(i, seed, percent(f'recognition/{dataset}/{name}')))}" for i, v in enumerate(videos)]
    write(root / f"recognition/{dataset}-{split}/{name}/seed-{seed}.csv", "video,class,predicted,right", rows)
    folder = root / f"finetune/{dataset}-{split}/{name}/seed-{seed}"
    write(folder / "history.csv", "epoch,loss", [f"{e},1" for e in range(1, epochs + 1)])
    write(folder / "provenance.json", json.dumps({"videos": {"training": 50}}), [])
