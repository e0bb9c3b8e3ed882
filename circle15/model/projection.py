"""The metric coordinate system of a place."""

from __future__ import annotations

import pyproj

# The mainland's extent, generous: a study at its rim may say its own CRS in study.toml.
CHINA_LON = (73.0, 136.0)
CHINA_LAT = (3.0, 54.0)
FIRST_MERIDIAN = 75
FIRST_EPSG = 4534


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
