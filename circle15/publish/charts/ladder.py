"""How far each target has been climbed.

Which targets are short, and by how much?
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from circle15.assess.targets.judging import direction
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
from circle15.publish.drawing.colours import (
    BAD_LIGHT,
    GOOD_LIGHT,
    HAIR,
    INK,
    NO_LIGHT,
    QUIET,
    SOME_LIGHT,
)
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable, fitted
from circle15.publish.targets import number_in_words, told_apart
from circle15.words import say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NAME_MM, VALUE_MM, ROW_MM, AXIS_MM, KEY_MM = 52.0, 34.0, 6.0, 5.0, 7.0
# The scale ends at this share of the target; what is beyond has an arrow.
MOST = 1.25
MOST_ROWS = 34
LIGHTS = {"green": (GOOD_LIGHT, "o"), "amber": (SOME_LIGHT, "D"), "red": (BAD_LIGHT, "X"), "grey": (NO_LIGHT, "s")}
JUDGED = ("met", "short")


@in_house_style
def ladder_chart(targets: pd.DataFrame, lang: str) -> Figure:
    """What has been reached of every target with a number, the furthest below first.

    Parameters
    ----------
    targets
        ``Results.targets``. Of an indicator with targets for several years the first that is still to come counts.
    """
    rows = ladder_rows(targets)
    shown = rows[:MOST_ROWS]
    face = chart_face([text for row in shown for text in (row["indicator"], row["unit"])], lang)
    reading = say("charts.ladder_reading", lang) if rows else ""
    if len(rows) > len(shown):
        reading += say("charts.ladder_more", lang, count=len(rows) - len(shown))
    title, other_mm = ladder_title(rows, lang), AXIS_MM + KEY_MM if rows else 1.0
    row_mm = row_height(len(shown), ROW_MM, other_mm + head_height(title, reading, face))
    framed = frame(title, reading, other_mm + row_mm * len(shown), face)
    if rows:
        _scale(framed, row_mm * len(shown), lang)
        for at, row in enumerate(shown):
            _row(framed, row, framed.top + AXIS_MM + row_mm * at, row_mm)
        _key(framed, framed.top + AXIS_MM + row_mm * len(shown) + 3.5, lang)
    return framed.paper.figure


def ladder_rows(targets: pd.DataFrame) -> list[dict[str, Any]]:
    """One judged row per indicator, with ``attained`` and ``line_at`` as shares of its target; the lowest first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in targets.sort_values("year", kind="stable").to_dict("records"):
        told = {str(name): value for name, value in row.items()}
        key = (told["document"], told["indicator_id"])
        if told["state"] in JUDGED and not math.isnan(attained(told, told["value"])) and _sooner(told, found.get(key)):
            found[key] = told
    rows = [
        row | {"attained": attained(row, row["value"]), "line_at": attained(row, row["line"])} for row in found.values()
    ]
    return sorted(rows, key=lambda row: (row["attained"], row["document"], row["indicator_id"]))


def _sooner(row: dict[str, Any], before: dict[str, Any] | None) -> bool:
    """Whether a later year's row counts instead: the year of the one before it has passed."""
    return before is None or (not math.isnan(row["value_year"]) and before["year"] < row["value_year"])


def attained(row: dict[str, Any], value: float) -> float:
    """The share of the target that a value is; where less is better, the target as a share of the value.

    NaN where either is not above 0, or not known.

    Examples
    --------
    >>> more, less = ({"operator": "=", "better": better, "target": 80.0} for better in ("more", "less"))
    >>> attained(more, 60.0), attained(less, 100.0)
    (0.75, 0.8)
    """
    target = row["target"]
    if not (target > 0 and value >= 0):
        return math.nan
    if direction(row["operator"], row["better"]) == "more":
        return float(value / target)
    return float(target / value) if value > 0 else MOST


def ladder_title(rows: list[dict[str, Any]], lang: str) -> str:
    """How many targets are met, and which is furthest away."""
    if not rows:
        return say("charts.ladder_nothing", lang)
    met = sum(row["state"] == "met" for row in rows)
    if met == len(rows):
        return say("charts.ladder_all", lang, count=len(rows))
    worst = next(row for row in rows if row["state"] == "short")
    facts = {"count": len(rows), "met": met, "indicator": drawable(worst["indicator"]), "share": worst["attained"]}
    return say("charts.ladder_title", lang, **facts)


def _span(framed: Frame) -> tuple[float, float]:
    """Where nothing and all of a target lie."""
    left = EDGE_MM + NAME_MM + 2
    return left, left + (framed.right - VALUE_MM - left) / MOST


def _scale(framed: Frame, high_mm: float, lang: str) -> None:
    paper, (left, whole) = framed.paper, _span(framed)
    top = framed.top + AXIS_MM
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, bold = left + (whole - left) * share, share == 1.0
        paper.line([x, x], [top, top + high_mm], width_mm=0.4 if bold else 0.15, color=INK if bold else HAIR, zorder=1)
        paper.text(x, top - 1.0, f"{share:.0%}", SMALL_PT, side="center", colour=INK if bold else QUIET, bold=bold)
    words = say("charts.ladder_values", lang)
    paper.text(framed.right, top - 1.0, words, SMALL_PT, side="right", colour=QUIET)


def _row(framed: Frame, row: dict[str, Any], y: float, row_mm: float) -> None:
    paper, (left, whole), size = framed.paper, _span(framed), letters_in(row_mm)
    middle = y + row_mm / 2
    name, set_in = fitted(drawable(row["indicator"]), NAME_MM, size, paper.face)
    paper.text(EDGE_MM + NAME_MM, middle, name, set_in, side="right", level="center")
    colour, marker = LIGHTS[row["light"]]
    end = left + (whole - left) * min(row["attained"], MOST)
    paper.box(left, middle - 0.6, end - left, 1.2, facecolor=colour, alpha=0.35, zorder=1.5)
    if not math.isnan(row["line_at"]):
        x = left + (whole - left) * min(row["line_at"], MOST)
        paper.line([x, x], [middle - row_mm * 0.32, middle + row_mm * 0.32], width_mm=0.5, color=INK, zorder=2)
    paper.mark(end, middle, min(2.6, row_mm * 0.5), ">" if row["attained"] > MOST else marker, color=colour, zorder=3)
    unit = drawable(row["unit"])
    values = f"{number_in_words(told_apart(row['value'], row['target']))} / {number_in_words(row['target'])}"
    told, set_in = fitted(f"{values} {unit}".rstrip(), VALUE_MM - 2.0, size, paper.face)
    paper.text(framed.right, middle, told, set_in, side="right", level="center")


def _key(framed: Frame, y: float, lang: str) -> None:
    """What the marks mean."""
    paper, x = framed.paper, EDGE_MM + NAME_MM + 2
    for light in ("green", "amber", "red"):
        colour, marker = LIGHTS[light]
        paper.mark(x + 1.0, y, 2.4, marker, color=colour)
        words = say(f"charts.light_{light}", lang)
        paper.text(x + 3.0, y, words, SMALL_PT, level="center", colour=QUIET)
        x += 7.0 + paper.width_of(words, SMALL_PT)
    paper.line([x + 1.0, x + 1.0], [y - 1.5, y + 1.5], width_mm=0.5)
    paper.text(x + 3.0, y, say("charts.ladder_line", lang), SMALL_PT, level="center", colour=QUIET)
