"""The grey of a cell whose shade says how much."""

from __future__ import annotations

# The darkest grey: black text is read on it.
DARKEST = 0x9A


def shade_of(shade: float) -> str:
    """A grey for a share from 0 to 1, as ``RRGGBB``: read as well in print as on a screen.

    Examples
    --------
    >>> shade_of(0.0), shade_of(1.0)
    ('FFFFFF', '9A9A9A')
    """
    grey = round(0xFF - (0xFF - DARKEST) * min(max(shade, 0.0), 1.0))
    return f"{grey:02X}" * 3
