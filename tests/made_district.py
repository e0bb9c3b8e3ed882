"""A made district of any size: askew streets, towns of both classes, twelve services; for measuring."""

import itertools

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import rasterio
import shapely

WEST, SOUTH = 120.2, 29.8
# Degrees of about a kilometre here.
KM_LON, KM_LAT = 1 / 96.5, 1 / 110.9
SERVICES = {
    "childcare": 90, "kindergarten": 120, "primary_school": 60, "middle_school": 30, "health_centre": 16,
    "clinic": 140, "canteen": 150, "day_care": 60, "aid_station": 40, "fitness": 160, "shelter": 60, "care_union": 12,
}  # fmt: skip
SIZES = {"childcare": "托位数", "kindergarten": "学位数", "primary_school": "学位数", "middle_school": "学位数"}
FLAGS = {"childcare": "普惠", "kindergarten": "普惠", "shelter": "规范化"}
AGES = {"0-2岁": 0.02, "3-5岁": 0.03, "6-11岁": 0.07, "12-14岁": 0.03, "60岁及以上": 0.24, "65岁及以上": 0.17}


def write_district(folder, side_km, rim_km, block_m=150.0, scale=1.0, seed=5):
    """Write a square district, its streets as far as ``rim_km`` beyond; gives the path of ``study.toml``.

    ``scale`` tells how many of the sites of ``SERVICES`` there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    _write_zones(folder, side_km)
    _write_streets(folder / "streets.osm.pbf", side_km, rim_km, block_m, rng)
    _write_people(folder, side_km, rng)
    lists = [_write_list(folder, name, max(2, round(count * scale)), side_km, rng) for name, count in SERVICES.items()]
    zones = "".join(f'[[zones]]\nfile = "{level}.gpkg"\nlevel = "{level}"\n\n' for level in ("county", "town"))
    (folder / "study.toml").write_text(
        f'[study]\nplace = "大区"\nid = "{folder.name}"\nperiod = "2026"\ndate = 2026-06-30\n\n'
        f'{zones}[network]\nfile = "streets.osm.pbf"\nwhole = true\n\n[population]\nraster = "people.tif"\n\n'
        '[population.totals]\nfile = "totals.csv"\nlevel = "town"\n\n' + "\n".join(lists),
        encoding="utf-8",
    )
    return folder / "study.toml"


def _square(x, y, side_km):
    return shapely.box(
        WEST + x * KM_LON, SOUTH + y * KM_LAT, WEST + (x + side_km) * KM_LON, SOUTH + (y + side_km) * KM_LAT
    )


def _write_zones(folder, side_km):
    county = {"code": ["339900"], "name": ["大区"]}
    gpd.GeoDataFrame(county, geometry=[_square(0, 0, side_km)], crs=4490).to_file(folder / "county.gpkg")
    town_km = side_km / 4
    rows = [
        (
            f"3399000{4 * i + j + 1:02d}",
            f"第{4 * i + j + 1}{'镇' if i + j > 3 else '街道'}",
            "乡村" if i + j > 3 else "城镇",
        )
        for i in range(4)
        for j in range(4)
    ]
    shapes = [_square(i * town_km, j * town_km, town_km) for i in range(4) for j in range(4)]
    frame = gpd.GeoDataFrame(rows, columns=["代码", "名称", "城乡分类"], geometry=shapes, crs=4490)
    frame.to_file(folder / "town.gpkg")
    totals = pd.DataFrame({"代码": frame["代码"], "名称": frame["名称"], "常住人口": 40_000})
    ages = {age: np.round(40_000 * share * (1 + 0.03 * np.arange(16))) for age, share in AGES.items()}
    totals.assign(**ages).to_csv(folder / "totals.csv", index=False, encoding="utf-8")


def _write_streets(path, side_km, rim_km, block_m, rng):
    """Askew blocks, a tenth of their sides missing, some of them one-way; every tenth street is a primary one."""
    count = int((side_km + 2 * rim_km) * 1000 / block_m) + 1
    at = np.linspace(-rim_km, side_km + rim_km, count)
    x, y = (at[None, :] + rng.normal(0, block_m / 5000, (count, count)) for _ in range(2))
    lon, lat = WEST + x * KM_LON, SOUTH + (at[:, None] + y - at[None, :]) * KM_LAT
    numbers = np.arange(1, count * count + 1).reshape(count, count)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for row in range(count):
            for column in range(count):
                place = (float(lon[row, column]), float(lat[row, column]))
                writer.add_node(osmium.osm.mutable.Node(id=int(numbers[row, column]), version=1, location=place))
        way = 10_000_000
        for turned in (numbers, numbers.T):
            for line, nodes in enumerate(turned):
                for first, last in itertools.pairwise(nodes):
                    way += 1
                    kind = "primary" if line % 10 == 0 else "residential"
                    if kind == "residential" and rng.random() < 0.1:
                        continue
                    tags = {"highway": kind, "name": f"路{line}"} | ({"oneway": "yes"} if rng.random() < 0.1 else {})
                    writer.add_way(osmium.osm.mutable.Way(id=way, version=1, nodes=[int(first), int(last)], tags=tags))


def _write_people(folder, side_km, rng):
    cells = int(side_km * 10)
    people = rng.gamma(0.8, 30.0, (cells, cells)).astype(np.float32) + 0.5
    shape = {"height": cells, "width": cells, "count": 1, "dtype": people.dtype, "nodata": -1.0}
    place = rasterio.Affine(KM_LON / 10, 0, WEST, 0, -KM_LAT / 10, SOUTH + side_km * KM_LAT)
    with rasterio.open(folder / "people.tif", "w", driver="GTiff", crs=4326, transform=place, **shape) as raster:
        raster.write(people, 1)


def _write_list(folder, service, count, side_km, rng):
    lon, lat = WEST + rng.uniform(0, side_km, count) * KM_LON, SOUTH + rng.uniform(0, side_km, count) * KM_LAT
    names = [f"{service}{number}号" for number in range(1, count + 1)]
    table = pd.DataFrame({"编号": [f"{service}-{n}" for n in range(count)], "名称": names, "经度": lon, "纬度": lat})
    if service in SIZES:
        table[SIZES[service]] = rng.integers(30, 600, count)
    if service in FLAGS:
        table[FLAGS[service]] = np.where(rng.random(count) < 0.5, "是", "否")
    table.to_csv(folder / f"{service}.csv", index=False, encoding="utf-8")
    return f'[[facilities]]\nservice = "{service}"\nfile = "{service}.csv"\ndatum = "wgs84"\n'
