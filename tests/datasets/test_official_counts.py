import pytest
from support.helpers import vcop

from vcop.config.names import PAPER_DATASETS, QUESTIONS
from vcop.datasets import official_counts
from vcop.datasets.splits import HMDB51_SUFFIX, SPLITS, UCF101_LISTS, OfficialSplits

# As printed in the data sets' own papers and pages.
UCF101 = {
    "classes": 101,
    "videos": 13320,
    "split 1 train": 9537,
    "split 1 test": 3783,
    "split 2 train": 9586,
    "split 2 test": 3734,
    "split 3 train": 9624,
    "split 3 test": 3696,
}
HMDB51 = {"classes": 51, "videos": 6766} | {f"split {k} {n}": c for k in SPLITS for n, c in (("train", 3570), ("test", 1530))}


@pytest.mark.parametrize(("dataset", "printed"), [("ucf101", UCF101), ("hmdb51", HMDB51)])
def test_classes_add_up_to_what_is_printed(dataset, printed):
    counts = official_counts.official_counts(dataset)
    assert {what: counts[what] for what in printed} == printed


@pytest.mark.parametrize("split", SPLITS)
def test_classes_split_by_split(split):
    of_ucf101, of_hmdb51 = (official_counts.class_counts(dataset).values() for dataset in PAPER_DATASETS)
    assert all(row[f"train{split}"] + row[f"test{split}"] == row["videos"] for row in of_ucf101)
    assert all((row[f"train{split}"], row[f"test{split}"]) == (70, 30) for row in of_hmdb51)


def test_questions():
    counts = official_counts.official_counts(QUESTIONS)
    assert [counts[f"videos{role}"] for role in ("", " train", " val", " test")] == [5800, 3200, 1800, 800]
    assert [counts[f"questions {role}"] for role in ("train", "val", "test")] == [32000, 18000, 8000]
    assert counts["questions test, Y/N"] == 2094


def write_ucf101(folder):
    """Lists with as many videos of every class in every split as officially, under names of their own."""
    classes = official_counts.class_counts("ucf101")
    files = dict.fromkeys(UCF101_LISTS, "")
    for number, (name, row) in enumerate(classes.items(), 1):
        files["classInd.txt"] += f"{number} {name}\r\n"
        for split in SPLITS:
            for video in range(row["videos"]):
                trained = video < row[f"train{split}"]
                line = f"{name}/v_{video:03d}.avi" + (f" {number}" if trained else "")
                files[f"{'train' if trained else 'test'}list0{split}.txt"] += f"{line}\r\n"
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


def write_hmdb51(folder):
    for name, row in official_counts.class_counts("hmdb51").items():
        flags = [1] * 70 + [2] * 30 + [0] * (row["videos"] - 100)
        text = "".join(f"{name}_{video}.avi {flag} \n" for video, flag in enumerate(flags))
        for split in SPLITS:
            (folder / f"{name}{HMDB51_SUFFIX.format(split=split)}").write_text(text)


@pytest.mark.parametrize(("dataset", "write"), [("ucf101", write_ucf101), ("hmdb51", write_hmdb51)])
def test_as_many_but_others(tmp_path, capsys, dataset, write):
    """The names of the classes tell that the lists are meant to be official; all counts agree, the digest does not."""
    write(tmp_path)
    assert vcop("check", dataset, "--lists", tmp_path) == 1
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("official: ")]
    assert said == ["official: lists: as many as officially, but not the same videos in the same lists"]
    assert vcop("check", dataset, tmp_path, "--no-official") == 0  # a folder of lists instead of videos


def test_a_video_too_few(tmp_path, capsys):
    write_ucf101(tmp_path)
    path = tmp_path / "testlist02.txt"
    path.write_bytes(path.read_bytes().replace(b"Archery/v_144.avi\r\n", b""))
    assert vcop("check", "ucf101", "--lists", tmp_path) == 1
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("official: ")]
    assert said == [
        "official: split 2 test: 3,733, officially 3,734",
        "official: class Archery, split 2 test: 40, officially 41",
    ]


def test_tasks_are_counted_in_frames(tmp_path, capsys):
    """Videos as long as the windows; one video a frame too short is found, and so is counting one frame short."""
    write_ucf101(tmp_path)
    lengths = iter_lengths()
    rows = ["video,frames"]
    for name, row in official_counts.class_counts("ucf101").items():
        for video in range(row["videos"]):
            role = "train" if video < row["train1"] else "test"
            rows.append(f"{name}/v_{video:03d},{next(lengths[role])}")
    (tmp_path / "frames.csv").write_text("\n".join(rows))
    words = ("check", "ucf101", "--lists", tmp_path, "--frames", tmp_path / "frames.csv")
    assert vcop(*words) == 1  # other videos than the official ones
    assert "task" not in "".join(official_lines(capsys))
    (tmp_path / "frames.csv").write_text("\n".join(rows).replace(",64\n", ",63\n"))
    assert vcop(*words) == 1
    assert official_lines(capsys)[0].startswith("official: task 16-8-3 train: ")


def iter_lengths():
    """Frames for as many training and test videos as the tasks want: windows from the longest down."""
    windows = {112: "16-8-5", 144: "16-16-5", 88: "16-8-4", 80: "16-16-3", 64: "16-8-3", 40: "16-8-2"}
    out = {}
    for place, role in enumerate(("train", "test")):
        frames, done = [], 0
        for window in sorted(windows, reverse=True):
            count = official_counts.TASKS[windows[window]][0][place]
            frames += [window] * (count - done)
            done = count
        total = UCF101[f"split 1 {role}"]
        out[role] = iter(frames + [30] * (total - done))
    return out


def official_lines(capsys):
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith("official: ")]


def test_one_frame_short():
    assert official_counts.count_one_frame_short("task 16-8-3 train") == 9348
    assert official_counts.count_one_frame_short("task 16-8-2 test") is None


def test_what_is_taken_for_official():
    assert official_counts.looks_official("ucf101", OfficialSplits(["Archery", "Biking", "Mine"]))
    assert not official_counts.looks_official("ucf101", OfficialSplits(["Archery", "Mine", "Yours"]))
    assert not official_counts.looks_official(QUESTIONS, OfficialSplits([QUESTIONS], {"abc": 0}))
    assert official_counts.looks_official(QUESTIONS, OfficialSplits([QUESTIONS], {"okC18bPTils": 0}))
