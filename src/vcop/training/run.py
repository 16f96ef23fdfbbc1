"""One training of a command: its trainer, and the files beside its weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from vcop.config.options import LoopOptions
from vcop.loading.inputs import PrepareBatch
from vcop.loading.samples import Samples
from vcop.runtime.atomic_files import write_text
from vcop.storage import weights
from vcop.training import checkpoints
from vcop.training.provenance import write_provenance
from vcop.training.session import ComputeSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits


@dataclass(frozen=True)
class TrainingRun:
    """A training of a command.

    Args:
        session: Device, machine and compute options.
        options: Options of the loop.
        lists: Training, validation and test list.
        name: Name of the training in messages.
        out: File of the weights; the other files are written beside it.
        seed: Seed of the run.
        restart: Whether a saved state is deleted instead of resumed.
        identity: All that the result depends on.
        about: What the weights file says of its weights, see ``vcop.storage.weights_about``; study and seed are added.
    """

    session: ComputeSession
    options: LoopOptions
    lists: TrainingSplits[Any]
    name: str
    out: Path
    seed: int
    restart: bool
    identity: dict[str, Any]
    about: dict[str, Any] = field(default_factory=dict)

    def trainer(self, model: nn.Module, train: Samples, validation: Samples, prepare: PrepareBatch, **more: Any) -> Trainer:
        """Return the trainer of a model on two sets of samples; ``more`` are further fields of ``Trainer``."""
        session, options = self.session, self.options
        share = {"rank": session.group.rank, "size": session.group.size}
        batch = options.batch_size
        return Trainer(
            model=model,
            train=session.batches(train, batch, self.seed, accumulate=options.accumulate, **share),
            validation=session.batches(validation, batch, keep=True, **share),
            prepare=prepare,
            loop=options,
            compute=session.compute,
            machine=session.machine,
            group=session.group,
            seed=self.seed,
            folder=self.out.parent,
            fingerprint=checkpoints.fingerprint(self.identity),
            name=self.name,
            restart=self.restart,
            **more,
        )

    def write(self, trainer: Trainer, counts: dict[str, Any] | None = None) -> None:
        """Write the validation list and the provenance, then the weights, and give up the lease.

        The weights come last: where they are, all is.

        Args:
            trainer: The trained trainer.
            counts: Further counts for the provenance.
        """
        folder = self.out.parent
        write_text(folder / "validation.txt", "".join(f"{v.name}\n" for v in self.lists.validation))
        counted = {self.lists.unit: self.lists.counts} | (counts or {})
        write_provenance(folder / "provenance.json", self.identity, trainer.seconds, counted, self.session.group)
        study = {"study": self.session.study} if self.session.study else {}
        weights.save_weights(self.out, trainer.model.state_dict(), **self.about, **study, seed=self.seed)
        trainer.state.lease.release()
