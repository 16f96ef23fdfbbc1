"""``vcop mine``."""

from vcop.pretext.hard_mining import add_arguments, run

__all__ = ["add_arguments", "run"]
