"""Heights of the ground from a terrain model."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from circle15.errors import DataError
from circle15.inputs.files.layers import require_known_datum
from circle15.inputs.files.present import require_file
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import rasterio
    from affine import Affine
    from numpy.typing import NDArray

    from circle15.model.study import TerrainSource

# No land lies outside these heights: such pixels hold no height.
LOWEST_M, HIGHEST_M = -500.0, 9000.0
RIM_PIXELS = 2
OUTLINE_POINTS = 101  # along each side of a box whose image in another projection is sought


@dataclass(frozen=True, eq=False)
class Terrain:
    """A part of a terrain model.

    Attributes
    ----------
    file
        Its name.
    height_m
        Floats, (rows, columns): NaN where it holds no height.
    to_pixel
        From the model's coordinates to columns and rows of ``height_m``; whole numbers are corners of pixels.
    to_model
        From the streets' coordinates to the model's.
    pixel_m
        The longer side of a pixel amid the streets, metres.
    """

    file: str
    height_m: NDArray[np.floating]
    to_pixel: Affine
    to_model: pyproj.Transformer
    pixel_m: float


def read_terrain(source: TerrainSource, folder: Path, crs: pyproj.CRS, xy: NDArray[np.float64]) -> Terrain:
    """Read the part of a terrain model around some places.

    Parameters
    ----------
    source, folder
        The file, a GeoTIFF with one band of heights in metres.
    crs, xy
        The streets' coordinate system, and places that lie all over them, (n, 2).

    Raises
    ------
    DataError
        No such file, a damaged one, a picture, without a coordinate system, on an old datum, or of elsewhere.
    """
    import rasterio  # Imported here: few studies have a terrain model.
    from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError

    path = folder / source.file
    require_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said as an error of our own
        try:
            with rasterio.open(path, driver="GTiff") as raster:
                return _terrain(raster, source, path.name, crs, xy)
        except (RasterioError, CRSError, pyproj.exceptions.CRSError, UnicodeDecodeError) as fault:
            raise DataError("terrain.unreadable", file=path.name) from fault


def _terrain(
    raster: rasterio.DatasetReader, source: TerrainSource, file: str, crs: pyproj.CRS, xy: NDArray[np.float64]
) -> Terrain:
    from rasterio.windows import Window

    if raster.count > 1 or np.dtype(raster.dtypes[0]).kind not in "iuf" or not abs(raster.transform.determinant) > 0:
        raise DataError("terrain.picture", file=file, bands=raster.count)
    own = None if raster.crs is None else pyproj.CRS.from_wkt(raster.crs.to_wkt())
    require_known_datum(own, file)
    if own is None or own.geodetic_crs is None:  # a local system of its own, tied to no place on earth
        raise DataError("layers.no_crs", file=file)
    to_model = transformer(crs, own)
    low, high = xy.min(axis=0), xy.max(axis=0)
    columns, rows = _in_pixels(~raster.transform, np.array(to_model.transform(*_outline(low, high))))
    left, right = _within(columns, raster.width)
    top, bottom = _within(rows, raster.height)
    if left >= right or top >= bottom:
        raise DataError("terrain.elsewhere", file=file, box=degrees_text(crs, low, high))
    window = Window(left, top, right - left, bottom - top)
    height_m = _heights(raster, window, source.nodata)
    return Terrain(
        file,
        height_m,
        ~_shifted(raster.transform, left, top),
        to_model,
        _pixel_m(raster.transform, to_model, (low + high) / 2),
    )


def _shifted(to_map: Affine, left: int, top: int) -> Affine:
    """From columns and rows of a window to the model's coordinates."""
    corner = to_map.a * left + to_map.b * top + to_map.c, to_map.d * left + to_map.e * top + to_map.f
    return type(to_map)(to_map.a, to_map.b, corner[0], to_map.d, to_map.e, corner[1])


def _heights(raster: rasterio.DatasetReader, window: object, nodata: float | None) -> NDArray[np.floating]:
    band = raster.read(1, window=window, masked=True)
    # Half the memory where the file itself is no finer: millimetres at the height of any mountain.
    precision = np.float64 if band.dtype == np.float64 else np.float32
    scaled = band.astype(precision) * precision(raster.scales[0]) + precision(raster.offsets[0])
    height_m: NDArray[np.floating] = np.ma.filled(scaled, np.nan)
    if nodata is not None:
        height_m[np.ma.getdata(band) == nodata] = np.nan
    with np.errstate(invalid="ignore"):
        height_m[~((height_m >= LOWEST_M) & (height_m <= HIGHEST_M))] = np.nan
    return height_m


def _outline(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    along, still = np.linspace(0.0, 1.0, OUTLINE_POINTS), np.zeros(OUTLINE_POINTS)
    right = np.concatenate([along, along, still, still + 1])
    up = np.concatenate([still, still + 1, along, along])
    return low[0] + right * (high[0] - low[0]), low[1] + up * (high[1] - low[1])


def _within(pixels: NDArray[np.float64], count: int) -> tuple[int, int]:
    """From which to which column or row the model is read."""
    known = pixels[np.isfinite(pixels)]
    if not len(known):
        return 0, 0
    low, high = np.floor(known.min()) - RIM_PIXELS, np.ceil(known.max()) + RIM_PIXELS
    return int(np.clip(low, 0, count)), int(np.clip(high, 0, count))


def _in_pixels(to_pixel: Affine, xy: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Columns and rows of places, (2, n)."""
    x, y = xy
    yield to_pixel.a * x + to_pixel.b * y + to_pixel.c
    yield to_pixel.d * x + to_pixel.e * y + to_pixel.f


def _pixel_m(to_map: Affine, to_model: pyproj.Transformer, middle: NDArray[np.float64]) -> float:
    """The longer side of a pixel about a place of the streets' system."""
    x, y = to_model.transform(*middle)
    xs, ys = np.array([x, x + to_map.a, x + to_map.b]), np.array([y, y + to_map.d, y + to_map.e])
    places = np.array(to_model.transform(xs, ys, direction="INVERSE"))
    return float(np.hypot(*(places[:, 1:] - places[:, :1])).max())


def heights_at(terrain: Terrain, xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Heights between the centres of pixels, bilinear, and which places lie beyond the model.

    Beyond the outermost centres, within half a pixel, the height is that of the outermost centres.

    Parameters
    ----------
    xy
        float64, (n, 2): places in the streets' coordinate system.

    Returns
    -------
    float64, (n,), NaN where one of the four centres around has no height or the place lies beyond the model; and
    bool, (n,).
    """
    column, row = _in_pixels(terrain.to_pixel, np.array(terrain.to_model.transform(*xy.T)))
    rows, columns = terrain.height_m.shape
    with np.errstate(invalid="ignore"):
        inside = (column >= 0) & (column <= columns) & (row >= 0) & (row <= rows)
    left, right_share = _between(np.where(inside, column, 0.5), columns)
    top, down_share = _between(np.where(inside, row, 0.5), rows)
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    corners = ((top, left), (top, right), (bottom, left), (bottom, right))
    here, beside, below, across = (terrain.height_m[at].astype(np.float64) for at in corners)
    # Written as differences, so that level ground gives its height to the last bit.
    along, down = beside - here, below - here
    twist = (across - below) - along
    height_m = here + right_share * along + down_share * down + right_share * down_share * twist
    return np.where(inside, height_m, np.nan), ~inside


def _between(pixel: NDArray[np.float64], count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The centre before each place, and how far it is from there to the next, 0 to 1."""
    centred = np.clip(pixel - 0.5, 0.0, count - 1.0)
    before = np.floor(centred).astype(np.int64)
    return before, centred - before


def degrees_text(crs: pyproj.CRS, low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    """A box as a planner reads it, for the file to ask for."""
    to_degrees = transformer(crs, 4326)
    west, south, east, north = to_degrees.transform_bounds(*low, *high)
    return f"{west:.4f}~{east:.4f}, {south:.4f}~{north:.4f}"
