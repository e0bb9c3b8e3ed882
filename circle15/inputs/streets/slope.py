"""Streets on sloping ground: metres of level walking uphill and downhill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circle15.errors import DataError
from circle15.inputs.streets.spans import span_heights
from circle15.inputs.streets.terrain import degrees_text, heights_at
from circle15.inputs.streets.walking import walking_rules
from circle15.inputs.streets.ways import starts
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from circle15.inputs.streets.terrain import Terrain
    from circle15.model.network import StreetNetwork


# Pixels wider than this see no street's own slope, only that of the hill it is on.
COARSE_M = 100.0


def slope_factor(slope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres of level walking per metre on a slope, by Tobler's hiking function (1993) set to 1 on the level.

    Parameters
    ----------
    slope
        Rise over run in the direction of walking: 0.1 is 10 % up, -0.1 is 10 % down.

    Examples
    --------
    >>> slope_factor(np.array([0.0, 0.1, -0.05, -0.1])).round(3).tolist()
    [1.0, 1.419, 0.839, 1.0]
    """
    rules = walking_rules().slope
    factor: NDArray[np.float64] = np.exp(rules.steepness * (np.abs(slope - rules.easiest) - abs(rules.easiest)))
    return factor


def with_slope(
    network: StreetNetwork, terrain: Terrain, span_ids: Collection[int]
) -> tuple[StreetNetwork, tuple[Note, ...]]:
    """Let slopes lengthen and shorten the streets of walkers, in each direction by its own slope.

    Every street is cut into pieces of equal length, as many as are no shorter than a pixel of the model (at least
    one); each has the slope between the heights of its ends and takes the factor of that slope. Bridges and tunnels
    run straight from the ground at one end to the ground at the other. Steps and lifts keep their own pace. A piece
    with no height at an end counts as level. On level ground all metres stay what they were, to the last bit.

    Parameters
    ----------
    network
        The walking streets.
    terrain
        The heights.
    span_ids
        Ids of the ways that are bridges or tunnels.

    Raises
    ------
    DataError
        Too many streets beyond the model, or where it has no heights.
    """
    pieces = _pieces(network, terrain.pixel_m)
    height_m, beyond = heights_at(terrain, pieces.xy)
    _require_heights(network, terrain, pieces, height_m, beyond)
    span = np.isin(network.way_id, np.array(sorted(span_ids), dtype=np.int64))
    height_m = _on_spans(network, terrain, pieces, height_m, span)
    run_m = pieces.run_m
    rise_m, own_run_m = (height_m[1:] - height_m[:-1])[pieces.is_piece], np.repeat(run_m, pieces.count)
    # A street without length climbs nothing.
    slope = np.divide(rise_m, own_run_m, out=np.zeros(len(rise_m)), where=own_run_m > 0)
    own_pace = np.isin(network.kinds, sorted(walking_rules().slope.without))[network.kind]
    slope[np.repeat(own_pace, pieces.count)] = 0.0
    unknown, most = np.isnan(slope), walking_rules().slope.most
    steep = ~unknown & (np.abs(slope) > most)
    slope = np.clip(np.where(unknown, 0.0, slope), -most, most)
    factors = [np.add.reduceat(slope_factor(way), pieces.first) / pieces.count for way in (slope, -slope)]
    result = _with_factors(network, *factors)
    told = _Told(network, terrain, np.repeat(run_m, pieces.count))
    return result, told.notes(result, unknown, steep)


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Each street cut into pieces of equal length.

    ``count`` (edges,) pieces; ``run_m`` (edges,) the length of each of them; ``xy`` (stations, 2) the ends of pieces,
    ``count + 1`` for each street, one street after the other; ``is_piece`` (stations - 1,) whether the stretch from a
    station to the next is a piece, or the jump to the next street.
    """

    count: NDArray[np.int64]
    run_m: NDArray[np.float64]
    xy: NDArray[np.float64]
    is_piece: NDArray[np.bool_]

    @property
    def first(self) -> NDArray[np.int64]:
        """(edges,): which piece is the first of each street."""
        return starts(self.count)[:-1]

    @property
    def station(self) -> NDArray[np.int64]:
        """(edges + 1,): where the stations of each street start."""
        return starts(self.count + 1)


def _pieces(network: StreetNetwork, pixel_m: float) -> _Pieces:
    step_m = np.hypot(*np.diff(network.line_xy, axis=0).T)
    step_m[network.line_start[1:-1] - 1] = 0.0  # from the end of one street to the start of the next
    at_m = np.concatenate([[0.0], np.cumsum(step_m)])
    first, last = network.line_start[:-1], network.line_start[1:] - 1
    drawn_m = at_m[last] - at_m[first]
    count = np.maximum(1, (drawn_m / pixel_m).astype(np.int64))
    station = starts(count + 1)
    edge = np.repeat(np.arange(len(count)), count + 1)
    share = (np.arange(station[-1]) - station[edge]) / count[edge]
    where_m = at_m[first][edge] + share * drawn_m[edge]
    xy = np.column_stack([np.interp(where_m, at_m, axis) for axis in network.line_xy.T])
    xy[station[:-1]], xy[station[1:] - 1] = network.line_xy[first], network.line_xy[last]
    is_piece = np.ones(len(xy) - 1, dtype=np.bool_)
    is_piece[station[1:-1] - 1] = False
    return _Pieces(count, drawn_m / count, xy, is_piece)


def _require_heights(
    network: StreetNetwork,
    terrain: Terrain,
    pieces: _Pieces,
    height_m: NDArray[np.float64],
    beyond: NDArray[np.bool_],
) -> None:
    metres = np.repeat(pieces.run_m, pieces.count)
    for key, which in (("terrain.not_covering", beyond), ("terrain.holes", np.isnan(height_m) & ~beyond)):
        touched = (which[1:] | which[:-1])[pieces.is_piece]
        share = float(metres[touched].sum() / metres.sum())
        if share > walking_rules().slope.most_unknown:
            box = degrees_text(network.crs, network.line_xy.min(axis=0), network.line_xy.max(axis=0))
            raise DataError(key, file=terrain.file, share=share, box=box)


def _on_spans(
    network: StreetNetwork,
    terrain: Terrain,
    pieces: _Pieces,
    height_m: NDArray[np.float64],
    span: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Heights with those of bridges and tunnels straight between their ends."""
    if not span.any():
        return height_m
    node_m = span_heights(network, heights_at(terrain, network.node_xy)[0], span)
    station = pieces.station
    edge = np.repeat(np.arange(len(pieces.count)), pieces.count + 1)
    share = (np.arange(station[-1]) - station[edge]) / pieces.count[edge]
    begin, end = node_m[network.from_node[edge]], node_m[network.to_node[edge]]
    return np.where(span[edge], begin + share * (end - begin), height_m)


def _with_factors(network: StreetNetwork, forward: NDArray[np.float64], backward: NDArray[np.float64]) -> StreetNetwork:
    """The streets with the factors of their slopes; both directions stay one where they are alike."""
    forward_m, backward_m = network.directions_m
    uphill_m, downhill_m = forward_m * forward, backward_m * backward
    alike = np.array_equal(uphill_m, downhill_m)
    return replace(network, forward_m=uphill_m, backward_m=None if alike else downhill_m)


@dataclass(frozen=True, eq=False)
class _Told:
    """What is said of the slopes."""

    network: StreetNetwork
    terrain: Terrain
    piece_m: NDArray[np.float64]

    def notes(self, result: StreetNetwork, unknown: NDArray[np.bool_], steep: NDArray[np.bool_]) -> tuple[Note, ...]:
        """How much longer the streets are there and back; pieces that are too steep or have no height."""
        file = self.terrain.file
        facts: dict[str, object] = {"file": file, "pixel_m": self.terrain.pixel_m, "longer": self._longer(result)}
        notes = [Note("terrain.used", facts)]
        if self.terrain.pixel_m > COARSE_M:
            notes.append(Note("terrain.coarse", {"file": file, "pixel_m": self.terrain.pixel_m}))
        if steep.any():
            most = walking_rules().slope.most
            notes.append(Note("terrain.steep", {"pieces": int(steep.sum()), "km": self._km(steep), "most": most}))
        if unknown.any():
            share = float(self.piece_m[unknown].sum() / self.piece_m.sum())
            notes.append(Note("terrain.unknown", {"file": file, "km": self._km(unknown), "share": share}))
        return tuple(notes)

    def _km(self, which: NDArray[np.bool_]) -> float:
        return float(self.piece_m[which].sum()) / 1000

    def _longer(self, result: StreetNetwork) -> float:
        """Share by which a walk over every street there and back is longer than on the level."""
        open_both = np.isfinite(np.add(*self.network.directions_m))
        before, after = (np.add(*streets.directions_m)[open_both].sum() for streets in (self.network, result))
        return float(after / before) - 1.0 if before > 0 else 0.0
