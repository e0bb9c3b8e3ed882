"""Which opened, closed or moved site is behind the change of each home: exact Shapley parts, without all sets.

A home has what its best site gives it. So with some sites changed already and the others not yet, its score is the
largest of: what the unchanged sites give (``base``), what the changed ones give now, and what the others gave before.
Cut at a level, that is a game of yes and no: yes as soon as any site that is there gives as much. Of the ``a`` sites
that reach a level only now and the ``b`` that reached it only before, the parts follow from the number of orders in
which a site is the one that turns the answer: ``1 / (a C(a+b, a))`` for each of the first, ``-1 / (b C(a+b, b))`` for
each of the second. The parts of a score are the sums over its levels: the airport game of Littlechild and Owen (1973)
is the case without closings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import comb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

# Cells at a time: a table of them and their sites is worked out together.
BLOCK = 4096


class SiteScores(NamedTuple):
    """What changed sites give to homes: one row per pair of a home and a site that gave or gives it something.

    ``home`` and ``site`` are numbers; ``before`` and ``after`` scores of 0 or more, 0 where the site was or is not
    there or is out of reach.
    """

    home: Whole
    site: Whole
    before: Floats
    after: Floats


def site_parts(base: Floats, scores: SiteScores) -> Floats:
    """The part of each changed site in the change of each home's best score.

    Parameters
    ----------
    base
        (homes,): what the unchanged sites give.
    scores
        What the changed ones gave and give; each pair once.

    Returns
    -------
    numpy.ndarray
        On the rows of ``scores``; those of a home add up to its change.

    Examples
    --------
    A home that an unchanged site gives 0.2; one site has come that gives 1, another that gives 0.6:

    >>> pairs = SiteScores(np.array([0, 0]), np.array([7, 8]), np.zeros(2), np.array([1.0, 0.6]))
    >>> [round(part, 9) for part in site_parts(np.array([0.2]), pairs).tolist()]
    [0.6, 0.2]

    Where the first had come in place of one that gave as much, the home has the same as before:

    >>> pairs = SiteScores(np.array([0, 0]), np.array([7, 8]), np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    >>> site_parts(np.array([0.2]), pairs).tolist()
    [0.4, -0.4]
    """
    floor = base.copy()
    np.maximum.at(floor, scores.home, np.minimum(scores.before, scores.after))  # what a site always gives
    parts = np.zeros(len(scores.home))
    matter = np.flatnonzero(
        (np.maximum(scores.before, scores.after) > floor[scores.home]) & (scores.before != scores.after)
    )
    order = matter[np.lexsort((scores.site[matter], scores.home[matter]))]
    homes, first = np.unique(scores.home[order], return_index=True)
    ends = np.append(first, len(order))
    for start in range(0, len(homes), BLOCK):
        stop = min(start + BLOCK, len(homes))
        rows = order[ends[start] : ends[stop]]
        parts[rows] = _parts_of_block(floor, _rows_of(scores, rows))
    return parts


def _rows_of(scores: SiteScores, rows: Whole) -> SiteScores:
    return SiteScores(scores.home[rows], scores.site[rows], scores.before[rows], scores.after[rows])


def _parts_of_block(floor: Floats, scores: SiteScores) -> Floats:
    """``site_parts`` of some homes, their rows together."""
    _, first, number = np.unique(scores.home, return_index=True, return_inverse=True)
    place = np.arange(len(number)) - first[number]
    shape = (len(first), int(place.max()) + 1)
    low = floor[scores.home[first]]
    before, after = (_table(values, number, place, shape, low) for values in (scores.before, scores.after))
    found: Floats = _table_parts(low, before, after)[number, place]
    return found


def _table(values: Floats, number: Whole, place: Whole, shape: tuple[int, int], low: Floats) -> Floats:
    """Scores by home and place, nothing below what a home has anyway."""
    table = np.zeros(shape)
    table[number, place] = values
    return np.maximum(table, low[:, None])


def _table_parts(low: Floats, before: Floats, after: Floats) -> Floats:
    """Parts of a table (homes, sites), level by level from the lowest."""
    levels = np.sort(np.concatenate([before, after], axis=1), axis=1)
    parts = np.zeros(before.shape)
    below = low
    for at in range(levels.shape[1]):
        level = levels[:, at]
        height = level - below
        if (height > 0).any():
            parts += height[:, None] * _parts_at(level[:, None], before, after)
        below = level
    return parts


def _parts_at(level: Floats, before: Floats, after: Floats) -> Floats:
    """The parts in reaching one level: of sites that reach it only now, and of those that did only before."""
    opened, closed = (after >= level) & (before < level), (before >= level) & (after < level)
    a, b = opened.sum(axis=1, keepdims=True), closed.sum(axis=1, keepdims=True)
    orders = comb(a + b, a)
    gain = 1.0 / (np.maximum(a, 1) * orders)
    loss = 1.0 / (np.maximum(b, 1) * orders)
    return np.where(opened, gain, 0.0) - np.where(closed, loss, 0.0)
