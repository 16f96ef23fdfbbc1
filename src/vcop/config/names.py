"""The names that paths, options, tables and networks share; each list is defined only here."""

DATASETS = ("ucf101", "hmdb51")  # data sets with official lists of actions, as paths and flags may name them
PAPER_DATASETS = ("ucf101", "hmdb51")  # those that the tables and figures of both papers show
QUESTIONS = "activitynet-qa"  # the data set of the questions, as it is called in paths
PAPER_NETWORKS = ("c3d", "r3d", "r21d")  # backbones of both papers (CVPR 2019, 3.2); all: vcop.config.network_names
LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5")  # stages of each backbone, shallowest first
