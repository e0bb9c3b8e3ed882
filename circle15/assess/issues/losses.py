"""Which facility that closed or moved away the people of a shortfall had near them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.changes import facility_changes
from circle15.assess.issues.fixes import DIGITS, ground_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.issues.shortfalls import Run, Shortfalls

GONE = ("closed", "moved")


def list_changes(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """``facility_changes``, with ``old_x``, ``old_y``: where a facility was before (NaN for those that were added)."""
    changes = facility_changes(old, new)
    before = old.to_crs(new.crs)
    places = before.drop_duplicates(["service", "facility_id"]).set_index(["service", "facility_id"]).geometry
    points = places.reindex(pd.MultiIndex.from_arrays([changes["service"], changes["old_id"]]))
    return pd.DataFrame(changes.drop(columns="geometry")).assign(old_x=points.x.to_numpy(), old_y=points.y.to_numpy())


def lost_facilities(found: Shortfalls, changes: pd.DataFrame, run: Run, circles: Sequence[Circle]) -> list[str]:
    """Per shortfall the name of the closed or moved facility that most of its people had in reach; "" for none.

    In reach by the straight line, ways being as direct as usual in the study.

    Parameters
    ----------
    found
        The shortfalls of one run.
    changes
        What changed in the lists since the period before, as ``list_changes`` gives it.
    run, circles
        The run.
    """
    names = [""] * len(found.frame)
    gone = changes[changes["change"].isin(GONE)]
    for circle in circles:
        sites = gone[gone["service"] == circle.service.id]
        own = np.flatnonzero((found.frame["service"] == circle.service.id).to_numpy())
        if not len(sites) or not len(own):
            continue
        ground = ground_of(run.cells, circle, run.facilities, run.towns)
        limits = pd.Series(ground.straight_limit_m, index=run.cells["cell_id"].to_numpy())
        xy = sites[["old_x", "old_y"]].to_numpy(dtype=np.float64)
        for number in own.tolist():
            cells = found.members[found.members["shortfall"] == number]
            names[number] = _lost(cells, limits, xy, sites["old_name"].to_numpy(dtype=object))
    return names


def _lost(cells: pd.DataFrame, limits: pd.Series, xy: NDArray[np.float64], names: NDArray[np.object_]) -> str:
    places, persons = cells[["x", "y"]].to_numpy(dtype=np.float64), cells["persons"].to_numpy(dtype=np.float64)
    limit_m = limits.reindex(cells["cell_id"]).to_numpy(dtype=np.float64)
    had = np.array([persons[np.hypot(*(places - site).T) <= limit_m].sum() for site in xy])
    best = int(np.argmax(np.round(had, DIGITS)))
    return str(names[best]) if had[best] > 0 else ""
