"""How batches are cut, and how the loader's processes end. That all workers give the same: test_clip_datasets.py."""

import gc
import multiprocessing
import time

import pytest
import torch
from support.toy_training import Points

from vcop.loading.batches import KEPT_BYTES, Batches, BatchSlice, slice_sample, split_batch


def test_a_batch_is_cut_into_parts_and_each_part_over_processes():
    """Seven rows in two parts, 4 + 3; of each part the first of two processes has 2 rows."""
    assert split_batch(7, 2, 0, 2) == [BatchSlice(0, 2, 7, 0, 2), BatchSlice(4, 6, 7, 2, 4)]
    assert split_batch(7, 2, 1, 2) == [BatchSlice(2, 4, 7, 0, 2), BatchSlice(6, 7, 7, 2, 3)]
    assert split_batch(1, 1, 1, 2) == [BatchSlice(1, 1, 1, 0, 0)], "a process that has none"


def test_rows_of_a_sample():
    sample = {"x": torch.arange(4), "video": ["a", "b", "c", "d"]}
    part = slice_sample(sample, 1, 3)
    assert part["x"].tolist() == [1, 2]
    assert part["video"] == ["b", "c"]


@pytest.mark.parametrize(
    ("count", "accumulate", "size", "sizes"),
    [(20, 1, 1, {8, 4}), (16, 1, 1, {8}), (5, 1, 1, {5}), (17, 1, 2, {4, 1}), (20, 3, 1, {3, 2, 1})],
)
def test_sizes_of_all_parts(count, accumulate, size, sizes):
    assert Batches(Points(count), 8, 0, accumulate=accumulate, size=size).share_sizes() == sizes


def test_the_last_batch_is_kept_and_an_epoch_begins_anywhere():
    batches = Batches(Points(10), 4, 0, seed=3)
    whole = batches.index_batches(2)
    assert [len(batch) for batch in whole] == [4, 4, 2] and len(batches) == 3
    assert sorted(index for batch in whole for index in batch) == list(range(10))
    assert batches.index_batches(2, 1) == whole[1:]
    assert [sample["video"] for sample in batches.epoch(2, 1)] == [[str(i) for i in batch] for batch in whole[1:]]
    assert Batches(Points(10), 4, 0).index_batches(7)[0] == [0, 1, 2, 3]


def test_first_samples_are_those_of_the_list():
    batches = Batches(Points(3), 2, 0, seed=0)
    assert batches.first_samples(2)["video"] == ["0", "1"]
    assert batches.first_samples(9)["x"].shape == (3, 6)


def workers_of(batches):
    next(batches.epoch(0))
    return list(batches.loader._iterator._workers)


def test_closing_ends_the_processes_at_once_and_another_epoch_starts_others():
    batches = Batches(Points(10), 2, 2)
    workers = workers_of(batches)
    batches.close()
    assert not any(worker.is_alive() for worker in workers)
    assert not set(workers) & set(multiprocessing.active_children())
    assert len(list(batches.epoch(0))) == 5
    batches.close()
    batches.close()


def test_in_a_version_without_the_private_names_the_loader_ends_by_itself(monkeypatch):
    batches = Batches(Points(10), 2, 2)
    workers = workers_of(batches)
    with monkeypatch.context() as version:
        version.delattr(torch._C, "_remove_worker_pids")
        batches.close()
    gc.collect()
    end = time.monotonic() + 60
    while any(worker.is_alive() for worker in workers):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert len(list(batches.epoch(0))) == 5
    batches.close()


class Counted(Points):
    """Points that have as many bytes as is said, and count how often one is read."""

    def __init__(self, count, size):
        super().__init__(count)
        self.size, self.reads = size, 0

    @property
    def frame_bytes(self):
        return self.size

    def __getitem__(self, key):
        self.reads += 1
        return super().__getitem__(key)


@pytest.mark.parametrize(("keep", "size", "reads"), [(True, 100, 10), (True, KEPT_BYTES, 20), (False, 100, 20)])
def test_a_small_list_is_read_once_where_it_is_to_be_kept(keep, size, reads):
    points = Counted(10, size)
    batches = Batches(points, 4, 0, keep=keep)
    first, second = list(batches.epoch(0)), list(batches.epoch(0))
    assert points.reads == reads
    for one, other in zip(first, second, strict=True):
        assert torch.equal(one["x"], other["x"]) and one["video"] == other["video"]


def test_an_epoch_that_was_cut_short_is_kept_whole():
    points = Counted(10, 100)
    batches = Batches(points, 4, 0, keep=True)
    next(batches.epoch(0))
    assert [sample["video"] for sample in batches.epoch(0)] == [["0", "1", "2", "3"], ["4", "5", "6", "7"], ["8", "9"]]
    assert [sample["video"] for sample in batches.epoch(0, 2)] == [["8", "9"]], "from a batch on it is read"
