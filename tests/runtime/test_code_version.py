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
