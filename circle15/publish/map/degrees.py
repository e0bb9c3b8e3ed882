"""From a study's metric system to degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyproj

from circle15.model.projection import transformer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


def degrees_of(crs: pyproj.CRS, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Longitudes and latitudes (WGS 84) of places given in a system.

    Examples
    --------
    >>> import numpy as np
    >>> [degrees.round(6).tolist() for degrees in degrees_of(pyproj.CRS(4326), np.array([120.5]), np.array([30.0]))]
    [[120.5], [30.0]]
    """
    lon, lat = transformer(crs, 4326).transform(x, y)
    return lon, lat
