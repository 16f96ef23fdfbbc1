"""``vcop outline``."""

from vcop.networks.outline import add_arguments, run

__all__ = ["add_arguments", "run"]
