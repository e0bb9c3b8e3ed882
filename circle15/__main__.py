"""``python -m circle15``."""

import sys

from circle15.cli.main import command

if __name__ == "__main__":
    sys.exit(command())
