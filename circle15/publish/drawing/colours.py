"""Colours that stay apart in grey and for colour-blind readers: every ramp grows darker from one end to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.colors import to_rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

INK, QUIET, FAINT, HAIR = "#1A1A1A", "#5F6368", "#9AA0A6", "#D5D8DC"
PAPER = "#FFFFFF"
NO_DATA = "#EDEDED"
NO_DATA_HATCH = "////"
# Good things grow blue, what is missing grows orange; each from light to dark.
BLUES = ("#EFF5FA", "#C9DFEE", "#93BEDB", "#5095C4", "#1F6AA5", "#0B3F6E")
ORANGES = ("#FFF4E3", "#FDD9A6", "#FBB469", "#E8853B", "#B95417", "#75300A")
RISE, FALL, TOTAL = "#2C7FB8", "#E8853B", "#4D4D4D"
GOOD_LIGHT, SOME_LIGHT, BAD_LIGHT, NO_LIGHT = "#1B7F5C", "#F2B134", "#B3261E", "#C4C7CC"


def ramp(colours: Sequence[str], share: float) -> str:
    """The colour at a share of the way from the first to the last, as ``#rrggbb``.

    Examples
    --------
    >>> ramp(("#000000", "#ffffff"), 0.5)
    '#808080'
    """
    at = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    first = min(int(at), len(colours) - 2)
    low, high = to_rgb(colours[first]), to_rgb(colours[first + 1])
    mixed = (a + (b - a) * (at - first) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{round(part * 255):02x}" for part in mixed)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, 0 black and 1 white (WCAG 2.2).

    Examples
    --------
    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return round(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2], 12)


def letters_on(colour: str) -> str:
    """Dark or white letters, whichever are read on a colour.

    Examples
    --------
    >>> letters_on("#FFFFFF"), letters_on("#0B3F6E")
    ('#1A1A1A', '#FFFFFF')
    """
    ground = luminance(colour)
    return INK if (ground + 0.05) / (luminance(INK) + 0.05) >= 1.05 / (ground + 0.05) else PAPER
