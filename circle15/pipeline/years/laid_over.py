"""Two years whose files have been read: laid over each other, searched both ways, and every change split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from circle15.assess.comparison.changed_sites import ChangedSites, sites_table
from circle15.assess.comparison.split import mixtures, split_table
from circle15.assess.comparison.years import TwoYears
from circle15.catalogue.entries import Label
from circle15.errors import ConfigurationError
from circle15.model.ledger import Note
from circle15.pipeline.years.common_ground import common_ground
from circle15.pipeline.years.common_views import distances_of_years, has_parts, judged_by, views_of_years
from circle15.pipeline.years.same_facilities import changed_sites, matched_facilities, together, with_capacities
from circle15.pipeline.years.two_years import NETWORK_SETTINGS, readings_of, shared_services

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.years.common_ground import CommonGround
    from circle15.pipeline.years.common_views import Judged, Readings
    from circle15.results import Results

    Listed = Mapping[tuple[int, int, int], tuple[pd.DataFrame, ...]]


@dataclass(frozen=True, eq=False)
class LaidOver:
    """The split of every change, what each changed site did, and what should be told."""

    split: pd.DataFrame
    sites: pd.DataFrame
    notes: tuple[Note, ...]


def laid_over(
    before: Results, after: Results, own: tuple[StudyInputs, StudyInputs], paths: tuple[Path, Path], progress: Progress
) -> LaidOver:
    """Lay two years over each other and split every change.

    Parameters
    ----------
    before, after
        The runs, whose tables say of which services enough is known of capacities.
    own
        The files of both years, each read under its own definitions.
    paths
        Their study files, to read them under the other's definitions.
    progress
        Called with the name of each stage.

    Raises
    ------
    ConfigurationError
        The two years have no service in common, or no ground.
    """
    services = shared_services(*own)
    if not services:
        periods = [each.study.study.period for each in own]
        raise ConfigurationError("comparison.no_service", old=periods[0], new=periods[1])
    ground = common_ground(*own)
    readings = readings_of(own, paths)
    judged = tuple(judged_by(own[year], services, ground, year) for year in (0, 1))
    matches = _matches(readings)
    changed = _changed(readings, matches, services)
    listed = _listed(readings, matches, services)
    moved = _moved(readings, ground, judged, changed, listed)
    progress("search")
    views = views_of_years(readings, ground, judged, moved)
    sites = distances_of_years(readings, ground, judged, changed, moved)
    progress("split")
    supplied, also_judged = _supply_known(before, after, judged, listed)
    years = TwoYears(
        units=ground.zones[1].frame[["level", "code", "name"]].reset_index(drop=True),
        unit_of_cell=_unit_of_cell(ground),
        people=ground.people,
        definitions=(judged[0].definitions, judged[1].definitions),
        views=views,
        facilities=listed,
        supplied=supplied,
        judged=also_judged,
        moved=moved,
    )
    values = mixtures(years)
    notes = (
        *ground.notes,
        *_service_notes(own, services),
        *_supply_notes(before, after, supplied, also_judged, services),
    )
    return LaidOver(split_table(years, values), sites_table(years, sites, values), (*notes, *_several(changed, judged)))


def _matches(readings: Readings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Which facilities are the same, as either year's definitions read the lists."""
    layers = [[readings[year, judging].facilities for year in (0, 1)] for judging in (0, 1)]
    now = matched_facilities(*layers[1])
    alike = all(one is other for one, other in zip(*layers, strict=True))
    return (now if alike else matched_facilities(*layers[0])), now


def _unit_of_cell(ground: CommonGround) -> dict[str, NDArray[np.int64]]:
    cells, zones = ground.grid.cells, ground.zones[1]
    return {
        level: pd.Index(zones.at_level(level)["code"]).get_indexer(cells[f"{level}_code"]) for level in zones.levels
    }


def _changed(readings: Readings, matches: Sequence[pd.DataFrame], services: Sequence[str]) -> tuple[ChangedSites, ...]:
    """The changed sites of every service, without distances yet; new definitions may look farther than old ones."""
    found = []
    for number, service in enumerate(services):
        seen = [
            changed_sites(matches[judging], readings[0, judging].facilities, readings[1, judging].facilities, service)
            for judging in (1, 0)
        ]
        named = pd.concat(seen, ignore_index=True).drop_duplicates(["old_id", "new_id"], ignore_index=True)
        compound = any(has_parts(readings[year, judging], service) for year in (0, 1) for judging in (0, 1))
        found.append(ChangedSites(number, together(named) if compound else named, {}))
    return tuple(found)


def _listed(readings: Readings, matches: Sequence[pd.DataFrame], services: Sequence[str]) -> Listed:
    """Facilities by the year that they are of, that of their capacities and flags, and that of the definitions."""
    listed = {}
    for judging, matched in enumerate(matches):
        both = matched[(matched["old_id"] != "") & (matched["new_id"] != "")]
        ids = [list(both[name]) for name in ("old_id", "new_id")]
        layers = [readings[year, judging].facilities for year in (0, 1)]
        for year in (0, 1):
            same = dict(zip(ids[year], ids[1 - year], strict=True))
            listed[year, year, judging] = with_capacities(layers[year], layers[year], {}, services)
            listed[year, 1 - year, judging] = with_capacities(layers[year], layers[1 - year], same, services)
    return listed


def _moved(
    readings: Readings, ground: CommonGround, judged: Sequence[Judged], changed: Iterable[ChangedSites], listed: Listed
) -> tuple[bool, bool, bool, bool, bool]:
    """Which factors differ at all."""
    return (
        any(len(sites.named) for sites in changed),
        any(
            _figures_differ(*both)
            for judging in (0, 1)
            for both in zip(listed[1, 0, judging], listed[1, 1, judging], strict=True)
        ),
        not ground.people[0].equals(ground.people[1]),
        any(_streets_differ(readings, judging) for judging in (0, 1)),
        _definitions_differ(readings, judged),
    )


def _figures_differ(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    columns = [column for column in one if column == "capacity" or str(column).startswith("flag_")]
    return not one[columns].equals(other[columns])


def _streets_differ(readings: Readings, judging: int) -> bool:
    old, new = (readings[year, judging].networks for year in (0, 1))
    return any(old[mode].digest != new[mode].digest for mode in old.keys() & new.keys())


def _definitions_differ(readings: Readings, judged: Sequence[Judged]) -> bool:
    one, other = judged[0].definitions, judged[1].definitions
    settings = [[getattr(readings[year, year].study.network, name) for name in NETWORK_SETTINGS] for year in (0, 1)]
    return not (
        one.circles == other.circles
        and np.array_equal(one.weights, other.weights)
        and one.score is other.score
        and one.cells.equals(other.cells)
        and settings[0] == settings[1]
        and judged[0].catalogue.speeds == judged[1].catalogue.speeds
    )


def _supply_known(
    before: Results, after: Results, judged: Sequence[Judged], listed: Listed
) -> tuple[frozenset[str], frozenset[str]]:
    """Services of which both years know enough of capacities, and of quality."""
    supplied, flagged = set(), set()
    for number, circle in enumerate(judged[1].definitions.circles):
        id_ = circle.service.id
        sides = [each.definitions.circles[number] for each in judged]
        standards = all(
            side.service.supply is not None
            and (side.service.supply.of == "residents" or side.group == side.service.group)
            for side in sides
        )
        if standards and all(_known(run, id_, "root_supply") for run in (before, after)):
            supplied.add(id_)
            columns = [f"flag_{side.service.quality.flag}" for side in sides if side.service.quality is not None]
            told = len(columns) == len(sides) and all(
                column in frames[number] for column in columns for frames in listed.values()
            )
            if told and all(_known(run, id_, "quality") for run in (before, after)):
                flagged.add(id_)
    return frozenset(supplied), frozenset(flagged)


def _known(run: Results, service: str, column: str) -> bool:
    """Whether a run has this figure for its whole area."""
    rows = run.index_parts[run.index_parts["service"] == service]
    return column in rows and len(rows) > 0 and bool(pd.notna(rows[column].iloc[0]))


def _service_notes(own: Sequence[StudyInputs], services: Sequence[str]) -> list[Note]:
    """Say which services only one of the years has."""
    notes = []
    for each in own:
        alone = [service.label for id_, service in each.catalogue.services.items() if id_ not in services]
        if alone:
            facts = {"period": each.study.study.period, "services": Label.listing(alone)}
            notes.append(Note("comparison.service_one_year", facts))
    return notes


def _supply_notes(
    before: Results, after: Results, supplied: frozenset[str], flagged: frozenset[str], services: Sequence[str]
) -> list[Note]:
    """Say of which services only one year knows the capacities, or the quality."""
    notes = []
    for column, known in (("root_supply", supplied), ("quality", flagged)):
        for run in (before, after):
            alone = [
                run.catalogue.services[id_].label for id_ in services if id_ not in known and _known(run, id_, column)
            ]
            if alone:
                facts = {"period": run.study.study.period, "services": Label.listing(alone)}
                notes.append(Note(f"comparison.{column}_one_year", facts))
    return notes


def _several(changed: Iterable[ChangedSites], judged: Sequence[Judged]) -> list[Note]:
    """Say of which services the changed sites are told together only."""
    several = [sites.number for sites in changed if sites.together]
    labels = [judged[1].definitions.circles[number].service.label for number in several]
    return [Note("comparison.several_sites", {"services": Label.listing(labels)})] if labels else []
