"""What people call a coordinate system: the projection and its meridian, in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.words import say

if TYPE_CHECKING:
    import pyproj

GAUSS_KRUGER, UTM = "Gauss-Kruger", "UTM zone"
CGCS2000 = "China Geodetic Coordinate System 2000"
MERIDIAN = "Longitude of natural origin"


def system_name(crs: pyproj.CRS, lang: str) -> str:
    """A coordinate system as a map of the country says it, with its number.

    Examples
    --------
    >>> import pyproj
    >>> print(system_name(pyproj.CRS("EPSG:4549"), "zh"))
    CGCS2000 高斯-克吕格三度带投影，中央经线 120°E（EPSG:4549）
    >>> print(system_name(pyproj.CRS("EPSG:32628"), "en"))
    WGS 84 / UTM zone 28N (EPSG:32628)
    >>> print(system_name(pyproj.CRS("EPSG:4490"), "zh"))
    2000 国家大地坐标系（CGCS2000）经纬度（EPSG:4490）
    """
    named, epsg = _named(crs, lang), crs.to_epsg()
    return named if epsg is None else say("coordinate_systems.numbered", lang, system=named, epsg=epsg)


def _named(crs: pyproj.CRS, lang: str) -> str:
    name = str(crs.name)
    if crs.is_geographic and name == CGCS2000:
        return say("coordinate_systems.cgcs2000_degrees", lang)
    datum, _, projection = name.partition(" / ")
    if projection.startswith(UTM):
        return say("coordinate_systems.utm", lang, datum=datum, zone=projection.removeprefix(UTM).strip())
    if GAUSS_KRUGER not in projection:
        return name
    key = "three_degrees" if projection.startswith("3-degree") else "six_degrees"
    return say(f"coordinate_systems.{key}", lang, datum=datum, meridian=_meridian(crs))


def _meridian(crs: pyproj.CRS) -> str:
    projection = crs.coordinate_operation
    values = {each.name: each.value for each in projection.params} if projection is not None else {}
    degrees = float(values[MERIDIAN])
    return f"{abs(degrees):g}°{'E' if degrees >= 0 else 'W'}"
