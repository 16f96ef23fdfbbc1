"""What a machine computes wrongly is named, computed in fp32 or refused: a training on it is impossible."""

import copy
import math
import re
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch
import yaml
from benchmarks import hours
from benchmarks.loops import Bench
from torch import nn
from torch.nn.functional import cross_entropy

from vcop.config.options import ComputeOptions, InputOptions, NetworkOptions
from vcop.config.reader import read_study
from vcop.networks.convolution import Conv3d
from vcop.networks.heads import ActionNetwork, OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.training import distributed, precision_check

CPU = torch.device("cpu")
BF16 = ComputeOptions(precision="bf16")
SIZES = {True: {4}, False: {5}}


def action_network(name="r3d", compute=BF16):
    torch.manual_seed(0)
    network = ActionNetwork(build_backbone(name, NetworkOptions(multiplier=0.25), seed=0), 3)
    distributed.set_layout(network, compute)
    return network


def clips(count=2):
    x = torch.rand(count, 3, 8, 24, 24, generator=torch.Generator().manual_seed(1))
    return x.to(memory_format=torch.channels_last_3d), torch.arange(count) % 3


def check(network, compute=BF16, batch=None, sizes=SIZES):
    precision_check.check_network(network, batch or clips(), sizes, CPU, compute, "run")


def altered(network):
    return {name for name, module in network.named_modules() if type(module).__name__.endswith("InFp32")}


class WrongGradient(torch.autograd.Function):
    """Passes values on, but half of their gradient: where it comes back in one of the types, as from a faulty library."""

    @staticmethod
    def forward(ctx, x, everywhere):
        ctx.everywhere = everywhere
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient / 2 if ctx.everywhere or gradient.dtype == torch.bfloat16 else gradient, None


def plant(layer, shape, *, everywhere=False):
    """Spoil the gradients of one layer at one shape."""

    def spoil(module, inputs, out):
        return WrongGradient.apply(out, everywhere) if out.shape[1:] == shape else out

    layer.register_forward_hook(spoil)


def test_this_machine_is_right_in_fp32_and_the_generator_of_the_process_is_left_alone():
    network, before = action_network(), torch.get_rng_state()
    precision_check.check_convolutions(CPU, ComputeOptions(), "run")
    precision_check.check_network(network, clips(), SIZES, CPU, ComputeOptions(), "run")
    assert torch.equal(torch.get_rng_state(), before)
    assert not altered(network)


@pytest.mark.parametrize("spoil", [lambda y: y * 1.05, lambda y: torch.where(y > 2, 0, y), lambda y: y * float("nan")])
def test_wrong_outputs_of_a_layer_are_refused(monkeypatch, spoil):
    network = action_network()
    right = Conv3d.forward
    monkeypatch.setattr(Conv3d, "forward", lambda module, x: spoil(right(module, x)) if x.shape[1] == 3 else right(module, x))
    said = r"compute.precision: fp32 is wrong on this machine: backbone.conv1.0, Conv3dInFp32\(3, 16, .* on \([45], 3, 8, 24, 24\)"
    with pytest.raises(
        ValueError,
        match=said
        + r": relative error of the output .*PyTorch 2.*: use another device, or other versions of these libraries$",
    ):
        check(network)


def test_a_wrong_gradient_in_bf16_is_named_and_avoided(capsys):
    network = action_network()
    check(network)
    before, _ = altered(network), capsys.readouterr()
    plant(network.backbone.conv3.residual[3], (32, 4, 6, 6))
    check(network)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "run: bf16 is wrong on this machine, fp32 is used instead: backbone.conv3.residual.3, Conv3d(32, 32, "
    )
    assert "on (4, 32, 4, 6, 6): relative error of the input gradient 5.0e-01, weight gradient 5.0e-01 against" in line
    assert altered(network) - before == {"backbone.conv3.residual.3"}


def test_a_wrong_gradient_in_fp32_too_is_refused():
    network = action_network()
    plant(network.backbone.conv3.residual[3], (32, 4, 6, 6), everywhere=True)
    with pytest.raises(ValueError, match=r"backbone.conv3.residual.3, Conv3dInFp32.*input gradient 5.0e-01") as raised:
        check(network)
    assert "\n" not in str(raised.value)


def test_a_batch_size_that_is_wrong_is_found():
    network = action_network()

    def spoil(module, inputs, out):
        return WrongGradient.apply(out, True) if len(out) == 3 else out

    network.head.register_forward_hook(spoil)
    check(network)
    with pytest.raises(ValueError, match=r"head, LinearInFp32\(in_features=128.* on \(3, 128\): .*bias gradient 5.0e-01"):
        check(network, sizes={True: {4, 3}, False: {5}})


def test_an_altered_layer_computes_in_fp32_with_the_same_weights():
    network = nn.Sequential(nn.Linear(6, 4))
    right, x = copy.deepcopy(network), torch.rand(2, 6)
    precision_check._compute_in_fp32(network[0])
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(network(x.bfloat16()), copy.deepcopy(network)(x.bfloat16()))
        assert network(x).dtype == torch.float32
    assert torch.equal(network(x), right(x))
    assert network.state_dict().keys() == right.state_dict().keys()
    assert isinstance(network[0], nn.Linear)


def gradients(network, compute, batch):
    network = copy.deepcopy(network).train()
    with distributed.autocast(CPU, compute) if compute else nullcontext():
        logits = network(batch[0])
    loss = cross_entropy(logits.float(), batch[1])
    loss.backward()
    return loss.item(), {name: p.grad for name, p in network.named_parameters()}


@pytest.mark.parametrize("layout", [True, False])
@pytest.mark.parametrize("name", ["c3d", "r3d", "r21d"])
def test_bf16_gradients_are_near_those_of_fp32(name, layout, capsys):
    """On a CPU with AVX-512 for bf16, PyTorch 2.15's weight gradients of some of these layers are garbage."""
    compute = ComputeOptions(precision="bf16", channels_last=layout)
    network, batch = action_network(name, compute), clips(6)
    _, right = gradients(network, None, batch)
    check(network, compute, clips(2), {True: {6}, False: {6}})
    loss, found = gradients(network, compute, batch)
    assert math.isfinite(loss)
    for key, gradient in right.items():
        if gradient.dim() == 5:  # those of BatchNorm are small sums of large numbers: rounding shows
            cosine = torch.cosine_similarity(found[key].flatten(), gradient.flatten(), dim=0)
            assert cosine > 0.7, (key, float(cosine))
            assert 0.7 < found[key].norm() / gradient.norm() < 1.4, key
    assert set(re.findall(r"relative error of the ([a-z ]+) [\dn]", capsys.readouterr().err)) <= {"weight gradient"}


@pytest.mark.parametrize("name", ["r2plus1d_18", "s3d", "swin3d_t"])
def test_layers_of_other_backbones_are_checked(name, monkeypatch):
    """Pools that are padded and overlap; linear layers on maps that have the channels last."""
    seen, right = {}, precision_check.layer_errors

    def note(call, *more):
        seen[str(call)] = right(call, *more)
        return seen[str(call)]

    monkeypatch.setattr(precision_check, "layer_errors", note)
    fp32 = ComputeOptions()
    check(action_network(name, fp32), fp32)
    kinds = {text.split("(")[0] for text in seen}
    assert kinds == {"Conv3d", "Linear"} | ({"MaxPool3d"} if name == "s3d" else set())
    assert len(seen) > 10
    assert all(error < 1e-4 for errors in seen.values() for error in errors.values())


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", ["c3d", "r3d", "r21d", "s3d"])
def test_networks_are_checked_on_clips_as_short_as_those_of_the_embedded_study(name, precision):
    """Deep maps have a single frame there, fewer than the windows of C3D's and S3D's pools."""
    compute = ComputeOptions(precision=precision)
    network, x = action_network(name, compute), clips()[0][:, :, :4, :20, :20].contiguous(memory_format=torch.channels_last_3d)
    check(network, compute, (x, clips()[1]))
    assert network(x).isfinite().all()


def test_a_tuple_is_checked_with_all_clips_at_once_in_evaluation(monkeypatch):
    seen = set()
    right = precision_check.layer_errors

    def note(call, *more):
        seen.add((str(call), call.weight_gradient))
        return right(call, *more)

    monkeypatch.setattr(precision_check, "layer_errors", note)
    backbone = build_backbone("r3d", NetworkOptions(multiplier=0.125), seed=0)
    network = OrderNetwork(backbone, OrderHead(backbone.features, 3, 0.5))
    check(network, batch=(torch.rand(2, 3, 3, 8, 24, 24), torch.zeros(2)))
    stem = [(text[text.index(" on ") + 4 :], needed) for text, needed in seen if text.startswith("Conv3d(3, ")]
    assert set(stem) == {("(4, 3, 8, 24, 24)", True), ("(15, 3, 8, 24, 24)", False)}


def test_statistics_mode_and_weights_are_as_before():
    network = action_network().eval()
    before = copy.deepcopy(network.state_dict())
    check(network)
    assert not network.training
    assert all(torch.equal(before[key], value) for key, value in network.state_dict().items())
    assert all(p.grad is None for p in network.parameters())
    assert not any(m._forward_hooks for m in network.modules())


@pytest.mark.parametrize("name", ["c3d", "r3d", "r21d"])
def test_bf16_trains_small_networks(name, tmp_path, papers_bench):
    """The trainer's own steps, on maps of two frames, too."""
    trainer = papers_bench.trainer(name, "bf16")
    for number in range(3):
        trainer.step(papers_bench.samples[number], [0, 1])
    assert math.isfinite(trainer.progress.loss)
    assert all(torch.isfinite(p).all() for p in trainer.model.parameters())


def test_a_training_that_would_be_wrong_is_refused(tmp_path, papers_bench, monkeypatch):
    right = nn.Linear.forward
    monkeypatch.setattr(nn.Linear, "forward", lambda module, x: WrongGradient.apply(right(module, x), True))
    with pytest.raises(ValueError, match=r"fp32 is wrong on this machine: head.pair, LinearInFp32"):
        papers_bench.trainer("r3d", "bf16")
    assert papers_bench.trainer("r3d", "fp32"), "whose linear layers are not looked at on a CPU"


@pytest.fixture
def papers_bench(tmp_path):
    papers = read_study(yaml.safe_load(hours.PAPERS.read_text()))
    small = {"network": NetworkOptions(multiplier=0.25), "input": InputOptions(crop=24, frame_stride=2)}
    return Bench("embedded", replace(papers, **small), CPU, tmp_path, batch=2, steps=1, threads=1)


def test_a_compiled_network_is_looked_at_without_the_compiler(monkeypatch):
    network = action_network()
    compute = ComputeOptions(precision="bf16", compile=True)
    network.backbone.tune(compute)
    names = []
    monkeypatch.setattr(precision_check, "layer_errors", lambda call, *more: names.append(str(call)) or {})
    before = torch._dynamo.utils.counters["stats"]["unique_graphs"]
    check(network, compute)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == before
    assert sum(name.startswith("Conv3d(") for name in names) > 9


def test_a_training_on_a_cpu_does_not_pay_for_the_compiler():
    """What it needs of symbolic shapes takes longer to import than the check takes."""
    code = """
import sys, torch
from vcop.config.options import ComputeOptions
from vcop.training import precision_check
torch.manual_seed(0)
before = torch.random.get_rng_state()
precision_check.check_convolutions(torch.device("cpu"), ComputeOptions(), "run")
assert torch.equal(torch.random.get_rng_state(), before)
assert not {"sympy", "torch._dynamo", "torch.fx.experimental.symbolic_shapes"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
