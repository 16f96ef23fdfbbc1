"""Times of results beside those of Snakemake's records, written by hand; with real ones: tests/workflow/test_copies.py."""

import os

from support.run_folders import write_record

from vcop.planning.copied_results import LONGEST_NAME, copied_results, copy_advice, outdated_by_copying, recorded_time

FEATURES = "results/features/ucf101/r3d/random/seed-0.h5"


def make(folder, path, when):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("made")
    os.utime(folder / path, (when, when))


def test_a_file_is_as_recorded_or_copied(tmp_path):
    for path, written, recorded in (
        ("kept", 1000, 1000),
        ("rounded", 1000, 1001.9),
        ("copied", 5000, 1000),
        ("new", 1000, None),
    ):
        make(tmp_path, path, written)
        if recorded is not None:
            write_record(tmp_path, path, recorded)
    assert copied_results(tmp_path, ["kept", "rounded", "copied", "new", "missing"]) == ["copied", "new"]


def test_a_record_that_is_missing_alone_is_no_copy(tmp_path):
    for name in "abc":
        make(tmp_path, name, 1000)
    for name in "ab":
        write_record(tmp_path, name, 1000)
    assert outdated_by_copying(tmp_path, ["a", "c"], ["a", "b", "c", "missing"]) == []
    write_record(tmp_path, "b", 1)
    assert outdated_by_copying(tmp_path, ["a", "c"], ["a", "b", "c", "missing"]) == ["c"]
    assert outdated_by_copying(tmp_path, ["a"], ["a", "b", "c"]) == []


def test_damaged_records_are_none(tmp_path):
    make(tmp_path, FEATURES, 1000)
    write_record(tmp_path, FEATURES, 1000)
    (record,) = (tmp_path / ".snakemake/metadata").iterdir()
    assert recorded_time(tmp_path, FEATURES) == 1000
    for text in ("", "{", "[]", "{}", '{"endtime": "now"}'):
        record.write_text(text)
        assert recorded_time(tmp_path, FEATURES) is None


def test_long_names_are_divided_as_snakemake_does(tmp_path):
    path = "x" * 300  # 400 characters in base 64
    write_record(tmp_path, "x", 7.5)
    (record,) = (tmp_path / ".snakemake/metadata").iterdir()
    name = "eHh4" * 100
    folder = record.with_name(f"@{name[:LONGEST_NAME]}")
    folder.mkdir()
    record.rename(folder / name[LONGEST_NAME:])
    assert recorded_time(tmp_path, path) == 7.5


def test_the_advice_counts():
    assert copy_advice(["a"]).startswith("Copied without the times of its files: a would be made again")
    assert "a and 2 more would" in copy_advice(["a", "b", "c"])
