"""Where presence says covered and access says not, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from circle15.assess.yardsticks.presence import PRESENT
from circle15.assess.yardsticks.units import chains

if TYPE_CHECKING:
    import geopandas as gpd

DISAGREEMENT_COLUMNS = (
    "service", "disagreement", "level", "code", "name", "town", "state", "sites", "people", "covered_people",
    "uncovered_people", "coverage", "median_min",
)  # fmt: skip
# A unit counts as reached where at least this share of its people are within reach.
REACHED = 0.5
KINDS = ("present_not_reached", "reached_not_present")


def disagreements_table(states: pd.DataFrame, coverage: pd.DataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """The towns or villages where the two yardsticks disagree.

    Parameters
    ----------
    states
        What ``unit_presence`` gives.
    coverage
        As in ``Results``: of each service its deciding circle first.
    zones
        ``level, code, name, parent_code``.

    Returns
    -------
    pandas.DataFrame
        ``DISAGREEMENT_COLUMNS``: ``present_not_reached`` (it has a site or is named as served, yet fewer than half of
        its people of the group are within reach) and ``reached_not_present`` (it has none and is not named, yet half
        or more are), per service, the most people concerned first. Units without people, and those of which presence
        is not known, are on neither side. ``town`` is the unit's own town, "" of a town.
    """
    deciding = coverage.drop_duplicates(["level", "code", "service"])
    figures = ["people", "covered_people", "uncovered_people", "coverage", "median_min"]
    key = ["service", "level", "code"]
    joined = states.drop(columns="people").merge(deciding[[*key, *figures]], on=key, how="inner", validate="1:1")
    present, reached = joined["state"].isin(PRESENT), joined["coverage"] >= REACHED
    known = (joined["state"] != "unknown") & (joined["people"] > 0)
    first = joined[present & ~reached & known].assign(
        disagreement=KINDS[0], concerned=lambda it: it["uncovered_people"]
    )
    second = joined[~present & reached & known].assign(disagreement=KINDS[1], concerned=lambda it: it["covered_people"])
    found = pd.concat([first, second], ignore_index=True)
    towns = _towns(zones)
    found["town"] = [towns[unit] for unit in zip(found["level"], found["code"], strict=True)]
    services = {id_: number for number, id_ in enumerate(dict.fromkeys(states["service"]))}
    order = found.assign(
        _service=found["service"].map(services), _kind=found["disagreement"].map(KINDS.index), _less=-found["concerned"]
    ).sort_values(["_service", "_kind", "_less", "code"], kind="stable")
    told: pd.DataFrame = order[list(DISAGREEMENT_COLUMNS)].reset_index(drop=True)
    return told.astype({"sites": "float64"})


def _towns(zones: gpd.GeoDataFrame) -> dict[tuple[str, str], str]:
    """The name of the town above each unit; "" where there is none."""
    names = dict(zip(zip(zones["level"], zones["code"], strict=True), zones["name"], strict=True))
    above = {unit: dict(chain[1:]) for unit, chain in chains(zones).items()}
    return {unit: names.get(("town", held.get("town", "")), "") for unit, held in above.items()}
