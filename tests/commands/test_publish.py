from support.helpers import vcop
from support.pretraining import NARROW

from vcop.config.fields import flags


def test_it_writes_the_folder_and_prints_its_files(tmp_path, capsys):
    weights = tmp_path / "random.safetensors"
    assert vcop("initialise", "--network", "c3d", "--seed", 0, "--out", weights, *flags(NARROW).split()) == 0
    assert vcop("publish", weights, "--out", tmp_path / "out", "--names", "2019", "--datasets", "my/videos") == 0
    names = ["model.safetensors", "config.json", "README.md", "model-2019.safetensors"]
    assert [line.split(": ")[0] for line in capsys.readouterr().out.splitlines()] == [
        str(tmp_path / "out" / name) for name in names
    ]
    assert "- my/videos\n" in (tmp_path / "out/README.md").read_text()


def test_a_file_that_is_not_weights_is_one_line(tmp_path, capsys):
    (tmp_path / "w.pt").write_bytes(b"PK\x03\x04 and nothing")
    assert vcop("publish", tmp_path / "w.pt", "--out", tmp_path / "out") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"vcop publish: {tmp_path / 'w.pt'}: not a whole file of PyTorch")
    assert not (tmp_path / "out").exists()
