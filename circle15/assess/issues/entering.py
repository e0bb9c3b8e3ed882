"""A run into the register: ids to its shortfalls, and what became of the issues known before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from circle15.assess.issues.checks import checks_of
from circle15.assess.issues.columns import FOOTPRINT_TYPES, ISSUED_TYPES, SIGHTING_TYPES, typed
from circle15.assess.issues.ids import Serials
from circle15.assess.issues.losses import lost_facilities
from circle15.assess.issues.matching import matched, origins, overlaps
from circle15.assess.issues.registry import WITHDRAWN, footprints_for
from circle15.assess.issues.together import together
from circle15.errors import ConfigurationError
from circle15.model.period import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.assess.circles import Circle
    from circle15.assess.issues.registry import Entry, Registry
    from circle15.assess.issues.shortfalls import Run, Shortfalls


@dataclass(frozen=True, eq=False)
class Entering:
    """A run that is to be entered: as it was made, what is wrong in it, and what changed in the lists before it."""

    entry: Entry
    grid: str
    run: Run
    circles: Sequence[Circle]
    shortfalls: Shortfalls
    changes: pd.DataFrame


def entered(registry: Registry, new: Entering) -> Registry:
    """The register with a run; what it holds of that period is replaced, all else stays.

    Raises
    ------
    ConfigurationError
        The run's grid is not the register's: cells could not be followed.
    """
    if registry.grid not in ("", new.grid):
        raise ConfigurationError(
            "issues.other_grid",
            period=new.entry.period,
            found=new.grid,
            known=registry.grid,
            before=registry.periods[-1],
        )
    period = new.entry.period
    ids, issued = _identified(registry, new)
    sightings = _sightings(new, ids)
    footprints = _footprints(new, ids)
    checks = checks_of(registry, new, sightings, footprints)
    return _settled(
        replace(
            registry,
            grid=new.grid,
            entries=_with_entry(registry.entries, new.entry),
            issued=issued,
            sightings=_with_period(registry.sightings, sightings, period),
            checks=_with_period(registry.checks, checks, period),
            footprints=_with_period(registry.footprints, footprints, period),
            facilities=_with_facilities(registry.facilities, new.run.facilities, period),
        ),
        registry.footprints[registry.footprints["period"].isin([period, WITHDRAWN])],
    )


def _identified(registry: Registry, new: Entering) -> tuple[list[str], pd.DataFrame]:
    """The id of each shortfall, and the register of ids with those given now."""
    kinds = dict(zip(registry.issued["id"], registry.issued["kind"], strict=True))
    services = dict(zip(registry.issued["id"], registry.issued["service"], strict=True))
    known = footprints_for(registry, new.entry.period)
    service_of = known["id"].map(services).astype("str")
    frame, members = new.shortfalls.frame, new.shortfalls.members
    own_service = members["shortfall"].map(frame["service"]).astype("str")
    now = members.rename(columns={"shortfall": "area"})
    same = overlaps(
        known.assign(topic=service_of + " " + known["id"].map(kinds).astype("str")),
        now.assign(topic=own_service + " " + members["shortfall"].map(frame["kind"]).astype("str")),
    )
    pairs = matched(same)
    fresh = [number for number in range(len(frame)) if number not in pairs]
    akin = overlaps(known.assign(topic=service_of), now.assign(topic=own_service))
    came_from, serials = origins(akin, fresh), Serials(registry.issued["id"])
    given: list[dict[str, object]] = []
    for number in fresh:
        row = frame.iloc[number]
        pairs[number] = serials.next(row["service"], row["town_code"])
        told = {name: row[name] for name in ("kind", "service", "town_code")}
        given.append({"id": pairs[number], **told, "origin": came_from[number]})
    issued = pd.concat([registry.issued, typed(given, ISSUED_TYPES)], ignore_index=True)
    return [pairs[number] for number in range(len(frame))], issued


def _sightings(new: Entering, ids: list[str]) -> pd.DataFrame:
    names = new.run.names
    towns = {code: name for code, (name, _) in names.towns.items() if code}
    sites = new.run.facilities
    called = dict(zip(sites["service"] + "\n" + sites["facility_id"], sites["name"], strict=True))
    frame = new.shortfalls.frame
    key = frame["service"] + "\n"
    told = frame.assign(
        period=new.entry.period,
        id=ids,
        town=_named(frame["town_code"], towns),
        village=_named(frame["village_code"], names.villages),
        nearest=_named(key + frame["nearest_id"], called),
        fix_facility=_named(key + frame["fix_facility_id"], called),
        together=together(new.shortfalls, ids),
        lost_facility=lost_facilities(new.shortfalls, new.changes, new.run, new.circles),
    )
    return told[list(SIGHTING_TYPES)].astype(SIGHTING_TYPES)


def _named(keys: pd.Series, names: Mapping[str, str]) -> list[str]:
    return [names.get(key, "") for key in keys]


def _footprints(new: Entering, ids: list[str]) -> pd.DataFrame:
    members = new.shortfalls.members
    named = members.assign(period=new.entry.period, id=[ids[number] for number in members["shortfall"]])
    return named[list(FOOTPRINT_TYPES)].astype(FOOTPRINT_TYPES)


def _with_entry(entries: tuple[Entry, ...], new: Entry) -> tuple[Entry, ...]:
    by_period = {entry.period: entry for entry in entries} | {new.period: new}
    return tuple(by_period[period] for period in in_order(by_period))


def _with_period(table: pd.DataFrame, rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """The table with these rows in place of the period's own, ordered by period and id."""
    kept = table[table["period"] != period]
    whole = pd.concat([kept, rows], ignore_index=True).astype(table.dtypes.to_dict())
    return _ordered(whole)


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    periods = set(table["period"]) - {WITHDRAWN}
    order = {period: number for number, period in enumerate([WITHDRAWN, *in_order(periods)])}
    keys = ["order", "id", *(["cell_id"] if "cell_id" in table else [])]
    ranked = table.assign(order=table["period"].map(order))
    return ranked.sort_values(keys, kind="stable", ignore_index=True).drop(columns="order")


def _with_facilities(table: gpd.GeoDataFrame, now: gpd.GeoDataFrame, period: str) -> gpd.GeoDataFrame:
    columns = [*table.columns.drop("geometry"), "geometry"]
    own = now.assign(period=period)[columns]
    kept = table[table["period"] != period]
    whole = gpd.GeoDataFrame(pd.concat([kept.to_crs(now.crs), own], ignore_index=True) if len(kept) else own)
    order = {tag: number for number, tag in enumerate(in_order(set(whole["period"])))}
    ranked = whole.assign(order=whole["period"].map(order))
    return ranked.sort_values(["order", "service", "facility_id"], kind="stable", ignore_index=True)[columns]


def _settled(registry: Registry, replaced: pd.DataFrame) -> Registry:
    """Keep the footprints of ids that no period shows any more, so that they are known should they come again."""
    shown = set(registry.sightings["id"])
    lost = replaced[~replaced["id"].isin(shown)].assign(period=WITHDRAWN)
    own = registry.footprints[registry.footprints["period"] != WITHDRAWN]
    lost = lost.drop_duplicates(["id", "cell_id"])
    whole = pd.concat([own, lost], ignore_index=True).astype(FOOTPRINT_TYPES)
    return replace(registry, footprints=_ordered(whole))
