"""``vcop baselines``."""

from vcop.evaluation.handcrafted_features import add_arguments, run

__all__ = ["add_arguments", "run"]
