"""Which sites may stand together: how many, what they cost, floors and caps per town, distances, must and must not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]


def _no_pairs() -> Numbers:
    return np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Rules:
    """What a choice of sites has to keep to.

    Attributes
    ----------
    sites
        The most sites that may stand; those that must are among them.
    cost
        (candidates,): more than 0. With a budget whole numbers, so that sums are exact.
    budget
        What all sites that stand may cost together;
        ``inf`` where only the number of sites is limited.
    town
        (candidates,): number of the town that a candidate stands in.
    floor, cap
        (towns,): the fewest and the most sites of each town.
    must, forbidden
        (candidates,): bool.
    apart
        (n, 2): pairs of candidates of which only one may stand.
    """

    sites: int
    cost: Floats
    town: Numbers
    floor: Numbers
    cap: Numbers
    must: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]
    budget: float = float("inf")
    apart: Numbers = field(default_factory=_no_pairs)

    @property
    def candidates(self) -> int:
        """How many there are."""
        return len(self.cost)

    @property
    def priced(self) -> bool:
        """Whether a budget limits the choice."""
        return bool(np.isfinite(self.budget))

    @property
    def counted_only(self) -> bool:
        """Whether nothing but the number of sites, and which must or must not stand, limits the choice."""
        bounded = (self.floor > 0).any() or (self.cap < self.sites).any()
        return not (self.priced or bounded or len(self.apart))

    def kept(self, chosen: Numbers) -> bool:
        """Whether a choice keeps to all rules."""
        stands = np.zeros(self.candidates, dtype=np.bool_)
        stands[chosen] = True
        per_town = np.bincount(self.town[chosen], minlength=len(self.floor))
        return bool(
            stands.sum() <= self.sites
            and float(np.sum(self.cost[stands])) <= self.budget
            and (per_town >= self.floor).all()
            and (per_town <= self.cap).all()
            and stands[self.must].all()
            and not stands[self.forbidden].any()
            and not (stands[self.apart[:, 0]] & stands[self.apart[:, 1]]).any()
        )


def only_so_many(sites: int, candidates: int) -> Rules:
    """At most so many sites, any of them.

    Examples
    --------
    >>> only_so_many(2, 5).kept(np.array([0, 4])), only_so_many(2, 5).kept(np.array([0, 1, 2]))
    (True, False)
    """
    none = np.zeros(candidates, dtype=np.bool_)
    return Rules(
        sites=sites,
        cost=np.ones(candidates),
        town=np.zeros(candidates, dtype=np.int64),
        floor=np.zeros(1, dtype=np.int64),
        cap=np.full(1, candidates, dtype=np.int64),
        must=none,
        forbidden=none,
    )


def possible(rules: Rules) -> bool:
    """Whether must, floors and budget leave room, as far as it shows without searching.

    Examples
    --------
    >>> possible(only_so_many(2, 5))
    True
    """
    per_town = np.bincount(rules.town[rules.must], minlength=len(rules.floor))
    open_to = np.bincount(rules.town[~rules.forbidden], minlength=len(rules.floor))
    return bool(
        not (rules.must & rules.forbidden).any()
        and int(rules.must.sum()) + int(np.maximum(rules.floor - per_town, 0).sum()) <= rules.sites
        and (open_to >= rules.floor).all()
        and (per_town <= rules.cap).all()
        and float(np.sum(rules.cost[rules.must])) <= rules.budget
        and not (rules.must[rules.apart[:, 0]] & rules.must[rules.apart[:, 1]]).any()
    )


def require_possible(rules: Rules, ids: NDArray[np.object_], towns: NDArray[np.object_]) -> None:
    """Refuse what no choice can keep to, as far as it shows without searching.

    Parameters
    ----------
    rules
        To be kept.
    ids, towns
        Names of the candidates and towns, for the sentences.

    Raises
    ------
    ConfigurationError
        More sites than candidates, costs that cannot be, floors above the sites or above what a town has, must and must
        not of one candidate.
    """
    _require_costs(rules, ids)
    both = np.flatnonzero(rules.must & rules.forbidden)
    if len(both):
        raise ConfigurationError("siting.must_and_must_not", candidate=ids[both[0]])
    open_to = int((~rules.forbidden).sum())
    if rules.sites > open_to:
        raise ConfigurationError("siting.more_than_candidates", sites=rules.sites, candidates=open_to)
    if rules.must.sum() > rules.sites:
        raise ConfigurationError("siting.more_musts", must=int(rules.must.sum()), sites=rules.sites)
    if rules.floor.sum() > rules.sites:
        raise ConfigurationError("siting.floors_exceed", floors=int(rules.floor.sum()), sites=rules.sites)
    own = np.bincount(rules.town[~rules.forbidden], minlength=len(rules.floor))
    for town in np.flatnonzero(own < rules.floor)[:1].tolist():
        raise ConfigurationError(
            "siting.floor_unmet", town=towns[town], floor=int(rules.floor[town]), candidates=int(own[town])
        )
    for town in np.flatnonzero(rules.cap < rules.floor)[:1].tolist():
        raise ConfigurationError(
            "siting.floor_above_cap", town=towns[town], floor=int(rules.floor[town]), cap=int(rules.cap[town])
        )


def _require_costs(rules: Rules, ids: NDArray[np.object_]) -> None:
    wrong = np.flatnonzero(~((rules.cost > 0) & np.isfinite(rules.cost)))
    if len(wrong):
        raise ConfigurationError("siting.cost_wrong", candidate=ids[wrong[0]], cost=float(rules.cost[wrong[0]]))
    if not rules.budget > 0:
        raise ConfigurationError("siting.budget_wrong", budget=rules.budget)
    least = float(np.sum(rules.cost[rules.must]))
    if least > rules.budget:
        raise ConfigurationError("siting.musts_exceed_budget", cost=least, budget=rules.budget)
