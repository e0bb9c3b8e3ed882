"""Services by towns: the share of people in reach.

Where are the gaps?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.publish.charts.frame import (
    EDGE_MM,
    SMALL_PT,
    Frame,
    chart_face,
    frame,
    head_height,
    letters_in,
    no_data_box,
    row_height,
    unit_count,
)
from circle15.publish.charts.league import league_rows
from circle15.publish.drawing.colours import ORANGES, PAPER, QUIET, letters_on, ramp
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable, fitted, height_mm, wrapped
from circle15.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from circle15.results import Results

NAME_MM, ROW_MM, GAP_MM, KEY_MM = 32.0, 6.5, 1.2, 8.0
HEAD_LINES = 4
MOST_WIDE_MM = 22.0
HALF = 0.5


@dataclass(frozen=True)
class Heat:
    """``share[unit, service]``: people in reach, NaN where nobody of the group lives; ``missing``: the others."""

    units: tuple[tuple[str, str], ...]
    whole: tuple[str, str]
    services: tuple[tuple[str, str], ...]
    share: dict[tuple[str, str], float]
    missing: dict[tuple[str, str], float]


@in_house_style
def heat_chart(results: Results, lang: str) -> Figure:
    """The share of people in reach of each service in each listed unit, the best unit first, the whole area last."""
    heat = heat_of(results, lang)
    face = chart_face([name for _, name in (*heat.units, heat.whole, *heat.services)], lang)
    column_mm = min((156.0 - 2 * EDGE_MM - NAME_MM - 2) / max(len(heat.services), 1), MOST_WIDE_MM)
    heads = [wrapped(name, column_mm - 1.0, SMALL_PT, face, most_lines=HEAD_LINES) for _, name in heat.services]
    head_mm = height_mm(SMALL_PT, max(map(len, heads), default=1)) + 1.5
    title, reading = heat_title(heat, results.listed_level(), lang), say("charts.heat_reading", lang)
    other_mm = head_mm + GAP_MM + KEY_MM
    row_mm = row_height(len(heat.units) + 1, ROW_MM, other_mm + head_height(title, reading, face))
    framed = frame(title, reading, other_mm + row_mm * (len(heat.units) + 1), face)
    for at, lines in enumerate(heads):
        x = EDGE_MM + NAME_MM + 2 + column_mm * (at + 0.5)
        framed.paper.text(x, framed.top + head_mm - 1.2, "\n".join(lines), SMALL_PT, side="center", level="bottom")
    top = framed.top + head_mm
    for at, unit in enumerate(heat.units):
        _row(framed, heat, unit, top + row_mm * at, (column_mm, row_mm))
    bottom = top + row_mm * len(heat.units) + GAP_MM
    _row(framed, heat, heat.whole, bottom, (column_mm, row_mm), bold=True)
    _key(framed, bottom + row_mm + 3.0, lang)
    return framed.paper.figure


def heat_of(results: Results, lang: str) -> Heat:
    """The figures of the chart; of several circles of a service the one that decides."""
    level, whole = results.listed_level(), results.index.iloc[0]
    units = [(str(row["code"]), drawable(row["name"])) for row in league_rows(results)]
    services = results.catalogue.services
    rows = results.coverage[results.coverage["level"].isin([level, whole["level"]])]
    rows = rows[rows["service"].isin(list(services))].drop_duplicates(["level", "code", "service"])
    keys = list(zip(rows["code"], rows["service"], strict=True))
    return Heat(
        units=tuple(units) if level != whole["level"] else (),
        whole=(str(whole["code"]), drawable(whole["name"])),
        services=tuple((id_, drawable(service.label.in_language(lang))) for id_, service in services.items()),
        share=dict(zip(keys, rows["coverage"], strict=True)),
        missing=dict(zip(keys, rows["uncovered_people"], strict=True)),
    )


def heat_title(heat: Heat, level: str, lang: str) -> str:
    """How many fields lie below half, and where most people of one service are missing."""
    units = heat.units or (heat.whole,)
    known = [
        (heat.missing[code, id_], heat.share[code, id_], unit, service)
        for code, unit in units
        for id_, service in heat.services
        if not math.isnan(heat.share.get((code, id_), math.nan))
    ]
    if not known:
        return say("charts.heat_nothing", lang)
    low = sum(share < HALF for _, share, _, _ in known)
    people, share, unit, service = max(known, key=lambda one: one[0])
    facts = {"units": unit_count(level, len(units), lang), "services": len(heat.services), "low": low}
    if people < HALF:
        return say("charts.heat_full", lang, **facts)
    return say("charts.heat_most", lang, **facts, people=people, share=share, unit=unit, service=service)


def _row(
    framed: Frame, heat: Heat, unit: tuple[str, str], y: float, size_mm: tuple[float, float], *, bold: bool = False
) -> None:
    paper, (wide, high) = framed.paper, size_mm
    code, name = unit
    size = letters_in(high)
    name, set_in = fitted(name, NAME_MM, size, paper.face, bold=bold)
    paper.text(EDGE_MM + NAME_MM, y + high / 2, name, set_in, side="right", level="center", bold=bold)
    for at, (id_, _) in enumerate(heat.services):
        x = EDGE_MM + NAME_MM + 2 + wide * at
        share = heat.share.get((code, id_), math.nan)
        if math.isnan(share):
            no_data_box(paper, x, y, wide, high)
            continue
        colour = gap_colour(share)
        paper.box(x, y, wide, high, facecolor=colour, edgecolor=PAPER, linewidth=0.6)
        shade = letters_on(colour)
        paper.text(
            x + wide / 2, y + high / 2, shown_share(share), size - 0.5, side="center", level="center", colour=shade,
            bold=bold,
        )  # fmt: skip


def gap_colour(share: float) -> str:
    """The fewer people in reach, the darker."""
    return ramp(ORANGES, 1 - share)


def shown_share(share: float) -> str:
    """Whole percent; never 100 where somebody is missing, nor 0 where somebody is reached.

    Examples
    --------
    >>> [shown_share(share) for share in (1.0, 0.999, 0.436, 0.004, 0.0)]
    ['100', '>99', '44', '<1', '0']
    """
    if 0 < share < 0.005:
        return "<1"
    return ">99" if 0.995 <= share < 1 else f"{share * 100:.0f}"


def _key(framed: Frame, y: float, lang: str) -> None:
    """What the colours mean."""
    paper, x = framed.paper, EDGE_MM + NAME_MM + 2
    for value in range(0, 101, 20):
        colour = gap_colour(value / 100)
        paper.box(x, y, 9.0, 3.2, facecolor=colour)
        paper.text(x + 4.5, y + 1.6, f"{value}%", 6.0, side="center", level="center", colour=letters_on(colour))
        x += 9.0
    no_data_box(paper, x + 4.0, y, 6.0, 3.2)
    paper.text(x + 11.0, y + 1.6, say("terms.no_data", lang), SMALL_PT, level="center", colour=QUIET)
