import pytest

from vcop.config.names import QUESTIONS
from vcop.datasets.activitynet_qa import Question
from vcop.datasets.splits import TEST, TRAIN, UNUSED, VALIDATION, OfficialSplits
from vcop.preparation.checking.counts import CountRow, group_rows, size_line, table_lines, task_rows, video_groups
from vcop.preparation.checking.inventory import Inventory


@pytest.fixture
def inventory():
    """Three videos of two classes."""
    splits = OfficialSplits(["Jump", "Run"])
    for video, label, roles in (
        ("a", 0, (TRAIN, TEST, TRAIN)),
        ("b", 0, (TEST, TRAIN, UNUSED)),
        ("c", 1, (TRAIN, TRAIN, TRAIN)),
    ):
        for split, role in enumerate(roles, 1):
            splits.add(video, label, split, role, "here")
    return Inventory("ucf101", splits)


def rows_by_name(rows):
    return {row.what: row[1:] for row in rows}


def test_every_list_and_class_is_a_group(inventory):
    groups = video_groups(inventory)
    assert groups["videos"] == ["a", "b", "c"]
    assert groups["split 1 train"] == ["a", "c"]
    assert groups["split 3 unused"] == ["b"]
    assert groups["class Jump"] == ["a", "b"]
    assert groups["class Jump, split 2 test"] == ["a"]
    assert "class Jump, split 3 unused" not in groups


def test_videos_are_counted_in_lists_in_files_and_decoded(inventory):
    rows = rows_by_name(group_rows(inventory, False, {"a", "b"}, {"b"}))
    assert rows["videos"] == (None, 3, 2, 1)
    assert rows["classes"] == (None, 2, 1, 1)
    assert rows["split 1 train"] == (None, 2, 1, 0)
    assert list(rows)[:2] == ["classes", "videos"]


def test_nobody_looked_is_not_none_found(inventory):
    assert rows_by_name(group_rows(inventory, False, None, None))["videos"] == (None, 3, None, None)


def test_official_numbers_are_shown_where_lists_are_compared(inventory):
    rows = rows_by_name(group_rows(inventory, True, None, None))
    assert rows["videos"] == (13320, 3, None, None)
    assert rows["class Archery"] == (145, 0, None, None)


def test_questions_are_counted_by_type():
    splits = OfficialSplits([""])
    questions = {
        TRAIN: [Question("1", "v", "what", "a", 4), Question("2", "v", "where", "b", 6)],
        VALIDATION: [],
        TEST: [Question("3", "w", "what", "c", 4)],
    }
    for video, role in (("v", TRAIN), ("w", TEST)):
        splits.add(video, 0, 1, role, "here")
    rows = rows_by_name(group_rows(Inventory(QUESTIONS, splits, questions), False, {"v", "w"}, {"w"}))
    assert rows["questions train"] == (None, 2, 2, 0)
    assert rows["videos train"] == (None, 1, 1, 0)
    assert rows["questions test"] == (None, 1, 1, 1)


def test_a_video_is_long_enough_for_a_task_from_its_window_on(inventory):
    rows = rows_by_name(task_rows(inventory, False, {"a": 64, "b": 63, "c": 39}))  # 16-8-3: 64 frames; 16-8-2: 40
    assert rows["task 16-8-3 train"] == (None, None, None, 1)
    assert rows["task 16-8-3 test"] == (None, None, None, 0)
    assert rows["task 16-8-2 train"] == (None, None, None, 1)
    assert rows["task 16-8-2 test"] == (None, None, None, 1)


def test_the_table_is_aligned():
    assert table_lines([CountRow("videos", 13320, 80, None, 7), CountRow("classes", None, 10)]) == [
        "         official  listed  found  readable",
        "videos     13,320      80                7",
        "classes                10",
    ]


def test_sizes_are_listed_by_frequency():
    sizes = [(320, 240)] * 3 + [(n, n) for n in range(8)]
    assert size_line(sizes) == "320x240 3, 0x0 1, 1x1 1, 2x2 1, 3x3 1, 4x4 1, 3 other sizes"
