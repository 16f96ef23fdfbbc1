import pytest

from vcop.runtime.user_modules import find_names, load_module, module_digest


def test_modules_are_found_loaded_and_told_apart_by_their_text(tmp_path):
    for name, text in (("b", "value = 2"), ("a", "value = 1"), ("_hidden", ""), ("twin", "value = 1")):
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "notes.txt").write_text("")
    assert find_names(tmp_path) == ["a", "b", "twin"]
    assert load_module(tmp_path, "b").value == 2
    assert module_digest(tmp_path, "a") == module_digest(tmp_path, "twin") != module_digest(tmp_path, "b")
    assert find_names(tmp_path / "nowhere") == []


def test_a_module_that_cannot_be_loaded_is_named(tmp_path):
    (tmp_path / "bad.py").write_text("import nonsense_that_is_not_there")
    with pytest.raises(ValueError, match=r"bad.py: it cannot be loaded: ModuleNotFoundError: No module named 'nonsense"):
        load_module(tmp_path, "bad")
