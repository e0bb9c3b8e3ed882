"""How much memory a problem takes, told before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from circle15.siting.numbered import Numbered

MOST_GB = 3.0
# Bytes per pair of row and candidate at the highest point: two sorted copies of the rows and what sorts them.
BYTES_PER_PAIR = 120
BYTES_AT_REST = 250_000_000


def require_memory(whole: Numbered) -> None:
    """Refuse a problem that takes more than ``MOST_GB``.

    Raises
    ------
    ConfigurationError
        It takes more, by the count of its pairs.
    """
    require_room(len(whole.cell))


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


def require_entries(entries: float, pairs: int) -> None:
    """Refuse rows with about so many candidates in all, before they are made.

    Raises
    ------
    ConfigurationError
        They take more than ``MOST_GB``.
    """
    _require(BYTES_AT_REST + BYTES_PER_PAIR * entries, pairs)


def _require(needed: float, pairs: int) -> None:
    if needed / 1e9 > MOST_GB:
        raise ConfigurationError("siting.too_large", needed=needed / 1e9, most=MOST_GB, pairs=pairs)
