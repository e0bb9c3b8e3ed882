"""Joins and searches, each done once for the same streets, points and profile.

What they depend on is hashed: the network's digest, the points, the leg, the limit, and the code that searches, so that
another version of the program never takes over what an older one has found.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from circle15.access.few import few_nearest
from circle15.access.joins import EdgeJoins, join_to_edges
from circle15.access.nearest import Nearest, nearest_of_services
from circle15.access.needs import nearest_of_needs
from circle15.access.pairs import pairs_within
from circle15.pipeline.fingerprints import code_of
from circle15.pipeline.progress import no_pieces
from circle15.pipeline.search.kept import hash_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from circle15.access.needs import Sites
    from circle15.model.network import StreetNetwork
    from circle15.pipeline.progress import Pieces
    from circle15.pipeline.search.kept import Arrays, KeptArrays

    # The entrances of a service, and the number of the facility that each belongs to.
    Doors = tuple[EdgeJoins, NDArray[np.int32]]

PAIR_COLUMNS = ("origin", "facility", "metres")
CODE = ("circle15.access", "circle15.access.abreast", "circle15.model")


def kept_joins(
    kept: KeptArrays,
    network: StreetNetwork,
    xy: NDArray[np.float64],
    max_leg_m: float,
    leg_factor: float,
    joinable: NDArray[np.bool_] | None = None,
) -> EdgeJoins:
    """``join_to_edges``, or what it once gave for the same."""
    # Which kinds of street are only passed stands in a table that a planner may edit, not in the network.
    key = hash_of("joins", code_of_search(), network.digest, xy, max_leg_m, leg_factor, joinable)
    found = kept.recalled(key, lambda: _arrays(join_to_edges(network, xy, max_leg_m, leg_factor, joinable)))
    return EdgeJoins(**{field.name: found[field.name] for field in fields(EdgeJoins)})  # type: ignore[arg-type]


def kept_nearest(
    kept: KeptArrays,
    network: StreetNetwork,
    cells: EdgeJoins,
    services: Mapping[str, Doors],
    threads: int,
    pieces: Pieces = no_pieces,
) -> dict[str, Nearest]:
    """``nearest_of_services``; only services that were never searched for on these streets are searched for."""
    places = hash_of(code_of_search(), network.digest, _hash_of_joins(cells))
    own = {service: _numbered_alone(doors) for service, doors in services.items()}
    keys = {service: hash_of("nearest", places, *_hash_of_doors(doors)) for service, (doors, _) in own.items()}
    found = {service: arrays for service, key in keys.items() if (arrays := kept.get(key)) is not None}
    missing = {service: doors for service, (doors, _) in own.items() if service not in found}
    for service, nearest in (nearest_of_services(network, cells, missing, threads, pieces) if missing else {}).items():
        found[service] = _arrays(nearest)
        kept.put(keys[service], found[service])
    return {service: _in_study(found[service], own[service][1]) for service in services}


def _in_study(found: Arrays, numbers: NDArray[np.int32]) -> Nearest:
    """What was found for a service alone, with the study's numbers of its facilities; -1 stays."""
    nearest = np.append(numbers, np.int32(-1))[found["facility"]]
    return Nearest(cast("NDArray[np.float64]", found["metres"]), nearest)


def kept_pairs(
    kept: KeptArrays,
    network: StreetNetwork,
    cells: EdgeJoins,
    doors: Doors,
    limit_m: float,
    threads: int,
    pieces: Pieces = no_pieces,
) -> pd.DataFrame:
    """``pairs_within``, or what it once gave for the same; pairs kept to a larger limit serve every smaller one.

    A limit is metres: another speed or number of minutes searches only where it reaches farther than any before.
    """
    alone, numbers = _numbered_alone(doors)
    places = hash_of(code_of_search(), network.digest, _hash_of_joins(cells))
    key = hash_of("pairs", places, *_hash_of_doors(alone))
    found = kept.get(key)
    if found is None or not limit_m <= float(found["limit_m"]):
        pairs = pairs_within(network, cells, *alone, limit_m, threads, pieces)
        found = {name: pairs[name].to_numpy() for name in PAIR_COLUMNS} | {"limit_m": np.array(float(limit_m))}
        kept.put(key, found)
    within = cast("NDArray[np.float64]", found["metres"]) <= limit_m
    origin, facility, metres = (found[name][within] for name in PAIR_COLUMNS)
    return pd.DataFrame({"origin": origin, "facility": numbers[facility], "metres": metres})


def kept_needs(kept: KeptArrays, network: StreetNetwork, cells: EdgeJoins, doors: Doors, sites: Sites) -> Nearest:
    """``nearest_of_needs``, or what it once gave for the same."""
    alone, numbers = _numbered_alone(doors)
    own = [(count, np.searchsorted(numbers, np.intersect1d(facilities, numbers))) for count, facilities in sites]
    places = hash_of(code_of_search(), network.digest, _hash_of_joins(cells))
    asked = [part for count, facilities in own for part in (float(count), facilities)]
    key = hash_of("needs", places, *_hash_of_doors(alone), *asked)
    found = kept.recalled(key, lambda: _arrays(nearest_of_needs(network, cells, *alone, own)))
    return _in_study(found, numbers)


def kept_few(kept: KeptArrays, network: StreetNetwork, cells: EdgeJoins, doors: Doors, few: int) -> Nearest:
    """``few_nearest``, or what it once gave for the same."""
    alone, numbers = _numbered_alone(doors)
    places = hash_of(code_of_search(), network.digest, _hash_of_joins(cells))
    key = hash_of("few", places, *_hash_of_doors(alone), few)
    found = kept.recalled(key, lambda: _arrays(few_nearest(network, cells, *alone, few)))
    return _in_study(found, numbers)


def _numbered_alone(doors: Doors) -> tuple[Doors, NDArray[np.int32]]:
    """The doors of a service with its facilities numbered from 0, and the study's numbers of these.

    The study numbers all facilities in one row, so a change to one list moves the numbers of the others.
    """
    numbers, alone = np.unique(np.asarray(doors[1], dtype=np.int32), return_inverse=True)
    return (doors[0], alone.astype(np.int32)), numbers


def code_of_search() -> str:
    """The hash of the code that joins and searches."""
    return code_of(*CODE)


def _arrays(held: EdgeJoins | Nearest) -> dict[str, NDArray[np.generic]]:
    return {field.name: getattr(held, field.name) for field in fields(held)}


def _hash_of_joins(joins: EdgeJoins) -> str:
    return hash_of(*cast("tuple[NDArray[np.generic], ...]", tuple(_arrays(joins).values())))


def _hash_of_doors(doors: Doors) -> tuple[str, NDArray[np.int32]]:
    return _hash_of_joins(doors[0]), doors[1]
