"""Questions and answers of ActivityNet-QA, and the files of its videos (TMM 2020, IV-D).

The files ``train_q.json``, ``val_q.json`` and ``test_q.json`` are lists of ``{"video_name", "question", "question_id"}``; beside
each stands a list of ``{"answer", "type", "question_id"}``: ``train_a.json`` and so on. The two are joined by ``question_id``.
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

# Names of the types 0 to 8 in Table VI.
TYPES = ("Motion", "Spat. Rel.", "Temp. Rel.", "Y/N", "Color", "Obj.", "Loc.", "Num.", "Other")
# Beginnings of the file names by role.
FILES = {TRAIN: "train", VALIDATION: "val", TEST: "test"}
# Suffixes of what downloaders write beside a video.
NO_VIDEO = {".ass", ".description", ".jpg", ".json", ".part", ".png", ".srt", ".txt", ".vtt", ".webp", ".xml", ".ytdl"}
ADVICE = "download the published file again, or correct this one"


@dataclass(frozen=True)
class Question:
    """A question about a video, with its answer.

    The names of this class and of its attributes are part of what makes ``vcop answer`` run again.

    Attributes:
        id: The ``question_id``, unique in all lists.
        video: Name of the video.
        text: The question.
        answer: The answer in lower case.
        type: Index into ``TYPES``.
    """

    id: str
    video: str
    text: str
    answer: str
    type: int

    @property
    def name(self) -> str:
        """Name in lists and logs: the id."""
        return self.id


def read_questions(folder: Path) -> dict[int, list[Question]]:
    """Read the questions of all lists.

    Args:
        folder: Folder of the six JSON files.

    Returns:
        The questions by role (TRAIN, VALIDATION, TEST), in the order of the question files. Texts are stripped, answers also
        lower-cased.

    Raises:
        ValueError: If a file is missing or wrong; the message names the file and the question or video.
    """
    questions: dict[int, list[Question]] = {}
    file_of: dict[str, Path] = {}  # by video and by question: no two lists may share one
    for role, name in FILES.items():
        path = folder / f"{name}_q.json"
        questions[role] = part = _join(path, folder / f"{name}_a.json")
        for key in dict.fromkeys([*(f"video {q.video}" for q in part), *(f"question {q.id!r}" for q in part)]):
            if key in file_of:
                raise ValueError(f"{path}: {key} is also in {file_of[key].name}: leave it in one of the lists")
            file_of[key] = path
    return questions


def video_splits(folder: Path) -> OfficialSplits:
    """Return the videos of all questions as one class, for ``vcop decode``; they have a role in split 1 alone.

    Raises ValueError as ``read_questions`` does.
    """
    splits = OfficialSplits([QUESTIONS])
    for role, questions in read_questions(folder).items():
        for video in dict.fromkeys(q.video for q in questions):
            splits.add(video, 0, 1, role, str(folder / f"{FILES[role]}_q.json"))
    return splits


def find_video_files(folder: Path, videos: Iterable[str], report: ReportProblem = raise_error) -> dict[str, Path]:
    """Find the file of each video: ``v_NAME.EXT``, as ActivityNet names it, or ``NAME.EXT``, with any extension.

    Partial downloads and what downloaders write beside a video are ignored.

    Args:
        folder: Folder of the videos.
        videos: Names of the videos.
        report: Called with a message for each video that has several files. If it returns, the first file by name is taken.

    Returns:
        The file of each video; the path ``folder/v_NAME``, where there is no file, if a video has none.

    Raises:
        ValueError: If the folder is missing; by default also for a video with several files.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder}: the folder of the videos is missing; docs/data.md says where to put them")
    files: dict[str, list[Path]] = {video: [] for video in videos}
    with os.scandir(folder) as entries:
        for entry in entries:
            stem, suffix = os.path.splitext(entry.name)
            if suffix.lower() in NO_VIDEO or entry.is_dir():
                continue
            bare = stem.removeprefix("v_")
            video = bare if bare in files else stem
            if suffix and video in files:
                files[video].append(folder / entry.name)
    for video, paths in files.items():
        if len(paths) > 1:
            names = " and ".join(sorted(path.name for path in paths))
            report(f"{folder}: video {video} has {len(paths)} files, {names}: leave one there")
    return {video: min(paths) if paths else folder / f"v_{video}" for video, paths in files.items()}


def most_frequent_answers(questions: Iterable[Question], count: int) -> list[str]:
    """Return the ``count`` most frequent answers, or all if they are fewer; of equally frequent ones, the first given is first."""
    return [answer for answer, _ in Counter(q.answer for q in questions).most_common(count)]


def _join(questions_path: Path, answers_path: Path) -> list[Question]:
    """Read the questions of one list with their answers."""
    questions = _load(questions_path, {"video_name": str, "question": str, "question_id": str})
    answers = _load(answers_path, {"answer": str, "type": int, "question_id": str})
    _require_all(questions, answers, questions_path, f"questions without an answer in {answers_path.name}")
    _require_all(answers, questions, answers_path, f"answers without a question in {questions_path.name}")
    for name, entry in questions.items():
        video = entry["video_name"]
        if "/" in video or not video.isprintable():
            raise ValueError(f"{questions_path}: question {name!r}: {video!r} cannot be the name of a video's file: {ADVICE}")
    for name, entry in answers.items():
        if entry["type"] not in range(len(TYPES)):
            raise ValueError(
                f"{answers_path}: question {name!r}: type {entry['type']}, expected 0 to {len(TYPES) - 1}: {ADVICE}"
            )
    return [
        Question(name, q["video_name"], q["question"], answers[name]["answer"].lower(), answers[name]["type"])
        for name, q in questions.items()
    ]


def _require_all(ids: Iterable[str], others: Container[str], path: Path, problem: str) -> None:
    """Raise ValueError if some of the ids are not among the others."""
    missing = [name for name in ids if name not in others]
    if missing:
        raise ValueError(f"{path}: {len(missing)} {problem}, the first is {missing[0]!r}: {ADVICE}")


def _load(path: Path, keys: dict[str, type]) -> dict[str, dict[str, Any]]:
    """Read the entries of a JSON list by question_id; check the types of ``keys``, strip texts and refuse empty ones."""
    if not path.is_file():
        raise ValueError(f"{path}: this list of ActivityNet-QA is missing; docs/data.md says where to put the lists")
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"{path}: not JSON ({problem}): {ADVICE}") from None
    if not isinstance(data, list) or not data or not all(isinstance(entry, dict) for entry in data):
        raise ValueError(f"{path}: expected a list of objects with {', '.join(keys)}: {ADVICE}")
    entries: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(data, 1):
        source = f"{path}: entry {number} (question {reprlib.repr(entry.get('question_id'))})"
        checked = {key: _value(entry, key, kind, source) for key, kind in keys.items()}
        name = checked["question_id"]
        if name in entries:
            raise ValueError(f"{source}: an entry before has the same question_id: {ADVICE}")
        entries[name] = checked
    return entries


def _value(entry: dict[str, Any], key: str, kind: type, source: str) -> Any:
    """Return a value of an entry. Raises ValueError if it is missing, empty, of another type, or text that UTF-8 cannot encode."""
    if key not in entry:
        raise ValueError(f"{source}: {key} is missing: {ADVICE}")
    value = entry[key]
    if type(value) is not kind:  # not isinstance: True is an int, too
        raise ValueError(
            f"{source}: {key} is {reprlib.repr(value)}, expected {'text' if kind is str else 'a whole number'}: {ADVICE}"
        )
    if kind is int:
        return value
    text = str(value).strip()
    if not text or text != text.encode(errors="replace").decode():  # JSON can hold half a character: \ud800
        raise ValueError(f"{source}: {key} is {reprlib.repr(text)}, expected text that is not empty: {ADVICE}")
    return text
