"""What has changed since the period before, as the page tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.causes import causes_shown
from circle15.publish.map.content import Figures, figures, records

if TYPE_CHECKING:
    import pandas as pd

    from circle15.results import Results
    from circle15.results.last_period import LastPeriod

# The page names this many sites, those of most people; the comparison's own workbook has them all.
MOST_SITES = 30
ENDS = ("old", "new", "change")
SCORE, SHARE = "balanced_access", "coverage"


def since_last(results: Results, last: LastPeriod | None) -> dict[str, object] | None:
    """The change of the whole area's index by its causes, of towns, of services, and the sites; None without one."""
    if last is None:
        return None
    root = results.zones[results.zones["parent_code"] == ""].iloc[0]
    split, sites = last.split, last.sites
    whole = split[(split["level"] == root["level"]) & (split["code"] == root["code"])]
    towns = split[(split["level"] == results.listed_level()) & (split["service"] == ALL_SERVICES)]
    own_sites = sites[(sites["level"] == root["level"]) & (sites["code"] == root["code"])]
    return {
        "before": last.period,
        "index": _index(whole),
        "causes": _causes(whole),
        "towns": _by(towns[towns["measure"] == SCORE], "code"),
        "services": _by(whole[whole["measure"] == SHARE], "service"),
        "sites": _sites(own_sites),
    }


def _index(whole: pd.DataFrame) -> Figures | None:
    rows = _scores(whole)
    return figures(rows.iloc[0], ENDS) if len(rows) else None


def _causes(whole: pd.DataFrame) -> list[list[object]]:
    """The causes that are told apart, each with its part of the change."""
    rows = _scores(whole)
    parts = figures(rows.iloc[0], causes_shown(rows)) if len(rows) else {}
    return [[cause, part] for cause, part in parts.items()]


def _scores(whole: pd.DataFrame) -> pd.DataFrame:
    return whole[(whole["service"] == ALL_SERVICES) & (whole["measure"] == SCORE)]


def _by(rows: pd.DataFrame, key: str) -> dict[str, Figures]:
    return {str(row[key]): figures(row, ENDS) for row in records(rows)}


def _sites(sites: pd.DataFrame) -> list[dict[str, object]]:
    """What opened, closed, moved or changed its size, whoever gains or loses most people first."""
    weight = sites["people_in_reach"].abs()
    first = sites.assign(weight=weight).sort_values(
        ["weight", "service", "new_id", "old_id"], ascending=[False, True, True, True], kind="stable"
    )
    return [
        {
            "service": row["service"],
            "change": row["change"],
            "id": row["new_id"],
            "name": row["site"],
            **figures(row, ("people_in_reach", SCORE)),
        }
        for row in records(first.head(MOST_SITES))
    ]
