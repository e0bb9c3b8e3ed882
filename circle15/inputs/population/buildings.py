"""People from buildings: floor area stands for persons until official totals say how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.errors import DataError
from circle15.inputs.files.boxes import degrees_around
from circle15.inputs.files.columns import aliases, choose_column
from circle15.inputs.files.layers import layer_headers, read_layer
from circle15.inputs.files.listing import few
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.files.polygons import polygonal
from circle15.inputs.population.gridding import OUTSIDE, Elements, UnitFinder, lineage, units_at
from circle15.inputs.population.osm import read_osm_buildings
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.model.study import PopulationSource
    from circle15.model.zones import Zones

MOST_FLOORS = 200  # the tallest building has 163; more is a code for "not known" or a height in metres


def read_buildings(source: PopulationSource, folder: Path, finder: UnitFinder) -> tuple[Elements, tuple[Note, ...]]:
    """Buildings within the study's area, each as its floor area (m2) at a point in it.

    Parameters
    ----------
    source
        A polygon layer, or an OpenStreetMap extract. A layer's floors stand in the column that the study names, or
        in one that goes by a usual header.
    folder
        The folder of ``study.toml``.
    finder
        Says which unit a point lies in.

    Returns
    -------
    Elements
        Ordered by x, y and weight, so that the file's row order leaves no trace.
    tuple of Note
        Buildings whose floors are not known, shapes that are no polygons.

    Raises
    ------
    DataError
        The file cannot be used, or no building lies within the area.
    """
    frame, broken, headers = _footprints(source, folder, finder.zones)
    shapes = polygonal(frame.to_crs(finder.zones.crs).geometry.to_numpy())
    usable = ~shapely.is_missing(shapes)
    floors = known_floors(frame["floors"][usable])
    elements, counted = _floor_areas(shapes[usable], floors.fillna(source.floors_unknown).to_numpy(), finder)
    if not len(elements.x):
        raise DataError("population.no_buildings", file=source.buildings)
    shapeless = broken + int((~usable).sum())
    unknown = int(floors.isna().to_numpy()[counted].sum())
    of_floors = _unknown_note(source, unknown, len(elements.x), headers)
    return elements, (*_shapeless_note(source, shapeless), *of_floors)


def known_floors(said: pd.Series) -> pd.Series:
    """Floors as numbers; NaN where none are said, or no number that floors can be.

    Examples
    --------
    >>> known_floors(pd.Series(["6", 2.5, "0", "-1", "六层", None, 9999])).tolist()
    [6.0, 2.5, nan, nan, nan, nan, nan]
    """
    floors = pd.to_numeric(said, errors="coerce").astype(float)
    return floors.where((floors > 0) & (floors <= MOST_FLOORS))


def _floor_areas(
    shapes: NDArray[np.object_], floors: NDArray[np.float64], finder: UnitFinder
) -> tuple[Elements, NDArray[np.int64]]:
    """Floor area at a point of each footprint within the area, and which footprints those are."""
    weight = shapely.area(shapes) * floors
    x, y = shapely.get_coordinates(shapely.point_on_surface(shapes)).T
    unit = units_at(finder, x, y)
    order = np.lexsort((weight, y, x))
    order = order[unit[order] != OUTSIDE]
    return Elements(x[order], y[order], weight[order], unit[order]), order


def _shapeless_note(source: PopulationSource, count: int) -> tuple[Note, ...]:
    return (Note("population.not_polygons", {"file": source.buildings, "count": count}),) if count else ()


def _unknown_note(source: PopulationSource, count: int, of: int, headers: Sequence[str] | None) -> tuple[Note, ...]:
    """Say that floors are not known: of some buildings, or, where ``headers`` has no column of them, of all."""
    facts: dict[str, object] = {"file": source.buildings, "of": of, "floors": source.floors_unknown}
    if headers is not None:
        return (Note("population.no_floors_column", {**facts, "columns": few(headers) or "—"}),)
    return (Note("population.floors_unknown", {**facts, "count": count}),) if count else ()


def on_residential_land(
    elements: Elements, land: shapely.Geometry, zones: Zones, level: str
) -> tuple[Elements, tuple[Note, ...]]:
    """The buildings that stand on residential land; all of a unit's where none of them does.

    Parameters
    ----------
    elements
        Buildings within the study's area.
    land
        Residential land, metres.
    zones, level
        The units that must not be lost: those whose totals are to be met.

    Returns
    -------
    Elements
        The buildings that count.
    tuple of Note
        How many buildings count; the units whose buildings all count because none stands on residential land.
    """
    units = lineage(zones)[f"{level}_code"].to_numpy()[elements.unit]
    parts = shapely.STRtree(shapely.points(elements.x, elements.y))
    residential = np.zeros(len(elements.x), dtype=bool)
    residential[parts.query(shapely.get_parts(land), predicate="intersects")[1]] = True
    bare = np.setdiff1d(units[units != ""], units[residential])
    counts = residential | np.isin(units, bare)
    kept = elements.where(counts)
    facts = {"counted": int(counts.sum()), "of": len(counts), "share": kept.weight.sum() / elements.weight.sum()}
    masked = Note("population.on_residential_land", facts)
    return kept, (masked, *(_bare_note(zones, level, code, int((units == code).sum())) for code in bare))


def _bare_note(zones: Zones, level: str, code: str, buildings: int) -> Note:
    units = zones.at_level(level)
    name = units.loc[units["code"] == code, "name"].iloc[0]
    return Note("population.none_on_residential_land", {"unit": name, "code": code, "buildings": buildings})


def _footprints(
    source: PopulationSource, folder: Path, zones: Zones
) -> tuple[gpd.GeoDataFrame, int, tuple[str, ...] | None]:
    """Footprints with their ``floors`` as the file says them, and how many could not be drawn.

    Third the file's headers, where none of them is of floors.
    """
    path = folder / str(source.buildings)
    around = degrees_around(zones.root.total_bounds, zones.crs)
    if is_osm(path.name):
        return *read_osm_buildings(path, around), None
    headers = layer_headers(path, source.layer)
    column = choose_column(headers, "floors", aliases("building")["floors"], source.floors, path.name)
    if column is None:
        frame = read_layer(path, source.layer, (), around, towgs84=source.towgs84)
        return gpd.GeoDataFrame({"floors": ""}, index=frame.index, geometry=frame.geometry), 0, headers
    frame = read_layer(path, source.layer, (column,), around, towgs84=source.towgs84)
    return gpd.GeoDataFrame({"floors": frame[column]}, geometry=frame.geometry), 0, None
