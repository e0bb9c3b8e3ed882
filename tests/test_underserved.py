import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from assessed_towns import RANDOM_CIRCLES, make_circle, make_service, walk
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from circle15.assess.clusters import Gathering
from circle15.assess.place_names import area_name, side_of
from circle15.assess.underserved import AREA_TYPES, underserved_areas, underserved_cells
from circle15.words import say

CELL_M = 100
CANTEEN = make_circle(make_service("canteen", "all", urban=walk(15.0)), "all", 1.0)  # 900 m

# A county of two square towns side by side; the western one has two villages.
ZONES = gpd.GeoDataFrame(
    [
        ("county", "1", "示例县", "", shapely.box(0, 0, 6000, 3000)),
        ("town", "11", "西湾镇", "1", shapely.box(0, 0, 3000, 3000)),
        ("town", "12", "东山街道", "1", shapely.box(3000, 0, 6000, 3000)),
        ("village", "1101", "桥头村", "11", shapely.box(0, 0, 1500, 3000)),
        ("village", "1102", "塘下村", "11", shapely.box(1500, 0, 3000, 3000)),
    ],
    columns=["level", "code", "name", "parent_code", "geometry"],
    geometry="geometry",
    crs=4550,
)


def hamlet(x, y, persons, metres, village="", on_network=True, facility=""):
    """A row of cells, the westernmost at (x, y), each with ``persons`` and the same walk."""
    cells = pd.DataFrame({"persons_all": np.array(persons, dtype=float)})
    cells["x"] = x + CELL_M * np.arange(len(persons), dtype=float)
    cells["y"] = float(y)
    cells["cell_id"] = [f"N{y:05.0f}E{east:05.0f}" for east in cells["x"]]
    cells["county_code"] = "1"
    cells["town_code"] = np.where(cells["x"] < 3000, "11", "12")
    cells["village_code"] = village
    cells["urban_rural"] = "urban"
    cells["on_network"] = on_network
    cells["canteen_m"] = float(metres)
    cells["canteen_facility"] = facility
    return cells


def entrances(*places):
    return pd.DataFrame([("canteen", *place) for place in places], columns=["service", "facility_id", "x", "y"])


# Up to a knight's move apart on the grid.
GATHERING = Gathering(within_m=2.5 * CELL_M, least_residents=50.0)
FAR_AWAY = entrances(("k1", 50.0, 50.0))


def found(cells, where=FAR_AWAY, zones=ZONES, lang="zh"):
    return underserved_areas(pd.concat(cells), zones, (CANTEEN,), where, CELL_M, GATHERING, lang)


def test_a_hamlet_out_of_reach_is_an_area_described_from_its_heaviest_cell():
    cells = [hamlet(2650, 2650, [20, 40, 30], 2000.0, "1102", facility="k1"), hamlet(50, 50, [500], 0.0, "1101")]
    areas = found(cells).areas
    assert list(areas.columns) == [*AREA_TYPES, "geometry"]
    (area,) = areas.to_dict("records")
    assert area["geometry"].equals(shapely.box(2600, 2600, 2900, 2700))
    assert area["geometry"].geom_type == "MultiPolygon"
    del area["geometry"]
    assert area == {
        "area_id": "canteen-11-N02650E02750",
        "rank": 1,
        "service": "canteen",
        "name": "西湾镇东北部·近塘下村",
        "town_code": "11",
        "village_code": "1102",
        "people": 90.0,
        "cells": 3,
        "nearest_facility_id": "k1",
        "mode": "walk",
        "nearest_min": 2000 / 60,
        "straight_m": math.hypot(2700, 2600),
        "network_m": 2000.0,
        "reason": "none_near",
    }


def test_too_few_people_are_scattered_and_none_are_lost():
    result = found([hamlet(2650, 2650, [20, 29], 2000.0), hamlet(550, 2050, [60], 2000.0)])
    assert result.areas["people"].tolist() == [60.0]
    assert result.scattered.to_dict("records") == [{"service": "canteen", "people": 49.0, "cells": 2}]


def test_a_lane_one_cell_wide_does_not_split_a_hamlet_and_two_do():
    near = found([hamlet(2050, 2050, [60], 2000.0), hamlet(2250, 2150, [60], 2000.0)])
    assert near.areas["cells"].tolist() == [2]
    apart = found([hamlet(2050, 2050, [60], 2000.0), hamlet(2350, 2050, [60], 2000.0)])
    assert apart.areas["cells"].tolist() == [1, 1]


def test_an_area_ends_at_its_towns_border():
    areas = found([hamlet(2750, 1550, [60, 60, 60, 60, 60], 2000.0)]).areas
    assert areas[["rank", "town_code", "people"]].to_numpy().tolist() == [[1, "11", 180.0], [2, "12", 120.0]]


def test_a_plain_wider_than_the_circle_is_halved_where_half_the_people_live():
    # 2700 m between the outer cells, the circle is 1800 m across.
    areas = found([hamlet(50, 2050, [60] * 10 + [30] * 8 + [20] * 8 + [20] * 2, 2000.0)]).areas
    assert areas[["people", "cells"]].to_numpy().tolist() == [[540.0, 9], [500.0, 19]]
    assert areas["people"].sum() == 1040.0


def test_no_half_is_less_than_a_hamlet():
    one_minute = make_circle(make_service("canteen", "all", urban=walk(1.0)), "all", 1.0)  # 120 m across
    cells = hamlet(2650, 2650, [10, 50, 10], 2000.0)
    assert underserved_areas(cells, ZONES, (one_minute,), FAR_AWAY, CELL_M, GATHERING, "zh").areas[
        "cells"
    ].tolist() == [3]
    cells = hamlet(2650, 2650, [50, 50, 10], 2000.0)
    assert underserved_areas(cells, ZONES, (one_minute,), FAR_AWAY, CELL_M, GATHERING, "zh").areas[
        "cells"
    ].tolist() == [2, 1]


def test_a_group_needs_its_share_of_a_hamlet():
    infants = make_circle(make_service("canteen", "0-2", urban=walk(15.0)), "0-2", 1.0)
    cells = pd.concat([hamlet(2650, 2650, [60], 2000.0), hamlet(550, 2050, [40], 2000.0), hamlet(50, 50, [900], 0.0)])
    cells["persons_0-2"] = cells["persons_all"] * 0.02
    areas = underserved_areas(cells, ZONES, (infants,), FAR_AWAY, CELL_M, GATHERING, "zh").areas
    assert areas["people"].tolist() == [pytest.approx(1.2)]


def test_areas_rank_by_people_then_by_id():
    areas = found(
        [hamlet(550, 2050, [60], 2000.0), hamlet(2050, 550, [60], 2000.0), hamlet(2650, 2650, [70], 2000.0)]
    ).areas
    assert areas["area_id"].tolist() == [
        "canteen-11-N02650E02650",
        "canteen-11-N00550E02050",
        "canteen-11-N02050E00550",
    ]
    assert areas["rank"].tolist() == [1, 2, 3]


def test_everyone_served_leaves_an_empty_frame_of_the_same_shape():
    result = found([hamlet(50, 50, [500], 0.0)])
    assert len(result.areas) == 0
    assert list(result.areas.columns) == [*AREA_TYPES, "geometry"]
    assert result.areas.crs == ZONES.crs
    assert result.areas["people"].dtype == np.float64
    assert result.scattered["people"].tolist() == [0.0]


# --- Reasons ---


def reason_of(cells, where):
    (area,) = found(cells, where).areas.to_dict("records")
    return area


def test_barrier_near_in_a_straight_line_and_far_on_foot():
    across_the_river = entrances(("k1", 2650.0, 2250.0), ("k2", 50.0, 50.0))
    area = reason_of([hamlet(2650, 2650, [60], 3000.0, facility="k2")], across_the_river)
    assert (area["reason"], area["straight_m"], area["network_m"]) == ("barrier", 400.0, 3000.0)
    assert area["nearest_facility_id"] == "k2"


def test_a_walk_a_little_longer_than_the_line_is_no_barrier():
    area = reason_of([hamlet(2650, 2650, [60], 950.0, facility="k1")], entrances(("k1", 2650.0, 2150.0)))
    assert area["reason"] == "just_beyond"


def test_a_long_way_to_what_is_far_in_any_case_is_no_barrier():
    area = reason_of([hamlet(2650, 2650, [60], 9000.0, facility="k1")], entrances(("k1", 2650.0, 1650.0)))
    assert area["reason"] == "none_near"


def test_island_no_way_leads_to_any_facility():
    area = reason_of([hamlet(2650, 2650, [60], math.inf)], entrances(("k9", 2650.0, 2550.0), ("k1", 50.0, 50.0)))
    assert (area["reason"], area["nearest_min"], area["network_m"]) == ("island", math.inf, math.inf)
    assert (area["nearest_facility_id"], area["straight_m"]) == ("k9", 100.0)


def test_off_network_where_most_people_live_far_from_any_street():
    off = hamlet(2650, 2650, [60, 60], math.inf, on_network=False)
    on = hamlet(2850, 2650, [100], 2000.0)
    assert reason_of([off, on], FAR_AWAY)["reason"] == "off_network"
    on["persons_all"] = 130.0
    assert reason_of([off, on], FAR_AWAY)["reason"] == "none_near"


def test_no_facility_anywhere_is_none_near():
    area = reason_of([hamlet(2650, 2650, [60], math.inf)], entrances())
    assert (area["reason"], area["nearest_facility_id"], area["straight_m"]) == ("none_near", "", math.inf)


def test_equally_near_facilities_give_the_smaller_id():
    places = entrances(("k2", 2550.0, 2650.0), ("k1", 2750.0, 2650.0))
    assert reason_of([hamlet(2650, 2650, [60], math.inf)], places)["nearest_facility_id"] == "k1"


# --- Names ---


@pytest.mark.parametrize(
    ("x", "y", "side"),
    [
        (1500, 1500, "middle"),
        (1990, 1500, "middle"),
        (2010, 1500, "east"),
        (2500, 2500, "north_east"),
        (1500, 2500, "north"),
        (500, 2500, "north_west"),
        (500, 1500, "west"),
        (500, 500, "south_west"),
        (1500, 500, "south"),
        (2500, 500, "south_east"),
    ],
)
def test_sides_of_a_town(x, y, side):
    assert side_of(x, y, shapely.box(0, 0, 3000, 3000)) == side


def test_names_in_both_languages():
    assert area_name("西湾镇", "south_west", "桥头村", "zh") == "西湾镇西南部·近桥头村"
    assert area_name("Westbay", "south_west", "Bridge End", "en") == "South-western Westbay, near Bridge End"
    assert area_name("Westbay", "middle", "", "en") == "Central Westbay"


def test_without_villages_the_name_has_no_second_part():
    cells = hamlet(2650, 2650, [60], 2000.0).drop(columns="village_code")
    (area,) = found([cells], zones=ZONES[ZONES["level"] != "village"]).areas.to_dict("records")
    assert (area["name"], area["village_code"]) == ("西湾镇东北部", "")


def test_people_in_no_village_are_named_by_the_nearest():
    (area,) = found([hamlet(2650, 2650, [60], 2000.0)]).areas.to_dict("records")
    assert (area["name"], area["village_code"]) == ("西湾镇东北部·近塘下村", "")


def test_a_study_without_towns_names_by_the_county():
    cells = hamlet(5650, 2550, [60], 2000.0).drop(columns=["village_code", "town_code"])
    (area,) = found([cells], zones=ZONES[ZONES["level"] == "county"]).areas.to_dict("records")
    assert (area["name"], area["town_code"]) == ("示例县东部", "1")


def test_people_in_no_town_are_named_by_the_whole_area():
    cells = hamlet(3050, 2650, [60], 2000.0).assign(town_code="")
    (area,) = found([cells], zones=ZONES[ZONES["level"] != "village"]).areas.to_dict("records")
    assert (area["area_id"], area["name"]) == ("canteen--N02650E03050", "示例县北部")


def test_every_reason_has_its_words():
    reasons = ("off_network", "island", "barrier", "just_beyond", "none_near")
    assert all(say(f"assess.reason_{reason}", lang) for reason in reasons for lang in ("zh", "en"))


# --- Properties ---


@st.composite
def settled_cells(draw):
    """Up to 40 cells on a grid of 20 x 10 over the border of the two towns, for three services."""
    places = draw(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 9)), min_size=1, max_size=40, unique=True))
    size = len(places)
    cells = pd.DataFrame(places, columns=["column", "row"])
    cells["cell_id"] = [f"N{row:02d}E{column:02d}" for column, row in places]
    cells["x"] = 2050.0 + 100 * cells["column"]
    cells["y"] = 1050.0 + 100 * cells["row"]
    cells["county_code"] = "1"
    cells["town_code"] = np.where(cells["x"] < 3000, "11", "12")
    cells["urban_rural"] = "urban"
    cells["persons_all"] = draw(st.lists(st.floats(0.5, 80.0), min_size=size, max_size=size))
    cells["persons_0-2"] = cells["persons_all"] * np.array(
        draw(st.lists(st.sampled_from([0.0, 0.01, 0.05]), min_size=size, max_size=size))
    )
    for circle in RANDOM_CIRCLES:
        metres = st.sampled_from([100.0, 700.0, 1000.0, 3000.0, math.inf])
        cells[f"{circle.service.id}_m"] = draw(st.lists(metres, min_size=size, max_size=size))
        cells[f"{circle.service.id}_facility"] = np.where(np.isinf(cells[f"{circle.service.id}_m"]), "", "f1")
    cells["on_network"] = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return cells


TOWNS = ZONES[ZONES["level"] != "village"]
SITES = pd.DataFrame(
    [(circle.service.id, "f1", 2500.0, 1500.0) for circle in RANDOM_CIRCLES],
    columns=["service", "facility_id", "x", "y"],
)


@settings(derandomize=True, deadline=None, max_examples=12)
@given(settled_cells(), st.randoms(use_true_random=False))
def test_areas_and_scattered_people_are_the_people_not_covered_whatever_the_order_of_rows(cells, random):
    result = underserved_areas(cells, TOWNS, RANDOM_CIRCLES, SITES, CELL_M, GATHERING, "zh")
    out = underserved_cells(cells, RANDOM_CIRCLES)
    for circle, rest in zip(RANDOM_CIRCLES, result.scattered.itertuples(), strict=True):
        service = circle.service.id
        own = result.areas[result.areas["service"] == service]
        not_covered = circle.persons(cells)[out[service].to_numpy()]
        assert own["people"].sum() + rest.people == pytest.approx(not_covered.sum(), rel=1e-12, abs=1e-12)
        assert own["cells"].sum() + rest.cells == len(not_covered)
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
        assert own.geometry.area.sum() == own["cells"].sum() * CELL_M**2
    assert result.areas["area_id"].is_unique
    assert result.areas.geometry.is_valid.all()
    order = list(range(len(cells)))
    random.shuffle(order)
    again = underserved_areas(cells.iloc[order], TOWNS, RANDOM_CIRCLES, SITES, CELL_M, GATHERING, "zh")
    assert_frame_equal(again.areas, result.areas, check_exact=True)
    assert again.areas.geometry.to_wkb().tolist() == result.areas.geometry.to_wkb().tolist()


def test_under_served_cells_have_people_of_the_group_and_keep_the_callers_index():
    cells = pd.concat([hamlet(50, 50, [5, 0], 2000.0), hamlet(50, 250, [5], 900.0)]).set_index("cell_id", drop=False)
    assert underserved_cells(cells, (CANTEEN,))["canteen"].to_dict() == {
        "N00050E00050": True,
        "N00050E00150": False,
        "N00250E00050": False,
    }
