import json

import pytest

from vcop.datasets.video_list import ListedVideo, write_video_list
from vcop.own_videos.summary import Results, group_index, numbers, video_lines


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def listed(tmp_path):
    """Ten test videos in five groups, and three others."""
    videos = [ListedVideo(f"t{i}.mp4", "", "test", f"g{i // 2}") for i in range(10)]
    videos += [ListedVideo("a.mp4", "", "training", "x"), ListedVideo("b.mp4", "", "training", "x")]
    write_video_list(tmp_path / "list.csv", [*videos, ListedVideo("c.mp4", "", "validation", "y")])
    return tmp_path / "list.csv"


def results(listed, **more):
    folder = listed.parent
    checked = write(folder / "checked.csv", "video,findings\nt0.mp4,\n")
    unreadable = write(
        folder / "unreadable.csv", "video,verdict,reason,got,expected\nb.mp4,refused,no,,\nt1.mp4,accepted,odd,,\n"
    )
    return Results(videos=listed, checked=checked, unreadable=unreadable, **more)


def test_order_accuracy_with_its_interval_by_group(listed):
    """Both videos of a group are right or wrong together: five draws, not ten."""
    rows = "".join(f"t{i}.mp4,0,1,1,{int(i // 2 < 3)},0.5\n" for i in range(10))
    order = write(listed.parent / "seed-0.csv", f"video,tuple,order,predicted,right,probability\n{rows}")
    (row,) = numbers(results(listed, order=[order]), "8-4-3")
    assert (row.name, row.value, row.videos, row.seeds) == ("order of clips", pytest.approx(60), 10, 1)
    assert row.chance == pytest.approx(100 / 6)
    assert row.low < 16 < 60 < row.high
    assert not row.above_chance


def test_names_of_videos_need_not_be_utf8(tmp_path):
    names = [f"caf\udce9 {i}.mp4" for i in range(4)]
    write_video_list(tmp_path / "list.csv", [ListedVideo(name, "", "test", name) for name in names])
    rows = "".join(f"{name},0,1,1,{i % 2},0.5\n" for i, name in enumerate(names))
    order = tmp_path / "seed-0.csv"
    order.write_bytes(f"video,tuple,order,predicted,right,probability\n{rows}".encode("utf-8", "surrogateescape"))
    told = results(tmp_path / "list.csv", order=[order, order])
    assert [row.value for row in numbers(told, "8-4-3")] == [50]
    told.unreadable.write_bytes(b"video,verdict,reason,got,expected\ncaf\xe9 0.mp4,refused,no,,\n")
    assert "1 could not be read and are left out: caf\\xe9 0.mp4." in video_lines(told)


def test_the_audit_has_a_row_for_each_changed_cue(listed):
    head = "condition,video,tuple,order,predicted,right,probability\n"
    body = "".join(f"{c},t{i}.mp4,0,1,1,{int(c == 'plain')},0.5\n" for c in ("plain", "still", "grey", "reversed", "own-crops", "shared-crop") for i in range(10))  # fmt: skip
    found = numbers(results(listed, audit=[write(listed.parent / "audit.csv", head + body)]), "8-4-3")
    assert len(found) == 5
    assert found[0].name == "order of clips, without motion (first frame repeated)"
    assert all(row.value == 0 for row in found)


def test_what_labels_allow(listed):
    folder = listed.parent / "results"
    paths = [
        write(folder / "retrieval/own/r3d/random/conv5-seed-0.csv", "level,video,rank,chance_1,chance_5\n" + "".join(f"video,t{i}.mp4,{i},0.5,0.9\n" for i in range(10))),
        write(folder / "probe/own/r3d/8-4-3/conv5-seed-0.csv", "classifier,video,right\n" + "".join(f"linear,t{i}.mp4,1\nknn,t{i}.mp4,0\n" for i in range(10))),
        write(folder / "recognition/own-1/r3d/8-4-3/from-conv1/seed-0.csv", "video,class,predicted,right\nt0.mp4,0,0,1\nt1.mp4,0,1,0\n"),
    ]  # fmt: skip
    rows = {row.name: row for row in numbers(results(listed, labelled=paths), "8-4-3")}
    nearest = rows["the nearest video has the same label, random weights"]
    assert (nearest.value, nearest.chance) == (pytest.approx(10), pytest.approx(50))
    assert rows["a video of the same label among the nearest 5, random weights"].value == pytest.approx(50)
    assert rows["linear classifier on frozen features, pretrained (8-4-3)"].value == pytest.approx(100)
    assert rows["nearest-neighbour classifier on frozen features, pretrained (8-4-3)"].value == pytest.approx(0)
    assert rows["recognition after fine-tuning, pretrained (8-4-3)"].value == pytest.approx(50)


def test_sentences_about_the_videos(listed):
    provenance = write(listed.parent / "provenance.json", json.dumps({"videos": {"training": 1, "validation": 1, "test": 9}}))
    lines = video_lines(results(listed, provenance=[provenance]))
    assert lines == [
        "13 videos in 7 groups, no labels: 2 for training, 1 for validation, 10 for tests.",
        "1 could not be read and are left out: b.mp4.",
        "Long enough for the task: 1 for training, 1 for validation, 9 for tests.",
        "No two videos show the same recording.",
    ]


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ("same pictures: as t1.mp4 (training and test of split 1), correlation 0.95", "Careful: 1 videos show the same recording as one in another list (t0.mp4)"),
        ("not compared: its pictures resemble those of over 100 videos", "1 videos look like too many others"),
        ("same bytes: as t1.mp4", "1 videos show the same recording as another one, always within one list."),
    ],
)  # fmt: skip
def test_near_duplicates_that_straddle_the_lists_are_named(listed, finding, said):
    made = results(listed)
    write(made.checked, f'video,findings\nt0.mp4,"{finding}"\n')
    assert video_lines(made)[-1].startswith(said)


def test_groups_vary_within_their_label():
    assert group_index([ListedVideo("a/b.mp4", "wave", "test", "a/day 1")]) == {"a/b.mp4": "wave/a|day 1"}
