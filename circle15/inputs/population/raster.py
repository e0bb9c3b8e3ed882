"""People from a raster of persons, in whatever projection and resolution it comes.

The raster is never warped: a warp that is not a sum loses people. Each pixel is split into equal parts small
enough to fall cleanly into cells, and each part carries its share of the pixel's people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rasterio.windows import Window

from circle15.inputs.population.gridding import OUTSIDE, Elements, UnitFinder, add_tallies, tally, units_at
from circle15.inputs.population.raster_file import apply_affine, opened_raster, pixel_grid
from circle15.inputs.population.raster_values import Greatest, greatest, read_values, require_people
from circle15.inputs.population.uncovered import raster_edges
from circle15.inputs.population.unit_names import to_degrees
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    import rasterio
    from numpy.typing import NDArray

    from circle15.inputs.population.raster_file import PixelGrid
    from circle15.model.zones import Zones

PARTS_AT_ONCE = 1_000_000
PIXELS_AT_ONCE = 2_000_000
COARSE = 5  # a pixel this many times as long as a cell hides what differs within it
DENSEST_PER_KM2 = 50_000.0  # no district's land as a whole is as densely settled
M2_PER_KM2 = 1e6


@dataclass(frozen=True, eq=False)
class Strip:
    """Some rows of the raster: their people by cell and unit, and what else their pixels hold."""

    tallied: pd.DataFrame
    wrong: dict[float, int]
    wrong_at: tuple[int, int] | None
    declared: int
    greatest: Greatest


@dataclass(frozen=True, eq=False)
class RasterPeople:
    """The people of a raster within the study's area.

    Attributes
    ----------
    tallied
        As ``gridding.tally`` gives it.
    pixel_m2
        The area of a pixel amid the area.
    notes
        What the pixels hold that is not a number of people, how many people lie outside, what is not covered.
    """

    tallied: pd.DataFrame
    pixel_m2: float
    notes: tuple[Note, ...]


def raster_people(
    path: Path, finder: UnitFinder, nodata: float | None = None, towgs84: tuple[float, ...] | None = None
) -> RasterPeople:
    """People by cell and unit within the study's area.

    Parameters
    ----------
    path
        A GeoTIFF or an ASCII grid of one band: persons per pixel.
    finder
        Says which unit a point lies in.
    nodata
        The value of pixels without data, as stored, where the file does not declare it.
    towgs84
        What takes a raster on an old datum to WGS 84, see ``helmert``.

    Raises
    ------
    DataError
        No such file, not a raster of one band, no coordinate system or an old datum, elsewhere than the area, or
        values that can only be an undeclared nodata.
    """
    with opened_raster(path) as raster:
        grid = pixel_grid(raster, path.name, finder.zones, finder.cell_m, towgs84)
        strips = [_read_strip(raster, strip, grid, finder, nodata) for strip in _strips(grid.window)]
        found = sum((strip.greatest for strip in strips), Greatest())
        stored = (found.value - raster.offsets[0]) / raster.scales[0]
        require_people(found, grid.pixel_m2, nodata, path.name, stored)
        edges = raster_edges(grid, (raster.width, raster.height), finder, path.name)
    tallied = add_tallies([strip.tallied for strip in strips])
    outside = tallied["unit"] == OUTSIDE
    inside = tallied[~outside].reset_index(drop=True)
    told = _told(path.name, float(inside["weight"].sum()), float(tallied.loc[outside, "weight"].sum()))
    of_values = (*_wrong_note(strips, grid, finder.zones, path.name), *_declared_note(strips, nodata, path.name))
    notes = (told, *of_values, *edges, *_coarse_note(grid, finder, path.name))
    return RasterPeople(inside, grid.pixel_m2, (*notes, *_dense_note(inside, finder, path.name)))


# --- pixels -------------------------------------------------------------------------------------------------------


def _strips(window: Window) -> Iterator[Window]:
    rows = max(1, PIXELS_AT_ONCE // window.width)
    for top in range(window.row_off, window.row_off + window.height, rows):
        bottom = min(top + rows, window.row_off + window.height)
        yield Window(window.col_off, top, window.width, bottom - top)


def _read_strip(
    raster: rasterio.DatasetReader, strip: Window, grid: PixelGrid, finder: UnitFinder, nodata: float | None
) -> Strip:
    read = read_values(raster, strip, nodata)
    row, column = np.nonzero(read.persons)
    values = read.persons[row, column]
    batches = _elements(grid, finder, column + strip.col_off, row + strip.row_off, values)
    tallied = tally(batches, finder.cell_m)
    return Strip(tallied, read.wrong, read.wrong_at, read.declared, greatest(read.persons))


def _elements(
    grid: PixelGrid,
    finder: UnitFinder,
    column: NDArray[np.int64],
    row: NDArray[np.int64],
    values: NDArray[np.float64],
) -> Iterator[Elements]:
    """Parts of pixels, some pixels at a time; of a huge pixel some of its parts at a time."""
    offset = (np.arange(grid.parts) + 0.5) / grid.parts
    rows_of_parts = max(1, PARTS_AT_ONCE // grid.parts)
    pixels_at_once = max(1, PARTS_AT_ONCE // grid.parts**2)
    for start in range(0, len(values), pixels_at_once):
        some = slice(start, start + pixels_at_once)
        weight = values[some] / grid.parts**2
        for top in range(0, grid.parts, rows_of_parts):
            right, down = (axis.ravel() for axis in np.meshgrid(offset, offset[top : top + rows_of_parts]))
            columns, rows = (column[some, None] + right).ravel(), (row[some, None] + down).ravel()
            yield _parts(grid, finder, columns, rows, np.repeat(weight, len(right)))


def _parts(
    grid: PixelGrid,
    finder: UnitFinder,
    columns: NDArray[np.float64],
    rows: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> Elements:
    """Parts of pixels, each at its middle; what lies beyond the area's box is not looked up."""
    x, y = grid.to_metres.transform(*apply_affine(grid.to_map, columns, rows))
    known = np.isfinite(x) & np.isfinite(y)  # beyond the projection's reach, so far outside the area
    x, y, weight = x[known], y[known], weight[known]
    west, south, east, north = finder.zones.root.total_bounds
    near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    unit = np.full(len(x), OUTSIDE)
    unit[near] = units_at(finder, x[near], y[near])
    return Elements(x, y, weight, unit)


# --- what is said about them --------------------------------------------------------------------------------------


def _told(file: str, inside: float, outside: float) -> Note:
    facts = {"file": file, "inside": inside, "outside": outside, "total": inside + outside}
    return Note("population.raster_window", facts)


def _wrong_note(strips: Sequence[Strip], grid: PixelGrid, zones: Zones, file: str) -> tuple[Note, ...]:
    """One negative value throughout is a nodata that nobody declared; several, or NaN, are told as they are."""
    wrong: Counter[str] = Counter()
    for strip in strips:
        for value, pixels in strip.wrong.items():
            wrong[f"{value:.10g}"] += pixels
    if not wrong:
        return ()
    at = _place(grid, next(strip.wrong_at for strip in strips if strip.wrong_at is not None), zones, file)
    numbers = [value for value in wrong if value not in ("nan", "inf", "-inf")]
    facts: dict[str, object] = {"file": file, "pixels": wrong.total()}
    if len(wrong) == len(numbers) == 1:
        return (Note("population.raster_nodata_taken", {**facts, "value": numbers[0]}, at),)
    kinds = sorted(wrong.items(), key=lambda kind: (-kind[1], kind[0]))[:3]
    values = "、".join(f"{value} × {pixels:,}" for value, pixels in kinds)
    return (Note("population.raster_bad_pixels", {**facts, "values": values}, at),)


def _place(grid: PixelGrid, at: tuple[int, int], zones: Zones, file: str) -> Place:
    row, column = (np.array([axis + 0.5]) for axis in at)
    metres = grid.to_metres.transform(*apply_affine(grid.to_map, column, row))
    lon, lat = (float(axis[0]) for axis in to_degrees(zones.crs).transform(*metres))
    return Place(file, lon=lon, lat=lat) if np.isfinite(lon) and np.isfinite(lat) else Place(file)


def _declared_note(strips: Sequence[Strip], nodata: float | None, file: str) -> tuple[Note, ...]:
    if nodata is None:
        return ()
    pixels = sum(strip.declared for strip in strips)
    facts: dict[str, object] = {"file": file, "value": f"{nodata:.10g}"}
    if not pixels:
        return (Note("population.raster_nodata_absent", facts, Place(file)),)
    return (Note("population.raster_nodata_declared", {**facts, "pixels": pixels}, Place(file)),)


def _coarse_note(grid: PixelGrid, finder: UnitFinder, file: str) -> tuple[Note, ...]:
    if grid.side_m < COARSE * finder.cell_m:
        return ()
    facts = {"file": file, "side_m": grid.side_m, "cell_m": finder.cell_m}
    return (Note("population.raster_coarse", facts, Place(file)),)


def _dense_note(inside: pd.DataFrame, finder: UnitFinder, file: str) -> tuple[Note, ...]:
    """More people on the whole area than any district has: persons per km2 taken for persons, perhaps."""
    per_km2 = float(inside["weight"].sum()) / float(finder.zones.root.area.iloc[0]) * M2_PER_KM2
    if per_km2 < DENSEST_PER_KM2:
        return ()
    return (Note("population.raster_dense", {"file": file, "per_km2": per_km2}, Place(file)),)
