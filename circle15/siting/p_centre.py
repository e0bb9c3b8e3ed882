"""The sites whose farthest person walks least: the p-centre (Hakimi 1964), by covering within each distance in turn.

Minieka (1970): the answer is one of the distances between cells and candidates, and it is the shortest within which so
many sites can cover all; so it is found by halving.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.siting.choice import USUAL, Choice, Effort
from circle15.siting.fewest_sites import ANY, fewest_sites
from circle15.siting.rows import cover_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.siting.arrays import Floats, Numbers
    from circle15.siting.rules import Rules


def p_centre(
    metres: Floats,
    cell: Numbers,
    candidate: Numbers,
    cells: int,
    rules: Rules,
    effort: Effort = USUAL,
) -> Choice | None:
    """The sites with the least longest way.

    Parameters
    ----------
    metres, cell, candidate
        (pairs,): how far a candidate is from a cell; each pair once. Cells in no pair are left out of account.
    cells
        How many cells there are.
    rules
        What a choice has to keep to.
    effort
        How hard to try.

    Returns
    -------
    Choice or None
        ``value`` and ``bound`` in metres; of sites as good the cheapest, of those the smallest numbers. None where no
        choice reaches everyone by any of the pairs, or none was found within the effort.

    Examples
    --------
    Three cells in a row, 100 m apart, and a candidate at each:

    >>> from circle15.siting.rules import only_so_many
    >>> cell, candidate = np.divmod(np.arange(9), 3)
    >>> best = p_centre(100.0 * abs(cell - candidate), cell, candidate, 3, only_so_many(1, 3))
    >>> best.sites.tolist(), best.value
    ([1], 100.0)
    """
    lengths = np.unique(metres)
    wanted = len(np.unique(cell))
    low, high, proven, found = 0, len(lengths) - 1, 0, False
    while low <= high:
        middle = (low + high) // 2
        near = metres <= lengths[middle]
        tried = _within(near, cell, candidate, cells, rules, wanted, replace(effort, ties=0, gap=ANY))
        if tried is not None and np.isfinite(tried.value):
            found, high = True, middle - 1
        else:
            proven = max(proven, middle + 1) if tried is None else proven
            low = middle + 1
    if not found:
        return None
    best = _within(metres <= lengths[low], cell, candidate, cells, rules, wanted, effort)
    return None if best is None else replace(best, value=float(lengths[low]), bound=float(lengths[proven]))


def _within(
    near: NDArray[np.bool_],
    cell: Numbers,
    candidate: Numbers,
    cells: int,
    rules: Rules,
    wanted: int,
    effort: Effort,
) -> Choice | None:
    """The cheapest sites that reach all wanted cells by pairs that are near enough; None where there are none."""
    if len(np.unique(cell[near])) < wanted:
        return None
    return fewest_sites(cover_rows(np.ones(cells), cell[near], candidate[near], rules.candidates), rules, effort)
