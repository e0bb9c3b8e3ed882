"""The scale bar: a round length, drawn as long as it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from circle15.publish.drawing.colours import INK, PAPER

if TYPE_CHECKING:
    from circle15.publish.drawing.paper import Paper
    from circle15.publish.sheets.layout import Layout

# The bar is no longer than this on A4, and one of these times a power of ten metres.
LONGEST_MM = 38.0
ROUND = (5.0, 2.0, 1.0)
PARTS = 4
HIGH_MM, LETTERS_PT = 1.3, 7.0
METRES_PER_KM = 1000.0


def bar_length(longest_m: float) -> float:
    """The longest round length that is not longer.

    Examples
    --------
    >>> bar_length(5700.0), bar_length(2000.0), bar_length(0.9)
    (5000.0, 2000.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(longest_m))
    first = next((first for first in ROUND if first * power <= longest_m * (1 + 1e-9)), None)
    return 5.0 * power / 10.0 if first is None else first * power


def length_text(metres: float) -> str:
    """A length in metres or kilometres.

    Examples
    --------
    >>> length_text(500.0), length_text(2500.0), length_text(1000.0)
    ('500 m', '2.5 km', '1 km')
    """
    return f"{metres / METRES_PER_KM:g} km" if metres >= METRES_PER_KM else f"{metres:g} m"


def draw_scale_bar(paper: Paper, layout: Layout, x: float, y: float) -> float:
    """Draw the bar from its lower left corner; gives its length on paper, millimetres."""
    metres = bar_length(layout.metres(LONGEST_MM * layout.letters))
    wide, high, size = layout.millimetres(metres), HIGH_MM * layout.letters, LETTERS_PT * layout.letters
    for part in range(PARTS):
        colour = INK if part % 2 == 0 else PAPER
        left = x + wide * part / PARTS
        paper.box(left, y - high, wide / PARTS, high, facecolor=colour, edgecolor=INK, linewidth=0.5, zorder=6)
    for share in (0.0, 0.5, 1.0):
        words = length_text(metres * share) if share == 1.0 else f"{_number(metres, share)}"
        paper.text(x + wide * share, y - high - 0.8, words, size, side="center", level="bottom", zorder=6)
    return wide


def _number(metres: float, share: float) -> str:
    """A part of the bar in the unit of the whole, without its name."""
    unit = METRES_PER_KM if metres >= METRES_PER_KM else 1.0
    return f"{metres * share / unit:g}"
