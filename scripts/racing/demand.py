"""Made-up demand: people in towns and between them, and places where a site may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE_M, TOWNS, SPREAD_M, IN_TOWNS = 60_000.0, 60, 1_500.0, 0.7
LIMIT_M, WINDING = 1_500.0, 1.3


def demand(cells: int, candidates: int, seed: int = 15) -> dict[str, Any]:
    """People of cells, most of them around the middles of towns, candidates at cells, and the metres between them.

    ``metres`` are those in a straight line by ``WINDING``, told up to ``LIMIT_M``, by ``cell`` and ``candidate``.
    """
    chance = np.random.default_rng(seed)
    side = SIDE_M * np.sqrt(cells / 50_000)
    towns = chance.uniform(0, side, (TOWNS, 2))
    size = chance.dirichlet(np.full(TOWNS, 0.7))
    town = chance.choice(TOWNS, cells, p=size)
    near = towns[town] + chance.normal(0, SPREAD_M * (0.4 + 3 * size[town])[:, None], (cells, 2))
    xy = np.where((chance.random(cells) < IN_TOWNS)[:, None], near, chance.uniform(0, side, (cells, 2)))
    people = np.round(chance.lognormal(2.5, 1.2, cells))
    sites = xy[np.sort(chance.choice(cells, candidates, replace=False))] + chance.normal(0, 50.0, (candidates, 2))
    cell, candidate, metres = _pairs(xy, sites)
    return {"people": people, "xy": xy, "sites_xy": sites, "cell": cell, "candidate": candidate, "metres": metres}


def _pairs(xy: NDArray[np.float64], sites: NDArray[np.float64]) -> tuple[Any, Any, Any]:
    near = cKDTree(sites).query_ball_point(xy, LIMIT_M / WINDING, return_sorted=True)
    cell = np.repeat(np.arange(len(xy)), [len(each) for each in near])
    candidate = np.array([site for each in near for site in each], dtype=np.int64)
    return cell, candidate, np.hypot(*(xy[cell] - sites[candidate]).T) * WINDING
