"""Arrays that outlines are drawn in, used again from window to window."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from circle15.access.isochrones.arrays import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Room(NamedTuple):
    """Room for a window of points.

    Attributes
    ----------
    field
        float64, (points,): what is outlined.
    after, crossed
        int32, (2 x points,): what ``contours.cross`` fills; ``after`` is -1 all over and is to be left so.
    share
        float64, (2 x points,).
    """

    field: NDArray[np.float64]
    after: NDArray[np.int32]
    crossed: NDArray[np.int32]
    share: NDArray[np.float64]


def room_for(points: int, before: Room | None = None) -> Room:
    """Room for a window, that of the last one where it is large enough."""
    if before is not None and len(before.field) >= points:
        return before
    after, crossed = np.full(2 * points, NONE, dtype=np.int32), np.empty(2 * points, dtype=np.int32)
    return Room(np.empty(points), after, crossed, np.empty(2 * points))
