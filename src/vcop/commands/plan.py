"""``vcop plan``."""

from vcop.planning.report import add_arguments, run

__all__ = ["add_arguments", "run"]
