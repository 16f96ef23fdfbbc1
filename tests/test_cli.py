import subprocess
import sys

import pytest
from helpers import vcop

from vcop import cli


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_says_what_it_takes(verb, capsys):
    with pytest.raises(SystemExit) as end:
        vcop(verb, "--help")
    assert end.value.code == 0
    assert cli.VERBS[verb] in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("verb", ["decode", "synthesise", "retrieve", "render", "baselines", "schema"])
def test_light_verbs_do_not_import_torch(verb):
    """It costs a process three seconds."""
    program = f"import sys; from vcop import cli; cli.parser({verb!r}); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_snakefile_reads_nothing_heavy():
    program = "import sys, vcop.options, vcop.splits, vcop.tasks; sys.exit(bool({'torch', 'h5py', 'pandas', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_missing_store_is_one_line(tmp_path, capsys):
    assert vcop("check", tmp_path / "no.h5") == 1
    assert capsys.readouterr().err == f"vcop check: {tmp_path}/no.h5: the frame store (made by rule `decode`) is not there\n"
