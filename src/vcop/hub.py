"""Backbones on the Hugging Face Hub: ``from_pretrained``, ``save_pretrained`` and ``push_to_hub``.

It needs the package ``huggingface_hub`` (``pip install 'vcop[hub]'``). Nothing else in vcop imports it. A folder that ``vcop publish`` wrote
is loaded without a network.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vcop import api
from vcop.config.options import InputOptions
from vcop.publishing.measured_results import StudyResults
from vcop.publishing.published_folder import CARD_FILE, publish, write_description
from vcop.runtime.atomic_files import require_existing
from vcop.storage.weights import read_about, read_weights, save_weights
from vcop.storage.weights_about import USED, WEIGHTS_FILE

try:
    from huggingface_hub import ModelHubMixin, hf_hub_download
except ModuleNotFoundError as problem:
    raise ImportError(f"vcop.hub needs the package huggingface_hub: pip install 'vcop[hub]' ({problem})") from None


class HubBackbone(nn.Module, ModelHubMixin, library_name="vcop"):  # type: ignore[misc, call-arg]
    """A trained backbone that can be saved for, and loaded from, the Hugging Face Hub.

    ``HubBackbone.from_pretrained("folder or user/name")`` loads one, ``save_pretrained(folder)`` writes the files of ``vcop publish``, and
    ``push_to_hub("user/name")`` uploads them.

    Args:
        run: Folder of a run, a published folder, or a weights file, see ``vcop.load_backbone``.

    Attributes:
        backbone: The backbone, in evaluation mode.
        run: Where its weights were read from.

    Raises:
        ValueError: If the file is missing, damaged, or not the weights of a network that vcop knows.
    """

    def __init__(self, run: str | Path) -> None:
        super().__init__()
        self.run = Path(run)
        self.backbone = api.load_backbone(run)
        self.eval()

    def forward(self, clips: Tensor) -> Tensor:
        """Return one feature a clip. Shape: (B, 3, L, H, W) -> (B, D)."""
        return self.backbone(clips)

    @property
    def inputs(self) -> InputOptions:
        """Crop, stride, mean and gain of the clips that the network was trained on."""
        return api.run_options(self.run, InputOptions)

    def _save_pretrained(self, save_directory: Path) -> None:
        """Write weights, configuration and model card. Of weights that were trained on since, only the backbone is known."""
        out, source = Path(save_directory), self.run / WEIGHTS_FILE if self.run.is_dir() else self.run
        about, saved = read_about(source), read_weights(source)
        now = {f"backbone.{name}": value.detach().cpu() for name, value in self.backbone.state_dict().items()}
        if not all(torch.equal(value, saved[name]) for name, value in now.items()):
            save_weights(out / WEIGHTS_FILE, now, **{key: about[key] for key in USED if key in about}, start=source.name)
            write_description(out, read_about(out / WEIGHTS_FILE), StudyResults(), name=out.name, datasets=())
        elif (self.run / CARD_FILE).is_file():
            shutil.copytree(self.run, out, dirs_exist_ok=True)
        else:
            publish(self.run, out)

    @classmethod
    def _from_pretrained(cls, *, model_id: str, **options: Any) -> HubBackbone:
        """Load a local folder or weights file, or else a repository of the hub."""
        if Path(model_id).exists():
            return cls(model_id)
        known = ("revision", "cache_dir", "force_download", "local_files_only", "token")
        chosen = {key: options[key] for key in known if key in options}
        file = hf_hub_download(repo_id=model_id, filename=WEIGHTS_FILE, **chosen)
        return cls(require_existing(file, "the weights file"))
