"""People from a raster of persons, in whatever projection and resolution it comes.

The raster is never warped: a warp that is not a sum loses people. Each pixel is split into equal parts small
enough to fall cleanly into cells, and each part carries its share of the pixel's people.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.windows import Window

from circle15.errors import DataError
from circle15.inputs.files.helmert import Shift, shifted_transformer
from circle15.inputs.files.layers import require_file, require_known_datum
from circle15.inputs.population.gridding import OUTSIDE, Elements, UnitFinder, add_tallies, tally, units_at
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    from affine import Affine
    from numpy.typing import NDArray

    from circle15.model.zones import Zones

PARTS_PER_CELL = 4  # along a cell's side, at least
PARTS_AT_ONCE = 1_000_000
PIXELS_AT_ONCE = 2_000_000
CACHE_MB = 128
BOX_POINTS = 101  # along each side of a box whose image in another projection is sought
# No pixel holds this many people this densely: an undeclared 65535 or 3.4e38 that stands for "no data".
IMPLAUSIBLE_PERSONS = 50_000.0
IMPLAUSIBLE_PERSONS_PER_M2 = 2.0


@dataclass(frozen=True, eq=False)
class PixelGrid:
    """Where a raster's pixels lie, and the part of it that covers the study's area.

    Attributes
    ----------
    to_map
        From (column, row) of the raster to its own coordinates.
    to_metres
        From the raster's coordinates to the zones'.
    window
        The pixels over the study's area.
    parts
        Each pixel is split into ``parts x parts``.
    pixel_m2
        The area of a pixel amid the window.
    """

    to_map: Affine
    to_metres: pyproj.Transformer | Shift
    window: Window
    parts: int
    pixel_m2: float


@dataclass(frozen=True, eq=False)
class Strip:
    """Some rows of the raster: their people by cell and unit, and how many pixels hold no number of people."""

    tallied: pd.DataFrame
    bad_pixels: int


def raster_people(
    path: Path, finder: UnitFinder, towgs84: tuple[float, ...] | None = None
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """People by cell and unit within the study's area.

    Parameters
    ----------
    path
        A GeoTIFF of one band: persons per pixel.
    finder
        Says which unit a point lies in.
    towgs84
        What takes a raster on an old datum to WGS 84, see ``helmert``.

    Returns
    -------
    pandas.DataFrame
        As ``gridding.tally`` gives it.
    tuple of Note
        What the pixels hold that is not a number of people, and how many people lie outside.

    Raises
    ------
    DataError
        No such file, not a raster of one band, no coordinate system or an old datum, elsewhere than the area, or
        values that can only be an undeclared nodata.
    """
    require_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said as an error of our own
        try:
            with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(path) as raster:
                return _people(raster, path.name, finder, towgs84)
        except RasterioIOError as fault:
            raise DataError("population.raster_unreadable", file=path.name) from fault


def _people(
    raster: rasterio.DatasetReader, file: str, finder: UnitFinder, towgs84: tuple[float, ...] | None
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    if raster.count != 1:
        raise DataError("population.raster_bands", file=file, bands=raster.count)
    grid = _pixel_grid(raster, file, finder.zones, finder.cell_m, towgs84)
    strips = [_read_strip(raster, strip, file, grid, finder) for strip in _strips(grid.window)]
    tallied = add_tallies([strip.tallied for strip in strips])
    outside = tallied["unit"] == OUTSIDE
    inside_persons, outside_persons = (float(tallied.loc[mask, "weight"].sum()) for mask in (~outside, outside))
    facts = {"inside": inside_persons, "outside": outside_persons, "total": inside_persons + outside_persons}
    notes = [Note("population.raster_window", {"file": file, **facts})]
    bad_pixels = sum(strip.bad_pixels for strip in strips)
    if bad_pixels:
        notes.append(Note("population.raster_bad_pixels", {"file": file, "pixels": bad_pixels}))
    return tallied[~outside].reset_index(drop=True), tuple(notes)


def _pixel_grid(
    raster: rasterio.DatasetReader, file: str, zones: Zones, cell_m: int, towgs84: tuple[float, ...] | None
) -> PixelGrid:
    crs = _crs(raster, file, towgs84)
    to_metres = _to_metres(crs, zones.crs, file, towgs84)
    window = _window(raster, to_metres, zones)
    if window is None:
        raise _elsewhere(raster, crs, file, zones)
    side_m, pixel_m2 = _pixel_size(raster.transform, to_metres, window)
    parts = max(2, int(np.ceil(side_m * PARTS_PER_CELL / cell_m)))
    return PixelGrid(raster.transform, to_metres, window, parts, pixel_m2)


def _to_metres(
    crs: pyproj.CRS, metric: pyproj.CRS, file: str, towgs84: tuple[float, ...] | None
) -> pyproj.Transformer | Shift:
    if towgs84 is not None:
        return shifted_transformer(crs, towgs84, metric, file)
    return pyproj.Transformer.from_crs(crs, metric, always_xy=True)


def _crs(raster: rasterio.DatasetReader, file: str, towgs84: tuple[float, ...] | None) -> pyproj.CRS:
    crs = None if raster.crs is None else pyproj.CRS.from_wkt(raster.crs.to_wkt())
    if crs is None or towgs84 is None:
        require_known_datum(crs, file)
    if crs is None or crs.geodetic_crs is None:  # a local system of its own, tied to no place on earth
        raise DataError("layers.no_crs", file=file)
    return crs


def _window(raster: rasterio.DatasetReader, to_metres: pyproj.Transformer | Shift, zones: Zones) -> Window | None:
    """The pixels over the area's bounds, with a rim of two for what bends between the points of the box."""
    x, y = to_metres.transform(*_box_outline(*zones.root.total_bounds), direction="INVERSE")
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return None
    column, row = _to_map(~raster.transform, x[known], y[known])
    left, right = max(int(np.floor(column.min())) - 2, 0), min(int(np.ceil(column.max())) + 2, raster.width)
    top, bottom = max(int(np.floor(row.min())) - 2, 0), min(int(np.ceil(row.max())) + 2, raster.height)
    if left >= right or top >= bottom:
        return None
    return Window(left, top, right - left, bottom - top)


def _box_outline(
    west: float, south: float, east: float, north: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    along = np.linspace(0.0, 1.0, BOX_POINTS)
    still = np.zeros(BOX_POINTS)
    right = np.concatenate([along, along, still, still + 1])
    up = np.concatenate([still, still + 1, along, along])
    return west + right * (east - west), south + up * (north - south)


def _pixel_size(to_map: Affine, to_metres: pyproj.Transformer | Shift, window: Window) -> tuple[float, float]:
    """The longest side of a pixel at the window's corners and middle, metres, and the area of the middle one."""
    columns = window.col_off + np.array([0.0, 0.0, window.width - 1, window.width - 1, window.width // 2])
    rows = window.row_off + np.array([0.0, window.height - 1, 0.0, window.height - 1, window.height // 2])
    corners = [to_metres.transform(*_to_map(to_map, columns + right, rows + down)) for right, down in _CORNERS]
    steps = np.array([np.hypot(*np.subtract(corners[at], corners[0])) for at in (1, 2)])
    steps = np.where(np.isfinite(steps), steps, 0.0)
    return float(steps.max()), float(steps[0, -1] * steps[1, -1])


_CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))


def _elsewhere(raster: rasterio.DatasetReader, crs: pyproj.CRS, file: str, zones: Zones) -> DataError:
    return DataError(
        "population.raster_elsewhere",
        file=file,
        raster_box=_degrees(crs, *raster.bounds),
        area_box=_degrees(zones.crs, *zones.root.total_bounds),
    )


def _degrees(crs: pyproj.CRS, west: float, south: float, east: float, north: float) -> str:
    to_degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(west, south, east, north)
    return f"{west:.4f}–{east:.4f}°E, {south:.4f}–{north:.4f}°N"


def _read_strip(raster: rasterio.DatasetReader, strip: Window, file: str, grid: PixelGrid, finder: UnitFinder) -> Strip:
    persons, bad_pixels = _persons(raster, strip)
    row, column = np.nonzero(persons)
    values = persons[row, column]
    _require_plausible(values, grid.pixel_m2, file)
    batches = _elements(grid, finder, column + strip.col_off, row + strip.row_off, values)
    return Strip(tally(batches, finder.cell_m), bad_pixels)


def _elements(
    grid: PixelGrid,
    finder: UnitFinder,
    column: NDArray[np.int64],
    row: NDArray[np.int64],
    values: NDArray[np.float64],
) -> Iterator[Elements]:
    """Parts of pixels, some pixels at a time."""
    pixels_at_once = max(1, PARTS_AT_ONCE // grid.parts**2)
    for start in range(0, len(values), pixels_at_once):
        some = slice(start, start + pixels_at_once)
        yield _parts(grid, finder, column[some], row[some], values[some])


def _strips(window: Window) -> Iterator[Window]:
    rows = max(1, PIXELS_AT_ONCE // window.width)
    for top in range(window.row_off, window.row_off + window.height, rows):
        bottom = min(top + rows, window.row_off + window.height)
        yield Window(window.col_off, top, window.width, bottom - top)


def _persons(raster: rasterio.DatasetReader, strip: Window) -> tuple[NDArray[np.float64], int]:
    """Persons per pixel, 0 where the raster declares no data; and how many other pixels hold no number of people."""
    read = raster.read(1, window=strip, masked=True)
    values = read.data.astype(np.float64) * raster.scales[0] + raster.offsets[0]
    declared = np.ma.getmaskarray(read)
    with np.errstate(invalid="ignore"):
        bad = ~declared & ~((values >= 0) & (values < np.inf))
    return np.where(declared | bad, 0.0, values), int(bad.sum())


def _require_plausible(values: NDArray[np.float64], pixel_m2: float, file: str) -> None:
    absurd = (values > IMPLAUSIBLE_PERSONS) & (values > IMPLAUSIBLE_PERSONS_PER_M2 * pixel_m2)
    if absurd.any():
        raise DataError(
            "population.raster_implausible", file=file, value=float(values[absurd].max()), pixels=int(absurd.sum())
        )


def _parts(
    grid: PixelGrid,
    finder: UnitFinder,
    column: NDArray[np.int64],
    row: NDArray[np.int64],
    values: NDArray[np.float64],
) -> Elements:
    """Split pixels into ``parts x parts`` equal parts, each at its middle."""
    offset = (np.arange(grid.parts) + 0.5) / grid.parts
    right, down = (axis.ravel() for axis in np.meshgrid(offset, offset))
    columns, rows = (column[:, None] + right).ravel(), (row[:, None] + down).ravel()
    x, y = grid.to_metres.transform(*_to_map(grid.to_map, columns, rows))
    weight = np.repeat(values / grid.parts**2, grid.parts**2)
    known = np.isfinite(x) & np.isfinite(y)  # beyond the projection's reach, so far outside the area
    x, y = x[known], y[known]
    return Elements(x, y, weight[known], units_at(finder, x, y))


def _to_map(
    affine: Affine, column: NDArray[np.float64], row: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return affine.a * column + affine.b * row + affine.c, affine.d * column + affine.e * row + affine.f
