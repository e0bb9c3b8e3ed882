"""Administrative boundaries of an OSM extract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from circle15.errors import DataError
from circle15.inputs.files.listing import few
from circle15.inputs.files.osm_objects import OsmObject, read_objects
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from pathlib import Path

WGS84 = "EPSG:4326"
BOUNDARY_TYPES = ("boundary", "multipolygon")


def read_boundaries(path: Path, admin_level: int) -> tuple[gpd.GeoDataFrame, tuple[Note, ...]]:
    """Read the administrative units of one level that the extract holds, whole or in part.

    Parameters
    ----------
    path
        A ``.osm.pbf`` or ``.osm`` file.
    admin_level
        OSM's number of the level: in China 6 is the county, 8 the town.

    Returns
    -------
    GeoDataFrame
        ``code`` (``r`` and the relation's id), ``name``, ``sheet`` (way or relation), ``row`` (the id in OSM) and the
        polygon, EPSG:4326, ordered by code; None where part of the boundary lies beyond the extract.
    notes
        The units without a polygon.

    Raises
    ------
    DataError
        Not an OSM file, or no whole unit of this level in it.
    """
    units = [item for item in read_objects(path, [("boundary", "administrative")]) if _is_unit(item, admin_level)]
    units = sorted(units, key=lambda unit: unit.code)
    if all(unit.shape is None for unit in units):
        raise DataError("zones.no_boundaries", file=path.name, admin_level=admin_level)
    frame = gpd.GeoDataFrame(
        pd.DataFrame(
            {
                "code": [unit.code for unit in units],
                "name": [unit.tags.get("name", unit.code) for unit in units],
                "sheet": [unit.kind for unit in units],
                "row": [unit.id for unit in units],
            }
        ),
        geometry=[unit.shape for unit in units],
        crs=WGS84,
    )
    return frame, _incomplete(units, path.name)


def _is_unit(item: OsmObject, admin_level: int) -> bool:
    """Whether it is a unit of this level: a boundary relation, or a closed way that is itself named.

    A way without a name is a piece of boundary, also where it closes on itself around an exclave.
    """
    if item.tags.get("admin_level") != str(admin_level):
        return False
    if item.kind == "way":
        return "name" in item.tags and item.shape is not None
    # An assembled area no longer carries the type of its relation, and needs none: only these two assemble.
    return item.kind == "relation" and (item.shape is not None or item.tags.get("type") in BOUNDARY_TYPES)


def _incomplete(units: list[OsmObject], file: str) -> tuple[Note, ...]:
    names = sorted(unit.tags.get("name", unit.code) for unit in units if unit.shape is None)
    if not names:
        return ()
    return (Note("zones.incomplete", {"file": file, "count": len(names), "names": few(names)}),)
