"""The cells of a study as packed numbers: where they are, who lives there, minutes to each service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from circle15.assess.rules import is_rural, rules_by_class
from circle15.publish.map.degrees import degrees_of
from circle15.publish.map.packing import Pack, pack, steps

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import NDArray

    from circle15.catalogue.entries import Catalogue
    from circle15.results import Results

UNREACHABLE, UNKNOWN, FIRST_TIME = 0, 1, 2
# Tenths of a minute up to half an hour, whole minutes beyond: nobody plans by the tenth of an hour.
FINE_MIN = 30
# Control points this far apart keep the bilinear error of the projection below a decimetre.
LATTICE_M = 2000.0
DEGREE = 10_000_000
TENTHS = 10
HUNDREDTHS = 100


@dataclass(frozen=True)
class Grid:
    """Cells ready for the page: ``facts`` is plain JSON data, ``numbers`` the packed columns."""

    facts: dict[str, object]
    numbers: Pack


def time_codes(metres: NDArray[np.float64], speed_m_s: float | NDArray[np.float64]) -> NDArray[np.int64]:
    """Minutes of travel as codes: 0 unreachable, 1 unknown, then tenths of a minute, rounded up.

    ``speed_m_s`` is one for all, or each cell's own.

    Rounding up keeps every whole minute a true limit: 15.01 minutes is never shown as 15.0.

    Examples
    --------
    >>> time_codes(np.array([810.0, 810.1, np.inf, np.nan, 0.0]), speed_m_s=0.9).tolist()
    [152, 153, 0, 1, 2]
    """
    known = np.isfinite(metres)
    tenths = np.where(known, metres, 0.0) / (60.0 * speed_m_s) * TENTHS
    # 810 m / 0.9 m/s is 15 min; binary division says a hair more.
    fine = np.ceil(tenths - 1e-9)
    coarse = FINE_MIN * TENTHS + np.ceil(tenths / TENTHS - FINE_MIN - 1e-9)
    codes = FIRST_TIME + np.where(fine <= FINE_MIN * TENTHS, fine, coarse).astype(np.int64)
    return np.where(known, codes, np.where(np.isnan(metres), UNKNOWN, UNREACHABLE))


def lonlat_lattice(
    crs: pyproj.CRS, corner: tuple[int, int], size: tuple[int, int], cell_m: int
) -> dict[str, int | list[int]]:
    """Longitude and latitude of grid corners every two kilometres, for the page to interpolate between.

    Parameters
    ----------
    crs
        The metric coordinate system of the grid.
    corner
        Column and row of the grid's south-west corner.
    size
        Columns and rows of the grid.
    cell_m
        Side of a cell, metres.

    Returns
    -------
    dict
        ``step`` (cells between control points), ``columns``, ``rows`` (control points), ``lon``, ``lat`` (row by row
        from the south-west, in 1e-7 degrees).
    """
    step = max(1, int(LATTICE_M // cell_m))
    columns, rows = (-(-cells // step) + 1 for cells in size)
    x = (corner[0] + np.arange(columns) * step) * float(cell_m)
    y = (corner[1] + np.arange(rows) * step) * float(cell_m)
    lon, lat = degrees_of(crs, np.tile(x, rows), np.repeat(y, columns))
    whole = {"lon": np.rint(np.multiply(lon, DEGREE)), "lat": np.rint(np.multiply(lat, DEGREE))}
    return {
        "step": step,
        "columns": columns,
        "rows": rows,
        **{axis: values.astype(np.int64).tolist() for axis, values in whole.items()},
    }


def group_shares(persons: NDArray[np.float64], everyone: NDArray[np.float64], unit: NDArray[np.int64]) -> list[float]:
    """Share of a group among everyone, per unit; 0 where a unit has nobody."""
    count = int(unit.max(initial=-1)) + 1
    part, whole = (np.bincount(unit, weights=values, minlength=count) for values in (persons, everyone))
    shares = np.divide(part, whole, out=np.zeros(count), where=whole > 0)
    return [float(share) for share in shares]


def whole_hundredths(persons: NDArray[np.float64]) -> NDArray[np.int64]:
    """Persons to two decimals as integers, halves upward as a browser rounds."""
    return np.floor(persons * HUNDREDTHS + 0.5).astype(np.int64)


def unit_numbers(codes: pd.Series, known: list[str]) -> NDArray[np.int64]:
    """Each code's place in ``known`` plus one; 0 where it is not among them."""
    place = {code: number for number, code in enumerate(known, start=1)}
    return np.array([place.get(code, 0) for code in codes], dtype=np.int64)


def pack_grid(results: Results, towns: list[str], villages: list[str], listed: str = "town") -> Grid:
    """Pack the cells of ``results`` for the page.

    Parameters
    ----------
    results
        A finished run.
    towns, villages
        Codes of the units in the order in which the page lists them.
    listed
        The level of ``towns``: counties or the whole place stand for them in a study without towns.
    """
    cell_m = results.study.study.cell_m
    cells = results.cells
    column = np.floor(cells["x"].to_numpy(dtype=float) / cell_m).astype(np.int64)
    row = np.floor(cells["y"].to_numpy(dtype=float) / cell_m).astype(np.int64)
    order = np.lexsort((column, row))
    cells, column, row = cells.iloc[order], column[order], row[order]
    first = (int(column.min()), int(row.min()))
    size = (int(column.max()) - first[0] + 1, int(row.max()) - first[1] + 1)
    sections = {"place": steps((row - first[1]) * size[0] + column - first[0])}
    sections |= {
        name: steps(unit_numbers(cells[f"{level}_code"], codes))
        for name, level, codes in (("town", listed, towns), ("village", "village", villages))
        if f"{level}_code" in cells
    }
    shares = _add_persons(sections, set(results.counted_groups().values()) - {"all"}, cells)
    _add_services(sections, results.catalogue, cells)
    if is_rural(cells).any():
        sections["rural"] = is_rural(cells).astype(np.int64)
    if "network_gap" in cells and cells["network_gap"].any():
        sections["gap"] = cells["network_gap"].to_numpy(dtype=np.int64)
    facts = {
        "cell_m": cell_m,
        "column": first[0],
        "row": first[1],
        "columns": size[0],
        "lattice": lonlat_lattice(results.cells.crs, first, size, cell_m),
        "shares": shares,
    }
    return Grid(facts, pack(sections))


def _add_persons(
    sections: dict[str, NDArray[np.int64]], groups: Collection[str], cells: pd.DataFrame
) -> dict[str, list[float]]:
    """Everyone, then each group as its departure from the town's share: nearly nothing where ages came per town."""
    everyone = cells["persons_all"].to_numpy(dtype=float)
    whole = whole_hundredths(everyone)
    sections["persons_all"] = whole
    unit = np.cumsum(sections["town"]) if "town" in sections else np.zeros(len(cells), dtype=np.int64)
    shares = {}
    for group in sorted(groups):
        persons = cells[f"persons_{group}"].to_numpy(dtype=float)
        shares[group] = group_shares(persons, everyone, unit)
        expected = np.floor(whole * np.array(shares[group])[unit] + 0.5).astype(np.int64)
        sections[f"persons_{group}"] = whole_hundredths(persons) - expected
    return shares


def _add_services(sections: dict[str, NDArray[np.int64]], catalogue: Catalogue, cells: pd.DataFrame) -> None:
    """Minutes of each cell by its own rule, and whether it is within reach."""
    rural = is_rural(cells)
    for service in catalogue.services.values():
        metres = cells[f"{service.id}_m"].to_numpy(dtype=float)
        rules = rules_by_class(catalogue, service)
        speeds_m_s = np.where(rural, rules["rural"].speed_m_s, rules["urban"].speed_m_s)
        sections[f"{service.id}_time"] = steps(time_codes(metres, speeds_m_s))
        sections[f"{service.id}_reach"] = cells[f"{service.id}_covered"].to_numpy(dtype=np.int64)
