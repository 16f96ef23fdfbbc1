from collections import Counter

import pytest
from support.lists import LISTS

from vcop.config.data_options import DatasetOptions
from vcop.datasets.listing import folder_version, found_videos, group_of, list_videos
from vcop.datasets.video_list import ListedVideo, write_video_list


def folder(tmp_path, *names):
    for name in names:
        (tmp_path / "videos" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "videos" / name).touch()
    return tmp_path / "videos"


def options(**more):
    return DatasetOptions(videos="videos", validation_videos=2, **more)


def test_a_flat_folder_becomes_three_lists(tmp_path):
    where = folder(tmp_path, *(f"clip {i}.mp4" for i in range(20)))
    videos = list_videos(where, options())
    assert Counter(video.role for video in videos) == {"training": 14, "validation": 2, "test": 4}
    assert all(video.group == video.path and not video.label for video in videos)


def test_names_that_are_not_utf8_get_a_role_and_those_that_a_table_does_not_keep_are_refused(tmp_path):
    where = folder(tmp_path, "caf\udce9.mp4", *(f"{i}.mp4" for i in range(9)))
    assert "caf\udce9.mp4" in {video.path for video in list_videos(where, options()) if video.role}
    with pytest.raises(ValueError, match="the path ' clip.mp4' begins or ends with a blank"):
        list_videos(folder(tmp_path, " clip.mp4"), options())
    with pytest.raises(ValueError, match="holds a carriage return"):
        list_videos(folder(tmp_path / "other", "a\rb.mp4"), options())


def test_labels_and_groups_by_folders(tmp_path):
    where = folder(tmp_path, "wave/monday/1.mp4", "wave/monday/2.mp4", "clap/3.mp4", "clap/4.mp4")
    videos = found_videos(where, options(labels="folders", groups="folders"))
    assert [(video.path, video.label, video.group) for video in videos] == [
        ("clap/3.mp4", "clap", "clap/3.mp4"),
        ("clap/4.mp4", "clap", "clap/4.mp4"),
        ("wave/monday/1.mp4", "wave", "wave/monday"),
        ("wave/monday/2.mp4", "wave", "wave/monday"),
    ]
    with pytest.raises(ValueError, match="not in two or more sub-folders"):
        list_videos(folder(tmp_path / "flat", "a.mp4", "b.mp4"), options(labels="folders"))


def test_a_video_in_no_folder_has_no_label_and_is_named(tmp_path):
    where = folder(tmp_path, "wave/1.mp4", "clap/2.mp4", "loose.mp4")
    with pytest.raises(ValueError, match=r"labels: folders, but 1 of 3 videos lie in no sub-folder \(loose.mp4\)"):
        list_videos(where, options(labels="folders"))


def test_a_group_has_one_role(tmp_path):
    """Of a user's own groups; those that UCF101's names tell may be divided, as some lists do."""
    names = [f"{i}.mp4" for i in range(9)]
    rows = [ListedVideo("a.mp4", "", "training", "anna"), ListedVideo("b.mp4", "", "test", "anna"), *map(ListedVideo, names)]
    write_video_list(tmp_path / "mine.csv", rows)
    with pytest.raises(ValueError, match=r"group 'anna' has the roles training \(a.mp4\) and test \(b.mp4\)"):
        list_videos(tmp_path, options(lists="mine.csv"), tmp_path)
    rows = [ListedVideo(f"v_Run_g01_c0{i}.avi", "", role) for i, role in enumerate(("training", "test", "validation"))]
    write_video_list(tmp_path / "mine.csv", rows)
    assert [video.role for video in list_videos(tmp_path, options(lists="mine.csv"), tmp_path)] == [
        "training",
        "test",
        "validation",
    ]


def test_a_list_that_is_a_file_ends_in_csv(tmp_path):
    (tmp_path / "mine.tsv").write_text("path\na.mp4\n")
    with pytest.raises(ValueError, match=r"mine.tsv: a table of videos is a file that ends in .csv"):
        found_videos(tmp_path, options(lists="mine.tsv"), tmp_path)


def test_groups_by_a_regular_expression():
    video = ListedVideo("VID_20260412_081500.mp4")
    assert group_of(video, r"_(\d{8})_") == "20260412"
    assert group_of(video, r"VID") == "VID"
    assert group_of(video, r"(person\d)") == video.path
    assert group_of(ListedVideo("Run/v_Run_g01_c02.avi"), "none") == "Run/v_Run_g01"


def test_a_table_says_which_videos_and_roles(tmp_path):
    rows = [ListedVideo(f"{i}.mp4", "", "test" if i < 3 else "", "ab"[i % 2] if i > 15 else "") for i in range(20)]
    write_video_list(tmp_path / "mine.csv", rows)
    videos = list_videos(tmp_path / "videos", options(lists="mine.csv"), tmp_path)
    assert [video.role for video in videos[:3]] == ["test"] * 3
    assert Counter(video.role for video in videos) == {"training": 15, "validation": 2, "test": 3}
    assert videos[16].group == "a"


def test_labels_by_folders_fill_a_table_without_labels(tmp_path):
    write_video_list(tmp_path / "mine.csv", [ListedVideo("wave/1.mp4"), ListedVideo("clap/2.mp4"), ListedVideo("3.mp4")])
    videos = found_videos(tmp_path, options(lists="mine.csv", labels="folders"), tmp_path)
    assert [video.label for video in videos] == ["wave", "clap", ""]


def test_lists_in_the_form_of_ucf101_keep_their_classes_and_roles(tmp_path):
    for name, content in LISTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    where = options(lists=str(tmp_path / "ucfTrainTestlist"))
    assert list_videos(tmp_path, where) == [
        ListedVideo("Jump/v_Jump_g01_c01.avi", "Jump", "training", "Jump/v_Jump_g01"),
        ListedVideo("Run/v_Run_g01_c01.avi", "Run", "test", "Run/v_Run_g01"),
    ]
    assert folder_version(tmp_path, tmp_path / "list.csv", where, decoded=False) == "table"


def test_new_videos_change_the_version_of_a_folder_and_lost_ones_do_not(tmp_path):
    where, written = folder(tmp_path, "a.mp4", "b.mp4"), tmp_path / "list.csv"

    def version(videos=where, decoded=True):
        return folder_version(videos, written, options(), decoded=decoded)

    first = version()
    write_video_list(written, found_videos(where, options()))
    assert version() == version(decoded=False) == first
    (where / "a.mp4").unlink()
    assert version() == first
    assert version(decoded=False) != first, "a broken video that was removed before anything was decoded is out of the list"
    (where / "c.mp4").touch()
    assert version() != first
    assert version(tmp_path / "gone") == version(tmp_path / "gone", decoded=False) == first


def test_a_folder_without_videos_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no video there"):
        list_videos(folder(tmp_path, "a.txt"), options())
    with pytest.raises(ValueError, match="does not exist"):
        list_videos(tmp_path / "gone", options())
