"""How much less a plan would be worth without a site, or with another in its place, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd

from circle15.words import say

if TYPE_CHECKING:
    from circle15.results.siting import SitingRecord

# Differences below this, in people, person-metres or metres, are told as none.
LEAST = 0.5
# What is sought is least here, most elsewhere.
LEAST_SOUGHT = ("distance", "longest")


def lost(objective: str, value: float, other: float) -> float:
    """How much worse another value of an objective is, in its unit; below 0 where it is better.

    Examples
    --------
    >>> lost("people", 900.0, 660.0), lost("longest", 1200.0, 1500.0)
    (240.0, 300.0)
    """
    return other - value if objective in LEAST_SOUGHT else value - other


def losses_without(record: SitingRecord, lang: str) -> list[str]:
    """What the plan loses without each of its sites; empty where the people whom it alone reaches tell just that."""
    if record.objective in ("people", "everyone") and len(record.services) == 1:
        return [""] * len(record.sites)
    losses = [_loss(record, float(value), lang) for value in record.sites["value_without"]]
    return [say("losses.without", lang, loss=loss) if loss else "" for loss in losses]


def runner_ups_told(record: SitingRecord, lang: str) -> list[str]:
    """What would do best in each site's place, how far away it lies, and what the plan would lose with it."""
    apart = _metres_apart(record)
    told = []
    for row in record.sites.drop(columns="geometry").to_dict("records"):
        metres = apart.get(row["candidate"])
        far = "" if metres is None else say("losses.apart", lang, metres=metres)
        parts = [row["runner_up_name"] or row["runner_up"], far, _loss(record, float(row["runner_up_value"]), lang)]
        whole = say("losses.between", lang).join(part for part in parts if part)
        told.append(say("losses.runner_up", lang, told=whole) if whole else "")
    return told


def _metres_apart(record: SitingRecord) -> dict[str, float]:
    """By candidate, the straight metres between a site and its runner-up."""
    places = dict(zip(record.sites["candidate"], record.sites.geometry, strict=True))
    table = record.runner_ups
    others = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs=4326).to_crs(record.sites.crs)
    own = zip(table["candidate"], others, strict=True)
    return {id_: float(place.distance(places[id_])) for id_, place in own if id_ in places}


def _loss(record: SitingRecord, value: float, lang: str) -> str:
    """How much worse a value is than the plan's; empty where either is not known."""
    if math.isinf(value):
        return say("losses.unreached", lang)
    worse = lost(record.objective, _worth(record), value)
    if math.isnan(worse):
        return ""
    if worse < LEAST:
        return say("losses.nothing", lang)
    weighted = len(record.services) > 1 and record.objective in ("people", "index")
    return say(f"losses.lost_{'weighted' if weighted else record.objective}", lang, lost=worse)


def _worth(record: SitingRecord) -> float:
    """The plan's value in the unit of those without a site: for ``everyone`` the people within reach.

    Of several services these are not told together.
    """
    if record.objective != "everyone":
        return record.value
    return record.reached_after if len(record.services) == 1 else math.nan
