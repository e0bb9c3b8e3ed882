"""The league without each service in turn: whether one list alone decides who stands where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.uncertainty.ranks import ranks_of
from circle15.assess.weights.compensability import PUBLISHED, combined
from circle15.assess.weights.league import roots_of_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REMOVAL_COLUMNS = (
    "level", "code", "name", "service", "score", "score_without", "score_change", "rank", "rank_without", "rank_change",
)  # fmt: skip


def removals_table(parts: pd.DataFrame, units: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Balanced access and rank of every unit with one service left out, the others' weights scaled up.

    Parameters
    ----------
    parts
        ``level, code, service, root_access``.
    units
        ``level, code, name``: the units to tell.
    weights
        The stated weight of each service.

    Returns
    -------
    pandas.DataFrame
        ``REMOVAL_COLUMNS``, per service and unit; ``rank_change`` above 0 where the unit stands better without the
        service. NaN where nothing is left.
    """
    rows = [row for level in units["level"].unique() for row in _of_level(parts, units, weights, level)]
    return pd.DataFrame(rows, columns=list(REMOVAL_COLUMNS))


def _of_level(
    parts: pd.DataFrame, units: pd.DataFrame, weights: Mapping[str, float], level: str
) -> Iterator[tuple[object, ...]]:
    here = units[units["level"] == level]
    roots, stated = roots_of_units(parts, here, list(weights)), np.array(list(weights.values()))
    scores = combined(roots, stated, PUBLISHED)
    ranks = _ranks(scores)
    for at, service in enumerate(weights):
        without = combined(roots, np.where(np.arange(len(stated)) == at, 0.0, stated), PUBLISHED)
        changed = _ranks(without)
        columns = (scores, without, without - scores, ranks, changed, ranks - changed)
        for unit, figures in zip(here.itertuples(index=False), np.column_stack(columns), strict=True):
            yield (level, unit.code, unit.name, service, *figures)


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Ranks, NaN where there is no score."""
    ranks = ranks_of(np.round(scores, 12)[None])[0].astype(np.float64)
    return np.where(np.isnan(scores), np.nan, ranks)
