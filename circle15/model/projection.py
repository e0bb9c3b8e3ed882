"""The metric coordinate system of a place, and the ways from one system to another."""

from __future__ import annotations

from functools import lru_cache

import pyproj

# The mainland's extent, generous: a study at its rim may say its own CRS in study.toml.
CHINA_LON = (73.0, 136.0)
CHINA_LAT = (3.0, 54.0)
FIRST_MERIDIAN = 75
FIRST_EPSG = 4534
MOST_WAYS = 64


def metric_crs(lon: float, lat: float) -> pyproj.CRS:
    """The CGCS2000 3-degree Gauss-Krueger zone around a point in China, the WGS 84 UTM zone elsewhere.

    Parameters
    ----------
    lon, lat
        The middle of the district, degrees.

    Examples
    --------
    >>> metric_crs(121.6, 29.9).to_epsg()  # CGCS2000, central meridian 123 E
    4550
    >>> metric_crs(-15.4, 28.1).to_epsg()
    32628
    """
    if CHINA_LON[0] <= lon <= CHINA_LON[1] and CHINA_LAT[0] <= lat <= CHINA_LAT[1]:
        zone = min(max(round((lon - FIRST_MERIDIAN) / 3), 0), 20)
        return pyproj.CRS.from_epsg(FIRST_EPSG + zone)
    zone = min(int((lon + 180) // 6) + 1, 60)
    return pyproj.CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


@lru_cache(maxsize=MOST_WAYS)
def transformer(source: pyproj.CRS | str | int, target: pyproj.CRS | str | int) -> pyproj.Transformer:
    """The way from one coordinate system to another, x (east) before y (north) in both.

    Each is looked up once: PROJ takes its time to choose a way, and a study asks for the same few again and again.

    Examples
    --------
    >>> x, y = transformer(4326, 4549).transform(120.0, 30.0)
    >>> round(x), round(y)
    (500000, 3320113)
    """
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
