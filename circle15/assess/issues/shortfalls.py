"""What a run finds wrong: areas out of reach, and towns whose people find no place in what they reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from circle15.assess.issues.columns import (
    MEMBER_TYPES,
    NO_PLACES,
    OUT_OF_REACH,
    SHORTFALL_TYPES,
    records,
    typed,
)
from circle15.assess.issues.fixes import Ground, area_fix, ground_of, middle_of, places_fix
from circle15.assess.place_names import gazetteer
from circle15.assess.quantiles import weighted_quantile
from circle15.assess.states import persons_with_place
from circle15.assess.supply import standard_per_head
from circle15.assess.underserved import underserved_cells
from circle15.assess.units import ordered_cells, total
from circle15.model.population import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.clusters import Gathering
    from circle15.assess.place_names import Gazetteer

    # A row of ``SHORTFALL_TYPES``, the rows of its cells, and the people of each of them whom it concerns.
    Found = tuple[dict[str, object], NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Shortfalls:
    """What is wrong in one run.

    Attributes
    ----------
    frame
        ``SHORTFALL_TYPES``, ordered by service (as the circles), kind, town, people (most first) and smallest cell.
    members
        ``MEMBER_TYPES``: the cells of each. ``persons`` of the group: those out of reach, or all who share the places;
        ``residents``: everyone.
    with_places
        Services of which it can be said who finds a place.
    scattered
        ``service, kind, people``: whom no shortfall counts, since they live too thinly for one.
    """

    frame: pd.DataFrame
    members: pd.DataFrame
    with_places: tuple[str, ...]
    scattered: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Run:
    """The tables of a finished run that shortfalls are made of, cells in order; see ``Results``."""

    cells: pd.DataFrame
    zones: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    pairs: pd.DataFrame
    loads: pd.DataFrame
    gathering: Gathering
    names: Gazetteer
    lang: str

    @property
    def towns(self) -> NDArray[np.object_]:
        """The town of each cell, or what the study has instead."""
        codes: NDArray[np.object_] = self.cells[f"{self.names.town_level}_code"].to_numpy(dtype=object)
        return codes

    @property
    def villages(self) -> NDArray[np.object_]:
        """The village of each cell, "" where not known."""
        if "village_code" not in self.cells:
            return np.full(len(self.cells), "", dtype=object)
        return self.cells["village_code"].to_numpy(dtype=object)


def run_of(
    cells: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    pairs: pd.DataFrame,
    loads: pd.DataFrame,
    gathering: Gathering,
    lang: str,
) -> Run:
    """The tables of a run, its cells and facilities in one order."""
    sites = facilities.sort_values(["service", "facility_id"], kind="stable", ignore_index=True)
    return Run(ordered_cells(cells), zones, areas, sites, pairs, loads, gathering, gazetteer(zones), lang)


def shortfalls(run: Run, circles: Sequence[Circle]) -> Shortfalls:
    """Everything that is wrong in a run, per service; see ``Shortfalls``."""
    frames: list[Found] = []
    scattered: list[tuple[str, str, float]] = []
    with_places = []
    for circle in circles:
        ground = ground_of(run.cells, circle, run.facilities, run.towns)
        beyond = list(_out_of_reach(run, circle, ground))
        scattered.append((circle.service.id, OUT_OF_REACH, _rest(ground.persons[~ground.served], beyond)))
        frames += beyond
        without = without_place(run.cells, circle)
        if without is not None:
            with_places.append(circle.service.id)
            short = list(_short_of_places(run, circle, ground, without))
            scattered.append((circle.service.id, NO_PLACES, _rest(without, short)))
            frames += short
    return _tables(run, frames, tuple(with_places), scattered)


def without_place(cells: pd.DataFrame, circle: Circle) -> NDArray[np.float64] | None:
    """The people of each cell who are in reach and find no place; None where nothing can be said of places."""
    column = f"{circle.service.id}_served_share"
    share = cells[column].to_numpy(dtype=np.float64) if column in cells else np.full(len(cells), np.nan)
    persons = circle.persons(cells)
    if not np.isfinite(share[persons > 0]).any():
        return None
    found = persons_with_place(persons, np.nan_to_num(share))
    return np.where(circle.served(cells), persons - found, 0.0)


def _rest(persons: NDArray[np.float64], found: Sequence[Found]) -> float:
    """The people whom no shortfall counts."""
    return max(total(persons) - total(np.array([float(str(row["people"])) for row, _, _ in found])), 0.0)


def _out_of_reach(run: Run, circle: Circle, ground: Ground) -> Iterator[Found]:
    """Every under-served area of a service: its row, its cells, and the people of them who are out of reach."""
    service = circle.service.id
    areas = run.areas[run.areas["service"] == service].sort_values("area_id", kind="stable", ignore_index=True)
    outside = underserved_cells(run.cells, [circle])[service].to_numpy(dtype=bool)
    rows = np.flatnonzero(outside)
    points = shapely.points(ground.xy[rows])
    at, area = shapely.STRtree(points).query(areas.geometry.to_numpy(), predicate="contains")[::-1]
    for number, told in enumerate(records(areas)):
        cells = np.sort(rows[at[area == number]])
        if len(cells):
            yield _area_row(told, circle, ground, cells), cells, ground.persons[cells]


def _area_row(told: dict[str, Any], circle: Circle, ground: Ground, cells: NDArray[np.int64]) -> dict[str, object]:
    x, y = middle_of(ground.xy[cells], ground.persons[cells]).tolist()
    same = ("service", "town_code", "village_code", "name", "reason", "mode", "straight_m", "network_m", "nearest_min")
    return {
        **{name: told[name] for name in same},
        "kind": OUT_OF_REACH,
        "group": circle.group,
        "people": total(ground.persons[cells]),
        "cells": len(cells),
        "x": x,
        "y": y,
        "nearest_id": told["nearest_facility_id"],
        "set_id": "",
        "set_facilities": 0,
        **area_fix(ground, cells, str(told["reason"])),
    }


def _short_of_places(run: Run, circle: Circle, ground: Ground, without: NDArray[np.float64]) -> Iterator[Found]:
    """Every town's people who find no place in one set of facilities that are short together."""
    everyone = run.cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    needed = run.gathering.least_residents * total(ground.persons) / total(everyone)
    reach = _reached(run, circle, ground)
    sets = _set_of_cells(run, reach, circle.service.id)
    towns, lacking = run.towns, without > 0
    for set_id, town in sorted({(str(sets[row]), str(towns[row])) for row in np.flatnonzero(lacking).tolist()}):
        here = (sets == set_id) & (towns == town)
        short = np.flatnonzero(here & lacking)
        if total(without[short]) >= needed:
            # Which of a set's cells go without is one of several ways as good, so all that share its places are told.
            cells = np.flatnonzero(here & ground.served & (ground.persons > 0)) if set_id else short
            yield _places_row(run, circle, ground, short, without, set_id, reach), cells, ground.persons[cells]


def _reached(run: Run, circle: Circle, ground: Ground) -> pd.DataFrame:
    """``cell`` (row), ``facility_id``, ``metres``: the pairs of a service within each cell's own limit."""
    own = run.pairs[run.pairs["service"] == circle.service.id]
    cell = pd.Index(run.cells["cell_id"]).get_indexer(own["cell_id"])
    metres = own["metres"].to_numpy(dtype=np.float64)
    within = (cell >= 0) & (metres <= ground.limit_m[cell])
    found = pd.DataFrame({"cell": cell, "facility_id": own["facility_id"].to_numpy(dtype=object), "metres": metres})
    ordered: pd.DataFrame = found.loc[within].sort_values(["cell", "facility_id"], kind="stable", ignore_index=True)
    return ordered


def _set_of_cells(run: Run, reach: pd.DataFrame, service: str) -> NDArray[np.object_]:
    """The set of short facilities that each cell reaches; "" for none: of all it reaches no capacity is known."""
    loads = run.loads[(run.loads["service"] == service) & (run.loads["set_id"] != "")]
    sets = dict(zip(loads["facility_id"], loads["set_id"], strict=True))
    named = reach.assign(set_id=reach["facility_id"].map(sets)).dropna(subset="set_id")
    found = np.full(len(run.cells), "", dtype=object)
    first = named.groupby("cell")["set_id"].min()
    found[first.index.to_numpy(dtype=np.int64)] = first.to_numpy(dtype=object)
    return found


def _places_row(
    run: Run,
    circle: Circle,
    ground: Ground,
    cells: NDArray[np.int64],
    without: NDArray[np.float64],
    set_id: str,
    reach: pd.DataFrame,
) -> dict[str, object]:
    town, village = str(run.towns[cells[0]]), _most_people(run.villages[cells], without[cells])
    x, y = middle_of(ground.xy[cells], without[cells]).tolist()
    loads = run.loads[run.loads["service"] == circle.service.id]
    members = set(loads.loc[loads["set_id"] == set_id, "facility_id"]) if set_id else set(loads["facility_id"])
    near = reach[reach["cell"].isin(cells) & reach["facility_id"].isin(members)]
    return {
        "kind": NO_PLACES,
        "service": circle.service.id,
        "group": circle.group,
        "town_code": town,
        "village_code": village,
        "name": run.names.name(x, y, town, village, run.lang),
        "people": total(without[cells]),
        "cells": len(cells),
        "x": x,
        "y": y,
        "reason": "full" if set_id else "capacity_unknown",
        "mode": str(circle.modes(run.cells)[cells[0]]),
        "straight_m": np.nan,
        "network_m": np.nan,
        "nearest_min": weighted_quantile(circle.minutes(run.cells)[cells], without[cells], 0.5),
        "nearest_id": "",
        "set_id": set_id,
        "set_facilities": len(members) if set_id else 0,
        **places_fix(near, without, standard_per_head(run.cells, circle), ground, known=bool(set_id)),
    }


def _most_people(codes: NDArray[np.object_], persons: NDArray[np.float64]) -> str:
    people = {code: total(persons[codes == code]) for code in sorted(set(codes) - {""})}
    return str(max(people, key=people.__getitem__, default=""))


def _tables(
    run: Run,
    found: list[Found],
    with_places: tuple[str, ...],
    scattered: list[tuple[str, str, float]],
) -> Shortfalls:
    """The rows in one order, with their cells."""
    services = {str(row["service"]): None for row, _, _ in found}
    order = sorted(
        found,
        key=lambda each: (
            list(services).index(str(each[0]["service"])),
            str(each[0]["kind"]) != OUT_OF_REACH,
            str(each[0]["town_code"]),
            -float(str(each[0]["people"])),
            int(each[1][0]),
        ),
    )
    frame = typed([row for row, _, _ in order], SHORTFALL_TYPES)
    everyone = run.cells[f"persons_{EVERYONE}"].to_numpy(dtype=np.float64)
    rows = np.concatenate([cells for _, cells, _ in order]) if order else np.empty(0, dtype=np.int64)
    members = pd.DataFrame(
        {
            "shortfall": np.repeat(np.arange(len(order)), [len(cells) for _, cells, _ in order]),
            "cell_id": run.cells["cell_id"].to_numpy(dtype=object)[rows],
            "x": run.cells["x"].to_numpy(dtype=np.float64)[rows],
            "y": run.cells["y"].to_numpy(dtype=np.float64)[rows],
            "persons": np.concatenate([persons for _, _, persons in order]) if order else np.empty(0),
            "residents": everyone[rows],
        }
    ).astype(MEMBER_TYPES)
    rest = pd.DataFrame(scattered, columns=["service", "kind", "people"])
    return Shortfalls(frame, members, with_places, rest)
