"""A siting problem as a planner states it: people, candidates by their ids, ways between them, and rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Objective = Literal["people", "places", "index", "distance", "longest", "everyone"]
OBJECTIVES: tuple[Objective, ...] = ("people", "places", "index", "distance", "longest", "everyone")
KINDS = NEW, KEPT, CLOSING = ("new", "kept", "closing")


@dataclass(frozen=True, eq=False)
class SitingProblem:
    """What is to be sited.

    Attributes
    ----------
    cells
        By cell id: ``persons`` (of the group that the service is for), ``unit`` (village or town that it is told by),
        ``limit_m`` (metres within which a site is in reach). Several services in one building: a row per cell and
        service, with the ``weight`` (optional; 0 or more, 1 where not given) that a person of the service counts, and
        ``service``.
    candidates
        By id: ``name``, ``town``, ``kind``: ``new``, ``kept`` (exists and stays) or ``closing`` (exists, and may
        close). Optional ``cost`` (0 or more; of a closing site what its closing frees), ``places``, ``must`` and
        ``forbidden`` (bool), ``x_m`` and ``y_m``. An existing site that may grow is a further candidate at the same
        ways, whose places are those that it would gain; ``grows`` (optional, "" for all others) says which one it is:
        it counts among the new sites, but neither in its town's floor and cap nor as near to another, and stands only
        where that site stays.
    pairs
        ``cell``, ``candidate``, ``metres``: who reaches what, each pair once, in any order. For ``index`` up to twice
        the limit.
    sites
        The most new sites, not counting those for which an existing one is moved.
    moves
        The most existing sites that are moved: each of so many that close makes room for one new site more.
    close_at_most
        The most existing sites that close, moved ones among them; None for as many as may. One closes only where that
        earns something: the room of a move, money within the budget, room under a cap or for a new site too near.
    objective
        ``people``: most within reach (MCLP). ``places``: most who find a place (capacitated MCLP). ``index``: most
        people by the root of their reach, which raises the balanced access of the district most. ``distance``: least
        walking (p-median). ``longest``: the shortest longest way (p-centre). ``everyone``: the fewest or cheapest sites
        that reach all who can be reached (LSCP).
    budget
        What new sites may cost together, less what closing frees, in the unit of ``cost``; counted to four decimals.
    floors, caps
        By town: the fewest and the most sites there, existing ones among them.
    apart_m
        The least straight distance between a new site and any other.
    beyond_m
        At how many metres those count who reach no site, for ``distance``; the longest of the pairs where not given.
    """

    cells: pd.DataFrame
    candidates: pd.DataFrame
    pairs: pd.DataFrame
    sites: int
    objective: Objective = "people"
    budget: float = float("inf")
    floors: Mapping[str, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)
    apart_m: float = 0.0
    beyond_m: float | None = None
    moves: int = 0
    close_at_most: int | None = None
