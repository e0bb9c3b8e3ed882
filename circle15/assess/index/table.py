"""The index of every unit, from its parts and the services' weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.index.scores import NO_DATA, UnitMeans, exact_mean, unit_scores
from circle15.assess.units import listed_level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

SCORE_COLUMNS = (
    "access", "balanced_access", "balance", "balance_people", "balance_services", "balance_between", "balance_within",
    "quality", "overall", "quality_weight",
)  # fmt: skip
INDEX_COLUMNS = ("level", "code", "name", "people", *SCORE_COLUMNS)


def index_table(
    parts: pd.DataFrame, weights: Mapping[str, float], people: pd.DataFrame, listed: str | None = None
) -> pd.DataFrame:
    """The index of every unit.

    Parameters
    ----------
    parts
        What ``index_parts`` or ``combine_parts`` gives.
    weights
        Weight of each service; need not add up to 1.
    people
        ``level, code, name, people``: the units to report, with all their people.
    listed
        The level of the listed units (towns) that balance is split by; by default that of ``parts``.

    Returns
    -------
    pandas.DataFrame
        ``INDEX_COLUMNS``, in the order of ``people``; fractions of the fixed standard, between 0 and 1. A service
        whose group has no people in a unit is left out there and the others' weights renormalised. ``balance``
        and its factors are NaN where ``access`` is 0, ``balance_between`` and ``balance_within`` where a unit has no
        listed units (towns) below it, ``quality`` and ``overall`` where no service has supply data; all are NaN where
        nobody lives. ``quality_weight`` is the share of the weights whose services have supply data.
    """
    services = list(dict.fromkeys(parts["service"]))
    means = unit_means(parts, people, services, listed)
    given = np.array([weights[service] for service in services], dtype=np.float64)
    scores = unit_scores(means, given, exact_mean)
    columns = {column: getattr(scores, column) for column in SCORE_COLUMNS}
    units = people[["level", "code", "name", "people"]].reset_index(drop=True)
    return pd.concat([units, pd.DataFrame(columns, index=units.index)], axis=1)


def unit_means(
    parts: pd.DataFrame, units: pd.DataFrame, services: Sequence[str], listed: str | None = None
) -> UnitMeans:
    """The parts as arrays (units, services), to be scored under many weights.

    Parameters
    ----------
    parts
        As for ``index_table``.
    units
        ``level, code``: the rows of the arrays.
    services
        Ids: the columns of the arrays.
    listed
        As for ``index_table``.

    Returns
    -------
    UnitMeans
        People are 0 where ``parts`` have no such row. ``listed_root_square`` is NaN for units of the listed level: a
        town holds no towns.
    """
    keys = zip(parts["level"].tolist(), parts["code"].tolist(), parts["service"].tolist(), strict=True)
    row_of = {key: row for row, key in enumerate(keys)}
    of_units = zip(units["level"].tolist(), units["code"].tolist(), strict=True)
    wanted = [row_of.get((*unit, service), -1) for unit in of_units for service in services]
    found, shape = np.array(wanted, dtype=np.int64), (len(units), len(services))

    def column(name: str) -> NDArray[np.float64]:
        values = np.append(parts[name].to_numpy(dtype=np.float64), NO_DATA)
        return values[found].reshape(shape)

    people = np.nan_to_num(column("people"))
    squares = column("listed_root_square")
    if len(parts):
        squares[(units["level"] == (listed or listed_level(set(parts["level"])))).to_numpy()] = NO_DATA
    return UnitMeans(people, column("access"), column("root_access"), column("root_supply"), squares)
