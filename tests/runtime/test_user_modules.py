import pytest

from vcop.runtime.user_modules import find_names, load_module, module_digest


def write(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(text)


def test_names_are_those_that_paths_may_have(tmp_path):
    folder = tmp_path / "networks"
    assert find_names(folder) == []
    for name in ("wide_2", "toy", "_shared", "My-Net", "2d"):
        write(folder, name, "")
    (folder / "notes.txt").write_text("")
    assert find_names(folder) == ["toy", "wide_2"]


def test_a_module_is_loaded_as_it_is_now(tmp_path):
    folder = tmp_path / "networks"
    write(folder, "toy", "from dataclasses import dataclass\n\n@dataclass\nclass Size:\n    width: int = 1\n")
    assert load_module(folder, "toy").Size().width == 1
    first = module_digest(folder, "toy")
    write(folder, "toy", "WIDTH = 2\n")
    assert load_module(folder, "toy").WIDTH == 2
    write(folder, "toy", "WIDTH = 3\n")  # of the same size, within the same second
    assert load_module(folder, "toy").WIDTH == 3
    assert module_digest(folder, "toy") != first
    assert [path.name for path in folder.iterdir()] == ["toy.py"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\nimport nothing_like_this\n", r"toy\.py, line 2: ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("x = (\n", r"toy\.py: SyntaxError: .*line 1"),
        (None, r"toy\.py: FileNotFoundError"),
    ],
)
def test_what_cannot_be_loaded_is_one_line(tmp_path, text, message):
    if text:
        write(tmp_path, "toy", text)
    with pytest.raises(ValueError, match=message) as problem:
        load_module(tmp_path, "toy")
    assert "\n" not in str(problem.value)
