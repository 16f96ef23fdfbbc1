import numpy as np

from vcop.evaluation.neighbour_keys import order_keys, reached_by, similarity_of


def test_keys_sort_as_similarity_then_index(rng):
    s = np.concatenate([rng.standard_normal(50), [0.0, -0.0, 1.0, 1.0, -1.0]]).astype(np.float32)[None]
    order = np.argsort(order_keys(s, np.arange(s.shape[1]))[0])[::-1]
    assert order.tolist() == np.lexsort((np.arange(s.shape[1]), -s[0])).tolist()


def test_keys_give_their_similarity_back(rng):
    s = np.concatenate([rng.standard_normal(50), [0.0, 1.0, -1.0]]).astype(np.float32)
    assert (similarity_of(order_keys(s, np.arange(len(s)))) == s).all()


def test_the_bound_is_reached_by_k_values_and_by_few_more(rng):
    for columns in (51, 100, 255, 256, 300, 4096, 5000):
        similarity = rng.standard_normal((9, columns)).astype(np.float32)
        reached = (similarity >= reached_by(50, similarity)).sum(axis=1)
        assert (reached >= 50).all()
        assert (reached <= 130).all()
