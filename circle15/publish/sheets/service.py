"""A sheet per service: who reaches it, who does not, and where most of those live."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from circle15.publish.drawing.colours import ORANGES, PAPER
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable
from circle15.publish.map.content import standard_sentence
from circle15.publish.place_names import leading
from circle15.publish.reasons import reason_in_words
from circle15.publish.sheets import signs
from circle15.publish.sheets.furniture import draw_corner, new_sheet
from circle15.publish.sheets.ground import (
    AREAS,
    LAND,
    OUTLINES,
    TOWN_EDGE,
    WHOLE_EDGE,
    Ground,
    draw_area,
    draw_cells,
    draw_edge,
    draw_streets,
    veil_around,
)
from circle15.publish.sheets.labels import Box, place_labels
from circle15.publish.sheets.layout import layout_of
from circle15.publish.sheets.lettering import (
    BADGE,
    BADGE_MM,
    HEXAGON,
    NAME_PT,
    PROJECT,
    SITE,
    boxes_around,
    draw_badge,
    draw_name,
    map_name,
    name_label,
    project_sign,
    round_label,
)
from circle15.publish.sheets.panel import Column, Panel
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from circle15.publish.sheets.layout import Layout, Size
    from circle15.publish.sheets.material import Material, Project

BANDS = ((15.0, "#E3EDF5"), (10.0, "#C3DAEB"), (5.0, "#9CC3DE"))
GAPS = (ORANGES[2], ORANGES[3], ORANGES[4])
SITE_MM = 2.1
# Side streets are left out where a millimetre of the map is more ground than this.
SIDE_STREETS_M = 60.0
COLUMNS = (("number", 0.08), ("place", 0.42), ("people", 0.14), ("minutes", 0.13), ("reason", 0.23))


@in_house_style
def service_sheet(material: Material, service_id: str, size: Size) -> Figure:
    """The sheet of one service for the whole area."""
    layout = layout_of(size, material.whole.bounds)
    ground = new_sheet(material, layout, _title(material, service_id), service_answer(material, service_id))
    _map(ground, material, service_id)
    areas = _panel(ground, material, service_id)
    _letters(ground, material, service_id, areas)
    return ground.paper.figure


def _title(material: Material, service_id: str) -> str:
    about = material.results.study.study
    service = material.results.catalogue.services[service_id].label.in_language(material.lang)
    facts = {
        "place": leading(drawable(about.place), material.lang),
        "service": drawable(service),
        "period": about.period,
    }
    return say("map_sheets.service_title", material.lang, **facts)


def whole_row(material: Material, service_id: str) -> dict[str, Any]:
    """The coverage of the whole area by the circle that decides; nothing known where it has no row."""
    results = material.results
    code, level = results.zones["code"].iloc[0], results.zones["level"].iloc[0]
    rows = results.coverage[(results.coverage["code"] == code) & (results.coverage["level"] == level)]
    rows = rows[rows["service"] == service_id]
    unknown = dict.fromkeys(("people", "covered_people", "uncovered_people", "coverage"), math.nan)
    return unknown if rows.empty else {str(name): value for name, value in rows.iloc[0].items()}


def service_answer(material: Material, service_id: str) -> str:
    """How many of whom reach it by which standard."""
    results, lang = material.results, material.lang
    row, service = whole_row(material, service_id), results.catalogue.services[service_id]
    group = results.catalogue.groups[results.counted_groups().get(service_id, service.group)].label.in_language(lang)
    classes = {str(kind) for kind in results.cells["urban_rural"].unique()}
    facts = {"standard": standard_sentence(service, classes, lang), "group": group}
    if math.isnan(row["coverage"]):
        return say("map_sheets.service_unknown", lang, **facts)
    facts |= {"people": f"{row['people']:,.0f}", "share": f"{row['coverage']:.1%}"}
    return say("map_sheets.service_answer", lang, **facts, missing=f"{row['uncovered_people']:,.0f}")


def uncovered(material: Material, service_id: str) -> tuple[np.ndarray, np.ndarray]:
    """Which cells have people out of reach, and how many people of the group each cell has."""
    results = material.results
    service = results.catalogue.services[service_id]
    group = results.counted_groups().get(service_id, service.group)
    persons = results.cells[f"persons_{group}"].fillna(0.0).to_numpy(dtype=np.float64)
    covered = results.cells[f"{service_id}_covered"].to_numpy(dtype=bool)
    return ~covered & (persons > 0), persons


def per_km2(material: Material, persons: np.ndarray) -> np.ndarray:
    """People of cells as people per square kilometre."""
    return persons * (1000.0 / material.results.study.study.cell_m) ** 2


def round_breaks(values: np.ndarray) -> tuple[float, float]:
    """Two round numbers (1, 2, 5, 10, ...) that part values in about three equal parts.

    Examples
    --------
    >>> round_breaks(np.arange(1.0, 31.0)), round_breaks(np.array([]))
    ((10.0, 20.0), (1.0, 2.0))
    """
    if len(values) == 0:
        return 1.0, 2.0
    low, high = (_round(float(np.quantile(values, share))) for share in (1 / 3, 2 / 3))
    return low, high if high > low else _round(low * 1.9)


def _round(value: float) -> float:
    """The nearest of 1, 2, 5, 10, ... on a scale of ratios."""
    value = max(value, 1e-3)
    power = 10.0 ** math.floor(math.log10(value))
    return float(min((first * power for first in (1.0, 2.0, 5.0, 10.0)), key=lambda one: abs(math.log(one / value))))


def _map(ground: Ground, material: Material, service_id: str) -> None:
    results = material.results
    draw_area(ground, material.whole, AREAS - 0.5, facecolor=LAND)
    own = results.isochrones[(results.isochrones["service"] == service_id) & (results.isochrones["facility_id"] == "")]
    for minutes, colour in BANDS:
        for shape in own.geometry[own["minutes"] == minutes]:
            draw_area(ground, shape, AREAS, facecolor=colour)
    beyond, persons = uncovered(material, service_id)
    density = per_km2(material, persons[beyond])
    low, high = round_breaks(density)
    shades = [GAPS[int(each >= low) + int(each >= high)] for each in density]
    x, y = (results.cells[axis].to_numpy(dtype=np.float64)[beyond] for axis in ("x", "y"))
    draw_cells(ground, x, y, shades, float(results.study.study.cell_m))
    draw_streets(ground, material.streets, SIDE_STREETS_M)
    veil_around(ground, material.whole)
    draw_borders(ground, material)


def draw_borders(ground: Ground, material: Material) -> None:
    """The borders of towns and of the whole area."""
    for town in material.towns:
        draw_edge(ground, town.geometry, 0.22, TOWN_EDGE, linestyle=(0, (5, 2.5)))
    draw_edge(ground, material.whole, 0.5, WHOLE_EDGE)


def _panel(ground: Ground, material: Material, service_id: str) -> list[dict[str, Any]]:
    """The key, and the table of areas; gives those that found room, which are the ones that get a number."""
    layout, lang = ground.layout, material.lang
    key, table = panels(ground)
    row = whole_row(material, service_id)
    if not math.isnan(row["coverage"]):
        key.figure(f"{row['coverage']:.1%}", say("map_sheets.in_reach", lang, people=f"{row['covered_people']:,.0f}"))
    key.heading(say("map_sheets.key", lang))
    key.key(_key(ground, material, service_id), columns=1)
    areas = areas_of(material, service_id)
    if layout.upright:
        table.y = table.box.top
    table.heading(say("map_sheets.areas", lang, count=len(areas)))
    if not areas:
        table.note(say("map_sheets.no_areas", lang))
        return []
    columns = [Column(say(f"map_sheets.head_{name}", lang), share, *_manner(name)) for name, share in COLUMNS]
    written = table.table(columns, [_area_row(at, area, lang) for at, area in enumerate(areas, start=1)])
    if written < len(areas):
        table.note(say("map_sheets.more_areas", lang, count=len(areas) - written), most_lines=1)
    return areas[:written]


def panels(ground: Ground) -> tuple[Panel, Panel]:
    """The panel for key and table: one below the other beside the map, side by side below it."""
    layout, box = ground.layout, ground.layout.panel
    if not layout.upright:
        one = Panel(ground.paper, box, layout.letters)
        return one, one
    middle = box.left + (box.right - box.left) * 0.34
    left = Panel(ground.paper, Box(box.left, box.top, middle - 3.0 * layout.letters, box.bottom), layout.letters)
    return left, Panel(ground.paper, Box(middle, box.top, box.right, box.bottom), layout.letters)


def _manner(name: str) -> tuple[Any, int]:
    """On which side a column stands, and in how many lines."""
    return ("right", 1) if name in ("people", "minutes") else ("left", 2)


def areas_of(material: Material, service_id: str) -> list[dict[str, Any]]:
    """The under-served areas of a service, most people first."""
    areas = material.results.underserved
    areas = areas[areas["service"] == service_id].sort_values("rank", kind="stable")
    return [{str(name): value for name, value in row.items()} for row in areas.to_dict("records")]


def _area_row(at: int, area: dict[str, Any], lang: str) -> tuple[str, ...]:
    minutes = area["nearest_min"]
    told = f"{minutes:.0f}" if math.isfinite(minutes) else "—"
    reason = reason_in_words(area["reason"], area["mode"], lang)
    return str(at), drawable(area["name"]), f"{area['people']:,.0f}", told, reason


def _key(ground: Ground, material: Material, service_id: str) -> list[tuple[Any, str]]:
    lang = material.lang
    beyond, persons = uncovered(material, service_id)
    low, high = round_breaks(per_km2(material, persons[beyond]))
    entries = [
        (signs.dot(), say("map_sheets.facility", lang)),
        (signs.dot(hollow=True), say("map_sheets.facility_outside", lang)),
        (signs.several(tuple(colour for _, colour in reversed(BANDS))), say("map_sheets.bands", lang)),
        (signs.several(GAPS), say("map_sheets.gaps", lang, low=f"{low:,g}", high=f"{high:,g}")),
        (signs.badge("1"), say("map_sheets.numbered", lang)),
        (signs.town_edge(), edge_words(material)),
        (signs.whole_edge(), say("map_sheets.edge_whole", lang)),
    ]
    if _planned(material, service_id):
        sign = signs.badge(project_sign(1, lang), PROJECT, BADGE_MM, HEXAGON)
        entries.append((sign, say("map_sheets.project", lang)))
    if len(material.streets.main) == 0:
        return entries
    small = ground.layout.metres(1.0) > SIDE_STREETS_M
    return [*entries, (signs.street(), say("map_sheets.main_streets" if small else "map_sheets.streets", lang))]


def _planned(material: Material, service_id: str) -> list[Project]:
    """The sites that are proposed for a service."""
    return [project for project in material.projects if project.service == service_id]


def edge_words(material: Material) -> str:
    """What the borders within the area are of."""
    level = say(f"terms.{material.results.listed_level()}", material.lang)
    return say("map_sheets.edge_below", material.lang, level=level)


def _letters(ground: Ground, material: Material, service_id: str, areas: Sequence[dict[str, Any]]) -> None:
    """Facilities, numbers of areas, names of towns; what covers nothing else."""
    layout, paper = ground.layout, ground.paper
    for area in areas:
        draw_area(ground, area["geometry"], OUTLINES, facecolor="none", edgecolor=BADGE, linewidth=0.6 * layout.letters)
    sites = _draw_sites(ground, material, service_id)
    labels = [
        round_label(ground, str(at), area["geometry"].representative_point().coords[0], BADGE_MM)
        for at, area in enumerate(areas, start=1)
    ]
    planned = {f"*{at}": project for at, project in enumerate(_planned(material, service_id), start=1)}
    labels += [round_label(ground, key, (each.x, each.y), BADGE_MM + 0.6) for key, each in planned.items()]
    towns = material.towns if len(material.towns) > 1 else ()  # the title names the only one
    names = {f"+{town.code}": map_name(ground, town.name, NAME_PT, bold=True) for town in towns}
    points = {f"+{town.code}": town.geometry.representative_point().coords[0] for town in towns}
    labels += [name_label(ground, key, names[key], points[key], NAME_PT, bold=True) for key in names]
    found = place_labels(labels, inner(layout), draw_corner(ground, material.whole), sites)
    for placed in found.placed:
        key = placed.label.key
        if key in planned:
            sign = project_sign(int(key[1:]), material.lang)
            draw_badge(paper, placed, sign, layout.letters, PROJECT, HEXAGON)
        elif key in names:
            draw_name(paper, placed, names[key], NAME_PT * layout.letters, bold=True)
        else:
            draw_badge(paper, placed, key, layout.letters)


def inner(layout: Layout) -> Box:
    """The frame of the map, a little smaller."""
    box, edge = layout.map, 0.8
    return Box(box.left + edge, box.top + edge, box.right - edge, box.bottom - edge)


def _draw_sites(ground: Ground, material: Material, service_id: str) -> list[Box]:
    """The facilities that lie on the map; gives the space that they take."""
    layout, frame = ground.layout, ground.layout.map
    sites = material.results.facilities
    sites = sites[sites["service"] == service_id].sort_values("facility_id", kind="stable")
    shown = []
    for point, inside in zip(sites.geometry, sites["inside"], strict=True):
        x, y = layout.place(point.x, point.y)
        if frame.left < x < frame.right and frame.top < y < frame.bottom:
            shown.append((x, y))
            colours = {"color": SITE} if inside else {"color": PAPER, "markeredgecolor": SITE}
            ground.paper.mark(x, y, SITE_MM * layout.letters, zorder=7.5, **colours)
    return boxes_around(shown, SITE_MM * layout.letters)
