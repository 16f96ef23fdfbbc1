"""``vcop synthesise``."""

from vcop.preparation.synthetic.generator import add_arguments, run

__all__ = ["add_arguments", "run"]
