import json

from support.lists import LISTS

from vcop.config.names import QUESTIONS
from vcop.datasets.listed_videos import find_files, read_lists


def test_lists_and_files_of_action_videos(tmp_path):
    for name, content in LISTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    names = read_lists("ucf101", tmp_path / "ucfTrainTestlist").labels
    assert set(names) == {"Jump/v_Jump_g01_c01.avi", "Run/v_Run_g01_c01.avi"}
    assert find_files("ucf101", tmp_path, names) == {name: tmp_path / name for name in sorted(names)}


def test_lists_and_files_of_videos_with_questions(tmp_path):
    for role, video in {"train": "b", "val": "c", "test": "a"}.items():
        (tmp_path / f"{role}_q.json").write_text(
            json.dumps([{"video_name": video, "question": "is it", "question_id": video}])
        )
        (tmp_path / f"{role}_a.json").write_text(json.dumps([{"answer": "yes", "type": 3, "question_id": video}]))
    for name in ("a.mkv", "v_b.mp4", "b.webm"):
        (tmp_path / name).touch()
    names, problems = read_lists(QUESTIONS, tmp_path).labels, []
    files = find_files(QUESTIONS, tmp_path, names, problems.append)
    assert list(files.items()) == [("a", tmp_path / "a.mkv"), ("b", tmp_path / "b.webm"), ("c", tmp_path / "v_c")]
    assert "video b has 2 files" in problems[0]


def test_a_table_of_ones_own_videos_and_lists_in_the_form_of_ucf101(tmp_path):
    (tmp_path / "mine.csv").write_text("path,role\na.mp4,test\nb.mp4,training\n")
    assert set(read_lists("gestures", tmp_path / "mine.csv").labels) == {"a.mp4", "b.mp4"}
    for name, content in LISTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert set(read_lists("gestures", tmp_path / "ucfTrainTestlist").labels) == {
        "Jump/v_Jump_g01_c01.avi",
        "Run/v_Run_g01_c01.avi",
    }
