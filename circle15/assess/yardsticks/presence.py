"""Presence: the share of towns or villages that have a site, in them or named as served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.assess.empty import table_of
from circle15.assess.units import total
from circle15.assess.yardsticks.units import chains

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from circle15.assess.circles import Circle
    from circle15.assess.yardsticks.units import Chain

PRESENCE_COLUMNS = (
    "level", "code", "name", "service", "presence_level", "villages", "least", "flag", "units", "units_located",
    "units_named", "units_delivered", "units_unknown", "units_missing", "presence_share", "share_with_delivery",
    "people", "people_without",
)  # fmt: skip
NO_DATA = float("nan")
# What counts as having one.
PRESENT = ("located", "named")


def presence_table(states: pd.DataFrame, zones: gpd.GeoDataFrame, circles: Sequence[Circle]) -> pd.DataFrame:
    """The share of towns or villages that have a site, per unit and service.

    Parameters
    ----------
    states
        What ``unit_presence`` gives.
    zones
        ``level, code, name, parent_code``.
    circles
        As there.

    Returns
    -------
    pandas.DataFrame
        ``PRESENCE_COLUMNS``, per unit at or above the level asked, in the order of ``zones``, and per service.
        ``units`` are the towns or villages that ought to have a site; ``units_located``, ``units_named``,
        ``units_delivered``, ``units_unknown`` and ``units_missing`` add up to them. ``presence_share`` is of those
        with a site in them or named as served; in ``share_with_delivery`` those only delivered to count too. Both are
        NaN where no unit is asked (a study without villages), and where nothing is known of the flag asked for.
        ``people_without`` live in units that have no site and are not named.
    """
    above = chains(zones)
    counts = _counts(states, above)
    rows = [
        _row((level, code, name), circle, counts)
        for level, code, name in zip(zones["level"], zones["code"], zones["name"], strict=True)
        for circle in circles
        if circle.service.presence is not None and _at_or_above(level, circle.service.presence.level)
    ]
    return table_of(rows, PRESENCE_COLUMNS)


def _at_or_above(level: str, asked: str) -> bool:
    return level != "village" or asked == "village"


def _counts(
    states: pd.DataFrame, above: Mapping[tuple[str, str], Chain]
) -> dict[tuple[str, str, str], dict[str, list[float]]]:
    """Per service and unit, of the units in it by state: the people of each."""
    counts: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    columns = (states[column] for column in ("service", "level", "code", "state", "people"))
    for service, own_level, own_code, state, people in zip(*columns, strict=True):
        for level, code in above[own_level, own_code]:
            counts.setdefault((service, level, code), {}).setdefault(state, []).append(people)
    return counts


def _row(
    unit: tuple[str, str, str], circle: Circle, counts: Mapping[tuple[str, str, str], Mapping[str, Sequence[float]]]
) -> tuple[object, ...]:
    presence = circle.service.presence
    assert presence is not None
    by_state = counts.get((circle.service.id, *unit[:2]), {})
    located, named, delivered, unknown, missing = (
        float(len(by_state.get(state, ()))) for state in ("located", "named", "delivered", "unknown", "none")
    )
    units = located + named + delivered + unknown + missing
    people = [held for of_state in by_state.values() for held in of_state]
    without = [held for state, of_state in by_state.items() if state not in PRESENT for held in of_state]
    # Where of some units nothing is known the share lies between two numbers; it is not guessed.
    known = units > 0 and unknown == 0
    return (
        *unit,
        *(circle.service.id, presence.level, presence.villages, float(presence.count), presence.flag or ""),
        *(units, located, named, delivered, unknown, missing),
        (located + named) / units if known else NO_DATA,
        (located + named + delivered) / units if known else NO_DATA,
        total(np.array(people, dtype=np.float64)),
        total(np.array(without, dtype=np.float64)),
    )
