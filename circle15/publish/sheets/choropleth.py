"""Sheets that colour the towns: the index, and what has changed since the period before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.causes import NOTHING
from circle15.publish.charts.league import league_rows, league_title
from circle15.publish.drawing.colours import BLUES, NO_DATA, NO_DATA_HATCH, ORANGES, PAPER, QUIET
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable
from circle15.publish.place_names import leading
from circle15.publish.sheets import signs
from circle15.publish.sheets.furniture import draw_corner, new_sheet
from circle15.publish.sheets.ground import AREAS, TOWN_EDGE, WHOLE_EDGE, Ground, draw_area, draw_edge, draw_streets
from circle15.publish.sheets.labels import place_labels
from circle15.publish.sheets.layout import layout_of
from circle15.publish.sheets.lettering import NAME_PT, draw_name, map_name, name_label
from circle15.publish.sheets.panel import Column
from circle15.publish.sheets.service import edge_words, inner, panels
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from circle15.publish.sheets.layout import Size
    from circle15.publish.sheets.material import Material
    from circle15.publish.sheets.panel import Panel

# Scores are coloured in fifths of the scale, which are the same every year; changes by these steps, in points.
FIFTHS = 5
STEPS = (0.5, 2.0, 5.0)
RISES, FALLS, SAME = BLUES[1:4], ORANGES[1:4], "#F4F4F2"
FALL_HATCH = "\\\\\\\\"
# So few metres to the millimetre that side streets are never drawn.
MAIN_ALONE_M = 1.0


@in_house_style
def index_sheet(material: Material, size: Size) -> Figure:
    """The towns by balanced access."""
    results, lang = material.results, material.lang
    rows = {row["code"]: row for row in league_rows(results)}
    whole = float(results.index["balanced_access"].iloc[0])
    about = results.study.study
    title = say("map_sheets.index_title", lang, place=leading(drawable(about.place), lang), period=about.period)
    ground = _ground(material, size, title, index_answer(material, list(rows.values())))
    for town in material.towns:
        score = rows.get(town.code, {}).get("balanced_access", math.nan)
        _fill(ground, town, "" if math.isnan(score) else BLUES[fifth(score)], "")
    _finish(ground, material, {code: _points(row["balanced_access"], lang) for code, row in rows.items()})
    key, table = panels(ground)
    if not math.isnan(whole):
        key.figure(f"{whole * 100:.1f}", say("map_sheets.index_whole", lang, place=drawable(about.place)))
    key.heading(say("map_sheets.key", lang))
    fifths = [
        (signs.filled(BLUES[at]), say("map_sheets.fifth", lang, low=at * 20, high=at * 20 + 20)) for at in range(FIFTHS)
    ]
    key.key([*fifths, (signs.no_data(), say("terms.no_data", lang)), *_edges(material)], columns=1)
    _league(table, list(rows.values()), material)
    return ground.paper.figure


@in_house_style
def change_sheet(material: Material, size: Size) -> Figure:
    """The towns by how their balanced access has changed, like for like."""
    results, lang = material.results, material.lang
    assert material.split is not None
    changes = all_changes(material.split, "balanced_access", results.listed_level())
    about = results.study.study
    facts = {"place": leading(drawable(about.place), lang), "old": material.before, "new": about.period}
    title = say("map_sheets.change_title", lang, **facts)
    ground = _ground(material, size, title, change_answer(list(changes.values()), lang))
    for town in material.towns:
        change = changes.get(town.code, {}).get("change", math.nan)
        _fill(ground, town, *change_fill(change))
    _finish(ground, material, {code: _signed(row["change"], lang) for code, row in changes.items()})
    key, table = panels(ground)
    key.heading(say("map_sheets.key", lang))
    key.key([*_steps(lang), (signs.no_data(), say("terms.no_data", lang)), *_edges(material)], columns=1)
    _changes(table, list(changes.values()), material)
    return ground.paper.figure


def all_changes(split: pd.DataFrame, measure: str, level: str) -> dict[str, dict[str, Any]]:
    """The rows of one score over all services, by code of the units of a level."""
    rows = split[(split["service"] == ALL_SERVICES) & (split["measure"] == measure) & (split["level"] == level)]
    return {str(row["code"]): {str(name): value for name, value in row.items()} for row in rows.to_dict("records")}


def fifth(score: float) -> int:
    """Which fifth of the scale a score lies in, from 0.

    Examples
    --------
    >>> fifth(0.0), fifth(0.2), fifth(0.999), fifth(1.0)
    (0, 1, 4, 4)
    """
    return min(int(score * FIFTHS + 1e-9), FIFTHS - 1)


def change_fill(change: float) -> tuple[str, str]:
    """Colour and hatch of a change: rises blue, falls orange and hatched; the larger, the darker.

    Examples
    --------
    >>> [change_fill(change) for change in (0.01, 0.001)] == [(RISES[0], ""), (SAME, "")]
    True
    >>> change_fill(-0.03) == (FALLS[1], FALL_HATCH)
    True
    """
    if math.isnan(change):
        return "", ""
    size = sum(abs(change) * 100 >= step for step in STEPS)
    if size == 0:
        return SAME, ""
    return (RISES[size - 1], "") if change > 0 else (FALLS[size - 1], FALL_HATCH)


def _ground(material: Material, size: Size, title: str, answer: str) -> Ground:
    return new_sheet(material, layout_of(size, material.whole.bounds), title, answer)


def _fill(ground: Ground, town: Any, colour: str, hatch: str) -> None:  # noqa: ANN401  a row of zones
    """Colour a town; without a colour it is one of which nothing is known."""
    style = {"facecolor": colour or NO_DATA, "edgecolor": PAPER if colour else QUIET}
    hatch = hatch if colour else NO_DATA_HATCH
    draw_area(ground, town.geometry, AREAS, **style, **({"hatch": hatch} if hatch else {}))


def _finish(ground: Ground, material: Material, figures: Mapping[str, str]) -> None:
    """Streets, borders, and every town's name with its figure."""
    draw_streets(ground, material.streets, MAIN_ALONE_M)
    for town in material.towns:
        draw_edge(ground, town.geometry, 0.25, TOWN_EDGE)
    draw_edge(ground, material.whole, 0.5, WHOLE_EDGE)
    names = {town.code: map_name(ground, town.name, NAME_PT, bold=True) for town in material.towns}
    words = {code: f"{name}\n{figures.get(code, '')}".strip() for code, name in names.items()}
    points = {town.code: town.geometry.representative_point().coords[0] for town in material.towns}
    largest = sorted(material.towns, key=lambda town: (-town.geometry.area, town.code))
    labels = [
        name_label(ground, town.code, words[town.code], points[town.code], NAME_PT, bold=True) for town in largest
    ]
    found = place_labels(labels, inner(ground.layout), draw_corner(ground, material.whole))
    for placed in found.placed:
        draw_name(ground.paper, placed, words[placed.label.key], NAME_PT * ground.layout.letters, bold=True)


def _edges(material: Material) -> list[tuple[Any, str]]:
    lang = material.lang
    found = [
        (signs.outline(TOWN_EDGE, 0.25), edge_words(material)),
        (signs.whole_edge(), say("map_sheets.edge_whole", lang)),
    ]
    return found + ([(signs.street(), say("map_sheets.main_streets", lang))] if len(material.streets.main) else [])


def _points(score: float, lang: str) -> str:
    return say("terms.no_data", lang) if math.isnan(score) else f"{score * 100:.1f}"


def _signed(change: float, lang: str) -> str:
    if math.isnan(change):
        return say("terms.no_data", lang)
    return "0" if abs(change) < NOTHING else f"{change * 100:+.2f}"


def index_answer(material: Material, rows: Sequence[dict[str, Any]]) -> str:
    """What the league says, in one line."""
    return league_title(list(rows), material.results.listed_level(), material.lang)


def change_answer(rows: Sequence[dict[str, Any]], lang: str) -> str:
    """How many rose and fell, and who most."""
    known = [row for row in rows if not math.isnan(row["change"])]
    if not known:
        return say("map_sheets.change_unknown", lang)
    up, down = (sum(sign * row["change"] >= STEPS[0] / 100 for row in known) for sign in (1, -1))
    most = max(known, key=lambda row: abs(row["change"]))
    facts = {"up": up, "down": down, "same": len(known) - up - down, "least": STEPS[0]}
    return say(
        "map_sheets.change_answer", lang, **facts, unit=drawable(most["name"]), change=f"{most['change'] * 100:+.2f}"
    )


def _league(table: Panel, rows: Sequence[dict[str, Any]], material: Material) -> None:
    """Score, range and tier of every town."""
    lang = material.lang
    drawn = any(not math.isnan(row["score_low"]) for row in rows)
    heads = ("unit", "score", "range", "tier") if drawn else ("unit", "score")
    told = [_league_row(row, lang)[: len(heads)] for row in rows]
    table.heading(say("map_sheets.league", lang))
    _table(table, heads, told, lang)
    if drawn:
        table.note(say("map_sheets.league_note", lang), most_lines=3)


def _league_row(row: dict[str, Any], lang: str) -> tuple[str, ...]:
    low, high, tier = (row[name] for name in ("score_low", "score_high", "tier"))
    span = "—" if math.isnan(low) else f"{low * 100:.0f}—{high * 100:.0f}"
    return (
        drawable(row["name"]),
        _points(row["balanced_access"], lang),
        span,
        "—" if math.isnan(tier) else f"{tier:.0f}",
    )


def _changes(table: Panel, rows: Sequence[dict[str, Any]], material: Material) -> None:
    """Both scores and the change of every town, the largest gain first."""
    lang = material.lang
    rows = sorted(rows, key=lambda row: (-row["change"] if row["change"] == row["change"] else math.inf, row["code"]))
    told = [
        (drawable(row["name"]), _points(row["old"], lang), _points(row["new"], lang), _signed(row["change"], lang))
        for row in rows
    ]
    table.heading(say("map_sheets.changes", lang, old=material.before, new=material.results.study.study.period))
    _table(table, ("unit", "old", "new", "change"), told, lang)
    table.note(say("map_sheets.change_note", lang), most_lines=3)


def _table(table: Panel, heads: Sequence[str], rows: Sequence[Sequence[str]], lang: str) -> None:
    first = 1.0 - 0.2 * (len(heads) - 1)
    columns = [
        Column(say(f"map_sheets.head_{name}", lang), first if at == 0 else 0.2, "left" if at == 0 else "right")
        for at, name in enumerate(heads)
    ]
    written = table.table(columns, rows)
    if written < len(rows):
        table.note(say("map_sheets.more_units", lang, count=len(rows) - written), most_lines=1)


def _steps(lang: str) -> list[tuple[Any, str]]:
    """What the colours of changes mean, from the largest rise down."""
    spans = list(zip(STEPS, (*STEPS[1:], math.inf), strict=True))
    rises = [(signs.filled(RISES[at]), _step_words("up", *span, lang)) for at, span in enumerate(spans)]
    falls = [
        (signs.filled(FALLS[at], edge=PAPER, hatch=FALL_HATCH), _step_words("down", *span, lang))
        for at, span in enumerate(spans)
    ]
    return [*reversed(rises), (signs.filled(SAME), say("map_sheets.step_same", lang, step=STEPS[0])), *falls]


def _step_words(way: str, low: float, high: float, lang: str) -> str:
    if math.isinf(high):
        return say(f"map_sheets.step_{way}_most", lang, low=f"{low:g}")
    return say(f"map_sheets.step_{way}", lang, low=f"{low:g}", high=f"{high:g}")
