"""Who is newly within reach under a plan: by cell, by site and unit, and by what people they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from circle15.pipeline.siting.sited.columns import typed
from circle15.pipeline.siting.sited.seen import unit_names
from circle15.results.siting import SCENARIO_FILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.pipeline.siting.sited.seen import SeenPlan

# How far people's nearest site was before, in limits: whom a plan reaches who were near already, or far.
BANDS = ((2.0, "near"), (4.0, "far"), (np.inf, "very_far"))
ORDER = {
    "class": ("urban", "rural"),
    "before": ("within", "near", "far", "very_far"),
    "town": ("lowest", "middle", "highest"),
}
LEAST_PERSONS = 1e-9


def _pairs_in_reach(seen: SeenPlan) -> pd.DataFrame:
    """``row`` (of the study's cells), ``candidate``: who is within the limit of which site, for the first service."""
    problem = seen.sited.plan.problem
    limit_m = problem.cells["limit_m"].loc[problem.pairs["cell"]].to_numpy()
    pairs = problem.pairs[problem.pairs["metres"].to_numpy() <= limit_m]
    several = len(seen.sited.services) > 1
    ids = (f"{seen.service}:" if several else "") + seen.cells["cell_id"].astype(str)
    rows = pd.Index(ids).get_indexer(pairs["cell"])
    own = rows >= 0
    return pd.DataFrame({"row": rows[own], "candidate": pairs["candidate"].to_numpy()[own]})


def reached_cells(seen: SeenPlan) -> gpd.GeoDataFrame:
    """Cells newly within reach, see ``SitingRecord.reached``: persons of the service's group, metres of walking."""
    rows = np.flatnonzero(seen.newly & (seen.persons > 0))
    layer = seen.changed.facilities.facilities
    new = layer[(layer["sheet"] == "open") & (layer["file"] == SCENARIO_FILE)]
    candidate = {row["facility_id"]: str(seen.planned.candidates[row["row"] - 1]) for row in new.to_dict("records")}
    stands = set(seen.sited.plan.sites.index)
    pairs = _pairs_in_reach(seen)
    times = np.bincount(pairs.loc[pairs["candidate"].isin(stands), "row"], minlength=len(seen.cells))
    own = seen.after.cells.iloc[rows]
    table = {
        "cell_id": own["cell_id"].to_numpy(),
        "candidate": [candidate.get(id_, "") for id_ in own[f"{seen.service}_facility"]],
        "persons": seen.persons[rows],
        "metres": own[f"{seen.service}_m"].to_numpy(),
        "shared": times[rows] > 1,
    }
    frame = gpd.GeoDataFrame(table, geometry=own.geometry.to_numpy(), crs=seen.cells.crs)
    return typed(frame, ("cell_id", "candidate"))


def gained_people(seen: SeenPlan) -> pd.DataFrame:
    """By new site, unit and group of people: those newly within reach of it."""
    pairs = _pairs_in_reach(seen)
    pairs = pairs[pairs["candidate"].isin(seen.sited.plan.new) & seen.newly[pairs["row"].to_numpy()]]
    level = seen.sited.inputs.zones.levels[-1]
    own = seen.cells.iloc[pairs["row"].to_numpy()]
    names = unit_names(seen)
    keys = [pairs["candidate"].map(str).to_numpy(), own[f"{level}_code"].to_numpy()]
    parts = []
    for group in _groups_known(seen):
        sums = own[f"persons_{group}"].groupby(keys, sort=True).sum()
        told = sums[sums > LEAST_PERSONS].rename_axis(["candidate", "unit"])
        parts.append(told.reset_index(name="persons").assign(group=group))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    table = table.reindex(columns=["candidate", "unit", "unit_name", "group", "persons"])
    table["unit_name"] = [names.get(str(unit), "") for unit in table["unit"]]
    table = table.sort_values(["candidate", "group", "persons", "unit"], ascending=[True, True, False, True])
    return typed(table.reset_index(drop=True), ("candidate", "unit", "unit_name", "group"))


def _groups_known(seen: SeenPlan) -> list[str]:
    return [str(name).removeprefix("persons_") for name in seen.cells if str(name).startswith("persons_")]


def who_gains(seen: SeenPlan) -> pd.DataFrame:
    """Who gains: by group of people, by class of town, by how far the nearest site was, by how the town stood."""
    newly, records = seen.newly, []
    for group in _groups_known(seen):
        people = seen.cells[f"persons_{group}"].to_numpy(np.float64)
        records.append(("group", group, people.sum(), people[newly].sum()))
    rural = np.where(seen.cells["urban_rural"] == "rural", "rural", "urban")
    for kind, labels in (("class", rural), ("before", _bands(seen)), ("town", _thirds(seen))):
        for label in ORDER[kind]:
            of_kind = labels == label
            total = float(seen.persons[of_kind].sum())
            if total > 0:
                records.append((kind, label, total, float(seen.persons[of_kind & newly].sum())))
    return typed(pd.DataFrame(records, columns=["kind", "id", "persons", "gained"]), ("kind", "id"))


def _bands(seen: SeenPlan) -> NDArray[np.object_]:
    times = seen.circle.metres(seen.cells) / seen.circle.limits_m(seen.cells)
    labels = np.full(len(times), "within", dtype=object)
    for most, label in reversed(BANDS):
        labels[(times > 1) & ((times <= most) | np.isinf(times) & np.isinf(most))] = label
    return labels


def _thirds(seen: SeenPlan) -> NDArray[np.object_]:
    """The third of the towns, by their balanced access before, that each cell lies in."""
    zones = seen.sited.inputs.zones
    level = "town" if "town" in zones.levels else zones.levels[-1]
    index = seen.before.index
    own = index[(index["level"] == level) & index["balanced_access"].notna()]
    ordered = own.sort_values(["balanced_access", "code"])["code"].tolist()
    if len(ordered) < len(ORDER["town"]):
        return np.full(len(seen.cells), "", dtype=object)
    third = {code: ORDER["town"][min(3 * at // len(ordered), 2)] for at, code in enumerate(ordered)}
    return np.array([third.get(code, "") for code in seen.cells[f"{level}_code"]], dtype=object)
