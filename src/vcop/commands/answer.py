"""``vcop answer``."""

from vcop.evaluation.question_answering import add_arguments, run

__all__ = ["add_arguments", "run"]
