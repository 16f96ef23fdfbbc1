"""The command; what is packed: tests/planning/test_archive.py."""

import pytest
from support.helpers import vcop
from support.studies_by_hand import KEPT, make


@pytest.fixture
def study(tmp_path):
    return make(tmp_path / "a study")


def test_it_says_how_many_files_of_which_folder_are_packed(study, tmp_path, capsys):
    assert vcop("pack", study, "--out", tmp_path / "s.tar.gz") == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.split()[:3] == ["config.yaml", "1", "file"]
    assert last.startswith(f"{tmp_path}/s.tar.gz: {len(KEPT) + 2} files, ")
    assert last.endswith(" MiB compressed, with versions.json and SHA256SUMS")


@pytest.mark.parametrize("name", ["s.zip", ".tar.gz", "s"])
def test_another_kind_of_archive_is_refused_in_one_line(study, tmp_path, name, capsys):
    assert vcop("pack", study, "--out", tmp_path / name) == 1
    assert (
        capsys.readouterr().err
        == f"vcop pack: --out {tmp_path}/{name}: the archive's name must end in .tar.gz, as in study.tar.gz\n"
    )
