"""What every sheet says of itself: title, north, scale, coordinates, sources, date, room for the map number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from circle15.publish.coordinate_systems import system_name
from circle15.publish.drawing.colours import FAINT, HAIR, INK, PAPER, QUIET
from circle15.publish.drawing.letters import drawable, fitted, height_mm, shortened, wrapped
from circle15.publish.drawing.paper import new_paper
from circle15.publish.map.content import credit, source_rows
from circle15.publish.sheets.ground import Ground, new_ground
from circle15.publish.sheets.labels import Box
from circle15.publish.sheets.scale_bar import LONGEST_MM, bar_length, draw_scale_bar
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.drawing.paper import Paper
    from circle15.publish.sheets.layout import Layout
    from circle15.publish.sheets.material import Material

TITLE_PT, ANSWER_PT, FOOT_PT = 15.0, 9.0, 6.6
# No title is set smaller than this share of its size.
LEAST_TITLE = 0.7
BETWEEN = {"zh": "；", "en": "; "}
CLEAR_MM = 2.5


def new_sheet(material: Material, layout: Layout, title: str, answer: str) -> Ground:
    """A page with its words around an empty map.

    Parameters
    ----------
    title
        What the sheet is of.
    answer
        What it shows, in numbers.
    """
    paper = new_paper(layout.width, layout.height, material.face)
    _head(paper, layout, title, answer)
    _foot(paper, layout, material)
    return new_ground(paper, layout)


def _head(paper: Paper, layout: Layout, title: str, answer: str) -> None:
    box, face = layout.title, paper.face
    largest, room_mm = TITLE_PT * layout.letters, box.right - box.left
    words, size = fitted(title, room_mm, largest, face, bold=True, least=LEAST_TITLE)  # it ends with the period
    paper.text(box.left, box.top, words, size, bold=True, level="top")
    small = ANSWER_PT * layout.letters
    told = shortened(answer, box.right - box.left, small, face)
    paper.text(box.left, box.top + height_mm(largest) + 0.3 * layout.letters, told, small, level="top", colour=QUIET)


def _foot(paper: Paper, layout: Layout, material: Material) -> None:
    """System of coordinates, scale, date and sources to the left; room for the number of the map to the right."""
    box, lang, size = layout.foot, material.lang, FOOT_PT * layout.letters
    number_mm = 46.0 * layout.letters
    paper.line([box.left, box.right], [box.top] * 2, width_mm=0.15, color=HAIR)
    line_mm, top = height_mm(size), box.top + 1.0 * layout.letters
    told = [facts_line(material, layout), sources_line(material)]
    lines = [line for text in told for line in wrapped(text, box.right - box.left - number_mm, size, paper.face)]
    for at, line in enumerate(lines[:3]):
        paper.text(box.left, top + line_mm * at, line, size, level="top", colour=QUIET)
    paper.text(box.right - number_mm + 4.0, top, say("map_sheets.map_number", lang), size, level="top")
    rule = top + line_mm
    wide = paper.width_of(say("map_sheets.map_number", lang), size)
    paper.line([box.right - number_mm + 5.0 + wide, box.right], [rule, rule], width_mm=0.15, color=FAINT)
    words = say("map_sheets.borders", lang)
    paper.text(box.right, top + line_mm * 1.5, words, size, side="right", level="top", colour=QUIET)


def facts_line(material: Material, layout: Layout) -> str:
    """The system of coordinates, the scale and the date."""
    study, crs = material.results.study.study, material.results.cells.crs
    facts = {"system": system_name(crs, material.lang), "scale": f"1:{layout.scale:,.0f}".replace(",", " ")}
    return say("map_sheets.facts", material.lang, **facts, date=study.day.isoformat(), period=study.period)


def sources_line(material: Material) -> str:
    """Who gave the data."""
    results, lang = material.results, material.lang
    labels = {id_: service.label.in_language(lang) for id_, service in results.catalogue.services.items()}
    found = credit(source_rows(results.study, labels, lang))
    providers = found["providers"]
    named = [drawable(name) for name in providers] if isinstance(providers, list) else []
    named += [say("map.credit_openstreetmap", lang)] if found["openstreetmap"] else []
    return (
        say("map_sheets.sources", lang, sources=BETWEEN[lang].join(named))
        if named
        else say("map_sheets.no_sources", lang)
    )


def draw_corner(ground: Ground, shown: shapely.Geometry) -> list[Box]:
    """Scale bar and north arrow in the corner of the map that covers least of what is shown.

    Gives the space that they take.
    """
    layout, paper = ground.layout, ground.paper
    letters = layout.letters
    wide = layout.millimetres(bar_length(layout.metres(LONGEST_MM * letters)))
    taken = min(
        _corners(layout.map, wide + 17.0 * letters, 11.0 * letters), key=lambda box: _covered(box, layout, shown)
    )
    width, height = taken.right - taken.left, taken.bottom - taken.top
    paper.box(taken.left, taken.top, width, height, facecolor=PAPER, alpha=0.85, zorder=5)
    left, foot = taken.left + CLEAR_MM * letters, taken.bottom - CLEAR_MM * letters
    _north(paper, left + 2.0 * letters, foot, letters)
    draw_scale_bar(paper, layout, left + 8.0 * letters, foot)
    return [taken]


def _corners(frame: Box, wide: float, high: float) -> list[Box]:
    """A box of a size in every corner of the map, the lower left one first."""
    left, right = frame.left + 0.3, frame.right - 0.3 - wide
    top, bottom = frame.top + 0.3, frame.bottom - 0.3 - high
    return [Box(x, y, x + wide, y + high) for y in (bottom, top) for x in (left, right)]


def _covered(box: Box, layout: Layout, shown: shapely.Geometry) -> float:
    """How much of what is shown lies under a box, square metres."""
    west, _, _, north = layout.extent
    x = [west + layout.metres(side - layout.map.left) for side in (box.left, box.right)]
    y = [north - layout.metres(side - layout.map.top) for side in (box.bottom, box.top)]
    return float(shapely.area(shapely.intersection(shapely.box(x[0], y[0], x[1], y[1]), shown)))


def _north(paper: Paper, x: float, foot: float, letters: float) -> None:
    """An arrow to the north of the grid."""
    tip, wide = foot - 5.2 * letters, 1.5 * letters
    paper.shape([(x, tip), (x - wide, foot), (x, foot - 1.2 * letters)], facecolor=INK, zorder=6)
    paper.shape(
        [(x, tip), (x + wide, foot), (x, foot - 1.2 * letters)], facecolor=PAPER, edgecolor=INK, linewidth=0.6, zorder=6
    )
    paper.text(x, tip - 0.5, "N", 7.0 * letters, bold=True, side="center", level="bottom", zorder=6)
