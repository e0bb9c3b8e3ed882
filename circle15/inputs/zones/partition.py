"""Every piece of land to one unit of each level, the units of one level within those of the level above.

The rules, each of which a planner can check on a map:

1. The wider level holds: a unit ends where the unit above it ends.
2. Land that several units claim within one unit above goes to the one with whose own land it has the longest border.
3. Land that no unit claims goes, where it is a sliver, to the neighbour with the longest border; else to nobody.
4. A unit whose column says which unit it belongs to, and most of which lies in another, takes its land along.

Of equally long borders the unit of the smaller code counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from circle15.inputs.zones.faces import Faces, borders_with, cut_faces, land_of, patches
from circle15.inputs.zones.findings import point_in
from circle15.inputs.zones.slivers import is_gap_sliver, narrow_m2
from circle15.model.zones import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

NOBODY = -1
STUDY = 0  # what the widest level lies in
EXACT_M2 = 1e-6
TAKES_ALONG_SHARE = 0.5
Kind = Literal["overlap", "filled", "left", "clipped", "taken"]


@dataclass(frozen=True)
class Change:
    """Land that changed hands, or that nobody has.

    Attributes
    ----------
    kind
        ``overlap``: two units claimed it, ``unit`` has it, ``other`` not. ``filled``: nobody claimed it, ``unit`` has
        it. ``left``: nobody has it, ``other`` is the unit above. ``clipped``: ``unit`` claimed it beyond the unit
        above, ``other``. ``taken``: ``unit`` took it along from ``other`` to the unit above it.
    unit, other
        Rows of the units, -1 where there is none.
    m2, x, y
        Its area, and a point in its largest piece.
    pieces
        How many pieces of land.
    level
        The level whose units it is about.
    narrow_m2
        Of land that nobody has: how much of it is a thin arm of the rest.
    """

    kind: Kind
    level: str
    unit: int
    other: int
    m2: float
    x: float
    y: float
    pieces: int = 1
    narrow_m2: float = 0.0


@dataclass(frozen=True, eq=False)
class Partition:
    """Units without overlap, and what that took; ``shapes`` are the given ones where nothing had to move."""

    shapes: NDArray[np.object_]
    changes: tuple[Change, ...]


@dataclass(frozen=True, eq=False)
class _Claims:
    """Which unit (row of the frame) claims which face, one line per claim, and who has each face in the level above."""

    level: str
    unit: NDArray[np.int64]
    face: NDArray[np.int64]
    parent: NDArray[np.int64]
    above: NDArray[np.int64]
    widest: bool

    @property
    def within(self) -> NDArray[np.bool_]:
        """Claims on land of the unit above."""
        inside: NDArray[np.bool_] = self.parent[self.unit] == self.above[self.face]
        return inside


def partition(units: gpd.GeoDataFrame) -> Partition:
    """Make the units of every level an exact partition.

    Parameters
    ----------
    units
        ``level, code, parent_code, declared`` and valid polygons in metres, ordered by level (widest first) and code;
        a root of level ``place``, if there is one, comes first.
    """
    levels = [level for level in LEVELS[1:] if level in set(units["level"])]
    rows = {level: np.flatnonzero(units["level"].to_numpy() == level) for level in levels}
    given = units.geometry.to_numpy()
    faces = cut_faces(given[np.concatenate(list(rows.values()))])
    parent = _parent_rows(units, levels)
    labels: dict[str, NDArray[np.int64]] = {}
    changes: list[Change] = []
    for at, level in enumerate(levels):
        unit, face = _claims(given, rows[level], faces)
        above = labels[levels[at - 1]] if at else np.full(len(faces.shapes), STUDY)
        claims = _Claims(level, unit, face, parent, above, widest=not at)
        if at:
            changes += _take_along(faces, claims, rows[level][units["declared"].to_numpy(bool)[rows[level]]], labels)
        labels[level], some = _settle(faces, claims)
        changes += some
    moved = any(change.kind != "left" and change.m2 > EXACT_M2 for change in changes)
    if not moved and _is_exact(units, levels, given, parent, changes):
        return Partition(given, tuple(changes))
    return Partition(_dissolved(given, rows, faces, labels), tuple(changes))


def _parent_rows(units: gpd.GeoDataFrame, levels: list[str]) -> NDArray[np.int64]:
    """The row of the unit above each unit; STUDY for those of the widest level."""
    place = {(level, code): at for at, (level, code) in enumerate(zip(units["level"], units["code"], strict=True))}
    wider = dict(zip(levels[1:], levels, strict=False))
    return np.array(
        [
            place[wider[level], code] if level in wider else STUDY
            for level, code in zip(units["level"], units["parent_code"], strict=True)
        ]
    )


def _claims(
    given: NDArray[np.object_], rows: NDArray[np.int64], faces: Faces
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    points = shapely.STRtree(shapely.point_on_surface(faces.shapes))
    unit, face = points.query(given[rows], predicate="intersects")
    order = np.lexsort((unit, face))
    return rows[unit[order]], face[order].astype(np.int64)


def _settle(faces: Faces, claims: _Claims) -> tuple[NDArray[np.int64], list[Change]]:
    """The unit (row of the frame) that gets each face, NOBODY where none does."""
    unit, face = claims.unit[claims.within], claims.face[claims.within]
    claimants = np.bincount(face, minlength=len(faces.shapes))
    label = np.full(len(faces.shapes), NOBODY)
    sole = claimants[face] == 1
    label[face[sole]] = unit[sole]
    label, overlaps = _settle_overlaps(faces, claims, label, claimants)
    nobodys = np.where((claimants == 0) & (claims.above >= 0), claims.above, NOBODY)
    label, gaps = _settle_gaps(faces, claims, label, patches(faces, nobodys))
    return label, [*overlaps, *gaps, *_clipped(faces, claims)]


def _settle_overlaps(
    faces: Faces, claims: _Claims, label: NDArray[np.int64], claimants: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[Change]]:
    several = np.flatnonzero(claimants > 1)
    within = claims.within
    unit, face = claims.unit[within], claims.face[within]
    sets = {int(each): tuple(unit[slice(*np.searchsorted(face, [each, each + 1]))].tolist()) for each in several}
    number = {claimed: at for at, claimed in enumerate(sorted(set(sets.values())))}
    kind = np.full(len(label), NOBODY)
    kind[several] = [number[sets[int(each)]] for each in several]
    settled, lost = label.copy(), []
    for patch in patches(faces, kind):
        claimed = sets[int(patch[0])]
        metres = borders_with(faces, patch, label)
        winner = min(claimed, key=lambda each: (-metres.get(each, 0.0), each))
        settled[patch] = winner
        lost += [(winner, other, patch) for other in claimed if other != winner]
    return settled, _by_pair(faces, "overlap", claims.level, lost)


def _settle_gaps(
    faces: Faces, claims: _Claims, label: NDArray[np.int64], nobodys: list[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], list[Change]]:
    settled, filled, left = label.copy(), [], []
    for patch in nobodys:
        above = int(claims.above[patch[0]])
        if claims.widest and faces.outer[patch].any():
            continue  # land beyond the study, where a narrower unit sticks out
        beside = borders_with(faces, patch, label)
        metres = {unit: m for unit, m in beside.items() if claims.parent[unit] == above}
        if metres and is_gap_sliver(land_of(faces, patch)):
            winner = min(metres, key=lambda each: (-metres[each], each))
            settled[patch] = winner
            filled.append((winner, NOBODY, patch))
        else:
            [gap] = _by_pair(faces, "left", claims.level, [(NOBODY, above, patch)])
            left.append(replace(gap, narrow_m2=narrow_m2(land_of(faces, patch))))
    return settled, [*_by_pair(faces, "filled", claims.level, filled), *left]


def _clipped(faces: Faces, claims: _Claims) -> list[Change]:
    """What each unit claimed beyond the unit above it."""
    beyond = ~claims.within
    unit, face = claims.unit[beyond], claims.face[beyond]
    pieces = [(int(each), int(claims.parent[each]), face[unit == each]) for each in np.unique(unit)]
    return _by_pair(faces, "clipped", claims.level, pieces)


def _take_along(
    faces: Faces, claims: _Claims, declared: NDArray[np.int64], labels: dict[str, NDArray[np.int64]]
) -> list[Change]:
    """Give the land of units that mostly lie in another unit than they say to the unit they say."""
    moved = []
    sole = np.bincount(claims.face, minlength=len(faces.shapes)) == 1
    for unit in declared.tolist():
        own = claims.face[claims.unit == unit]
        above = int(claims.parent[unit])
        in_m2 = faces.area_m2[own[claims.above[own] == above]].sum()
        if in_m2 >= TAKES_ALONG_SHARE * faces.area_m2[own].sum():
            continue
        land = own[sole[own] & (claims.above[own] >= 0) & (claims.above[own] != above)]
        moved += [(unit, int(each), land[claims.above[land] == each]) for each in np.unique(claims.above[land])]
        for at in reversed(labels):
            labels[at][land] = above
            above = int(claims.parent[above])
    return _by_pair(faces, "taken", claims.level, moved)


def _by_pair(
    faces: Faces, kind: Kind, level: str, pieces: Sequence[tuple[int, int, NDArray[np.int64]]]
) -> list[Change]:
    """One change for each two units, over all pieces of land between them."""
    found: dict[tuple[int, int], list[NDArray[np.int64]]] = {}
    for unit, other, rows in pieces:
        found.setdefault((unit, other), []).append(rows)
    changes = []
    for (unit, other), several in sorted(found.items()):
        land = np.concatenate(several)
        if not len(land):
            continue
        x, y = point_in(faces.shapes[land[int(np.argmax(faces.area_m2[land]))]])
        changes.append(Change(kind, level, unit, other, float(faces.area_m2[land].sum()), x, y, len(several)))
    return changes


def _is_exact(
    units: gpd.GeoDataFrame,
    levels: list[str],
    given: NDArray[np.object_],
    parent: NDArray[np.int64],
    changes: list[Change],
) -> bool:
    """Whether the shapes fit each other to the last digit as they are."""
    level_of = units["level"].to_numpy()
    if not all(shapely.coverage_is_valid(given[level_of == level]) for level in levels):
        return False
    gaps = {(change.level, change.other) for change in changes if change.kind == "left"}
    for level in levels[1:]:
        for above in np.unique(parent[level_of == level]):
            inside = shapely.coverage_union_all(given[(level_of == level) & (parent == above)])
            if shapely.area(shapely.difference(inside, given[above])) > EXACT_M2:
                return False
            open_m2 = shapely.area(given[above]) - shapely.area(inside)
            if (level, int(above)) not in gaps and open_m2 > EXACT_M2 + 1e-12 * shapely.area(inside):
                return False
    return True


def _dissolved(
    given: NDArray[np.object_], rows: dict[str, NDArray[np.int64]], faces: Faces, labels: dict[str, NDArray[np.int64]]
) -> NDArray[np.object_]:
    """The faces of each unit as one shape; an empty one where nothing is left."""
    shapes = given.copy()
    for level, label in labels.items():
        order = np.argsort(label, kind="stable")
        first = np.searchsorted(label[order], rows[level])
        last = np.searchsorted(label[order], rows[level], side="right")
        for row, start, end in zip(rows[level].tolist(), first.tolist(), last.tolist(), strict=True):
            shapes[row] = land_of(faces, order[start:end])
    top = next(iter(labels))
    if rows[top][0] > 0:  # a root above them all
        shapes[0] = land_of(faces, np.flatnonzero(labels[top] >= 0))
    return shapes
