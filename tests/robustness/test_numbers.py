"""Numbers that are not finite, and data sets that are odd: each ends in a line that names what it is of, or goes on as is stated."""

import json
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from support.answering import command as answer
from support.answering import made as questions  # noqa: F401
from support.helpers import FRAMES, vcop
from support.pretraining import NARROW, start, words  # noqa: F401
from support.toy_training import Points, trainer

from vcop.config.data_options import FrameOptions
from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, FinetuneOptions, InputOptions, MachineOptions, PretrainOptions
from vcop.datasets.splits import TEST, TRAIN, UNUSED, OfficialSplits
from vcop.storage import feature_store, sanity, weights
from vcop.storage.frame_store import FrameStore, Video
from vcop.storage.frame_writer import DecodedVideo, encode_frame, write_store
from vcop.storage.sealing import STATE
from vcop.training import checkpoints
from vcop.video import ffmpeg

RAW = FrameOptions(height=20, width=27, codec="raw")
SETTING = flags(RAW, InputOptions(crop=16), NARROW, ComputeOptions()).split()
SHORT = ("--task", "8-0-2", "--clip-length", 8)


# -- numbers


class Poisoned(Points):
    """Points of which one is no number in the second epoch."""

    def __getitem__(self, key):
        sample = super().__getitem__(key)
        return sample | {"x": sample["x"] * float("nan")} if key == (1, 7) else sample


@pytest.mark.parametrize("loop", [{}, {"accumulate": 2}, {"optimiser": "adamw"}])
@pytest.mark.parametrize("minutes", [0, 60])
def test_a_rerun_says_the_same_and_saves_nothing_bad(tmp_path, loop, minutes):
    machine, said = MachineOptions(device="cpu", save_minutes=minutes), []
    for _ in range(3):
        with pytest.raises(
            ValueError, match=r"the loss is nan in epoch 2, step \d, on .*\b7\b.*last good state is kept in .*state.pt"
        ) as stopped:
            trainer(tmp_path, train=Poisoned(45, noise=0.1), machine=machine, **loop).fit()
        said.append(str(stopped.value))
        kept = checkpoints.load_checkpoint(tmp_path / "state.pt", checkpoints.fingerprint({"epochs": 4}))
        assert all(torch.isfinite(v).all() for v in kept["model"].values())
    assert len(set(said)) == 1
    step = int(said[0].split("step ")[1].split(",")[0])
    assert kept["running"]["step"] == (step - 1 if minutes == 0 else 0)


def test_weights_that_overflow_are_never_saved(tmp_path):
    """After a step whose loss and gradients are finite, and before one that would show it."""
    made = trainer(tmp_path)
    step, steps = made.optimiser.step, iter(range(3))

    def overflowing():
        step()
        if next(steps, None) is None:
            made.model[4].bias.data[0] = float("inf")

    made.optimiser.step = overflowing
    with pytest.raises(ValueError, match=r"the weight 4\.bias is nan in epoch 1, step 5"):
        made.fit()
    kept = checkpoints.load_checkpoint(tmp_path / "state.pt", checkpoints.fingerprint({"epochs": 4}))
    assert kept["running"]["step"] == 3
    assert all(torch.isfinite(v).all() for v in kept["model"].values())


def test_the_videos_of_a_validation_loss_are_named(tmp_path):
    class Bad(Points):
        def __getitem__(self, key):
            sample = super().__getitem__(key)
            return sample | {"x": sample["x"] * float("inf")} if key[1] == 9 else sample

    expected = r"the validation loss is nan in epoch 1, step \d+, on 8, 9, 10, 11, 12, 13, 14, 15; "
    with pytest.raises(ValueError, match=expected):
        trainer(tmp_path, validation=Bad(20)).fit()


@pytest.mark.parametrize("more", [("--precision", "bf16"), ("--accumulate", 2, "--gpus", 2)])
def test_the_verb_stops_within_a_step(store_path, start, tmp_path, more):  # noqa: F811
    """At a rate that spoils the weights in the first step, in bf16 and in two processes: a rerun says the same."""
    options = PretrainOptions(epochs=2, learning_rate=1e30)
    made = words(store_path, start, tmp_path, options=options, machine=MachineOptions(device="cpu", save_minutes=0))
    command, said = [sys.executable, "-m", "vcop", *made, *map(str, more)], set()
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        said |= {line for line in done.stderr.splitlines() if line.startswith("vcop")}
        kept = checkpoints.read_state(tmp_path / "state.pt", STATE)
        assert kept["running"]["step"] == 1
        assert all(torch.isfinite(value).all() for value in kept["model"].values())
    (line,) = said
    assert re.match(r"vcop pretrain: r3d 16-8-3: the (loss|gradients' norm) is (nan|inf) in epoch 1, step 2, on \w+/", line)
    assert line.endswith(f"; the last good state is kept in {tmp_path}/state.pt")


def test_features_that_are_not_finite_are_not_read_and_none_become_so(tmp_path):
    videos, values = [Video(f"A/{n}.avi", n % 2, 0, 9) for n in range(4)], np.zeros((4, 2, 6), np.float32)

    def write(half):
        blocks = ({"conv5": row[None]} for row in values)
        feature_store.write_features(
            tmp_path / "f.h5", videos, [TRAIN, TRAIN, TEST, TEST], ["a", "b"], blocks, {"conv5": (2, 6)}, half, {}
        )

    values[2, 1, 3] = 1e5
    with pytest.raises(ValueError, match=r"f\.h5: conv5 of A/2\.avi holds numbers too large for 16 bits: extract\.half"):
        write(half=True)
    assert not (tmp_path / "f.h5").exists()
    values[2, 1, 3] = np.nan
    write(half=False)
    with pytest.raises(ValueError, match=r"f\.h5: conv5 holds values that are not finite: extract again \(A/2\.avi\)"):
        feature_store.FeatureStore(tmp_path / "f.h5", "conv5", TEST).read(0, 2)


def test_a_network_that_overflows_gives_no_features(store_path, start, tmp_path, capsys):  # noqa: F811
    tensors = {name: value * 1e20 if "weight" in name else value for name, value in weights.read_weights(start).items()}
    weights.save_weights(tmp_path / "w.safetensors", tensors)
    where = ("--frames", store_path, "--network", "r3d", "--weights", tmp_path / "w.safetensors", "--out", tmp_path / "f.h5")
    setting = flags(FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions()).split()
    refused(vcop("extract", *where, *setting), capsys, "conv5 of ", "are not finite", last=True)
    assert not (tmp_path / "f.h5").exists()


# -- data sets


def dataset(path, videos, classes=("A", "B"), moving=True):
    """A store of 16 frames of noise a video; ``videos``: (name, label, role in split 1)."""
    lists, decoded, rng = OfficialSplits(list(classes)), [], np.random.default_rng(0)
    for name, label, role in videos:
        lists.add(name, label, 1, role, "here")
        frames = rng.integers(0, 256, (16, 20, 27, 3), np.uint8) if moving else np.zeros((16, 20, 27, 3), np.uint8)
        data = [encode_frame(np.ascontiguousarray(frame), RAW) for frame in frames]
        decoded.append(DecodedVideo(name, np.frombuffer(b"".join(data), np.uint8), np.array([len(d) for d in data]), 16))
    write_store(path, iter(decoded), sum(len(d.data) for d in decoded), lists, "ucf101", RAW, "a test")
    return path


def listed(label, count, role, first=0):
    return [(f"{'ABC'[label]}/{label}{role}{n}.avi", label, role) for n in range(first, first + count)]


WELL = [row for label in (0, 1) for role, count in ((TRAIN, 5), (TEST, 2)) for row in listed(label, count, role)]


@pytest.fixture(scope="module")
def well(tmp_path_factory):
    return dataset(tmp_path_factory.mktemp("well") / "s.h5", WELL)


def pretrain(store, start, out, *more):  # noqa: F811
    files = ("--frames", store, "--start", start, "--out", out / "model.safetensors", "--order", out / "order.csv")
    return vcop("pretrain", *files, "--network", "r3d", "--seed", 0, *SETTING, "--task", "8-0-2", "--epochs", 1, *more)


def finetune(store, start, out, *more):  # noqa: F811
    files = ("--frames", store, "--start", start, "--out", out / "model.safetensors", "--recognition", out / "r.csv")
    files += (
        "--classes",
        out / "c.csv",
        "--confusion",
        out / "m.csv",
        "--dataset",
        "ucf101",
        "--split",
        1,
        "--clip-length",
        8,
    )
    return vcop(
        "finetune", *files, "--network", "r3d", "--seed", 0, *SETTING, *flags(FinetuneOptions(epochs=1)).split(), *more
    )


def refused(code, capsys, *said, last=False):
    """One line, or the ``last`` one, with all of these."""
    error = capsys.readouterr().err.strip()
    assert code == 1
    assert last or "\n" not in error, error
    error = error.splitlines()[-1]
    for words_ in said:
        assert str(words_) in error, error


def test_one_class(start, tmp_path, capsys):  # noqa: F811
    """Order needs no classes; recognition does."""
    store = dataset(tmp_path / "s.h5", [row for row in WELL if row[1] == 0], ["A"])
    refused(finetune(store, start, tmp_path / "f"), capsys, store, "split 1", "one class (A)", "nothing to classify")
    assert not (tmp_path / "f").exists()
    assert pretrain(store, start, tmp_path / "p") == 0
    f = extracted(store, start, tmp_path)
    capsys.readouterr()
    for verb in ("retrieve", "probe"):
        refused(asked(verb, f, tmp_path), capsys, f, "one class (A)")


def extracted(store, weights, folder):
    where = ("--frames", store, "--network", "r3d", "--weights", weights, "--clip-length", 8, "--out", folder / "f.h5")
    assert vcop("extract", *where, *SETTING, "--test-clips", 2) == 0
    return folder / "f.h5"


def asked(verb, f, out):
    if verb == "retrieve":
        return vcop(verb, "--queries", f, "--gallery", f, "--layer", "conv5", "--out", out / "r.csv")
    return vcop(
        verb, "--features", f, "--layer", "conv5", "--seed", 0, "--epochs", 1, "--out", out / "p.csv", "--grid", out / "g.csv"
    )


def test_a_class_without_test_or_training_videos(start, tmp_path, capsys):  # noqa: F811
    """Accepted, and said: the other classes are not concerned."""
    videos = [*WELL[:5], *listed(1, 5, TRAIN), *listed(1, 2, TEST), *listed(2, 3, TEST)]
    store = dataset(tmp_path / "s.h5", videos, "ABC")
    assert finetune(store, start, tmp_path / "f") == 0
    said = capsys.readouterr().err
    assert f"{store}, split 1: class A has no test video: it cannot be evaluated" in said
    assert f"{store}, split 1: class C has no training video: its 3 test videos cannot be recognised" in said
    rows = (tmp_path / "f/c.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["B", "C"], "no accuracy of a class without test videos"


def test_a_class_without_any_video():
    assert list(sanity.class_warnings("s", "ABC", [0, 1], [0, 1])) == ["s: class C has neither training nor test videos"]


def test_no_test_video(start, tmp_path, capsys):  # noqa: F811
    store = dataset(tmp_path / "s.h5", [row for row in WELL if row[2] == TRAIN])
    refused(finetune(store, start, tmp_path / "f"), capsys, store, "split 1: no test video")
    refused(pretrain(store, start, tmp_path / "p"), capsys, store, "no test video is long enough")
    f = extracted(store, start, tmp_path)
    capsys.readouterr()
    for verb in ("retrieve", "probe"):
        refused(asked(verb, f, tmp_path), capsys, f, "holds no test videos")


def test_no_video_of_the_split(start, tmp_path, capsys):  # noqa: F811
    store = dataset(tmp_path / "s.h5", [(name, label, UNUSED) for name, label, _ in WELL])
    where = ("--frames", store, "--network", "r3d", "--weights", start, "--out", tmp_path / "f.h5")
    refused(vcop("extract", *where, *SETTING), capsys, store, "none of its videos is in a list of split 1")


def test_no_video_long_enough(well, start, tmp_path, capsys):  # noqa: F811
    """For a task an error; clips are looped, as is stated, so that features and recognition never lack a video."""
    refused(pretrain(well, start, tmp_path / "p", "--task", "16-8-3"), capsys, well, "16-8-3", "no test video is long enough")
    assert finetune(well, start, tmp_path / "f", "--clip-length", 20) == 0
    assert capsys.readouterr().out.count("16 frames, fewer than a clip's 20: it is looped") == len(WELL)


def test_too_few_training_videos(start, tmp_path, capsys):  # noqa: F811
    store = dataset(tmp_path / "s.h5", [*listed(0, 2, TRAIN), *listed(1, 2, TRAIN), *listed(0, 1, TEST)])
    for run in (pretrain, finetune):
        refused(run(store, start, tmp_path / "o"), capsys, store, "only 4 training videos", "at least 5")


def test_no_validation_video(well, start, tmp_path, capsys):  # noqa: F811
    for run in (pretrain, finetune):
        refused(run(well, start, tmp_path / "o", "--validation-videos", 0), capsys, "validation-videos: 0 is below 1")


def test_fewer_videos_than_a_batch(well, start, tmp_path, capsys):  # noqa: F811
    """Accepted: the only batch is a partial one."""
    assert pretrain(well, start, tmp_path, "--batch-size", 64) == 0
    assert "8 videos to train on, 2 to validate, 4 to test" in capsys.readouterr().out


def test_videos_in_which_nothing_moves(tmp_path):
    still = dataset(tmp_path / "still.h5", WELL, moving=False)
    with pytest.raises(ValueError, match=rf"{still}: nothing moves in any video, all of their frames are equal \(A/01"):
        list(sanity.store_warnings(FrameStore(still)))


@pytest.fixture(scope="module")
def filmed(tmp_path_factory):
    """Real videos of UCF101's layout: two of noise, one black, and its copy; lists by ``write_lists``."""
    folder, rng = tmp_path_factory.mktemp("filmed"), np.random.default_rng(0)
    (folder / "videos/A").mkdir(parents=True)
    for n in range(4):
        film = rng.integers(0, 256, (6, 32, 44, 3), np.uint8) if n < 2 else np.zeros((6, 32, 44, 3), np.uint8)
        ffmpeg.encode_video(film, folder / f"videos/A/{n}.avi")
    return folder / "videos"


GOOD = {"classInd": "1 A\n", "trainlist01": "A/0.avi 1\nA/2.avi 1\n", "testlist01": "A/1.avi\nA/3.avi\n"}


def decode(videos, folder, **lists):
    for name in ("classInd", *(f"{role}list0{k}" for role in ("train", "test") for k in (1, 2, 3))):
        (folder / f"{name}.txt").write_text((GOOD | lists).get(name, ""))
    files = ("--out", folder / "s.h5", "--digest", folder / "d", "--unreadable", folder / "u.csv")
    return vcop("decode", "--dataset", "ucf101", "--videos", videos, "--lists", folder, *files, *flags(FRAMES).split())


def test_black_and_equal_videos_are_named(filmed, tmp_path, capsys):
    assert decode(filmed, tmp_path) == 0
    said = capsys.readouterr().err
    assert "s.h5: nothing moves, all frames are equal (black?): A/2.avi, A/3.avi" in said
    assert "s.h5: videos with identical frames: A/2.avi, A/3.avi" in said


def test_all_videos_black(filmed, tmp_path, capsys):
    lists = {"trainlist01": "A/2.avi 1\n", "testlist01": "A/3.avi\n"}
    refused(decode(filmed, tmp_path, **lists), capsys, "nothing moves in any video", "A/2.avi, A/3.avi")
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"trainlist01": "A/0.avi 1\nA/0.avi 1\n"}, "trainlist01.txt:2: A/0.avi is listed twice in split 1"),
        ({"testlist01": "A/1.avi\nA/0.avi\n"}, "testlist01.txt:2: A/0.avi is listed twice in split 1"),
        ({"trainlist01": "A/0.avi 2\n"}, "trainlist01.txt:1: class number '2', but classInd.txt gives 1"),
        ({"trainlist01": "B/0.avi 1\n"}, "trainlist01.txt:1: 'B/0.avi 1' is not 'Class/video' of a class in classInd.txt"),
        ({"classInd": "0 A\n"}, "classInd.txt:1: expected '1 ClassName', found '0 A'"),
        ({"classInd": "1 A\n2 A\n"}, "classInd.txt:2: expected '2 ClassName', found '2 A'"),
        ({"trainlist01": "", "testlist01": ""}, "the lists name no video"),
    ],
)  # fmt: skip
def test_lists_that_contradict_themselves(filmed, tmp_path, capsys, lists, said):
    refused(decode(filmed, tmp_path, **lists), capsys, f"{tmp_path}", said)
    assert not (tmp_path / "s.h5").exists()


def test_one_answer_to_all_questions(questions, tmp_path, capsys):  # noqa: F811
    shutil.copytree(questions[0], tmp_path / "a")
    for path in (tmp_path / "a").glob("*_a.json"):
        path.write_text(json.dumps([entry | {"answer": "yes"} for entry in json.loads(path.read_text())]))
    made = answer(questions, tmp_path / "o", annotations=tmp_path / "a")
    refused(vcop(*made), capsys, tmp_path / "a", "one answer, 'yes'")
