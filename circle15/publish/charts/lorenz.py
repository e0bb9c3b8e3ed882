"""The Lorenz curve of access: people from the worst served to the best.

How much of the access has the lower half?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from circle15.assess.circles import deciding_circles
from circle15.assess.inequality.gini import gini_index
from circle15.assess.reach import soft_reach
from circle15.assess.units import ordered_cells, total
from circle15.publish.charts.frame import EDGE_MM, LABEL_PT, SMALL_PT, Frame, chart_face, frame
from circle15.publish.drawing.colours import BLUES, FAINT, HAIR, INK, ORANGES, QUIET
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable, fitted
from circle15.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from circle15.results import Results

    Floats = NDArray[np.float64]

SQUARE_MM, LEFT_MM, LIST_MM = 78.0, 12.0, 4.6
MOST_LISTED = 16
# No name is set smaller than this share of its size.
LEAST_NAME = 0.7
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Lorenz:
    """One service: cumulative shares of people and of access from the worst served up, and the Gini index."""

    service: str
    people: Floats
    access: Floats
    gini: float

    @property
    def lower_half(self) -> float:
        """The share of all access that the worse-served half of the people has."""
        return float(np.interp(HALF, self.people, self.access))


@in_house_style
def lorenz_chart(results: Results, lang: str) -> Figure:
    """A curve per service; the most and the least unequal ones are drawn out and named."""
    curves = lorenz_curves(results, lang)
    face = chart_face([curve.service for curve in curves], lang)
    framed = frame(lorenz_title(curves, lang), say("charts.lorenz_reading", lang), SQUARE_MM + 10.5, face)
    _ground(framed, lang)
    for at, curve in enumerate(curves):
        _curve(framed, curve, _style(at, len(curves)))
    _listing(framed, curves, lang)
    return framed.paper.figure


def lorenz_curves(results: Results, lang: str) -> list[Lorenz]:
    """The curves of all services that anybody reaches, the most unequal first."""
    cells = ordered_cells(results.cells)
    found = []
    for circle in deciding_circles(results.catalogue, results.counted_groups()):
        metres = cells[circle.column].to_numpy(dtype=np.float64)
        score = soft_reach(metres, circle.limits_m(cells))
        persons = circle.persons(cells)
        known = ~np.isnan(score) & (persons > 0)
        name = drawable(circle.service.label.in_language(lang))
        if known.any() and total(score[known] * persons[known]) > 0:
            found.append(_lorenz(name, score[known], persons[known]))
    return sorted(found, key=lambda curve: -curve.gini)


def _lorenz(service: str, score: Floats, persons: Floats) -> Lorenz:
    order = np.argsort(score, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(persons[order])])
    access = np.concatenate([[0.0], np.cumsum(score[order] * persons[order])])
    return Lorenz(service, people / people[-1], access / access[-1], gini_index(score, persons))


def lorenz_title(curves: list[Lorenz], lang: str) -> str:
    """What the worse-served half has, in the most and in the least unequal service."""
    if not curves:
        return say("charts.lorenz_nothing", lang)
    facts = {"service": curves[0].service, "share": curves[0].lower_half}
    if len(curves) == 1:
        return say("charts.lorenz_one", lang, **facts)
    return say("charts.lorenz_title", lang, **facts, best=curves[-1].service, most=curves[-1].lower_half)


def _style(at: int, count: int) -> dict[str, Any]:
    if at == 0:
        return {"color": ORANGES[4], "width_mm": 0.6, "zorder": 4}
    if at == count - 1:
        return {"color": BLUES[5], "width_mm": 0.6, "zorder": 4, "linestyle": (0, (4, 1.5))}
    return {"color": FAINT, "width_mm": 0.2, "zorder": 2}


def _ground(framed: Frame, lang: str) -> None:
    """The square, the line of equality, and what the axes count."""
    paper, x, y = framed.paper, EDGE_MM + LEFT_MM, framed.top
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        across, down = x + SQUARE_MM * share, y + SQUARE_MM * (1 - share)
        paper.line([across, across], [y, y + SQUARE_MM], width_mm=0.12, color=HAIR, zorder=0.5)
        paper.line([x, x + SQUARE_MM], [down, down], width_mm=0.12, color=HAIR, zorder=0.5)
        paper.text(across, y + SQUARE_MM + 1.2, f"{share:.0%}", SMALL_PT, side="center", level="top", colour=QUIET)
        paper.text(x - 1.2, down, f"{share:.0%}", SMALL_PT, side="right", level="center", colour=QUIET)
    paper.line([x, x + SQUARE_MM], [y + SQUARE_MM, y], width_mm=0.25, color=INK, zorder=1)
    middle = x + SQUARE_MM / 2
    paper.text(middle, y + SQUARE_MM + 6.0, say("charts.lorenz_people", lang), LABEL_PT, side="center", level="top")
    words = say("charts.lorenz_access", lang)
    paper.text(EDGE_MM + 1.5, y + SQUARE_MM / 2, words, LABEL_PT, side="center", level="center", rotation=90)


def _curve(framed: Frame, curve: Lorenz, style: dict[str, Any]) -> None:
    x, y = EDGE_MM + LEFT_MM, framed.top
    grid = np.linspace(0.0, 1.0, 201)
    access = np.interp(grid, curve.people, curve.access)
    framed.paper.line((x + SQUARE_MM * grid).tolist(), (y + SQUARE_MM * (1 - access)).tolist(), **style)


def _listing(framed: Frame, curves: list[Lorenz], lang: str) -> None:
    """Every service with its Gini index, the most unequal first."""
    paper, x, y = framed.paper, EDGE_MM + LEFT_MM + SQUARE_MM + 8.0, framed.top + 2.0
    paper.text(framed.right, y, say("charts.lorenz_gini", lang), SMALL_PT, side="right", level="center", colour=QUIET)
    shown = curves if len(curves) <= MOST_LISTED else [*curves[: MOST_LISTED - 1], curves[-1]]
    for at, curve in enumerate(shown, start=1):
        line, ends = y + LIST_MM * at, curve in (curves[0], curves[-1])
        style = _style(0 if curve is curves[0] else len(curves) - 1 if curve is curves[-1] else 1, len(curves))
        paper.line([x, x + 5.0], [line, line], **style)
        room_mm = framed.right - x - 16.0
        name, size = fitted(curve.service, room_mm, LABEL_PT, paper.face, bold=ends, least=LEAST_NAME)
        paper.text(x + 6.5, line, name, size, level="center", bold=ends)
        told = say("terms.no_data", lang) if math.isnan(curve.gini) else f"{curve.gini:.2f}"
        paper.text(framed.right, line, told, LABEL_PT, side="right", level="center", bold=ends)
