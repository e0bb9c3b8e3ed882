"""A facility whose name or address names a street or an estate stands near it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from circle15.inputs.facilities.fit_places import named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circle15.inputs.facilities.fit_trials import Trials
    from circle15.model.network import StreetNetwork

    Floats = NDArray[np.float64]
    Named = Mapping[str, NDArray[np.object_]]

EDGES_M = np.array([15, 30, 50, 75, 110, 160, 230, 330, 470, 670, 950, 1350, 2000], dtype=np.float64)
# From a door on the street to a house deep inside its block: mean metres to the street that the address names.
MEANS_M = (30.0, 60.0, 120.0)
_UP_TO = 1.0 - np.exp(-EDGES_M[None, :] / np.array(MEANS_M)[:, None])
SHAPES = np.diff(_UP_TO, axis=1, prepend=0.0, append=1.0)
# 东路 and 一弄 stand in too many other names.
LEAST_LETTERS = 3
POINTS_EVERY_M = 10.0


def named_streets(network: StreetNetwork) -> Named:
    """The lines of every street that has a name, by its name."""
    vertices = np.diff(network.line_start)
    lines = shapely.linestrings(network.line_xy, indices=np.repeat(np.arange(network.edge_count), vertices))
    return named_shapes([network.way_names.get(way, "") for way in network.way_id.tolist()], lines)


def named_shapes(texts: Sequence[str], shapes: NDArray[np.object_]) -> Named:
    """Shapes, None for none, by each of the names that stand with ";" between them."""
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        for name in {part.strip() for part in text.split(";")}:
            if len(name) >= LEAST_LETTERS and shapes[row] is not None:
                rows.setdefault(name, []).append(row)
    return {name: shapes[each] for name, each in sorted(rows.items())}


def joined(one: Named, other: Named) -> Named:
    """What either calls by a name."""
    nothing = np.empty(0, dtype=object)
    names = sorted(one.keys() | other.keys())
    return {name: np.concatenate([one.get(name, nothing), other.get(name, nothing)]) for name in names}


def things_named(texts: Sequence[str], names: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Which texts name which streets or estates: (text, name), in order.

    Examples
    --------
    >>> things_named(["文一西路9号", "文一路与学院路口", "三楼"], ["文一路", "文一西路", "学院路"])
    ((0, '文一西路'), (1, '学院路'), (1, '文一路'))
    """
    longest = sorted(names, key=len, reverse=True)
    return tuple((number, name) for number, text in enumerate(texts) for name in sorted(named(text, longest)))


def name_classes(trials: Trials, texts: Sequence[str], called: Named) -> NDArray[np.int64]:
    """Which class of ``EDGES_M`` the distance to a thing named is in, (trials, things named by points).

    Parameters
    ----------
    trials
        The points.
    texts
        Of every point its name and address.
    called
        The shapes of each name.
    """
    told = things_named(texts, list(called))
    trees = {name: _tree(called[name]) for name in sorted({name for _, name in told})}
    metres = [trees[name].query(trials.xy[:, number], distance_upper_bound=EDGES_M[-1])[0] for number, name in told]
    classes = np.searchsorted(EDGES_M, np.array(metres).reshape(len(told), len(trials.xy)).T, side="right")
    return classes.astype(np.int64)


def _tree(shapes: NDArray[np.object_]) -> cKDTree:
    """Lines, and the rims of areas, as points."""
    return cKDTree(shapely.get_coordinates(shapely.segmentize(shapes, POINTS_EVERY_M)))
