"""Parts of what adds up, and is then bent: the supply of changed sites, of which a home needs only so much.

Each site adds its own to what a home has, and a score follows from the sum. So with the changed sites of a home on
either side of their change in every way there is, the Shapley parts follow directly: there are seldom more than a few
in reach of one home. Where there are more than ``MOST_AT_ONCE``, the mean is taken over twice as many orders as there
are sites: by number, the same turned round step by step, and all of these backwards. The parts add up all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.assess.comparison.shapley import shapley_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    # From sums, (..., kinds), to scores, (...).
    Score = Callable[[Floats], Floats]

MOST_AT_ONCE = 8


class SiteSupplies(NamedTuple):
    """What changed sites add to homes: one row per pair of a home and a site that gave or gives it something.

    ``home`` and ``site`` are numbers; ``before`` and ``after`` what is added, (rows, kinds).
    """

    home: Whole
    site: Whole
    before: Floats
    after: Floats


def sum_parts(base: Floats, supplies: SiteSupplies, score: Score) -> Floats:
    """The part of each changed site in the change of each home's score.

    Parameters
    ----------
    base
        (homes, kinds): what the unchanged sites add.
    supplies
        What the changed ones added and add; each pair once.
    score
        Of a home, from the sums.

    Returns
    -------
    numpy.ndarray
        On the rows of ``supplies``; those of a home add up to its change.

    Examples
    --------
    Two sites come that bring a home a place each, where it needs but one:

    >>> brought = SiteSupplies(np.array([0, 0]), np.array([0, 1]), np.zeros((2, 1)), np.ones((2, 1)))
    >>> sum_parts(np.zeros((1, 1)), brought, lambda sums: np.minimum(sums[..., 0], 1.0)).tolist()
    [0.5, 0.5]
    """
    parts = np.zeros(len(supplies.home))
    differ = np.flatnonzero((supplies.before != supplies.after).any(axis=1))
    always = np.setdiff1d(np.arange(len(parts)), differ)
    base = base.copy()
    np.add.at(base, supplies.home[always], supplies.after[always])
    order = differ[np.lexsort((supplies.site[differ], supplies.home[differ]))]
    for rows in _alike(supplies.home, order):
        home = supplies.home[rows[:, 0]]
        found = _parts_of(base[home][:, None], supplies.before[rows], supplies.after[rows], score)
        parts[rows] = found
    return parts


def _alike(home: Whole, order: Whole) -> Iterator[Whole]:
    """Rows of homes with equally many sites: (homes, sites)."""
    _, first, count = np.unique(home[order], return_index=True, return_counts=True)
    for size in np.unique(count).tolist():
        yield order[first[count == size][:, None] + np.arange(size)]


def _parts_of(base: Floats, before: Floats, after: Floats, score: Score) -> Floats:
    """Parts, (homes, sites); ``base`` is (homes, 1, kinds), the others (homes, sites, kinds)."""
    count = before.shape[1]
    if count <= MOST_AT_ONCE:
        members = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.float64)
        # Sums of what is there, never a difference: a rounding below 0 has no root.
        sums = base + np.einsum("ms,hsk->hmk", members, after) + np.einsum("ms,hsk->hmk", 1.0 - members, before)
        return shapley_parts(score(sums).T).T
    parts = np.zeros(before.shape[:2])
    for turn in range(count):
        for places in (np.roll(np.arange(count), turn), np.roll(np.arange(count), turn)[::-1]):
            none = np.zeros_like(base[:, :1])
            come = np.concatenate([none, np.cumsum(after[:, places], axis=1)], axis=1)
            gone = np.concatenate([none, np.cumsum(before[:, places[::-1]], axis=1)], axis=1)[:, ::-1]
            scores = score(base + come + gone)
            parts[:, places] += np.diff(scores, axis=1) / (2 * count)
    return parts
