"""A study's siting problem: its people, its existing sites, candidates from its streets, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.access.pairs import pairs_within
from circle15.assess.circles import deciding_circles
from circle15.catalogue.suggestions import closest
from circle15.errors import ConfigurationError, UsageError
from circle15.inputs.study_file import read_study
from circle15.pipeline.classes import class_of_cells
from circle15.pipeline.folders import searches_folder, study_path
from circle15.pipeline.joining import joinable_edges, joined_ways, leg_factor
from circle15.pipeline.kept import KeptArrays
from circle15.pipeline.kept_searches import kept_joins
from circle15.pipeline.nearest import entrances_of
from circle15.pipeline.observations import counted_groups
from circle15.pipeline.parts import own_parts
from circle15.pipeline.progress import untold
from circle15.pipeline.reading import read_files, whole_inputs
from circle15.pipeline.threads import threads
from circle15.siting import SitingProblem, solve
from circle15.siting.explained import explain
from circle15.siting.problem import KEPT, NEW
from circle15.siting.street_candidates import street_candidates

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Service
    from circle15.pipeline.joining import Joined
    from circle15.pipeline.parts import Part
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading import StudyInputs
    from circle15.siting import SitingPlan
    from circle15.siting.explained import Explanation
    from circle15.siting.problem import Objective

# Ways are searched so many times as far as the limit where people beyond it count too.
FARTHER = {"index": 2.0, "distance": 3.0, "longest": 10.0}
OUTSIDE = "-"


@dataclass(frozen=True)
class Asked:
    """What a planner asks for.

    Attributes
    ----------
    service
        Id of the service.
    sites
        The most new sites.
    objective
        See ``SitingProblem``.
    places
        Places of each new site, for the objective ``places``; None for any other.
    every_m
        Side of the squares that have one candidate each.
    """

    service: str
    sites: int
    objective: Objective = "people"
    places: float | None = None
    every_m: int = 300


@dataclass(frozen=True, eq=False)
class SitedStudy:
    """A study's plan.

    Attributes
    ----------
    inputs
        What the study's files say.
    service
        What was sited.
    plan, why
        The sites, and what each does.
    unknown_places
        How many existing sites were counted as holding nobody because their places are not known; 0 where places do
        not count.
    """

    inputs: StudyInputs
    service: Service
    plan: SitingPlan
    why: Explanation
    unknown_places: int


def site_study(study: Path, asked: Asked, progress: Progress = untold) -> SitedStudy:
    """Read a study and site a service in it.

    Raises
    ------
    Circle15Error
        A file or a setting is wrong, or the problem cannot be solved.
    """
    path = study_path(study)
    reading = read_files(read_study(path), path, progress)
    inputs = replace(whole_inputs(reading), kept=KeptArrays(searches_folder(path, reading.study.study)))
    progress("search")
    problem = siting_problem(inputs, asked)
    progress("site")
    plan = solve(problem)
    own = inputs.facilities.facilities.iloc[inputs.facilities.rows_of(asked.service)]
    unknown = int(own["capacity"].isna().sum()) if asked.objective == "places" else 0
    return SitedStudy(inputs, inputs.catalogue.services[asked.service], plan, explain(plan), unknown)


def siting_problem(inputs: StudyInputs, asked: Asked) -> SitingProblem:
    """The problem as tables.

    Raises
    ------
    UsageError
        The study has no such service.
    ConfigurationError
        Its standard asks for several kinds of site at once.
    """
    services = inputs.catalogue.services
    if asked.service not in services:
        raise UsageError(
            "siting.service_unknown",
            service=asked.service,
            known=", ".join(services),
            closest=closest(asked.service, services) or next(iter(services)),
        )
    service = services[asked.service]
    if service.needs:
        raise ConfigurationError("siting.compound", service=service.label)
    candidates = pd.concat([_existing(inputs, service.id), _from_streets(inputs, asked)])
    return SitingProblem(
        cells=_cells(inputs, service.id),
        candidates=candidates,
        pairs=_pairs(inputs, service, candidates, FARTHER.get(asked.objective, 1.0)),
        sites=asked.sites,
        objective=asked.objective,
    )


def _cells(inputs: StudyInputs, service: str) -> pd.DataFrame:
    grid = inputs.population
    cells = grid.cells.assign(urban_rural=class_of_cells(inputs.zones, grid).to_numpy())
    people = {f"persons_{group}": grid.persons[group].to_numpy() for group in grid.persons}
    cells = cells.assign(**people)
    circle = next(
        each for each in deciding_circles(inputs.catalogue, counted_groups(inputs)) if each.service.id == service
    )
    table = pd.DataFrame(
        {
            "persons": circle.persons(cells),
            "unit": cells[f"{inputs.zones.levels[-1]}_code"].to_numpy(),
            "limit_m": circle.limits_m(cells),
        }
        | people
    )
    return table.set_index(cells["cell_id"].to_numpy())


def _existing(inputs: StudyInputs, service: str) -> pd.DataFrame:
    layer = inputs.facilities
    rows = layer.rows_of(service)
    first = layer.entrances.drop_duplicates("facility").set_index("facility").loc[rows]
    own = layer.facilities.iloc[rows]
    table = pd.DataFrame(
        {
            "name": own["name"].to_numpy(),
            "x_m": first["x"].to_numpy(),
            "y_m": first["y"].to_numpy(),
            "places": own["capacity"].fillna(0.0).to_numpy(),
        },
        index=own["facility_id"].to_numpy(),
    )
    return table.assign(kind=KEPT, town=_towns(inputs, table))


def _from_streets(inputs: StudyInputs, asked: Asked) -> pd.DataFrame:
    """Candidates inside the study's area."""
    network = inputs.network
    found = street_candidates(network, asked.every_m, joinable_edges(network))
    area = inputs.zones.root.geometry.iloc[0]
    within: pd.DataFrame = found[shapely.contains_xy(area, found["x_m"].to_numpy(), found["y_m"].to_numpy())]
    places = np.inf if asked.places is None else asked.places
    return within.assign(places=places, kind=NEW, town=_towns(inputs, within))


def _towns(inputs: StudyInputs, points: pd.DataFrame) -> list[str]:
    """Code of the town of each point, of towns that share it the first; ``OUTSIDE`` where it lies in none."""
    level = "town" if "town" in inputs.zones.levels else inputs.zones.levels[-1]
    towns = inputs.zones.at_level(level)
    codes = np.full(len(points), OUTSIDE, dtype=object)
    at = shapely.points(points[["x_m", "y_m"]].to_numpy())
    point, town = shapely.STRtree(towns.geometry.to_numpy()).query(at, predicate="intersects")
    order = np.lexsort((-town, point))
    codes[point[order]] = towns["code"].to_numpy(object)[town[order]]
    return [str(code) for code in codes]


def _pairs(inputs: StudyInputs, service: Service, candidates: pd.DataFrame, farther: float) -> pd.DataFrame:
    parts = own_parts(inputs.catalogue, service, class_of_cells(inputs.zones, inputs.population).to_numpy())
    ways = joined_ways(inputs, inputs.networks, [part.way for part in parts])
    found = []
    for part in parts:
        found += [
            _of_existing(inputs, part, ways[part.way], farther),
            _of_new(inputs, part, ways[part.way], candidates[candidates["kind"] == NEW], farther),
        ]
    table = pd.concat(found, ignore_index=True)
    ids = inputs.population.cells["cell_id"].to_numpy()
    return table.assign(cell=ids[table["cell"].to_numpy(np.int64)])


def _of_existing(inputs: StudyInputs, part: Part, streets: Joined, farther: float) -> pd.DataFrame:
    own, owner = entrances_of(inputs.facilities, part.service.id)
    cells, doors = streets.cells.take(part.rows), streets.entrances.take(own)
    pairs = pairs_within(streets.network, cells, doors, owner, part.limit_m * farther, threads())
    ids = inputs.facilities.facilities["facility_id"].to_numpy(object)
    return _as_table(pairs, part, ids)


def _of_new(inputs: StudyInputs, part: Part, streets: Joined, new: pd.DataFrame, farther: float) -> pd.DataFrame:
    network, xy = streets.network, new[["x_m", "y_m"]].to_numpy(np.float64)
    factor, leg_m = leg_factor(inputs.catalogue, part.mode), inputs.study.network.max_leg_m
    doors = kept_joins(inputs.kept, network, xy, leg_m, factor, joinable_edges(network))
    cells, numbers = streets.cells.take(part.rows), np.arange(len(new), dtype=np.int32)
    pairs = pairs_within(network, cells, doors, numbers, part.limit_m * farther, threads())
    return _as_table(pairs, part, new.index.to_numpy(object))


def _as_table(pairs: pd.DataFrame, part: Part, ids: NDArray[np.object_]) -> pd.DataFrame:
    """``cell`` (its row), ``candidate`` (its id), ``metres``."""
    cell = part.rows[pairs["origin"].to_numpy()]
    return pd.DataFrame({"cell": cell, "candidate": ids[pairs["facility"].to_numpy()], "metres": pairs["metres"]})
