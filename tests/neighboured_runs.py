"""A made run with what may lie beside it: tiers and ranges, the comparison with the period before, files."""

import dataclasses

import numpy as np
import pandas as pd
from made_results import HOSTILE_NAMES

from circle15.results.last_period import LastPeriod
from circle15.results.neighbours import NeighbourFile, Neighbours

CAUSES = ("facilities", "capacity", "population", "network", "definitions", "undivided")


def with_standing(results):
    """The same with tiers of four towns each, and ranges of 12 points about every score."""
    index = results.index.dropna(subset=["balanced_access"]).copy()
    rank = index.groupby("level")["balanced_access"].rank(ascending=False, method="first")
    units = index.groupby("level")["code"].transform("count")
    score = index["balanced_access"]
    table = index[["level", "code", "name"]].assign(
        score=score, score_low=score - 0.06, score_median=score, score_high=score + 0.06,
        rank=rank, rank_low=np.maximum(rank - 2, 1.0), rank_high=np.minimum(rank + 2, units),
        tier=np.ceil(rank / 4), tier_units=4.0, pairs_settled=0.5, draws=1000,
    )  # fmt: skip
    return dataclasses.replace(results, uncertainty=table.reset_index(drop=True))


def last_period(results, period="2024"):
    """A comparison in which every second town has gained two points by its facilities and lost half by its streets."""
    rows = []
    for at, (_, unit) in enumerate(results.index.iterrows()):
        new, gained = unit["balanced_access"], 0.02 * (at % 2 == 0)
        rows.append(split_row(unit, "all_services", "balanced_access", new, gained, gained * 1.5, -gained / 2))
    whole = results.coverage[results.coverage["level"] == "county"]
    for at, (_, unit) in enumerate(whole.iterrows()):
        if unit["service"] != "all_services":
            rows.append(split_row(unit, unit["service"], "coverage", unit["coverage"], 0.01 * (at == 1), 0.0, 0.0))
    return LastPeriod(period, pd.DataFrame(rows), changed_sites(results))


def split_row(unit, service, measure, new, change, facilities, network):
    parts = dict.fromkeys(CAUSES, 0.0) | {"facilities": facilities, "network": network}
    named = {"level": unit["level"], "code": unit["code"], "name": unit["name"], "service": service, "measure": measure}
    ends = {"old": new - change, "new": new, "change": change}
    return named | ends | parts | {"published_old": new - change, "published_new": new}


def changed_sites(results):
    """A site that opened, one with a hostile name that is gone."""
    root = results.index[results.index["level"] == "county"].iloc[0]
    site = results.facilities[results.facilities["service"] == "canteen"].iloc[-1]
    common = {"level": root["level"], "code": root["code"], "name": root["name"], "service": "canteen"}
    figures = {"coverage": 0.01, "access": 0.01, "root_access": 0.01, "balanced_access": 0.004}
    opened = {"change": "opened", "old_id": "", "new_id": site["facility_id"], "site": site["name"]}
    closed = {"change": "closed", "old_id": "gone", "new_id": "", "site": HOSTILE_NAMES[0]}
    return pd.DataFrame(
        [
            {**common, **opened, **figures, "people_in_reach": 1234.4},
            {**common, **closed, **figures, "people_in_reach": -56.0},
        ]
    )


FILES = (
    NeighbourFile("report", "../../../data/processed/shili/report/2025/年度 报告.docx"),
    NeighbourFile("whatif", "whatif.html"),
    NeighbourFile("sheets", "sheets/A4/", 14),
    NeighbourFile("tables", f"../../../data/processed/shili/2025/{HOSTILE_NAMES[0].replace('/', '')}.xlsx"),
)


def neighboured(results):
    """Such a run, and what lies beside it."""
    standing = with_standing(results)
    return standing, Neighbours(FILES, last_period(standing))
