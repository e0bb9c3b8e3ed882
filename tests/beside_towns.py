"""A county of two towns and four villages, worked by hand in docs/beside.md, and what must hold in any place."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from assessed_towns import RANDOM_CIRCLES, RANDOM_ZONES, make_circle, make_service, make_zones, walk

from circle15.assess.coverage import coverage_table
from circle15.assess.empty import empty_table
from circle15.assess.inequality.table import MOST_MIN, inequality_table, kappas
from circle15.assess.states import STATE_COLUMNS
from circle15.catalogue.entries import Group, Label, Presence, Reach, Supply

CRS = 4550
SIDE_M = 1000.0
PLACES = Label("餐位", "seats")
NO_STATES = empty_table(STATE_COLUMNS)
GROUPS = {
    "all": Group("all", Label("全体居民", "all residents")),
    "0-2": Group("0-2", Label("0—2岁", "0-2"), 0, 2, "all"),
    "60p": Group("60p", Label("60岁及以上", "60 and over"), 60, None, "all"),
}


def presence(level="village", **others):
    return Presence(label=Label("村", "village"), level=level, **others)


def served_circle(service="canteen", group="60p", **others):
    """A service for older people on foot, 810 m: fifteen minutes at 0.9 m/s."""
    made = replace(make_service(service, group, urban=walk(15.0)), **{"capacity_unit": PLACES, **others})
    return make_circle(made, group, 0.9)


def county():
    """Towns West and East; of West 桥头村 and 江滨社区, of East 石门村 and 岭下村, squares of 1 km in a row."""
    rows = [
        ("county", "1", "County", "", 0, 4),
        ("town", "11", "West", "1", 0, 2),
        ("town", "12", "East", "1", 2, 4),
        ("village", "111", "桥头村", "11", 0, 1),
        ("village", "112", "江滨社区", "11", 1, 2),
        ("village", "121", "石门村", "12", 2, 3),
        ("village", "122", "岭下村", "12", 3, 4),
    ]
    frame = pd.DataFrame([row[:4] for row in rows], columns=["level", "code", "name", "parent_code"])
    frame["urban_rural"] = ["", "urban", "rural", "urban", "urban", "rural", "rural"]
    boxes = [shapely.box(west * SIDE_M, 0, east * SIDE_M, SIDE_M) for *_, west, east in rows]
    return gpd.GeoDataFrame(frame, geometry=boxes, crs=CRS)


def villagers():
    """One cell per village."""
    cells = pd.DataFrame({"cell_id": ["c1", "c2", "c3", "c4"]})
    cells["county_code"] = "1"
    cells["town_code"] = ["11", "11", "12", "12"]
    cells["village_code"] = ["111", "112", "121", "122"]
    cells["urban_rural"] = ["urban", "urban", "rural", "rural"]
    cells["residential_m2"] = np.nan
    cells["persons_all"] = [400.0, 600.0, 200.0, 300.0]
    cells["persons_60p"] = [100.0, 100.0, 50.0, 50.0]
    cells["canteen_m"] = [100.0, 2000.0, 3000.0, 700.0]
    return cells


def canteens(**columns):
    """A canteen of 30 seats that serves 江滨社区 too and delivers to 石门村, one of unknown size, and one abroad."""
    frame = pd.DataFrame({"facility_id": ["a", "b", "z"], "service": "canteen", "name": ["甲", "乙", "外"]})
    frame["capacity"] = [30.0, np.nan, 500.0]
    frame["inside"] = [True, True, False]
    frame["serves"] = ["village:112", "", ""]
    frame["delivers"] = ["village:121", "", ""]
    frame["flags_told"] = ["示范", "示范", "示范"]
    frame["flag_示范"] = [True, False, True]
    points = shapely.points([[500.0, 500.0], [600.0, 500.0], [3990.0, 2000.0]])
    return gpd.GeoDataFrame(frame.assign(**columns), geometry=points, crs=CRS)


def drive(minutes):
    return Reach(minutes=minutes, mode="drive")


def per_1000(number, of):
    return Supply(number, of)


# --- what must hold of the table of inequality in any place -------------------------------------------------------


def tables_of(cells, zones=RANDOM_ZONES, circles=RANDOM_CIRCLES, kappa=None):
    coverage = coverage_table(cells, zones, circles)
    return inequality_table(cells, zones, circles, coverage, NO_STATES, kappa or kappas(cells, circles, 1.0))


def check_table(cells):
    """Theil is its two parts; FGT agrees with coverage; the equivalent lies between the mean and the most."""
    table = tables_of(cells)
    for row in table.itertuples(index=False):
        if not row.people > 0:
            assert np.isnan([row.coverage, row.theil, row.gini, row.palma, row.equivalent_min, row.fgt0]).all()
            continue
        assert row.fgt0 == 1.0 - row.coverage or abs(row.fgt0 - (1.0 - row.coverage)) < 1e-12
        assert 1.0 + 1e-12 >= row.fgt0 >= row.fgt1 >= row.fgt2 >= 0.0
        assert row.equivalent_min <= MOST_MIN
        assert 0.0 <= row.capped_people <= row.people * (1 + 1e-12)
        if row.level == "county" and not np.isnan(row.theil):
            assert abs(row.theil_between + row.theil_within - row.theil) <= 1e-12
        if row.level == "town":
            assert np.isnan(row.theil_between)
    shuffled = tables_of(cells.sample(frac=1.0, random_state=1))
    pd.testing.assert_frame_equal(shuffled, table, check_exact=True)
    return len(table)


def zones_of(units):
    return make_zones(units)
