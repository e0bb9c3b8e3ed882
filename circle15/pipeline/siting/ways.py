"""Who can reach which site and by how many metres: by each service's own rule in each cell's town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from circle15.access.pairs import pairs_within
from circle15.pipeline.search.classes import class_of_cells
from circle15.pipeline.search.joining import joinable_edges, joined_ways, leg_factor
from circle15.pipeline.search.kept_searches import kept_joins
from circle15.pipeline.search.nearest import entrances_of
from circle15.pipeline.search.parts import own_parts
from circle15.pipeline.search.threads import threads
from circle15.siting.memory import require_room
from circle15.siting.problem import NEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Service
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.joining import Joined
    from circle15.pipeline.search.parts import Part

    Ids = NDArray[np.object_]

# Of the cells and candidates that lie within a distance in a straight line, about so many do so along streets.
ALONG_STREETS = 0.6


def ways_of(inputs: StudyInputs, services: Mapping[str, Ids], candidates: pd.DataFrame, farther: float) -> pd.DataFrame:
    """The pairs of a siting problem.

    Parameters
    ----------
    inputs
        The study.
    services
        By service id the ids of the problem's cells, in the order of the study's.
    candidates
        By id: ``kind``, ``x_m``, ``y_m``, ``services`` (those that a new site may take in; empty for any).
    farther
        How many times as far as a service's limit is searched.

    Returns
    -------
    DataFrame
        ``cell``, ``candidate``, ``metres``.

    Raises
    ------
    ConfigurationError
        There would be so many that they take more than 3 GB.
    """
    classes = class_of_cells(inputs.zones, inputs.population).to_numpy()
    parts = [part for id_ in services for part in own_parts(inputs.catalogue, inputs.catalogue.services[id_], classes)]
    new = candidates[candidates["kind"] == NEW]
    require_room(ALONG_STREETS * sum(_as_the_crow_flies(inputs, part, new, farther) for part in parts))
    ways = joined_ways(inputs, inputs.networks, [part.way for part in parts])
    found = []
    for part in parts:
        own = new[takes_in(new, part.service.id)]
        for pairs in (
            _of_existing(inputs, part, ways[part.way], farther),
            _of_new(inputs, part, ways[part.way], own, farther),
        ):
            ids = services[part.service.id]
            found.append(pairs.assign(cell=ids[pairs["cell"].to_numpy(np.int64)]))
    return pd.concat(found, ignore_index=True)


def takes_in(new: pd.DataFrame, service: str) -> NDArray[np.bool_]:
    """Whether each new site may take in a service; also where there are no new sites."""
    return np.array([not each or service in each for each in new["services"]], dtype=np.bool_)


def _as_the_crow_flies(inputs: StudyInputs, part: Part, new: pd.DataFrame, farther: float) -> int:
    """How many of a part's cells and new sites lie within its farthest limit in a straight line."""
    cells = cKDTree(inputs.population.cells[["x", "y"]].to_numpy()[part.rows])
    sites = cKDTree(new[["x_m", "y_m"]].to_numpy(np.float64).reshape(-1, 2))
    return int(cells.count_neighbors(sites, part.limit_m * farther)) if cells.n and sites.n else 0


def _of_existing(inputs: StudyInputs, part: Part, streets: Joined, farther: float) -> pd.DataFrame:
    own, owner = entrances_of(inputs.facilities, part.service.id)
    cells, doors = streets.cells.take(part.rows), streets.entrances.take(own)
    pairs = pairs_within(streets.network, cells, doors, owner, part.limit_m * farther, threads())
    return _as_table(pairs, part, inputs.facilities.facilities["facility_id"].to_numpy(object))


def _of_new(inputs: StudyInputs, part: Part, streets: Joined, new: pd.DataFrame, farther: float) -> pd.DataFrame:
    network, xy = streets.network, new[["x_m", "y_m"]].to_numpy(np.float64)
    factor, leg_m = leg_factor(inputs.catalogue, part.mode), inputs.study.network.max_leg_m
    doors = kept_joins(inputs.kept, network, xy, leg_m, factor, joinable_edges(network))
    cells, numbers = streets.cells.take(part.rows), np.arange(len(new), dtype=np.int32)
    pairs = pairs_within(network, cells, doors, numbers, part.limit_m * farther, threads())
    return _as_table(pairs, part, new.index.to_numpy(object))


def _as_table(pairs: pd.DataFrame, part: Part, ids: Ids) -> pd.DataFrame:
    """``cell`` (its row), ``candidate`` (its id), ``metres``."""
    cell = part.rows[pairs["origin"].to_numpy()]
    return pd.DataFrame({"cell": cell, "candidate": ids[pairs["facility"].to_numpy()], "metres": pairs["metres"]})


def existing_sites(inputs: StudyInputs, service: Service, kind: str) -> pd.DataFrame:
    """The sites that a service has, by id: ``name``, ``x_m``, ``y_m``, ``places`` (0 where not known), ``kind``."""
    layer = inputs.facilities
    rows = layer.rows_of(service.id)
    first = layer.entrances.drop_duplicates("facility").set_index("facility").loc[rows]
    own = layer.facilities.iloc[rows]
    return pd.DataFrame(
        {
            "name": own["name"].to_numpy(),
            "x_m": first["x"].to_numpy(),
            "y_m": first["y"].to_numpy(),
            "places": own["capacity"].fillna(0.0).to_numpy(),
            "kind": kind,
        },
        index=own["facility_id"].to_numpy(object),
    )
