import numpy as np
import pytest
import torch
from support.retrieval import write

from vcop.config.options import ProbeOptions
from vcop.datasets.splits import TRAIN
from vcop.evaluation import logistic_regression
from vcop.storage.feature_store import FeatureStore

CPU = torch.device("cpu")


@pytest.fixture
def features(tmp_path, rng):
    """30 videos of 3 clips, 5 values of very different sizes, 3 classes that overlap; the last value is constant."""
    labels = np.arange(30) % 3
    x = rng.standard_normal((30, 3, 5)) + np.eye(3, 5)[labels][:, None]
    write(tmp_path / "f.h5", (x * [1, 100, 0.01, 1, 0]) + [0, 0, 5, 0, 7], labels, [TRAIN] * 30)
    return FeatureStore(tmp_path / "f.h5", "conv5", TRAIN)


@pytest.mark.parametrize(("held", "batch"), [(1, 4), (48, 7), (16384, 256)])
def test_every_clip_once_an_epoch_and_never_more_held_than_asked_for(features, held, batch, monkeypatch):
    taken = []
    gather = logistic_regression.gather_clips
    monkeypatch.setattr(logistic_regression, "gather_clips", lambda *a: taken.append(gather(*a)) or taken[-1])
    options = ProbeOptions(held_rows=held, batch_size=batch)
    found = list(logistic_regression.minibatches(features, options, 0, 1))
    expected = features.read(0, 30).reshape(-1, 5)
    rows = np.concatenate([x for _, x, _ in found])
    labels = np.concatenate([y for _, _, y in found])
    order = np.lexsort(rows.T)
    assert (rows[order] == expected[np.lexsort(expected.T)]).all()
    assert (labels[order] == features.labels.repeat(3)[np.lexsort(expected.T)]).all()
    assert max(len(x) for x, _ in taken) <= max(held, 3 * logistic_regression.SPAN)
    assert max(len(x) for _, x, _ in found) <= batch
    # What share came before rises with the clips seen, whatever the blocks.
    assert [round(share * 90) for share, _, _ in found] == [0, *np.cumsum([len(x) for _, x, _ in found])[:-1]]


def test_the_order_is_of_the_seed_and_the_epoch(features):
    def first(*key):
        return next(logistic_regression.minibatches(features, ProbeOptions(), *key))[1]

    assert (first(0, 1) == first(0, 1)).all()
    assert not (first(0, 1) == first(0, 2)).all()
    assert not (first(0, 1) == first(1, 1)).all()


def test_moments_are_those_of_all_clips(features, monkeypatch):
    monkeypatch.setattr(logistic_regression, "BLOCK", 12)
    mean, deviation = logistic_regression.feature_moments(features)
    x = features.read(0, 30).reshape(-1, 5).astype(np.float64)
    assert np.allclose(mean, x.mean(0))
    assert np.allclose(deviation, x.std(0), atol=1e-6)


def test_a_standardised_clip_has_length_one_on_average_and_a_constant_counts_for_nothing(features):
    model = logistic_regression.fit_classifiers(features, [(0.0, 0.0)], ProbeOptions(epochs=1), 0, CPU)
    x = (torch.from_numpy(features.read(0, 30).reshape(-1, 5)) - model.mean) * model.scale
    assert float(x.square().sum(1).mean()) == pytest.approx(4 / 5, rel=1e-3)
    assert (x[:, 4] == 0).all()


def test_it_ends_where_a_solver_of_second_order_does(features):
    """The problem is convex: the loss of the whole list, decay included, is LBFGS's."""
    decay = 1e-3
    options = ProbeOptions(epochs=600, batch_size=90)
    model = logistic_regression.fit_classifiers(features, [(3.0, decay)], options, 0, CPU)
    x, labels = torch.from_numpy(features.read(0, 30)).flatten(0, 1), torch.from_numpy(features.labels.repeat(3)).long()

    def loss(network):
        return torch.nn.functional.cross_entropy(network(x)[0], labels) + decay / 2 * sum(
            p.square().sum() for p in network.parameters()
        )

    found = float(loss(model).detach())
    solver = torch.optim.LBFGS(model.parameters(), max_iter=500, tolerance_grad=1e-9, line_search_fn="strong_wolfe")

    def step():
        solver.zero_grad()
        value = loss(model)
        value.backward()
        return value

    solver.step(step)
    assert found == pytest.approx(float(loss(model).detach()), abs=1e-4)


def test_candidates_do_not_see_one_another(features):
    options = ProbeOptions(epochs=2, batch_size=8)
    together = logistic_regression.fit_classifiers(features, [(1.0, 0.01), (0.1, 0.0)], options, 0, CPU)
    alone = logistic_regression.fit_classifiers(features, [(0.1, 0.0)], options, 0, CPU)
    assert torch.allclose(together.candidates[1].weight, alone.candidates[0].weight, atol=1e-6)
    assert (together.predict(features)[1] == alone.predict(features)[0]).all()


def test_a_video_is_scored_by_the_mean_of_its_clips_logits(tmp_path):
    write(tmp_path / "f.h5", [[[9.0, 0], [0, 1], [0, 1]], [[0, 1], [0, 1], [1, 0]]], [0, 0], [TRAIN, TRAIN], ("a", "b"))
    model = logistic_regression.Classifiers(torch.zeros(2), torch.ones(2), 2, 1)
    model.candidates[0].weight.data = torch.eye(2)
    assert model.predict(FeatureStore(tmp_path / "f.h5", "conv5", TRAIN)).tolist() == [[0, 1]]


def test_values_that_are_not_finite_are_refused(tmp_path):
    write(tmp_path / "f.h5", [[[1, float("inf")]], [[0, 1]], [[0, 1]]], [0, 1, 1], [TRAIN] * 3)
    with pytest.raises(ValueError, match=r"f\.h5: conv5 holds values that are not finite: extract again"):
        logistic_regression.feature_moments(FeatureStore(tmp_path / "f.h5", "conv5", TRAIN))
