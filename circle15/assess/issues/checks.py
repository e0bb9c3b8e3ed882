"""What has become of the people of every issue known before: how many reach it now, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from circle15.assess.issues.columns import CHECK_TYPES, NO_PLACES, records, typed
from circle15.assess.issues.registry import footprints_before
from circle15.assess.issues.shortfalls import without_place
from circle15.assess.quantiles import weighted_quantile
from circle15.assess.units import total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from circle15.assess.circles import Circle
    from circle15.assess.issues.entering import Entering
    from circle15.assess.issues.registry import Registry
    from circle15.assess.issues.shortfalls import Run

# An issue is closed where fewer than this share of its people are left.
CLOSED_BELOW = 0.5
# What a change of a list is called in evidence, in the order in which it counts.
CHANGES = {"added": "opened", "moved": "moved", "resized": "enlarged"}


@dataclass(frozen=True, eq=False)
class _Service:
    """One service of a run, per cell of the run."""

    circle: Circle
    persons: NDArray[np.float64]
    served: NDArray[np.bool_]
    left: dict[str, NDArray[np.float64]]
    metres: NDArray[np.float64]
    minutes: NDArray[np.float64]
    facility: NDArray[np.object_]


def checks_of(registry: Registry, new: Entering, sightings: pd.DataFrame, footprints: pd.DataFrame) -> pd.DataFrame:
    """A row for every issue seen before the run's period of which the run can say something.

    Parameters
    ----------
    registry
        The register without the run.
    new
        The run.
    sightings, footprints
        What it saw, with ids.

    Returns
    -------
    pandas.DataFrame
        ``CHECK_TYPES``. ``people_now`` live in the issue's last footprint, ``still`` of them are as badly off as
        before. ``outcome``: ``seen`` (an issue still); ``closed`` (less than half of them are left); ``nobody`` (no one
        lives there any more); ``merged`` (most of who is left is in issue ``into``); ``remaining`` (too few are left
        for an area, and yet at least half); ``outside`` (the study no longer covers it). ``facility``: the one by
        which most of the others are served now, ``served_m`` and ``served_min`` their median way to it, ``change``
        what became of it: ``opened``, ``moved``, ``enlarged``, ``standard`` (another limit), ``way`` (a shorter way),
        "" (no change known). ``before_m``: the way before, from the area's cell with most people.
    """
    period = new.entry.period
    before = footprints_before(registry, period)
    issued = {row["id"]: row for row in records(registry.issued)}
    services = {circle.service.id: _service(new.run, circle) for circle in new.circles}
    last = _last_seen(registry, before)
    holders = _holders(sightings, footprints)
    cells = pd.Index(new.run.cells["cell_id"])
    rows = []
    for id_, own in before.groupby("id", sort=True):
        kind, service = issued[id_]["kind"], services.get(issued[id_]["service"])
        if service is not None and kind in service.left:
            at = cells.get_indexer(own["cell_id"])
            told = _checked(service, str(kind), at, last[str(id_)])
            told |= {"period": period, "id": id_}
            told |= _outcome(told, str(id_), str(kind), service, at, own, holders, new.run)
            rows.append(told | _evidence(told, registry, new, service, str(kind), at))
    return typed(rows, CHECK_TYPES)


def _service(run: Run, circle: Circle) -> _Service:
    persons, served = circle.persons(run.cells), circle.served(run.cells)
    beyond = np.where(served, 0.0, persons)
    without = without_place(run.cells, circle)
    left = {"reach": beyond} | ({} if without is None else {NO_PLACES: beyond + without})
    facility = run.cells[f"{circle.service.id}_facility"].to_numpy(dtype=object)
    return _Service(circle, persons, served, left, circle.metres(run.cells), circle.minutes(run.cells), facility)


def _last_seen(registry: Registry, before: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The sighting that each footprint is of, by id."""
    periods = before.drop_duplicates("id")[["id", "period"]]
    return {row["id"]: row for row in records(periods.merge(registry.sightings, on=["id", "period"], how="left"))}


@dataclass(frozen=True, eq=False)
class _Today:
    """The issues of one service and kind today: their ids, and ``id, cell_id`` of their cells."""

    ids: frozenset[str]
    cells: pd.DataFrame


NOTHING = _Today(frozenset(), pd.DataFrame({"id": pd.Series(dtype="str"), "cell_id": pd.Series(dtype="str")}))


def _holders(sightings: pd.DataFrame, footprints: pd.DataFrame) -> dict[tuple[str, str], _Today]:
    """The issues of today by service and kind."""
    cells = footprints[["id", "cell_id"]].merge(sightings[["id", "service", "kind"]], on="id")
    return {
        (str(service), str(kind)): _Today(frozenset(own["id"]), own[["id", "cell_id"]])
        for (service, kind), own in cells.groupby(["service", "kind"])
    }


def _checked(service: _Service, kind: str, at: NDArray[np.int64], last: dict[str, Any]) -> dict[str, object]:
    own = at[at >= 0]
    return {
        "people_before": float(last["people"]),
        "people_now": total(service.persons[own]),
        "still": total(service.left[kind][own]),
        "before_m": float(last["network_m"]),
    }


def _outcome(
    told: dict[str, object],
    id_: str,
    kind: str,
    service: _Service,
    at: NDArray[np.int64],
    own: pd.DataFrame,
    holders: dict[tuple[str, str], _Today],
    run: Run,
) -> dict[str, object]:
    here = holders.get((service.circle.service.id, kind), NOTHING)
    if id_ in here.ids:
        return {"outcome": "seen", "into": ""}
    if _beyond_the_study(at, own, run):
        return {"outcome": "outside", "into": ""}
    now, still = float(str(told["people_now"])), float(str(told["still"]))
    if now == 0:
        return {"outcome": "nobody", "into": ""}
    base = float(str(told["people_before"])) if kind == NO_PLACES else now
    if still < CLOSED_BELOW * base:
        return {"outcome": "closed", "into": ""}
    into = _mostly_in(here.cells, own["cell_id"].to_numpy(dtype=object), at, service.left[kind], still)
    return {"outcome": "merged" if into else "remaining", "into": into}


def _beyond_the_study(at: NDArray[np.int64], own: pd.DataFrame, run: Run) -> bool:
    """Whether most of an issue's people lived where the study's units no longer are."""
    missing = own[at < 0]
    if not len(missing):
        return False
    whole = run.zones.geometry[run.zones["level"] == run.zones["level"].iloc[0]].union_all()
    out = ~shapely.contains_xy(whole, missing["x"].to_numpy(), missing["y"].to_numpy())
    return total(missing["persons"].to_numpy()[out]) > 0.5 * total(own["persons"].to_numpy())


def _mostly_in(
    here: pd.DataFrame, cells: NDArray[np.object_], at: NDArray[np.int64], left: NDArray[np.float64], still: float
) -> str:
    """The issue of today that holds most of who is left; "" where none holds half of them."""
    persons = pd.Series(np.where(at >= 0, left[at], 0.0), index=cells)
    held = here[here["cell_id"].isin(cells)]
    people = held.assign(persons=persons.reindex(held["cell_id"]).to_numpy()).groupby("id")["persons"].sum()
    if not len(people) or people.max() < 0.5 * still:
        return ""
    return str(people.index[int(np.argmax(people.to_numpy()))])


def _evidence(
    told: dict[str, object], registry: Registry, new: Entering, service: _Service, kind: str, at: NDArray[np.int64]
) -> dict[str, object]:
    """By which facility, how far, and what changed that its people are served now."""
    own = at[at >= 0]
    served = own[service.served[own] & (service.persons[own] > 0)]
    nothing = {"facility_id": "", "facility": "", "change": "", "served_m": np.nan, "served_min": np.nan}
    if not len(served):
        return nothing
    id_ = service.circle.service.id
    facility = _grown(new, id_, served, service) if kind == NO_PLACES else ""
    facility = facility or _most_used(service.facility[served], service.persons[served])
    by = served[service.facility[served] == facility] if kind != NO_PLACES else served
    persons = service.persons[by]
    metres = weighted_quantile(service.metres[by], persons, 0.5)
    names = new.run.facilities
    name = names.loc[(names["service"] == id_) & (names["facility_id"] == facility), "name"]
    return {
        "facility_id": facility,
        "facility": str(name.iloc[0]) if len(name) else "",
        "change": _change(registry, new, id_, facility, metres, float(str(told["before_m"]))),
        "served_m": metres,
        "served_min": weighted_quantile(service.minutes[by], persons, 0.5),
    }


def _most_used(facility: NDArray[np.object_], persons: NDArray[np.float64]) -> str:
    people = {each: total(persons[facility == each]) for each in sorted(set(facility))}
    return str(max(people, key=people.__getitem__, default=""))


def _grown(new: Entering, service: str, cells: NDArray[np.int64], told: _Service) -> str:
    """Of the facilities in reach that were opened or enlarged the one that most people reach; "" for none."""
    grown = set(_changes_by_facility(new, service))
    pairs = new.run.pairs
    own = pairs[(pairs["service"] == service) & pairs["facility_id"].isin(grown)]
    at = pd.Index(new.run.cells["cell_id"]).get_indexer(own["cell_id"])
    limits = told.circle.limits_m(new.run.cells)
    near = np.isin(at, cells) & (own["metres"].to_numpy() <= limits[at])
    facility = own["facility_id"].to_numpy(dtype=object)[near]
    return _most_used(facility, told.persons[at[near]]) if len(facility) else ""


def _changes_by_facility(new: Entering, service: str) -> dict[str, str]:
    """What became of each facility of a service that was opened, moved or enlarged, by its id of today."""
    own = new.changes[(new.changes["service"] == service) & new.changes["change"].isin(list(CHANGES))]
    more = (own["change"] != "resized") | ~(own["new_capacity"] <= own["old_capacity"])
    found: dict[str, str] = {}
    for id_, change in _in_turn(own[more]):
        found.setdefault(id_, CHANGES[change])
    return found


def _in_turn(changes: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for change in CHANGES:
        for id_ in changes.loc[changes["change"] == change, "new_id"]:
            yield str(id_), change


def _change(registry: Registry, new: Entering, service: str, facility: str, metres: float, before_m: float) -> str:
    known = _changes_by_facility(new, service).get(facility, "")
    if known:
        return known
    last = registry.entry(registry.before(new.entry.period))
    if last is not None and last.limits.get(service, new.entry.limits[service]) != new.entry.limits[service]:
        return "standard"
    return "way" if metres < before_m else ""
