"""Gathering errors, so that a planner sees all of them before the next try."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from circle15.errors import Circle15Error, Faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@contextmanager
def collecting(faults: list[Circle15Error]) -> Iterator[None]:
    """Put an error of the block into ``faults`` instead of raising it.

    Examples
    --------
    >>> faults = []
    >>> with collecting(faults):
    ...     raise Circle15Error("terms.town")
    >>> [fault.key for fault in faults]
    ['terms.town']
    """
    try:
        yield
    except Faults as several:
        faults += several.faults
    except Circle15Error as fault:
        faults.append(fault)


def raise_faults(faults: Sequence[Circle15Error]) -> None:
    """Raise what was found: one fault as itself, several together, none not at all."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Faults(faults)
