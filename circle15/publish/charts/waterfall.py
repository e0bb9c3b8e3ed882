"""From last period's score to this one's, cause by cause.

What moved it?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.causes import CAUSES, NOTHING
from circle15.publish.charts.frame import EDGE_MM, LABEL_PT, SMALL_PT, Frame, chart_face, frame
from circle15.publish.drawing.colours import FALL, HAIR, INK, PAPER, QUIET, RISE, TOTAL
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable, wrapped
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

HIGH_MM, FOOT_MM, BAR = 62.0, 12.0, 0.62
ROOM = 0.18
# Where the steps are as large a part of the scores, the scale begins at 0.
FROM_NOUGHT = 0.35
FALL_HATCH = "////"


@dataclass(frozen=True)
class _Bar:
    """Where a bar lies, in millimetres."""

    x: float
    wide: float
    begin: float
    end: float
    total: bool


@in_house_style
def waterfall_chart(
    split: pd.DataFrame, periods: tuple[str, str], lang: str, measure: str = "balanced_access", code: str | None = None
) -> Figure:
    """The exact parts of the change of one unit's score.

    Parameters
    ----------
    split
        ``Comparison.split``.
    periods
        The older and the newer period.
    measure
        ``balanced_access``, ``overall``, ``quality`` or ``access``.
    code
        The unit; the whole area where not given.
    """
    row = change_row(split, measure, code)
    face = chart_face([row["name"], *periods], lang)
    title = waterfall_title(row, measure, lang)
    steps = waterfall_steps(row, periods, lang)
    reading = say("charts.waterfall_reading", lang) if steps else ""
    framed = frame(title, reading, HIGH_MM + FOOT_MM if steps else 1.0, face)
    if steps:
        _steps(framed, steps)
    return framed.paper.figure


def change_row(split: pd.DataFrame, measure: str, code: str | None) -> dict[str, Any]:
    """The row of one unit's score over all services; the first unit is the whole area."""
    rows = split[(split["service"] == ALL_SERVICES) & (split["measure"] == measure)]
    rows = rows if code is None else rows[rows["code"] == code]
    if rows.empty:
        return {"name": "", "old": math.nan, "new": math.nan, "change": math.nan}
    return {str(name): value for name, value in rows.iloc[0].items()}


def waterfall_title(row: dict[str, Any], measure: str, lang: str) -> str:
    """From where to where, and what did most."""
    facts = {"unit": drawable(row["name"]), "measure": say(f"comparison.measure_{measure}", lang)}
    if math.isnan(row["change"]):
        return say("charts.waterfall_nothing", lang, **facts)
    facts |= {"old": points(row["old"]), "new": points(row["new"]), "change": _signed(row["change"])}
    causes = _causes(row)
    if not causes:
        return say("charts.waterfall_same", lang, **facts)
    first = max(causes, key=lambda cause: abs(row[cause]))
    facts |= {"cause": say(f"comparison.{first}", lang), "points": _signed(row[first])}
    return say("charts.waterfall_title", lang, **facts)


def points(value: float) -> str:
    """A score out of 100, to the hundredth: changes from year to year are small."""
    return f"{value * 100:.2f}"


def _signed(value: float) -> str:
    return f"{value * 100:+.2f}"


def _causes(row: dict[str, Any]) -> list[str]:
    """The causes that did anything, in their order."""
    return [cause for cause in CAUSES if not math.isnan(row.get(cause, math.nan)) and abs(row[cause]) >= NOTHING]


def waterfall_steps(row: dict[str, Any], periods: tuple[str, str], lang: str) -> list[tuple[str, float, float]]:
    """Name, beginning and end of every bar: the old score from 0, each cause, the new score from 0."""
    if math.isnan(row["change"]):
        return []
    steps, at = [(periods[0], 0.0, row["old"])], row["old"]
    for cause in _causes(row):
        steps.append((say(f"comparison.{cause}", lang), at, at + row[cause]))
        at += row[cause]
    return [*steps, (periods[1], 0.0, row["new"])]


def _steps(framed: Frame, steps: list[tuple[str, float, float]]) -> None:
    levels = [value for _, begin, end in steps[1:-1] for value in (begin, end)] + [steps[0][2], steps[-1][2]]
    low, high = _span(levels)
    paper, left, wide = framed.paper, EDGE_MM + 4.0, framed.right - EDGE_MM - 8.0
    slot = min(wide / len(steps), 26.0)
    left += (wide - slot * len(steps)) / 2

    def down(value: float) -> float:
        return framed.top + 6.0 + (HIGH_MM - 10.0) * (high - value) / (high - low)

    for at, (name, begin, end) in enumerate(steps):
        total = at in (0, len(steps) - 1)
        x = left + slot * at + slot * (1 - BAR) / 2
        bar = _Bar(x, slot * BAR, down(max(begin if not total else low, low)), down(end), total)
        _draw(framed, bar, end if total else end - begin)
        if total and low > 0:
            _cut(framed, bar)
        if at < len(steps) - 1:
            paper.line([x, x + slot * (1 + BAR)], [down(end)] * 2, width_mm=0.15, color=QUIET, zorder=1)
        lines = wrapped(name, slot - 1.0, LABEL_PT, paper.face, bold=total, most_lines=2)
        middle, foot = x + slot * BAR / 2, framed.top + HIGH_MM + 1.5
        paper.text(middle, foot, "\n".join(lines), LABEL_PT, side="center", level="top", bold=total)
    _floor(framed, low, left, slot * len(steps))


def _span(levels: list[float]) -> tuple[float, float]:
    """From where to where the scale goes: closer than from 0 where the steps would be too low to be seen."""
    low, high = min(levels), max(levels)
    room = max((high - low) * ROOM, 0.005)
    low = 0.0 if high - low > FROM_NOUGHT * high else math.floor(max(low - 2 * room, 0.0) * 100) / 100
    return low, high + room


def _draw(framed: Frame, bar: _Bar, value: float) -> None:
    """A bar, and its number above it."""
    rises = value >= 0
    colour = TOTAL if bar.total else RISE if rises else FALL
    hatch = {} if bar.total or rises else {"hatch": FALL_HATCH, "edgecolor": "white"}
    top, high = min(bar.begin, bar.end), max(abs(bar.begin - bar.end), 0.3)
    framed.paper.box(bar.x, top, bar.wide, high, facecolor=colour, zorder=2, **hatch)
    told = points(value) if bar.total else _signed(value)
    framed.paper.text(
        bar.x + bar.wide / 2, top - 0.8, told, LABEL_PT, side="center", level="bottom", bold=True, colour=INK, zorder=3
    )


def _cut(framed: Frame, bar: _Bar) -> None:
    """Two white strokes through the foot of a bar that does not begin at 0."""
    foot = max(bar.begin, bar.end)
    for up in (2.2, 3.4):
        framed.paper.line(
            [bar.x - 0.8, bar.x + bar.wide + 0.8],
            [foot - up + 0.8, foot - up - 0.8],
            width_mm=0.5,
            color=PAPER,
            zorder=4,
        )


def _floor(framed: Frame, low: float, left: float, wide: float) -> None:
    """The floor of the scale, and its value where it is not 0."""
    y = framed.top + HIGH_MM - 4.0
    framed.paper.line([left, left + wide], [y, y], width_mm=0.2, color=HAIR, zorder=1)
    if low > 0:
        framed.paper.text(left - 1.0, y, f"{low * 100:.0f}", SMALL_PT, side="right", level="center", colour=QUIET)
