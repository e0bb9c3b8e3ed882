"""Cells and facilities on the streets of each mode, in the direction in which it is travelled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.catalogue.through import through_kinds
from circle15.model.network import reversed_streets
from circle15.pipeline.search.kept import NOTHING_KEPT, KeptArrays
from circle15.pipeline.search.kept_searches import kept_joins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from circle15.access.joins import EdgeJoins
    from circle15.catalogue.entries import Catalogue, Mode, Travel
    from circle15.model.network import StreetNetwork
    from circle15.pipeline.reading.study_inputs import StudyInputs

    Way = tuple[Mode, Travel]
    Ways = Mapping[Way, "Joined"]

# Whose walk the legs are where a ride begins and ends.
LEG_SPEED = "adult"


@dataclass(frozen=True, eq=False)
class Joined:
    """Streets of one mode, all cells and all entrances on them, and what was searched there before."""

    network: StreetNetwork
    cells: EdgeJoins
    entrances: EdgeJoins
    kept: KeptArrays = NOTHING_KEPT


def joined_ways(inputs: StudyInputs, networks: Mapping[Mode, StreetNetwork], ways: Iterable[Way]) -> dict[Way, Joined]:
    """Cells and entrances on the streets of each way that is asked for."""
    wanted = sorted(set(ways))
    joined = {mode: _joined(inputs, networks[mode], mode) for mode in dict.fromkeys(mode for mode, _ in wanted)}
    # The same lines the other way round: who joins them where stays the same.
    reverse = {
        mode: replace(joined[mode], network=reversed_streets(networks[mode]))
        for mode, travel in wanted
        if travel == "from_site"
    }
    return {(mode, travel): (joined if travel == "to_site" else reverse)[mode] for mode, travel in wanted}


def _joined(inputs: StudyInputs, network: StreetNetwork, mode: Mode) -> Joined:
    max_leg_m, factor = inputs.study.network.max_leg_m, leg_factor(inputs.catalogue, mode)
    joinable = joinable_edges(network)
    cells, entrances = (
        kept_joins(inputs.kept, network, frame[["x", "y"]].to_numpy(), max_leg_m, factor, joinable)
        for frame in (inputs.population.cells, inputs.facilities.entrances)
    )
    return Joined(network, cells, entrances, inputs.kept)


def joinable_edges(network: StreetNetwork) -> NDArray[np.bool_] | None:
    """bool, (edges,): the edges that homes and sites may join; None where the mode gets out on every kind of street."""
    passed = through_kinds(network.mode).intersection(network.kinds)
    if not passed:
        return None
    numbers = [number for number, kind in enumerate(network.kinds) if kind in passed]
    joinable: NDArray[np.bool_] = ~np.isin(network.kind, numbers)
    return joinable


def leg_factor(catalogue: Catalogue, mode: Mode) -> float:
    """How many metres of a mode's level travel go by while one walks a metre: the legs of a ride are walked.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> round(leg_factor(load_catalogue(), "cycle"), 6), leg_factor(load_catalogue(), "walk")
    (2.75, 1.0)
    """
    if mode == "walk":
        return 1.0
    of_mode = next(speed for speed in catalogue.speeds.values() if speed.mode == mode)
    return of_mode.m_s / catalogue.speeds[LEG_SPEED].m_s
