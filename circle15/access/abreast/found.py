"""Pairs that searches found, one search after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.compiled import FILL_INT, FILL_METRES, named

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Found(NamedTuple):
    """Places in reach of facilities, one facility after the other.

    Attributes
    ----------
    place
        int32, (pairs,).
    metres
        float64, (pairs,).
    """

    place: NDArray[np.int32]
    metres: NDArray[np.float64]


FOUND = named(Found, FILL_INT, FILL_METRES)


def nothing_found(pairs: int) -> Found:
    """Room for some pairs."""
    return Found(np.empty(pairs, dtype=np.int32), np.empty(pairs))


def larger(found: Found, kept: int, pairs: int) -> Found:
    """The first ``kept`` pairs, in room for more."""
    room = nothing_found(pairs)
    room.place[:kept], room.metres[:kept] = found.place[:kept], found.metres[:kept]
    return room
