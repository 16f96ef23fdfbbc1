"""``vcop finetune``."""

from vcop.evaluation.finetuning import add_arguments, run

__all__ = ["add_arguments", "run"]
