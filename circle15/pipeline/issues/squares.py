"""The scoreboard of all periods: a run's squares put in, issues counted anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.scoreboard import KEY, SCOREBOARD_TYPES, no_scoreboard, scoreboard, with_issues
from circle15.assess.target_counts import TARGET_COUNTS, target_counts, with_targets
from circle15.assess.weights.study import study_weights
from circle15.errors import DataError
from circle15.model.period import in_order

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.assess.issues.registry import Registry
    from circle15.results import Results


def load_scoreboard(path: Path) -> pd.DataFrame:
    """The scoreboard as last written; an empty one where there is none.

    Raises
    ------
    DataError
        It is damaged.
    """
    if not path.exists():
        return no_scoreboard()
    try:
        board = pd.read_parquet(path)
        # One written before targets were counted has none.
        board = board.assign(**{name: float("nan") for name in TARGET_COUNTS if name not in board})
        return board[list(SCOREBOARD_TYPES)].astype(SCOREBOARD_TYPES)
    except (OSError, ValueError, KeyError) as fault:
        raise DataError("issues.register_damaged", folder=str(path)) from fault


def with_squares(board: pd.DataFrame, results: Results) -> pd.DataFrame:
    """The scoreboard with a run's squares in place of its period's own."""
    period, services = results.study.study.period, results.catalogue.services
    weights = study_weights(results.catalogue, results.study.index)
    units = results.index[["level", "code", "name", "people"]]
    own = scoreboard(
        period, units, results.index_parts, results.coverage, services, weights, _tiers(results.uncertainty)
    )
    year, departments = results.study.study.day.year, results.catalogue.departments
    own = with_targets(own, target_counts(results.targets, year, services, departments))
    whole = pd.concat([board[board["period"] != period], own], ignore_index=True)
    order = {tag: number for number, tag in enumerate(in_order(set(whole["period"])))}
    ranked = whole.assign(order=whole["period"].map(order))
    return ranked.sort_values("order", kind="stable", ignore_index=True).drop(columns="order").astype(SCOREBOARD_TYPES)


def _tiers(uncertainty: pd.DataFrame) -> dict[tuple[str, str], float]:
    keys = zip(uncertainty["level"], uncertainty["code"], strict=True)
    return {(str(level), str(code)): float(tier) for (level, code), tier in zip(keys, uncertainty["tier"], strict=True)}


def settled_squares(board: pd.DataFrame, registry: Registry, history: pd.DataFrame, results: Results) -> pd.DataFrame:
    """The scoreboard of the register's periods with the issues of each, in each square once."""
    own = board[board["period"].isin(registry.periods)].drop_duplicates(list(KEY), ignore_index=True)
    return with_issues(own, registry, history, results.catalogue.services, results.zones)
