"""Random small towns of origins, facilities and costs, and the measures straight from the papers' formulas.

The oracle fills a dense matrix of costs, loops over it in plain Python, and adds up with ``math.fsum``. It shares
nothing with the measures but the definitions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from circle15.access.measures import choice as choices
from circle15.access.measures import cost_to_closest as closest
from circle15.access.measures import cumulative, decay, gravity, redistributing
from circle15.access.measures import floating_catchment_area as fca
from circle15.access.measures import spatial_availability as availability

CUTOFFS = (0.5, 5.0, 10.0, 15.0, 30.0)
TIES = (0.0, 0.25, 1.0, 5.0, 5.0, 7.5, 10.0, 14.9, 15.0, 15.1, 20.0, 30.0, 45.0)
RELATIVE = 1e-11
OF_FACILITIES = {
    "passive_cumulative_cutoff",
    "passive_cost_to_closest",
    "passive_gravity",
    "supply_ratio",
    "inverted_floating_catchment_area",
}


@dataclass(frozen=True, eq=False)
class Town:
    """What a measure takes, in rows of no order, and the same as a dense matrix (``inf`` where there is no pair)."""

    pairs: pd.DataFrame
    demand: pd.Series
    supply: pd.Series
    service: pd.Series

    @property
    def whole(self):
        """The three that every measure takes."""
        return self.pairs, self.demand, self.supply

    @cached_property
    def cost(self):
        """Costs, [origin][facility], in the order of demand and supply."""
        known = {(row.origin, row.facility): row.cost for row in self.pairs.itertuples(index=False)}
        return [[known.get((i, j), math.inf) for j in self.supply.index] for i in self.demand.index]

    @cached_property
    def persons(self):
        """By row."""
        return self.demand.tolist()

    @cached_property
    def seats(self):
        """By row."""
        return self.supply.tolist()


@st.composite
def towns(draw):
    """Towns with ties of costs and cutoffs, empty cells, closed sites, places in no pair, and ids in any order."""
    named, share = draw(st.booleans()), draw(st.sampled_from([1.0, 0.8, 0.4, 0.1]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    origins, facilities = rng.integers(0, 13).item(), rng.integers(0, 10).item()
    origin_ids, facility_ids = _ids(rng, origins, named, "cell"), _ids(rng, facilities, named, "site")
    cost = np.where(
        rng.random((origins, facilities)) < 0.5,
        rng.choice(TIES, (origins, facilities)),
        rng.uniform(0, 40, (origins, facilities)),
    )
    rows = [
        (origin_ids[i], facility_ids[j], cost[i, j])
        for i, j in rng.permutation([(i, j) for i in range(origins) for j in range(facilities)]).tolist()
        if rng.random() < share
    ]
    kinds = rng.choice(["clinic", "canteen", "fitness"], facilities)
    return Town(
        pairs=pd.DataFrame(rows, columns=["origin", "facility", "cost"]).astype({"cost": float}),
        demand=pd.Series(_amounts(rng, origins, 500), index=pd.Index(origin_ids)),
        supply=pd.Series(_amounts(rng, facilities, 90), index=pd.Index(facility_ids)),
        service=pd.Series(kinds, index=pd.Index(facility_ids), dtype=object),
    )


def _ids(rng, count, named, kind):
    numbers = rng.permutation(40)[:count].tolist()
    return [f"{kind}{number}" for number in numbers] if named else numbers


def _amounts(rng, count, most):
    whole = rng.integers(0, most, count) * (rng.random(count) < 0.75)
    return np.where(rng.random(count) < 0.5, whole, whole * rng.random(count))


def shuffled(town, seed):
    """The same town with all rows in another order."""
    rng = np.random.default_rng(seed)
    pairs, demand, supply = (frame.iloc[rng.permutation(len(frame))] for frame in town.whole)
    return replace(town, pairs=pairs, demand=demand, supply=supply)


# ---- decays: each as the tool makes it, and as the paper writes it ---------------------------------------------------


def _stepped(cost):
    for bound, weight in ((5.0, 1.0), (10.0, 0.68), (15.0, 0.22)):
        if cost <= bound:
            return weight
    return 0.0


def _logistic(cost, median, deviation):
    k = math.pi / (math.sqrt(3) * deviation)
    return (1 + math.exp(-median * k)) / (1 + math.exp((cost - median) * k))


def _dai(cost, limit):
    end = math.exp(-0.5)
    return (math.exp(-0.5 * (cost / limit) ** 2) - end) / (1 - end) if cost <= limit else 0.0


DECAYS = {
    "binary": (decay.binary(15), lambda c: 1.0 if c <= 15 else 0.0),
    "linear": (decay.linear(20), lambda c: max(0.0, (20 - c) / 20)),
    "negative exponential": (decay.negative_exponential(0.2), lambda c: math.exp(-0.2 * c)),
    "inverse power": (lambda c: decay.inverse_power(1.5)(c + 1), lambda c: (c + 1) ** -1.5),
    "Gaussian": (decay.gaussian(8), lambda c: math.exp(-(c**2) / (2 * 8**2))),
    "Gaussian within": (decay.gaussian_within(15), lambda c: _dai(c, 15)),
    "Epanechnikov": (decay.epanechnikov(30), lambda c: 0.75 * (1 - (c / 30) ** 2) if c <= 30 else 0.0),
    "logistic": (decay.logistic(12, 5), lambda c: _logistic(c, 12, 5)),
    "stepped": (decay.step({10: 0.68, 15: 0.22, 5: 1.0}), _stepped),
    "exponential within": (
        decay.within(15, decay.negative_exponential(0.1)),
        lambda c: math.exp(-0.1 * c) if c <= 15 else 0.0,
    ),
}  # fmt: skip


# ---- measures, as the papers write them ------------------------------------------------------------------------------


def weights(town, f):
    """f(c_ij), [origin][facility]; nothing where there is no pair."""
    return [[0.0 if math.isinf(cost) else f(cost) for cost in row] for row in town.cost]


def over(part, whole):
    """A quotient; what nobody reaches is 0."""
    return part / whole if whole > 0 else 0.0


def column(table, j):
    """One facility's column."""
    return [row[j] for row in table]


def dot(left, right):
    """A sum of products, rounded once."""
    return math.fsum(a * b for a, b in zip(left, right, strict=True))


def oracle_gravity(town, f):
    """Hansen (1959)."""
    return [dot(row, town.seats) for row in weights(town, f)]


def oracle_passive_gravity(town, f):
    """The same from the facilities."""
    w = weights(town, f)
    return [dot(column(w, j), town.persons) for j in range(len(town.seats))]


def oracle_interval(town, cutoffs, summary):
    """Tomasiello et al. (2023)."""
    counts = [oracle_gravity(town, lambda c, cutoff=cutoff: float(c <= cutoff)) for cutoff in cutoffs]
    return [float(summary([count[i] for count in counts])) for i in range(len(town.persons))]


def oracle_closest(costs, counts, k):
    """The k-th smallest of the costs that count."""
    there = sorted(cost for cost, count in zip(costs, counts, strict=True) if count > 0 and not math.isinf(cost))
    return there[k - 1] if len(there) >= k else math.inf


def oracle_supply_ratio(town, f):
    """Luo and Wang (2003), first step."""
    return [over(seats, people) for seats, people in zip(town.seats, oracle_passive_gravity(town, f), strict=True)]


def oracle_two_step(town, f):
    """Luo and Wang (2003), and all of its family."""
    ratio = oracle_supply_ratio(town, f)
    return [dot(row, ratio) for row in weights(town, f)]


def oracle_crowding(town, f):
    """Wang (2018): the same with the parts of people and seats exchanged."""
    w = weights(town, f)
    heads = [over(people, dot(row, town.seats)) for people, row in zip(town.persons, w, strict=True)]
    return [dot(column(w, j), heads) for j in range(len(town.seats))]


def choice_of(w):
    """G_ij: each origin's weights as shares."""
    return [[over(each, math.fsum(row)) for each in row] for row in w]


def oracle_three_step(town, f):
    """Wan, Zou and Sternberg (2012)."""
    w = weights(town, f)
    g = choice_of(w)
    gw = [[a * b for a, b in zip(left, right, strict=True)] for left, right in zip(g, w, strict=True)]
    ratio = [over(seats, dot(column(gw, j), town.persons)) for j, seats in enumerate(town.seats)]
    return [dot(row, ratio) for row in gw]


def oracle_balanced(town, f):
    """Paez, Higgins and Vivona (2019)."""
    w = weights(town, f)
    by_origin = choice_of(w)
    level = [over(seats, dot(column(by_origin, j), town.persons)) for j, seats in enumerate(town.seats)]
    whole = [math.fsum(column(w, j)) for j in range(len(town.seats))]
    return [dot([over(each, total) for each, total in zip(row, whole, strict=True)], level) for row in w]


def oracle_availability(town, f, alpha):
    """Soukhov et al. (2023), with both balancing factors written out."""
    w = weights(town, f)
    everyone = math.fsum(people**alpha for people in town.persons if people > 0)
    by_people = [over(people**alpha, everyone) if people > 0 else 0.0 for people in town.persons]
    found = [0.0] * len(town.persons)
    for j, seats in enumerate(town.seats):
        whole = math.fsum(column(w, j))
        both = [share * over(row[j], whole) for share, row in zip(by_people, w, strict=True)]
        found = [sum_ + seats * over(each, math.fsum(both)) for sum_, each in zip(found, both, strict=True)]
    return found


def oracle_choice(town, cutoff):
    """Facilities within the cutoff."""
    return [float(sum(c <= cutoff and s > 0 for c, s in zip(row, town.seats, strict=True))) for row in town.cost]


def oracle_services(town, cutoff):
    """Services within the cutoff."""
    kinds = town.service.tolist()
    return [
        float(len({kind for c, s, kind in zip(row, town.seats, kinds, strict=True) if c <= cutoff and s > 0}))
        for row in town.cost
    ]


# ---- the comparison --------------------------------------------------------------------------------------------------


def cutoff_cases(town, cutoff, k):
    """Name, measure and oracle of what goes by a cutoff or a rank."""
    within = lambda c: float(c <= cutoff)  # noqa: E731 - said in one place
    columns = [column(town.cost, j) for j in range(len(town.seats))]
    cutoffs = [cutoff + 0.5 * step for step in range(6)]
    yield "cumulative_cutoff", cumulative.cumulative_cutoff(*town.whole, cutoff), oracle_gravity(town, within)
    passive = cumulative.passive_cumulative_cutoff(*town.whole, cutoff)
    yield "passive_cumulative_cutoff", passive, oracle_passive_gravity(town, within)
    for summary in (np.mean, np.median, np.min, np.max):
        found = cumulative.cumulative_interval(*town.whole, cutoff, cutoff + 2.6, 0.5, summary)
        yield "cumulative_interval", found, oracle_interval(town, cutoffs, summary)
    wanted = [oracle_closest(row, town.seats, k) for row in town.cost]
    yield "cost_to_closest", closest.cost_to_closest(*town.whole, k), wanted
    wanted = [oracle_closest(costs, town.persons, k) for costs in columns]
    yield "passive_cost_to_closest", closest.passive_cost_to_closest(*town.whole, k), wanted
    yield "choice", choices.choice(*town.whole, cutoff), oracle_choice(town, cutoff)
    found = choices.choice_of_services(*town.whole, town.service, cutoff)
    yield "choice_of_services", found, oracle_services(town, cutoff)


def decay_cases(town, name, alpha):
    """Name, measure and oracle of what goes by a decay."""
    given, f = DECAYS[name]
    yield "gravity", gravity.gravity(*town.whole, given), oracle_gravity(town, f)
    yield "passive_gravity", gravity.passive_gravity(*town.whole, given), oracle_passive_gravity(town, f)
    yield "supply_ratio", fca.supply_ratio(*town.whole, given), oracle_supply_ratio(town, f)
    yield "floating_catchment_area", fca.floating_catchment_area(*town.whole, given), oracle_two_step(town, f)
    inverted = fca.inverted_floating_catchment_area(*town.whole, given)
    yield "inverted_floating_catchment_area", inverted, oracle_crowding(town, f)
    balanced = redistributing.balanced_floating_catchment_area(*town.whole, given)
    yield "balanced_floating_catchment_area", balanced, oracle_balanced(town, f)
    three = redistributing.three_step_floating_catchment_area(*town.whole, given)
    yield "three_step_floating_catchment_area", three, oracle_three_step(town, f)
    available = availability.spatial_availability(*town.whole, given, alpha)
    yield "spatial_availability", available, oracle_availability(town, f, alpha)


def deviation(found, wanted):
    """The largest difference, as a part of what is wanted; ``inf`` where one is nothing or out of reach alone."""
    largest = 0.0
    for here, there in zip(found.tolist(), wanted, strict=True):
        if here != there:
            largest = max(largest, abs(here - there) / there if 0 < there < math.inf else math.inf)
    return largest


def check_measures(town, cutoff, k, name, alpha, deviations):
    """Hold every measure against its oracle; note the largest deviation of each in ``deviations``."""
    for measure, found, wanted in (*cutoff_cases(town, cutoff, k), *decay_cases(town, name, alpha)):
        pd.testing.assert_index_equal(found.index, (town.supply if measure in OF_FACILITIES else town.demand).index)
        assert found.dtype == np.float64
        off = deviation(found, wanted)
        assert off <= RELATIVE, f"{measure}, {name}: {found.tolist()} is not {wanted}"
        deviations[measure] = max(deviations.get(measure, 0.0), off)


CASES = {
    "town": towns(),
    "cutoff": st.sampled_from(CUTOFFS),
    "k": st.integers(1, 4),
    "name": st.sampled_from(sorted(DECAYS)),
    "alpha": st.sampled_from([0.5, 1.0, 2.0]),
}
