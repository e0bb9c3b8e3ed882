"""The tables of what the index can carry: intervals and tiers, settled pairs, and which source makes the spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.empty import empty_table
from circle15.assess.uncertainty.parameters import SOURCES
from circle15.assess.uncertainty.ranks import (
    HIGH,
    LOW,
    NO_TIER,
    SETTLED,
    beats,
    rank_intervals,
    ranks_of,
    tiers,
)
from circle15.assess.uncertainty.sobol import sobol_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from circle15.assess.uncertainty.draws import Draws
    from circle15.assess.uncertainty.sobol import Shares

UNCERTAINTY_COLUMNS = (
    "level", "code", "name", "score", "score_low", "score_median", "score_high",
    "rank", "rank_low", "rank_high", "tier", "tier_units", "pairs_settled", "draws",
)  # fmt: skip
PAIR_COLUMNS = ("level", "code", "name", "other_code", "other_name", "beats_share", "settled")
SENSITIVITY_COLUMNS = (
    "level", "code", "name", "outcome", "source", "first_order", "first_error", "total_order", "total_error", "draws",
)  # fmt: skip
TEXT = ("level", "code", "name", "other_code", "other_name", "outcome", "source", "service", "scheme")
NO_DATA = float("nan")
# Beyond, pairs are too many to be compared in every draw: such a level has intervals, and no tiers.
MOST_COMPARED = 400


@dataclass(frozen=True, eq=False)
class UncertaintyTables:
    """Frames with the columns named above."""

    uncertainty: pd.DataFrame
    settled_pairs: pd.DataFrame
    sensitivity: pd.DataFrame


def uncertainty_tables(
    draws: Draws, units: pd.DataFrame, published: NDArray[np.float64], listed_level: str
) -> UncertaintyTables:
    """All tables of a study's draws.

    Parameters
    ----------
    draws
        From ``run_draws``.
    units
        ``level, code, name``: what the columns of the draws are.
    published
        (units,): the published scores.
    listed_level
        The level of the league, whose pairs are told one by one.
    """
    rows = [row for level in units["level"].unique() for row in _rows_of_level(draws, units, published, level)]
    return UncertaintyTables(
        pd.DataFrame(rows, columns=list(UNCERTAINTY_COLUMNS)),
        _pairs(draws, units, published, listed_level),
        pd.DataFrame(_sensitivity(draws, units, published, listed_level), columns=list(SENSITIVITY_COLUMNS)),
    )


def _rows_of_level(
    draws: Draws, units: pd.DataFrame, published: NDArray[np.float64], level: str
) -> Iterator[tuple[object, ...]]:
    here = np.flatnonzero(units["level"] == level)
    scores, own = draws.all[:, here], published[here]
    ranks, (low, high) = ranks_of(own[None])[0], rank_intervals(ranks_of(scores))
    tier, settled = _tiers(scores, own)
    alone = (~np.isnan(own)).sum() < 2
    # Strict and soft scores are on scales of their own: an interval over both would say nothing of either.
    bounds = np.quantile(scores[draws.as_scored if draws.as_scored.any() else slice(None)], [LOW, 0.5, HIGH], axis=0)
    for at, unit in enumerate(here):
        # One unit alone in its level stands nowhere among others: a first place would be told of nothing.
        known = not (alone or np.isnan(own[at]))
        yield (
            *(level, units["code"].iloc[unit], units["name"].iloc[unit], own[at], *bounds[:, at]),
            *(float(value[at]) if known else NO_DATA for value in (ranks, low, high)),
            *(
                (float(tier[at]), float((tier == tier[at]).sum()))
                if known and tier[at] != NO_TIER
                else (NO_DATA, NO_DATA)
            ),
            settled[at],
            len(scores),
        )


def _tiers(
    scores: NDArray[np.float64], published: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The tier of each unit of a level, and the share of its pairs that are settled."""
    if len(published) > MOST_COMPARED:
        return np.full(len(published), NO_TIER), np.full(len(published), NO_DATA)
    shares = beats(scores)
    counted = (~np.isnan(shares)).sum(axis=1)
    settled = (np.fmax(shares, 1 - shares) >= SETTLED).sum(axis=1)
    return tiers(published, shares), np.divide(settled, counted, out=np.full(len(counted), NO_DATA), where=counted > 0)


def _pairs(draws: Draws, units: pd.DataFrame, published: NDArray[np.float64], level: str) -> pd.DataFrame:
    """Every pair of the league once, the unit with the higher published score first."""
    here = np.flatnonzero((units["level"] == level) & ~np.isnan(published))
    here = here[np.lexsort((here, -published[here]))]
    if len(here) > MOST_COMPARED:
        here = here[:0]
    shares = beats(draws.all[:, here])
    above, below = np.triu_indices(len(here), 1)
    codes, names = units["code"].to_numpy(dtype=object)[here], units["name"].to_numpy(dtype=object)[here]
    won = shares[above, below]
    columns = (level, codes[above], names[above], codes[below], names[below], won, np.fmax(won, 1 - won) >= SETTLED)
    return pd.DataFrame(dict(zip(PAIR_COLUMNS, columns, strict=True)))


def nothing_drawn() -> UncertaintyTables:
    """The tables of a study that draws nothing: no rows."""
    pairs = empty_table(PAIR_COLUMNS, TEXT).astype({"settled": "bool"})
    columns = (UNCERTAINTY_COLUMNS, SENSITIVITY_COLUMNS)
    uncertain, sensitive = (empty_table(each, TEXT).astype({"draws": "int64"}) for each in columns)
    return UncertaintyTables(uncertain, pairs, sensitive)


def settled_pairs_share(pairs: pd.DataFrame) -> float:
    """The share of the league's pairs whose order is settled; NaN where there is none. From ``settled_pairs``."""
    return float(pairs["settled"].mean()) if len(pairs) else NO_DATA


def _sensitivity(
    draws: Draws, units: pd.DataFrame, published: NDArray[np.float64], level: str
) -> Iterator[tuple[object, ...]]:
    """The score of each compared unit by source, then how far the league is thrown about."""
    own = draws.compared
    shares = sobol_shares(draws.a[:, own], draws.b[:, own], draws.mixed)
    for at, unit in enumerate(own):
        told = (units["level"].iloc[unit], units["code"].iloc[unit], units["name"].iloc[unit], "score")
        yield from _of_sources(told, shares, at, 2 * len(draws.a))
    league = np.flatnonzero((units["level"].to_numpy()[own] == level) & ~np.isnan(published[own]))
    if len(league) > 1:
        shift = _rank_shift(draws, published, league)
        yield from _of_sources((level, "", "", "rank_shift"), shift, 0, 2 * len(draws.a))


def _rank_shift(draws: Draws, published: NDArray[np.float64], league: NDArray[np.int64]) -> Shares:
    """Of the mean number of places that a unit of the league is away from its published rank (Saisana et al. 2005)."""
    own = draws.compared[league]
    ranks = ranks_of(published[own][None])[0]

    def shift(scores: NDArray[np.float64]) -> NDArray[np.float64]:
        away: NDArray[np.float64] = np.abs(ranks_of(scores) - ranks).mean(axis=1)
        return away[:, None]

    mixed = np.array([shift(of_source[:, league]) for of_source in draws.mixed])
    return sobol_shares(shift(draws.a[:, own]), shift(draws.b[:, own]), mixed)


def _of_sources(told: tuple[object, ...], shares: Shares, at: int, draws: int) -> Iterator[tuple[object, ...]]:
    for source, name in enumerate(SOURCES):
        found = (shares.first, shares.first_error, shares.total, shares.total_error)
        yield (*told, name, *(float(each[source, at]) for each in found), draws)
