"""What each way is good for, beside its line: an array per trait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.streets.uses import BACKWARD, BITS, FORWARD, MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from circle15.catalogue.entries import Mode

WALKED = FORWARD | BACKWARD


@dataclass(frozen=True, eq=False)
class Traits:
    """What ways are good for.

    Attributes
    ----------
    permits
        uint16, (ways,): bits of ``uses``.
    drive_kmh
        float64, (ways,): speed of driving; NaN for that of the way's kind.
    """

    permits: NDArray[np.uint16]
    drive_kmh: NDArray[np.float64]

    @classmethod
    def open_to(cls, mode: Mode, count: int) -> Traits:
        """Of ways that one mode may use in both directions, and no other.

        Examples
        --------
        >>> Traits.open_to("walk", 2).permits.tolist()
        [3, 3]
        """
        permits = WALKED << (BITS * MODES.index(mode))
        return cls(np.full(count, permits, dtype=np.uint16), np.full(count, np.nan))

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Traits:
        """Of some of the ways."""
        return Traits(self.permits[which], self.drive_kmh[which])


def traits_of(permits: NDArray[np.uint16], drive_kmh: NDArray[np.float64]) -> Traits | None:
    """What ways are good for; None where all of them are walked in both directions, and nothing else."""
    return None if (permits == WALKED).all() else Traits(permits, drive_kmh)


def join_traits(parts: Sequence[Traits]) -> Traits:
    """Of several lots of ways, end to end."""
    return Traits(np.concatenate([part.permits for part in parts]), np.concatenate([part.drive_kmh for part in parts]))
