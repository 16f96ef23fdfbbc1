"""The questions and answers of ActivityNet-QA and where its videos lie (TMM 2020, IV-D; SPEC section 4).

``train_q.json``, ``val_q.json``, ``test_q.json``: a list of ``{"video_name", "question", "question_id"}``; beside each,
``train_a.json`` ...: a list of ``{"answer", "type", "question_id"}``. The two are joined by ``question_id``.
"""

from __future__ import annotations

import json
import os
import reprlib
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vcop.config.names import QUESTIONS
from vcop.datasets.splits import TEST, TRAIN, VALIDATION, OfficialSplits, ReportProblem, raise_error

TYPES = ("Motion", "Spat. Rel.", "Temp. Rel.", "Y/N", "Color", "Obj.", "Loc.", "Num.", "Other")
FILES = {TRAIN: "train", VALIDATION: "val", TEST: "test"}
NO_VIDEO = {".ass", ".description", ".jpg", ".json", ".part", ".png", ".srt", ".txt", ".vtt", ".webp", ".xml", ".ytdl"}
AGAIN = "take the published file again, or mend this one"


@dataclass(frozen=True)
class Question:
    """One question on one video; ``type`` is an index into ``TYPES``."""

    id: str
    video: str
    text: str
    answer: str
    type: int

    @property
    def name(self) -> str:
        """What lists and logs call it: its id."""
        return self.id


def read_questions(folder: Path) -> dict[int, list[Question]]:
    """The questions of each role (TRAIN, VALIDATION, TEST) in the order of the question files.

    Texts are stripped, answers also lower-cased. Raises ValueError that names the file and the question or video at fault.
    """
    found: dict[int, list[Question]] = {}
    file_of: dict[str, Path] = {}  # of every question's id and every video: no two lists may share one
    for role, name in FILES.items():
        path = folder / f"{name}_q.json"
        found[role] = _join(path, folder / f"{name}_a.json")
        for key in dict.fromkeys([*(f"video {q.video}" for q in found[role]), *(f"question {q.id!r}" for q in found[role])]):
            if key in file_of:
                raise ValueError(f"{path}: {key} stands in {file_of[key].name} too: leave it in one of the lists")
            file_of[key] = path
    return found


def video_splits(folder: Path) -> OfficialSplits:
    """The videos of all questions as one class, for ``vcop decode``; their role stands in split 1 alone.

    Raises ValueError as ``read`` does.
    """
    made = OfficialSplits([QUESTIONS])
    for role, questions in read_questions(folder).items():
        for video in dict.fromkeys(q.video for q in questions):
            made.add(video, 0, 1, role, str(folder / f"{FILES[role]}_q.json"))
    return made


def find_video_files(folder: Path, videos: Iterable[str], complain: ReportProblem = raise_error) -> dict[str, Path]:
    """Where each video lies: ``v_NAME.EXT``, as ActivityNet calls it, or ``NAME.EXT``, of any extension.

    Partial downloads and what downloaders write beside a video are passed over. A video without a file gets the path
    ``folder/v_NAME``, which is not there. ``complain`` gets each video with two files; if it returns, the first by name is
    taken. By default that raises ValueError, as a folder that is not there does.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder}: the folder of the videos is not there; docs/data.md says where to put them")
    found: dict[str, list[Path]] = {video: [] for video in videos}
    with os.scandir(folder) as entries:
        for entry in entries:
            stem, suffix = os.path.splitext(entry.name)
            if suffix.lower() in NO_VIDEO or entry.is_dir():
                continue
            bare = stem.removeprefix("v_")
            video = bare if bare in found else stem
            if suffix and video in found:
                found[video].append(folder / entry.name)
    for video, paths in found.items():
        if len(paths) > 1:
            names = " and ".join(sorted(path.name for path in paths))
            complain(f"{folder}: video {video} has {len(paths)} files, {names}: leave one there")
    return {video: min(paths) if paths else folder / f"v_{video}" for video, paths in found.items()}


def most_frequent_answers(questions: Iterable[Question], count: int) -> list[str]:
    """The ``count`` most frequent answers (or all, if they are fewer); of equally frequent ones the first given comes first."""
    return [answer for answer, _ in Counter(q.answer for q in questions).most_common(count)]


def _join(questions_path: Path, answers_path: Path) -> list[Question]:
    """The questions of one list with their answers."""
    questions = _load(questions_path, {"video_name": str, "question": str, "question_id": str})
    answers = _load(answers_path, {"answer": str, "type": int, "question_id": str})
    _all_in(questions, answers, questions_path, f"questions without an answer in {answers_path.name}")
    _all_in(answers, questions, answers_path, f"answers without a question in {questions_path.name}")
    for name, entry in questions.items():
        video = entry["video_name"]
        if "/" in video or not video.isprintable():
            raise ValueError(f"{questions_path}: question {name!r}: {video!r} cannot be the name of a video's file: {AGAIN}")
    for name, entry in answers.items():
        if entry["type"] not in range(len(TYPES)):
            raise ValueError(
                f"{answers_path}: question {name!r}: type {entry['type']}, known are 0 to {len(TYPES) - 1}: {AGAIN}"
            )
    return [
        Question(name, q["video_name"], q["question"], answers[name]["answer"].lower(), answers[name]["type"])
        for name, q in questions.items()
    ]


def _all_in(ids: Iterable[str], others: Container[str], path: Path, what: str) -> None:
    alone = [name for name in ids if name not in others]
    if alone:
        raise ValueError(f"{path}: {len(alone)} {what}, the first is {alone[0]!r}: {AGAIN}")


def _load(path: Path, keys: dict[str, type]) -> dict[str, dict[str, Any]]:
    """The entries of a JSON list by question_id, every one with ``keys`` of these types, texts stripped and none empty."""
    if not path.is_file():
        raise ValueError(f"{path}: this list of ActivityNet-QA is missing; docs/data.md says where to put the lists")
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"{path}: not JSON ({problem}): {AGAIN}") from None
    if not isinstance(data, list) or not data or not all(isinstance(entry, dict) for entry in data):
        raise ValueError(f"{path}: expected a list of objects with {', '.join(keys)}: {AGAIN}")
    entries: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(data, 1):
        where = f"{path}: entry {number} (question {reprlib.repr(entry.get('question_id'))})"
        checked = {key: _value(entry, key, kind, where) for key, kind in keys.items()}
        name = checked["question_id"]
        if name in entries:
            raise ValueError(f"{where}: this question_id stood before: {AGAIN}")
        entries[name] = checked
    return entries


def _value(entry: dict[str, Any], key: str, kind: type, where: str) -> Any:
    """One value of an entry. Raises ValueError where it is missing, of another type, empty, or no text that can be written."""
    if key not in entry:
        raise ValueError(f"{where}: {key} is missing: {AGAIN}")
    value = entry[key]
    if type(value) is not kind:  # True is an int
        raise ValueError(
            f"{where}: {key} is {reprlib.repr(value)}, expected {'text' if kind is str else 'a whole number'}: {AGAIN}"
        )
    if kind is int:
        return value
    text = str(value).strip()
    if not text or text != text.encode(errors="replace").decode():  # JSON can spell half a character: \ud800
        raise ValueError(f"{where}: {key} is {reprlib.repr(text)}, expected text that is not empty: {AGAIN}")
    return text
