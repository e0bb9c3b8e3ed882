"""A raster's file: whether it can hold persons at all, and where its pixels lie."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import rasterio
from rasterio.enums import ColorInterp
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from circle15.errors import DataError
from circle15.inputs.files.helmert import Shift, shifted_transformer
from circle15.inputs.files.layers import require_known_datum
from circle15.inputs.files.present import require_file
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affine import Affine
    from numpy.typing import NDArray

    from circle15.model.zones import Zones

# Formats that hold their pixels themselves, by how their files begin; others (.vrt) send the reader on to files and
# addresses that they name.
DRIVERS = {
    "GTiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),  # + is BigTIFF
    "AAIGrid": (b"ncols", b"NCOLS", b"Ncols", b"NCols"),
}
# What the library raises at a damaged raster, or at one whose coordinate system is no text at all.
DAMAGE = (RasterioError, CRSError, pyproj.exceptions.CRSError, UnicodeDecodeError)
CACHE_MB = 128
PARTS_PER_CELL = 4  # along a cell's side, at least
MOST_PARTS = 2000  # along a pixel's side: 50 km with cells of 100 m, which no raster of people has
SPECKS_PER_CELL = 16  # pixels so small against a cell need not be split
BOX_POINTS = 101  # along each side of a box whose image in another projection is sought


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
    side_m, pixel_m2
        The longest side and the area of a pixel amid the window.
    covers_all
        Whether the raster reaches beyond the area on every side.
    """

    to_map: Affine
    to_metres: pyproj.Transformer | Shift
    window: Window
    parts: int
    side_m: float
    pixel_m2: float
    covers_all: bool


@contextmanager
def opened_raster(path: Path) -> Iterator[rasterio.DatasetReader]:
    """The raster of a file, checked for what can be said without its pixels.

    Raises
    ------
    DataError
        No such file, not a GeoTIFF or ASCII grid, several bands, a picture, complex numbers, or pixels of no size.
    """
    require_file(path)
    driver = _driver(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said as an error of our own
        try:
            with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(path, driver=driver) as raster:
                _require_persons(raster, path.name)
                yield raster
        except DAMAGE as fault:
            raise DataError("population.raster_unreadable", file=path.name) from fault


def _driver(path: Path) -> str:
    with path.open("rb") as file:
        begins = file.read(16).lstrip()
    for driver, marks in DRIVERS.items():
        if begins.startswith(marks):
            return driver
    raise DataError("population.raster_unreadable", file=path.name)


def _require_persons(raster: rasterio.DatasetReader, file: str) -> None:
    """Refuse what cannot be a raster of persons; a second band that only says which pixels hold data is no fault."""
    if any(band != ColorInterp.alpha for band in raster.colorinterp[1:]):
        raise DataError("population.raster_bands", file=file, bands=raster.count)
    if raster.colorinterp[0] == ColorInterp.palette or np.dtype(raster.dtypes[0]).kind not in "iuf":
        raise DataError("population.raster_picture", file=file)
    if not abs(raster.transform.determinant) > 0:
        raise DataError("population.raster_flat", file=file)


def pixel_grid(
    raster: rasterio.DatasetReader, file: str, zones: Zones, cell_m: int, towgs84: tuple[float, ...] | None = None
) -> PixelGrid:
    """Where the pixels lie in the study's metres.

    Raises
    ------
    DataError
        No coordinate system or an old datum, or a raster of elsewhere.
    """
    crs = _crs(raster, file, towgs84)
    to_metres = _to_metres(crs, zones.crs, file, towgs84)
    box = _box_in_pixels(raster, to_metres, zones)
    window = None if box is None else _window(raster, box)
    if box is None or window is None:
        raise _elsewhere(raster, crs, file, zones)
    left, top, right, bottom = box
    covers_all = left >= 0 and top >= 0 and right <= raster.width and bottom <= raster.height
    side_m, pixel_m2 = _pixel_size(raster.transform, to_metres, window)
    least = 1 if side_m * SPECKS_PER_CELL <= cell_m else 2
    parts = max(least, int(np.ceil(side_m * PARTS_PER_CELL / cell_m)))
    if parts > MOST_PARTS:
        raise DataError("population.raster_huge_pixels", file=file, km=side_m / 1000)
    return PixelGrid(raster.transform, to_metres, window, parts, side_m, pixel_m2, covers_all)


def _to_metres(
    crs: pyproj.CRS, metric: pyproj.CRS, file: str, towgs84: tuple[float, ...] | None
) -> pyproj.Transformer | Shift:
    if towgs84 is not None:
        return shifted_transformer(crs, towgs84, metric, file)
    return transformer(crs, metric)


def _crs(raster: rasterio.DatasetReader, file: str, towgs84: tuple[float, ...] | None) -> pyproj.CRS:
    crs = None if raster.crs is None else pyproj.CRS.from_wkt(raster.crs.to_wkt())
    if crs is None or towgs84 is None:
        require_known_datum(crs, file)
    if crs is None or crs.geodetic_crs is None:  # a local system of its own, tied to no place on earth
        raise DataError("layers.no_crs", file=file)
    return crs


def _box_in_pixels(
    raster: rasterio.DatasetReader, to_metres: pyproj.Transformer | Shift, zones: Zones
) -> tuple[float, float, float, float] | None:
    """The columns and rows between which the area lies: left, top, right, bottom."""
    x, y = to_metres.transform(*_box_outline(*zones.root.total_bounds), direction="INVERSE")
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return None
    column, row = apply_affine(~raster.transform, x[known], y[known])
    if not (np.isfinite(column).all() and np.isfinite(row).all()):  # pixels of a size that no number holds
        return None
    return float(column.min()), float(row.min()), float(column.max()), float(row.max())


def _window(raster: rasterio.DatasetReader, box: tuple[float, float, float, float]) -> Window | None:
    """The pixels over the area's bounds, with a rim of two for what bends between the points of the box."""
    left, right = max(int(np.floor(box[0])) - 2, 0), min(int(np.ceil(box[2])) + 2, raster.width)
    top, bottom = max(int(np.floor(box[1])) - 2, 0), min(int(np.ceil(box[3])) + 2, raster.height)
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
    corners = [to_metres.transform(*apply_affine(to_map, columns + right, rows + down)) for right, down in _CORNERS]
    along, across = (np.nan_to_num(np.subtract(corners[at], corners[0]), posinf=0.0, neginf=0.0) for at in (1, 2))
    longest = max(float(np.hypot(*step).max()) for step in (along, across))
    return longest, float(abs(along[0] * across[1] - along[1] * across[0])[-1])


_CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))


def _elsewhere(raster: rasterio.DatasetReader, crs: pyproj.CRS, file: str, zones: Zones) -> DataError:
    return DataError(
        "population.raster_elsewhere",
        file=file,
        raster_box=_degrees(crs, *_bounds(raster)),
        area_box=_degrees(zones.crs, *zones.root.total_bounds),
    )


def _bounds(raster: rasterio.DatasetReader) -> tuple[float, float, float, float]:
    """West, south, east, north, of a raster that lies askew or upside down too."""
    columns, rows = np.array([0.0, raster.width, 0.0, raster.width]), np.array([0.0, 0.0, raster.height, raster.height])
    x, y = apply_affine(raster.transform, columns, rows)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _degrees(crs: pyproj.CRS, west: float, south: float, east: float, north: float) -> str:
    to_degrees = transformer(crs, 4326)
    west, south, east, north = to_degrees.transform_bounds(west, south, east, north)
    return f"{west:.4f}–{east:.4f}°E, {south:.4f}–{north:.4f}°N"


def apply_affine(
    affine: Affine, column: NDArray[np.float64], row: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where columns and rows lie by an affine transformation, element by element."""
    return affine.a * column + affine.b * row + affine.c, affine.d * column + affine.e * row + affine.f
