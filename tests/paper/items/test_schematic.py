"""Figures 1 to 3 of both papers: why clips, the framework, the blocks."""

import json
from dataclasses import replace
from itertools import combinations, permutations, product
from math import factorial

import numpy as np
import pytest
import torch
from matplotlib.patches import FancyBboxPatch, Polygon
from support.hand_made import ORDER, check_refused, check_texts, is_right, write
from support.helpers import vcop
from support.schematic import INPUTS
from torch import nn

from vcop.config.options import NetworkOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.networks.outline import outline_backbone
from vcop.networks.registry import BUILDERS, build_backbone
from vcop.paper.figures import framework, motivation_examples, network_blocks, style
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore

FILES = style.FILES
TASKS = ("16-8-2", "16-8-3", "16-8-4", "16-8-5")
SHUFFLED = {2: [1, 0], 3: [1, 2, 0], 4: [1, 3, 0, 2], 5: [2, 0, 4, 1, 3]}


def outlined(multiplier=0.125, crop=24, change=lambda network, backbone: None):
    """What `vcop outline` writes, of networks that ``change`` has altered."""
    with torch.device("meta"):
        clip, found = torch.empty(1, 3, 8, crop, crop), {}
        for network in BUILDERS:
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


@pytest.fixture(scope="module")
def made(store_path, tmp_path_factory):
    """A results folder with all that these items read."""
    root = tmp_path_factory.mktemp("made")
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
    return root


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Few pixels, one file: texts are measured in inches."""
    monkeypatch.setitem(style.RC, "savefig.dpi", 60)
    monkeypatch.setattr(style, "FILES", {".png": FILES[".png"]})


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


@pytest.mark.parametrize("item", INPUTS)
def test_no_text_is_clipped_small_or_covered(item, made, tmp_path, drawn):
    assert draw(item, made, tmp_path / "f", "--note", "half of a batch at a time, " * 5) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])


@pytest.mark.parametrize("item", ["cvpr2019_figure1", "tmm2020_figure2", "cvpr2019_figure3"])
def test_equal_inputs_give_equal_files(item, made, tmp_path, monkeypatch):
    monkeypatch.setattr(style, "FILES", FILES)
    for name in ("one", "two"):
        assert draw(item, made, tmp_path / name) == 0
    for suffix in FILES:
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


@pytest.mark.parametrize("task", [TASKS[0], TASKS[-1]])
def test_the_framework_of_the_shortest_and_the_longest_tuple(task, made, tmp_path, drawn):
    assert draw("cvpr2019_figure2", made, tmp_path / "f", task=task) == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])
    words, count = words_of(drawn[0]), Task.parse(task).tuple_length
    assert words.count("R3D") == count
    assert words.count("FC") == count * (count - 1) // 2 + 1
    for a, b in combinations(SHUFFLED[count], 2):
        assert f"$h_{{{a + 1}{b + 1}}}$" in words


def test_all_six_orders_stand_with_their_probabilities(made, tmp_path, drawn):
    assert draw("cvpr2019_figure2", made, tmp_path / "f") == 0
    words = words_of(drawn[0])
    assert {"123", "132", "213", "231", "312", "321"} <= set(words)
    # 1 .. 6 of 21, where the right order's 4 has changed places with the 5 of <3 1 2>.
    assert [w for w in words if "%" in w] == ["5 %", "10 %", "14 %", "24 % ✓", "19 %", "29 %"]


def test_of_many_orders_the_actual_one_and_the_most_probable_are_shown(store):
    example = framework.Example(**illustrated(store, "16-8-5"))
    unlikely = replace(
        example, probabilities=[0.0 if list(o) == example.order else 1 / 119 for o in Task.parse("16-8-5").orders]
    )
    for of in (example, unlikely):
        shown = dict(of.shown)
        assert len(shown) == 6
        assert shown[tuple(of.order)] == of.probabilities[Task.parse("16-8-5").orders.index(tuple(of.order))]
        assert sorted(shown) == list(shown)
    assert sorted(dict(example.shown).values()) == sorted(example.probabilities)[-6:]


def test_the_pictures_are_what_enters_the_network(store):
    example = framework.Example(**illustrated(store, "16-8-3"))
    pictures = example.pictures(store)
    assert pictures.shape == (3, 8, 16, 16, 3)
    video = next(v for v in store.videos if v.name == example.video)
    assert np.array_equal(pictures[1, 2], store.read(video, [example.clips[1][2]])[0, 2:18, 5:21])


def test_the_curriculum_has_its_steps_and_measured_accuracies(made, tmp_path, drawn):
    assert draw("tmm2020_figure2", made, tmp_path / "f") == 0
    words = words_of(drawn[0])
    assert {"tl = 3: 6 orders", "tl = 4: 24 orders", "tl = 5: 120 orders"} <= set(words)
    assert {"from random weights", "from 16-8-3", "from 16-8-4"} <= set(words)
    assert len([w for w in words if w.startswith("50.0 % right [")]) == 3
    chances = ["16.7", "4.2", "0.8"]
    assert [w for w in words if "chance" in w] == [f"of 20 test tuples; chance {chance} %" for chance in chances]


def test_the_blocks_are_the_modules(made, tmp_path, drawn):
    assert draw("cvpr2019_figure3", made, tmp_path / "f") == 0
    words = words_of(drawn[0])
    for text in (
        "3×3×3\n16 → 32", "3×3×3\n32 → 32", "pool 2×2×2\nstride 2",
        "3×3×3\n8 → 16\nstride 2", "3×3×3\n16 → 16", "1×1×1\n8 → 16\nstride 2",
        "1×3×3\n8 → 28\nstride 1×2×2", "3×1×1\n28 → 16\nstride 2×1×1", "1×1×1\n8 → 5\nstride 1×2×2",
    ):  # fmt: skip
        assert words.count(text) == 1, text
    assert words.count("1×3×3, 3×1×1 (2×)") == 4
    assert words.count("3×3×3 (2×) + pool") == 2
    assert "433,680 parameters" in words


def test_a_changed_kernel_changes_the_picture(tmp_path, drawn):
    def change(network, backbone):
        if network == "r3d":
            backbone.conv3.residual[0] = nn.Conv3d(8, 16, (3, 5, 5), (2, 2, 2), (1, 2, 2), bias=False)
            backbone.conv2.residual[3] = nn.Conv3d(8, 8, 1)

    (tmp_path / "outline.json").write_text(outlined(change=change))
    assert draw("tmm2020_figure3", tmp_path, tmp_path / "f") == 0
    words = words_of(drawn[0])
    assert "3×5×5\n8 → 16\nstride 2" in words
    assert "3×3×3\n8 → 16\nstride 2" not in words
    assert {"3×5×5, 3×3×3", "3×3×3, 1×1×1"} <= set(words)


def test_the_papers_widths_fit(tmp_path, drawn):
    (tmp_path / "outline.json").write_text(outlined(1.0, 112))
    assert draw("cvpr2019_figure3", tmp_path, tmp_path / "f") == 0
    check_texts(drawn[0])
    check_boxes(drawn[0])
    assert "14,361,792 parameters" in words_of(drawn[0])


def test_what_is_repeated_stands_once():
    def stage(*names):
        return [{"kind": "convolution", "kernel": [int(n) for n in name]} for name in names]

    assert network_blocks.stage_kernels(stage("377")) == "3×7×7"
    assert network_blocks.stage_kernels(stage("333", "333", "333")) == "3×3×3 (3×)"
    assert network_blocks.stage_kernels(stage("133", "311", "133", "311")) == "1×3×3, 3×1×1 (2×)"
    assert network_blocks.stage_kernels(stage("133", "311", "133")) == "1×3×3, 3×1×1, 1×3×3"


# Why clips: what is measured.

SHORT = Task.parse("3-2-3")


def filmed(*values):
    """A moment of three clips whose frames are of one grey level each: (3, SHOWN) numbers, and their means as the middle frames."""
    clips = np.array(values, np.uint8)[:, :, None, None, None] * np.ones((2, 2, 3), np.uint8)
    return motivation_examples.Moment(None, clips.mean(axis=1).astype(np.uint8), clips)


def test_an_order_and_its_reverse_differ_by_clips_only():
    moment = filmed([10, 11, 12, 13], [20, 21, 22, 23], [40, 41, 42, 43])
    assert moment.between_frames(motivation_examples.FORWARD) == [10, 20]
    assert moment.between_frames(motivation_examples.BACKWARD) == [20, 10]
    assert moment.between_clips(motivation_examples.FORWARD) == [7, 17]
    assert moment.between_clips(motivation_examples.BACKWARD) == [23, 13]
    assert moment.told == (True, 12 / 60)


def test_what_frames_do_not_leave_open_is_not_preferred():
    """Frames that go there and back: another order is smoother. A still video tells nothing."""
    back = filmed([10, 20, 30, 40], [90, 100, 110, 120], [30, 40, 50, 60])
    assert back.told[0] is False
    assert min(permutations(range(3)), key=lambda order: sum(back.between_frames(order))) in {(0, 2, 1), (1, 2, 0)}
    assert filmed([9] * 4, [9] * 4, [9] * 4).told == (True, 0)


def test_the_clearest_video_is_shown(store):
    task = Task.parse("16-8-3")
    videos = motivation_examples.usable_videos(store, TEST, task)
    best = motivation_examples.clearest_tuple(store, videos, task)
    all_of_them = [motivation_examples.Moment.read(store, v, task, (v.count - task.window) // 2) for v in videos]
    assert best.told == max(moment.told for moment in all_of_them)
    assert best.told > (True, 0.1)
    first = (best.video.count - task.window) // 2
    assert np.array_equal(best.frames, store.read(best.video, [first + k + 8 for k in (0, 24, 48)]))
    assert np.array_equal(best.clips[1], store.read(best.video, [first + 24 + k for k in (0, 5, 10, 15)]))


def test_at_most_a_hundred_videos_are_looked_at_whatever_their_order(store):
    videos = store.videos * 2
    assert len(motivation_examples.draw_candidates(videos)) == 100
    assert motivation_examples.draw_candidates(store.videos) == motivation_examples.draw_candidates(store.videos[::-1])


def slowly(near, task):
    """The same number by loops over all pairs of tuples."""
    length, starts = task.clip_length, task.starts
    best = (np.inf, 0, 0)
    for one, other in product(range(len(near) - task.window + 1), repeat=2):
        pairs = [(one + a, other + b) for a, b in zip(starts, starts[::-1], strict=True)]
        frames = np.mean([near[a + length // 2, b + length // 2] for a, b in pairs])
        clips = np.mean([near[a + i, b + i] for a, b in pairs for i in range(length)])
        within = [near[s + a + length // 2, s + b + length // 2] for s in (one, other) for a, b in combinations(starts, 2)]
        least = min(clips, *within)
        best = min(best, (frames / least if least > 0 and one != other else np.inf, one, other))
    return best


def test_tuples_in_opposite_order_are_found(rng):
    """A pendulum: its frames are passed in both directions."""
    place = np.cos(np.arange(40) / 6) * 100 + rng.normal(0, 1, 40)
    near = np.abs(place[:, None] - place[None, :]).astype(np.float32)
    score, one, other = motivation_examples.reversed_likeness(near, SHORT)
    assert (score, one, other) == (pytest.approx(slowly(near, SHORT)[0], rel=1e-5), *slowly(near, SHORT)[1:])
    assert score < 0.5
    for a, b in zip(SHORT.starts, SHORT.starts[::-1], strict=True):
        assert near[one + a + 1, other + b + 1] < 10


def test_a_still_video_has_no_opposite_tuples():
    assert motivation_examples.reversed_likeness(np.zeros((20, 20), np.float32), SHORT)[0] == np.inf


def test_the_training_video_is_the_one_that_is_most_alike(store):
    task = Task.parse("16-8-3")
    videos = motivation_examples.usable_videos(store, TRAIN, task)
    first, second = motivation_examples.opposite_tuples(store, videos, task)
    found = {
        v.name: motivation_examples.reversed_likeness(motivation_examples.frame_differences(store, v), task) for v in videos
    }
    assert first.video == second.video
    score, one, other = found[first.video.name]
    assert score == min(lowest for lowest, _, _ in found.values()) < np.inf
    assert one != other
    for moment, start in ((first, one), (second, other)):
        assert np.array_equal(moment.frames[0], store.read(moment.video, [start + 8])[0])


def test_training_and_test_video_are_of_one_class(made, tmp_path, drawn):
    assert draw("tmm2020_figure1", made, tmp_path / "f") == 0
    words = words_of(drawn[0])
    name = next(w for w in words if w.startswith("(a)")).split("video of ")[1].split(" show")[0]
    assert [w for w in words if w.startswith(("(b)", "(c)"))] == [
        f"(b) Test: frames of {name}: an order and its reverse fit alike",
        f"(c) Test: clips of {name}: in the right order each begins as the one before ends",
    ]
    assert words.count("equal") == 1


@pytest.mark.parametrize(
    ("item", "but", "said"),
    [
        ("cvpr2019_figure2", "16-8-3", "cvpr2019_figure2: no illustration of R3D, 16-8-3 among the files given"),
        ("tmm2020_figure2", "illustrate/r3d/16-8-5", "tmm2020_figure2: no illustration of R3D, 16-8-5 among the files given"),
        ("tmm2020_figure2", "order/r3d/16-8-4", "tmm2020_figure2: no result for R3D, 16-8-4 among the files given"),
    ],
)
def test_a_missing_run_is_named_in_one_line(item, but, said, made, tmp_path, capsys):
    check_refused(draw(item, made, tmp_path / "t", but=but), said, tmp_path, capsys)


def test_files_of_another_version_or_study_are_named(made, store, store_path, tmp_path, capsys):
    folder = tmp_path / "out"
    folder.mkdir()
    odd = tmp_path / "illustrate/r3d/16-8-3/seed-0.json"
    odd.parent.mkdir(parents=True)
    frames = made / "frames/ucf101.h5"
    whole = illustrated(store, "16-8-3")
    for found, said in (
        ({k: v for k, v in whole.items() if k != "crop"}, "seed-0.json: not what this version of `vcop illustrate` writes"),
        (whole | {"frames": "other"}, f"ucf101.h5: not the frame store that {whole['video']} was illustrated from"),
    ):
        odd.write_text(json.dumps(found))
        check_refused(draw("cvpr2019_figure2", made, folder / "t", inputs=[frames, odd]), said, folder, capsys)
    odd.write_text("{}")
    said = "seed-0.json: not what this version of `vcop outline` writes"
    check_refused(draw("tmm2020_figure3", made, folder / "t", inputs=[odd]), said, folder, capsys)
    said = "cvpr2019_figure3: no outline of the networks among the files given"
    check_refused(draw("cvpr2019_figure3", made, folder / "t", inputs=[frames]), said, folder, capsys)
    said = "ucf101.h5: no video of split 1 has the 2416 frames of a tuple 800-8-3: nothing can be shown"
    check_refused(draw("cvpr2019_figure1", made, folder / "t", task="800-8-3"), said, folder, capsys)
