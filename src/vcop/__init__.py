"""Video clip order prediction: the method of Xu et al. (CVPR 2019) and Xiao et al. (IEEE TMM 2020).

``import vcop`` costs nothing: the names below are loaded when they are first used. docs/notebook.ipynb shows them at work.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vcop.api import load_backbone, load_order_network, run_options
    from vcop.config.data_options import FrameOptions
    from vcop.config.options import ComputeOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions
    from vcop.datasets.splits import TEST, TRAIN
    from vcop.evaluation.feature_extraction import extract_features
    from vcop.evaluation.retrieval import retrieve
    from vcop.loading.clip_datasets import FixedTuples, TestClips, TrainingClips, TrainingTuples
    from vcop.loading.inputs import prepare_clips, prepare_tuples
    from vcop.networks.backbone import Backbone
    from vcop.networks.heads import OrderNetwork
    from vcop.networks.registry import build_backbone
    from vcop.pretext.order_prediction import build_order_network
    from vcop.sampling.tasks import Task
    from vcop.search.embedding import embed
    from vcop.search.embedding_files import read_embeddings
    from vcop.search.embeddings import Embeddings
    from vcop.storage.feature_store import FeatureStore
    from vcop.storage.frame_store import FrameStore, Video

__version__ = "0.10.0"

# The public names, and the module of each.
_MODULES = {
    "Backbone": "networks.backbone",
    "ComputeOptions": "config.options",
    "Embeddings": "search.embeddings",
    "FeatureStore": "storage.feature_store",
    "FixedTuples": "loading.clip_datasets",
    "FrameOptions": "config.data_options",
    "FrameStore": "storage.frame_store",
    "InputOptions": "config.options",
    "MachineOptions": "config.options",
    "NetworkOptions": "config.options",
    "OrderNetwork": "networks.heads",
    "PretrainOptions": "config.options",
    "TEST": "datasets.splits",
    "TRAIN": "datasets.splits",
    "Task": "sampling.tasks",
    "TestClips": "loading.clip_datasets",
    "TrainingClips": "loading.clip_datasets",
    "TrainingTuples": "loading.clip_datasets",
    "Video": "storage.frame_store",
    "build_backbone": "networks.registry",
    "build_order_network": "pretext.order_prediction",
    "embed": "search.embedding",
    "extract_features": "evaluation.feature_extraction",
    "load_backbone": "api",
    "load_order_network": "api",
    "prepare_clips": "loading.inputs",
    "prepare_tuples": "loading.inputs",
    "read_embeddings": "search.embedding_files",
    "retrieve": "evaluation.retrieval",
    "run_options": "api",
}
__all__ = [
    "TEST",
    "TRAIN",
    "Backbone",
    "ComputeOptions",
    "Embeddings",
    "FeatureStore",
    "FixedTuples",
    "FrameOptions",
    "FrameStore",
    "InputOptions",
    "MachineOptions",
    "NetworkOptions",
    "OrderNetwork",
    "PretrainOptions",
    "Task",
    "TestClips",
    "TrainingClips",
    "TrainingTuples",
    "Video",
    "__version__",
    "build_backbone",
    "build_order_network",
    "embed",
    "extract_features",
    "load_backbone",
    "load_order_network",
    "prepare_clips",
    "prepare_tuples",
    "read_embeddings",
    "retrieve",
    "run_options",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module 'vcop' has no attribute {name!r}")
    value = getattr(import_module(f"vcop.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
