"""Random places with random rasters of people, and by hand what must come of them."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import rasterio
import shapely
from affine import Affine
from peopled_places import GROUPS

from circle15.inputs.population.read import read_population
from circle15.model.study import GroupCounts, PopulationSource, TotalsSource
from circle15.model.zones import Zones

METRIC = "EPSG:4549"
X0, Y0 = 500_000.0, 3_350_000.0
CRSES = ("EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:32651", "EPSG:3857", "ESRI:54009")
NODATA = (None, -9999.0, -99999.0, -3.4028234663852886e38, 0.0)
AGES = ("0_2", "3_5", "60p", "80p")
HEADERS = "0-2岁,3-5岁,60岁及以上,80岁及以上"


@dataclass(frozen=True)
class RasterCase:
    """One place: its towns, its raster, its tables, and what they hold."""

    zones: Zones
    values: np.ndarray
    to_map: Affine
    crs: str
    cell_m: int
    towns: dict[str, int]
    ages: dict[str, int]
    disabled: dict[str, int]


def random_zones(dice):
    """A county of some kilometres cut into towns by one to three random lines."""
    half = dice.uniform(1500, 6000)
    county = shapely.box(X0 - half, Y0 - half * dice.uniform(0.5, 1), X0 + half, Y0 + half)
    county = shapely.affinity.rotate(county, dice.uniform(0, 90))
    lines = [county.boundary]
    for _ in range(dice.integers(1, 4)):
        angle, shift = dice.uniform(0, np.pi), dice.uniform(-0.5, 0.5, 2) * half
        step = np.array([np.cos(angle), np.sin(angle)]) * half * 5
        middle = np.array([X0, Y0]) + shift
        lines.append(shapely.LineString([middle - step, middle + step]))
    parts = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(shapely.union_all(lines)))))
    parts = [part for part in parts if county.contains(part.representative_point()) and part.area > 40_000]
    towns = [("town", f"t{n}", "c", part) for n, part in enumerate(sorted(parts, key=lambda part: part.bounds))]
    rows = [("county", "c", "", shapely.union_all(parts)), *towns]
    names = ("level", "code", "parent_code", "geometry")
    frame = gpd.GeoDataFrame([dict(zip(names, row, strict=True)) for row in rows], geometry="geometry", crs=METRIC)
    return Zones(frame.assign(name="名" + frame["code"], urban_rural=""))


def random_case(seed, folder):
    """Write a random raster and its tables to a folder."""
    dice = np.random.default_rng(seed)
    zones = random_zones(dice)
    crs = CRSES[dice.integers(len(CRSES))]
    to_map, shape = random_grid(dice, crs, zones)
    values = np.where(dice.random(shape) < 0.3, 0.0, dice.gamma(0.5, 30.0, size=shape))
    stored, profile = values.copy(), {}
    nodata = NODATA[dice.integers(len(NODATA))]
    if nodata is not None:
        stored[values == 0] = nodata
        profile = {"nodata": nodata} if dice.random() < 0.5 else {}
    if dice.random() < 0.5:
        profile |= {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate", "BIGTIFF": "YES"}
    path, (height, width) = Path(folder) / "人口.tif", shape
    with rasterio.open(
        path, "w", driver="GTiff", crs=crs, transform=to_map, height=height, width=width, count=1, dtype="float64",
        **profile,
    ) as raster:  # fmt: skip
        raster.write(stored, 1)
    codes = zones.at_level("town")["code"].tolist()
    towns = {code: int(dice.integers(50, 100_000)) for code in codes}
    total = sum(towns.values())
    young, old = dice.integers(1, total // 10, 2), int(dice.integers(2, total // 3))
    ages = {"0_2": int(young[0]), "3_5": int(young[1]), "60p": old, "80p": int(dice.integers(1, old))}
    disabled = {code: int(dice.integers(0, towns[code])) for code in codes}
    write_tables(Path(folder), towns, ages, disabled, dice)
    cell_m = int(dice.choice([50, 100, 250]))
    return RasterCase(zones, values, to_map, crs, cell_m, towns, ages, disabled)


def random_grid(dice, crs, zones):
    """A transform, perhaps rotated, flipped or partly outside, and a shape."""
    to_raster = pyproj.Transformer.from_crs(METRIC, crs, always_xy=True)
    middle = zones.root.geometry.iloc[0].centroid
    x, y = to_raster.transform(middle.x, middle.y)
    pixel_m = float(dice.choice([30.0, 92.7, 100.0, 300.0, 1000.0]))
    span_m = np.sqrt(zones.root.area.iloc[0]) * dice.uniform(0.7, 2.5)
    size = int(np.clip(span_m / pixel_m, 4, 60))
    step = pixel_m / 100_000 if pyproj.CRS(crs).is_geographic else pixel_m
    turn = Affine.rotation(dice.uniform(0, 360)) if dice.random() < 0.4 else Affine.identity()
    flip = Affine.scale(float(dice.choice([1, -1])), float(dice.choice([1, -1])))
    off = dice.uniform(-0.6, -0.4, 2) * size
    to_map = Affine.translation(x, y) @ turn @ flip @ Affine.scale(step, -step) @ Affine.translation(*off)
    return to_map, (size, int(dice.integers(max(4, size // 2), size + 1)))


def write_tables(folder, towns, ages, disabled, dice):
    lines = ["代码,常住人口"] + [f"{code},{persons}" for code, persons in towns.items()]
    (folder / "乡镇.csv").write_text("\n".join([*lines, f"合计,{sum(towns.values())}"]), encoding="utf-8")
    total = sum(towns.values()) + int(dice.integers(-5, 6))
    row = ",".join(str(ages[group]) for group in AGES)
    (folder / "年龄.csv").write_text(f"代码,总人口,{HEADERS}\nc,{total},{row}\n", encoding="utf-8")
    lines = ["代码,残疾人数"] + [f"{code},{persons}" for code, persons in disabled.items()]
    (folder / "残疾.csv").write_text("\n".join(lines), encoding="utf-8")


def check_case(case, folder):
    """Hold one case against its truths; what was measured, as shares of the total."""
    folder = Path(folder)
    plain, _, notes = read_population(PopulationSource(raster="人口.tif"), folder, case.zones, case.cell_m, GROUPS)
    told = {note.key: note.facts for note in notes}["population.raster_window"]
    lost = abs(told["total"] - _in_window(case)) / case.values.sum()
    everyone = plain.persons["all"]
    inside = abs(everyone.sum() - told["inside"]) / told["inside"]
    assert lost <= 1e-9, (lost, told)
    assert inside <= 1e-9, inside
    towns = everyone.groupby(plain.cells["town_code"]).sum()
    assert towns.sum() == everyone.sum() == everyone.groupby(plain.cells["county_code"]).sum().sum()
    return {"lost": lost, "inside": inside, "margins": check_raked(case, folder)}


def check_raked(case, folder):
    """Totals of towns, ages of the county and counts of a group, all met."""
    source = PopulationSource(
        raster="人口.tif",
        totals=TotalsSource(file="乡镇.csv", level="town"),
        ages=TotalsSource(file="年龄.csv", level="county"),
        groups=(GroupCounts(file="残疾.csv", level="town"),),
    )
    grid, ledger, notes = read_population(source, folder, case.zones, case.cell_m, GROUPS)
    by_town = grid.persons.groupby(grid.cells["town_code"]).sum()
    off = [abs(by_town.loc[code, "all"] / persons - 1) for code, persons in case.towns.items()]
    official = sum(case.towns.values())
    said = next((note.facts["official"] for note in notes if note.key == "raking.margins_differ"), official)
    off += [abs(grid.persons[group].sum() / (case.ages[group] * official / said) - 1) for group in AGES]
    assert max(off) <= 1e-9, off
    assert by_town["disabled"].to_dict() == case.disabled
    assert ledger.counts() == {"used": 2 * len(case.towns) + 1, "fixed": 0, "excluded": 1}
    return max(off)


def _in_window(case):
    """All people of the pixels that can lie over the area's box, two pixels around it."""
    west, south, east, north = case.zones.root.total_bounds
    along = np.linspace(0, 1, 101)
    x = np.concatenate([west + along * (east - west)] * 2 + [np.full(101, west), np.full(101, east)])
    y = np.concatenate([np.full(101, south), np.full(101, north)] + [south + along * (north - south)] * 2)
    x, y = pyproj.Transformer.from_crs(METRIC, case.crs, always_xy=True).transform(x, y)
    back = ~case.to_map
    column, row = back.a * x + back.b * y + back.c, back.d * x + back.e * y + back.f
    height, width = case.values.shape
    left, right = max(int(np.floor(column.min())) - 2, 0), min(int(np.ceil(column.max())) + 2, width)
    top, bottom = max(int(np.floor(row.min())) - 2, 0), min(int(np.ceil(row.max())) + 2, height)
    return case.values[top:bottom, left:right].sum()
