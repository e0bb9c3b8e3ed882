"""A sheet per town, for the wall: what lies where, what is missing, what is planned, who does it by when."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from circle15.publish.drawing.colours import PAPER
from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.letters import drawable
from circle15.publish.place_names import leading
from circle15.publish.sheets import signs
from circle15.publish.sheets.furniture import draw_corner, new_sheet
from circle15.publish.sheets.ground import (
    AREAS,
    EDGES,
    LAND,
    OUTLINES,
    WHOLE_EDGE,
    Ground,
    draw_area,
    draw_cells,
    draw_edge,
    draw_streets,
    veil_around,
)
from circle15.publish.sheets.labels import Label, place_labels
from circle15.publish.sheets.layout import layout_of
from circle15.publish.sheets.lettering import (
    BADGE_MM,
    HEXAGON,
    PROJECT,
    SIGN_MM,
    SITE,
    SMALL_PT,
    draw_badge,
    draw_name,
    map_name,
    name_label,
    one_letter_each,
    project_sign,
    round_label,
)
from circle15.publish.sheets.panel import Column, Panel
from circle15.publish.sheets.service import inner, panels
from circle15.publish.sheets.tasks import Task, tasks_of
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from circle15.publish.drawing.paper import Side
    from circle15.publish.sheets.layout import Size
    from circle15.publish.sheets.material import Material, Project

# Each darker than the one before in grey too, and the first apart from the ground.
NONE_LACKING = "#DCE9F3"
LACKING = ("#FCC98A", "#F3A458", "#DE8038", "#BC5A1C")
VILLAGE_EDGE, VILLAGE_NAME = "#B0B4BA", "#3C4043"
COLUMNS = (("number", 0.065, 1), ("task", 0.395, 2), ("people", 0.115, 1), ("fix", 0.215, 2), ("owner", 0.21, 2))
# So much of the panel is left for what is planned.
PROJECT_ROWS = 6
# What is on the map is told apart by shape as well as by colour.
MARKERS = {"task": "s", "project": HEXAGON}
TASK = "#202124"


@in_house_style
def town_sheet(material: Material, code: str, size: Size) -> Figure:
    """The sheet of one town (or of what the study lists instead)."""
    town = next(each for each in material.towns if each.code == code)
    layout = layout_of(size, town.geometry.bounds)
    ground = new_sheet(material, layout, _title(material, town.name), town_answer(material, code))
    _map(ground, material, town)
    tasks, projects = _panel(ground, material, code)
    _letters(ground, material, town, tasks, projects)
    return ground.paper.figure


def _title(material: Material, town: str) -> str:
    """What the sheet is of; a study without towns lists the place itself, which is named once."""
    about, lang = material.results.study.study, material.lang
    if town == about.place:
        return say("map_sheets.county_title", lang, town=leading(drawable(town), lang), period=about.period)
    return say(
        "map_sheets.town_title",
        lang,
        place=leading(drawable(about.place), lang),
        town=leading(drawable(town), lang),
        period=about.period,
    )


def town_answer(material: Material, code: str) -> str:
    """People, score, and how many of the services fewer than half of their people reach."""
    results, lang = material.results, material.lang
    level = results.listed_level()
    index = results.index[(results.index["level"] == level) & (results.index["code"] == code)]
    people, score = (math.nan, math.nan) if index.empty else (index["people"].iloc[0], index["balanced_access"].iloc[0])
    rows = results.coverage[(results.coverage["level"] == level) & (results.coverage["code"] == code)]
    rows = rows[rows["service"].isin(list(results.catalogue.services))].drop_duplicates("service")
    known = rows[rows["coverage"].notna()]
    if math.isnan(score) or known.empty:
        return say("map_sheets.town_nobody" if people == 0 else "map_sheets.town_unknown", lang)
    worst = known.sort_values(["coverage", "service"], kind="stable").iloc[0]
    service = results.catalogue.services[worst["service"]].label.in_language(lang)
    facts = {"people": f"{people:,.0f}", "score": f"{score * 100:.1f}", "service": drawable(service)}
    facts |= {"share": f"{worst['coverage']:.1%}", "low": str(int((known["coverage"] < 0.5).sum()))}
    return say("map_sheets.town_answer", lang, **facts, services=str(len(known)))


def lacking(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """How many services each cell has out of reach of people who live there; and how many it has at all."""
    results = material.results
    missing, counted = np.zeros(len(results.cells), dtype=np.int64), np.zeros(len(results.cells), dtype=np.int64)
    for id_, group in results.counted_groups().items():
        if id_ in results.catalogue.services:
            lives = results.cells[f"persons_{group}"].fillna(0.0).to_numpy(dtype=np.float64) > 0
            counted += lives
            missing += lives & ~results.cells[f"{id_}_covered"].to_numpy(dtype=bool)
    return missing, counted


def lacking_classes(services: int) -> list[tuple[int, int]]:
    """From which to which number of lacking services each shade goes.

    Examples
    --------
    >>> lacking_classes(10), lacking_classes(2)
    ([(1, 2), (3, 5), (6, 8), (9, 10)], [(1, 1), (2, 2)])
    """
    parts = min(len(LACKING), max(services, 1))
    ends = [round(services * part / parts) for part in range(parts + 1)]
    return [(begin + 1, end) for begin, end in pairwise(ends)]


def _map(ground: Ground, material: Material, town: Any) -> None:  # noqa: ANN401  a row of zones
    results = material.results
    draw_area(ground, material.whole, AREAS - 0.5, facecolor=LAND)
    missing, counted = lacking(material)
    lived = counted > 0
    classes = lacking_classes(len(results.catalogue.services))
    shades = np.array([_shade(count, classes) for count in range(missing.max(initial=0) + 1)], dtype=object)
    x, y = (results.cells[axis].to_numpy(dtype=np.float64)[lived] for axis in ("x", "y"))
    draw_cells(ground, x, y, shades[missing[lived]].tolist(), float(results.study.study.cell_m))
    draw_streets(ground, material.streets)
    veil_around(ground, town.geometry)
    for village in _villages(material, town.code):
        draw_edge(ground, village.geometry, 0.12, VILLAGE_EDGE, zorder=EDGES - 0.5)
    draw_edge(ground, town.geometry, 0.5, WHOLE_EDGE)


def _shade(count: int, classes: Sequence[tuple[int, int]]) -> str:
    if count == 0:
        return NONE_LACKING
    step = len(LACKING) - len(classes)
    return LACKING[step + next(at for at, (_, end) in enumerate(classes) if count <= end)]


def _villages(material: Material, code: str) -> list[Any]:
    """The units right below a town, by code."""
    zones = material.results.zones
    own = zones[(zones["parent_code"] == code) & (zones["level"] != material.results.listed_level())]
    return list(own.sort_values("code", kind="stable").itertuples(index=False))


def _panel(ground: Ground, material: Material, code: str) -> tuple[list[Task], list[Project]]:
    """Key, tasks, plans; gives the tasks and plans that found room."""
    lang = material.lang
    key, table = panels(ground)
    key.heading(say("map_sheets.key", lang))
    key.key(_key(material, code), columns=2)
    projects = _projects(key, [each for each in material.projects if each.town == code], material)
    tasks = tasks_of(material, code)
    table.heading(say("map_sheets.tasks", lang, count=len(tasks)))
    if not tasks:
        table.note(say("map_sheets.no_tasks", lang))
        return [], projects
    columns = [
        Column(say(f"map_sheets.head_{_head(name, material)}", lang), share, _side(name), lines)
        for name, share, lines in COLUMNS
    ]
    written = table.table(columns, [_task_row(at, task) for at, task in enumerate(tasks, start=1)])
    if written < len(tasks):
        told = "more_tasks" if material.issues else "more_undone"
        table.note(say(f"map_sheets.{told}", lang, count=len(tasks) - written), most_lines=1)
    return tasks[:written], projects


def _head(name: str, material: Material) -> str:
    """Areas have a reason where issues have a remedy."""
    return "reason" if name == "fix" and not material.issues else name


def _side(name: str) -> Side:
    return "right" if name == "people" else "left"


def _task_row(at: int, task: Task) -> tuple[str, ...]:
    owner = f"{task.owner}\n{task.due}".strip()
    return str(at), f"{task.service}\n{task.place}", f"{task.people:,.0f}", task.fix, owner or "—"


def _projects(panel: Panel, projects: list[Project], material: Material) -> list[Project]:
    """What is planned here; gives those that found room."""
    lang = material.lang
    if not projects:
        return projects
    panel.heading(say("map_sheets.projects", lang, count=len(projects)))
    columns = [
        Column(say("map_sheets.head_number", lang), 0.1),
        Column(say("map_sheets.head_project", lang), 0.6, "left", 2),
        Column(say("map_sheets.head_gain", lang), 0.3, "right"),
    ]
    services = material.results.catalogue.services
    rows = []
    for at, each in enumerate(projects[:PROJECT_ROWS], start=1):
        label = services[each.service].label.in_language(lang) if each.service in services else each.service
        gain = "—" if math.isnan(each.people) else f"+{each.people:,.0f}"
        name = each.name if each.name.startswith(label) else f"{label} · {each.name}"
        rows.append((project_sign(at, lang), drawable(name), gain))
    written = panel.table(columns, rows)
    if written < len(projects):
        panel.note(say("map_sheets.more_projects", lang, count=len(projects) - written), most_lines=1)
    panel.y += 1.5 * panel.letters
    return projects[:written]


def _key(material: Material, code: str) -> list[tuple[Any, str]]:
    lang, services = material.lang, material.results.catalogue.services
    names = [drawable(service.label.in_language(lang)) for service in services.values()]
    classes = lacking_classes(len(services))
    shades = LACKING[len(LACKING) - len(classes) :]
    entries = [(signs.filled(NONE_LACKING), say("map_sheets.lacking_none", lang))]
    for shade, (begin, end) in zip(shades, classes, strict=True):
        told = str(begin) if begin == end else f"{begin}—{end}"
        entries.append((signs.filled(shade), say("map_sheets.lacking", lang, count=told)))
    entries.append((signs.badge("1", TASK, marker=MARKERS["task"]), say("map_sheets.task_number", lang)))
    if any(project.town == code for project in material.projects):
        entries.append(
            (signs.badge(project_sign(1, lang), PROJECT, BADGE_MM, MARKERS["project"]), say("map_sheets.project", lang))
        )
    signs_of = one_letter_each(names)
    return entries + [(signs.badge(sign, SITE), name) for sign, name in zip(signs_of, names, strict=True)]


def _letters(
    ground: Ground,
    material: Material,
    town: Any,  # noqa: ANN401  a row of zones
    tasks: Sequence[Task],
    projects: Sequence[Project],
) -> None:
    """Numbers of tasks, planned sites, facilities, names of villages: none covers another."""
    layout, lang = ground.layout, material.lang
    for task in tasks:
        draw_area(
            ground, task.shape, OUTLINES, facecolor="none", edgecolor=TASK, linewidth=0.4 * layout.letters, alpha=0.8
        )
    labels: list[Label] = []
    told: dict[str, str] = {}
    for at, task in enumerate(tasks, start=1):
        labels.append(round_label(ground, f"task {at}", task.point, BADGE_MM))
        told[f"task {at}"] = str(at)
    for at, project in enumerate(projects, start=1):
        labels.append(round_label(ground, f"project {at}", (project.x, project.y), BADGE_MM + 0.6))
        told[f"project {at}"] = project_sign(at, lang)
    for key, (sign, at_xy) in _sites(material, town).items():
        labels.append(round_label(ground, key, at_xy, SIGN_MM))
        told[key] = sign
    for village in _village_order(material, town.code):
        key, words = f"village {village.code}", map_name(ground, village.name, SMALL_PT, bold=False)
        point = village.geometry.representative_point().coords[0]
        labels.append(name_label(ground, key, words, point, SMALL_PT, bold=False))
        told[key] = words
    found = place_labels(labels, inner(layout), draw_corner(ground, town.geometry))
    for placed in found.placed:
        _draw(ground, placed, told[placed.label.key])
    dropped = len([label for label in found.dropped if not label.key.startswith("village")])
    names = len(found.dropped) - dropped
    _tell_dropped(ground, dropped, names, lang)


def _draw(ground: Ground, placed: Any, words: str) -> None:  # noqa: ANN401
    """One label as its kind is drawn."""
    letters, kind = ground.layout.letters, placed.label.key.partition(" ")[0]
    if kind == "village":
        draw_name(ground.paper, placed, words, SMALL_PT * letters, bold=False, colour=VILLAGE_NAME)
        return
    colour = {"task": TASK, "project": PROJECT}.get(kind, SITE)
    draw_badge(ground.paper, placed, words, letters, colour, MARKERS.get(kind, "o"))


def _tell_dropped(ground: Ground, signs_left: int, names_left: int, lang: str) -> None:
    """How many signs and names found no room."""
    if signs_left + names_left == 0:
        return
    box, letters = ground.layout.map, ground.layout.letters
    words = say("map_sheets.dropped", lang, signs=signs_left, names=names_left)
    ground.paper.text(
        box.right - 1.5, box.bottom - 1.2, words, 6.0 * letters, side="right", level="bottom", colour=VILLAGE_NAME,
        zorder=9, bbox={"facecolor": PAPER, "alpha": 0.85, "linewidth": 0, "pad": 1.0},
    )  # fmt: skip


def _sites(material: Material, town: Any) -> dict[str, tuple[str, tuple[float, float]]]:  # noqa: ANN401
    """The facilities within a town, by service and id: the letter of the service, and where."""
    lang, services = material.lang, material.results.catalogue.services
    letter = dict(
        zip(services, one_letter_each([each.label.in_language(lang) for each in services.values()]), strict=True)
    )
    sites = material.results.facilities
    here = sites[sites.geometry.within(town.geometry) & sites["service"].isin(list(services))]
    here = here.sort_values(["service", "facility_id"], kind="stable")
    return {
        f"site {row.service} {row.facility_id}": (letter[row.service], (row.geometry.x, row.geometry.y))
        for row in here.itertuples()
    }


def _village_order(material: Material, code: str) -> list[Any]:
    """The villages of a town, those with most people first."""
    index = material.results.index
    people = dict(zip(index["code"], index["people"], strict=True))
    return sorted(_villages(material, code), key=lambda one: (-people.get(one.code, 0.0), one.code))
