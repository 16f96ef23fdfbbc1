import sys

import pytest
import torch

from vcop.config.network_names import package_networks
from vcop.config.options import NetworkOptions
from vcop.networks.batchnorm import BatchNorm
from vcop.networks.registry import build_backbone

NARROW = NetworkOptions(multiplier=0.0625)


OWN = """
from torch import nn
from vcop import Backbone

class Own(Backbone):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv3d(3, 4, 3), nn.BatchNorm3d(4, eps=0.5))
        self.conv2, self.conv3, self.conv4, self.conv5 = nn.ReLU(), nn.ReLU(), nn.ReLU(), nn.ReLU()
        self.features = 4

def build(multiplier):
    return Own()
"""


def write_own(study, text=OWN):
    (study / "networks").mkdir(exist_ok=True)
    (study / "networks/own.py").write_text(text)


def test_an_unknown_network_ends_in_one_line_that_lists_the_known_ones():
    with pytest.raises(
        ValueError, match=r"^network: there is no 'r3d-18'; choose one of c3d, r3d, r21d, mc3_18, .*r3d-18.py$"
    ):
        build_backbone("r3d-18", NARROW)


def test_a_backbone_of_the_users_is_found_in_the_studys_folder(tmp_path, monkeypatch):
    write_own(tmp_path)
    with pytest.raises(ValueError, match="there is no 'own'"):
        build_backbone("own", NARROW)
    one, other = (build_backbone("own", NARROW, seed, study=tmp_path) for seed in (0, 1))
    assert one(torch.rand(2, 3, 8, 20, 20)).shape == (2, 4)
    assert not torch.equal(one.conv1[0].weight, other.conv1[0].weight)
    assert isinstance(one.conv1[1], BatchNorm)
    assert one.conv1[1].eps == 0.5
    monkeypatch.chdir(tmp_path)
    assert torch.equal(build_backbone("own", NARROW, 0).conv1[0].weight, one.conv1[0].weight)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"own\.py: has no function build"),
        (OWN.replace("return Own()", "return nn.ReLU()"), r"own\.py: build returns ReLU, and needs a vcop\.Backbone"),
        (OWN.replace("self.features", "self.values"), r"own\.py: build returns a vcop\.Backbone without features"),
        (OWN.replace("import nn", "import nnn"), r"own\.py, line 2: ImportError: cannot import name 'nnn'"),
    ],
)
def test_a_file_that_builds_no_backbone_is_one_line(tmp_path, text, message):
    write_own(tmp_path, text)
    with pytest.raises(ValueError, match=message) as problem:
        build_backbone("own", NARROW, study=tmp_path)
    assert "\n" not in str(problem.value)


def test_a_network_without_its_package_is_one_line(monkeypatch):
    monkeypatch.delitem(sys.modules, "vcop.networks.backbones.s3d", raising=False)
    monkeypatch.setitem(sys.modules, "torchvision.models.video.s3d", None)
    with pytest.raises(ValueError, match=r"^network: s3d needs the package torchvision.*, which is not installed here$"):
        build_backbone("s3d", NARROW)


@pytest.mark.parametrize("seed", [None, 0])
def test_the_random_state_is_left_as_it_was(seed):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    build_backbone("r3d", NARROW, seed)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("network", package_networks())
def test_initial_weights_are_a_function_of_seed_and_network(network):
    options = NetworkOptions(multiplier=0.125)
    one, same, other = (build_backbone(network, options, s).state_dict() for s in (0, 0, 1))
    assert all(torch.equal(one[k], same[k]) for k in one)
    assert not all(torch.equal(one[k], other[k]) for k in one)


@pytest.mark.parametrize("network", package_networks())
def test_every_batchnorm_is_ours(network):
    norms = [m for m in build_backbone(network, NARROW).modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    assert all(isinstance(norm, BatchNorm) for norm in norms)
    assert norms or network == "swin3d_t"


def test_batchnorm_of_old_pytorch():
    scales = [
        m.weight
        for m in build_backbone("r3d", NetworkOptions(multiplier=0.125, batchnorm_scale="uniform"), 0).modules()
        if isinstance(m, torch.nn.BatchNorm3d)
    ]
    assert all(0 <= w.min() and w.max() < 1 and w.std() > 0.1 for w in scales)
    for module in build_backbone("c3d", NetworkOptions(multiplier=0.125)).modules():
        if isinstance(module, torch.nn.BatchNorm3d):
            assert (module.eps, module.momentum) == (1e-5, 0.1)
            assert (module.weight == 1).all()
