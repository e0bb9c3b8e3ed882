"""Residential land: where buildings count as dwellings, and how much of each cell it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.errors import DataError
from circle15.inputs.files.boxes import degrees_around
from circle15.inputs.files.layers import read_attributes, read_layer
from circle15.inputs.files.polygons import polygonal
from circle15.inputs.population.gridding import split_by_grid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.model.study import AllowedLand, LandUseSource
    from circle15.model.zones import Zones


def read_residential(source: LandUseSource, folder: Path, zones: Zones) -> shapely.Geometry:
    """The residential land within the study's area, as one polygon without overlaps.

    Parameters
    ----------
    source
        Polygons of land use, and which values are residential.
    folder
        The folder of ``study.toml``.
    zones
        The study's units; the result is in their coordinate system, metres.

    Raises
    ------
    DataError
        The file cannot be used, or none of its polygons has one of the residential values.
    """
    return land_with(source, source.residential, folder / source.file, zones, "population.no_residential")


def land_with(
    source: LandUseSource | AllowedLand, wanted: Sequence[str], path: Path, zones: Zones, absent: str
) -> shapely.Geometry:
    """The land within the study's area whose use is one of ``wanted``, as one polygon without overlaps.

    Parameters
    ----------
    source
        Which layer and column say the use.
    wanted
        Values of that column.
    path
        The file.
    zones
        The study's units.
    absent
        Key of the sentence that none of the file's polygons has such a value.

    Raises
    ------
    DataError
        The file cannot be used, or none of its polygons has one of these values.
    """
    around = degrees_around(zones.root.total_bounds, zones.crs)
    frame = read_layer(path, source.layer, (source.column,), around, towgs84=source.towgs84)
    chosen = frame[frame[source.column].astype(str).isin(wanted).to_numpy()]
    if chosen.empty:
        _require_values(source, wanted, path, absent)
    area = zones.root.geometry.iloc[0]
    return shapely.intersection(shapely.union_all(_near(chosen.to_crs(zones.crs).geometry.to_numpy(), area)), area)


def _require_values(source: LandUseSource | AllowedLand, wanted: Sequence[str], path: Path, absent: str) -> None:
    """Raise where no value of the whole file is wanted."""
    said = read_attributes(path, source.layer, (source.column,))[source.column]
    values = sorted(set(said.dropna().astype(str)))
    if not set(values) & set(wanted):
        facts = {"file": source.file, "column": source.column}
        raise DataError(absent, **facts, wanted="、".join(wanted), found="、".join(values[:20]))


def _near(polygons: NDArray[np.object_], area: shapely.Geometry) -> NDArray[np.object_]:
    """The valid polygons that touch the area, in an order of their own: a union's corners depend on it."""
    shapely.prepare(area)
    valid = polygonal(polygons)
    near = valid[shapely.intersects(area, valid)]
    ordered: NDArray[np.object_] = near[np.argsort(shapely.to_wkb(near), kind="stable")]
    return ordered


def residential_cells(land: shapely.Geometry, cell_m: int) -> pd.DataFrame:
    """Residential square metres of each cell that has any.

    Returns
    -------
    pandas.DataFrame
        ``row, column`` (ascending), ``area_m2``, and ``x``, ``y``: a point on the cell's residential land.
    """
    return split_by_grid(np.array([land]), cell_m)
