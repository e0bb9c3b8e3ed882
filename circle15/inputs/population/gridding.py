"""From people at points to people in grid cells, and from polygons to areas in grid cells.

A cell belongs whole to one unit of each level: to the narrowest unit that holds most of its people, and to the
units above that one. So every person is counted in one village, its town and its county, and towns add up to
their county exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.inputs.zones.read import zone_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from circle15.model.zones import Zones

OUTSIDE = -1
TALLY_KEYS = ["row", "column", "unit"]
ON_LINE = 1e-7  # of a cell: a cut's new corners may lie a rounding off the grid's line


@dataclass(frozen=True, eq=False)
class Elements:
    """People, or weights that stand for them, at points.

    Attributes
    ----------
    x, y
        Metres in the zones' coordinate system, (n,).
    weight
        Persons or floor area, (n,); all above zero.
    unit
        Row in ``zones.frame`` of the narrowest unit at the point, ``OUTSIDE`` beyond the study's area, (n,).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    unit: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> Elements:
        """The elements chosen by a mask, in the same order."""
        return Elements(self.x[keep], self.y[keep], self.weight[keep], self.unit[keep])


@dataclass(frozen=True, eq=False)
class UnitFinder:
    """What it takes to say quickly which unit a point lies in.

    A cell that no border crosses lies wholly in one unit, so one point of it speaks for all.

    Attributes
    ----------
    zones
        The study's units.
    cell_m
        Side of a cell, metres.
    borders
        The units' borders, as an index of single segments.
    """

    zones: Zones
    cell_m: int
    borders: shapely.STRtree


def unit_finder(zones: Zones, cell_m: int) -> UnitFinder:
    """Prepare to find the units of many points."""
    ends = []
    for ring in shapely.get_rings(shapely.get_parts(zones.frame.geometry.to_numpy())):
        points = shapely.get_coordinates(ring)
        ends.append(np.stack([points[:-1], points[1:]], axis=1))
    return UnitFinder(zones, cell_m, shapely.STRtree(shapely.linestrings(np.concatenate(ends))))


def cell_of(x: NDArray[np.float64], y: NDArray[np.float64], cell_m: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column and row of the cell that each point lies in.

    Examples
    --------
    >>> [int(part[0]) for part in cell_of(np.array([250.0]), np.array([-0.5]), cell_m=100)]
    [2, -1]
    """
    return np.floor(x / cell_m).astype(np.int64), np.floor(y / cell_m).astype(np.int64)


def units_at(finder: UnitFinder, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    """Row in ``zones.frame`` of the narrowest unit at each point, ``OUTSIDE`` beyond the study's area.

    Parameters
    ----------
    finder
        From ``unit_finder``.
    x, y
        Metres in the zones' coordinate system, (n,).
    """
    if not len(x):
        return np.empty(0, dtype=np.int64)
    column, row = cell_of(x, y, finder.cell_m)
    width = int(column.max() - column.min()) + 1
    _, first, cell = np.unique(
        (row - row.min()) * width + (column - column.min()), return_index=True, return_inverse=True
    )
    crossed = _crossed(finder, column[first], row[first])
    found = np.full(len(first), OUTSIDE)
    found[~crossed] = _units_one_by_one(finder.zones, x[first[~crossed]], y[first[~crossed]])
    units: NDArray[np.int64] = found[cell]
    near = crossed[cell]
    units[near] = _units_one_by_one(finder.zones, x[near], y[near])
    return units


def _crossed(finder: UnitFinder, column: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a border touches each cell."""
    hits = finder.borders.query(_squares(column, row, finder.cell_m), predicate="intersects")[0]
    crossed = np.zeros(len(column), dtype=bool)
    crossed[hits] = True
    return crossed


def _squares(column: NDArray[np.int64], row: NDArray[np.int64], cell_m: int) -> NDArray[np.object_]:
    west, south = column * float(cell_m), row * float(cell_m)
    squares: NDArray[np.object_] = shapely.box(west, south, west + cell_m, south + cell_m)
    return squares


def _units_one_by_one(zones: Zones, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
    units = np.full(len(x), OUTSIDE)
    if not len(x):
        return units
    codes = zone_codes(zones, np.column_stack([x, y]))
    for level in zones.levels:
        rows = np.flatnonzero(zones.frame["level"].to_numpy() == level)
        place = pd.Index(zones.frame["code"].to_numpy()[rows]).get_indexer(codes[f"{level}_code"])
        units = np.where(place >= 0, rows[place], units)
    inside = codes[f"{zones.levels[0]}_code"].to_numpy() != ""
    return np.where(inside, units, OUTSIDE)


def lineage(zones: Zones) -> pd.DataFrame:
    """The unit of every level that each unit belongs to.

    Returns
    -------
    pandas.DataFrame
        A row per row of ``zones.frame``; ``<level>_code`` for each level, "" below the unit's own.
    """
    levels = zones.levels
    known: dict[tuple[str, str], dict[str, str]] = {}
    for level, code, parent in zip(*(zones.frame[key] for key in ("level", "code", "parent_code")), strict=True):
        wider = reversed(levels[: levels.index(level)])
        above = next((known[up, parent] for up in wider if (up, parent) in known), {})
        known[level, code] = {**above, level: code}  # rows run from wide to narrow, so what is above is known
    codes = [[unit.get(level, "") for level in levels] for unit in known.values()]
    return pd.DataFrame(codes, columns=[f"{level}_code" for level in levels], dtype=object)


def tally(batches: Iterable[Elements], cell_m: int) -> pd.DataFrame:
    """Add up elements by cell and unit.

    Parameters
    ----------
    batches
        Elements in an order that the source's row order has no part in: sums are then the same to the last bit.

    Returns
    -------
    pandas.DataFrame
        ``row, column, unit`` (each combination once, ascending), ``weight``, and ``moment_x``, ``moment_y``:
        weight times metres from the cell's south-west corner.
    """
    return add_tallies([_tally_batch(batch, cell_m) for batch in batches])


def _tally_batch(batch: Elements, cell_m: int) -> pd.DataFrame:
    column, row = cell_of(batch.x, batch.y, cell_m)
    frame = pd.DataFrame({"row": row, "column": column, "unit": batch.unit, "weight": batch.weight})
    frame["moment_x"] = batch.weight * (batch.x - column * float(cell_m))
    frame["moment_y"] = batch.weight * (batch.y - row * float(cell_m))
    return frame.groupby(TALLY_KEYS, sort=True, as_index=False).sum()


def add_tallies(tallies: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several tallies as one."""
    nothing = np.empty(0)
    empty = _tally_batch(Elements(nothing, nothing, nothing, nothing.astype(np.int64)), cell_m=1)
    return pd.concat([*tallies] or [empty], ignore_index=True).groupby(TALLY_KEYS, sort=True, as_index=False).sum()


def settle(tallied: pd.DataFrame, cell_m: int) -> pd.DataFrame:
    """Give each cell to the unit that holds most of its weight; the unit of the smaller code on a tie.

    Parameters
    ----------
    tallied
        From ``tally``, of elements within the study's area.

    Returns
    -------
    pandas.DataFrame
        ``row, column`` (ascending), ``unit``, ``weight``, and ``x``, ``y``: where its people are on average, metres.
    """
    keys = ["row", "column"]
    leading = tallied.sort_values([*keys, "weight", "unit"], ascending=[True, True, False, True], kind="stable")
    cells = leading.drop_duplicates(keys)[[*keys, "unit"]].reset_index(drop=True)
    sums = tallied.groupby(keys, sort=True, as_index=False)[["weight", "moment_x", "moment_y"]].sum()
    cells["weight"] = sums["weight"]
    cells["x"] = cells["column"] * float(cell_m) + sums["moment_x"] / sums["weight"]
    cells["y"] = cells["row"] * float(cell_m) + sums["moment_y"] / sums["weight"]
    return cells


def split_by_grid(polygons: NDArray[np.object_], cell_m: int) -> pd.DataFrame:
    """Cut polygons along the grid's lines.

    Parameters
    ----------
    polygons
        Polygons that do not overlap, metres.

    Returns
    -------
    pandas.DataFrame
        ``row, column`` (ascending), ``area_m2``, and ``x``, ``y``: a point within the cell's largest piece.
    """
    pieces = shapely.get_parts(polygons)
    pieces = pieces[shapely.area(pieces) > 0]
    for axis in (0, 1):
        pieces = _cut(pieces, axis, cell_m)
    x, y = shapely.get_coordinates(shapely.point_on_surface(pieces)).T
    column, row = cell_of(x, y, cell_m)
    frame = pd.DataFrame({"row": row, "column": column, "area_m2": shapely.area(pieces), "x": x, "y": y})
    order = ["row", "column", "area_m2", "x", "y"]
    frame = frame.sort_values(order, ascending=[True, True, False, True, True], kind="stable")
    by_cell = frame.groupby(["row", "column"], sort=True, as_index=False)
    return by_cell.agg(area_m2=("area_m2", "sum"), x=("x", "first"), y=("y", "first"))


def _cut(pieces: NDArray[np.object_], axis: int, cell_m: int) -> NDArray[np.object_]:
    """Halve pieces at a grid line until each lies between two neighbouring ones.

    Halving costs a vertex as many cuts as there are digits in the number of cells, not one per cell.
    """
    done = []
    while len(pieces):
        bounds = shapely.bounds(pieces)
        low = np.floor(bounds[:, axis] / cell_m + ON_LINE)
        high = np.ceil(bounds[:, axis + 2] / cell_m - ON_LINE)
        wide = high - low > 1
        done.append(pieces[~wide])
        middle = np.floor((low + high) / 2)[wide] * cell_m
        pieces = _halves(pieces[wide], bounds[wide], middle, axis)
    return np.concatenate(done) if done else pieces


def _halves(
    pieces: NDArray[np.object_], bounds: NDArray[np.float64], middle: NDArray[np.float64], axis: int
) -> NDArray[np.object_]:
    below, above = bounds.copy(), bounds.copy()
    below[:, axis + 2] = middle
    above[:, axis] = middle
    boxes = [shapely.box(*half.T) for half in (below, above)]
    parts = shapely.get_parts(np.concatenate([shapely.intersection(pieces, box) for box in boxes]))
    kept: NDArray[np.object_] = parts[shapely.area(parts) > 0]
    return kept
