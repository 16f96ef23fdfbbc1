import os
import subprocess
import sys
import tomllib

import pytest
from support.helpers import ROOT, vcop

from vcop import cli


@pytest.mark.parametrize("verb", cli.COMMANDS)
def test_every_verb_says_what_it_takes(verb, capsys):
    with pytest.raises(SystemExit) as end:
        vcop(verb, "--help")
    assert end.value.code == 0
    assert cli.COMMANDS[verb] in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "verb",
    [
        "decode",
        "synthesise",
        "retrieve",
        "render",
        "baselines",
        "schema",
        "status",
        "plan",
        "pack",
        "download",
        "check",
    ],
)
def test_light_verbs_do_not_import_torch(verb):
    """It costs a process three seconds."""
    program = f"import sys; from vcop import cli; cli.build_parser({verb!r}); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_snakefile_reads_nothing_heavy():
    program = "import sys, vcop.config.options, vcop.datasets.splits, vcop.sampling.tasks; sys.exit(bool({'torch', 'h5py', 'pandas', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_missing_store_is_one_line(tmp_path, capsys):
    assert vcop("check", tmp_path / "no.h5") == 1
    assert (
        capsys.readouterr().err
        == f"vcop check: {tmp_path}/no.h5: a file or folder to check (or one of ucf101, hmdb51, activitynet-qa) is not there\n"
    )


@pytest.mark.parametrize("lacks", ["", "raise ImportError('cannot import name Tensor')"])
def test_an_old_pytorch_is_one_line_whatever_it_lacks(tmp_path, lacks):
    """Of an environment made by other means than pyproject.toml; the stand-in is found before the real one."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch/__init__.py").write_text(f"__version__ = '2.10.1+cu128'\n{lacks}\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    for verb in ("pretrain", "extract", "initialise"):
        command = [sys.executable, "-m", "vcop", verb, "--help"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        said = f"vcop {verb}: PyTorch 2.10.1+cu128 in {tmp_path}/torch is too old: 2.11 or later is needed\n"
        assert (done.returncode, done.stderr) == (1, said)


def test_the_floor_of_pytorch_is_pyprojects():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"torch>={'.'.join(map(str, cli.MINIMUM_TORCH))}" in asked


@pytest.mark.parametrize("words", [("--help",), ("sizes", "--help"), ("schema",), ("sizes",)])
def test_who_reads_what_is_printed_may_leave(words):
    """As `vcop ... | head -1` does: nothing is said, and the code is that of a program ended by SIGPIPE."""
    command = [sys.executable, "-m", "vcop", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) in ({141, 0} if "--help" in words else {141})  # argparse swallows it


def test_a_lost_connection_does_not_end_the_process():
    """Of a download, a loader or another training process: an error that can be told, not SIGPIPE's silent end."""
    program = """if 1:
        import socket
        from vcop import cli
        cli.main(["schema"])
        one, other = socket.socketpair()
        other.close()
        try:
            one.send(b"x")
        except BrokenPipeError:
            print("told")"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "told")
