"""The streets with a study's own changes: paths and gates added, roads blocked, compounds opened and closed."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops

from circle15.inputs.streets.additions import GATE_REACH_M, ON_STREET_M, SNAP_M, Wanted, add_paths, gate_line
from circle15.inputs.streets.changes import KIND
from circle15.inputs.streets.editing import Edits, drawn, edited
from circle15.inputs.streets.islands import without_restricted
from circle15.model.ledger import Ledger, LedgerRow, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from circle15.inputs.streets.changes import Change
    from circle15.model.ledger import Fate
    from circle15.model.network import StreetNetwork

COLUMNS = ("action", "name", "status", "geometry")
# A blocked line runs along the streets that it blocks: this near to them, and over this share of their length.
BESIDE_M = 15.0
ALONG = 0.7


@dataclass(eq=False)
class Done:
    """What became of one change: its shape on the ground (None: nowhere), what was taken otherwise, why it is out."""

    change: Change
    shape: Any = None
    mended: list[Note] = field(default_factory=list)
    against: list[Note] = field(default_factory=list)

    @property
    def status(self) -> Fate:
        """used, fixed or excluded."""
        return "excluded" if self.against else "fixed" if self.mended else "used"

    def note(self, key: str, **facts: object) -> Note:
        """A note at the change's row; every one names the change."""
        return Note(key, {"name": self.change.name or "—", **facts}, self.change.at)


@dataclass(frozen=True, eq=False)
class Patched:
    """The streets after all changes, the account of every row, the notes, and the changes to be drawn.

    ``shapes`` has ``action, name, status, geometry``: what was added or blocked, or the compound; the order is the
    file's, as it is of ``done``.
    """

    network: StreetNetwork
    ledger: Ledger
    notes: tuple[Note, ...]
    shapes: gpd.GeoDataFrame
    done: tuple[Done, ...]


def apply_changes(network: StreetNetwork, changes: Sequence[Change], compounds: str) -> Patched:
    """Do all changes: compounds are opened, paths added, compounds closed, roads blocked, in this order.

    The order of the rows leaves no trace. Without changes the network stays the very same.

    Parameters
    ----------
    network
        The streets, those inside compounds marked ``restricted`` where they were read.
    changes
        From ``read_changes``.
    compounds
        ``as_mapped`` leaves out what is still restricted once compounds are opened; ``gated`` keeps it restricted;
        ``open`` lets everyone walk there. What a change closes is closed in each case.
    """
    done = [Done(change, change.shape, list(change.mended), list(change.against)) for change in changes]
    network = _opened(network, _of(done, "open"))
    if compounds == "open":
        network = replace(network, restricted=None)
    elif compounds == "as_mapped":
        network = without_restricted(network)
    network = _with_paths(network, _of(done, "path", "bridge", "gate"))
    network = _closed(network, _of(done, "close"))
    network = _blocked(network, _of(done, "block"))
    return patched(network, done)


def patched(network: StreetNetwork, done: Sequence[Done]) -> Patched:
    """A network with the account of the changes that led to it."""
    rows = tuple(_row(one) for one in done)
    notes = tuple(note for one in done for note in (*one.mended, *one.against))
    return Patched(network, Ledger(rows), (*_summary(done), *notes), _drawn_changes(done, network), tuple(done))


def _of(done: Sequence[Done], *actions: str) -> list[Done]:
    """The changes of some actions that nothing speaks against."""
    return [one for one in done if one.change.action in actions and not one.against]


def _row(one: Done) -> LedgerRow:
    at = one.change.at
    reasons = (*one.mended, *one.against)
    return LedgerRow(
        at.file, at.sheet, at.row, one.status, KIND, one.change.action, one.change.name, reasons, at.lon, at.lat
    )


def _summary(done: Sequence[Done]) -> list[Note]:
    """What became of the changes, file by file."""
    files = dict.fromkeys(one.change.at.file for one in done)
    return [_counts(file, [one for one in done if one.change.at.file == file]) for file in files]


def _counts(file: str, done: Sequence[Done]) -> Note:
    counts = {action: len(_of(done, action)) for action in ("path", "bridge", "gate", "block", "open", "close")}
    left_out = sum(bool(one.against) for one in done)
    return Note("patch.done", {"file": file, "rows": len(done), **counts, "left_out": left_out})


def _drawn_changes(done: Sequence[Done], network: StreetNetwork) -> gpd.GeoDataFrame:
    shown = [one for one in done if one.shape is not None]
    columns = {
        "action": [one.change.action for one in shown],
        "name": [one.change.name for one in shown],
        "status": [one.status for one in shown],
    }
    return gpd.GeoDataFrame(columns, geometry=[one.shape for one in shown], crs=network.crs)


def _with_paths(network: StreetNetwork, done: Sequence[Done]) -> StreetNetwork:
    edits, asked, wanted = Edits(network), [], []
    for one in done:
        line = gate_line(network, one.shape) if one.change.action == "gate" else one.shape
        if line is None:
            one.against.append(one.note("patch.gate_one_side", metres=GATE_REACH_M))
            continue
        asked.append(one)
        kind = one.change.kind
        wanted.append(Wanted(line, kind, one.change.action != "path", one.change.way_id))
    for one, added in zip(asked, add_paths(edits, wanted), strict=True):
        one.shape = added.line
        if added.moved_m > ON_STREET_M:
            one.mended.append(one.note("patch.moved", metres=added.moved_m))
        if added.loose_ends == 2:
            one.mended.append(one.note("patch.island", metres=SNAP_M))
        elif added.loose_ends:
            one.mended.append(one.note("patch.dead_end", metres=SNAP_M))
    return edited(edits)


def _opened(network: StreetNetwork, done: Sequence[Done]) -> StreetNetwork:
    """Let everyone walk inside some compounds."""
    return _marked(network, done, restricted=False)


def _closed(network: StreetNetwork, done: Sequence[Done]) -> StreetNetwork:
    """Let nobody walk through some compounds."""
    return _marked(network, done, restricted=True)


def _marked(network: StreetNetwork, done: Sequence[Done], *, restricted: bool) -> StreetNetwork:
    """Mark the streets inside polygons, cut at their borders."""
    if not done:
        return network
    edits = Edits(network)
    for one in done:
        for edge, line in _near(network, one.shape):
            for point in shapely.get_parts(shapely.intersection(line, shapely.boundary(one.shape))):
                for xy in shapely.get_coordinates(point).tolist():
                    edits.place_on(edge, line.project(shapely.Point(xy)))
    network = edited(edits)
    marks = np.zeros(network.edge_count, dtype=np.bool_) if network.restricted is None else network.restricted.copy()
    for one in done:
        middles = [(edge, line.interpolate(0.5, normalized=True)) for edge, line in _near(network, one.shape)]
        inside = [edge for edge, middle in middles if one.shape.covers(middle)]
        changed = [edge for edge in inside if bool(marks[edge]) != restricted]
        if not changed:
            one.against.append(
                one.note("patch.nothing_inside_open" if not restricted else "patch.nothing_inside_close")
            )
        marks[changed] = restricted
    return replace(network, restricted=marks if marks.any() else None)


def _near(network: StreetNetwork, shape: shapely.Geometry) -> list[tuple[int, shapely.LineString]]:
    """The streets that touch a shape, by number."""
    lines = drawn(network)
    edges = np.sort(shapely.STRtree(lines).query(shape, predicate="intersects"))
    return [(int(edge), lines[edge]) for edge in edges]


def _blocked(network: StreetNetwork, done: Sequence[Done]) -> StreetNetwork:
    if not done:
        return network
    edits, lines = Edits(network), drawn(network)
    tree = shapely.STRtree(lines)
    for one in done:
        gaps = _BLOCKS[one.shape.geom_type.removeprefix("Multi")](one, lines, tree)
        if not gaps:
            one.against.append(one.note("patch.no_street", metres=BESIDE_M))
            continue
        for edge, low_m, high_m in gaps:
            edits.gaps[edge].append((low_m, high_m))
        stretches = [shapely.ops.substring(lines[edge], low, high) for edge, low, high in gaps]
        one.shape = stretches[0] if len(stretches) == 1 else shapely.union_all(stretches)
    return edited(edits)


Gap = tuple[int, float, float]


def _gap_at_point(one: Done, lines: NDArray[np.object_], tree: shapely.STRtree) -> list[Gap]:
    """The street parted at its place nearest to a point."""
    near = tree.query_nearest(one.shape, max_distance=SNAP_M, all_matches=True)
    if not len(near):
        return []
    edge = int(near.min())
    metres = float(lines[edge].distance(one.shape))
    if metres > ON_STREET_M:
        one.mended.append(one.note("patch.moved", metres=metres))
    along_m = float(lines[edge].project(one.shape))
    return [(edge, along_m, along_m)]


def _gaps_along(one: Done, lines: NDArray[np.object_], tree: shapely.STRtree) -> list[Gap]:
    """The stretches that run along a line; streets that only cross it stay."""
    beside = shapely.buffer(one.shape, BESIDE_M, cap_style="flat")
    return [
        (edge, low_m, high_m)
        for edge, low_m, high_m in _stretches(beside, lines, tree)
        if abs(np.subtract(*(one.shape.project(lines[edge].interpolate(m)) for m in (low_m, high_m))))
        >= ALONG * (high_m - low_m)
    ]


def _gaps_within(one: Done, lines: NDArray[np.object_], tree: shapely.STRtree) -> list[Gap]:
    """The stretches inside a polygon."""
    return _stretches(one.shape, lines, tree)


def _stretches(area: shapely.Geometry, lines: NDArray[np.object_], tree: shapely.STRtree) -> list[Gap]:
    """The stretches of streets inside an area, found from where they cross its border."""
    gaps = []
    for edge in np.sort(tree.query(area, predicate="intersects")).tolist():
        line = lines[edge]
        points = shapely.get_coordinates(shapely.intersection(line, shapely.boundary(area)))
        stops = sorted({0.0, line.length, *(float(line.project(shapely.Point(xy))) for xy in points)})
        for low_m, high_m in itertools.pairwise(stops):
            if high_m - low_m > 1e-6 and area.covers(line.interpolate((low_m + high_m) / 2)):
                gaps.append((edge, low_m, high_m))
    return gaps


_BLOCKS: dict[str, Callable[[Done, NDArray[np.object_], shapely.STRtree], list[Gap]]] = {
    "Point": _gap_at_point,
    "LineString": _gaps_along,
    "Polygon": _gaps_within,
}
