"""Everything the map page carries: what it says, the cells, the shapes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from circle15.publish.map.changes import change_rows
from circle15.publish.map.content import (
    area_rows,
    facility_columns,
    facility_files,
    ordered_facilities,
    overview,
    page_words,
    service_rows,
    shown_areas,
    unit_rows,
    village_rows,
)
from circle15.publish.map.downloads import download_rows
from circle15.publish.map.grid import pack_grid
from circle15.publish.map.packing import Pack
from circle15.publish.map.shapes import enclosing, pack_shapes, thinned, thinned_together
from circle15.publish.map.since import since_last
from circle15.publish.map.standing import root_standing, standing_book
from circle15.results.neighbours import NO_NEIGHBOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pyproj
    import shapely

    from circle15.results import Results
    from circle15.results.neighbours import Neighbours

BORDER_TOLERANCE_M = 3.0
# Areas and walking areas are thinned until they fit; a facility's own may be coarser than a whole service's.
TOLERANCES_M = (4.0, 8.0, 15.0, 30.0, 60.0)
SHAPES_BUDGET = 2_000_000
# So many shapes tell how large all of them will be.
SAMPLE = 200
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


def make_payload(results: Results, lang: str, neighbours: Neighbours = NO_NEIGHBOURS) -> Payload:
    """Pack ``results``, and what lies beside them, for the page in ``lang``."""
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
        "facilities": facility_columns(results),
        "files": facility_files(results),
        "areas": area_rows(results, lang),
        "changes": change_rows(results),
        "standing": standing_book(results, listed),
        "root_standing": root_standing(results),
        "since": since_last(results, neighbours.last),
        "downloads": download_rows(neighbours.files),
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
    layers, bands = _areas_and_bands(results, crs)
    layers |= {
        "root": thinned(root, BORDER_TOLERANCE_M),
        **{level: thinned_together(shapes, BORDER_TOLERANCE_M) for level, shapes in units.items()},
    }
    packed, starts = pack_shapes([shape for shapes in layers.values() for shape in shapes], crs)
    places = iter(starts)
    facts: dict[str, object] = {name: [next(places) for _ in shapes] for name, shapes in layers.items()}
    complete = len(bands) == len(results.isochrones)
    return packed, facts | {"bands": _band_columns(bands, results), "facility_bands": complete}


def _areas_and_bands(results: Results, crs: pyproj.CRS) -> tuple[dict[str, list[shapely.Geometry]], gpd.GeoDataFrame]:
    """The areas, the bands, and which bands they are: all within one budget, facilities' own in what the rest leaves.

    Areas and whole services' bands may take half of it, and more only where even the coarsest do not fit.
    """
    bands = results.isochrones.sort_values(["service", "facility_id", "minutes"], kind="stable")
    whole, single = bands[bands["facility_id"] == ""], bands[bands["facility_id"] != ""]
    areas = enclosing(list(shown_areas(results).geometry), results.study.study.cell_m)
    always = [*areas, *whole.geometry]
    shown = _fitting(always, crs, SHAPES_BUDGET // 2) or thinned(always, TOLERANCES_M[-1])
    own = _fitting(list(single.geometry), crs, SHAPES_BUDGET - _size(shown, crs))
    layers = {"areas": shown[: len(areas)], "isochrones": [*shown[len(areas) :], *own]}
    return layers, pd.concat([whole, single.iloc[: len(own)]])


def _fitting(shapes: Sequence[shapely.Geometry], crs: pyproj.CRS, budget: int) -> list[shapely.Geometry]:
    """The shapes, thinned as far as the budget asks; none where even the coarsest do not fit.

    A sample of every n-th tells which tolerances are not worth trying with all.
    """
    every = -(-len(shapes) // SAMPLE) or 1
    # A facility has three bands one after the other; a step of threes would meet the narrowest alone.
    every += every % 3 == 0
    for tolerance_m in TOLERANCES_M:
        if every > 1 and every * _size(thinned(shapes[::every], tolerance_m), crs) > budget:
            continue
        coarse = thinned(shapes, tolerance_m)
        if _size(coarse, crs) <= budget:
            return coarse
    return []


def _size(shapes: Sequence[shapely.Geometry], crs: pyproj.CRS) -> int:
    return len(pack_shapes(shapes, crs)[0].text)


def _band_columns(bands: gpd.GeoDataFrame, results: Results) -> dict[str, list[object]]:
    """Service and facility of each band as numbers, 0 for no facility and counted from 1; and its minutes."""
    services = {service: i for i, service in enumerate(results.catalogue.services)}
    facilities = {facility: i for i, facility in enumerate(["", *ordered_facilities(results)["facility_id"]])}
    return {
        "service": bands["service"].map(services).astype(int).tolist(),
        "facility": bands["facility_id"].map(facilities).astype(int).tolist(),
        "minutes": [int(minutes) if minutes % 1 == 0 else float(minutes) for minutes in bands["minutes"]],
    }
