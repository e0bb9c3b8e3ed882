"""From an old datum to WGS 84 by the parameters that a study gives.

PROJ knows no way from Beijing 1954 or Xian 1980 to WGS 84 or CGCS2000 and takes them as one, even where parameters are
bound to the coordinate system and the target is CGCS2000. So the shift is made here step by step: degrees on the old
ellipsoid, metres from the earth's middle, seven parameters, degrees on WGS 84; only then is anything projected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj.enums import TransformDirection

from circle15.errors import ConfigurationError
from circle15.model.projection import transformer

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Parameters = tuple[float, ...]

WGS84 = "EPSG:4326"
# Datums that need no parameters: to shift these would be a mistake.
NEW_DATUMS = ("wgs 84", "world geodetic system 1984", "china 2000", "cgcs2000", "china geodetic coordinate system 2000")

WITH_CRS = (".gpkg", ".shp", ".zip", ".geojson", ".json", ".tif", ".tiff", ".asc")


@dataclass(frozen=True, eq=False)
class Shift:
    """Several transformations one after another, called like one of ``pyproj``."""

    steps: tuple[pyproj.Transformer, ...]

    def transform(
        self, x: Floats, y: Floats, direction: TransformDirection | str = TransformDirection.FORWARD
    ) -> tuple[Floats, Floats]:
        """Transform x, y of one length, from the first step to the last, or back."""
        back = direction in (TransformDirection.INVERSE, "INVERSE")
        for step in reversed(self.steps) if back else self.steps:
            x, y = step.transform(x, y, direction=direction)
        return x, y


def helmert(crs: pyproj.CRS, towgs84: Parameters) -> pyproj.Transformer:
    """From degrees on the ellipsoid of ``crs`` to degrees on WGS 84, at height 0, longitude first.

    Parameters
    ----------
    crs
        On the old datum.
    towgs84
        Three or seven parameters: dx, dy, dz in metres; rotations rx, ry, rz in arc seconds; the scale in parts per
        million. Rotations turn the position vector (the Bursa-Wolf convention of TOWGS84), not the frame.

    Examples
    --------
    >>> there = helmert(pyproj.CRS("EPSG:4610"), (0.0, 0.0, 0.0))
    >>> lon, lat = there.transform(120.0, 30.0)
    >>> round(lon, 9), abs(lat - 30.0) < 1e-5
    (120.0, True)
    """
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        raise ConfigurationError("layers.no_ellipsoid", crs=crs.name)
    own = f"+a={ellipsoid.semi_major_metre!r} +b={ellipsoid.semi_minor_metre!r}"
    dx, dy, dz, rx, ry, rz, scale = (*towgs84, *[0.0] * (7 - len(towgs84)))
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart {own} "
        f"+step +proj=helmert +x={dx!r} +y={dy!r} +z={dz!r} +rx={rx!r} +ry={ry!r} +rz={rz!r} +s={scale!r} "
        "+convention=position_vector +step +inv +proj=cart +ellps=WGS84 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def require_own_crs(file: str) -> None:
    """Raise ``ConfigurationError`` where ``towgs84`` is given for a file that has no coordinate system to shift.

    Examples
    --------
    >>> require_own_crs("区划.shp")
    """
    if not file.lower().endswith(WITH_CRS):
        raise ConfigurationError("layers.towgs84_of_other", file=file)


def to_wgs84_by(crs: pyproj.CRS, towgs84: Parameters, file: str) -> Shift:
    """From the coordinates of a layer to degrees on WGS 84.

    Raises
    ------
    ConfigurationError
        The layer is on WGS 84 or CGCS2000 and needs no parameters.
    """
    own = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    geodetic = own.geodetic_crs
    if geodetic is None:
        raise ConfigurationError("layers.no_ellipsoid", crs=own.name)
    datum = f"{geodetic.name} {geodetic.datum.name if geodetic.datum is not None else ''}".lower().replace("_", " ")
    if any(name in datum for name in NEW_DATUMS):
        raise ConfigurationError("layers.towgs84_needless", file=file, crs=own.name)
    to_degrees = transformer(own, geodetic)
    return Shift((to_degrees, helmert(geodetic, towgs84)))


def shifted_transformer(crs: pyproj.CRS, towgs84: Parameters, target: pyproj.CRS, file: str) -> Shift:
    """From the coordinates of a layer to those of ``target``, by way of WGS 84."""
    onward = transformer(WGS84, target)
    return Shift((*to_wgs84_by(crs, towgs84, file).steps, onward))


def shifted_frame(frame: gpd.GeoDataFrame, towgs84: Parameters, file: str) -> gpd.GeoDataFrame:
    """A layer on WGS 84 degrees; vertices shifted one by one."""
    shift = to_wgs84_by(frame.crs, towgs84, file)

    def shifted(xy: Floats) -> Floats:
        return np.column_stack(shift.transform(xy[:, 0], xy[:, 1]))

    geometry = shapely.transform(frame.geometry.to_numpy(), shifted)
    moved: gpd.GeoDataFrame = frame.set_geometry(geometry).set_crs(WGS84, allow_override=True)
    return moved
