"""``python -m circle15``."""

import sys

from circle15.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
