"""The register of issues: every id ever given, what each run saw of it, and what the office says of it.

What a run saw is kept by period; states follow from all periods in their order (``states``), never from the order in
which they were entered. So a period that is entered again replaces its own rows and nothing else, and an earlier period
entered later finds its place before those that are there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from circle15.assess.issues.columns import (
    CHECK_TYPES,
    FOOTPRINT_TYPES,
    ISSUED_TYPES,
    SIGHTING_TYPES,
    no_facilities,
    no_rows,
)
from circle15.model.period import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

# Footprints of issues that no period shows any more: the run that did has been replaced.
WITHDRAWN = ""


@dataclass(frozen=True)
class Entry:
    """A run as it was entered.

    Attributes
    ----------
    period
        What it is of.
    run
        sha256 of its manifest.
    due_months
        Months from the period's end within which an issue that it shows for the first time is due.
    limits
        The limits of each service's circle in words that change when they do; its keys are the services looked at.
    with_places
        Services of which it could be said who finds a place.
    people
        All people of the study.
    scattered
        People whom no issue counts, since they live too thinly, by service.
    """

    period: str
    run: str
    due_months: int
    limits: Mapping[str, str]
    with_places: tuple[str, ...]
    people: float
    scattered: Mapping[str, float]


@dataclass(frozen=True)
class Words:
    """What the office has written into the list.

    Attributes
    ----------
    fields
        Its words by id and field; a field that it has left as it came has none.
    written
        What the list said of its own in fields that the office may change, as last written, by id and field.
    extra
        Columns of the office's own, by id and header.
    headers
        Those headers, in their order.
    unplaced
        Rows that no issue could be found for: ``id`` (what its cell says), ``about``, fields, and own columns (``+``
        and their header).
    own
        The list's own headers as last written: a later version may call its columns otherwise.
    """

    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    written: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extra: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    unplaced: tuple[Mapping[str, str], ...] = ()
    own: tuple[str, ...] = ()

    def of(self, id_: str, name: str) -> str:
        """The office's word in one field, "" where it has none."""
        return self.fields.get(id_, {}).get(name, "")


@dataclass(frozen=True, eq=False)
class Registry:
    """Everything that is known of the issues of one place; see the module.

    Attributes
    ----------
    grid
        The grid that footprints are of: side of a cell and system of coordinates; "" before the first run.
    entries
        The runs, in the order of their periods.
    issued
        ``ISSUED_TYPES``: every id, with the issue that it came out of (``origin``), in the order of giving.
    sightings
        ``SIGHTING_TYPES``: per period every issue that was there.
    checks
        ``CHECK_TYPES``: per period what had become of the people of every issue known before.
    footprints
        ``FOOTPRINT_TYPES``: the cells of every sighting.
    facilities
        ``FACILITY_TYPES`` and points: the lists that each run was made with.
    words
        What the office has written.
    """

    grid: str = ""
    entries: tuple[Entry, ...] = ()
    issued: pd.DataFrame = field(default_factory=partial(no_rows, ISSUED_TYPES))
    sightings: pd.DataFrame = field(default_factory=partial(no_rows, SIGHTING_TYPES))
    checks: pd.DataFrame = field(default_factory=partial(no_rows, CHECK_TYPES))
    footprints: pd.DataFrame = field(default_factory=partial(no_rows, FOOTPRINT_TYPES))
    facilities: gpd.GeoDataFrame = field(default_factory=no_facilities)
    words: Words = field(default_factory=Words)

    @property
    def periods(self) -> list[str]:
        """The periods entered, in order."""
        return [entry.period for entry in self.entries]

    def entry(self, period: str) -> Entry | None:
        """The run of a period."""
        return next((entry for entry in self.entries if entry.period == period), None)

    def before(self, period: str) -> str:
        """The last period entered before this one; "" where there is none."""
        order = in_order({*self.periods, period})
        at = order.index(period)
        return order[at - 1] if at else ""

    def with_words(self, words: Words) -> Registry:
        """The same with other words of the office."""
        return replace(self, words=words)


def footprints_for(registry: Registry, period: str) -> pd.DataFrame:
    """The footprint of every id that is nearest in time to a period.

    That of the period itself where it has been entered before, else of the last one before it, else of the first one
    after it, else of a run that has been replaced. ``FOOTPRINT_TYPES``.
    """
    order = in_order({*registry.periods, period})
    at = order.index(period)
    nearest = [period, *reversed(order[:at]), *order[at + 1 :], WITHDRAWN]
    return _first_of(registry.footprints, nearest)


def footprints_before(registry: Registry, period: str) -> pd.DataFrame:
    """The last footprint before a period of every id seen before it."""
    order = in_order({*registry.periods, period})
    return _first_of(registry.footprints, list(reversed(order[: order.index(period)])))


def _first_of(footprints: pd.DataFrame, periods: list[str]) -> pd.DataFrame:
    """Of each id the rows of the first of these periods that has any."""
    rank = footprints["period"].map({period: number for number, period in enumerate(periods)})
    known = footprints.assign(rank=rank).dropna(subset="rank")
    first = known.groupby("id")["rank"].transform("min")
    return known[known["rank"] == first].drop(columns="rank").reset_index(drop=True)
