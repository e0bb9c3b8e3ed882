"""The signs of a key: each draws itself around a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.drawing.colours import FAINT, NO_DATA, NO_DATA_HATCH, PAPER
from circle15.publish.sheets.ground import MAIN_STREET, STREET, TOWN_EDGE, WHOLE_EDGE
from circle15.publish.sheets.lettering import BADGE, BADGE_PT, SITE

if TYPE_CHECKING:
    from circle15.publish.drawing.paper import Paper
    from circle15.publish.sheets.panel import Sign

WIDE_MM, HIGH_MM = 5.6, 2.8


def filled(colour: str, edge: str = FAINT, hatch: str = "") -> Sign:
    """A field of a colour."""

    def draw(paper: Paper, x: float, y: float, letters: float) -> None:
        wide, high = WIDE_MM * letters, HIGH_MM * letters
        style = {"hatch": hatch} if hatch else {}
        paper.box(x - wide / 2, y - high / 2, wide, high, facecolor=colour, edgecolor=edge, linewidth=0.4, **style)

    return draw


def no_data() -> Sign:
    """A field of which nothing is known."""
    return filled(NO_DATA, hatch=NO_DATA_HATCH)


def several(colours: tuple[str, ...]) -> Sign:
    """Fields side by side."""

    def draw(paper: Paper, x: float, y: float, letters: float) -> None:
        wide, high = WIDE_MM * letters / len(colours), HIGH_MM * letters
        for at, colour in enumerate(colours):
            paper.box(x - WIDE_MM * letters / 2 + wide * at, y - high / 2, wide, high, facecolor=colour)

    return draw


def dot(*, hollow: bool = False, size_mm: float = 2.4) -> Sign:
    """A facility; hollow beyond the border."""

    def draw(paper: Paper, x: float, y: float, letters: float) -> None:
        colours = {"color": PAPER, "markeredgecolor": SITE} if hollow else {"color": SITE}
        paper.mark(x, y, size_mm * letters, **colours)

    return draw


def badge(words: str, colour: str = BADGE, size_mm: float = 3.6, marker: str = "o") -> Sign:
    """A number or letter on a disc, square or hexagon."""

    def draw(paper: Paper, x: float, y: float, letters: float) -> None:
        paper.mark(x, y, size_mm * letters * (0.88 if marker == "s" else 1.0), marker, color=colour)
        size = (BADGE_PT if len(words) < 2 else BADGE_PT - 1.4) * letters
        paper.text(x, y, words, size, bold=True, side="center", level="center", colour=PAPER)

    return draw


def outline(colour: str, width_mm: float, dashes: tuple[float, float] | None = None) -> Sign:
    """The edge of an area."""

    def draw(paper: Paper, x: float, y: float, letters: float) -> None:
        wide = WIDE_MM * letters
        style = {"linestyle": (0, dashes)} if dashes else {}
        paper.line([x - wide / 2, x + wide / 2], [y, y], width_mm=width_mm * letters, color=colour, **style)

    return draw


def town_edge() -> Sign:
    """The border of a town."""
    return outline(TOWN_EDGE, 0.25, (4, 2))


def whole_edge() -> Sign:
    """The border of the whole area."""
    return outline(WHOLE_EDGE, 0.55)


def street() -> Sign:
    """A main street above a side street."""

    def draw(paper: Paper, x: float, y: float, letters: float) -> None:
        wide = WIDE_MM * letters
        for up, width_mm, colour in ((-0.7, 0.3, MAIN_STREET), (0.7, 0.15, STREET)):
            line = y + up * letters
            paper.line([x - wide / 2, x + wide / 2], [line, line], width_mm=width_mm * letters, color=colour)

    return draw
