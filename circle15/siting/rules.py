"""Which sites may stand together: how many, what they cost, floors and caps per town, distances, must and must not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.arrays import Floats, Numbers


def _no_pairs() -> Numbers:
    return np.zeros((0, 2), dtype=np.int64)


def _none() -> Numbers:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Rules:
    """What a choice of sites has to keep to.

    Attributes
    ----------
    sites
        The most sites that may stand; those that must are among them.
    cost
        (candidates,): 0 or more. With a budget whole numbers, so that sums are exact.
    budget
        What all sites that stand may cost together;
        ``inf`` where only the number of sites is limited.
    town
        (candidates,): number of the town that a candidate stands in.
    floor, cap
        (towns,): the fewest and the most sites of each town.
    must, forbidden
        (candidates,): bool. What one that must stand needs must stand as well.
    apart
        (n, 2): pairs of candidates of which only one may stand.
    new, most_new
        (n,): numbers of the candidates of which only so many may stand.
    closing, least_staying
        (n,): numbers of the sites that are there and may close; at least so many of them stay.
    needs
        (n, 2): pairs of candidates of which the first may stand only where the second does: a site that may close has
        to stay if it is to grow. Nobody needs one that needs another.
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
    new: Numbers = field(default_factory=_none)
    most_new: int = 0
    closing: Numbers = field(default_factory=_none)
    least_staying: int = 0
    needs: Numbers = field(default_factory=_no_pairs)

    def __post_init__(self) -> None:
        """Have those stand that are needed by what must stand."""
        needed = self.needs[self.must[self.needs[:, 0]], 1]
        if not self.must[needed].all():
            must = self.must.copy()
            must[needed] = True
            object.__setattr__(self, "must", must)

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
        return not (self.priced or bounded or len(self.apart) or self.turning)

    @property
    def turning(self) -> bool:
        """Whether sites that are there may close, so that it matters how many are new and how many stay."""
        return bool(len(self.new) or len(self.closing))

    @property
    def by_kind(self) -> Rules:
        """The same where not the towns bound how many stand, but new sites and those that may close do."""
        kind = np.zeros(self.candidates, dtype=np.int64)
        kind[self.new], kind[self.closing] = 1, 2
        most = np.array([self.candidates, self.most_new, self.candidates], dtype=np.int64)
        least = np.array([0, 0, self.least_staying], dtype=np.int64)
        return replace(self, town=kind, floor=least, cap=most)

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
            and stands[self.new].sum() <= self.most_new
            and stands[self.closing].sum() >= self.least_staying
            and (stands[self.needs[:, 1]] | ~stands[self.needs[:, 0]]).all()
        )


def per_cost(gain: Floats, cost: Floats) -> Floats:
    """Gain by cost; ``inf`` where a gain costs nothing, 0 where nothing is gained.

    Examples
    --------
    >>> per_cost(np.array([6.0, 6.0, 0.0]), np.array([2.0, 0.0, 0.0])).tolist()
    [3.0, inf, 0.0]
    """
    free = np.where(gain > 0, np.inf, 0.0)
    return np.divide(gain, cost, out=free, where=cost > 0)


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
        and int(rules.must[rules.new].sum()) <= rules.most_new
        and int((~rules.forbidden[rules.closing]).sum()) >= rules.least_staying
        and int(rules.must.sum()) + max(rules.least_staying - int(rules.must[rules.closing].sum()), 0) <= rules.sites
    )


def require_possible(
    rules: Rules, existing: NDArray[np.bool_], ids: NDArray[np.object_], towns: NDArray[np.object_]
) -> None:
    """Refuse what no choice can keep to, as far as it shows without searching.

    Parameters
    ----------
    rules
        To be kept.
    existing
        (candidates,): whether a site is there already; the sentences speak of new ones.
    ids, towns
        Names of the candidates and towns, for the sentences.

    Raises
    ------
    ConfigurationError
        More sites than candidates, floors above the sites or above what a town has, must and
        must not of one candidate.
    """
    both = np.flatnonzero(rules.must & rules.forbidden)
    if len(both):
        raise ConfigurationError("siting.must_and_must_not", candidate=ids[both[0]])
    sites, new = rules.sites - int(existing.sum()), ~existing & ~rules.forbidden
    if sites > new.sum():
        raise ConfigurationError("siting.more_than_candidates", sites=sites, candidates=int(new.sum()))
    # One that is moved makes room for a new one.
    room = rules.most_new if len(rules.new) else sites
    if (rules.must & new).sum() > room:
        raise ConfigurationError("siting.more_musts", must=int((rules.must & new).sum()), sites=sites)
    _require_floors(rules, existing, sites, room, towns)


def _require_floors(
    rules: Rules, existing: NDArray[np.bool_], sites: int, room: int, towns: NDArray[np.object_]
) -> None:
    count = len(rules.floor)
    own = np.bincount(rules.town[~rules.forbidden], minlength=count)
    for town in np.flatnonzero(own < rules.floor)[:1].tolist():
        raise ConfigurationError(
            "siting.floor_unmet", town=towns[town], floor=int(rules.floor[town]), candidates=int(own[town])
        )
    for town in np.flatnonzero(rules.cap < rules.floor)[:1].tolist():
        raise ConfigurationError(
            "siting.floor_above_cap", town=towns[town], floor=int(rules.floor[town]), cap=int(rules.cap[town])
        )
    stand = np.bincount(rules.town[rules.must], minlength=count)
    for town in np.flatnonzero(stand > rules.cap)[:1].tolist():
        raise ConfigurationError(
            "siting.cap_exceeded", town=towns[town], cap=int(rules.cap[town]), standing=int(stand[town])
        )
    there = np.bincount(rules.town[existing & ~rules.forbidden], minlength=count)
    lacking = int(np.maximum(rules.floor - there, 0).sum())
    if lacking > room:
        raise ConfigurationError("siting.floors_exceed", floors=lacking, sites=sites)
