"""The three states: served, in reach of a facility without a place left, out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.coverage import parts_of
from circle15.assess.empty import empty_table
from circle15.assess.units import total, units_of
from circle15.model.exact import persons_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.places import Places
    from circle15.assess.units import Unit

STATE_COLUMNS = (
    "level", "code", "name", "service", "group", "people", "served", "reachable_without_capacity", "out_of_reach",
    "served_share", "places_due",
)  # fmt: skip
NO_DATA = float("nan")


def states_table(zones: gpd.GeoDataFrame, places: Sequence[Places]) -> pd.DataFrame:
    """How many people of every unit are in each of the three states, per service.

    Parameters
    ----------
    zones
        ``level, code, name``.
    places
        Who finds a place, per service.

    Returns
    -------
    pandas.DataFrame
        ``STATE_COLUMNS``, per unit in the order of ``zones`` and per service. ``served`` (有服务),
        ``reachable_without_capacity`` (可达但容量不足) and ``out_of_reach`` (不可达) add up to ``people``
        exactly, and the first two to ``covered_people`` of the coverage table. Where nothing can be said of places the
        first two are NaN; ``served_share`` too, and where nobody lives. ``places_due`` are the places that the
        standard asks for all of them, NaN where it says nothing of them.
    """
    if not places:
        return empty_table(STATE_COLUMNS)
    persons = [each.circle.persons(each.cells) for each in places]
    served = [served_persons(each) for each in places]
    reached = [each.circle.served(each.cells) for each in places]
    rows = [
        _row(unit, each, of_group[unit.rows], with_place[unit.rows], near[unit.rows])
        for unit in units_of(zones, places[0].cells)
        for each, of_group, with_place, near in zip(places, persons, served, reached, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(STATE_COLUMNS))


def served_persons(places: Places) -> NDArray[np.float64]:
    """The people of each cell who find a place; NaN everywhere where nothing can be said."""
    persons = places.circle.persons(places.cells)
    if places.found is None:
        return np.full(len(persons), NO_DATA)
    return persons_with_place(persons, np.nan_to_num(places.served_share))


def persons_with_place(persons: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """The people of each cell who find a place, from the share of them who do.

    In steps as fine as those that people are counted in, so that towns add up to their district exactly.
    """
    step = persons_step(total(persons))
    part = np.minimum(np.floor(persons * share / step) * step, persons)
    return np.where(share == 1.0, persons, part)


def share_columns(places: Sequence[Places]) -> Iterator[tuple[str, pd.Series]]:
    """``<service>_served_share`` of the cells, by cell_id."""
    for each in places:
        yield (
            f"{each.circle.service.id}_served_share",
            pd.Series(each.served_share, index=each.cells["cell_id"].to_numpy()),
        )


def _row(
    unit: Unit,
    places: Places,
    persons: NDArray[np.float64],
    served: NDArray[np.float64],
    near: NDArray[np.bool_],
) -> tuple[object, ...]:
    people = total(persons)
    reached, beyond = parts_of(people, total(persons[near]))
    known = places.found is not None
    with_place, without = parts_of(reached, min(total(served[near]), reached)) if known else (NO_DATA, NO_DATA)
    return (
        *(unit.level, unit.code, unit.name, places.circle.service.id, places.circle.group),
        *(people, with_place, without, beyond),
        with_place / people if people > 0 else NO_DATA,
        people * places.per_head,
    )
