"""Boxes of degrees: which features of a large layer may matter to a small area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pyproj

from circle15.model.projection import transformer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Box = tuple[float, float, float, float]

WGS84 = "EPSG:4326"
# A straight side in one projection bends in another, by far less than these: of the box's side, and in degrees.
BEND_SHARE = 0.02
BEND_DEGREES = 0.002
# Places of a box's rim that are asked for their degrees, along each axis.
RIM = np.array([[0, 0], [0, 0.5], [0, 1], [0.5, 0], [0.5, 1], [1, 0], [1, 0.5], [1, 1]])


def degrees_around(bounds: NDArray[np.float64], crs: pyproj.CRS) -> Box:
    """West, south, east, north in degrees of a box that surely holds ``bounds``, in units of ``crs``."""
    to_degrees = transformer(crs, WGS84)
    west, south, east, north = to_degrees.transform_bounds(bounds[0], bounds[1], bounds[2], bounds[3])
    return west - BEND_DEGREES, south - BEND_DEGREES, east + BEND_DEGREES, north + BEND_DEGREES


def fids_around(path: Path, layer: str | None, crs: pyproj.CRS, around: Box) -> tuple[NDArray[np.int64], ...]:
    """Features whose own box may touch a box of degrees: their numbers in the file and their rows, counted from 0.

    Only boxes are read, so a province fits where its shapes would not. Features without a shape, without an extent
    (points) or with coordinates that are no places on earth are all given: they are for the reader to judge.
    """
    fids, bounds = pyogrio.read_bounds(path, layer=layer)
    near = may_touch(np.asarray(bounds, dtype=np.float64).T, crs, around)
    return np.asarray(fids, dtype=np.int64)[near], np.flatnonzero(near)


def may_touch(bounds: NDArray[np.float64], crs: pyproj.CRS, around: Box) -> NDArray[np.bool_]:
    """Whether features with these bounds, (n, 4) in units of ``crs``, may touch a box of degrees; True in doubt.

    Examples
    --------
    >>> bounds = np.array([[120.0, 30.0, 120.1, 30.1], [121.0, 30.0, 121.1, 30.1], [np.nan] * 4])
    >>> may_touch(bounds, pyproj.CRS("EPSG:4326"), (119.0, 29.0, 120.05, 31.0)).tolist()
    [True, False, True]
    """
    least, most = _degrees_of_rims(bounds, crs)
    with np.errstate(invalid="ignore"):  # of shapes that have no place
        extent = most - least
        spare = extent.max(axis=1, keepdims=True) * BEND_SHARE + BEND_DEGREES
        apart = (most + spare < around[:2]).any(axis=1) | (least - spare > around[2:]).any(axis=1)
        on_earth = (np.abs(least) <= (180.0, 90.0)).all(axis=1) & (np.abs(most) <= (180.0, 90.0)).all(axis=1)
        touches: NDArray[np.bool_] = ~(apart & on_earth & (extent > 0).all(axis=1))
    return touches


def _degrees_of_rims(bounds: NDArray[np.float64], crs: pyproj.CRS) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the greatest longitude and latitude along the rims of boxes, each (n, 2)."""
    low, side = bounds[:, None, :2], (bounds[:, 2:] - bounds[:, :2])[:, None, :]
    rim = low + RIM * side
    to_degrees = transformer(crs, WGS84)
    degrees = np.stack(to_degrees.transform(rim[..., 0], rim[..., 1]), axis=-1)
    return degrees.min(axis=1), degrees.max(axis=1)
