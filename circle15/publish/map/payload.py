"""Everything the map page carries: what it says, the cells, the shapes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.publish.map.content import (
    area_rows,
    facility_rows,
    overview,
    page_words,
    service_rows,
    shown_areas,
    unit_rows,
    village_rows,
)
from circle15.publish.map.grid import pack_grid
from circle15.publish.map.packing import Pack
from circle15.publish.map.shapes import enclosing, pack_shapes, thinned, thinned_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pyproj
    import shapely

    from circle15.results import Results

BORDER_TOLERANCE_M = 3.0
# Walking areas are thinned until they fit; a facility's own may be coarser than a whole service's.
ISOCHRONE_TOLERANCES_M = (4.0, 8.0, 15.0, 30.0, 60.0)
ISOCHRONE_BUDGET = 1_300_000
# In JSON inside HTML these could end the element or begin a comment.
MARKUP = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})


@dataclass(frozen=True)
class Payload:
    """The page's data: three texts that hold no markup."""

    content: str
    cells: str
    shapes: str


def markup_free_json(data: object) -> str:
    r"""JSON that says the same and holds no ``<``, ``>``, ``&`` or line separator.

    Examples
    --------
    >>> markup_free_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(MARKUP)


def make_payload(results: Results, lang: str) -> Payload:
    """Pack ``results`` for the page in ``lang``."""
    listed = results.listed_level()
    towns, villages = unit_rows(results, listed), village_rows(results)
    codes = {"town": [str(town["code"]) for town in towns], "village": [str(unit["code"]) for unit in villages]}
    grid = pack_grid(results, codes["town"], codes["village"], listed)
    shapes, layers = _shapes(results)
    content = {
        "lang": lang,
        "words": page_words(lang),
        **overview(results, lang),
        "services": service_rows(results, lang),
        "towns": towns,
        "villages": villages,
        "facilities": facility_rows(results),
        "areas": area_rows(results, lang),
        "grid": grid.facts,
        "sections": {"cells": grid.numbers.sections, "shapes": shapes.sections},
        "shapes": layers,
    }
    return Payload(markup_free_json(content), grid.numbers.text, shapes.text)


def _shapes(results: Results) -> tuple[Pack, dict[str, object]]:
    """All polygons in one pack; a layer is a list of what the page needs to find its shapes there."""
    zones, crs = results.zones.sort_values("code", kind="stable"), results.zones.crs
    levels = {"town": results.listed_level(), "village": "village"}
    units = {name: list(zones.loc[zones["level"] == level].geometry) for name, level in levels.items()}
    root = list(results.zones.loc[results.zones["parent_code"] == ""].geometry)
    areas = shown_areas(results)
    isochrones, bands = _isochrones(results, crs)
    layers = {
        "root": thinned(root, BORDER_TOLERANCE_M),
        **{level: thinned_together(shapes, BORDER_TOLERANCE_M) for level, shapes in units.items()},
        "areas": enclosing(list(areas.geometry), results.study.study.cell_m),
        "isochrones": bands,
    }
    packed, starts = pack_shapes([shape for shapes in layers.values() for shape in shapes], crs)
    places = iter(starts)
    facts: dict[str, object] = {name: [next(places) for _ in shapes] for name, shapes in layers.items()}
    return packed, facts | {"bands": isochrones, "facility_bands": _complete(isochrones, results)}


def _isochrones(results: Results, crs: pyproj.CRS) -> tuple[list[list[object]], list[shapely.Geometry]]:
    """Service, facility and minutes of each band, and its shape; a facility's own only as far as they fit."""
    bands = results.isochrones.sort_values(["service", "facility_id", "minutes"], kind="stable")
    whole = bands[bands["facility_id"] == ""]
    single = bands[bands["facility_id"] != ""]
    whole_shapes = thinned(list(whole.geometry), ISOCHRONE_TOLERANCES_M[0])
    single_shapes = _fitting(list(single.geometry), crs)
    kept = single if single_shapes or not len(single) else single.iloc[:0]
    return [*_band_facts(whole), *_band_facts(kept)], [*whole_shapes, *single_shapes]


def _fitting(shapes: Sequence[shapely.Geometry], crs: pyproj.CRS) -> list[shapely.Geometry]:
    """The shapes, thinned as far as the page's budget asks; none where even the coarsest do not fit."""
    for tolerance_m in ISOCHRONE_TOLERANCES_M:
        coarse = thinned(shapes, tolerance_m)
        if len(pack_shapes(coarse, crs)[0].text) <= ISOCHRONE_BUDGET:
            return coarse
    return []


def _band_facts(bands: gpd.GeoDataFrame) -> list[list[object]]:
    return [
        [service, facility, float(minutes)]
        for service, facility, minutes in zip(bands["service"], bands["facility_id"], bands["minutes"], strict=True)
    ]


def _complete(kept: Sequence[Sequence[object]], results: Results) -> bool:
    return len(kept) == len(results.isochrones)
