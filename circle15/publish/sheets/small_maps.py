"""Small maps side by side: the under-served areas of many services, each with its facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from circle15.publish.drawing.colours import ORANGES, QUIET
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable, height_mm, shortened
from circle15.publish.drawing.paper import new_paper
from circle15.publish.sheets.ground import AREAS, LAND, TOWN_EDGE, WHOLE_EDGE, draw_area, draw_edge, new_ground
from circle15.publish.sheets.labels import Box
from circle15.publish.sheets.layout import part_layout
from circle15.publish.sheets.lettering import SITE
from circle15.publish.sheets.scale_bar import LONGEST_MM, draw_scale_bar
from circle15.publish.sheets.service import areas_of
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from circle15.publish.drawing.paper import Paper
    from circle15.publish.sheets.ground import Ground
    from circle15.publish.sheets.material import Material

WIDTH_MM = 156.0
COLUMNS, ROWS = 3, 3
MOST = COLUMNS * ROWS
GAP_MM, EDGE_MM, KEY_MM = 4.0, 2.0, 9.0
NAME_PT, TOLD_PT = 8.0, 7.0
# No map is higher than this, whatever the shape of the area.
MOST_HIGH_MM = 50.0
LETTERS = 0.6
AREA = ORANGES[3]
SITE_MM = 0.9


@dataclass(frozen=True)
class Grid:
    """Where the maps of a page stand, in millimetres; ``head`` is what stands above each."""

    wide: float
    high: float
    head: float

    def box(self, at: int) -> Box:
        """The frame of one map."""
        column, row = at % COLUMNS, at // COLUMNS
        left = EDGE_MM + column * (self.wide + GAP_MM)
        top = EDGE_MM + row * (self.head + self.high + GAP_MM) + self.head
        return Box(left, top, left + self.wide, top + self.high)


@in_house_style
def small_maps(material: Material, services: Sequence[str]) -> Figure:
    """The under-served areas of at most ``MOST`` services, a map each, with one key and one scale below."""
    grid = _grid(material)
    foot = grid.box(len(services) - 1).bottom + GAP_MM
    paper = new_paper(WIDTH_MM, foot + KEY_MM, material.face)
    for at, id_ in enumerate(services):
        _draw(paper, grid.box(at), material, id_)
    _key(paper, material, grid, foot)
    return paper.figure


def _grid(material: Material) -> Grid:
    wide = (WIDTH_MM - 2 * EDGE_MM - (COLUMNS - 1) * GAP_MM) / COLUMNS
    west, south, east, north = material.whole.bounds
    high = min(MOST_HIGH_MM, wide * max(north - south, 1.0) / max(east - west, 1.0))
    return Grid(wide, high, height_mm(NAME_PT) + height_mm(TOLD_PT) + 1.0)


def _draw(paper: Paper, box: Box, material: Material, service_id: str) -> None:
    """One service: what it is called, how many areas and people, and its map."""
    areas = areas_of(material, service_id)
    service = drawable(material.results.catalogue.services[service_id].label.in_language(material.lang))
    people = f"{sum(area['people'] for area in areas):,.0f}"
    told = say("map_sheets.small_told", material.lang, count=len(areas), people=people)
    top, wide = box.top - height_mm(NAME_PT) - height_mm(TOLD_PT) - 0.8, box.right - box.left
    name = shortened(service, wide, NAME_PT, paper.face, bold=True)
    paper.text(box.left, top, name, NAME_PT, bold=True, level="top")
    paper.text(box.left, top + height_mm(NAME_PT), told, TOLD_PT, level="top", colour=QUIET)
    ground = new_ground(paper, part_layout(paper.width, paper.height, box, LETTERS, material.whole.bounds))
    draw_area(ground, material.whole, AREAS - 0.5, facecolor=LAND)
    parts = shapely.get_parts(np.array([area["geometry"] for area in areas], dtype=object))
    draw_area(ground, shapely.multipolygons(parts), AREAS, facecolor=AREA)
    for town in material.towns:
        draw_edge(ground, town.geometry, 0.12, TOWN_EDGE)
    draw_edge(ground, material.whole, 0.4, WHOLE_EDGE)
    _sites(ground, material, service_id)


def _sites(ground: Ground, material: Material, service_id: str) -> None:
    """The facilities inside."""
    sites: Any = material.results.facilities
    sites = sites[(sites["service"] == service_id) & sites["inside"].astype(bool)]
    for point in sites.sort_values("facility_id", kind="stable").geometry:
        x, y = ground.layout.place(point.x, point.y)
        ground.paper.mark(x, y, SITE_MM, color=SITE, markeredgewidth=0.2, zorder=7.5)


def _key(paper: Paper, material: Material, grid: Grid, top: float) -> None:
    middle, size, gap_mm = top + 4.5, TOLD_PT, 6.0
    paper.mark(EDGE_MM + 1.5, middle, 1.6, color=SITE, markeredgewidth=0.3)
    words = say("map_sheets.facility", material.lang)
    paper.text(EDGE_MM + 4.0, middle, words, size, level="center")
    left = EDGE_MM + 4.0 + paper.width_of(words, size) + gap_mm
    paper.box(left, middle - 1.3, 4.0, 2.6, facecolor=AREA)
    words = say("map_sheets.small_area", material.lang)
    paper.text(left + 5.2, middle, words, size, level="center")
    layout = part_layout(paper.width, paper.height, grid.box(0), LETTERS, material.whole.bounds)
    draw_scale_bar(paper, layout, paper.width - EDGE_MM - LONGEST_MM * LETTERS - 6.0, middle + 1.5)
