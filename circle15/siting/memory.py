"""How much memory a problem takes, told before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from circle15.siting.numbered import Numbered
    from circle15.siting.problem import Objective

MOST_GB = 3.0
# Bytes per pair of row and candidate at the highest point: two sorted copies of the rows and what sorts them.
BYTES_PER_PAIR = 120
BYTES_AT_REST = 250_000_000


def require_memory(whole: Numbered, objective: Objective) -> None:
    """Refuse a problem that takes more than ``MOST_GB``.

    Raises
    ------
    ConfigurationError
        It takes more, by the count of its rows.
    """
    _require(needed_bytes(whole, objective), len(whole.cell))


def require_room(pairs: float) -> None:
    """Refuse about so many pairs of cell and candidate, before anybody looks for them.

    Raises
    ------
    ConfigurationError
        They take more than ``MOST_GB``.

    Examples
    --------
    >>> require_room(20e6)
    >>> require_room(30e6)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    circle15.errors.ConfigurationError: ...
    """
    _require(BYTES_AT_REST + BYTES_PER_PAIR * pairs, round(pairs))


def _require(needed: float, pairs: int) -> None:
    if needed / 1e9 > MOST_GB:
        raise ConfigurationError("siting.too_large", needed=needed / 1e9, most=MOST_GB, pairs=pairs)


def needed_bytes(whole: Numbered, objective: Objective) -> float:
    """About how many bytes it takes.

    People within reach are one row per cell. A staircase has a step per candidate beyond, and in the row of each step
    stand all candidates up to it.
    """
    entries = _steps(whole, objective) if objective in ("index", "distance") else len(whole.cell)
    return float(BYTES_AT_REST + BYTES_PER_PAIR * max(entries, len(whole.cell)))


def _steps(whole: Numbered, objective: Objective) -> float:
    """How many candidates stand in the rows of all steps; those no nearer than a site that stays are in none."""
    near = whole.near if objective == "index" else np.zeros(len(whole.cell), dtype=np.bool_)
    metres = np.where(near, 0.0, whole.metres)
    stays, count = whole.rules.must[whole.candidate], len(whole.persons)
    nearest = np.full(count, np.inf)
    np.minimum.at(nearest, whole.cell[stays], metres[stays])
    useful = metres < nearest[whole.cell]
    flat = np.bincount(whole.cell[useful & near], minlength=count).astype(np.float64)
    steps = np.bincount(whole.cell[useful & ~near], minlength=count).astype(np.float64)
    return float(np.sum(flat + steps * flat + steps * (steps + 1) / 2))
