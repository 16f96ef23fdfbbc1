"""The embedded study's own settings, one network: it must leave chance on videos and looks it has not seen."""

import pandas as pd
import pytest
import yaml
from support.helpers import ROOT

from vcop.paper.measurement.scores import correct_videos, mean_interval


@pytest.mark.slow
def test_order_is_learned(study):
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    config["synthesise"] |= {"videos_per_group": 3, "synthesis_seed": 2}
    config["pretrain"]["epochs"] = 14
    (study.folder / "config.yaml").write_text(yaml.safe_dump(config))
    study.snakemake("results/order/c3d/16-8-3/seed-0.csv")
    measured = mean_interval([correct_videos(study.folder / "results/order/c3d/16-8-3/seed-0.csv")])
    assert measured.low > 100 / 6
    assert measured.value > 35
    history = pd.read_csv(study.folder / "results/pretrain/c3d/16-8-3/seed-0/history.csv")
    assert history["loss"].iloc[-1] < 1.5 < 1.7 < history["loss"].iloc[0]
