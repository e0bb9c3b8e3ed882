"""What a siting found: the sites, why, and what is otherwise with them; saved and read back whole."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from circle15.errors import Circle15Error, DataError
from circle15.inputs.scenario.read import read_scenario
from circle15.model.ledger import Note
from circle15.model.scenario_text import scenario_text
from circle15.results.store import note_of, plain_note

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.scenario import Scenario

MANIFEST = "siting.json"
SCENARIO_FILE = "scenario.toml"
SITINGS_FOLDER = "siting"
# The key of the notes that tell what is done for the further services of a site that takes in several.
ALSO = "sited.told_also"
# What this folder's files look like; another number is of another version of this program.
FORM = 1
SHAPES = ("sites", "reached", "unreachable")
TABLES = ("gained", "shares", "runner_ups", "units", "groups", "curve", "trade_off", "unreachable_units")


@dataclass(frozen=True, eq=False)
class SitingRecord:
    """What ``circle15 site`` found.

    Attributes
    ----------
    name
        What the proposal is called; its folder goes by it.
    place, place_id, period
        What study it is of.
    service, services
        Id of the service; of several in one building the first, and all of them.
    group
        Id of the group of people that is counted for it.
    objective
        What was sought (``siting.problem.OBJECTIVES``).
    sites_asked
        The most new sites that were allowed.
    capacity
        Places of each new site; None where places did not count.
    value, before, bound
        In the objective's unit: with the plan, with the existing sites alone, and what no choice exceeds.
    gap
        Bound and value apart, as a part of the bound.
    proven
        Whether no choice is better.
    persons, reachable, reached_before, reached_after
        People of the service's group: all; within the limit of any candidate or existing site; of an existing site;
        of a site that stands under the plan.
    candidates
        How many candidates there were.
    knee
        The number of new sites beyond which each adds clearly less; None where there is none.
    scenario
        The plan as a scenario: its opened and closed sites.
    sites
        A row per new site, then per existing one that grows and that closes: ``candidate, change`` (``open``, ``grow``
        or ``close``), ``name, town`` (code), ``town_name, lon, lat`` (WGS 84), ``places, cost, persons_in_reach,
        persons_new, persons_only, value_without, runner_up, runner_up_name, runner_up_value, geometry`` (point).
    reached
        Cells newly in reach: ``cell_id, candidate`` (the nearest new site), ``persons, metres, shared`` (in reach of
        more than one site that stands), ``geometry`` (square).
    unreachable
        Cells with people beyond the limit of all: ``cell_id, unit`` (code), ``unit_name, persons, nearest_m, reason``
        (``off_network``: no street near;
        ``island``: no street leads to any; ``too_far``), ``geometry``.
    gained
        ``candidate, unit, unit_name, group, persons``: people newly in reach of each site.
    shares
        ``candidate, other, other_name, persons``: people in reach of both.
    runner_ups
        ``candidate, runner_up, name, lon, lat, value``: what would do best in a site's place.
    units
        ``level, code, name, people`` and, with ``_before`` and ``_after``: ``reached, coverage`` (of the service),
        ``access, balanced_access, balance, overall`` (of the unit's whole index; fractions).
    groups
        ``kind, id, persons, gained``: who gains, by ``group`` of people; of the service's group by ``class`` of town
        (urban, rural), by how far the nearest site was ``before`` (within the limit, near: up to twice, far: up to four
        times, very_far), and by which third of the towns, by balanced access before, they live in (``town``: lowest,
        middle, highest).
    curve
        ``new_sites, value, bound, proven, people, index, candidates`` (ids, parted by 、), ``coverage`` (people as a
        part of all whom the services are for); no rows for ``everyone``.
    trade_off
        ``share`` of the index, ``people, index, proven, candidates``.
    unreachable_units
        ``unit, unit_name, reason, persons, cells``.
    notes
        What the reader of these numbers should know.
    """

    name: str
    place: str
    place_id: str
    period: str
    service: str
    services: tuple[str, ...]
    group: str
    objective: str
    sites_asked: int
    capacity: float | None
    value: float
    before: float
    bound: float
    gap: float
    proven: bool
    persons: float
    reachable: float
    reached_before: float
    reached_after: float
    candidates: int
    knee: int | None
    scenario: Scenario
    sites: gpd.GeoDataFrame
    reached: gpd.GeoDataFrame
    unreachable: gpd.GeoDataFrame
    gained: pd.DataFrame
    shares: pd.DataFrame
    runner_ups: pd.DataFrame
    units: pd.DataFrame
    groups: pd.DataFrame
    curve: pd.DataFrame
    trade_off: pd.DataFrame
    unreachable_units: pd.DataFrame
    notes: tuple[Note, ...] = ()

    @property
    def new_sites(self) -> gpd.GeoDataFrame:
        """The sites that open."""
        return self.sites[self.sites["change"] == "open"]


def sitings_folder(home: Path, place: str, period: str) -> Path:
    """Where the sitings of a place and period lie, each in a folder of its own."""
    return home / "data" / "processed" / place / SITINGS_FOLDER / period


def whose_siting(folder: Path) -> str | None:
    """What the siting in a folder is called; None where none that can be read lies there."""
    try:
        name = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(name)


def save_siting(record: SitingRecord, folder: Path) -> None:
    """Write a record into a folder: ``siting.json``, ``scenario.toml`` and a parquet file per table."""
    for name in (*SHAPES, *TABLES):
        getattr(record, name).to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    told = {field.name: getattr(record, field.name) for field in fields(record) if field.name not in _APART}
    told = {name: _plain(value) for name, value in told.items()}
    content = {"form": FORM, **told, "notes": [plain_note(note) for note in record.notes]}
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    (folder / SCENARIO_FILE).write_text(scenario_text(record.scenario), encoding="utf-8", newline="\n")


_APART = (*SHAPES, *TABLES, "scenario", "notes")


def _plain(value: object) -> object:
    """A value as JSON knows it: an endless one as text, which ``float`` reads back."""
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value


def load_siting(folder: Path) -> SitingRecord:
    """Read a record back.

    Raises
    ------
    DataError
        A file of it is missing or damaged, or it was written by another version.
    """
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        shapes: dict[str, Any] = {name: gpd.read_parquet(folder / f"{name}.parquet") for name in SHAPES}
        tables: dict[str, Any] = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
        scenario = read_scenario(folder / SCENARIO_FILE)
        form, notes = told.pop("form"), tuple(note_of(note) for note in told.pop("notes"))
        told = {name: float(value) if name in _NUMBERS else value for name, value in told.items()}
        told |= {"services": tuple(told["services"]), "scenario": scenario, "notes": notes}
        record = SitingRecord(**told, **shapes, **tables)
    except (OSError, ValueError, LookupError, TypeError, Circle15Error) as fault:
        raise DataError("scenario.siting_damaged", folder=str(folder)) from fault
    if form != FORM:
        raise DataError("scenario.siting_damaged", folder=str(folder))
    return record


_NUMBERS = ("value", "before", "bound", "gap", "persons", "reachable", "reached_before", "reached_after")


def load_sitings(home: Path, place: str, period: str) -> tuple[SitingRecord, ...]:
    """All sitings of a place and period, by the names of their folders; none where there are none.

    Raises
    ------
    DataError
        One of them is damaged.

    Examples
    --------
    >>> from pathlib import Path
    >>> load_sitings(Path("nowhere"), "shili", "2026")
    ()
    """
    manifests = sorted(sitings_folder(home, place, period).glob(f"*/{MANIFEST}"))
    return tuple(load_siting(path.parent) for path in manifests)
