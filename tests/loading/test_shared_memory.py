import gc
import multiprocessing

import pytest
import torch

from vcop.config.options import InputOptions
from vcop.datasets.splits import TRAIN
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import TrainingTuples
from vcop.sampling.tasks import Task

TASK, INPUT = Task.parse("16-8-3"), InputOptions(crop=16, frame_stride=2)


@pytest.fixture
def tuples(store):
    long = [v for v in store.of(1, TRAIN) if v.count >= TASK.window][:10]
    return TrainingTuples(store, long, TASK, INPUT, seed=0, shared_crop=False)


@pytest.fixture
def batches(tuples):
    """Of one tuple each, so that an epoch has more of them than there are slots."""
    made = Batches(tuples, 1, workers=2, seed=0)
    yield made
    made.close()


def slots(batches):
    return [memory.data_ptr() for memory in batches.exchange.memory]


def alone(tuples):
    return [batch["frames"] for batch in Batches(tuples, 1, workers=0, seed=0).epoch(0)]


def test_memory_is_used_again(tuples, batches):
    used = []
    for batch, right in zip(batches.epoch(0), alone(tuples), strict=True):
        assert torch.equal(batch["frames"], right)
        used.append(batch["frames"].data_ptr())
        del batch
    assert set(used) <= set(slots(batches))
    assert len(used) == 10 > len(set(used))


def test_what_is_kept_stays_as_it_is(tuples, batches):
    """More batches than slots, and parts of them: neither is written over."""
    kept = [batch["frames"][:, 1:] for batch in batches.epoch(0)]
    gc.collect()
    assert all(torch.equal(a, b[:, 1:]) for a, b in zip(kept, alone(tuples), strict=True))
    own = [frames.untyped_storage().data_ptr() in slots(batches) for frames in kept]
    assert any(own)
    assert not all(own)


def test_an_epoch_that_is_left_loses_no_slot(batches):
    for epoch in range(12):
        next(batches.epoch(epoch))
    gc.collect()
    assert all(batch["frames"].data_ptr() in slots(batches) for batch in batches.epoch(0))


def test_a_forked_process_frees_nothing(batches):
    exchange = batches.exchange
    before = exchange.count.get_value()
    child = multiprocessing.get_context("fork").Process(target=exchange.give_back, args=(0,))
    child.start()
    child.join()
    assert exchange.count.get_value() == before == 6
