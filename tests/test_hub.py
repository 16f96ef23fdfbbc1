"""The Hugging Face Hub and torch.hub, by folder and without a network."""

import json
import subprocess
import sys

import pytest
import torch
from support.helpers import ROOT
from support.pretraining import NARROW

import vcop
from vcop.storage.weights import save_random_weights

CLIPS = torch.rand(1, 3, 8, 32, 32, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run/model.safetensors"
    save_random_weights(path, vcop.build_backbone("r3d", NARROW, 3), network="r3d", options=NARROW, seed=3)
    return path.parent


def test_a_backbone_is_saved_and_loaded_by_folder(run, tmp_path):
    pytest.importorskip("huggingface_hub")
    from vcop.hub import HubBackbone

    model = HubBackbone(run)
    model.save_pretrained(tmp_path / "saved")
    assert json.loads((tmp_path / "saved/config.json").read_text())["network"] == "r3d"
    assert (tmp_path / "saved/README.md").read_text().startswith("---\nlicense: mit\nlibrary_name: vcop\n")
    loaded = HubBackbone.from_pretrained(tmp_path / "saved")
    with torch.no_grad():
        assert torch.equal(loaded(CLIPS), vcop.load_backbone(run)(CLIPS))
    assert not loaded.training
    (tmp_path / "saved/README.md").write_text("---\nlicense: mit\n---\nMy own words.\n")
    loaded.save_pretrained(tmp_path / "again")
    assert "My own words." in (tmp_path / "again/README.md").read_text()
    assert (tmp_path / "again/model.safetensors").read_bytes() == (tmp_path / "saved/model.safetensors").read_bytes()
    with torch.no_grad():
        loaded.backbone.conv1[0].weight.zero_()  # trained further
    loaded.save_pretrained(tmp_path / "trained")
    trained = vcop.load_backbone(tmp_path / "trained").state_dict()
    assert all(torch.equal(value, trained[name]) for name, value in loaded.backbone.state_dict().items())
    assert "It started from model.safetensors." in (tmp_path / "trained/README.md").read_text()


def test_a_push_uploads_the_published_files(run, monkeypatch):
    hub = pytest.importorskip("huggingface_hub")
    from vcop.hub import HubBackbone

    seen = {}

    def upload(self, *, folder_path, **more):
        seen.update({path.name: path.stat().st_size for path in sorted(ROOT.__class__(folder_path).iterdir())})
        return "done"

    monkeypatch.setattr(hub.HfApi, "create_repo", lambda self, repo_id, **more: type("Repository", (), {"repo_id": repo_id}))
    monkeypatch.setattr(hub.HfApi, "upload_folder", upload)
    HubBackbone(run).push_to_hub("me/backbone")
    assert {"README.md", "config.json", "model.safetensors"} <= seen.keys()


def test_without_the_package_it_says_what_to_install():
    program = "import sys; sys.modules['huggingface_hub'] = None\nimport vcop\nimport vcop.hub"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: vcop.hub needs the package huggingface_hub: pip install 'vcop[hub]'")


def test_torch_hub_loads_backbones_from_the_repository(run):
    loaded = torch.hub.load(str(ROOT), "backbone", str(run), source="local")
    with torch.no_grad():
        assert torch.equal(loaded(CLIPS), vcop.load_backbone(run)(CLIPS))
    for network in ("c3d", "r3d", "r21d"):
        built = torch.hub.load(str(ROOT), network, source="local", multiplier=0.0625, seed=2)
        expected = vcop.build_backbone(network, NARROW, 2).state_dict()
        assert all(torch.equal(value, expected[name]) for name, value in built.state_dict().items())
