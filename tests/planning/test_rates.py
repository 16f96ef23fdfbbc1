"""Rates that are given, measured and missing."""

import pytest

from vcop.config.options import NetworkOptions
from vcop.networks.flops import ClipSize, clip_cost
from vcop.planning.cost_model import CostModel
from vcop.planning.rates import Rate, complete_rates, measured_rates, parse_rates

HISTORY = "epoch,loss,accuracy,clips_per_second\n1,1,1,100\n2,1,1,{middle}\n3,1,1,9000\n"


def test_rates_of_all_networks_and_of_one():
    assert {n: r.tflops for n, r in parse_rates(["400", "c3d=419"]).items()} == {"c3d": 419, "r3d": 400, "r21d": 400}
    for word in ("fast", "-1", "0", "vgg=3", "3e2"):
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
    assert complete_rates({}) == {}
