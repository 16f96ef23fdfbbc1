import pytest

from vcop.datasets.splits import TEST, TRAIN, UNUSED, VALIDATION
from vcop.datasets.video_list import (
    UNLABELLED,
    ListedVideo,
    as_splits,
    has_labels,
    read_groups,
    read_video_list,
    write_video_list,
)


def table(folder, text):
    path = folder / "videos.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_paths_alone_is_enough(tmp_path):
    videos = read_video_list(table(tmp_path, "\ufeffPath\na.mp4\nb/./c.mp4\n"))
    assert videos == [ListedVideo("a.mp4"), ListedVideo("b/c.mp4")]
    assert not has_labels(videos)


def test_what_is_written_is_read_again(tmp_path):
    videos = [ListedVideo("a, b.mp4", "x", "test", "g"), ListedVideo("\udcff.mp4", "y", "", "h")]
    write_video_list(tmp_path / "out.csv", videos)
    assert read_video_list(tmp_path / "out.csv") == videos
    assert has_labels(videos)


def test_a_table_is_read_as_lists_of_split_1(tmp_path):
    text = "role,path,label,note\ntrain,a.mp4,run,1\nval,b.mp4,run,\ntest,c.mp4,jump,\n,d.mp4,jump,\n"
    splits = as_splits(table(tmp_path, text))
    assert splits.classes == ["jump", "run"]
    assert splits.labels == {"a.mp4": 1, "b.mp4": 1, "c.mp4": 0, "d.mp4": 0}
    assert [roles[0] for roles in splits.roles.values()] == [TRAIN, VALIDATION, TEST, UNUSED]
    assert all(roles[1:] == [UNUSED, UNUSED] for roles in splits.roles.values())
    assert as_splits(table(tmp_path, "path\na.mp4\n")).classes == [UNLABELLED]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("video\na.mp4\n", "its first line names no column path"),
        ("path,role\na.mp4,dev\n", r"videos.csv:2: role 'dev' is not one of"),
        ("path\na.mp4\nb/../a.mp4\n", r"videos.csv:3: a.mp4 is listed twice"),
        ("path\n../a.mp4\n", r"'../a.mp4' is not a path below"),
        ("path,label\na.mp4,x\nb.mp4,\n", r"1 of 2 videos have no label \(b.mp4\)"),
        ("path\n", "names no video"),
        ("path;label\na.mp4;x\n", "its columns are separated by ';', and commas are expected"),
        ('path,label\n"Best moments.mp4,wave\n' + "b.mp4,x\n" * 20000, r"videos.csv:2: is no row of a table \("),
        ('path,label\n"Best" moments.mp4,wave\n', r"videos.csv:2: is no row of a table \("),
    ],
)
def test_a_wrong_table_is_refused_in_one_line(tmp_path, text, said):
    with pytest.raises(ValueError, match=said):
        read_video_list(table(tmp_path, text))


def test_all_problems_are_reported_if_asked(tmp_path):
    problems = []
    videos = read_video_list(table(tmp_path, "path,role\n/a.mp4,\nb.mp4,x\nc.mp4,test\n"), problems.append)
    assert [video.path for video in videos] == ["c.mp4"]
    assert len(problems) == 2
    with pytest.raises(ValueError, match="missing"):
        read_video_list(tmp_path / "gone.csv", problems.append)


def test_groups_are_those_of_the_table_within_their_label(tmp_path):
    path = tmp_path / "list.csv"
    write_video_list(path, [ListedVideo("a.mp4", "run", "test", "day/1"), ListedVideo("b.mp4", "jump", "test", "day/1")])
    assert read_groups(path, ["a.mp4"]) == {"a.mp4": "run/day|1", "b.mp4": "jump/day|1"}
    with pytest.raises(ValueError, match=r"list\.csv: it does not list c\.mp4: give the table of these videos"):
        read_groups(path, ["a.mp4", "c.mp4"])
    with pytest.raises(ValueError, match=r"videos\.csv: b\.mp4 has no group: give the table that vcop list writes"):
        read_groups(table(tmp_path, "path,group\na.mp4,1\nb.mp4,\n"), ["a.mp4"])
