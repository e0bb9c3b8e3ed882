"""Random counties of towns and villages that fit each other exactly, and the faults that offices draw into them.

The truth is a lattice with shaken corners: villages are its cells, towns are groups of cells (with exclaves, and towns
within towns), the county is all of them. Each unit is then drawn anew with its own corners and its own faults.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from affine import Affine
from peopled_places import METRIC, write_raster

from circle15.inputs.population.read import read_population
from circle15.inputs.zones.read import read_zones, zone_codes
from circle15.model.study import PopulationSource, ZoneSource

CORNER = np.array([500_000.0, 3_350_000.0])
LEVELS = ("county", "town", "village")
CELL_M = 100
DEEP_M = 300.0  # people live so far within the county that its border, however drawn, does not cut them off
FAULTS = ("bow", "twice", "heights", "turned", "doubled", "apart", "speck", "hole", "over")


@dataclass(frozen=True, eq=False)
class Drawn:
    """The true units by level and code, the rows as an office draws them, and people in pixels."""

    truth: dict[str, dict[str, shapely.Geometry]]
    rows: dict[str, gpd.GeoDataFrame]
    shake_m: float
    faults: tuple[str, ...]
    hole: shapely.Geometry | None
    pixels: np.ndarray
    west: float
    north: float
    points: np.ndarray
    seed: int

    @property
    def perturbed(self):
        return self.shake_m > 0 or bool(self.faults)


def drawn_units(seed):
    """The county of a seed; every fourth is drawn without a fault."""
    rng = np.random.default_rng(seed)
    across, up = (int(n) for n in rng.integers(2, 7, 2))
    gap_m = float(rng.choice([800.0, 1500.0, 3000.0]))
    shake_m = (0.0, 0.3, 3.0, 9.0)[seed % 4]
    faults = [str(fault) for fault in rng.permutation(FAULTS)[: rng.integers(0, 5)]] if shake_m else []
    truth = _truth(rng, across, up, gap_m)
    rows, hole = _rows(rng, truth, shake_m, faults)
    west, south, east, north = (np.array(truth["county"]["c"].bounds) // CELL_M) * CELL_M
    columns, lines = int((east - west) / CELL_M) + 1, int((north - south) / CELL_M) + 1
    pixels = rng.integers(0, 50, (lines, columns)).astype(float)
    return Drawn(
        truth=truth,
        rows=rows,
        shake_m=shake_m,
        faults=tuple(faults),
        hole=hole,
        pixels=np.where(_deep(truth["county"]["c"], west, north, pixels.shape), pixels, 0.0),
        west=west,
        north=north + CELL_M,
        points=rng.uniform([west, south], [east, north], (200, 2)),
        seed=int(rng.integers(0, 2**31)),
    )


def _deep(county, west, north, shape):
    row, column = np.indices(shape)
    x, y = west + (column + 0.5) * CELL_M, north + CELL_M - (row + 0.5) * CELL_M
    return shapely.contains_xy(shapely.buffer(county, -DEEP_M), x, y)


def _truth(rng, across, up, gap_m):
    """Lattice cells with a further corner on each side, grouped into towns by the nearest of some seeds."""
    column, row = np.meshgrid(np.arange(2 * across + 1), np.arange(2 * up + 1))
    corners = np.stack([column, row], axis=2) * gap_m / 2 + CORNER
    corners = np.round(corners + rng.uniform(-0.12, 0.12, corners.shape) * gap_m, 3)
    around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    cells = {
        (c, r): shapely.Polygon([corners[2 * r + dr, 2 * c + dc] for dc, dr in around])
        for c in range(across)
        for r in range(up)
    }
    seeds = rng.uniform(0, [across, up], (int(rng.integers(1, max(2, across * up // 2))), 2))
    town_of = {at: int(np.argmin(np.hypot(*(seeds - np.array(at) - 0.5).T))) for at in cells}
    for at in cells:
        if rng.random() < 0.08:  # an exclave, or a town within a town
            town_of[at] = int(rng.integers(0, len(seeds)))
    villages = {f"t{town_of[at]:02d}v{at[0]}{at[1]}": cell for at, cell in cells.items()}
    towns = {
        code: shapely.coverage_union_all([shape for name, shape in sorted(villages.items()) if name[:3] == code])
        for code in sorted({name[:3] for name in villages})
    }
    return {"county": {"c": shapely.coverage_union_all(list(cells.values()))}, "town": towns, "village": villages}


def _rows(rng, truth, shake_m, faults):
    """Every unit drawn anew, as rows of its level's layer."""
    hole = _hole(rng, truth) if "hole" in faults else None
    rows = {}
    for level in LEVELS:
        codes = sorted(truth[level])
        shapes = [_redrawn(rng, truth[level][code], shake_m) for code in codes]
        if hole is not None and level != "county":
            shapes = [shapely.difference(shape, hole) for shape in shapes]
        if "over" in faults:
            shapes = [_filled(shape) for shape in shapes]
        lines = list(zip(codes, shapes, strict=True))
        for fault in [fault for fault in faults if fault not in ("hole", "over")]:
            lines = _with_fault(rng, lines, fault)
        order = rng.permutation(len(lines))
        frame = gpd.GeoDataFrame(
            {"code": [lines[at][0] for at in order], "name": [f"名{lines[at][0]}" for at in order]},
            geometry=[lines[at][1] for at in order],
            crs=METRIC,
        )
        rows[level] = frame.assign(parent=[code[:3] for code in frame["code"]] if level == "village" else "")
    return rows, hole


def _filled(shape):
    """A unit drawn without the holes that others lie in, where these are smaller than half of it."""
    parts = shapely.get_parts(shape)
    holes = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
    small = [hole for hole in holes if hole.area < shape.area / 3]
    return shapely.union_all([shape, *small]) if small else shape


def _hole(rng, truth):
    """A square of 150 m within one village: no sliver, and nobody's in the layers of towns and villages."""
    villages = sorted(truth["village"])
    at = truth["village"][villages[int(rng.integers(0, len(villages)))]].representative_point()
    return shapely.box(at.x - 75, at.y - 75, at.x + 75, at.y + 75)


def _redrawn(rng, shape, shake_m):
    if not shake_m:
        return shape

    def shaken(points):
        moved = points + rng.uniform(-shake_m, shake_m, points.shape)
        moved[-1] = moved[0]
        return moved

    parts = [
        shapely.Polygon(
            shaken(np.array(part.exterior.coords)), [shaken(np.array(ring.coords)) for ring in part.interiors]
        )
        for part in shapely.get_parts(shape)
    ]
    return shapely.make_valid(shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0])


def _with_fault(rng, lines, fault):
    at = int(rng.integers(0, len(lines)))
    code, shape = lines[at]
    part = max(shapely.get_parts(shape), key=lambda each: each.area)
    ring = shapely.get_coordinates(part.exterior)
    if fault == "bow":  # a knot of some metres at a corner
        ring = np.vstack([ring[:1], ring[0] + [[4, 0], [0, 4], [4, 4]], ring])
    if fault == "twice":
        ring = np.repeat(ring, 2, axis=0)
    if fault == "turned":
        ring = ring[::-1]
    new = shapely.Polygon(ring, [hole.coords for hole in part.interiors])
    others = [each for each in shapely.get_parts(shape) if not each.equals(part)]
    whole = shapely.MultiPolygon([new, *others]) if others else new
    if fault == "heights":
        whole = shapely.force_3d(whole, 12.0)
    if fault == "speck":
        whole = shapely.MultiPolygon([*shapely.get_parts(whole), shapely.Polygon([ring[0], ring[1], ring[0]])])
    if fault == "doubled":
        return [*lines, (code, shape)]
    if fault == "apart" and others:
        return [*lines[:at], (code, new), *((code, each) for each in others), *lines[at + 1 :]]
    return [*lines[:at], (code, whole), *lines[at + 1 :]]


def read_rows(folder, rows):
    for level, frame in rows.items():
        frame.to_file(folder / f"{level}.gpkg", layer=level)
    sources = [ZoneSource(file=f"{level}.gpkg", level=level) for level in LEVELS]
    return read_zones(sources, folder, gpd.GeoSeries([], crs=METRIC).crs, "县", "c")


def check(drawn, folder):
    """Hold one county against the truth; AssertionError where anything differs. Gives what was repaired, in m2."""
    zones, ledger, notes = read_rows(folder, drawn.rows)
    check_account(drawn, ledger, notes)
    left_m2 = sum(note.facts["m2"] for note in notes if note.key == "repair.nobodys")
    check_partition(zones, left_m2)
    check_truth(drawn, zones)
    check_people(drawn, zones, folder)
    check_order(drawn, zones, ledger, folder)
    if not drawn.perturbed:
        check_untouched(drawn, zones)
    return sum(reason.facts.get("m2", 0.0) for row in ledger.rows for reason in row.reasons)


def check_account(drawn, ledger, notes):
    assert len(ledger.rows) == sum(map(len, drawn.rows.values()))
    assert len({(row.file, row.row) for row in ledger.rows}) == len(ledger.rows)
    assert all(bool(row.reasons) == (row.fate != "used") for row in ledger.rows)
    told = [*notes, *(reason for row in ledger.rows for reason in row.reasons)]
    assert all("{" not in note.sentence(lang) for note in told for lang in ("zh", "en"))
    assert all(np.isfinite([row.lon, row.lat]).all() for row in ledger.rows)


def check_partition(zones, left_m2):
    county = zones.root.geometry.item()
    for level in LEVELS:
        shapes = zones.at_level(level).geometry.to_numpy()
        assert shapely.coverage_is_valid(shapes)
        assert shapely.is_valid(shapes).all()
        pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        one, other = pairs[:, pairs[0] < pairs[1]]
        assert shapely.area(shapely.intersection(shapes[one], shapes[other])).max(initial=0.0) <= 1e-6
        whole = shapely.union_all(shapes)
        assert abs(whole.area - shapely.area(shapes).sum()) <= 1e-9 * whole.area
        assert shapely.difference(whole, county).area <= 1e-6
    assert abs(county.area - zones.at_level("town").area.sum() - left_m2) <= 1e-9 * county.area + left_m2 * 1e-9
    towns = zones.at_level("town").set_index("code").geometry
    for village, town in zip(zones.at_level("village").geometry, zones.at_level("village")["parent_code"], strict=True):
        assert shapely.difference(village, towns[town]).area <= 1e-6


def check_truth(drawn, zones):
    """Whoever stands away from every true border, by more than the drawing moved it, is in the true unit."""
    points = shapely.points(drawn.points)
    for level in LEVELS:
        truth = drawn.truth[level]
        borders = shapely.union_all([shape.boundary for shape in truth.values()])
        clear = shapely.distance(borders, points) > 3 * drawn.shake_m + 8.0 * bool(drawn.faults)
        if drawn.hole is not None:
            clear &= shapely.distance(drawn.hole, points) > 0
        found = zone_codes(zones, drawn.points)[f"{level}_code"].to_numpy()
        for code, shape in truth.items():
            inside = clear & shapely.contains(shape, points)
            assert (found[inside] == code).all()
        shapes = zones.at_level(level).geometry.to_numpy()
        claims = shapely.STRtree(points).query(shapes, predicate="contains")[1]
        assert np.bincount(claims, minlength=1).max(initial=0) <= 1


def check_people(drawn, zones, folder):
    transform = Affine(CELL_M, 0, drawn.west, 0, -CELL_M, drawn.north)
    write_raster(folder, drawn.pixels, METRIC, transform)
    if not drawn.pixels.sum() > 0:
        return
    grid, _, _ = read_population(PopulationSource(raster="人口.tif"), folder, zones, CELL_M, {})
    persons = grid.persons["all"]
    assert persons.sum() == drawn.pixels.sum() or abs(persons.sum() / drawn.pixels.sum() - 1) <= 1e-9
    assert (grid.cells["town_code"] != "").all()
    by_town = persons.groupby(grid.cells["town_code"]).sum()
    assert abs(by_town.sum() / drawn.pixels.sum() - 1) <= 1e-9
    check_cells(grid, zones)


def check_cells(grid, zones):
    """A cell well within one town by point in polygon counts for that town."""
    xy = grid.cells[["x", "y"]].to_numpy()
    squares = shapely.box(*(xy - CELL_M / 2).T, *(xy + CELL_M / 2).T)
    towns = zones.at_level("town")
    town, cell = shapely.STRtree(squares).query(towns.geometry.to_numpy(), predicate="contains")
    assert (grid.cells["town_code"].to_numpy()[cell] == towns["code"].to_numpy()[town]).all()


def check_order(drawn, zones, ledger, folder):
    rng = np.random.default_rng(drawn.seed)
    shuffled = {level: frame.iloc[rng.permutation(len(frame))] for level, frame in drawn.rows.items()}
    again, its_ledger, _ = read_rows(folder, shuffled)
    pd.testing.assert_frame_equal(pd.DataFrame(zones.frame), pd.DataFrame(again.frame))
    assert list(shapely.to_wkb(zones.frame.geometry)) == list(shapely.to_wkb(again.frame.geometry))
    # Of a feature that stands twice the first row counts, so which of both has heights is a matter of order.
    assert len(ledger.rows) == len(its_ledger.rows)
    assert ledger.counts()["excluded"] == its_ledger.counts()["excluded"]


def check_untouched(drawn, zones):
    for level in LEVELS:
        units = zones.at_level(level)
        given = drawn.rows[level].set_index("code").geometry
        for code, shape in zip(units["code"], units.geometry, strict=True):
            # A GeoPackage gives single polygons back as multipolygons of one.
            assert shapely.get_coordinates(shape).tobytes() == shapely.get_coordinates(given[code]).tobytes()
