"""How a sheet is laid out: its page, where the map, the panel and the words lie, and the scale that fits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from circle15.publish.sheets.labels import Box

Size = Literal["a4", "a3", "text"]
# The short and the long side, millimetres; how much larger letters are than on A4.
# ``text`` is what fills the text block of a report's page (156 x 225 mm) and leaves room for its caption: it stands.
PAGES: dict[Size, tuple[float, float, float]] = {
    "a4": (210.0, 297.0, 1.0),
    "a3": (297.0, 420.0, 1.3),
    "text": (156.0, 200.0, 0.85),
}
MARGIN_MM, TITLE_MM, FOOT_MM, GAP_MM = 8.0, 14.0, 8.5, 3.5
# The panel's share of the page: beside the map across, below it upright.
BESIDE, BELOW = 0.26, 0.30
# Scales that a ruler reads: 1 : these times a power of ten.
ROUND = (
    *(1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.2, 3.5, 3.8),
    *(4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 9.0),
)
# Some ground around what is shown, as a share of it.
AROUND = 0.025
MM_PER_M = 1000.0

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """A page with its boxes, in millimetres from its upper left corner.

    Attributes
    ----------
    width, height
        Of the page.
    title, map, panel, foot
        Its parts.
    letters
        How much larger letters are than on A4.
    scale
        The map is drawn 1 : this.
    west, north
        The upper left corner of the map on the ground, metres.
    """

    width: float
    height: float
    title: Box
    map: Box
    panel: Box
    foot: Box
    letters: float
    scale: float
    west: float
    north: float

    @property
    def upright(self) -> bool:
        """Whether the page stands."""
        return self.height > self.width

    @property
    def extent(self) -> Bounds:
        """The ground that the map shows: west, south, east, north, metres."""
        wide, high = self.map.right - self.map.left, self.map.bottom - self.map.top
        return self.west, self.north - self.metres(high), self.west + self.metres(wide), self.north

    def metres(self, mm: float) -> float:
        """How many metres of ground some millimetres of the map are."""
        return mm * self.scale / MM_PER_M

    def millimetres(self, metres: float) -> float:
        """How many millimetres of the map some metres of ground are."""
        return metres * MM_PER_M / self.scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where on the page a point of the ground lies."""
        return self.map.left + self.millimetres(x - self.west), self.map.top + self.millimetres(self.north - y)


def layout_of(size: Size, bounds: Bounds) -> Layout:
    """The page, lying or standing, that shows some ground at the larger scale; lying where both do alike."""
    if size == "text":
        return _layout(size, bounds, upright=True)
    lying, standing = (_layout(size, bounds, upright=upright) for upright in (False, True))
    return standing if standing.scale < lying.scale else lying


def part_layout(width: float, height: float, box: Box, letters: float, bounds: Bounds) -> Layout:
    """One map of several on a page, in its own box."""
    nothing = Box(box.left, box.bottom, box.left, box.bottom)
    return _on_ground((width, height), (nothing, box, nothing, nothing), letters, bounds)


def round_scale(least: float) -> float:
    """The next round scale that is no larger than 1 : ``least``.

    Examples
    --------
    >>> round_scale(131_400.0), round_scale(150_000.0), round_scale(901_000.0)
    (140000.0, 150000.0, 1000000.0)
    """
    power = 10.0 ** math.floor(math.log10(least))
    return next((first * power for first in ROUND if first * power >= least), 10.0 * power)


def _layout(size: Size, bounds: Bounds, *, upright: bool) -> Layout:
    short, long, letters = PAGES[size]
    width, height = (short, long) if upright else (long, short)
    margin, foot_mm = MARGIN_MM * letters, FOOT_MM * letters
    title = Box(margin, margin, width - margin, margin + TITLE_MM * letters)
    foot = Box(margin, height - margin - foot_mm, width - margin, height - margin)
    top, bottom, gap = title.bottom, foot.top - 1.5 * letters, GAP_MM * letters
    if upright:
        middle = bottom - height * BELOW
        map_box = Box(margin, top, width - margin, middle - gap)
        panel = Box(margin, middle, width - margin, bottom)
    else:
        middle = width - margin - width * BESIDE
        map_box = Box(margin, top, middle - gap, bottom)
        panel = Box(middle, top, width - margin, bottom)
    return _on_ground((width, height), (title, map_box, panel, foot), letters, bounds)


def _on_ground(page: tuple[float, float], boxes: tuple[Box, Box, Box, Box], letters: float, bounds: Bounds) -> Layout:
    """The layout with the ground in the middle of its map, at a round scale."""
    west, south, east, north = bounds
    wide_mm, high_mm = boxes[1].right - boxes[1].left, boxes[1].bottom - boxes[1].top
    wide_m, high_m = (max(side, 200.0) * (1 + 2 * AROUND) for side in (east - west, north - south))
    scale = round_scale(max(wide_m / wide_mm, high_m / high_mm) * MM_PER_M)
    half_wide, half_high = (side * scale / MM_PER_M / 2 for side in (wide_mm, high_mm))
    corner = (west + east) / 2 - half_wide, (south + north) / 2 + half_high
    return Layout(*page, *boxes, letters, scale, *corner)
