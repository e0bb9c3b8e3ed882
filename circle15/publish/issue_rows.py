"""Issues as rows that a person reads: who, where, how many, what would mend it, and what has come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from circle15.assess.issues.columns import records
from circle15.assess.issues.states import states_in
from circle15.assess.issues.together import BETWEEN
from circle15.catalogue.entries import Label
from circle15.publish.issue_telling import evidence_of, fix_of, reason_of
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.assess.issues.registry import Registry
    from circle15.assess.issues.words import Taken
    from circle15.model.ledger import Ledger
    from circle15.results import Results

DEGREES = 4326


@dataclass(frozen=True, eq=False)
class Listing:
    """What the list is written from.

    Attributes
    ----------
    registry
        The register.
    history, states
        ``STATE_TYPES``: every state of every issue, and the last of each.
    results
        The run by whose names services, groups and departments are called.
    taken, ledger
        What was read back from the list before.
    """

    registry: Registry
    history: pd.DataFrame
    states: pd.DataFrame
    results: Results
    taken: tuple[Taken, ...]
    ledger: Ledger

    @cached_property
    def issued(self) -> dict[str, dict[str, Any]]:
        """Kind, service, first town and origin of every id."""
        return {row["id"]: row for row in records(self.registry.issued)}

    @cached_property
    def last_sightings(self) -> pd.DataFrame:
        """Each issue as it was last seen until the last period of these states, by id."""
        keys = self.states[["id", "last_seen"]].rename(columns={"last_seen": "period"})
        return keys.merge(self.registry.sightings, on=["id", "period"]).set_index("id")

    @cached_property
    def closings(self) -> dict[str, list[str]]:
        """The periods in which each issue was closed, in order."""
        found: dict[str, list[str]] = {}
        for state in records(self.history):
            if not state["is_open"]:
                found.setdefault(state["id"], []).append(state["period"])
        return found


def as_of(listing: Listing, period: str) -> Listing:
    """The same as it was at the end of a period."""
    periods = listing.registry.periods
    history = listing.history[listing.history["period"].isin(periods[: periods.index(period) + 1])]
    return replace(listing, history=history, states=states_in(history, listing.registry, period))


def issue_rows(listing: Listing, lang: str) -> list[dict[str, Any]]:
    """A row per issue in the order of reading: by service, most people first; with all that the list says of it."""
    seen = by_issue(listing.registry.sightings)
    checks = by_issue(listing.registry.checks)
    lon_lat = _degrees(listing)
    rows = []
    for state in records(listing.states):
        id_ = state["id"]
        sightings, found = seen[id_], checks.get(id_, {})
        rows.append(_row(state, sightings, found, listing, lang) | lon_lat[id_])
    order = {service: at for at, service in enumerate(listing.results.catalogue.services)}
    return sorted(rows, key=lambda row: (order.get(row["service_id"], len(order)), -row["weight"], row["id"]))


def by_issue(table: pd.DataFrame) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of a table by id and period, in the order of periods."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in records(table):
        found.setdefault(row["id"], {})[row["period"]] = row
    return found


def _row(
    state: Mapping[str, Any],
    sightings: dict[str, dict[str, Any]],
    checks: dict[str, dict[str, Any]],
    listing: Listing,
    lang: str,
) -> dict[str, Any]:
    catalogue, id_ = listing.results.catalogue, state["id"]
    last = sightings[state["last_seen"]]
    service = catalogue.services.get(last["service"])
    group = catalogue.groups.get(last["group"])
    return {
        "id": id_,
        "service_id": last["service"],
        "kind_id": last["kind"],
        "state_id": state["state"],
        "is_open": state["is_open"],
        "weight": last["people"],
        "state": say(f"issues.state_{state['state']}", lang),
        "service": last["service"] if service is None else service.label.in_language(lang),
        "kind": say(f"issues.kind_{last['kind']}", lang),
        "group": last["group"] if group is None else group.label.in_language(lang),
        "town": last["town"],
        "village": last["village"],
        "place": last["name"],
        "people": state["people"],
        "people_first": sightings[state["first_seen"]]["people"],
        "people_last": last["people"],
        "reason": reason_of(last, lang),
        "fix": fix_of(last, service, lang),
        "fix_id": last["fix"],
        "fix_people": last["fix_people"],
        "nearest": last["nearest"],
        "straight_m": last["straight_m"],
        "network_m": last["network_m"],
        "nearest_min": last["nearest_min"],
        "detour": last["detour"],
        "together": _services_of(last["together"], listing, lang),
        "together_ids": last["together"],
        "first_seen": state["first_seen"],
        "last_seen": state["last_seen"],
        "checked": state["period"],
        "returned": float(state["returned"]),
        "due": state["due"],
        "evidence": evidence_of(state, sightings, checks, listing, lang),
    }


def _services_of(ids: str, listing: Listing, lang: str) -> str:
    """The services of some issues, each once, in the order of the catalogue."""
    named = {listing.issued[id_]["service"] for id_ in ids.split(BETWEEN)} if ids else set()
    services = listing.results.catalogue.services
    labels = [services[id_].label for id_ in services if id_ in named]
    return Label.listing(labels).in_language(lang)


def _degrees(listing: Listing) -> dict[str, dict[str, float]]:
    """Longitude and latitude (WGS 84) of each issue's fix, or of its middle where it has none."""
    last = listing.last_sightings
    x = last["fix_x"].where(last["fix_x"].notna(), last["x"])
    y = last["fix_y"].where(last["fix_y"].notna(), last["y"])
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=listing.results.cells.crs).to_crs(DEGREES)
    return {str(id_): {"lon": point.x, "lat": point.y} for id_, point in zip(last.index, points, strict=True)}
