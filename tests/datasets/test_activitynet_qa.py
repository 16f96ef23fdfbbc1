"""The published form of ActivityNet-QA, on 46 of its videos; on all of them where VCOP_ACTIVITYNET_QA names the folder."""

import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from vcop.datasets.activitynet_qa import (
    FILES,
    TYPES,
    Question,
    find_video_files,
    most_frequent_answers,
    read_questions,
    video_splits,
)
from vcop.datasets.splits import TEST, TRAIN, UNUSED, VALIDATION

DRAWN = Path(__file__).parents[1] / "data" / "activitynet-qa"
PUBLISHED = os.environ.get("VCOP_ACTIVITYNET_QA")


@pytest.fixture
def folder(tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(DRAWN, tmp_path / "activitynet-qa"))


def test_the_drawn_videos_are_read_completely():
    found = read_questions(DRAWN)
    assert {role: len(questions) for role, questions in found.items()} == {TRAIN: 240, VALIDATION: 100, TEST: 120}
    for role, questions in found.items():
        published = json.loads((DRAWN / f"{FILES[role]}_q.json").read_text())
        assert [q.id for q in questions] == [entry["question_id"] for entry in published]
        assert {q.type for q in questions} == set(range(len(TYPES)))
        assert set(Counter(q.video for q in questions).values()) == {10}
        assert all(q.text == q.text.strip() != "" and q.answer == q.answer.strip().lower() != "" for q in questions)
    assert {q.video[0] for questions in found.values() for q in questions} >= {"-", "_"}


def test_a_question_has_its_own_answer_and_type(folder):
    expected = read_questions(folder)
    answers = json.loads((folder / "val_a.json").read_text())
    answers[0]["answer"] = f" {answers[0]['answer'].upper()}\n"
    (folder / "val_a.json").write_text(json.dumps(answers[::-1]))
    assert read_questions(folder) == expected
    skiing = Question("v_enESbo2pA9U_9", "enESbo2pA9U", "what is justin bieber’s favorite sport", "skiing", 8)
    assert skiing in expected[TRAIN]


def edit(key, value):
    def change(entries):
        entries[3][key] = value

    return change


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("train_q.json", lambda e: e[3].pop("question"), r"entry 4 \(question '\S+_\d+'\): question is missing"),
        ("train_q.json", lambda e: e[3].pop("question_id"), r"entry 4 \(question None\): question_id is missing"),
        ("val_a.json", lambda e: e[3].pop("type"), "entry 4 .*: type is missing"),
        ("val_q.json", edit("video_name", 7), "entry 4 .*: video_name is 7, expected text"),
        ("val_q.json", edit("question", " \n"), "entry 4 .*: question is '', expected text that is not empty"),
        ("val_q.json", edit("question", "\ud800"), r"entry 4 .*: question is '\\ud800', expected text"),
        ("val_q.json", edit("video_name", "../secret"), "'../secret' cannot be the name of a video's file"),
        ("val_q.json", edit("video_name", "a\nb"), r"'a\\nb' cannot be the name of a video's file"),
        ("test_a.json", edit("answer", ""), "entry 4 .*: answer is '', expected text that is not empty"),
        ("test_a.json", edit("answer", ["yes"]), r"entry 4 .*: answer is \['yes'\], expected text"),
        ("test_a.json", edit("type", "3"), "entry 4 .*: type is '3', expected a whole number"),
        ("test_a.json", edit("type", True), "entry 4 .*: type is True, expected a whole number"),
        ("test_a.json", edit("type", 9), r"question 'v_\S+_\d+': type 9, expected 0 to 8"),
        ("test_a.json", edit("type", -1), r"question 'v_\S+_\d+': type -1, expected 0 to 8"),
        ("test_a.json", lambda e: e.append(e[5]), "entry 121 .*: an entry before has the same question_id"),
        ("train_q.json", lambda e: e.append(e[5]), "entry 241 .*: an entry before has the same question_id"),
        (
            "train_q.json",
            lambda e: e.pop(),
            r"train_a.json: 1 answers without a question in train_q.json, the first is 'v_\S+'",
        ),
        (
            "train_a.json",
            lambda e: e.pop(),
            r"train_q.json: 1 questions without an answer in train_a.json, the first is 'v_\S+'",
        ),
        ("val_q.json", lambda e: e.clear(), "expected a list of objects with video_name, question, question_id"),
        ("val_a.json", lambda e: e.append("yes"), "expected a list of objects with answer, type, question_id"),
    ],
)
def test_a_spoilt_entry_is_named_in_one_line(folder, file, change, words):
    entries = json.loads((folder / file).read_text())
    change(entries)
    (folder / file).write_text(json.dumps(entries))
    named = words if words.startswith("train_") else f"{file}: .*{words}"
    assert re.search(named, complaint(folder))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "this list of ActivityNet-QA is missing"),
        (b"", "not JSON"),
        (b'[{"question": "is', "not JSON"),
        (b'[{"question": "caf\xe9"}]', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"question": "is it"}', "expected a list of objects"),
    ],
    ids=["missing", "empty", "truncated", "latin-1", "nested", "object"],
)
def test_a_file_that_is_no_list_is_named(folder, text, words):
    (folder / "val_q.json").unlink()
    if text is not None:
        (folder / "val_q.json").write_bytes(text)
    assert re.search(f"val_q.json: {words}", complaint(folder))


def test_a_video_or_a_question_in_two_lists_is_refused(folder):
    first = json.loads((folder / "train_q.json").read_text())[0]
    entries = json.loads((folder / "test_q.json").read_text())
    for entry in entries:
        if entry["video_name"] == entries[0]["video_name"]:
            entry["video_name"] = first["video_name"]
    (folder / "test_q.json").write_text(json.dumps(entries))
    assert f"test_q.json: video {first['video_name']} is also in train_q.json" in complaint(folder)
    for kind in "qa":
        text = (DRAWN / f"test_{kind}.json").read_text().replace(f'"{entries[0]["question_id"]}"', f'"{first["question_id"]}"')
        (folder / f"test_{kind}.json").write_text(text)
    assert f"test_q.json: question '{first['question_id']}' is also in train_q.json" in complaint(folder)


def complaint(folder) -> str:
    with pytest.raises(ValueError) as caught:
        read_questions(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_lists_for_decoding():
    found = video_splits(DRAWN)
    assert found.classes == ["activitynet-qa"]
    assert set(found.labels.values()) == {0}
    roles = Counter(map(tuple, found.roles.values()))
    assert roles == {(role, UNUSED, UNUSED): count for role, count in ((TRAIN, 24), (VALIDATION, 10), (TEST, 12))}


def test_videos_are_found_under_both_names_and_any_extension(tmp_path):
    present = {"abc": "v_abc.mp4", "-x_y": "v_-x_y.MKV", "_z": "_z.webm", "-q": "-q.mp4", "a.b": "v_a.b.mp4"}
    present |= {"v_w": "v_v_w.avi", "v_u": "v_u.ogv"}
    beside = [
        "v_abc.info.json",
        "v_abc.en.vtt",
        "v_abc.jpg",
        "v_abc.f137.mp4",
        ".v_abc.mkv",
        "v_abc.description",
        "v_none.txt",
    ]
    partial = ["v_none.mp4.part", "v_none.mp4.ytdl", "v_none.part", "v_none.mp4.part-Frag3", "none", "stranger.mp4", "v_a.mp4"]
    for name in [*present.values(), *beside, *partial]:
        (tmp_path / name).touch()
    (tmp_path / "v_none.mp4").mkdir()
    found = find_video_files(tmp_path, [*present, "none"])
    assert found == {video: tmp_path / name for video, name in present.items()} | {"none": tmp_path / "v_none"}
    assert list(found) == [*present, "none"]


def test_a_video_with_two_files_is_named_with_both(tmp_path):
    for name in ("v_abc.mp4", "abc.webm", "v_other.mp4", "other.mp4"):
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match=r"video abc has 2 files, abc.webm and v_abc.mp4: leave one there"):
        find_video_files(tmp_path, ["abc"])


def test_a_missing_folder_of_videos(tmp_path):
    with pytest.raises(ValueError, match="nowhere: the folder of the videos is missing"):
        find_video_files(tmp_path / "nowhere", ["abc"])


def test_the_most_frequent_answers_and_of_equals_the_first_given():
    questions = [
        Question(str(i), "v", "is it", answer, 3) for i, answer in enumerate(["two", "yes", "red", "yes", "blue", "two"])
    ]
    assert most_frequent_answers(questions, 3) == ["two", "yes", "red"]
    assert most_frequent_answers(questions, 9) == ["two", "yes", "red", "blue"]


@pytest.mark.skipif(PUBLISHED is None, reason="VCOP_ACTIVITYNET_QA names no folder of the published annotations")
def test_the_published_annotations_have_the_published_counts():
    found = read_questions(Path(str(PUBLISHED)))
    counts = {role: (len(questions), len({q.video for q in questions})) for role, questions in found.items()}
    assert counts == {TRAIN: (32_000, 3_200), VALIDATION: (18_000, 1_800), TEST: (8_000, 800)}
    top = set(most_frequent_answers(found[TRAIN], 1000))
    covered = {role: round(100 * sum(q.answer in top for q in of) / len(of), 1) for role, of in found.items()}
    # The 1000th place is shared by answers given three times: the first given are taken.
    assert covered == {TRAIN: 84.7, VALIDATION: 82.2, TEST: 78.6}
