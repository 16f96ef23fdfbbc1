"""``vcop download``."""

from vcop.preparation.download.layout import add_arguments, run

__all__ = ["add_arguments", "run"]
