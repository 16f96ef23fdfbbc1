"""The names that paths, options, tables and networks share; each list is defined only here."""

import re

PAPER_DATASETS = (
    "ucf101",
    "hmdb51",
)  # those of both papers, with official lists of actions; any other name is a data set of one's own
DATASET = r"[A-Za-z][A-Za-z0-9_]*"  # what a data set may be called: its name is part of paths
QUESTIONS = "activitynet-qa"  # the data set of the questions, as it is called in paths
PAPER_NETWORKS = ("c3d", "r3d", "r21d")  # backbones of both papers (CVPR 2019, 3.2); all: vcop.config.network_names
LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5")  # layers of each backbone, shallowest first


def require_dataset_name(source: str, name: str) -> None:
    """Raise ValueError, which begins with ``source``, unless a data set may have this name, which becomes a part of paths."""
    if not re.fullmatch(DATASET, name):
        raise ValueError(
            f"{source}: {name!r} cannot be the name of a data set: use letters, digits and _, and begin with a letter"
        )
