"""A finished run of an invented county, built by hand from what ``results.py`` says; small, exact, and full of traps.

The county is a lattice of 100 m cells in CGCS2000, twelve towns of villages each, with services whose minutes follow
from the straight distance to the nearest site times 1.3. Names carry markup of every kind.
"""

import dataclasses
import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.catalogue.entries import Catalogue, Department, Domain, Group, Label, Reach, Service, Source, Speed
from circle15.model.ledger import Note
from circle15.model.study import Study
from circle15.results import Results

CRS = 4550
WEST, SOUTH = 560_000, 3_310_000
CELL_M = 100
HOSTILE_NAMES = (
    "<img src=x onerror=\"window.hurt='img'\">",
    "${window.hurt='dollar'}",
    "</script><script>window.hurt='script'</script>",
    "`${window.hurt='tick'}`",
    "{{ 7 * 7 }}{% raise %}",
    "<!-- \u2028 --> & 'quoted' \"twice\"",
)
TOWN_NAMES = (
    "城东街道", "城西街道", "江滨街道", "新桥街道", "云山镇", "柳溪镇",
    "石门镇", "古塘镇", "白沙镇", "青岭乡", "湖口乡", "枫林镇",
)  # fmt: skip
SERVICES = (
    ("childcare", "托育机构", "Childcare", "幼有善育", "0-2", "#E69F00", 15, 16),
    ("kindergarten", "幼儿园", "Kindergarten", "学有优教", "3-5", "#F0E442", 10, 42),
    ("primary_school", "小学", "Primary school", "学有优教", "6-11", "#56B4E9", 10, 26),
    ("middle_school", "初中", "Middle school", "学有优教", "12-14", "#0072B2", 15, 13),
    ("health_centre", "社区卫生服务中心", "Health centre", "病有良医", "all", "#D55E00", 15, 14),
    ("clinic", "社区卫生服务站", "Clinic", "病有良医", "all", "#CC79A7", 10, 60),
    ("canteen", "老年食堂", "Canteen", "老有康养", "60+", "#009E73", 15, 48),
    ("aid_station", "助联体服务站", "Aid station", "弱有众扶", "all", "#000000", 15, 12),
)
GROUPS = {
    "0-2": (0.021, 0, 2),
    "3-5": (0.027, 3, 5),
    "6-11": (0.07, 6, 11),
    "12-14": (0.033, 12, 14),
    "60+": (0.24, 60, None),
}


def made_catalogue(services=SERVICES):
    source = Source(Label("15分钟", "15 minutes"), "GB 50180-2018", "B")
    unchecked = Source(Label("10分钟", "10 minutes"), "", "D")
    groups = {"all": Group("all", Label("常住人口", "residents"), None, None, None)}
    groups |= {
        name: Group(name, Label(f"{name}岁", f"age {name}"), low, high, "all")
        for name, (_, low, high) in GROUPS.items()
    }
    speeds = {
        "walk": Speed("walk", Label("步行", "walk"), "walk", 1.1, (source,)),
        "elder": Speed("elder", Label("老年步行", "elders' walk"), "walk", 0.9, (source,)),
    }
    entries = {}
    for name, zh, en, domain, group, colour, minutes, _ in services:
        reach = Reach(minutes, None, "minutes", "walk")
        entries[name] = Service(
            id=name, label=Label(zh, en), domain=domain, department="office", group=group,
            speed="elder" if group == "60+" else "walk", urban=reach, rural=reach, also=(), core=True, colour=colour,
            capacity_unit=Label("托位", "places") if name == "childcare" else None, supply_standard=None, presence=None,
            quality_flags=(), osm_tags=(), sources=(unchecked if minutes == 10 else source,),
        )  # fmt: skip
    domains = {row[3]: Domain(row[3], Label(row[3], row[3])) for row in services}
    return Catalogue(
        entries, groups, speeds, domains, {"office": Department("office", Label("民政局", "Civil affairs"))}
    )


def made_study(key=None, place="示例县"):
    day = datetime.date(2025, 6, 30)
    return Study.model_validate(
        {
            "study": {"place": place, "id": "made", "period": "2025", "date": day, "cell_m": CELL_M},
            "zones": [{"file": "zones.gpkg", "level": "town", "provider": "县民政局", "date": day}],
            "network": {"file": "streets.osm.pbf", "provider": "OpenStreetMap", "licence": "ODbL", "date": day},
            "population": {"raster": "people.tif", "provider": "县统计局", "date": datetime.date(2024, 12, 31)},
            "facilities": [
                {"service": row[0], "file": f"{row[1]}.xlsx", "datum": "gcj02", "provider": "县民政局"}
                for row in SERVICES
            ],
            "map": {"tianditu_key": key},
        }
    )


def made_zones(columns, rows):
    """Twelve towns in four by three, nine villages in each; borders bent so that they are not all straight."""

    def bent(x, y):
        return x + 350 * np.sin(y / 1700), y + 300 * np.sin(x / 2100)

    def tile(x0, y0, x1, y1):
        ring = shapely.segmentize(shapely.box(x0, y0, x1, y1), 200)
        xy = shapely.get_coordinates(ring)
        return shapely.Polygon(np.column_stack(bent(xy[:, 0], xy[:, 1])) + np.array([WEST, SOUTH]))

    wide, high = columns * CELL_M / 4, rows * CELL_M / 3
    zones = [("county", "330999", "示例县", "", "", tile(0, 0, 4 * wide, 3 * high))]
    for t, name in enumerate(TOWN_NAMES):
        x, y = (t % 4) * wide, (t // 4) * high
        code = f"330999{t + 1:03d}"
        kind = "urban" if name.endswith("街道") else "rural"
        zones.append(("town", code, name, "330999", kind, tile(x, y, x + wide, y + high)))
        for v in range(9):
            dx, dy = (v % 3) * wide / 3, (v // 3) * high / 3
            village = tile(x + dx, y + dy, x + dx + wide / 3, y + dy + high / 3)
            zones.append(("village", f"{code}{v:03d}", f"{name[:2]}{'一二三四五六七八九'[v]}村", code, kind, village))
    names = ["level", "code", "name", "parent_code", "urban_rural", "geometry"]
    return gpd.GeoDataFrame(zones, columns=names, geometry="geometry", crs=CRS)


def made_cells(zones, columns, rows, dice):
    """Cells where people live: dense towards the core, thin in the hills, none on the river."""
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(columns), np.arange(rows)))
    x = WEST + (column + 0.5) * CELL_M
    y = SOUTH + (row + 0.5) * CELL_M
    core = np.hypot(column - columns * 0.42, row - rows * 0.45) / max(columns, rows)
    density = 95 * np.exp(-((core / 0.1) ** 2))
    for level, peak, spread in (("town", 34, 0.028), ("village", 9, 0.013)):
        for unit in zones[zones["level"] == level].itertuples():
            centre = unit.geometry.centroid
            away_x, away_y = dice.normal(0, 0.02, 2) * columns * CELL_M
            gap = np.hypot(x - centre.x - away_x, y - centre.y - away_y) / (columns * CELL_M * spread)
            density = density + peak * dice.uniform(0.5, 1.3) * np.exp(-(gap**2))
    river = np.abs(row - rows * 0.6 - 0.06 * rows * np.sin(column / columns * 9)) < 1.2
    lives = (density * dice.uniform(0.6, 1.4, len(x)) > 2.2) & ~river
    x, y, density = x[lives], y[lives], density[lives]
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=CRS)
    cells = pd.DataFrame({"x": x, "y": y, "persons_all": density * dice.uniform(0.4, 1.6, len(x))})
    for level in ("county", "town", "village"):
        units = zones.loc[zones["level"] == level, ["code", "urban_rural", "geometry"]]
        joined = gpd.sjoin(points, units, how="left", predicate="within")
        joined = joined[~joined.index.duplicated()]
        cells[f"{level}_code"] = joined["code"].to_numpy()
        if level == "town":
            cells["urban_rural"] = joined["urban_rural"].to_numpy()
    cells = cells[cells["town_code"].notna() & cells["village_code"].notna()].reset_index(drop=True)
    order = np.lexsort((cells["x"], cells["y"]))
    cells = cells.iloc[order].reset_index(drop=True)
    north, east = ((cells[axis] // CELL_M).astype(int) for axis in ("y", "x"))
    cells.insert(0, "cell_id", [f"100mN{r:06d}E{c:06d}" for r, c in zip(north, east, strict=True)])
    shares = {code: dice.uniform(0.8, 1.25) for code in sorted(set(cells["town_code"]))}
    for group, (share, _, _) in GROUPS.items():
        cells[f"persons_{group}"] = cells["persons_all"] * share * cells["town_code"].map(shares)
    return cells


def made_facilities(cells, dice, counts):
    """Sites of each service, likelier where many live; hostile names among them."""
    rows = []
    for (service, zh, *_), count in zip(SERVICES, counts, strict=True):
        chance = cells["persons_all"].to_numpy() ** 1.2
        places = dice.choice(len(cells), size=count, replace=False, p=chance / chance.sum())
        for n, place in enumerate(sorted(places)):
            name = (
                HOSTILE_NAMES[n]
                if service == "childcare" and n < len(HOSTILE_NAMES)
                else f"{TOWN_NAMES[n % 12][:2]}{zh}{n + 1}"
            )
            at = shapely.Point(cells["x"][place] + 31.7, cells["y"][place] - 18.2)
            capacity = float(20 + n) if service == "childcare" and n % 2 else np.nan
            rows.append(
                (
                    f"{service}-{n:03d}",
                    service,
                    name,
                    "人民路1号 <b>",
                    capacity,
                    True,
                    20.0,
                    True,
                    0,
                    f"{zh}.xlsx",
                    n + 3,
                    at,
                )
            )
    names = [
        "facility_id", "service", "name", "address", "capacity", "inside", "leg_m", "on_network", "island",
        "file", "row", "geometry",
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, columns=names, geometry="geometry", crs=CRS)


def add_nearest(cells, facilities):
    """Metres to the nearest site of each service; the last ten cells of the first town cut off, one cell unknown."""
    columns = {}
    for service in [row[0] for row in SERVICES]:
        sites = facilities[facilities["service"] == service]
        gaps = np.hypot(
            cells["x"].to_numpy()[:, None] - sites.geometry.x.to_numpy(),
            cells["y"].to_numpy()[:, None] - sites.geometry.y.to_numpy(),
        )
        metres = 1.3 * gaps.min(axis=1)
        metres[:10] = np.inf
        columns[f"{service}_m"] = metres
        columns[f"{service}_mode"] = "walk"
        columns[f"{service}_facility"] = np.where(
            np.isfinite(metres), sites["facility_id"].to_numpy()[gaps.argmin(axis=1)], ""
        )
    squares = shapely.box(*(cells[axis] + side * CELL_M / 2 for side in (-1, 1) for axis in ("x", "y")))
    fixed = pd.DataFrame({"residential_m2": np.nan, "leg_m": 12.0, "on_network": True, "island": 0}, index=cells.index)
    frame = pd.concat([cells, fixed, pd.DataFrame(columns)], axis=1)
    return gpd.GeoDataFrame(frame, geometry=squares, crs=CRS)


def add_covered(cells, catalogue):
    """Whether the nearest site is within the standard of the cell's class."""
    columns = {}
    for service in catalogue.services.values():
        speed_m_s = catalogue.speeds[service.speed].m_s
        limits = [service.reach(kind).limit_m(speed_m_s) for kind in cells["urban_rural"]]
        columns[f"{service.id}_covered"] = cells[f"{service.id}_m"] <= limits
    return cells.assign(**columns)


def made_coverage(zones, cells, catalogue):
    limits = {s.id: s.urban.limit_m(catalogue.speeds[s.speed].m_s) for s in catalogue.services.values()}
    rows = []
    for zone in zones.itertuples():
        here = cells[cells[f"{zone.level}_code"] == zone.code]
        unit = {"level": zone.level, "code": zone.code, "name": zone.name}
        for service in catalogue.services.values():
            metres = here[f"{service.id}_m"]
            counted = count_covered(here[f"persons_{service.group}"], metres <= limits[service.id])
            median_min = metres.median() / 60 / catalogue.speeds[service.speed].m_s
            rows.append(
                unit
                | {"service": service.id, "group": service.group, "minutes": service.urban.minutes}
                | {"limit_m": limits[service.id]}
                | counted
                | {"median_min": median_min, "p90_min": np.inf, "area_coverage": np.nan}
            )
        within = np.logical_and.reduce([here[f"{name}_m"] <= limit for name, limit in limits.items()])
        unknown = dict.fromkeys(("minutes", "limit_m", "median_min", "p90_min", "area_coverage"), np.nan)
        rows.append(
            unit | {"service": "all_services", "group": "all"} | count_covered(here["persons_all"], within) | unknown
        )
    return pd.DataFrame(rows)


def count_covered(persons, reached):
    people, covered = persons.sum(), persons[reached].sum()
    share = covered / people if people else np.nan
    return {"people": people, "covered_people": covered, "uncovered_people": people - covered, "coverage": share}


def made_index(coverage):
    rows = []
    single = coverage[coverage["service"] != "all_services"]
    for (level, code, name), part in single.groupby(["level", "code", "name"], sort=True):
        share = part["coverage"].to_numpy()
        access, balanced = share.mean(), np.sqrt(share).mean() ** 2 * 0.94
        rows.append(
            (
                level,
                code,
                name,
                part["people"].max(),
                access,
                balanced,
                balanced / access if access else np.nan,
                0.97,
                0.98,
                *([np.nan] * 5),
            )
        )
    names = [
        "level",
        "code",
        "name",
        "people",
        "access",
        "balanced_access",
        "balance",
        "balance_people",
        "balance_services",
        *("balance_between", "balance_within", "quality", "overall", "quality_weight"),
    ]
    return pd.DataFrame(rows, columns=names)


def made_areas(cells, zones, facilities, catalogue):
    """The largest clumps of cells out of reach of each service."""
    towns = dict(zip(zones["code"], zones["name"], strict=True))
    sites = dict(zip(facilities["facility_id"], facilities.geometry, strict=True))
    rows = []
    for service in catalogue.services.values():
        speed = catalogue.speeds[service.speed].m_s
        far = cells[cells[f"{service.id}_m"] > service.urban.limit_m(speed) * 1.25]
        clumps = [part for part in shapely.get_parts(shapely.union_all(far.geometry.buffer(160))) if part.area > 6e5]
        found = []
        for clump in clumps:
            here = far[far.geometry.centroid.within(clump)]
            if len(here):
                found.append((here[f"persons_{service.group}"].sum(), here, clump))
        found.sort(key=lambda one: (-one[0], one[1]["cell_id"].iloc[0]))
        for rank, (people, here, clump) in enumerate(found[:8], start=1):
            town, nearest = here["town_code"].mode()[0], here[f"{service.id}_facility"].mode()[0]
            metres = float(here[f"{service.id}_m"].median())
            straight = float(clump.centroid.distance(sites[nearest])) if nearest else np.nan
            reason = ("none_near", "barrier", "off_network", "island")[rank % 4]
            name = f"{towns[town]}东北部·近{towns[town][:2]}三村"
            minutes = metres / 60 / speed
            rows.append(
                (f"{service.id}-a{rank}", rank, service.id, name, town, "", people, len(here), nearest, minutes,
                 "walk", straight, metres, reason, shapely.union_all(here.geometry))
            )  # fmt: skip
    names = [
        "area_id", "rank", "service", "name", "town_code", "village_code", "people", "cells", "nearest_facility_id",
        "nearest_min", "mode", "straight_m", "network_m", "reason", "geometry",
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, columns=names, geometry="geometry", crs=CRS)


def ragged_disc(centre, radius, dice, points):
    """A blot with a hole, like what a walk covers."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    reach = radius * (
        0.75
        + 0.18 * np.sin(angle * 4 + dice.random() * 6)
        + 0.07 * np.sin(angle * 11)
        + dice.uniform(-0.03, 0.03, points)
    )
    shell = np.column_stack([centre.x + reach * np.cos(angle), centre.y + reach * np.sin(angle)])
    return shapely.Polygon(shell).buffer(0).difference(centre.buffer(radius * 0.12))


def made_isochrones(facilities, catalogue, dice, points):
    rows = []
    for service in catalogue.services.values():
        speed = catalogue.speeds[service.speed].m_s
        sites = facilities[facilities["service"] == service.id]
        for minutes in (5, 10, 15):
            radius = minutes * 60 * speed / 1.3
            own = [ragged_disc(at, radius, dice, points) for at in sites.geometry]
            rows.append((service.id, "", minutes, shapely.union_all(own)))
            rows += [(service.id, name, minutes, shape) for name, shape in zip(sites["facility_id"], own, strict=True)]
    return gpd.GeoDataFrame(
        rows, columns=["service", "facility_id", "minutes", "geometry"], geometry="geometry", crs=CRS
    )


def made_results(columns=64, rows=48, counts=None, points=60, key=None, place="示例县", areas=True):
    """The county as ``Results``; about 900 cells as it stands."""
    dice = np.random.default_rng(15)
    catalogue = made_catalogue()
    zones = made_zones(columns, rows)
    bare = made_cells(zones, columns, rows, dice)
    facilities = made_facilities(bare, dice, counts or [row[7] for row in SERVICES])
    cells = add_covered(add_nearest(bare, facilities), catalogue)
    coverage = made_coverage(zones, cells, catalogue)
    return Results(
        study=made_study(key, place),
        catalogue=catalogue,
        zones=zones,
        cells=cells,
        pairs=pd.DataFrame({"cell_id": [], "facility_id": [], "service": [], "metres": []}),
        facilities=facilities,
        coverage=coverage,
        index_parts=pd.DataFrame(),
        index=made_index(coverage),
        underserved=made_areas(cells if areas else cells.iloc[:0], zones, facilities, catalogue),
        isochrones=made_isochrones(facilities, catalogue, dice, points),
        ledger=pd.DataFrame(),
        notes=(Note("map.search_none", {}),),
    )


def without_towns(results, counties=True):
    """The same study with its towns as counties of a place; or with nothing below its one county."""
    if not counties:
        frames = {name: getattr(results, name) for name in ("zones", "coverage", "index")}
        kept = {name: frame[frame["level"] == "county"] for name, frame in frames.items()}
        return dataclasses.replace(results, cells=results.cells.drop(columns=["town_code", "village_code"]), **kept)
    risen = {"county": "place", "town": "county"}
    frames = {name: getattr(results, name) for name in ("zones", "coverage", "index")}
    frames = {name: frame[frame["level"] != "village"] for name, frame in frames.items()}
    cells = results.cells.drop(columns="village_code").rename(
        columns={f"{a}_code": f"{b}_code" for a, b in risen.items()}
    )
    return dataclasses.replace(
        results, cells=cells, **{name: frame.assign(level=frame["level"].map(risen)) for name, frame in frames.items()}
    )
