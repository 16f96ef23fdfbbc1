"""Rates that are given, measured and missing."""

import json
from dataclasses import replace

import pytest

from vcop.config.network_names import package_networks
from vcop.config.options import ComputeOptions, NetworkOptions
from vcop.networks.flops import ClipSize, clip_cost
from vcop.planning.cost_model import CostModel
from vcop.planning.rates import (
    RATES_FORMAT,
    Rate,
    complete_rates,
    measured_rates,
    parse_rates,
    read_rates,
    training_mode,
)

HISTORY = "epoch,loss,accuracy,clips_per_second\n1,1,1,100\n2,1,1,{middle}\n3,1,1,9000\n"


def test_rates_of_all_networks_and_of_one():
    rates = {n: r.tflops for n, r in parse_rates(["400", "c3d=419"]).items()}
    assert rates == dict.fromkeys(package_networks(), 400) | {"c3d": 419}
    with pytest.raises(ValueError, match="^--rate: there is no network 'vgg'; choose one of c3d, "):
        parse_rates(["vgg=3"])
    for word in ("fast", "-1", "0", "c3d=", "3e2"):
        with pytest.raises(ValueError, match="--rate: .* is not TFLOP/s, as in 400 or c3d=419"):
            parse_rates([word])


def test_the_median_of_the_runs_median_epochs_is_measured(study, tmp_path):
    for seed, middle in enumerate((1000, 3000, 1200)):
        folder = tmp_path / f"results/pretrain/r3d/16-8-3/seed-{seed}"
        folder.mkdir(parents=True)
        (folder / "history.csv").write_text(HISTORY.format(middle=middle))
    model = CostModel(study, tmp_path)
    rates = measured_rates(model)
    assert list(rates) == ["r3d"]
    assert rates["r3d"].tflops == pytest.approx(1200 * clip_cost("r3d", NetworkOptions(), ClipSize(16, 112)).training / 1e12)
    assert rates["r3d"].source == "measured, 3 runs of this study"
    for path in tmp_path.rglob("history.csv"):
        path.write_text("damaged")
    assert not measured_rates(model)


def test_networks_without_a_rate_get_the_mean_of_the_others():
    known = {"c3d": Rate(400, "given"), "r3d": Rate(200, "given")}
    assert complete_rates(known) == known | {"r21d": Rate(300, "mean of the others")}
    assert complete_rates(known, ["r3d", "s3d"]) == {"r3d": known["r3d"], "s3d": Rate(300, "mean of the others")}
    assert complete_rates({}) == {}


def gpu_file(tmp_path, **change):
    """A file of the GPU benchmark."""
    modes = {"tf32": {"tflops": 200}, "bf16 compile joint": {"tflops": 400.5}}
    data = {"format": RATES_FORMAT, "tiny": False, "gpu": "Card X", "rates": {"c3d": modes, "r3d": {"bf16": {"tflops": 300}}}}
    path = tmp_path / "gpu.json"
    path.write_text(json.dumps(data | change))
    return path


def test_a_gpus_rates_are_those_of_the_studys_own_mode(study, tmp_path):
    path = gpu_file(tmp_path)
    assert training_mode(study) == "tf32"
    assert read_rates(path, study) == {
        "c3d": Rate(200, "gpu.json, Card X, tf32"),
        "r3d": Rate(300, "gpu.json, Card X, bf16, as tf32 was not measured"),
    }
    fast = replace(
        study, compute=ComputeOptions(precision="bf16", compile=True), pretrain=replace(study.pretrain, joint_batchnorm=True)
    )
    assert training_mode(fast) == "bf16 compile joint"
    assert read_rates(path, fast)["c3d"] == Rate(400.5, "gpu.json, Card X, bf16 compile joint")
    assert training_mode(replace(study, compute=ComputeOptions(allow_tf32=False))) == "fp32"


def test_files_that_hold_no_rates_of_a_gpu_are_one_line(study, tmp_path):
    with pytest.raises(ValueError, match=r"none.json: cannot be read \(No such file or directory\): give the gpu.json"):
        read_rates(tmp_path / "none.json", study)
    other = tmp_path / "other.json"
    for content in (b"", b"[]", b"{}", b"\xff", b"no json"):
        other.write_bytes(content)
        with pytest.raises(ValueError, match=r"other.json: is not a gpu.json that python -m benchmarks.gpu of this version"):
            read_rates(other, study)
    for rates in (
        None,
        [],
        {"vgg": {}},
        {"c3d": 3},
        {"c3d": {"tf32": 3}},
        *({"c3d": {"tf32": {"tflops": n}}} for n in (0, -1, "3", None, True)),
    ):
        with pytest.raises(ValueError, match="is not a gpu.json"):
            read_rates(gpu_file(tmp_path, rates=rates), study)
    for change, said in (
        ({"tiny": True}, "was made with --tiny"),
        ({"rates": {}}, "holds no rate"),
        ({"rates": {"c3d": {}}}, "no rate"),
    ):
        with pytest.raises(ValueError, match=said):
            read_rates(gpu_file(tmp_path, **change), study)
