"""Longitude and latitude from the datum a list declares to WGS 84.

Maps sold in China shift every point by an offset that changes from place to place: GCJ-02 by 300 to 700 m, and
BD-09 further by about 1 km. Both are published as forward transforms only; the way back is found here by iterating,
exactly, not by the usual one-step guess that leaves metres behind.

The formulas are those of the public implementations (eviltransform, coordtransform).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from circle15.model.study import Datum

    Degrees = NDArray[np.float64]
    Transform = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

# Krasovsky 1940, on which the offset of GCJ-02 is computed.
SEMI_MAJOR_AXIS_M = 6378245.0
ECCENTRICITY_2 = 0.00669342162296594323
# GCJ-02 shifts points of this box only (west, east, south, north; degrees).
GCJ_BOX = (72.004, 137.8347, 0.8293, 55.8271)
BD_WAVE = 3000.0 / 180.0 * np.pi
# The offset changes by less than a tenth of a step, so each round wins more than a digit: the rounding of floats is
# reached early. A fixed count, so that a point's result does not hang on its neighbours in the list.
ROUNDS = 20


def to_wgs84(lon: Degrees, lat: Degrees, datum: Datum) -> tuple[Degrees, Degrees]:
    """Turn points of a declared datum to WGS 84.

    CGCS2000 and WGS 84 differ by centimetres and are taken as one.

    Parameters
    ----------
    lon, lat
        Shape (n,), degrees.
    datum
        ``wgs84``, ``cgcs2000``, ``gcj02`` or ``bd09``.

    Returns
    -------
    lon, lat
        Shape (n,), degrees; NaN where the input is NaN.

    Examples
    --------
    >>> lon, lat = to_wgs84(np.array([116.41024449916938]), np.array([39.91640428150164]), "gcj02")
    >>> round(float(lon[0]), 9), round(float(lat[0]), 9)
    (116.404, 39.915)
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if datum == "bd09":
        lon, lat = _invert(gcj02_to_bd09, lon, lat)
    if datum in ("bd09", "gcj02"):
        back_lon, back_lat = _invert(_shift_to_gcj02, lon, lat)
        shifted = in_gcj_box(lon, lat)
        lon, lat = np.where(shifted, back_lon, lon), np.where(shifted, back_lat, lat)
    return lon, lat


def shifted_to(lon: Degrees, lat: Degrees, datum: Datum) -> tuple[Degrees, Degrees]:
    """Degrees on WGS 84, shape (n,), as a map or list on ``datum`` says them: the way back from ``to_wgs84``.

    Examples
    --------
    >>> lon, lat = shifted_to(np.array([116.404]), np.array([39.915]), "gcj02")
    >>> round(float(lon[0]), 9), round(float(lat[0]), 9)
    (116.410244499, 39.916404282)
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if datum in ("gcj02", "bd09"):
        lon, lat = wgs84_to_gcj02(lon, lat)
    if datum == "bd09":
        lon, lat = gcj02_to_bd09(lon, lat)
    return lon, lat


def in_gcj_box(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Whether GCJ-02 shifts a point at all; shape (n,)."""
    west, east, south, north = GCJ_BOX
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS 84 degrees, shape (n,), to GCJ-02; points outside ``GCJ_BOX`` stay as they are."""
    shifted = in_gcj_box(lon, lat)
    gcj_lon, gcj_lat = _shift_to_gcj02(lon, lat)
    return np.where(shifted, gcj_lon, lon), np.where(shifted, gcj_lat, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift GCJ-02 degrees, shape (n,), to BD-09."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _shift_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Apply the published offset without asking whether the point lies in China."""
    east_m, north_m = _offset_m(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    curvature = 1.0 - ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_m = SEMI_MAJOR_AXIS_M * (1.0 - ECCENTRICITY_2) / curvature**1.5
    parallel_m = SEMI_MAJOR_AXIS_M / np.sqrt(curvature) * np.cos(phi)
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


def _offset_m(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Metres east and north at ``x``, ``y`` degrees from 105 E, 35 N."""

    def waves(z: Degrees, *terms: tuple[float, float]) -> Degrees:
        total = np.zeros_like(z)
        for metres, period in terms:
            total = total + metres * np.sin(z * np.pi / period)
        return total * 2.0 / 3.0

    root = np.sqrt(np.abs(x))
    short = waves(x, (20.0, 1 / 6), (20.0, 1 / 2))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    east_waves = waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))
    north_waves = waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
    return east + short + east_waves, north + short + north_waves


def _invert(forward: Transform, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Find the point that ``forward`` turns into (lon, lat): take off its own shift, again and again."""
    guess_lon, guess_lat = lon, lat
    for _ in range(ROUNDS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + (lon - there_lon), guess_lat + (lat - there_lat)
    return guess_lon, guess_lat
