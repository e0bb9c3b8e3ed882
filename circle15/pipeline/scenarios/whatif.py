"""The what-if page of a study: its searches, and the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.access.pairs import pairs_of
from circle15.assess.circles import deciding_circles
from circle15.assess.index import index_parts, index_table, supplies_of_services
from circle15.assess.needs import kind_word
from circle15.assess.places import sites_of_services
from circle15.assess.rules import counted_classes
from circle15.assess.units import unit_people
from circle15.assess.weights.study import study_weights
from circle15.catalogue.suggestions import closest
from circle15.errors import ConfigurationError, UsageError
from circle15.inputs.facilities.row_words import row_words
from circle15.inputs.facilities.same import SAME_NAME_M, name_suffixes
from circle15.inputs.study_file import read_study
from circle15.pipeline.assessing import reach_score
from circle15.pipeline.folders import output_folders, study_path
from circle15.pipeline.notes.observations import counted_groups
from circle15.pipeline.progress import of_stage, untold
from circle15.pipeline.reading.study_files import read_files
from circle15.pipeline.reading.study_inputs import searching_inputs
from circle15.pipeline.search.joining import joinable_edges, leg_factor
from circle15.pipeline.search.kept_searches import kept_joins
from circle15.pipeline.search.searching import cells_frame, facilities_frame, search
from circle15.pipeline.search.threads import threads
from circle15.pipeline.siting.candidates import candidates_of
from circle15.pipeline.writing import refresh_page
from circle15.publish.whatif.ground import Ground, HeldWay, NameRule
from circle15.publish.whatif.page import whatif_html
from circle15.publish.whatif.runs import joined_runs, runs_of
from circle15.results.single_files import putting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.assess.circles import Circle
    from circle15.catalogue.entries import Service, UrbanRural
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.joining import Joined, Way
    from circle15.pipeline.search.searching import Searched
    from circle15.publish.whatif.runs import Runs

PAGE = "whatif.html"
EVERY_M = 300
# Candidates are searched so many at a time: by car each reaches nearly every cell.
BLOCK = 256


@dataclass(frozen=True)
class WhatIfAsked:
    """What a page is to hold.

    Attributes
    ----------
    services
        Ids of those that can be changed in it; empty for all.
    every_m
        Side of the squares that have one candidate each.
    period
        None for that of the study file.
    """

    services: tuple[str, ...] = ()
    every_m: int = EVERY_M
    period: str | None = None


def write_whatif(study: Path, asked: WhatIfAsked, progress: Progress = untold, lang: str = "zh") -> Path:
    """Read a study, search it, and write its what-if page; gives where it lies.

    Raises
    ------
    Circle15Error
        A file or a setting is wrong, or the study has no such service.
    """
    path = _of_period(study_path(study), asked.period)
    reading = read_files(read_study(path), path, progress)
    inputs = searching_inputs(reading)
    ground = whatif_ground(inputs, path.parent, asked, progress)
    inputs.kept.trim()
    progress("write")
    tables, maps = output_folders(path)
    page = maps / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    with putting(page) as (draft,):
        draft.write_bytes(whatif_html(ground, lang).encode("utf-8"))
    refresh_page(tables)
    return page


def _of_period(path: Path, period: str | None) -> Path:
    """The study file of a period: the one named, or that in the period's folder beside or below it."""
    found = read_study(path).study.period
    if period is None or period == found:
        return path
    folders = (path.parent / period, path.parent.parent / period, path.parent.parent)
    for other in (folder / path.name for folder in folders):
        if other.is_file() and read_study(other).study.period == period:
            return other
    raise ConfigurationError("whatif.period_missing", period=period, found=found, folder=str(folders[0]))


def whatif_ground(inputs: StudyInputs, folder: Path, asked: WhatIfAsked, progress: Progress = untold) -> Ground:
    """Search a study that has been read, from its sites and from the candidates; nothing is written.

    Parameters
    ----------
    inputs
        The study.
    folder
        Where the files lie that its ``[siting]`` names.
    asked
        What the page is to hold.
    progress
        Told of each stage as it begins.

    Raises
    ------
    UsageError
        The study has no such service.
    ConfigurationError
        No service can be changed in a page, or there is no place for a new site.
    """
    fixed = _fixed(inputs, asked)
    progress("search")
    searched = search(inputs, of_stage(progress, "search"))
    cells, facilities = cells_frame(inputs, searched), facilities_frame(inputs, searched)
    circles = deciding_circles(inputs.catalogue, counted_groups(inputs))
    progress("assess")
    zones = inputs.zones.frame
    sites = sites_of_services(cells, searched.pairs, facilities, circles)
    parts = index_parts(cells, zones, circles, reach_score(inputs.study.index), supplies_of_services(sites))
    weights = study_weights(inputs.catalogue, inputs.study.index)
    candidates = page_candidates(inputs, folder, asked.every_m)
    progress("candidates")
    return Ground(
        study=inputs.study,
        catalogue=inputs.catalogue,
        zones=zones,
        cells=cells,
        facilities=facilities,
        index_parts=parts,
        index=index_table(parts, weights, unit_people(cells, zones)),
        circles=circles,
        weights=weights,
        sites=sites,
        fixed=fixed,
        names=NameRule("".join(row_words("names")["ignored"]), name_suffixes(), SAME_NAME_M),
        entrance_facility=inputs.facilities.entrances["facility"].to_numpy(np.int64),
        candidates=candidates,
        every_m=asked.every_m,
        ways=tuple(_held_ways(inputs, searched, circles, fixed, candidates)),
    )


def _fixed(inputs: StudyInputs, asked: WhatIfAsked) -> frozenset[str]:
    """Services that cannot be changed: not asked for, or their standard names kinds that cannot be told apart."""
    services = inputs.catalogue.services
    for service in asked.services:
        if service not in services:
            known, near = ", ".join(services), closest(service, services) or next(iter(services))
            raise UsageError("whatif.service_unknown", service=service, known=known, closest=near)
    wanted = asked.services or tuple(services)
    untold = {id_ for id_, service in services.items() if not _kinds_told(service)}
    if untold.issuperset(wanted):
        raise ConfigurationError("whatif.all_compound")
    return frozenset(id_ for id_ in services if id_ in untold or id_ not in wanted)


def _kinds_told(service: Service) -> bool:
    """Whether of every kind that a standard asks for a new site can be named."""
    return all(kind_word(service.needs, number) for number in range(len(service.needs)))


def page_candidates(inputs: StudyInputs, folder: Path, every_m: int) -> pd.DataFrame:
    """Places for new sites: those of ``[siting]``, and street corners unless it wants none.

    Each lies exactly where its degrees of seven decimals say, so that a scenario that names them gives the same ways.

    Returns
    -------
    pandas.DataFrame
        As of ``candidates_of``, without those that are forbidden, and ``cell`` (the row of the nearest cell).

    Raises
    ------
    ConfigurationError
        There is none.
    """
    own = inputs.study.siting
    settings = own.model_copy(update={"every_m": every_m, "streets": own.streets or "squares"})
    found, _ = candidates_of(inputs, folder, settings, (), next(iter(inputs.catalogue.services)))
    named = found.index.isin(settings.forbid) | found["name"].isin(settings.forbid).to_numpy()
    allowed = found[~(named | found["forbidden"].eq(True).to_numpy())]
    if not len(allowed):
        raise ConfigurationError("whatif.no_candidates", every=every_m)
    centres = shapely.STRtree(shapely.points(inputs.population.cells[["x", "y"]].to_numpy()))
    nearest = centres.nearest(shapely.points(allowed[["x_m", "y_m"]].to_numpy(np.float64)))
    placed: pd.DataFrame = allowed.assign(cell=nearest)
    return placed


def _held_ways(
    inputs: StudyInputs, searched: Searched, circles: Sequence[Circle], fixed: frozenset[str], candidates: pd.DataFrame
) -> Iterator[HeldWay]:
    xy = candidates[["x_m", "y_m"]].to_numpy(np.float64)
    limits = _limits_by_way(circles, fixed, counted_classes(searched.classes.tolist()))
    for way, counted in limits.items():
        streets = searched.ways[way]
        factor, max_leg_m = leg_factor(inputs.catalogue, way[0]), inputs.study.network.max_leg_m
        joinable = joinable_edges(streets.network)
        doors = kept_joins(inputs.kept, streets.network, xy, max_leg_m, factor, joinable)
        yield HeldWay(
            mode=way[0],
            travel=way[1],
            network=streets.network,
            cells=streets.cells,
            entrances=streets.entrances,
            candidates=doors,
            reached=_reached(streets, doors, counted, searched.classes == "rural"),
            counted=counted,
        )


def _limits_by_way(
    circles: Sequence[Circle], fixed: frozenset[str], classes: Sequence[UrbanRural]
) -> dict[Way, dict[float, tuple[UrbanRural, ...]]]:
    """The limits of all rules that people are counted by, and the classes of town that each is for."""
    found: dict[Way, dict[float, tuple[UrbanRural, ...]]] = {}
    for circle in circles:
        for kind in classes if circle.service.id not in fixed else ():
            rule = circle.rule(kind)
            of_way = found.setdefault((rule.mode, circle.service.travel), {})
            of_way[rule.limit_m] = tuple(each for each in classes if each in {*of_way.get(rule.limit_m, ()), kind})
    return {way: dict(sorted(found[way].items())) for way in sorted(found)}


def _reached(
    streets: Joined, doors: EdgeJoins, counted: Mapping[float, tuple[UrbanRural, ...]], rural: NDArray[np.bool_]
) -> dict[float, Runs]:
    """Which cells each candidate reaches within each limit, among the cells of the classes that it is for."""
    number_of = {limit_m: _numbers(kinds, rural) for limit_m, kinds in counted.items()}
    blocks = []
    for begin in range(0, len(doors), BLOCK):
        own = np.arange(begin, min(begin + BLOCK, len(doors)))
        some = doors.take(own), np.arange(len(own), dtype=np.int32)
        pairs = pairs_of(streets.network, streets.cells, *some, max(counted), threads())
        order = np.lexsort((pairs.origin, pairs.facility))
        cell, candidate, metres = pairs.origin[order], pairs.facility[order], pairs.metres[order]
        block = {}
        for limit_m, number in number_of.items():
            within = (metres <= limit_m) & (number[cell] >= 0)
            block[limit_m] = runs_of(candidate[within], number[cell[within]], len(own))
        blocks.append(block)
    return {limit_m: joined_runs([block[limit_m] for block in blocks]) for limit_m in counted}


def _numbers(kinds: Sequence[UrbanRural], rural: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Each cell's number among those of the classes, -1 where it is of none of them."""
    own = np.where(rural, "rural" in kinds, "urban" in kinds)
    return np.where(own, np.cumsum(own) - 1, -1)
