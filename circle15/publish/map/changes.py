"""The study's own changes to the streets, as the map page draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from circle15.publish.map.content import lonlat

if TYPE_CHECKING:
    from circle15.results import Results

LOOKS = {
    "path": "added",
    "bridge": "added",
    "gate": "added",
    "block": "blocked",
    "open": "compound",
    "close": "compound",
}


def change_rows(results: Results) -> list[dict[str, object]]:
    """What was done, in the file's order: ``look``, ``action``, ``name``, and ``parts``, runs of microdegrees.

    A part of one place is a point; compounds are their outlines.
    """
    done = results.patch[results.patch["status"] != "excluded"]
    return [
        {"look": LOOKS[action], "action": action, "name": name, "parts": _parts(shape, done)}
        for action, name, shape in zip(done["action"], done["name"], done.geometry, strict=True)
    ]


def _parts(shape: shapely.Geometry, frame: gpd.GeoDataFrame) -> list[list[list[int]]]:
    lines = [part.exterior if part.geom_type == "Polygon" else part for part in shapely.get_parts(shape)]
    return [lonlat(gpd.GeoSeries(shapely.points(shapely.get_coordinates(line)), crs=frame.crs)) for line in lines]
