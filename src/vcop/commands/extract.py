"""``vcop extract``."""

from vcop.evaluation.feature_extraction import add_arguments, run

__all__ = ["add_arguments", "run"]
