import pytest
import torch

from vcop.config.options import ComputeOptions
from vcop.training import precision_check


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_this_machine_is_right(precision):
    precision_check.check_precision(torch.device("cpu"), ComputeOptions(precision=precision))


@pytest.mark.parametrize("spoil", [lambda y: y * 1.05, lambda y: torch.where(y > 2, 0, y), lambda y: y * float("nan")])
def test_wrong_results_are_refused(monkeypatch, spoil):
    right = precision_check.conv3d
    monkeypatch.setattr(
        precision_check, "conv3d", lambda x, *more: right(x, *more) if x.dtype == torch.float64 else spoil(right(x, *more))
    )
    with pytest.raises(ValueError, match=r"compute.precision: bf16 is wrong on this machine: a \(3, 7, 7\) .*PyTorch 2"):
        precision_check.check_precision(torch.device("cpu"), ComputeOptions(precision="bf16"))


def test_a_wrong_gradient_is_refused(monkeypatch):
    right = precision_check.conv3d

    def spoiled(x, *more):
        if x.dtype != torch.float64 and x.requires_grad:
            x.register_hook(lambda g: g * 1.5)
        return right(x, *more)

    monkeypatch.setattr(precision_check, "conv3d", spoiled)
    with pytest.raises(ValueError, match="fp32 is wrong"):
        precision_check.check_precision(torch.device("cpu"), ComputeOptions())
