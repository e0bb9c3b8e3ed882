"""The most that cells gain by their best sites, and the proof of it: least walking, most index.

A good choice and a bound come from the pairs alone, branching closes what is left between them. Where it does not, what
is left goes to HiGHS as rows to cover: the bound tells which candidates a choice as good as the one that is known may
or must have, and how much each cell gains at least. Steps below that are one step, so the rows are few.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.choice import USUAL, Choice, Effort, near_enough
from circle15.siting.gains.bounds import GainPairs, gain_bounds, greedy_start, shaken
from circle15.siting.gains.branches import ROUNDS, branched, step_of
from circle15.siting.memory import require_entries
from circle15.siting.most_covered import MOST_PAIRS, most_covered
from circle15.siting.rows import stairs
from circle15.siting.rules import possible
from circle15.siting.ties import TIE, Bests, first_of_equals

if TYPE_CHECKING:
    from circle15.siting.arrays import Flags, Floats, Numbers
    from circle15.siting.gains.bounds import Bounds
    from circle15.siting.rows import CoverRows
    from circle15.siting.rules import Rules

# How many sides of branches are bounded before the rest goes to HiGHS, at least and at most, and how many pairs in all;
# and how many sides for a choice of smaller numbers. With a budget bounds are weaker, and the cuts of HiGHS do better.
FEWEST_NODES, MOST_NODES, BRANCHED_PAIRS, TIE_NODES, PRICED_NODES = 100, 3000, 1e9, 40, 10
# How much less a choice may gain that is looked for among equally good ones: more than what counts as proven.
LOWER = 1e-8
# And where nothing is gained at all.
LEAST = 1e-300


def most_gained(
    gain: Floats,
    cell: Numbers,
    candidate: Numbers,
    cells: int,
    rules: Rules,
    effort: Effort = USUAL,
    rest: float = 0.0,
) -> Choice | None:
    """The sites by which cells gain most.

    Parameters
    ----------
    gain, cell, candidate
        (pairs,): what a cell has once this candidate stands and no better one, 0 or more; each pair once, in any order.
    cells
        How many there are.
    rules
        What a choice has to keep to.
    effort
        How hard to try.
    rest
        What is counted besides, less than 0 where gains are told from the other end: with it the value is what was
        asked for, and it decides how near value and bound have to be.

    Returns
    -------
    Choice or None
        As for ``most_covered``; ``value`` and ``bound`` with what sites give that stand whatever is chosen.

    Raises
    ------
    ConfigurationError
        No good choice is known to begin with, and as rows the problem takes more than 3 GB.

    Examples
    --------
    Two cells, one of which gains 5 or 3 by either of two sites, the other 4 by the second:

    >>> from circle15.siting.rules import only_so_many
    >>> pairs = np.array([5.0, 3.0, 4.0]), np.array([0, 0, 1]), np.array([0, 1, 1])
    >>> best = most_gained(*pairs, 2, only_so_many(1, 2))
    >>> best.sites.tolist(), best.value, best.proven
    ([1], 7.0, True)
    """
    every = GainPairs(gain, cell, candidate, np.zeros(cells), rest)
    base = every.with_sites(rules.must)
    pairs = every.where(~rules.forbidden[candidate], base)
    found = _most_above(pairs, rules, effort)
    if found is None:
        return None
    whole = float(np.sum(base))
    return replace(found, value=found.value + whole, bound=found.bound + whole)


def _most_above(pairs: GainPairs, rules: Rules, effort: Effort) -> Choice | None:
    """The best choice in what it gains above the base."""
    start = greedy_start(pairs, rules, effort)
    if start is None:
        require_entries(pairs.entries, len(pairs.gain))
        return most_covered(_stairs(pairs, rules), rules, effort)
    value = pairs.value(start, rules.candidates)
    root = gain_bounds(pairs, rules, pairs.with_sites(_flags(start, rules)), value, effort)
    found = _branched(pairs, rules, root, start if root.sites is None else root.sites, effort)
    if not near_enough(found.value, found.bound, effort, pairs.rest) and not effort.out_of_time:
        return _by_rows(pairs, rules, root, found, effort)
    proven = near_enough(found.value, found.bound, replace(effort, gap=0.0), pairs.rest)
    if not (proven and effort.ties) or effort.out_of_time:
        return found
    return replace(found, sites=_first(pairs, rules, root, found, effort))


def _branched(pairs: GainPairs, rules: Rules, root: Bounds, sites: Numbers, effort: Effort) -> Choice:
    value = pairs.value(sites, rules.candidates)
    if not near_enough(value, root.bound, effort, pairs.rest):
        sites = shaken(pairs, rules, sites, effort)
        value = pairs.value(sites, rules.candidates)
    nodes = int(np.clip(BRANCHED_PAIRS / max(len(pairs.gain), 1), FEWEST_NODES, MOST_NODES))
    if rules.priced and _open_steps(pairs, rules, root, value)[0].entries <= MOST_PAIRS:
        nodes = PRICED_NODES
    found = branched(pairs, rules, root, value, effort, min(nodes, effort.nodes))
    best = sites if found.sites is None else found.sites
    return Choice(best, found.value, max(found.bound, found.value), found.nodes)


def _by_rows(pairs: GainPairs, rules: Rules, root: Bounds, known: Choice, effort: Effort) -> Choice:
    """Look further among the rows of the steps that are still open, where they are not too many."""
    left, narrow = _open_steps(pairs, rules, root, known.value)
    if left.entries > MOST_PAIRS:
        return known
    risen = float(np.sum(left.base - pairs.base))
    # The gap is a part of what was asked for, for the rows a part of what they are worth.
    part = min(abs(known.bound + pairs.rest) / max(known.bound - risen, LEAST), 1.0)
    found = most_covered(_stairs(left, rules), narrow, replace(effort, gap=effort.gap * part), known.sites)
    if found is None:
        return known
    value = pairs.value(found.sites, rules.candidates)
    bound = max(min(found.bound + risen, known.bound), value)
    return replace(found, value=value, bound=bound, nodes=known.nodes + found.nodes)


def _open_steps(pairs: GainPairs, rules: Rules, root: Bounds, value: float) -> tuple[GainPairs, Rules]:
    """The pairs and the rules of the choices that gain at least as much."""
    good = _as_good_as(pairs, value)
    out, within = (root.if_in < good) & ~rules.must, (root.if_out < good) | rules.must
    enough = pairs.gain >= root.least(good)[pairs.cell]
    left = pairs.where(enough & ~out[pairs.candidate], pairs.with_sites(within))
    return left, replace(rules, forbidden=rules.forbidden | out, must=within)


def _first(pairs: GainPairs, rules: Rules, root: Bounds, found: Choice, effort: Effort) -> Numbers:
    """Of the choices that are as good the first."""
    good = _as_good_as(pairs, found.value)
    bests = Bests((root.if_in >= good) | rules.must, root.if_out < good)
    lower = max(LOWER * abs(found.value + pairs.rest), TIE * found.value, LEAST, step_of(pairs))
    reached = found.value - lower
    quick = replace(effort, rounds=min(ROUNDS, effort.rounds), ties=0)

    def as_good(sites: Numbers) -> bool:
        return rules.kept(sites) and pairs.value(sites, rules.candidates) >= good

    def best_under(more: Rules) -> Numbers | None:
        narrow = bests.under(more)
        if not possible(narrow):
            return None
        bounds = gain_bounds(pairs, narrow, root.level, reached, quick)
        if bounds.sites is not None and as_good(bounds.sites):
            return bounds.sites
        return branched(pairs, narrow, bounds, reached, quick, TIE_NODES).sites

    return first_of_equals(found.sites, rules, bests.perhaps, as_good, best_under, effort.ties)


def _as_good_as(pairs: GainPairs, value: float) -> float:
    """What choices gain at least that are as good as one that gains so much."""
    return value - TIE * abs(value + pairs.rest)


def _stairs(pairs: GainPairs, rules: Rules) -> CoverRows:
    return stairs(pairs.gain, pairs.cell, pairs.candidate, pairs.base, rules.candidates)


def _flags(sites: Numbers, rules: Rules) -> Flags:
    stands = np.zeros(rules.candidates, dtype=np.bool_)
    stands[sites] = True
    return stands
