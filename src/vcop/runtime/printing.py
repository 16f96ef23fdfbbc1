"""Names of files as text that any terminal, log or table can hold."""

from __future__ import annotations

import os
import re
from pathlib import Path

# Control characters and the two other ends of a line: on a terminal they could move the cursor or hide text.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def printable(path: str | Path) -> str:
    r"""Return a path as one line of valid Unicode, whatever bytes it has.

    Control characters and bytes that are not UTF-8 are written as escapes, as in ``a\nb`` or ``a\xff``. Any other name stays as it is, so
    it still opens the file. A file of embeddings names its videos so.
    """
    text = os.fsencode(path).decode(errors="backslashreplace")
    return CONTROL.sub(lambda character: character[0].encode("unicode_escape").decode(), text)
