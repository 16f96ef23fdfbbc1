"""The choice of the tuple, and that the library gives what the command writes (tests/commands/test_illustrate.py)."""

import pytest
import torch
from support.pretraining import NARROW

from vcop.config.options import InputOptions, MachineOptions, PretrainOptions
from vcop.datasets.splits import TEST
from vcop.loading.clip_datasets import FixedTuples
from vcop.pretext.illustration import first_shuffled, illustrate
from vcop.pretext.order_prediction import build_order_network
from vcop.sampling.tasks import Task
from vcop.storage.weights import save_weights
from vcop.training.session import ModelSession

INPUT, TASK = InputOptions(crop=16, frame_stride=2), Task.parse("16-8-3")


def test_tuples_with_a_clip_in_its_place_are_not_shown(store):
    tuples = FixedTuples(store, [], TASK, INPUT)
    videos = [v for v in store.of(1, TEST) if v.count >= TASK.window]
    kept = [v for v in videos if any(i == k for i, k in enumerate(TASK.orders[tuples.draw(v, 0)[2]]))]
    assert len(kept) < len(videos)
    assert first_shuffled(videos, tuples, TASK, "here") not in kept
    with pytest.raises(
        ValueError, match=f"here: each of the {len(kept)} test tuples has a clip at its chronological position"
    ):
        first_shuffled(kept, tuples, TASK, "here")


def test_it_can_be_called_from_python(store, tmp_path):
    torch.manual_seed(0)
    save_weights(tmp_path / "w.safetensors", build_order_network("r3d", NARROW, PretrainOptions(), 3, seed=0).state_dict())
    session = ModelSession.open(store, "r3d", INPUT, NARROW, machine=MachineOptions(device="cpu"))
    shown = illustrate(session, PretrainOptions(), TASK, tmp_path / "w.safetensors")
    assert [shown[key] for key in ("network", "task", "frames")] == ["r3d", "16-8-3", store.digest]
    assert (
        shown["video"]
        == first_shuffled(
            [v for v in store.of(1, TEST) if v.count >= TASK.window], FixedTuples(store, [], TASK, INPUT), TASK, "here"
        ).name
    )
    assert [len(clip) for clip in shown["clips"]] == [8, 8, 8]
    assert sum(shown["probabilities"]) == pytest.approx(1, abs=1e-5)
