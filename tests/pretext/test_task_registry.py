import pytest

from vcop.pretext.task_registry import find_task, source_digest

OWN = """
from vcop.pretext.tasks.arrow import Arrow


def parse(arguments):
    task = Arrow(int(arguments))
    task.name = f"mine-{arguments}"
    return task
"""


@pytest.mark.parametrize("name", ["16-8-3", "16-8-4-scratch", "still-16-8-3", "arrow-16"])
def test_a_task_is_found_by_its_name(name):
    assert str(find_task(name)) == name


def test_variants_are_tested_as_the_task_itself():
    assert str(find_task("16-8-3-hard").plain) == "16-8-3"
    assert str(find_task("arrow-16").plain) == "arrow-16"


def test_an_unknown_task_is_refused_with_those_that_there_are(tmp_path):
    (tmp_path / "mine.py").write_text(OWN)
    with pytest.raises(
        ValueError, match=r"task: there is no 'arow-16'; there are order prediction \(16-8-3\) and arrow-.., .*mine-..$"
    ):
        find_task("arow-16", tmp_path)


@pytest.mark.parametrize(
    "name", ["arrow-", "arrow-x", "arrow-0", "arrow-16-8", "still-16-8", "still-16-8-3-hard", "arrow-016"]
)
def test_other_numbers_are_refused(name):
    with pytest.raises(ValueError, match="task: "):
        find_task(name)


def test_a_task_of_the_study_is_found_and_its_text_counts(tmp_path):
    (tmp_path / "mine.py").write_text(OWN)
    assert str(find_task("mine-8", tmp_path)) == "mine-8"
    first = source_digest("mine-8", tmp_path)
    (tmp_path / "mine.py").write_text(OWN + "# changed")
    assert source_digest("mine-8", tmp_path) != first
    assert source_digest("arrow-8", tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [("x = 1", "no function parse"), ("def parse(a): return 1", "returned 1, not a PretextTask named mine-8")],
)
def test_a_file_that_gives_no_task_is_named(tmp_path, text, said):
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(ValueError, match=f"mine.py: .*{said}"):
        find_task("mine-8", tmp_path)
