"""How many searches run side by side; it changes no bit of a result."""

from __future__ import annotations

import os

MOST = 8


def threads() -> int:
    """One per processor, and no more than ``MOST``: memory grows with each."""
    return min(os.cpu_count() or 1, MOST)
