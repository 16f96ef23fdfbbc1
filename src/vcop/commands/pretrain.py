"""``vcop pretrain``."""

from vcop.pretext.pretraining import add_arguments, run

__all__ = ["add_arguments", "run"]
