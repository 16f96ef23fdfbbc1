"""A training that takes milliseconds."""

import torch
from torch import nn

from vcop.config.options import ComputeOptions, LoopOptions, MachineOptions
from vcop.loading.batches import Batches
from vcop.loading.samples import Samples
from vcop.networks.heads import SeededDropout
from vcop.sampling.seeding import generator
from vcop.training import checkpoints, distributed
from vcop.training.trainer import Trainer


class Points(Samples):
    """Points whose label is the sign of their first value, as samples of (seed, epoch, index)."""

    def __init__(self, count, labels="sign", noise=0.0):
        self.videos, self.labels, self.noise = [str(i) for i in range(count)], labels, noise

    def __len__(self):
        return len(self.videos)

    def name(self, index):
        return self.videos[index]

    def __getitem__(self, key):
        epoch, index = key
        x = torch.from_numpy(generator("point", index).standard_normal(6)).float()
        label = int(x[0] > 0) if self.labels == "sign" else int(generator("coin", index).integers(2))
        x += self.noise * torch.from_numpy(generator("noise", epoch, index).standard_normal(6)).float()
        return {"x": x, "label": label, "video": self.videos[index]}


def prepare(sample, device):
    return sample["x"].to(device), sample["label"].to(device)


def trainer(folder, *, epochs=4, train=None, stop_after=None, validation=None, machine=None, more=(), **loop):
    more = dict(more)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(), SeededDropout(0.3), nn.Linear(8, 2))
    made = Trainer(
        model=model,
        train=Batches(train or Points(45, noise=0.1), 8, 0, seed=0, accumulate=loop.get("accumulate", 1)),
        validation=Batches(validation or Points(20), 8, 0),
        prepare=prepare,
        loop=LoopOptions(epochs=epochs, learning_rate=0.05, **loop),
        compute=ComputeOptions(channels_last=False),
        machine=machine or MachineOptions(device="cpu", save_minutes=0),
        group=distributed.start_group(machine or MachineOptions(device="cpu")),
        seed=0,
        clips=1,
        folder=folder,
        fingerprint=checkpoints.fingerprint({"epochs": epochs}),
        name="test",
        **more,
    )
    if stop_after is not None:
        steps, original = iter(range(stop_after)), made.step

        def step(*arguments):
            if next(steps, None) is None:
                raise KeyboardInterrupt
            return original(*arguments)

        made.step = step
    return made
