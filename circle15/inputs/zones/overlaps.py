"""Land that two units of one level both claim, and that is no sliver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from circle15.errors import DataError
from circle15.inputs.zones.slivers import is_overlap_sliver

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray


def overlap_faults(units: gpd.GeoDataFrame) -> list[DataError]:
    """Find units of one level that share more land than a sliver.

    Parameters
    ----------
    units
        ``level, code, name, file`` and valid polygons in metres.
    """
    faults: list[DataError] = []
    for rows in units.groupby("level", sort=True).indices.values():
        of_level = units.iloc[rows].sort_values(["code", "name"], kind="stable").reset_index(drop=True)
        names, codes, files = (of_level[column].to_numpy(dtype=object) for column in ("name", "code", "file"))
        faults += [
            DataError(
                "zones.overlap",
                file=files[a],
                name=names[a],
                code=codes[a],
                other=names[b],
                other_code=codes[b],
                m2=float(shapely.area(shared)),
            )
            for a, b, shared in _claimed_twice(of_level.geometry.to_numpy())
        ]
    return faults


def _claimed_twice(shapes: NDArray[np.object_]) -> list[tuple[int, int, shapely.Geometry]]:
    """Pairs of rows, in order, and the land they share where it is no sliver."""
    if shapely.coverage_is_valid(shapes):
        return []
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = pairs[:, pairs[0] < pairs[1]]
    one, other = pairs[:, np.lexsort((pairs[1], pairs[0]))]
    shared = shapely.intersection(shapes[one], shapes[other])
    smaller_m2 = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    return [
        (int(a), int(b), land)
        for a, b, land, m2 in zip(one, other, shared, smaller_m2, strict=True)
        if not is_overlap_sliver(land, float(m2))
    ]
