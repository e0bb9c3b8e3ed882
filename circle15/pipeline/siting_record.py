"""What a siting found, as the record that is kept: the study before and after, who cannot be reached, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.access.nearest import nearest_facility
from circle15.assess.before_after import services_before_after, units_before_after
from circle15.assess.circles import deciding_circles
from circle15.model.ledger import Note
from circle15.pipeline.classes import class_of_cells
from circle15.pipeline.joining import joinable_edges, joined_ways, leg_factor
from circle15.pipeline.kept_searches import kept_joins
from circle15.pipeline.nearest import entrances_of
from circle15.pipeline.observations import counted_groups
from circle15.pipeline.parts import own_parts
from circle15.pipeline.progress import untold
from circle15.pipeline.scenario import assessed_only, with_scenario
from circle15.pipeline.siting import closings_told
from circle15.pipeline.siting_scenario import STREET, chosen_rows, planned_scenario
from circle15.pipeline.siting_ways import takes_in
from circle15.results.siting import ALSO, SCENARIO_FILE, SitingRecord
from circle15.siting.problem import NEW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.pipeline.assessing import Assessed
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading import StudyInputs
    from circle15.pipeline.siting import Asked, SitedStudy
    from circle15.pipeline.siting_scenario import PlannedScenario

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Frame = TypeVar("Frame", bound=pd.DataFrame)
OFF_NETWORK, ISLAND, TOO_FAR = "off_network", "island", "too_far"
SCORES = ("access", "balanced_access", "balance", "overall")
# How far people's nearest site was before, in limits: whom a plan reaches who were near already, or far.
BANDS = ((2.0, "near"), (4.0, "far"), (np.inf, "very_far"))
LEAST_PERSONS = 1e-9
BETWEEN = "、"


@dataclass(frozen=True, eq=False)
class _Seen:
    """A plan's study before and after, cell by cell, for the service that was asked for first.

    ``cells`` has the study's cells as assessed before; the arrays are by their rows.
    """

    sited: SitedStudy
    planned: PlannedScenario
    changed: StudyInputs
    before: Assessed
    after: Assessed
    circle: Circle

    @property
    def service(self) -> str:
        return self.sited.service.id

    @property
    def cells(self) -> gpd.GeoDataFrame:
        return self.before.cells

    @property
    def persons(self) -> Floats:
        return self.circle.persons(self.cells)

    @property
    def newly(self) -> Flags:
        """Cells that the plan brings within reach."""
        name = f"{self.service}_covered"
        found: Flags = self.after.cells[name].to_numpy(np.bool_) & ~self.before.cells[name].to_numpy(np.bool_)
        return found


def siting_record(
    sited: SitedStudy, asked: Asked, folder: Path, name: str, lang: str = "zh", progress: Progress = untold
) -> SitingRecord:
    """Everything that is kept of a siting.

    The figures before and after are those of a run of the study, and of a run of it under the plan as a scenario, to
    the last bit.

    Parameters
    ----------
    sited, asked
        What was found, and what was asked.
    folder
        That of ``study.toml``.
    name
        What the proposal is called.
    lang
        Language of the new sites' names.
    progress
        Told as it begins.
    """
    progress("base")
    planned = planned_scenario(sited, name, lang)
    changed = with_scenario(sited.inputs, planned.scenario, SCENARIO_FILE, folder)
    before, after = assessed_only(sited.inputs), assessed_only(changed)
    circles = deciding_circles(sited.inputs.catalogue, counted_groups(sited.inputs))
    circle = next(each for each in circles if each.service.id == sited.service.id)
    seen = _Seen(sited, planned, changed, before, after, circle)
    plan, about = sited.plan, sited.inputs.study.study
    unreachable = _unreachable(seen)
    services = services_before_after(before.coverage, after.coverage)
    whole = services[services["service"] == seen.service].iloc[0]
    return SitingRecord(
        name=name,
        place=about.place,
        place_id=about.id,
        period=about.period,
        service=seen.service,
        services=tuple(service.id for service in sited.services),
        group=circle.group,
        objective=plan.objective,
        sites_asked=plan.problem.sites if asked.sites is None else asked.sites,
        capacity=asked.places,
        value=float(plan.value),
        before=float(plan.before),
        bound=float(plan.bound),
        gap=float(plan.gap),
        proven=bool(plan.proven),
        persons=float(whole["people_after"]),
        reachable=float(np.sum(seen.persons)) - float(unreachable["persons"].sum()),
        reached_before=float(whole["covered_people_before"]),
        reached_after=float(whole["covered_people_after"]),
        candidates=int((plan.problem.candidates["kind"] == NEW).sum()),
        knee=None if sited.curve is None else sited.curve.knee,
        scenario=planned.scenario,
        sites=_sites(seen),
        reached=_reached(seen),
        unreachable=unreachable,
        gained=_gained(seen),
        shares=_shares(seen),
        runner_ups=_runner_ups(seen),
        units=_units(seen, services),
        groups=_groups(seen),
        curve=_curve(sited),
        trade_off=_trade_off(sited),
        unreachable_units=_by_unit_and_reason(unreachable),
        notes=(*_also(sited, services), *sited.notes, *_notes(sited)),
    )


def _also(sited: SitedStudy, services: pd.DataFrame) -> list[Note]:
    """What the plan does for the further services that its sites take in."""
    catalogue, notes = sited.inputs.catalogue, []
    for service in sited.services[1:]:
        whole = services[services["service"] == service.id].iloc[0]
        facts: dict[str, object] = {"service": service.label, "group": catalogue.groups[whole["group"]].label}
        facts |= {"persons": float(whole["people_after"])}
        for when in ("before", "after"):
            share = float(whole[f"coverage_{when}"]) if whole["people_after"] > 0 else 0.0
            facts |= {when: float(whole[f"covered_people_{when}"]), f"share_{when}": share}
        notes.append(Note(ALSO, facts))
    return notes


def _notes(sited: SitedStudy) -> list[Note]:
    """What is to be said of the candidates, and of sites of which no places are known."""
    from_streets = (sited.plan.problem.candidates["origin"] == STREET).any()
    notes = [Note("siting.candidates_are")] if from_streets else []
    notes += [Note("siting.places_unknown", {"count": sited.unknown_places})] if sited.unknown_places else []
    return notes + list(closings_told(sited))


# --- sites -------------------------------------------------------------------------------------------------------


def _sites(seen: _Seen) -> gpd.GeoDataFrame:
    plan, rows = seen.sited.plan, chosen_rows(seen.sited)
    closing = plan.problem.candidates.loc[list(plan.closed)]
    chosen: list[tuple[object, str, Mapping[Any, Any]]] = []
    chosen += [(id_, "grow" if row["grows"] else "open", row) for id_, row in rows.items()]
    chosen += [(id_, "close", row) for id_, row in zip(closing.index, closing.to_dict("records"), strict=True)]
    records = [_site(seen, id_, change, row) for id_, change, row in chosen]
    points = [shapely.Point(row["x_m"], row["y_m"]) for _, _, row in chosen]
    table = gpd.GeoDataFrame(records, geometry=points, crs=seen.cells.crs, columns=[*SITE_COLUMNS, "geometry"])
    table = _typed(_located(table), SITE_TEXT)
    order = {"open": 0, "grow": 1, "close": 2}
    place = table["change"].map(order)
    return table.assign(place=place).sort_values(["place", "candidate"], ignore_index=True).drop(columns="place")


def _site(seen: _Seen, id_: object, change: str, row: Mapping[Any, Any]) -> dict[str, object]:
    """One row of the sites."""
    why = seen.sited.why.sites
    told: Mapping[Any, Any] = why.to_dict("index").get(id_, {}) if change != "close" else {}
    other = told.get("runner_up", "")
    names = seen.sited.plan.problem.candidates["name"]
    nowhere = float("nan")
    places = float(row.get("places", nowhere))
    return {
        "candidate": str(id_),
        "change": change,
        "name": _titles(seen).get(id_, str(row["name"])),
        "town": str(row["town"]),
        "town_name": _unit_names(seen).get(str(row["town"]), ""),
        "lon": float(row["lon"]) if change == "open" else nowhere,
        "lat": float(row["lat"]) if change == "open" else nowhere,
        "places": places if np.isfinite(places) else nowhere,
        "cost": float(row.get("cost", nowhere)),
        **{key: float(told.get(key, nowhere)) for key in FIGURES},
        "runner_up": str(other),
        "runner_up_name": "" if other == "" else str(names.loc[other]),
        "runner_up_value": float(told.get("runner_up_value", nowhere)),
    }


FIGURES = ("persons_in_reach", "persons_new", "persons_only", "value_without")
SITE_TEXT = ("candidate", "change", "name", "town", "town_name", "runner_up", "runner_up_name")
SITE_COLUMNS = (
    "candidate", "change", "name", "town", "town_name", "lon", "lat", "places", "cost", *FIGURES,
    "runner_up", "runner_up_name", "runner_up_value",
)  # fmt: skip


def _typed(frame: Frame, text: tuple[str, ...]) -> Frame:
    """Columns of text as text and all others as numbers, also where there are no rows."""
    kinds = {
        column: "str" if column in text else "float64" for column in frame if column not in ("geometry", *FLAGS, *WHOLE)
    }
    return frame.astype(kinds)


FLAGS, WHOLE = ("shared", "proven"), ("cells", "new_sites")


def _located(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """With degrees where there are none yet: those of sites that stand."""
    if not len(table):
        return table
    degrees = table.geometry.to_crs(4326)
    return table.assign(lon=table["lon"].fillna(degrees.x.round(7)), lat=table["lat"].fillna(degrees.y.round(7)))


def _titles(seen: _Seen) -> dict[object, str]:
    """The name of each new site of the first service, by candidate; else of another that it takes in."""
    found: dict[object, str] = {}
    for site, candidate in zip(seen.planned.scenario.opened, seen.planned.candidates, strict=True):
        if candidate not in found or site.service == seen.service:
            found[candidate] = site.name
    return found


def _runner_ups(seen: _Seen) -> pd.DataFrame:
    candidates = seen.sited.plan.problem.candidates
    records = []
    for id_, told in seen.sited.why.sites.iterrows():
        if told["runner_up"] != "":
            own = candidates.loc[told["runner_up"]]
            place = [float(own[key]) for key in ("x_m", "y_m")]
            records.append((str(id_), str(told["runner_up"]), str(own["name"]), *place, float(told["runner_up_value"])))
    columns = ["candidate", "runner_up", "name", "lon", "lat", "value"]
    table = _typed(pd.DataFrame(records, columns=columns), ("candidate", "runner_up", "name"))
    degrees = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), crs=seen.cells.crs).to_crs(4326)
    return table.assign(lon=degrees.x.round(7).to_numpy(), lat=degrees.y.round(7).to_numpy())


def _shares(seen: _Seen) -> pd.DataFrame:
    shares, candidates = seen.sited.why.shares, seen.sited.plan.problem.candidates
    titles = _titles(seen)
    names = [titles.get(other, str(candidates.loc[other, "name"])) for other in shares["other"]]
    table = shares.assign(candidate=shares["candidate"].map(str), other=shares["other"].map(str), other_name=names)
    columns = ["candidate", "other", "other_name", "persons"]
    return _typed(table[columns], ("candidate", "other", "other_name"))


# --- people ------------------------------------------------------------------------------------------------------


def _pairs_in_reach(seen: _Seen) -> pd.DataFrame:
    """``row`` (of the study's cells), ``candidate``: who is within the limit of which site, for the first service."""
    problem = seen.sited.plan.problem
    limit_m = problem.cells["limit_m"].loc[problem.pairs["cell"]].to_numpy()
    pairs = problem.pairs[problem.pairs["metres"].to_numpy() <= limit_m]
    several = len(seen.sited.services) > 1
    ids = (f"{seen.service}:" if several else "") + seen.cells["cell_id"].astype(str)
    rows = pd.Index(ids).get_indexer(pairs["cell"])
    own = rows >= 0
    return pd.DataFrame({"row": rows[own], "candidate": pairs["candidate"].to_numpy()[own]})


def _reached(seen: _Seen) -> gpd.GeoDataFrame:
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
    return _typed(frame, ("cell_id", "candidate"))


def _gained(seen: _Seen) -> pd.DataFrame:
    """By new site, unit and group of people: those newly within reach of it."""
    pairs = _pairs_in_reach(seen)
    pairs = pairs[pairs["candidate"].isin(seen.sited.plan.new) & seen.newly[pairs["row"].to_numpy()]]
    level = seen.sited.inputs.zones.levels[-1]
    own = seen.cells.iloc[pairs["row"].to_numpy()]
    names = _unit_names(seen)
    parts = []
    for group in _groups_known(seen):
        keys = [pairs["candidate"].map(str).to_numpy(), own[f"{level}_code"].to_numpy()]
        sums = own[f"persons_{group}"].groupby(keys, sort=True).sum()
        told = sums[sums > LEAST_PERSONS].rename_axis(["candidate", "unit"])
        parts.append(told.reset_index(name="persons").assign(group=group))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    table = table.reindex(columns=["candidate", "unit", "unit_name", "group", "persons"])
    table["unit_name"] = [names.get(str(unit), "") for unit in table["unit"]]
    table = table.sort_values(["candidate", "group", "persons", "unit"], ascending=[True, True, False, True])
    return _typed(table.reset_index(drop=True), ("candidate", "unit", "unit_name", "group"))


def _groups_known(seen: _Seen) -> list[str]:
    return [str(name).removeprefix("persons_") for name in seen.cells if str(name).startswith("persons_")]


def _groups(seen: _Seen) -> pd.DataFrame:
    """Who gains: by group of people, by class of town, by how far the nearest site was, by how the town stood."""
    newly, records = seen.newly, []
    for group in _groups_known(seen):
        people = seen.cells[f"persons_{group}"].to_numpy(np.float64)
        records.append(("group", group, people.sum(), people[newly].sum()))
    rural = np.where(seen.cells["urban_rural"] == "rural", "rural", "urban")
    for kind, labels in (("class", rural), ("before", _bands(seen)), ("town", _thirds(seen))):
        for label in dict.fromkeys(ORDER[kind]):
            of_kind = labels == label
            total = float(seen.persons[of_kind].sum())
            if total > 0:
                records.append((kind, label, total, float(seen.persons[of_kind & newly].sum())))
    return _typed(pd.DataFrame(records, columns=["kind", "id", "persons", "gained"]), ("kind", "id"))


ORDER = {
    "class": ("urban", "rural"),
    "before": ("within", "near", "far", "very_far"),
    "town": ("lowest", "middle", "highest"),
}


def _bands(seen: _Seen) -> NDArray[np.object_]:
    times = seen.circle.metres(seen.cells) / seen.circle.limits_m(seen.cells)
    labels = np.full(len(times), "within", dtype=object)
    for most, label in reversed(BANDS):
        labels[(times > 1) & ((times <= most) | np.isinf(times) & np.isinf(most))] = label
    return labels


def _thirds(seen: _Seen) -> NDArray[np.object_]:
    """The third of the towns, by their balanced access before, that each cell lies in."""
    zones = seen.sited.inputs.zones
    level = "town" if "town" in zones.levels else zones.levels[-1]
    index = seen.before.index
    own = index[(index["level"] == level) & index["balanced_access"].notna()]
    ordered = own.sort_values(["balanced_access", "code"])["code"].tolist()
    if len(ordered) < len(ORDER["town"]):
        return np.full(len(seen.cells), "", dtype=object)
    third = {code: ORDER["town"][min(3 * at // max(len(ordered), 1), 2)] for at, code in enumerate(ordered)}
    return np.array([third.get(code, "") for code in seen.cells[f"{level}_code"]], dtype=object)


# --- units -------------------------------------------------------------------------------------------------------


def _unit_names(seen: _Seen) -> dict[str, str]:
    zones = seen.sited.inputs.zones.frame
    return dict(zip(zones["code"].astype(str), zones["name"].astype(str), strict=True))


def _units(seen: _Seen, services: pd.DataFrame) -> pd.DataFrame:
    own = services[services["service"] == seen.service]
    figures = {"people": own["people_after"]}
    for when in ("before", "after"):
        figures |= {f"reached_{when}": own[f"covered_people_{when}"], f"coverage_{when}": own[f"coverage_{when}"]}
    reached = own[["level", "code", "name"]].assign(**figures)
    scores = units_before_after(seen.before.index, seen.after.index)
    columns = [f"{score}_{when}" for score in SCORES for when in ("before", "after")]
    return reached.merge(scores[["level", "code", *columns]], on=["level", "code"], how="left")


def _unreachable(seen: _Seen) -> gpd.GeoDataFrame:
    """Cells with people beyond the limit of every candidate and site, with the metres to the nearest and the reason."""
    nearest_m, limit_m = _nearest_of_all_m(seen), seen.circle.limits_m(seen.cells)
    rows = np.flatnonzero((nearest_m > limit_m) & (seen.persons > 0))
    own, level = seen.cells.iloc[rows], seen.sited.inputs.zones.levels[-1]
    names, units = _unit_names(seen), own[f"{level}_code"].astype(str)
    joined = seen.circle.on_network(own)
    reason = np.where(~joined, OFF_NETWORK, np.where(np.isinf(nearest_m[rows]), ISLAND, TOO_FAR))
    table = {
        "cell_id": own["cell_id"].to_numpy(),
        "unit": units.to_numpy(),
        "unit_name": [names.get(unit, "") for unit in units],
        "persons": seen.persons[rows],
        "nearest_m": nearest_m[rows],
        "reason": reason,
    }
    frame = gpd.GeoDataFrame(table, geometry=own.geometry.to_numpy(), crs=seen.cells.crs)
    return _typed(frame, ("cell_id", "unit", "unit_name", "reason"))


def _nearest_of_all_m(seen: _Seen) -> Floats:
    """Metres from each cell to the nearest that may stand or exists, of the first service's; ``inf``: none."""
    inputs, service = seen.sited.inputs, seen.sited.service
    candidates = seen.sited.plan.problem.candidates
    new = candidates[(candidates["kind"] == NEW) & (candidates["grows"] == "") & ~candidates["forbidden"]]
    new = new[takes_in(new, service.id)]
    parts = own_parts(inputs.catalogue, service, class_of_cells(inputs.zones, inputs.population).to_numpy())
    ways = joined_ways(inputs, inputs.networks, [part.way for part in parts])
    metres = np.full(len(seen.cells), np.inf)
    xy, max_leg_m = new[["x_m", "y_m"]].to_numpy(np.float64), inputs.study.network.max_leg_m
    for part in parts:
        streets, network = ways[part.way], ways[part.way].network
        factor = leg_factor(inputs.catalogue, part.mode)
        doors = kept_joins(inputs.kept, network, xy, max_leg_m, factor, joinable_edges(network))
        own, _ = entrances_of(inputs.facilities, service.id)
        cells = streets.cells.take(part.rows)
        for sites in (doors, streets.entrances.take(own)):
            if len(sites):
                found = nearest_facility(network, cells, sites, np.arange(len(sites), dtype=np.int32)).metres
                metres[part.rows] = np.minimum(metres[part.rows], found)
    return metres


def _by_unit_and_reason(unreachable: pd.DataFrame) -> pd.DataFrame:
    grouped = unreachable.groupby(["unit", "unit_name", "reason"], sort=True)
    table = grouped["persons"].agg(persons="sum", cells="size").reset_index()
    table = table.sort_values(["persons", "unit", "reason"], ascending=[False, True, True], ignore_index=True)
    return _typed(table, ("unit", "unit_name", "reason")).astype({"cells": "int64"})


# --- curve and trade-off -----------------------------------------------------------------------------------------


def _curve(sited: SitedStudy) -> pd.DataFrame:
    columns = ["new_sites", "value", "bound", "proven", "people", "index", "candidates"]
    points = pd.DataFrame(columns=columns) if sited.curve is None else sited.curve.points[columns]
    everyone = sited.plan.persons  # of all services, as the people of the curve are
    points = points.assign(coverage=points["people"] / everyone if everyone > 0 else 0.0)
    return _candidates_told(points).astype({"new_sites": "int64"})


def _trade_off(sited: SitedStudy) -> pd.DataFrame:
    columns = ["share", "people", "index", "proven", "candidates"]
    return _candidates_told(pd.DataFrame(columns=columns) if sited.trade_off is None else sited.trade_off[columns])


def _candidates_told(points: pd.DataFrame) -> pd.DataFrame:
    told = [BETWEEN.join(map(str, each)) for each in points["candidates"]]
    return _typed(points.assign(candidates=told), ("candidates",)).astype({"proven": "bool"})
