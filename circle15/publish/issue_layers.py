"""Issues as layers for QGIS and ArcGIS: their cells as polygons, and where the fixes lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.model.issue_rows import OFFICE_FIELDS
from circle15.publish.geopackage import fixed_moment, write_layer
from circle15.publish.issue_rows import issue_rows

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.publish.issue_rows import Listing

FIELDS = (
    "id", "state_id", "state", "is_open", "kind_id", "service_id", "service", "group", "town", "village", "place",
    "people", "people_last", "reason", "fix_id", "fix", "fix_people", "together", "together_ids", "first_seen",
    "last_seen", "returned", "evidence",
)  # fmt: skip


def write_issue_layers(listing: Listing, path: Path, lang: str) -> None:
    """Write ``issues.gpkg``: the layer ``issues`` (the cells of each when it was last seen) and ``fixes`` (points)."""
    told = pd.DataFrame([_told(row, listing) for row in issue_rows(listing, lang)], columns=[*FIELDS, *OFFICE_FIELDS])
    shapes = issue_shapes(listing)
    polygons = [shapes[id_] for id_ in told["id"]]
    last = listing.last_sightings.reindex(told["id"])
    known = last["fix_x"].notna().to_numpy()
    points = gpd.points_from_xy(last["fix_x"].to_numpy()[known], last["fix_y"].to_numpy()[known])
    crs = listing.results.cells.crs
    with fixed_moment():
        write_layer(gpd.GeoDataFrame(told, geometry=polygons, crs=crs), path, "issues")
        write_layer(gpd.GeoDataFrame(told[known], geometry=points, crs=crs), path, "fixes")


def _told(row: dict[str, object], listing: Listing) -> dict[str, object]:
    return {name: row[name] for name in FIELDS} | office_words(listing, str(row["id"]))


def office_words(listing: Listing, id_: str) -> dict[str, str]:
    """What the office says of an issue, by the names of its columns; where it says nothing, what was put there."""
    words = listing.registry.words
    return {name: words.of(id_, name) or words.written.get(id_, {}).get(name, "") for name in OFFICE_FIELDS}


def issue_shapes(listing: Listing) -> dict[str, shapely.Geometry]:
    """The squares of each issue's cells when it was last seen."""
    footprints, half = listing.registry.footprints, listing.results.study.study.cell_m / 2.0
    own = footprints[footprints["period"] != ""]
    cells = own.merge(listing.last_sightings["period"].reset_index(), on=["id", "period"])
    x, y = (cells[axis].to_numpy(dtype=np.float64) for axis in ("x", "y"))
    squares = pd.Series(shapely.box(x - half, y - half, x + half, y + half))
    found = {}
    for id_, rows in cells.groupby("id").indices.items():
        union = shapely.normalize(shapely.coverage_union_all(squares.iloc[rows].to_numpy()))
        found[str(id_)] = union if isinstance(union, shapely.MultiPolygon) else shapely.MultiPolygon([union])
    return found
