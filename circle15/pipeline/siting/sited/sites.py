"""The sites of a plan: what each does, whom it shares people with, and what would do best in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.pipeline.siting.plan_scenario import chosen_rows, villages_of
from circle15.pipeline.siting.sited.columns import typed
from circle15.pipeline.siting.sited.seen import unit_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from circle15.pipeline.siting.sited.seen import SeenPlan

    Chosen = tuple[object, str, Mapping[Any, Any]]

NAN = float("nan")

# In what order a plan's sites are listed.
CHANGES = ("open", "grow", "close")
FIGURES = ("persons_in_reach", "persons_new", "persons_only", "value_without")
SITE_TEXT = ("candidate", "change", "name", "town", "town_name", "runner_up", "runner_up_name")
SITE_COLUMNS = (
    "candidate", "change", "name", "town", "town_name", "lon", "lat", "places", "cost", *FIGURES,
    "runner_up", "runner_up_name", "runner_up_value",
)  # fmt: skip


def sites_table(seen: SeenPlan) -> gpd.GeoDataFrame:
    """The sites that open, grow and close, see ``SitingRecord.sites``."""
    chosen = _chosen(seen)
    titles, towns = _titles(seen), unit_names(seen)
    records = [
        {
            **_place(id_, change, row),
            "name": titles.get(id_, str(row["name"])),
            "town_name": towns.get(str(row["town"]), ""),
            **why,
        }
        for (id_, change, row), why in zip(chosen, _whys(seen, chosen), strict=True)
    ]
    points = [shapely.Point(row["x_m"], row["y_m"]) for _, _, row in chosen]
    table = gpd.GeoDataFrame(records, geometry=points, crs=seen.cells.crs, columns=[*SITE_COLUMNS, "geometry"])
    table = typed(_located(table), SITE_TEXT)
    order = table["change"].map(CHANGES.index)
    return table.assign(order=order).sort_values(["order", "candidate"], ignore_index=True).drop(columns="order")


def _chosen(seen: SeenPlan) -> list[Chosen]:
    """Each site of the plan: its id, what becomes of it (see ``CHANGES``), and its row of the candidates."""
    plan = seen.sited.plan
    closing = plan.problem.candidates.loc[list(plan.closed)]
    closed = zip(closing.index, closing.to_dict("records"), strict=True)
    new = [(id_, "grow" if row["grows"] else "open", row) for id_, row in chosen_rows(seen.sited).items()]
    return [*new, *((id_, "close", row) for id_, row in closed)]


def _place(id_: object, change: str, row: Mapping[Any, Any]) -> dict[str, object]:
    """What a site is and where; degrees of new ones alone, which are told as their lists have them."""
    places = float(row.get("places", NAN))
    return {
        "candidate": str(id_),
        "change": change,
        "town": str(row["town"]),
        "lon": float(row["lon"]) if change == "open" else NAN,
        "lat": float(row["lat"]) if change == "open" else NAN,
        "places": places if np.isfinite(places) else NAN,
        "cost": float(row.get("cost", NAN)),
    }


def _whys(seen: SeenPlan, chosen: Sequence[Chosen]) -> Iterator[dict[str, object]]:
    """What each site does, and what would do best in its place; nothing of those that close."""
    why, names = seen.sited.why.sites.to_dict("index"), _places_of_runner_ups(seen)
    for id_, change, _ in chosen:
        told: Mapping[Any, Any] = {} if change == "close" else why.get(id_, {})
        other = told.get("runner_up", "")
        yield {
            **{key: float(told.get(key, NAN)) for key in FIGURES},
            "runner_up": str(other),
            "runner_up_name": names.get(other, ""),
            "runner_up_value": float(told.get("runner_up_value", NAN)),
        }


def _located(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """With degrees where there are none yet: those of sites that stand."""
    if not len(table):
        return table
    degrees = table.geometry.to_crs(4326)
    return table.assign(lon=table["lon"].fillna(degrees.x.round(7)), lat=table["lat"].fillna(degrees.y.round(7)))


def _titles(seen: SeenPlan) -> dict[object, str]:
    """The name of each new site of the first service, by candidate; else of another that it takes in."""
    found: dict[object, str] = {}
    for site, candidate in zip(seen.planned.scenario.opened, seen.planned.candidates, strict=True):
        if candidate not in found or site.service == seen.service:
            found[candidate] = site.name
    return found


def runner_ups(seen: SeenPlan) -> pd.DataFrame:
    """What would do best in each site's place, see ``SitingRecord.runner_ups``."""
    candidates, names = seen.sited.plan.problem.candidates, _places_of_runner_ups(seen)
    records = []
    for id_, told in seen.sited.why.sites.iterrows():
        if told["runner_up"] != "":
            own = candidates.loc[told["runner_up"]]
            place = [float(own[key]) for key in ("x_m", "y_m")]
            records.append(
                (str(id_), str(told["runner_up"]), names[told["runner_up"]], *place, float(told["runner_up_value"]))
            )
    columns = ["candidate", "runner_up", "name", "lon", "lat", "value"]
    table = typed(pd.DataFrame(records, columns=columns), ("candidate", "runner_up", "name"))
    degrees = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs=seen.cells.crs).to_crs(4326)
    return table.assign(lon=degrees.x.round(7).to_numpy(), lat=degrees.y.round(7).to_numpy())


def _places_of_runner_ups(seen: SeenPlan) -> dict[object, str]:
    """The name of each runner-up; of a junction of nameless streets that of the village that it lies in."""
    others = seen.sited.why.sites["runner_up"]
    own = seen.sited.plan.problem.candidates.loc[others[others != ""].unique().tolist()]
    villages = villages_of(seen.sited, own)
    return {id_: str(name) or villages[id_] for id_, name in own["name"].items()}


def shares_table(seen: SeenPlan) -> pd.DataFrame:
    """People within reach of a site and of another, see ``SitingRecord.shares``."""
    shares, candidates = seen.sited.why.shares, seen.sited.plan.problem.candidates
    titles = _titles(seen)
    names = [titles.get(other, str(candidates.loc[other, "name"])) for other in shares["other"]]
    table = shares.assign(candidate=shares["candidate"].map(str), other=shares["other"].map(str), other_name=names)
    columns = ["candidate", "other", "other_name", "persons"]
    return typed(table[columns], ("candidate", "other", "other_name"))
