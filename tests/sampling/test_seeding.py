import torch

from vcop.sampling.seeding import generator, seed_of, torch_generator


def test_every_part_of_a_key_counts():
    keys = [("a", 0), ("a", 1), ("b", 0), ("a", "0"), ("a", 0, 0), ("a0",), ("a", 10), ("a1", 0)]
    assert len({seed_of(*k) for k in keys}) == len(keys)


def test_a_key_may_be_a_name_that_is_not_utf8():
    assert seed_of("caf\udce9.mp4") != seed_of("caf\udcea.mp4")


def test_the_same_on_every_machine():
    assert seed_of("weights", 0, "r3d") == 1294464137852630192
    assert generator("x", 1).integers(1000, size=3).tolist() == [822, 707, 844]


def test_torch_draws_are_functions_of_the_key():
    one, same, other = (torch.rand(5, generator=torch_generator("d", k)) for k in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
