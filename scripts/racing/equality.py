"""Whether two answers are the same, and how far they are off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from racing.task import Unequal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from racing.task import Arrays


def metres_off(ours: Arrays, theirs: Arrays, tolerance: float) -> float:
    """Tables of ``metres``: the same places have a way, and no way differs by more."""
    one, other = ours["metres"], theirs["metres"]
    if one.shape != other.shape:
        raise Unequal(f"{other.shape} metres for {one.shape}")
    only_one = int((np.isfinite(one) != np.isfinite(other)).sum())
    if only_one or np.isnan(other).any():
        raise Unequal(f"{only_one} places have a way in one answer only")
    both = np.isfinite(one)
    return _within(np.abs(one[both] - other[both]), tolerance)


def pairs_off(limit_m: float) -> _PairsOff:
    """Pairs of ``facility`` and ``origin`` with ``metres``; pairs at the very limit may be in one answer only."""
    return _PairsOff(limit_m)


class _PairsOff:
    """The test of equality for pairs within a limit."""

    def __init__(self, limit_m: float) -> None:
        self.limit_m = limit_m

    def __call__(self, ours: Arrays, theirs: Arrays, tolerance: float) -> float:
        """How far the metres of the same pairs differ."""
        (one, one_m), (other, other_m) = _by_key(ours), _by_key(theirs)
        common, at_one, at_other = np.intersect1d(one, other, assume_unique=True, return_indices=True)
        for key, metres in ((one, one_m), (other, other_m)):
            alone_m = metres[~np.isin(key, common, assume_unique=True)]
            if (np.abs(alone_m - self.limit_m) > tolerance).any():
                raise Unequal(f"{len(alone_m):,} pairs are in one answer only")
        return _within(np.abs(one_m[at_one] - other_m[at_other]), tolerance)


def _by_key(answer: Arrays) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    key = answer["facility"].astype(np.int64) << 32 | answer["origin"].astype(np.int64)
    order = np.argsort(key, kind="stable")
    key = key[order]
    if (key[1:] == key[:-1]).any():
        raise Unequal("a pair is there twice")
    return key, answer["metres"][order]


def _within(off: NDArray[np.float64], tolerance: float) -> float:
    furthest = float(off.max(initial=0.0))
    if not furthest <= tolerance:
        raise Unequal(f"{int((~(off <= tolerance)).sum()):,} differ, by up to {furthest:g}")
    return furthest
