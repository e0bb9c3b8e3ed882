"""What coordinates look like that are no degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.inputs.files.values.coordinates import CHINA_LAT, CHINA_LON

if TYPE_CHECKING:
    from collections.abc import Sequence

# Metres north of the equator in China, and metres east within one zone of a Gauss-Krüger projection.
NORTH_M, EAST_M = (1_900_000.0, 6_000_000.0), (130_000.0, 870_000.0)
WEB_EAST_M, WEB_NORTH_M = (8_100_000.0, 15_200_000.0), (330_000.0, 7_200_000.0)
WEB_M_PER_DEGREE, NEAR_DEGREES = 111_319.49, 10.0
ZONE_M = 1_000_000
# Numbers before the easting: zones of 3 degrees and of 6 degrees over China.
ZONES_3, ZONES_6 = range(24, 46), range(13, 24)
WHOLE_DEGREES = (1e5, 1e6, 1e7)


def looks_like(first: float, second: float, lon: float) -> Label:
    """What two numbers that are no degrees probably are, whichever of them is the easting.

    Parameters
    ----------
    first, second
        The numbers.
    lon
        Degrees near which the place should lie: 13 500 000 may be Web Mercator in the east of China, or an easting of
        the 6-degree zone 13 in its west.

    Examples
    --------
    >>> looks_like(40520000.0, 3300000.0, lon=120.0).en
    'Gauss-Krüger metres with a zone number (3-degree zone 40, central meridian 120)'
    >>> looks_like(3300000.0, 500000.0, lon=120.0).en
    'Gauss-Krüger metres without a zone number'
    >>> looks_like(120510000.0, 30200000.0, lon=120.0).en
    'degrees without their decimal point'
    >>> looks_like(270.0, 30.0, lon=120.0).en
    'neither degrees nor known metres'
    """
    ways = ((first, second), (second, first))
    if any(_is_web_mercator(east, north, lon) for east, north in ways):
        return Label("网络墨卡托米制坐标", "Web Mercator metres")
    for east, north in ways:
        zone = _zone(east)
        if zone and _within(north, NORTH_M):
            return zone
        if _within(east, EAST_M) and _within(north, NORTH_M):
            return Label("不带带号的高斯投影米制坐标", "Gauss-Krüger metres without a zone number")
    if any(_is_degrees_by(by, east, north) for by in WHOLE_DEGREES for east, north in ways):
        return Label("缺小数点的经纬度", "degrees without their decimal point")
    return Label("既非经纬度也非常见的米制坐标", "neither degrees nor known metres")


def _is_web_mercator(east: float, north: float, lon: float) -> bool:
    near = abs(east / WEB_M_PER_DEGREE - lon) <= NEAR_DEGREES
    return near and _within(east, WEB_EAST_M) and _within(north, WEB_NORTH_M)


def _is_degrees_by(factor: float, east: float, north: float) -> bool:
    return _within(east / factor, CHINA_LON) and _within(north / factor, CHINA_LAT)


def commonest(looks: Sequence[Label]) -> Label:
    """What most rows look like; the smaller name of two equally common."""
    return min(looks, key=lambda label: (-looks.count(label), label.zh))


def _zone(east: float) -> Label | None:
    number, within_m = divmod(east, ZONE_M)
    if not _within(within_m, EAST_M):
        return None
    if number in ZONES_3:
        return _zone_label(3, int(number), 3 * int(number))
    return _zone_label(6, int(number), 6 * int(number) - 3) if number in ZONES_6 else None


def _zone_label(width: int, number: int, meridian: int) -> Label:
    return Label(
        f"带带号的高斯投影米制坐标（{width}度带第{number}带，中央经线{meridian}°）",
        f"Gauss-Krüger metres with a zone number ({width}-degree zone {number}, central meridian {meridian})",
    )


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
