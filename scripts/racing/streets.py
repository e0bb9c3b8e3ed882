"""Streets to search, as plain arrays: ``xy, from_node, to_node, metres, line_start, line_xy, epsg, what``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from racing.task import Absent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from racing.task import Arrays

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FIELD_DATA = Path(os.environ.get("CIRCLE15_FIELD_DATA", REPOSITORY.parent / "shared" / "data"))
HANGZHOU = (120.17, 30.25)
HANGZHOU_EPSG = 4549
JITTER, MISSING, BENT = 0.35, 0.15, 0.3  # shares of the gap, of the streets, of the streets
WINDING, BENDS, ASIDE = 0.5, 4, 0.1  # share of the streets, bends of each on the mean, share of the gap


def field_data(*parts: str) -> Path:
    """A file of the field data; raises ``Absent``."""
    path = FIELD_DATA.joinpath(*parts)
    if not path.is_file():
        raise Absent(f"no {'/'.join(parts)} among the field data")
    return path


def hangzhou(quick: bool) -> dict[str, Any]:
    """OpenStreetMap lines of Hangzhou as circle15 reads them, or a small lattice."""
    if quick:
        return lattice(30)
    from circle15.inputs.streets.read import read_streets
    from circle15.model.projection import metric_crs

    crs = metric_crs(*HANGZHOU)
    read, _ = read_streets(field_data("hangzhou", "roads.gpkg"), layer=None, crs=crs, bounds=None)
    return arrays(read, "OpenStreetMap lines of Hangzhou, about 2019")


def arrays(network: Any, what: str) -> dict[str, Any]:  # noqa: ANN401 - a StreetNetwork
    """A network that is the same in both directions as plain arrays."""
    return {
        "xy": np.asarray(network.node_xy),
        "from_node": np.asarray(network.from_node),
        "to_node": np.asarray(network.to_node),
        "metres": np.asarray(network.forward_m),
        "line_start": np.asarray(network.line_start),
        "line_xy": np.asarray(network.line_xy),
        "epsg": network.crs.to_epsg(),
        "what": what,
        **_counts(network.node_count, network.edge_count),
    }


def _counts(nodes: int, streets: int) -> dict[str, Any]:
    return {"nodes": nodes, "streets": streets}


def vertices_as_nodes(streets: dict[str, Any]) -> dict[str, Any]:
    """The same streets with a node at every vertex, their metres shared out by length.

    The lines as they were are there, too, as ``lines_...``, and for each node one vertex of them, ``vertex``.
    """
    start, line_xy = streets["line_start"], streets["line_xy"]
    number = len(streets["xy"]) + np.arange(len(line_xy))
    number[start[:-1]], number[start[1:] - 1] = streets["from_node"], streets["to_node"]
    _, vertex, number = np.unique(number, return_index=True, return_inverse=True)
    first = np.delete(np.arange(len(line_xy)), start[1:] - 1)
    piece_m = np.hypot(*(line_xy[first + 1] - line_xy[first]).T)
    edge = np.repeat(np.arange(len(start) - 1), np.diff(start) - 1)
    whole_m = np.bincount(edge, weights=piece_m)
    metres = piece_m * (streets["metres"] / np.where(whole_m > 0, whole_m, 1.0))[edge]
    return {
        **{f"lines_{name}": array for name, array in streets.items() if isinstance(array, np.ndarray)},
        **straight(line_xy[vertex], number[first], number[first + 1], metres),
        "vertex": vertex,
        "epsg": streets["epsg"],
        "what": streets["what"],
        "junctions": streets["nodes"],
    }


def cells_at_vertices(streets: Arrays, cell_m: float = 100.0) -> NDArray[np.int32]:
    """The nodes that stand for cells: of each cell with a node within its side of its centre, the nearest one.

    A node that is the nearest of several cells is there once; ascending.
    """
    from scipy.spatial import cKDTree

    near = np.stack(np.meshgrid([-1, 0, 1], [-1, 0, 1]), axis=-1).reshape(-1, 1, 2)
    corner = np.unique(np.floor(streets["xy"] / cell_m).astype(np.int64), axis=0)
    corner = np.unique((corner + near).reshape(-1, 2), axis=0)
    nearest_m, node = cKDTree(streets["xy"]).query((corner + 0.5) * cell_m, distance_upper_bound=cell_m)
    return np.unique(node[np.isfinite(nearest_m)]).astype(np.int32)


def along_curve(streets: dict[str, Any]) -> dict[str, Any]:
    """The same streets; nodes, then streets, numbered as readers number them: neighbours near each other."""
    from circle15.access.curve import morton_order

    order = morton_order(streets["xy"])
    number = np.argsort(order).astype(np.int32)
    ends = number[streets["from_node"]], number[streets["to_node"]]
    by_node = np.lexsort((ends[1], ends[0]))
    count = np.diff(streets["line_start"])[by_node]
    line_start = np.append(0, np.cumsum(count))
    vertex = np.arange(line_start[-1]) + np.repeat(streets["line_start"][:-1][by_node] - line_start[:-1], count)
    return {
        **streets,
        "xy": streets["xy"][order],
        "from_node": ends[0][by_node],
        "to_node": ends[1][by_node],
        "metres": streets["metres"][by_node],
        "line_start": line_start,
        "line_xy": streets["line_xy"][vertex],
    }


def straight(
    xy: NDArray[np.float64], tail: NDArray[np.integer], head: NDArray[np.integer], metres: NDArray[np.float64]
) -> dict[str, Any]:
    """Streets without bends."""
    ends = np.stack([tail, head], axis=1).astype(np.int32)
    return {
        "xy": xy,
        "from_node": ends[:, 0].copy(),
        "to_node": ends[:, 1].copy(),
        "metres": metres,
        "line_start": np.arange(len(ends) + 1, dtype=np.int64) * 2,
        "line_xy": xy[ends].reshape(-1, 2),
        **_counts(len(xy), len(ends)),
    }


def lattice(side: int, gap_m: float = 100.0) -> dict[str, Any]:
    """A jittered lattice with missing and bent streets, its nodes numbered without any order in the plane.

    The same for the same ``side``: nobody's luck, and no file.
    """
    rng = np.random.default_rng(20)
    return {
        **_bent(*_lattice_ends(side, gap_m, rng), rng, gap_m),
        "epsg": HANGZHOU_EPSG,
        "what": f"a jittered lattice made by the script, {MISSING:.0%} of its streets missing, {BENT:.0%} bent",
    }


def winding_lattice(side: int, gap_m: float = 200.0) -> dict[str, Any]:
    """A lattice whose streets have as many bends as real lines have: in Hangzhou two on the mean, none in half of them.

    Real streets of Hangzhou are 200 m long on the mean.
    """
    rng = np.random.default_rng(21)
    return {
        **_winding(*_lattice_ends(side, gap_m, rng), rng, gap_m),
        "epsg": HANGZHOU_EPSG,
        "what": (
            f"a jittered lattice made by the script, {gap_m:.0f} m wide, {MISSING:.0%} of its streets missing, "
            f"{WINDING:.0%} with {BENDS} bends on the mean"
        ),
    }


def _lattice_ends(side: int, gap_m: float, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Jittered nodes, numbered without any order in the plane, and the ends of the streets that are not missing."""
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    xy = np.stack([column.ravel(), row.ravel()], axis=1) * gap_m
    xy = xy + rng.uniform(-JITTER, JITTER, xy.shape) * gap_m
    shuffled = rng.permutation(side * side)
    number = np.argsort(shuffled).reshape(side, side).astype(np.int32)
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    up = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    ends = np.vstack([across, up])
    return xy[shuffled], ends[rng.random(len(ends)) >= MISSING]


def _bent(xy: NDArray[np.float64], ends: NDArray[np.int32], rng: np.random.Generator, gap_m: float) -> dict[str, Any]:
    """Streets between these ends, some with a vertex beside their middle."""
    bent = rng.random(len(ends)) < BENT
    middle = xy[ends].mean(axis=1) + rng.uniform(-0.2, 0.2, (len(ends), 2)) * gap_m
    vertices = np.stack([xy[ends[:, 0]], middle, xy[ends[:, 1]]], axis=1)
    kept = np.stack([np.ones_like(bent), bent, np.ones_like(bent)], axis=1)
    by_bend_m = np.hypot(*np.diff(vertices, axis=1).transpose(2, 0, 1)).sum(axis=1)
    straight_m = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    return {
        "xy": xy,
        "from_node": ends[:, 0].copy(),
        "to_node": ends[:, 1].copy(),
        "metres": np.where(bent, by_bend_m, straight_m),
        "line_start": np.concatenate([[0], np.cumsum(2 + bent)]).astype(np.int64),
        "line_xy": vertices[kept],
        **_counts(len(xy), len(ends)),
    }


def _winding(
    xy: NDArray[np.float64], ends: NDArray[np.int32], rng: np.random.Generator, gap_m: float
) -> dict[str, Any]:
    """Streets between these ends, some with vertices in even steps, beside the straight line."""
    bends = np.where(rng.random(len(ends)) < WINDING, rng.geometric(1 / BENDS, len(ends)), 0)
    line_start = np.concatenate([[0], np.cumsum(bends + 2)]).astype(np.int64)
    edge = np.repeat(np.arange(len(ends)), bends + 2)
    step = np.arange(len(edge)) - line_start[edge]
    inner = (step > 0) & (step <= bends[edge])
    share = (step / (bends[edge] + 1))[:, None]
    line_xy = (1 - share) * xy[ends[edge, 0]] + share * xy[ends[edge, 1]]
    line_xy[inner] += rng.uniform(-ASIDE, ASIDE, (int(inner.sum()), 2)) * gap_m
    line_xy[line_start[:-1]], line_xy[line_start[1:] - 1] = xy[ends[:, 0]], xy[ends[:, 1]]
    piece_m = np.append(np.hypot(*np.diff(line_xy, axis=0).T), 0.0)
    piece_m[line_start[1:] - 1] = 0.0
    return {
        "xy": xy,
        "from_node": ends[:, 0].copy(),
        "to_node": ends[:, 1].copy(),
        "metres": np.add.reduceat(piece_m, line_start[:-1]),
        "line_start": line_start,
        "line_xy": line_xy,
        **_counts(len(xy), len(ends)),
    }


def drawn_nodes(streets: dict[str, Any], count: int, seed: int) -> NDArray[np.int32]:
    """Different nodes with a street, drawn with a seed."""
    on_street = np.unique(np.concatenate([streets["from_node"], streets["to_node"]]))
    count = min(count, len(on_street))
    return np.random.default_rng(seed).choice(on_street, count, replace=False).astype(np.int32)
