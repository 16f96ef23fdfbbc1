"""``vcop decode``."""

from vcop.preparation.decoding import add_arguments, run

__all__ = ["add_arguments", "run"]
