import json

import pytest
from support.helpers import decode

from vcop.config.names import QUESTIONS


@pytest.fixture
def asked(tmp_path):
    """Annotations of one video that is missing."""
    (tmp_path / "videos").mkdir()
    (tmp_path / "lists").mkdir()
    for role, names in {"train": ["a"], "val": [], "test": []}.items():
        questions = [{"video_name": n, "question": "is it", "question_id": f"{n}_1"} for n in names]
        answers = [{"answer": "yes", "type": 3, "question_id": f"{n}_1"} for n in names]
        (tmp_path / "lists" / f"{role}_q.json").write_text(json.dumps(questions))
        (tmp_path / "lists" / f"{role}_a.json").write_text(json.dumps(answers))
    return tmp_path


def test_clips_are_for_questions_alone(videos, asked, tmp_path, capfd):
    assert decode(videos / "videos", videos / "lists", tmp_path / "s.h5", "--clips", 4) == 1
    assert "every frame of ucf101 is decoded" in capfd.readouterr().err
    for more in ((), ("--clips", 4), ("--clip-length", 16), ("--clips", 0, "--clip-length", 16)):
        assert decode(asked / "videos", asked / "lists", asked / "s.h5", *more, dataset=QUESTIONS) == 1
        assert "give --clips and --clip-length" in capfd.readouterr().err


def test_the_last_line_counts_videos_and_bytes(videos, tmp_path, capsys):
    assert decode(videos / "videos", videos / "lists", tmp_path / "s.h5") == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(f"{tmp_path / 's.h5'}: 80 videos, ")
    assert said.endswith(" MiB of frames, 0 videos left out")
    assert len((tmp_path / "s.digest").read_text().strip()) > 10
