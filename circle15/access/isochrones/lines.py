"""The streets' lines, segment by segment, with their shares of their edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.access.compiled import read_only
from circle15.access.isochrones.arrays import Lines
from circle15.access.segments import street_segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circle15.access.segments import SegmentTree
    from circle15.model.network import StreetNetwork


def lines_of(network: StreetNetwork) -> Lines:
    """The segments of the streets, edge by edge."""
    ends, edge, along_m, line_m = street_segments(network)
    return _lines(ends, edge, along_m, line_m, np.arange(len(edge)))


def lines_of_tree(tree: SegmentTree) -> Lines:
    """The segments as a tree numbers them."""
    order = np.lexsort((tree.along_m, tree.edge))
    return _lines(tree.ends, tree.edge, tree.along_m, tree.line_m, order)


def _lines(
    ends: NDArray[np.float64],
    edge: NDArray[np.int32],
    along_m: NDArray[np.float64],
    line_m: NDArray[np.float64],
    row: NDArray[np.int64],
) -> Lines:
    """The segments; ``row`` is their order edge by edge along the lines."""
    whole_m = np.where(line_m > 0, line_m, 1.0)[edge]
    length_m = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    start_share = np.minimum(along_m / whole_m, 1.0)
    share = np.minimum(length_m / whole_m, 1.0 - start_share)
    first = np.concatenate([[0], np.cumsum(np.bincount(edge, minlength=len(line_m)))]).astype(np.int32)
    last = row[first[1:] - 1]
    # Ends of edges are told from places beside them: from an end, every street that meets there can be taken.
    share[last] = 1.0 - start_share[last]
    return Lines(
        ends=read_only(ends),
        edge=read_only(edge),
        start_share=read_only(start_share),
        share=read_only(share),
        first=read_only(first),
        row=read_only(row.astype(np.int32)),
    )
