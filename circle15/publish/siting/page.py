"""What a siting found as one HTML page with a map, which needs nothing but a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.publish.map.content import lonlat, number
from circle15.publish.map.payload import BORDER_TOLERANCE_M, markup_free_json
from circle15.publish.map.shapes import pack_shapes, thinned, thinned_together
from circle15.publish.offline_page import CONTROLS, offline_page
from circle15.publish.siting.losses import losses_without, runner_ups_told
from circle15.publish.siting.sheets import site_numbers
from circle15.publish.siting.telling import LEAST_PERSONS, heading, lead_told, remarks_told, towns_level
from circle15.words import phrasebook, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from circle15.catalogue.entries import Catalogue
    from circle15.results.siting import SitingRecord

# In the order in which they are run: those of the map page that serve here too, then the page's own.
SCRIPTS = (
    ("map", "words.js"),
    ("map", "dom.js"),
    ("map", "decode.js"),
    ("map", "labels.js"),
    ("map", "controls.js"),
    ("siting", "layers.js"),
    ("siting", "curve.js"),
    ("siting", "page.js"),
)
STYLES = (("siting", "siting.css"),)
MICRODEGREE = 1_000_000
# The page lists so many units that cannot be reached; the workbook has them all.
MOST_UNITS = 40
TOWN_FIGURES = (
    "people", "reached_before", "reached_after", "coverage_before", "coverage_after", "balanced_access_before",
    "balanced_access_after",
)  # fmt: skip


def write_siting_page(
    record: SitingRecord,
    zones: gpd.GeoDataFrame,
    existing: gpd.GeoDataFrame,
    catalogue: Catalogue,
    path: Path,
    lang: str,
) -> None:
    """Write ``index.html``; it fetches nothing, and takes every name as text.

    Parameters
    ----------
    record
        What was found.
    zones
        ``level, code, name, parent_code, geometry`` of the study's units, as in ``Results``.
    existing
        ``facility_id, name, geometry`` of the existing sites of the service.
    catalogue
        Names of services and groups.
    path, lang
        The file, and its language.

    Raises
    ------
    ConfigurationError
        Leaflet's package is not installed.
    """
    path.write_bytes(siting_html(record, zones, existing, catalogue, lang).encode("utf-8"))


def siting_html(
    record: SitingRecord, zones: gpd.GeoDataFrame, existing: gpd.GeoDataFrame, catalogue: Catalogue, lang: str
) -> str:
    """The page as HTML, the same for the same record."""
    facts, packed = _shapes(record, zones)
    content = {
        "lang": lang,
        "words": _words(lang),
        "title": heading(record, lang),
        "lead": lead_told(record, catalogue, lang),
        "sentences": remarks_told(record, lang),
        "whole": _whole(record),
        "sites": _sites(record, lang),
        "runner_ups": _runner_ups(record),
        "existing": _existing(existing, record),
        "towns": _towns(record, zones),
        "curve": _curve(record),
        "knee": record.knee,
        "unreachable": _unreachable(record, lang),
        **facts,
    }
    parts = {"content": markup_free_json(content), "shapes": packed}
    return offline_page("siting", lang, heading(record, lang), "sited.page_", SCRIPTS, STYLES, **parts)


def _words(lang: str) -> dict[str, str]:
    rooms = ("sited.page_", "sited.column_", "terms.", *CONTROLS)
    return {key.split(".", 1)[1]: text for key, text in phrasebook(lang).items() if key.startswith(rooms)}


def _whole(record: SitingRecord) -> dict[str, object]:
    """What changes in the whole area."""
    whole = record.units.iloc[0]
    ends = {when: number(whole[f"coverage_{when}"]) for when in ("before", "after")}
    placed = [number(record.before), number(record.value)] if record.objective == "places" else None
    return {"gained": number(record.reached_after - record.reached_before), "placed": placed, **ends}


def _at(lon: float, lat: float) -> list[int]:
    return [round(lon * MICRODEGREE), round(lat * MICRODEGREE)]


def _sites(record: SitingRecord, lang: str) -> list[dict[str, object]]:
    figures = ("persons_in_reach", "persons_new", "persons_only", "places")
    return [
        {
            "number": None if of_map != of_map else int(of_map),
            "id": row["candidate"],
            "change": row["change"],
            "name": row["name"],
            "town": row["town_name"],
            "at": _at(row["lon"], row["lat"]),
            **{figure: number(row[figure]) for figure in figures},
            "without": without,
            "runner_up": runner_up,
        }
        for of_map, row, without, runner_up in zip(
            site_numbers(record),
            record.sites.drop(columns="geometry").to_dict("records"),
            losses_without(record, lang),
            runner_ups_told(record, lang),
            strict=True,
        )
    ]


def _runner_ups(record: SitingRecord) -> list[dict[str, object]]:
    """Runner-ups, each once: several sites may have the same."""
    unique = record.runner_ups.drop_duplicates("runner_up")
    return [
        {"id": row["runner_up"], "name": row["name"], "at": _at(row["lon"], row["lat"])}
        for row in unique.to_dict("records")
    ]


def _existing(existing: gpd.GeoDataFrame, record: SitingRecord) -> list[dict[str, object]]:
    """The existing sites that stay."""
    closed = set(record.sites.loc[record.sites["change"] == "close", "candidate"])
    stays = existing[~existing["facility_id"].astype(str).isin(closed)]
    places = lonlat(stays.geometry)
    return [{"name": str(name), "at": at} for name, at in zip(stays["name"], places, strict=True)]


def _towns(record: SitingRecord, zones: gpd.GeoDataFrame) -> list[dict[str, object]]:
    level = towns_level(record)
    units = zones[zones["level"] == level].sort_values("code", kind="stable")
    places = dict(zip(units["code"], lonlat(units.geometry.representative_point()), strict=True))
    rows = record.units[record.units["level"] == level]
    order = (rows["reached_after"] - rows["reached_before"]).sort_values(ascending=False, kind="stable").index
    return [
        {
            "name": str(row["name"]),
            "at": places.get(row["code"]),
            **{name: number(row[name]) for name in TOWN_FIGURES},
        }
        for row in rows.loc[order].to_dict("records")
    ]


def _curve(record: SitingRecord) -> list[dict[str, object]]:
    return [
        {"sites": int(row["new_sites"]), "people": number(row["people"]), "index": number(row["index"])}
        for row in record.curve.to_dict("records")
    ]


def _unreachable(record: SitingRecord, lang: str) -> list[dict[str, object]]:
    """The units of which most people cannot be reached, why, and where the first such cell lies."""
    table = record.unreachable_units[record.unreachable_units["persons"] >= LEAST_PERSONS]
    first = record.unreachable.sort_values(["persons", "cell_id"], ascending=[False, True])
    first = first.drop_duplicates(["unit", "reason"])
    places = dict(zip(zip(first["unit"], first["reason"], strict=True), lonlat(first.geometry.centroid), strict=True))
    nearest = record.unreachable.groupby(["unit", "reason"])["nearest_m"].min()
    return [
        {
            "name": row["unit_name"] or row["unit"],
            "reason": say(f"sited.reason_{row['reason']}", lang),
            "persons": number(row["persons"]),
            "nearest_m": number(nearest.loc[(row["unit"], row["reason"])]),
            "at": places[row["unit"], row["reason"]],
        }
        for row in table.head(MOST_UNITS).to_dict("records")
    ]


def _shapes(record: SitingRecord, zones: gpd.GeoDataFrame) -> tuple[dict[str, object], str]:
    """Borders, and cells as areas: newly reached by each site, by several, and beyond every candidate."""
    units = zones[zones["level"] == towns_level(record)].sort_values("code", kind="stable")
    opens = record.sites.loc[record.sites["change"] == "open", "candidate"].tolist()
    alone = record.reached[~record.reached["shared"]]
    layers: Mapping[str, list[shapely.Geometry]] = {
        "root": thinned(list(zones.loc[zones["parent_code"] == ""].geometry), BORDER_TOLERANCE_M),
        "town": thinned_together(list(units.geometry), BORDER_TOLERANCE_M),
        "reached": [_joined(alone[alone["candidate"] == id_]) for id_ in opens],
        "shared": [_joined(record.reached[record.reached["shared"]])],
        "unreachable": [_joined(record.unreachable)],
    }
    packed, starts = pack_shapes([shape for shapes in layers.values() for shape in shapes], zones.crs)
    ends = np.cumsum([len(shapes) for shapes in layers.values()]).tolist()
    facts = {name: starts[end - len(layers[name]) : end] for name, end in zip(layers, ends, strict=True)}
    filled = bool(record.reached["shared"].any())
    return {"shapes": facts, "sections": packed.sections, "filled": filled}, packed.text


def _joined(cells: gpd.GeoDataFrame) -> shapely.Geometry:
    return shapely.union_all(cells.geometry.to_numpy()) if len(cells) else shapely.MultiPolygon()
