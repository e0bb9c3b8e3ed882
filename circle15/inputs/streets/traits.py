"""What each way is good for, beside its line: an array per trait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.streets.uses import BACKWARD, FORWARD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
    def walked(cls, count: int) -> Traits:
        """Of ways that are walked in both directions, and nothing else."""
        return cls(np.full(count, WALKED, dtype=np.uint16), np.full(count, np.nan))

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Traits:
        """Of some of the ways."""
        return Traits(self.permits[which], self.drive_kmh[which])


def traits_of(permits: NDArray[np.uint16], drive_kmh: NDArray[np.float64]) -> Traits | None:
    """What ways are good for; None where all of them are walked in both directions, and nothing else."""
    return None if (permits == WALKED).all() else Traits(permits, drive_kmh)


def join_traits(parts: Sequence[Traits]) -> Traits:
    """Of several lots of ways, end to end."""
    return Traits(np.concatenate([part.permits for part in parts]), np.concatenate([part.drive_kmh for part in parts]))
