"""Reports made by hand; whole data sets are checked in tests/commands/test_check.py."""

import csv
from pathlib import Path

import pytest

from vcop.datasets.splits import TEST, TRAIN, OfficialSplits
from vcop.preparation.checking.counts import CountRow
from vcop.preparation.checking.inventory import Finding, Inventory
from vcop.preparation.checking.summary import DatasetReport, check_dataset, finding_lines
from vcop.preparation.checking.survey import CheckOptions, SurveyResult
from vcop.preparation.checking.video_check import VideoCheck
from vcop.video.ffmpeg_report import Header

MISSING, NOTE = Finding("missing", "a", "no such file"), Finding("surplus", "z", "no list names it")


@pytest.fixture
def inventory():
    splits = OfficialSplits(["Jump"])
    for split, role in enumerate((TRAIN, TEST, TRAIN), 1):
        splits.add("a", 0, split, role, "here")
    return Inventory("ucf101", splits, files={"a": Path("a")}, surplus={"z": Path("z")})


def report(inventory, *found, rows=(), videos=None, compared=True):
    return DatasetReport(inventory, SurveyResult(videos or {}, {}, {}, {}, True), rows, found, compared)


def test_notes_are_no_fault(inventory):
    assert report(inventory).verdict() == "ucf101: no problems found (0 notes)"
    assert report(inventory, NOTE).verdict() == "ucf101: no problems found (1 note)"


def test_as_many_videos_as_allowed_may_be_missing_but_lists_must_be_right(inventory):
    with pytest.raises(ValueError, match=r"ucf101: 1 fault and 1 note \(named above\)$"):
        report(inventory, MISSING, NOTE).verdict()
    assert report(inventory, MISSING).verdict(1) == "ucf101: 1 video missing or unreadable, as allowed (0 notes)"
    with pytest.raises(ValueError, match=r"2 faults .*, 1 of 1 video may be missing or unreadable"):
        report(inventory, MISSING, Finding("list", "trainlist01.txt:1", "")).verdict(1)


def test_of_classes_only_those_that_differ_are_printed(inventory):
    rows = [CountRow("videos", 2, 2), CountRow("class Jump", 1, 1), CountRow("class Run", 2, 1)]
    lines = list(report(inventory, rows=rows).lines())
    assert [line.split()[0] for line in lines[1:]] == ["videos", "class"]
    assert lines[2].startswith("class Run")
    many = [CountRow(f"class {n}", 2, 1) for n in range(25)]
    assert list(report(inventory, rows=many).lines())[-1].startswith("... and 5 more classes")


def test_lists_of_ones_own_are_said_not_to_be_compared(inventory):
    assert "not compared with the official counts" in next(report(inventory, compared=False).lines())


def test_duplicates_are_summed_up(inventory):
    found = [Finding("same bytes", "a", "as b (training and test of split 1)"), Finding("same pictures", "a", "as c")]
    assert "duplicates: 2, of these 1 between training and test of a split" in list(report(inventory, *found).lines())


def test_findings_are_printed_faults_first_and_of_each_kind_the_first_few():
    found = [
        NOTE,
        *[Finding("header", str(n), "") for n in range(5)],
        *[Finding("missing", str(n), "gone") for n in range(21)],
    ]
    lines = finding_lines(found)
    assert lines[0] == "missing: 0: gone"
    assert lines[20] == "missing: ... and 1 more (--out FILE names all)"
    assert lines[21] == "note: surplus: z: no list names it"
    assert lines[22:] == [
        "note: header: 0",
        "note: header: 1",
        "note: header: 2",
        "note: header: ... and 2 more (--out FILE names all)",
    ]


def test_tables_have_a_row_for_every_video_and_count(inventory, tmp_path):
    check = VideoCheck(1000, header=Header("avi", 80, 25.0, 320, 240), count=79)
    made = report(
        inventory, Finding("header", "a", "79 frames"), NOTE, rows=[CountRow("videos", None, 1)], videos={"a": check}
    )
    made.write_videos(tmp_path / "videos.csv")
    made.write_counts(tmp_path / "counts.csv")
    with open(tmp_path / "videos.csv", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1] == ["a", "Jump", "train", "test", "train", "79", "80", "320", "240", "1000", "header: 79 frames"]
    assert rows[2] == ["z", *[""] * 9, "surplus: no list names it"]
    assert (tmp_path / "counts.csv").read_text() == "what,official,listed,found,readable\nvideos,,1,,\n"


def test_a_data_set_is_checked_from_its_inventory(inventory, tmp_path):
    inventory.files = {"a": tmp_path / "none.avi"}
    made = check_dataset(inventory, CheckOptions())
    assert not made.compared
    assert [finding.kind for finding in made.findings] == ["missing", "surplus"]
    assert {row.what: row.found for row in made.rows}["videos"] == 0
    with pytest.raises(ValueError, match="1 fault and 1 note"):
        made.verdict()
