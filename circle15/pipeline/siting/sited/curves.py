"""What every number of sites brings, and what lies between most people and most index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.pipeline.siting.sited.columns import typed

if TYPE_CHECKING:
    from circle15.pipeline.siting.sited_study import SitedStudy

BETWEEN = "、"


def curve_table(sited: SitedStudy) -> pd.DataFrame:
    """A row per number of new sites, see ``SitingRecord.curve``; no rows where no curve was asked for."""
    columns = ["new_sites", "value", "bound", "proven", "people", "index", "candidates"]
    points = pd.DataFrame(columns=columns) if sited.curve is None else sited.curve.points[columns]
    everyone = sited.plan.persons  # of all services, as the people of the curve are
    points = points.assign(coverage=points["people"] / everyone if everyone > 0 else 0.0)
    return _candidates_told(points).astype({"new_sites": "int64"})


def trade_off_table(sited: SitedStudy) -> pd.DataFrame:
    """A row per share of the index, see ``SitingRecord.trade_off``; no rows where it was not asked for."""
    columns = ["share", "people", "index", "proven", "candidates"]
    return _candidates_told(pd.DataFrame(columns=columns) if sited.trade_off is None else sited.trade_off[columns])


def _candidates_told(points: pd.DataFrame) -> pd.DataFrame:
    told = [BETWEEN.join(map(str, each)) for each in points["candidates"]]
    return typed(points.assign(candidates=told), ("candidates",)).astype({"proven": "bool"})
