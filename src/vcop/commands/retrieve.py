"""``vcop retrieve``."""

from vcop.evaluation.retrieval import add_arguments, run

__all__ = ["add_arguments", "run"]
