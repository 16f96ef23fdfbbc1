import pytest

from vcop.config.names import PAPER_NETWORKS
from vcop.config.network_names import known_networks, network_identity, own_file, package_networks
from vcop.runtime.user_modules import module_digest


def write(study, name):
    (study / "networks").mkdir(exist_ok=True)
    (study / f"networks/{name}.py").write_text("x = 1\n")


def test_the_papers_networks_come_first_and_the_users_last(tmp_path):
    package = package_networks()
    assert tuple(package[:3]) == PAPER_NETWORKS
    assert {"r3d_18", "mc3_18", "r2plus1d_18", "s3d", "swin3d_t"} <= set(package)
    assert known_networks(tmp_path) == package
    write(tmp_path, "abc")
    assert known_networks(tmp_path) == [*package, "abc"]


def test_a_users_network_is_its_file_and_depends_on_it(tmp_path, monkeypatch):
    write(tmp_path, "abc")
    assert own_file("r3d", tmp_path) is None
    assert own_file("abc", tmp_path) == tmp_path / "networks/abc.py"
    monkeypatch.chdir(tmp_path)
    assert network_identity("r3d") == {}
    assert network_identity("abc") == {"network_file": module_digest("networks", "abc")}


def test_an_unknown_name_and_one_that_is_taken_are_one_line(tmp_path):
    write(tmp_path, "abc")
    with pytest.raises(
        ValueError, match=r"^network: there is no 'ab'; choose one of c3d, .*, abc, or write .*networks/ab\.py$"
    ):
        own_file("ab", tmp_path)
    write(tmp_path, "r3d")
    with pytest.raises(ValueError, match=r"networks/r3d\.py: vcop has a network of this name: give yours another one$"):
        own_file("r3d", tmp_path)
