"""The league of towns: scores with the range that the data can tell, and tiers.

Which towns stand apart?
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from circle15.publish.charts.frame import (
    EDGE_MM,
    SMALL_PT,
    Frame,
    chart_face,
    frame,
    head_height,
    letters_in,
    points,
    row_height,
    scale_of_hundred,
    unit_count,
)
from circle15.publish.drawing.colours import BLUES, HAIR, QUIET
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable, fitted
from circle15.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from circle15.results import Results

NAME_MM, VALUE_MM, TIER_MM = 34.0, 13.0, 16.0
ROW_MM, AXIS_MM, FOOT_MM = 6.0, 6.0, 5.0
BAND, SPREAD, DOT = "#F3F5F7", BLUES[2], BLUES[5]


@in_house_style
def league_chart(results: Results, lang: str) -> Figure:
    """The listed units by balanced access, the best first, with the 5th to 95th percentile of the draws and tiers."""
    level = results.listed_level()
    rows = league_rows(results)
    whole = _whole(results)
    face = chart_face([row["name"] for row in rows] + [whole["name"]], lang)
    title = league_title(rows, level, lang)
    reading = say("charts.league_reading" if _drawn(rows) else "charts.league_reading_plain", lang)
    row_mm = row_height(len(rows), ROW_MM, head_height(title, reading, face) + AXIS_MM + FOOT_MM)
    framed = frame(title, reading, AXIS_MM + row_mm * len(rows) + FOOT_MM, face)
    _rows(framed, rows, row_mm, lang)
    _whole_line(framed, whole, row_mm * len(rows), lang)
    return framed.paper.figure


def league_rows(results: Results) -> list[dict[str, Any]]:
    """The listed units from the best down, with their tiers and ranges; those without a score at the end."""
    level = results.listed_level()
    index = results.index[results.index["level"] == level][["code", "name", "balanced_access"]]
    drawn = results.uncertainty[results.uncertainty["level"] == level][["code", "score_low", "score_high", "tier"]]
    rows = index.merge(drawn, on="code", how="left")
    rows = rows.sort_values(["balanced_access", "code"], ascending=[False, True], kind="stable", na_position="last")
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def league_title(rows: list[dict[str, Any]], level: str, lang: str) -> str:
    """What the league says: how far the units are apart, and how many tiers can be told."""
    known = [row for row in rows if not math.isnan(row["balanced_access"])]
    if not known:
        return say("charts.league_nothing", lang)
    best, last = known[0], known[-1]
    facts = {"units": unit_count(level, len(rows), lang), "high": points(best["balanced_access"])}
    if len(known) == 1:
        return say("charts.league_one", lang, unit=drawable(best["name"]), high=facts["high"])
    facts |= {"low": points(last["balanced_access"])}
    tiers = len({row["tier"] for row in known if not math.isnan(row["tier"])})
    if not tiers:
        return say("charts.league_range", lang, **facts)
    return say("charts.league_one_tier" if tiers == 1 else "charts.league_tiers", lang, **facts, tiers=tiers)


def _drawn(rows: list[dict[str, Any]]) -> bool:
    return any(not math.isnan(row["score_low"]) for row in rows)


def _whole(results: Results) -> dict[str, Any]:
    """The unit that holds all others."""
    return {str(name): value for name, value in results.index.iloc[0].items()}


def _span(framed: Frame) -> tuple[float, float]:
    """Where 0 and 100 lie."""
    return EDGE_MM + NAME_MM + 2.0, framed.right - VALUE_MM - TIER_MM


def _rows(framed: Frame, rows: list[dict[str, Any]], row_mm: float, lang: str) -> None:
    paper, size = framed.paper, letters_in(row_mm)
    left, right = _span(framed)
    top = framed.top + AXIS_MM
    scale_of_hundred(paper, left, right, top, top + row_mm * len(rows), SMALL_PT)
    for at, row in enumerate(rows):
        y = top + row_mm * at
        if not math.isnan(row["tier"]) and int(row["tier"]) % 2 == 0:
            paper.box(EDGE_MM, y, framed.right - EDGE_MM, row_mm, facecolor=BAND, zorder=0.2)
        name, set_in = fitted(drawable(row["name"]), NAME_MM, size, paper.face)
        paper.text(EDGE_MM + NAME_MM, y + row_mm / 2, name, set_in, side="right", level="center")
        _score(framed, row, y + row_mm / 2, size, lang)
    _tiers(framed, rows, row_mm, lang)


def _score(framed: Frame, row: dict[str, Any], y: float, size: float, lang: str) -> None:
    """One unit's dot on its range, and its score in numbers."""
    paper, (left, right) = framed.paper, _span(framed)
    score = row["balanced_access"]
    if math.isnan(score):
        paper.text(left + 1.0, y, say("terms.no_data", lang), size, level="center", colour=QUIET)
        return
    wide = right - left
    if not math.isnan(row["score_low"]):
        ends = [left + wide * row[end] for end in ("score_low", "score_high")]
        paper.line(ends, [y, y], width_mm=min(1.5, size * 0.19), color=SPREAD, zorder=2)
    paper.mark(left + wide * score, y, min(2.6, size * 0.33), color=DOT, zorder=3)
    paper.text(right + VALUE_MM - 1.0, y, points(score), size, bold=True, side="right", level="center")


def _tiers(framed: Frame, rows: list[dict[str, Any]], row_mm: float, lang: str) -> None:
    """The number of each tier once, beside its first unit."""
    paper, size, top = framed.paper, letters_in(row_mm), framed.top + AXIS_MM
    seen: set[float] = set()
    for at, row in enumerate(rows):
        tier = row["tier"]
        if math.isnan(tier) or tier in seen:
            continue
        if seen:
            paper.line([EDGE_MM, framed.right], [top + row_mm * at] * 2, width_mm=0.25, color=QUIET, zorder=1)
        seen.add(tier)
        words = say("charts.tier", lang, tier=int(tier))
        paper.text(framed.right, top + row_mm * (at + 0.5), words, size, side="right", level="center", colour=QUIET)


def _whole_line(framed: Frame, whole: dict[str, Any], high_mm: float, lang: str) -> None:
    """A line at the score of the whole area."""
    if math.isnan(whole["balanced_access"]):
        return
    paper, (left, right) = framed.paper, _span(framed)
    x = left + (right - left) * whole["balanced_access"]
    top, bottom = framed.top + AXIS_MM, framed.top + AXIS_MM + high_mm
    paper.line([x, x], [top, bottom + 1.0], width_mm=0.3, color=QUIET, linestyle=(0, (3, 2)), zorder=1)
    words = say("charts.whole_at", lang, unit=drawable(whole["name"]), score=points(whole["balanced_access"]))
    wide = paper.width_of(words, SMALL_PT)
    x = min(max(x, EDGE_MM + wide / 2), framed.right - wide / 2)
    paper.text(x, bottom + 1.4, words, SMALL_PT, side="center", level="top", colour=QUIET)
    paper.line([left, right], [bottom, bottom], width_mm=0.15, color=HAIR)
