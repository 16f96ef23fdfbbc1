"""From made-up results to comparisons with own and joint intervals."""

import numpy as np
import pytest
from benchmarks.verdicts import FAR, Design, Truth, draw_study, truths, verdict_counts
from support.made_study import write_order, write_retrieval, write_training

from vcop.paper.measurement.claims import ALL, FAILS, HOLDS, MOST, ONE_SEED, OPEN, Claim, Verdict, claim_verdict
from vcop.paper.measurement.comparisons import measure_runs
from vcop.paper.measurement.judging import average_estimates, finish_rows, judge_claim
from vcop.paper.measurement.pairing import Study, collect_results
from vcop.paper.measurement.scores import correct_videos
from vcop.paper.measurement.work import read_work

NETWORKS = ("c3d", "r3d", "r21d")


def study(root):
    files = sorted(path for path in root.rglob("*.*") if path.is_file())
    return Study(collect_results(files), read_work(files))


def ordered(root, percents, seeds=(0, 1, 2)):
    for seed, network, (task, percent) in ((s, n, p) for s in seeds for n in NETWORKS for p in percents.items()):
        write_order(root, network, task, seed, percent)
        write_training(root, network, task, seed, {}, 0)


FALLS = Claim(
    says="Falls.", section="T", pairs=[("order/{network}/16-8-3", "order/{network}/16-16-3")], over={"network": NETWORKS}
)


@pytest.mark.parametrize(("percent", "verdict"), [(20, HOLDS), (60, OPEN), (95, FAILS)])
def test_a_claim_is_judged_by_its_files(tmp_path, percent, verdict):
    ordered(tmp_path, {"16-8-3": 60, "16-16-3": percent})
    found = judge_claim("item", FALLS, study(tmp_path))
    assert [c.setting for c in found] == ["C3D, order", "R3D, order", "R(2+1)D, order"]
    assert [c.difference.value for c in found] == pytest.approx([60 - percent] * 3)
    assert claim_verdict(FALLS, found).says == verdict


def test_one_seed_gives_no_verdict(tmp_path):
    ordered(tmp_path, {"16-8-3": 60, "16-16-3": 10}, seeds=(0,))
    assert claim_verdict(FALLS, judge_claim("item", FALLS, study(tmp_path))) == Verdict(OPEN, ONE_SEED)


def test_none_right_is_no_certainty_against_chance(tmp_path):
    """0 of 80 tuples of five clips: an interval of no width would call 0 below 0.83 %."""
    ordered(tmp_path, {"16-16-3": 0, "16-16-4": 0, "16-16-5": 0})
    claim = Claim(says="Better than chance.", section="T", pairs=[("order/c3d/16-16-5", "order/c3d/chance")])
    (found,) = judge_claim("item", claim, study(tmp_path))
    assert (found.difference.value, found.difference.low) == pytest.approx((-100 / 120, -100 / 120))
    assert found.difference.high > 0.5
    assert claim_verdict(claim, [found]).says == OPEN


def test_an_accuracy_against_chance_keeps_the_interval_of_the_tables(tmp_path):
    """Differences tell one another how much seeds differ; accuracies do not, since one network may learn with some seeds only."""
    percents = {"c3d": (60, 60, 60), "r3d": (20, 60, 90), "r21d": (50, 55, 60)}
    for network, of_seeds in percents.items():
        for seed, percent in enumerate(of_seeds):
            write_order(tmp_path, network, "16-8-3", seed, percent)
            write_training(tmp_path, network, "16-8-3", seed, {}, 0)
    claim = Claim(
        says="", section="T", pairs=[("order/{network}/16-8-3", "order/{network}/chance")], over={"network": NETWORKS}
    )
    for found, network in zip(judge_claim("item", claim, study(tmp_path)), NETWORKS, strict=True):
        runs = sorted(tmp_path.glob(f"order/{network}/16-8-3/*.csv"))
        shown, guess = measure_runs(runs, correct_videos), 100 / 6
        assert (found.difference.low + guess, found.difference.high + guess) == pytest.approx((shown.low, shown.high))


def test_a_control_decides_in_place_of_the_papers_pair(tmp_path):
    ordered(tmp_path, {"16-8-3": 60, "16-8-4": 60, "16-8-4-scratch": 10, "16-8-4-direct": 90})
    pairs, controls = ([("order/c3d/16-8-4", f"order/c3d/16-8-4-{variant}")] for variant in ("scratch", "direct"))
    claim = Claim(says="The curriculum helps.", section="T", pairs=pairs, controls=controls)
    shown, control = judge_claim("item", claim, study(tmp_path))
    assert (shown.decides, shown.difference.value, shown.joint) == (
        False,
        pytest.approx(50),
        (shown.difference.low, shown.difference.high),
    )
    assert (control.decides, control.difference.value) == (True, pytest.approx(-30))


def test_a_mean_over_data_sets_and_k(tmp_path):
    for seed, dataset in ((s, d) for s in (0, 1, 2) for d in ("ucf101", "hmdb51")):
        for network, percent in (("c3d", 50 + 10 * (dataset == "ucf101")), ("r21d", 20)):
            write_retrieval(tmp_path, f"retrieval/{dataset}/{network}/random/conv5", seed, lambda _, percent=percent: percent)
    claim = Claim(
        says="C3D retrieves better.",
        section="C",
        pairs=[("retrieval/{dataset}/c3d/random/conv5", "retrieval/{dataset}/r21d/random/conv5")],
        over={"dataset": ("ucf101", "hmdb51")},
        averaged=("dataset", "k"),
    )
    (found,) = judge_claim("item", claim, study(tmp_path))
    assert (found.setting, found.higher, found.lower) == ("mean of 10", "C3D", "R(2+1)D")
    assert found.difference.value == pytest.approx(35)
    assert (found.difference.n, found.shared) == (160, 160)
    assert claim_verdict(claim, [found]).says == HOLDS


def test_a_missing_result_is_named_with_the_item(tmp_path):
    with pytest.raises(ValueError, match="^item: no result for order/c3d/16-8-3 among the files given"):
        judge_claim("item", FALLS, study(tmp_path))


def test_joint_intervals_contain_the_own_ones():
    rows = draw_study(np.random.default_rng(1), Design(groups=30), [0.0] * 12)
    for c in finish_rows(rows):
        assert c.joint[0] < c.difference.low < c.difference.value < c.difference.high < c.joint[1]


def test_the_mean_of_the_same_estimates_is_one_of_them():
    """Comparisons of the same trainings are no independent evidence: their mean is as uncertain as each."""
    (row,) = draw_study(np.random.default_rng(2), Design(networks=1, sets=1, measures=1), [5.0])
    one = row.differences[0]
    mean = average_estimates([one, one, one], row.n)
    assert mean.interval == pytest.approx(one.interval)


SMALL = Design(measures=1, groups=30)
CLEAR = Design(measures=1, groups=40, seeds=5, seed_sd=1.0)


@pytest.mark.parametrize("truth", truths(SMALL.cells), ids=lambda truth: truth.name)
def test_a_wrong_verdict_is_rare_where_a_claim_is_just_false_or_just_true(truth):
    """Below 5 % (benchmarks.verdicts says how much); 7 of 40 studies would come by chance once in 300 times at 5 %."""
    assert verdict_counts(truth, SMALL, 40)[truth.wrong] < 7


@pytest.mark.parametrize("rule", [ALL, MOST])
@pytest.mark.parametrize(("difference", "verdict"), [(FAR, HOLDS), (-FAR, FAILS)])
def test_a_clear_difference_is_seen(rule, difference, verdict):
    assert verdict_counts(Truth("clear", rule, [difference] * CLEAR.cells, ""), CLEAR, 10) == {verdict: 10}
