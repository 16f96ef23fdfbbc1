"""Run the command line with ``python -m vcop``."""

import sys

from vcop.cli import main

sys.exit(main())
