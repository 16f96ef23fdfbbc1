"""``vcop illustrate``."""

from vcop.pretext.illustration import add_arguments, run

__all__ = ["add_arguments", "run"]
