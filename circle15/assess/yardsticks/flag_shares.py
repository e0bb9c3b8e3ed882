"""The share of facilities, and of their places, that carry a quality flag (普惠, 公办, 规范化)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.empty import table_of
from circle15.assess.flags import carries_flag, flag_known
from circle15.assess.units import total
from circle15.assess.yardsticks.units import facility_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle

FLAG_SHARE_COLUMNS = (
    "level", "code", "name", "service", "flag", "facilities", "flag_unknown", "flagged_facilities", "flag_share",
    "capacity_unknown", "known_capacity", "flagged_capacity", "capacity_flag_share",
)  # fmt: skip
NO_DATA = float("nan")


def flag_shares_table(facilities: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle]) -> pd.DataFrame:
    """How much of what every unit has carries a flag.

    Parameters
    ----------
    facilities
        ``service, inside, capacity`` (NaN where not known), points; ``flags_told`` and ``flag_<name>``.
    zones
        ``level, code, name, geometry``.
    circles
        The deciding circle of each service.

    Returns
    -------
    pandas.DataFrame
        ``FLAG_SHARE_COLUMNS``, per unit in the order of ``zones``, per service and flag. ``flag_share`` is of those
        facilities of which the flag is known, NaN where there are none; ``flag_unknown`` are the others.
        ``capacity_flag_share`` is of the places of those of which both flag and capacity are known;
        ``capacity_unknown`` are facilities that are left out of it for want of a capacity, and capacities are NaN
        throughout where the service counts none.
    """
    held = {str(level): codes.to_numpy() for level, codes in facility_units(facilities, zones).items()}
    capacity = facilities["capacity"].to_numpy(dtype=np.float64)
    kinds = [
        (circle, flag, (facilities["service"] == circle.service.id).to_numpy(), *_flag(facilities, flag))
        for circle in circles
        for flag in circle.service.quality_flags
    ]
    rows = [
        (
            *(level, code, name, circle.service.id, flag),
            *_figures(
                own & (held[level] == code),
                known,
                carried,
                capacity,
                circle.service.capacity_unit is not None,
            ),
        )
        for level, code, name in zip(zones["level"], zones["code"], zones["name"], strict=True)
        for circle, flag, own, known, carried in kinds
    ]
    return table_of(rows, FLAG_SHARE_COLUMNS)


def _flag(facilities: gpd.GeoDataFrame, flag: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return flag_known(facilities, flag), carries_flag(facilities, flag)


def _figures(
    here: NDArray[np.bool_],
    known: NDArray[np.bool_],
    carried: NDArray[np.bool_],
    capacity: NDArray[np.float64],
    counted: bool,
) -> tuple[float, ...]:
    asked, flagged = here & known, here & carried
    sites = (float(here.sum()), float((here & ~known).sum()), float(flagged.sum()))
    if not counted:
        return (*sites, _share(flagged.sum(), asked.sum()), NO_DATA, NO_DATA, NO_DATA, NO_DATA)
    measured = asked & ~np.isnan(capacity)
    places, with_flag = total(capacity[measured]), total(capacity[measured & carried])
    return (
        *sites,
        _share(flagged.sum(), asked.sum()),
        *(float((asked & ~measured).sum()), places, with_flag, _share(with_flag, places)),
    )


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else NO_DATA
