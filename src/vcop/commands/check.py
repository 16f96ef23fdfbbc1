"""``vcop check``."""

from vcop.preparation.checking.summary import add_arguments, run

__all__ = ["add_arguments", "run"]
