"""What sites that keep to the rules sell at most, when each sells for itself: by number, by kind and by price.

Relaxations of the rules, each of which can only raise what is sold. By number: the number of sites, floors and caps of
towns are the bases of a matroid, so taking what sells best and still fits is best (Edmonds 1971). By kind, where sites
may close: the same with how many are new and how many stay. By price: within the budget, the last site in part (Dantzig
1957). Distances between sites are left out of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.rules import per_cost

if TYPE_CHECKING:
    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.rules import Rules


@dataclass(frozen=True, eq=False)
class Sale:
    """The most that is sold.

    Attributes
    ----------
    most
        By any choice.
    if_in, if_out
        (candidates,): by any choice with this candidate, and by any without it; at least as much as it truly is.
    """

    most: float
    if_in: Floats
    if_out: Floats


def most_sold(sold: Floats, rules: Rules) -> float:
    """The most that any choice sells, by the tighter of the relaxations.

    Examples
    --------
    >>> from circle15.siting.rules import only_so_many
    >>> most_sold(np.array([3.0, 5.0, 4.0]), only_so_many(2, 3))
    9.0
    """
    most = [float(np.sum(sold[best_by_number(sold, each)])) for each in _by_number(rules)]
    return min([*most, _within_budget(sold, rules)[0]] if rules.priced else most)


def sale(sold: Floats, rules: Rules) -> Sale:
    """The most that is sold by any choice, with and without each candidate: by the relaxation that says least.

    Parameters
    ----------
    sold
        (candidates,): 0 or more.
    rules
        That some choice keeps to.

    Examples
    --------
    Of 3, 5 and 4 two may stand: with the first they sell 8, without the second 7.

    >>> from circle15.siting.rules import only_so_many
    >>> found = sale(np.array([3.0, 5.0, 4.0]), only_so_many(2, 3))
    >>> found.most, found.if_in.tolist(), found.if_out.tolist()
    (9.0, [8.0, 9.0, 9.0], [9.0, 7.0, 8.0])
    """
    sales = [_sale_by_number(sold, each) for each in _by_number(rules)]
    sales += [_sale_by_price(sold, rules)] if rules.priced else []
    return Sale(
        most=min(each.most for each in sales),
        if_in=np.minimum.reduce([each.if_in for each in sales]),
        if_out=np.minimum.reduce([each.if_out for each in sales]),
    )


def _by_number(rules: Rules) -> list[Rules]:
    """What bounds how many stand: the towns, and the kinds where sites may close."""
    return [rules, rules.by_kind] if rules.turning else [rules]


def best_sellers(sold: Floats, rules: Rules) -> Numbers:
    """Sites that sell much together: the best by number, or those that sell best for their price within a budget."""
    if not rules.priced:
        return best_by_number(sold, rules.by_kind if rules.turning else rules)
    order = np.argsort(-per_cost(sold, rules.cost), kind="stable")
    within = np.cumsum(rules.cost[order]) <= rules.budget
    return order[within][: rules.sites]


def best_by_number(sold: Floats, rules: Rules) -> Numbers:
    """The sites that sell most under the number of sites, floors and caps; of equal ones the smaller numbers."""
    order = np.argsort(-sold, kind="stable")
    rank = _rank_within_town(order, rules.town)
    town = rules.town[order]
    owed = order[rank < rules.floor[town]]
    others = order[(rank >= rules.floor[town]) & (rank < rules.cap[town])]
    chosen: Numbers = np.concatenate([owed, others[: max(rules.sites - len(owed), 0)]])
    return chosen


def _rank_within_town(order: Numbers, town: Numbers) -> Numbers:
    """Of each candidate in ``order`` how many of its town stand before it."""
    by_town = np.argsort(town[order], kind="stable")
    sorted_town = town[order][by_town]
    first = np.searchsorted(sorted_town, sorted_town)
    rank = np.empty(len(order), dtype=np.int64)
    rank[by_town] = np.arange(len(order)) - first
    return rank


def _sale_by_number(sold: Floats, rules: Rules) -> Sale:
    """Who comes in costs one that stands, who goes out lets one in: bases of a matroid differ by one exchange.

    Where fewer stand than may, because towns are full, nobody need make room: then coming in costs nothing.
    """
    selling = np.zeros(len(sold), dtype=np.bool_)
    selling[best_by_number(sold, rules)] = True
    most = float(np.sum(sold[selling]))
    least_in = float(sold[selling].min(initial=np.inf)) if selling.sum() >= rules.sites else 0.0
    best_out = float(sold[~selling].max(initial=0.0))
    return Sale(
        most=most,
        if_in=np.where(selling, most, most - np.maximum(least_in - sold, 0.0)),
        if_out=np.where(selling, most - np.maximum(sold - best_out, 0.0), most),
    )


def _sale_by_price(sold: Floats, rules: Rules) -> Sale:
    """At the rate of the site that is taken in part, each is worth what it sells above its price."""
    most, rate = _within_budget(sold, rules)
    worth = sold - rate * rules.cost
    return Sale(most, most + np.minimum(worth, 0.0), most - np.maximum(worth, 0.0))


def _within_budget(sold: Floats, rules: Rules) -> tuple[float, float]:
    """The most that sites within the budget sell, the last in part, and what that one sells per price."""
    order = np.argsort(-per_cost(sold, rules.cost), kind="stable")
    spent = np.cumsum(rules.cost[order])
    whole = spent <= rules.budget
    value = float(np.sum(sold[order][whole]))
    if whole.all():
        return value, 0.0
    last = int(np.argmin(whole))
    rate = float(sold[order[last]] / rules.cost[order[last]])
    return value + rate * (rules.budget - (float(spent[last - 1]) if last else 0.0)), rate
