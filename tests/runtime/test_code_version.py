import subprocess

from vcop.runtime.code_version import code_version


def git(folder, *words):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    return subprocess.run(["git", "-C", folder, *identity, *words], check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_told_and_whether_files_differ_from_it(tmp_path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / "code.py").write_text("x = 1\n")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    commit = code_version(tmp_path)
    assert git(tmp_path, "rev-parse", "HEAD").startswith(commit)
    (tmp_path / "code.py").write_text("x = 2\n")
    assert code_version(tmp_path) == f"{commit}-dirty"


def test_there_is_none_outside_of_a_working_tree(tmp_path):
    assert code_version(tmp_path) is None


def test_the_repository_around_code_that_it_does_not_hold_is_not_named(tmp_path):
    """As of a package in .venv inside a study's own repository."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "Snakefile").write_text("")
    git(tmp_path, "add", "Snakefile")
    git(tmp_path, "commit", "--quiet", "--message", "a study")
    installed = tmp_path / ".venv/vcop"
    installed.mkdir(parents=True)
    (installed / "code.py").write_text("x = 1\n")
    assert code_version(installed) is None
    assert code_version(tmp_path) is not None


def test_variables_of_a_hook_name_no_other_repository(tmp_path, monkeypatch):
    for name in ("code", "other"):
        git(tmp_path, "init", "--quiet", name)
        (tmp_path / name / "code.py").write_text(f"x = '{name}'\n")
        git(tmp_path / name, "add", "code.py")
        git(tmp_path / name, "commit", "--quiet", "--message", name)
    commit = code_version(tmp_path / "code")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert code_version(tmp_path / "code") == commit


def test_without_git_there_is_none(tmp_path, monkeypatch):
    """A compute node or an environment without Git still writes its results."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert code_version() is None
