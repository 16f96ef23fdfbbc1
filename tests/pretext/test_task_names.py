import pytest

from vcop.pretext.task_names import BUILT_IN, source_file, split_name


@pytest.mark.parametrize(
    ("name", "parts"), [("16-8-3", ("order", "16-8-3")), ("random_labels-16-10", ("random_labels", "16-10"))]
)
def test_the_module_stands_in_front_of_the_numbers(name, parts):
    assert split_name(name) == parts


def test_a_users_task_is_a_file_and_one_of_this_package_is_not(tmp_path):
    (tmp_path / "mine.py").write_text("")
    assert source_file("mine-8", tmp_path) == tmp_path / "mine.py"
    assert source_file("16-8-3", tmp_path) is None
    assert source_file("arrow-16", tmp_path) is None
    assert {"order", "still", "arrow"} <= set(BUILT_IN)
    assert "base" not in BUILT_IN


def test_a_users_task_does_not_take_a_name_of_this_package(tmp_path):
    (tmp_path / "arrow.py").write_text("")
    with pytest.raises(ValueError, match=r"arrow.py: vcop has a task of this name: give yours another one"):
        source_file("arrow-16", tmp_path)
