"""How long the people of each age group need to each service.

Whom does the circle leave out?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.circles import deciding_circles
from circle15.assess.units import total
from circle15.publish.charts.frame import (
    EDGE_MM,
    SMALL_PT,
    Frame,
    chart_face,
    frame,
    head_height,
    letters_in,
    row_height,
)
from circle15.publish.charts.heat import shown_share
from circle15.publish.drawing.colours import BLUES, FAINT, ORANGES, PAPER, QUIET, letters_on
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable, fitted
from circle15.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from circle15.results import Results

    Floats = NDArray[np.float64]

ENDS_MIN = (5.0, 10.0, 15.0, 30.0)
BANDS = ("within_5", "within_10", "within_15", "within_30", "beyond_30", "unreachable", "unknown")
COLOURS = (BLUES[5], BLUES[4], BLUES[2], ORANGES[1], ORANGES[3], ORANGES[5], PAPER)
MOST_GROUP_MM, MOST_NAME_MM, ROW_MM, KEY_MM, BETWEEN_MM = 26.0, 44.0, 6.0, 9.0, 1.5
CIRCLE = 3  # the bands up to a quarter of an hour
LEAST_SHOWN_MM = 6.0


@dataclass(frozen=True)
class MinutesRow:
    """One service: the shares of its group's people by band of minutes; NaN where there are no people."""

    group: str
    service: str
    people: float
    shares: tuple[float, ...]

    @property
    def within(self) -> float:
        """The share within a quarter of an hour."""
        return math.fsum(self.shares[:CIRCLE])


@in_house_style
def minutes_chart(results: Results, lang: str) -> Figure:
    """The people of each age group by the minutes that they need, by the rule of their own town."""
    rows = minutes_rows(results, lang)
    face = chart_face([name for row in rows for name in (row.group, row.service)], lang)
    groups = len({row.group for row in rows})
    title, reading = minutes_title(rows, lang), say("charts.minutes_reading", lang)
    other_mm = BETWEEN_MM * groups + KEY_MM
    row_mm = row_height(len(rows), ROW_MM, other_mm + head_height(title, reading, face))
    framed = frame(title, reading, other_mm + row_mm * len(rows), face)
    columns = _columns(framed, rows, letters_in(row_mm))
    _key(framed, columns.left, lang)
    y, before = framed.top + KEY_MM, ""
    for row in rows:
        if row.group != before:
            y += BETWEEN_MM if before else 0.0
            _group(framed, row.group, columns.group_mm, y, row_mm)
        before = row.group
        _row(framed, columns, row, (y, row_mm), lang)
        y += row_mm
    return framed.paper.figure


@dataclass(frozen=True)
class _Columns:
    """How wide the names are, and where the bars begin."""

    group_mm: float
    name_mm: float

    @property
    def left(self) -> float:
        return EDGE_MM + self.group_mm + 2.0 + self.name_mm + 2.0


def _columns(framed: Frame, rows: list[MinutesRow], size: float) -> _Columns:
    """As wide as the longest names, up to a limit."""
    width_of = framed.paper.width_of
    group_mm = max((width_of(row.group, size, bold=True) for row in rows), default=0.0)
    name_mm = max((width_of(row.service, size) for row in rows), default=0.0)
    return _Columns(min(group_mm, MOST_GROUP_MM), min(name_mm, MOST_NAME_MM) + 0.5)


def _group(framed: Frame, group: str, most_mm: float, y: float, row_mm: float) -> None:
    """The name of a group beside its first service."""
    size = letters_in(row_mm)
    words, set_in = fitted(group, most_mm + 0.5, size, framed.paper.face, bold=True)
    framed.paper.text(EDGE_MM, y + row_mm / 2, words, set_in, level="center", bold=True)


def minutes_rows(results: Results, lang: str) -> list[MinutesRow]:
    """One row per service, the youngest groups first and everybody last."""
    catalogue, cells = results.catalogue, results.cells
    rows = []
    for circle in deciding_circles(catalogue, results.counted_groups()):
        metres = cells[circle.column].to_numpy(dtype=np.float64)
        minutes = metres / circle.speeds_m_s(cells) / 60.0
        persons = circle.persons(cells)
        label = catalogue.groups[circle.group].label.in_language(lang)
        shares = _shares(minutes, persons)
        name = drawable(circle.service.label.in_language(lang))
        rows.append(((_age(results, circle.group), label), MinutesRow(drawable(label), name, total(persons), shares)))
    return [row for _, row in sorted(rows, key=lambda one: one[0])]


def _age(results: Results, group: str) -> tuple[bool, int]:
    """The order of groups: by the age at which they begin, those of no age last."""
    begins = results.catalogue.groups[group].from_age
    return begins is None, begins or 0


def _shares(minutes: Floats, persons: Floats) -> tuple[float, ...]:
    """The share of people in each of ``BANDS``."""
    people = total(persons)
    if not people > 0:
        return (math.nan,) * len(BANDS)
    band = np.searchsorted(ENDS_MIN, minutes, side="left")
    band = np.where(np.isinf(minutes), len(ENDS_MIN) + 1, band)
    band = np.where(np.isnan(minutes), len(ENDS_MIN) + 2, band)
    return tuple(total(persons[band == number]) / people for number in range(len(BANDS)))


def minutes_title(rows: list[MinutesRow], lang: str) -> str:
    """The services that most and fewest reach within a quarter of an hour."""
    known = [row for row in rows if not math.isnan(row.within)]
    if not known:
        return say("charts.minutes_nothing", lang)
    best, last = max(known, key=lambda row: row.within), min(known, key=lambda row: row.within)
    facts = {"group": last.group, "service": last.service, "share": last.within}
    if len(known) == 1:
        return say("charts.minutes_one", lang, **facts)
    return say("charts.minutes_title", lang, **facts, best=best.service, best_group=best.group, most=best.within)


def _row(framed: Frame, columns: _Columns, row: MinutesRow, place: tuple[float, float], lang: str) -> None:
    """One service's bar; ``place`` is its upper edge and its height."""
    y, row_mm = place
    paper, size, left = framed.paper, letters_in(row_mm), columns.left
    name, set_in = fitted(row.service, columns.name_mm, size, paper.face)
    paper.text(left - 2.0, y + row_mm / 2, name, set_in, side="right", level="center")
    wide = framed.right - left
    if math.isnan(row.within):
        paper.text(left, y + row_mm / 2, say("terms.no_data", lang), size, level="center", colour=QUIET)
        return
    x = left
    for share, colour, band in zip(row.shares, COLOURS, BANDS, strict=True):
        hatch = {"hatch": "xxx", "edgecolor": FAINT} if band == "unknown" else {}
        paper.box(x, y + row_mm * 0.12, wide * share, row_mm * 0.76, facecolor=colour, **hatch)
        if wide * share >= LEAST_SHOWN_MM:
            middle, shade = x + wide * share / 2, letters_on(colour)
            paper.text(
                middle, y + row_mm / 2, shown_share(share), size - 1, side="center", level="center", colour=shade
            )
        x += wide * share


def _key(framed: Frame, x: float, lang: str) -> None:
    """What the colours mean."""
    paper, y = framed.paper, framed.top
    words = [say(f"charts.{band}", lang) for band in BANDS[:-1]]
    wide = sum(8.0 + paper.width_of(each, SMALL_PT) for each in words)
    x = max(EDGE_MM, min(x, framed.right - wide + 3.0))
    for colour, told in zip(COLOURS, words, strict=False):
        paper.box(x, y + 1.0, 4.0, 3.0, facecolor=colour)
        paper.text(x + 5.0, y + 2.5, told, SMALL_PT, level="center", colour=QUIET)
        x += 8.0 + paper.width_of(told, SMALL_PT)
