"""``vcop pack``."""

from vcop.planning.archive import add_arguments, run

__all__ = ["add_arguments", "run"]
