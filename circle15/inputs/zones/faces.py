"""All borders of all levels cut at each other: the smallest pieces of land, and who lies beside whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID_M = 0.001  # corners of rebuilt units are whole millimetres, so that cutting borders is exact


@dataclass(frozen=True, eq=False)
class Faces:
    """Pieces of land that no border crosses.

    Attributes
    ----------
    shapes
        Polygons, (n,), that fit each other corner by corner.
    area_m2
        (n,).
    border_m
        Metres of border between two faces, symmetric, (n, n) sparse.
    outer
        Whether a face has a side with no face beyond, (n,).
    """

    shapes: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    border_m: csr_matrix
    outer: NDArray[np.bool_]


def cut_faces(polygons: NDArray[np.object_]) -> Faces:
    """Cut the land of polygons along all their borders.

    Parameters
    ----------
    polygons
        Valid polygons, metres; they may overlap, leave gaps, and be of several levels.

    Examples
    --------
    >>> faces = cut_faces(np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]))
    >>> faces.area_m2.tolist(), faces.border_m.toarray().tolist()
    ([1.0, 1.0, 1.0], [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    """
    borders = shapely.union_all(shapely.boundary(polygons), grid_size=GRID_M)
    shapes = shapely.normalize(shapely.get_parts(shapely.polygonize(shapely.get_parts(borders))))
    bounds = shapely.bounds(shapes)
    shapes = shapes[np.lexsort((shapely.area(shapes), *bounds.T[::-1]))]
    face, twin, length_m = _sides(shapes)
    size = (len(shapes), len(shapes))
    met = twin >= 0
    border_m = csr_matrix((length_m[met], (face[met], twin[met])), shape=size)
    outer = np.zeros(len(shapes), dtype=bool)
    outer[face[~met]] = True
    return Faces(shapes, shapely.area(shapes), border_m, outer)


def _sides(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Each side of each face: its face, the face beyond (-1 for none), and its metres."""
    rings, owner = shapely.get_rings(shapes, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[1:] == ring[:-1]
    start, end, face = corners[:-1][inner], corners[1:][inner], owner[ring[:-1][inner]]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    side = np.hstack([np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)])
    order = np.lexsort((face, *side.T))
    side, face = side[order], face[order]
    first = np.flatnonzero((side[1:] == side[:-1]).all(axis=1))  # a side belongs to two faces at most
    twin = np.full(len(face), -1)
    twin[first], twin[first + 1] = face[first + 1], face[first]
    return face, twin, np.hypot(*(side[:, 2:] - side[:, :2]).T)


def patches(faces: Faces, kind: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Connected faces of the same kind; kind -1 belongs to none.

    Parameters
    ----------
    faces
        All faces.
    kind
        A number per face, (n,).
    """
    borders = faces.border_m.tocoo()
    joined = (kind[borders.row] == kind[borders.col]) & (kind[borders.row] >= 0)
    links = coo_matrix((borders.data[joined], (borders.row[joined], borders.col[joined])), shape=borders.shape)
    _, component = connected_components(links, directed=False)
    rows = np.flatnonzero(kind >= 0)
    rows = rows[np.argsort(component[rows], kind="stable")]
    return np.split(rows, np.flatnonzero(np.diff(component[rows])) + 1) if len(rows) else []


def borders_with(faces: Faces, patch: NDArray[np.int64], label: NDArray[np.int64]) -> dict[int, float]:
    """Metres of border between a patch and each label beside it; label -1 is nobody's, as the patch's own must be."""
    borders = faces.border_m[patch].tocoo()
    beside = label[borders.col]
    labels, which = np.unique(beside[beside >= 0], return_inverse=True)
    metres = np.bincount(which, weights=borders.data[beside >= 0], minlength=len(labels))
    return {int(each): round(float(m), 3) for each, m in zip(labels, metres, strict=True)}


def land_of(faces: Faces, rows: NDArray[np.int64]) -> shapely.Geometry:
    """Some faces as one shape; not a corner moves."""
    return shapely.normalize(shapely.coverage_union_all(faces.shapes[rows]))
