"""The layers of the QGIS project: what is taken of which table, under which name, in which group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.handover.attributes import service_names
from circle15.publish.handover.looks import (
    BORDER,
    FAINT_BORDER,
    VILLAGE_NAMES_FROM,
    bands,
    borders,
    changes,
    in_reach,
    lacking,
    lacking_by_service,
    score_labels,
    services_in_reach,
    shares,
    sites,
    sites_of,
)
from circle15.publish.handover.signs import quoted_column, quoted_text
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circle15.publish.handover.signs import Geometry, Look
    from circle15.results import Results

TABLES = ("index", "coverage", "fields", "notes")
FAMILIES: dict[str, Geometry] = {
    "Point": "Point",
    "MultiPoint": "Point",
    "LineString": "Line",
    "MultiLineString": "Line",
    "Polygon": "Polygon",
    "MultiPolygon": "Polygon",
}


@dataclass(frozen=True)
class Layer:
    """One layer: an id within the project, its name, its table with a filter, its geometry ("": a table), its look.

    The table of a ``mixed`` one holds other geometries too.
    """

    id: str
    name: str
    table: str
    where: str
    geometry: Geometry
    look: Look | None
    shown: bool = True
    mixed: bool = False


@dataclass(frozen=True)
class Group:
    """Layers and groups under one name, the topmost first; ``alone`` shows one of them at a time."""

    name: str
    members: tuple[Layer | Group, ...]
    shown: bool = True
    open: bool = False
    alone: bool = False


def project_tree(results: Results, lang: str) -> Group:
    """All layers of a study, the topmost first."""
    members: tuple[Layer | Group, ...] = (
        _borders(results, lang),
        *_changes(results, lang),
        _overview(results, lang),
        _index(results, lang),
        _coverage(results, lang),
        *_services(results, lang),
        _tables(lang),
    )
    return Group("", members, open=True)


def layers_of(group: Group) -> Iterator[Layer]:
    """Every layer of a tree, the topmost first."""
    for member in group.members:
        if isinstance(member, Group):
            yield from layers_of(member)
        else:
            yield member


def families(shapes: list[str]) -> tuple[Geometry, ...]:
    """Which families of geometry a layer has.

    Examples
    --------
    >>> families(["MultiPolygon", "Point", "Polygon"])
    ('Point', 'Polygon')
    """
    return tuple(sorted({FAMILIES[shape] for shape in shapes if shape in FAMILIES}))


def _level(level: str) -> str:
    return f"{quoted_column('level')} = {quoted_text(level)}"


def _borders(results: Results, lang: str) -> Group:
    levels = [level for level in ("place", "county", "town", "village") if (results.zones["level"] == level).any()]
    looks = {
        "village": borders(FAINT_BORDER, 0.15, say("terms.village", lang), dashed=True, names_from=VILLAGE_NAMES_FROM),
        "town": borders(BORDER, 0.3, say("terms.town", lang), names_from=0),
        "county": borders(BORDER, 0.7, say("terms.county", lang)),
        "place": borders(BORDER, 0.9, say("terms.place", lang)),
    }
    members = tuple(
        Layer(f"border_{level}", say("handover.border", lang, level=say(f"terms.{level}", lang)), "zones",
              _level(level), "Polygon", looks[level], shown=level != "village")
        for level in levels
    )  # fmt: skip
    return Group(say("handover.group_borders", lang), members)


def _changes(results: Results, lang: str) -> Iterator[Layer]:
    for family in families(results.patch.geom_type.tolist()):
        name = f"{say('handover.patch', lang)} {say(f'handover.of_{family.lower()}', lang)}"
        where = f"{quoted_column('status')} <> 'excluded'"
        yield Layer(f"patch_{family.lower()}", name, "patch", where, family, changes(family, lang), mixed=True)


def _overview(results: Results, lang: str) -> Group:
    services = tuple(results.catalogue.services)
    members: list[Layer] = [
        Layer("sites", say("handover.all_sites", lang), "facilities", "", "Point", sites(results, lang), False),
    ]
    if len(results.underserved):
        look = lacking_by_service(results, lang)
        members.append(Layer("lacking", say("handover.all_lacking", lang), "underserved", "", "Polygon", look, False))
    look = services_in_reach(services, lang)
    members.append(Layer("cells", say("handover.all_cells", lang), "cells", "", "Polygon", look, False))
    return Group(say("handover.group_overview", lang), tuple(members), open=True)


def _index(results: Results, lang: str) -> Group:
    listed = results.listed_level()
    members = [_scores(listed, lang, "index_listed", True)]
    if listed != "village" and (results.zones["level"] == "village").any():
        members.append(_scores("village", lang, "index_village", False))
    return Group(say("tables.sheet_index", lang), tuple(members), open=True)


def _scores(level: str, lang: str, id_: str, shown: bool) -> Layer:
    name = say("handover.scores", lang, level=say(f"terms.{level}", lang))
    lettering = score_labels("balanced_access") if shown else None
    return Layer(id_, name, "zones", _level(level), "Polygon", shares("balanced_access", lang, lettering), shown)


def _coverage(results: Results, lang: str) -> Group:
    """The share of people in reach by unit, a service at a time."""
    listed, counted = results.listed_level(), set(results.coverage["service"])
    members = tuple(
        Layer(f"coverage_{id_}", name, "zones", _level(listed), "Polygon",
              shares(f"{id_}_coverage", lang, score_labels(f"{id_}_coverage")), shown=id_ == ALL_SERVICES)
        for id_, name in service_names(results, lang).items()
        if id_ in counted
    )  # fmt: skip
    level = say(f"terms.{listed}", lang)
    return Group(say("handover.group_coverage", lang, level=level), members, shown=False, alone=True)


def _services(results: Results, lang: str) -> Iterator[Group]:
    """All of one service: its facilities, under-served areas, bands of minutes, cells."""
    names = service_names(results, lang)
    for id_ in results.catalogue.services:
        yield Group(names[id_], tuple(_of_service(results, id_, lang)), shown=False)


def _of_service(results: Results, id_: str, lang: str) -> Iterator[Layer]:
    own = f"{quoted_column('service')} = {quoted_text(id_)}"
    name = service_names(results, lang)[id_]
    yield Layer(f"sites_{id_}", say("handover.sites_of", lang, service=name), "facilities", own, "Point",
                sites_of(results, id_, lang))  # fmt: skip
    if (results.underserved["service"] == id_).any():
        title = say("handover.lacking_of", lang, service=name)
        yield Layer(f"lacking_{id_}", title, "underserved", own, "Polygon", lacking(lang))
    drawn = results.isochrones[(results.isochrones["service"] == id_) & (results.isochrones["facility_id"] == "")]
    if len(drawn):
        whole = f"{own} AND {quoted_column('facility_id')} = ''"
        look = bands(drawn["minutes"], lang)
        yield Layer(f"bands_{id_}", say("handover.bands_of", lang, service=name), "isochrones", whole, "Polygon", look,
                    shown=False)  # fmt: skip
    yield Layer(f"cells_{id_}", say("handover.cells_of", lang, service=name), "cells", "", "Polygon",
                in_reach(id_, lang))  # fmt: skip


def _tables(lang: str) -> Group:
    members = tuple(Layer(f"table_{name}", _table_name(name, lang), name, "", "", None) for name in TABLES)
    return Group(say("handover.group_tables", lang), members, shown=False)


def _table_name(name: str, lang: str) -> str:
    return say("handover.table_fields", lang) if name == "fields" else say(f"tables.sheet_{name}", lang)
