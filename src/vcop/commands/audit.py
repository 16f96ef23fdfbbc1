"""``vcop audit``."""

from vcop.pretext.shortcut_audit import add_arguments, run

__all__ = ["add_arguments", "run"]
