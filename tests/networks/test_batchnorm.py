"""BatchNorm of a single value; statistics that processes share are tested in tests/training/test_distributed.py."""

import pytest
import torch
from torch import nn

from vcop.networks.batchnorm import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    SyncBatchNorm,
    preserve_statistics,
    share_statistics,
    use_our_batchnorm,
)


def both(channels):
    torch.manual_seed(0)
    return BatchNorm3d(channels), nn.BatchNorm3d(channels)


def test_it_is_torchs_wherever_there_are_two_values():
    ours, theirs = both(4)
    for shape in ((3, 4, 2, 5, 5), (1, 4, 2, 1, 1), (2, 4, 1, 1, 1)):
        x = torch.randn(shape)
        assert torch.equal(ours(x), theirs(x))
    assert all(torch.equal(v, theirs.state_dict()[k]) for k, v in ours.state_dict().items())


def test_a_single_value_is_normalised_by_the_running_statistics():
    ours, theirs = both(4)
    for _ in range(3):
        x = torch.randn(5, 4, 2, 3, 3) * 2 + 1
        ours(x), theirs(x)
    before = {k: v.clone() for k, v in ours.state_dict().items()}
    one = torch.randn(1, 4, 1, 1, 1)
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        theirs(one)
    assert torch.equal(ours(one), theirs.eval()(one))
    assert all(torch.equal(v, before[k]) for k, v in ours.state_dict().items())
    assert BatchNorm1d(3)(torch.randn(1, 3)).isfinite().all()


def test_preserve_statistics():
    norm = BatchNorm3d(4)
    before = {k: v.clone() for k, v in norm.state_dict().items()}
    with preserve_statistics(norm):
        norm(torch.randn(2, 4, 2, 3, 3))
        assert norm.num_batches_tracked == 1
    assert all(torch.equal(v, before[k]) for k, v in norm.state_dict().items())


def test_torchs_layers_become_ours_with_their_weights_and_options():
    net = nn.Sequential(nn.Conv3d(3, 2, 1), nn.BatchNorm3d(2, eps=0.5, momentum=0.2), nn.BatchNorm2d(2), nn.BatchNorm1d(2))
    net[1].weight.data.fill_(3)
    use_our_batchnorm(net)
    assert [type(layer) for layer in net] == [nn.Conv3d, BatchNorm3d, BatchNorm2d, BatchNorm1d]
    assert (net[1].eps, net[1].momentum, net[1].weight.tolist()) == (0.5, 0.2, [3, 3])
    assert net[2](torch.rand(1, 2, 1, 1)).isfinite().all()


def test_a_gpu_without_a_row_sends_float32_as_the_others_do(monkeypatch):
    """PyTorch's own layer refuses the CPU, so that here only its input is seen; benchmarks.gpu runs it in bf16."""
    seen = []
    monkeypatch.setattr(nn.SyncBatchNorm, "forward", lambda self, x: seen.append(x.dtype) or x)
    norm = share_statistics(nn.Sequential(BatchNorm3d(4)), torch.device("cuda"))[0]
    assert type(norm) is SyncBatchNorm
    for rows in (2, 0):
        assert norm(torch.ones(rows, 4, 1, 1, 1, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert seen == [torch.bfloat16, torch.float32]
