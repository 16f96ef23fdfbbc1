"""``vcop probe``."""

from vcop.evaluation.probing import add_arguments, run

__all__ = ["add_arguments", "run"]
