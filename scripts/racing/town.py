"""A town to plan for: streets from an extract, made-up people in cells, made-up sites and zones, in metres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from racing.streets import field_data

CELL_M, ZONE_M = 100.0, 3000.0
SERVICES, EACH, SITES, AREAS = 6, 60, 2000, 500
EPSG = 32628


def town(quick: bool) -> dict[str, Any]:
    """Las Palmas: ``cell_xy``, ``persons``, ``zones`` (boxes), ``service_xy``, ``site_xy``; the same every time."""
    import pyproj

    from circle15.inputs.streets.read import read_streets

    extract = field_data("las_palmas", "las_palmas.osm.pbf")
    network, _ = read_streets(extract, layer=None, crs=pyproj.CRS.from_epsg(EPSG), bounds=None)
    rng = np.random.default_rng(15)
    on_main = network.node_xy[network.node_island == 0]
    cells = np.unique(np.floor(on_main / CELL_M), axis=0)
    zones = np.unique(np.floor(cells * CELL_M / ZONE_M), axis=0) * ZONE_M
    sites = 40 if quick else SITES
    return {
        "extract": str(Path(extract)),
        "epsg": EPSG,
        "cell_xy": (cells + 0.5) * CELL_M,
        "persons": np.round(rng.lognormal(3.0, 1.0, len(cells))),
        "zones": np.hstack([zones, zones + ZONE_M]),
        "service_xy": _beside(rng, on_main, SERVICES * EACH).reshape(SERVICES, EACH, 2),
        "site_xy": _beside(rng, on_main, sites),
        "cells": len(cells),
        "sites": sites,
        "areas": 10 if quick else AREAS,
    }


def _beside(rng: np.random.Generator, xy: np.ndarray, count: int) -> np.ndarray:
    """Places within 30 m of some of these, east or west and north or south."""
    return xy[rng.choice(len(xy), count)] + rng.uniform(-30, 30, (count, 2))
