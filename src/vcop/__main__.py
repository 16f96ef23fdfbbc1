"""Run the command line with ``python -m vcop``."""

import os
import sys


def run() -> int:
    """Run the command, in a copy of a process that has imported PyTorch if there is one (``vcop.shared_start``)."""
    words = sys.argv[1:]
    if "VCOP_SHARED_START" in os.environ:
        from vcop.shared_start import ask

        code = ask(words)
        if code is not None:
            return code
    from vcop.cli import main

    return main(words)


sys.exit(run())
