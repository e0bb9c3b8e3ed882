"""Administrative units from polygon files or OSM boundaries: one checked tree of counties, towns and villages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from circle15.errors import ConfigurationError, DataError, raise_faults
from circle15.inputs.zones.enclaves import cut_enclaves
from circle15.inputs.zones.findings import WGS84, ledger_of, row_keys, without_code
from circle15.inputs.zones.official import match_official
from circle15.inputs.zones.official_rows import read_official
from circle15.inputs.zones.overlaps import overlap_faults
from circle15.inputs.zones.partition import partition
from circle15.inputs.zones.shapes import mend_shapes
from circle15.inputs.zones.told import tell_changes
from circle15.inputs.zones.tree import in_order, join_parts, tie_units
from circle15.inputs.zones.unit_rows import read_rows
from circle15.model.projection import metric_crs
from circle15.model.zones import LEVELS, ZONE_COLUMNS, Zones

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.inputs.zones.findings import UnitRemark
    from circle15.model.ledger import Ledger, Note
    from circle15.model.study import OfficialUnits, ZoneSource

# A neighbouring zone of a Gauss-Krueger or UTM system stretches by less, Web Mercator in China by 15 %.
MOST_STRETCH = 0.005


def read_zones(
    sources: Sequence[ZoneSource],
    folder: Path,
    crs: pyproj.CRS | None,
    place: str,
    place_id: str,
    official: Sequence[OfficialUnits] = (),
) -> tuple[Zones, Ledger, tuple[Note, ...]]:
    """Read the units of all levels, tie them into one tree, and make every level an exact partition.

    Parameters
    ----------
    sources
        ``[[zones]]`` of ``study.toml``; several may hold one level.
    folder
        Where their files lie.
    crs
        A metric system; None takes the CGCS2000 3-degree zone (UTM outside China) of the area's middle.
    place, place_id
        Name and code of the root that is added where no single unit stands above all others.
    official
        ``[[official_units]]``: official lists, which names and codes are matched to.

    Returns
    -------
    Zones
        Valid polygons in metres; each unit but the root has a parent. Units of one level do not overlap, and lie
        within the unit above them.
    Ledger
        Every row of the polygon files and the official lists.
    notes
        What was mended, left out or guessed.

    Raises
    ------
    DataError, ConfigurationError
        A file that cannot be read, a column or unit that is not there, units of one level that share more land
        than slivers.
    Faults
        Several of these.
    """
    read = read_rows(sources, folder)
    lon, lat = _middle(_widest([some.wanted for some in read]))
    crs = crs or metric_crs(lon, lat)
    require_metric(crs)
    require_true_lengths(crs, lon, lat)
    wanted = [some.wanted for some in read if len(some.wanted)]
    units, mended, of_shapes = mend_shapes(pd.concat([some.to_crs(crs) for some in wanted], ignore_index=True))
    units, joined, of_parts = join_parts(in_order(units))
    units, enclaves, of_enclaves = cut_enclaves(units)
    units, outside, of_outside = tie_units(units, place, place_id)
    listed, aside, of_lists = read_official(official, folder)
    units, named, of_names, official_ledger = match_official(units, listed)
    units = in_order(units)
    raise_faults(overlap_faults(units[units["level"] != "place"]))
    zones, repaired, of_land = _partitioned(units)
    findings = [finding for some in read for finding in some.findings]
    findings += [*of_shapes, *of_parts, *of_enclaves, *of_outside, *of_names, *of_land, *without_code(units)]
    rows = pd.concat([some.frame.drop(columns="geometry") for some in read], ignore_index=True)
    ledger = ledger_of(rows, findings, dict(zip(row_keys(units), units["code"], strict=True)))
    notes = [note for some in read for note in some.notes]
    return (
        zones,
        ledger + official_ledger + aside,
        (*notes, *of_lists, *mended, *joined, *enclaves, *outside, *named, *repaired),
    )


def _partitioned(units: gpd.GeoDataFrame) -> tuple[Zones, tuple[Note, ...], tuple[UnitRemark, ...]]:
    """The units as exact partitions, and what that took."""
    Zones(units[list(ZONE_COLUMNS)])  # codes stand once
    parted = partition(units)
    empty = np.flatnonzero(shapely.is_empty(parted.shapes))
    raise_faults(
        [DataError("repair.nothing_left", **units.iloc[at][["file", "name", "code"]].to_dict()) for at in empty]
    )
    notes, findings = tell_changes(units, parted.changes)
    frame = units.set_geometry(parted.shapes, crs=units.crs)[list(ZONE_COLUMNS)]
    return Zones(frame), notes, findings


def require_metric(crs: pyproj.CRS) -> None:
    """Raise ``ConfigurationError`` where a study's own coordinate system does not count in metres."""
    if not crs.is_projected or {axis.unit_name for axis in crs.axis_info} != {"metre"}:
        raise ConfigurationError("zones.crs_not_metric", crs=crs.name)


def zone_codes(zones: Zones, xy: NDArray[np.float64]) -> pd.DataFrame:
    """Find the unit of each level that each point lies in.

    Parameters
    ----------
    zones
        The study's units.
    xy
        Shape (n, 2), metres in the units' coordinate system.

    Returns
    -------
    DataFrame
        n rows, a column ``<level>_code`` per level; "" where a point lies in none. On a shared border the smaller
        code holds.
    """
    # The tree holds the points and is asked by polygon, since shapely prepares the geometry that asks.
    tree = shapely.STRtree(shapely.points(np.asarray(xy, dtype=np.float64).reshape(-1, 2)))
    return pd.DataFrame({f"{level}_code": _codes_at(zones.at_level(level), tree) for level in zones.levels})


def _codes_at(units: gpd.GeoDataFrame, points: shapely.STRtree) -> NDArray[np.object_]:
    unit, point = points.query(units.geometry.to_numpy(), predicate="intersects")
    first = np.full(len(points), len(units))
    np.minimum.at(first, point, unit)
    codes: NDArray[np.object_] = np.append(units["code"].to_numpy(dtype=object), "")[first]
    return codes


def require_true_lengths(crs: pyproj.CRS, lon: float, lat: float) -> None:
    """Raise ``ConfigurationError`` where a metre of a study's own coordinate system is no metre on the ground there."""
    scales = pyproj.Proj(crs).get_factors(lon, lat)
    shares = np.array([scales.meridional_scale, scales.parallel_scale]) - 1.0
    if not (np.abs(shares) <= MOST_STRETCH).all():
        raise ConfigurationError("zones.crs_stretches", crs=crs.name, share=float(shares[np.argmax(np.abs(shares))]))


def _widest(frames: list[gpd.GeoDataFrame]) -> list[gpd.GeoDataFrame]:
    top = min(LEVELS.index(frame["level"].iloc[0]) for frame in frames)
    return [frame for frame in frames if frame["level"].iloc[0] == LEVELS[top]]


def _middle(frames: list[gpd.GeoDataFrame]) -> tuple[float, float]:
    """Longitude and latitude of the middle of all frames together."""
    bounds = np.array([frame.to_crs(WGS84).total_bounds for frame in frames])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return float(west + east) / 2, float(south + north) / 2
