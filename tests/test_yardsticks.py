"""Presence, ratios, flagged shares, response and disagreements; the places that a list names as served."""

import dataclasses
import re
from importlib.resources import files

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from assessed_towns import make_circle, make_service, make_zones, walk
from beside_towns import SIDE_M, canteens, county, drive, per_1000, presence, served_circle, villagers
from facility_lists import BELT_M, CRS, DAY, EAST, NORTH, SERVICES, listed, write_csv
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.assess.coverage import coverage_table
from circle15.assess.rules import Rule
from circle15.assess.yardsticks.disagreements import DISAGREEMENT_COLUMNS, disagreements_table
from circle15.assess.yardsticks.flag_shares import flag_shares_table
from circle15.assess.yardsticks.presence import presence_table
from circle15.assess.yardsticks.ratios import ratios_table
from circle15.assess.yardsticks.responses import responses_table
from circle15.assess.yardsticks.unit_presence import unit_presence
from circle15.assess.yardsticks.units import facility_units
from circle15.catalogue.loader import load_catalogue
from circle15.errors import ConfigurationError, Faults
from circle15.inputs.facilities.read import read_facilities
from circle15.model.study import FacilitySource
from circle15.model.zones import Zones


def row_of(table, **wanted):
    for column, value in wanted.items():
        table = table[table[column] == value]
    assert len(table) == 1, (wanted, table)
    return table.iloc[0]


def states_of(circle, sites=None, cells=None, zones=None):
    zones = county() if zones is None else zones
    states = unit_presence(
        villagers() if cells is None else cells, canteens() if sites is None else sites, zones, [circle]
    )
    return states, presence_table(states, zones, [circle])


def share(table, code):
    return float(row_of(table, code=code)["presence_share"])


# --- presence --------------------------------------------------------------------------------------------------------


def test_presence_of_towns_and_of_their_county():
    states, table = states_of(served_circle(presence=presence("town")))
    assert states["state"].tolist() == ["located", "none"]
    assert (share(table, "1"), share(table, "11"), share(table, "12")) == (0.5, 1.0, 0.0)
    assert set(table["level"]) == {"county", "town"}
    assert row_of(table, code="1")["people_without"] == 100.0


def test_states_add_up_to_the_units_and_units_to_their_county():
    _, table = states_of(served_circle(presence=presence()))
    parts = ["units_located", "units_named", "units_delivered", "units_unknown", "units_missing"]
    assert (table[parts].sum(axis=1) == table["units"]).all()
    by_level = table.groupby("level")[[*parts, "units", "people", "people_without"]].sum()
    assert (by_level.loc["county"] == by_level.loc["town"]).all()
    assert (by_level.loc["county"] == by_level.loc["village"]).all()


def test_only_administrative_villages_where_the_text_says_so():
    states, table = states_of(served_circle(presence=presence(villages="administrative")))
    assert states["name"].tolist() == ["桥头村", "石门村", "岭下村"]
    assert share(table, "1") == pytest.approx(1 / 3)
    assert row_of(table, code="112")["units"] == 0.0
    assert np.isnan(share(table, "112"))


def test_two_sites_where_two_are_asked_for():
    two = canteens(serves=["village:112", "village:112", ""])
    states, _ = states_of(served_circle(presence=presence(count=2)), two)
    assert states["state"].tolist() == ["located", "named", "delivered", "none"]
    states, _ = states_of(served_circle(presence=presence(count=2)))
    assert states["state"].tolist() == ["located", "none", "delivered", "none"]


def test_a_site_that_serves_its_whole_town_or_county():
    states, _ = states_of(
        served_circle(presence=presence()), canteens(serves=["town:12", "", ""], delivers=["", "", ""])
    )
    assert states["state"].tolist() == ["located", "none", "named", "named"]
    states, _ = states_of(served_circle(presence=presence()), canteens(serves=["county:1", "", ""]))
    assert states["state"].tolist() == ["located", "named", "named", "named"]
    town, _ = states_of(served_circle(presence=presence("town")), canteens(serves=["village:121", "", ""]))
    assert town["state"].tolist() == ["located", "none"]


def test_a_flag_that_is_asked_for():
    flagged = served_circle(presence=presence(flag="示范"), quality_flags=("示范",))
    states, table = states_of(flagged)
    assert states["sites"].tolist() == [1, 0, 0, 0]
    assert share(table, "1") == 0.5
    none = canteens(flag_示范=[False, False, True])
    states, table = states_of(flagged, none)
    assert states["state"].tolist() == ["none"] * 4
    assert share(table, "1") == 0.0


def test_a_flag_that_no_list_tells_is_not_guessed():
    flagged = served_circle(presence=presence(flag="示范"), quality_flags=("示范",))
    silent = canteens(flags_told=["", "", ""], flag_示范=[False, False, False])
    states, table = states_of(flagged, silent)
    assert states["state"].tolist() == ["unknown", "unknown", "none", "none"]
    assert np.isnan(share(table, "1"))
    assert (share(table, "12"), row_of(table, code="1")["units_unknown"]) == (0.0, 2.0)
    without = canteens().drop(columns=["flags_told", "flag_示范"])
    assert np.isnan(share(states_of(flagged, without)[1], "1"))


def test_a_service_without_any_facility_is_present_nowhere():
    states, table = states_of(served_circle(presence=presence()), canteens().iloc[:0])
    assert states["state"].tolist() == ["none"] * 4
    assert share(table, "1") == 0.0
    assert row_of(table, code="1")["people_without"] == 300.0


def test_a_study_without_villages_has_no_share_of_villages():
    zones = county()[lambda frame: frame["level"] != "village"]
    states, table = states_of(served_circle(presence=presence()), zones=zones)
    assert states.empty
    assert (table["units"] == 0).all()
    assert table["presence_share"].isna().all()
    nothing = disagreements_table(states, coverage_table(villagers(), zones, [served_circle()]), zones)
    assert tuple(nothing.columns) == DISAGREEMENT_COLUMNS
    assert nothing.empty


def test_a_service_that_asks_no_presence_has_none():
    states, table = states_of(served_circle())
    assert states.empty
    assert table.empty


def test_a_site_on_a_border_lies_in_the_smaller_code_and_one_abroad_in_none():
    sites = canteens()
    sites = sites.set_geometry(
        gpd.GeoSeries(shapely.points([[SIDE_M, 500.0], [2 * SIDE_M, 0.0], [0.0, 5000.0]]), crs=sites.crs)
    )
    found = facility_units(sites, county())
    assert found["village"].tolist() == ["111", "112", ""]
    assert found["town"].tolist() == ["11", "11", ""]
    assert found["county"].tolist() == ["1", "1", ""]


# --- disagreements ---------------------------------------------------------------------------------------------------


def test_disagreements_name_the_villages_with_their_figures():
    circle = served_circle(presence=presence())
    states, _ = states_of(circle)
    found = disagreements_table(states, coverage_table(villagers(), county(), [circle]), county())
    assert found["name"].tolist() == ["江滨社区", "岭下村"]
    first = found.iloc[0]
    assert (first["town"], first["state"], first["people"], first["coverage"]) == ("West", "named", 100.0, 0.0)
    assert found["uncovered_people"].tolist() == [100.0, 0.0]


def test_units_without_people_disagree_with_nobody():
    circle = served_circle(presence=presence())
    cells = villagers().assign(persons_60p=[100.0, 0.0, 0.0, 0.0])
    states, _ = states_of(circle, cells=cells)
    assert disagreements_table(states, coverage_table(cells, county(), [circle]), county()).empty


@pytest.mark.parametrize(("covered", "kinds"), [(49.0, ["present_not_reached"]), (50.0, [])])
def test_half_of_the_people_count_as_reached(covered, kinds):
    cells = pd.concat([villagers().iloc[:1]] * 2, ignore_index=True).assign(cell_id=["c1", "c2"])
    cells["persons_60p"] = [covered, 100.0 - covered]
    cells["canteen_m"] = [100.0, 5000.0]
    circle = served_circle(presence=presence())
    states, _ = states_of(circle, cells=cells)
    found = disagreements_table(states, coverage_table(cells, county(), [circle]), county())
    assert found["disagreement"].tolist() == kinds


# --- ratios ----------------------------------------------------------------------------------------------------------


def test_ratio_by_residents_and_by_group():
    by_group = served_circle(supply=per_1000(200, "group"))
    row = row_of(ratios_table(villagers(), canteens(), county(), [by_group]), code="11")
    assert (row["base"], row["base_people"], row["supply"], row["per_1000"]) == ("60p", 200.0, 30.0, 150.0)
    assert (row["standard_places"], row["places_missing"], row["unknown_facilities"]) == (40.0, 10.0, 1.0)
    by_residents = served_circle(supply=per_1000(4.5, "residents"))
    row = row_of(ratios_table(villagers(), canteens(), county(), [by_residents]), code="11")
    assert (row["base"], row["base_people"], row["standard_places"]) == ("all", 1000.0, 4.5)
    assert row["places_missing"] == 0.0


def test_a_town_without_facilities_lacks_all_and_one_of_unknown_ones_is_no_data():
    circle = served_circle(supply=per_1000(200, "group"))
    east = row_of(ratios_table(villagers(), canteens(), county(), [circle]), code="12")
    assert (east["facilities"], east["supply"], east["per_1000"], east["places_missing"]) == (0.0, 0.0, 0.0, 20.0)
    unknown = canteens(capacity=[np.nan, np.nan, 5.0])
    west = row_of(ratios_table(villagers(), unknown, county(), [circle]), code="11")
    assert (west["facilities"], west["unknown_facilities"]) == (2.0, 2.0)
    assert np.isnan(west[["supply", "per_1000", "places_missing"]].to_numpy(dtype=float)).all()


def test_a_standard_of_a_group_that_is_not_known_says_nothing():
    circle = make_circle(dataclasses.replace(served_circle().service, supply=per_1000(200, "group")), "all", 0.9)
    row = row_of(ratios_table(villagers(), canteens(), county(), [circle]), code="1")
    assert row["base"] == "all"
    assert row["per_1000"] == pytest.approx(20.0)
    assert np.isnan([row["standard_per_1000"], row["places_missing"]]).all()


def test_no_standard_no_places_missing_and_no_capacity_no_row():
    row = row_of(ratios_table(villagers(), canteens(), county(), [served_circle()]), code="1")
    assert (row["base"], row["per_1000"], row["per_head"]) == ("60p", 100.0, 0.1)
    assert np.isnan(row["places_missing"])
    assert ratios_table(villagers(), canteens(), county(), [served_circle(capacity_unit=None)]).empty


def test_nobody_to_count_by_is_no_data():
    cells = villagers().assign(persons_60p=[100.0, 100.0, 0.0, 0.0])
    row = row_of(ratios_table(cells, canteens(), county(), [served_circle(supply=per_1000(200, "group"))]), code="12")
    assert (row["supply"], row["standard_places"], row["places_missing"]) == (0.0, 0.0, 0.0)
    assert np.isnan(row["per_1000"])


# --- flags -----------------------------------------------------------------------------------------------------------


def test_flag_shares_of_facilities_and_of_capacity():
    circle = served_circle(quality_flags=("示范",))
    sites = canteens(capacity=[30.0, 10.0, 500.0])
    row = row_of(flag_shares_table(sites, county(), [circle]), code="11")
    assert (row["facilities"], row["flagged_facilities"], row["flag_share"]) == (2.0, 1.0, 0.5)
    assert (row["known_capacity"], row["flagged_capacity"], row["capacity_flag_share"]) == (40.0, 30.0, 0.75)
    east = row_of(flag_shares_table(sites, county(), [circle]), code="12")
    assert east["facilities"] == 0.0
    assert np.isnan([east["flag_share"], east["capacity_flag_share"]]).all()


def test_a_flag_not_known_is_neither_yes_nor_no():
    circle = served_circle(quality_flags=("示范",))
    half = row_of(flag_shares_table(canteens(flags_told=["示范", "", ""]), county(), [circle]), code="11")
    assert (half["flag_unknown"], half["flag_share"]) == (1.0, 1.0)
    silent = canteens(flags_told=["", "", ""], flag_示范=[False] * 3)
    none = row_of(flag_shares_table(silent, county(), [circle]), code="11")
    assert none["flag_unknown"] == 2.0
    assert np.isnan([none["flag_share"], none["capacity_flag_share"]]).all()


def test_flags_of_a_service_that_counts_no_places():
    row = row_of(
        flag_shares_table(canteens(), county(), [served_circle(quality_flags=("示范",), capacity_unit=None)]), code="11"
    )
    assert row["flag_share"] == 0.5
    assert np.isnan([row["capacity_unknown"], row["capacity_flag_share"]]).all()


# --- response --------------------------------------------------------------------------------------------------------


def ambulance():
    service = make_service("canteen", "all", urban=drive(9.0), rural=drive(12.0))
    service = dataclasses.replace(service, travel="from_site")
    circle = make_circle(service, "all", 10.0)
    return dataclasses.replace(circle, urban=Rule("drive", 9.0, 5400.0, 10.0), rural=Rule("drive", 12.0, 7200.0, 10.0))


def test_response_by_hand():
    cells = villagers().assign(canteen_m=[600.0, 6000.0, 3000.0, np.inf])
    table = responses_table(cells, county(), [ambulance()])
    both, urban, rural = (row_of(table, code="1", urban_rural=kind) for kind in ("", "urban", "rural"))
    assert urban["mean_min"] == pytest.approx((400 * 1 + 600 * 10) / 1000)
    assert (urban["minutes"], urban["p90_min"], urban["within_share"]) == (9.0, 10.0, 0.4)
    assert (rural["minutes"], rural["mean_min"], rural["p90_min"]) == (12.0, 5.0, np.inf)
    assert (rural["people"], rural["without_way"], rural["within_share"]) == (500.0, 300.0, 0.4)
    assert np.isnan(both["minutes"])
    assert both["mean_min"] == pytest.approx((400 * 1 + 600 * 10 + 200 * 5) / 1200)
    assert row_of(table, code="11")["minutes"] == 9.0
    assert row_of(table, code="12")["minutes"] == 12.0
    lost = row_of(table, code="122")
    assert (lost["without_way"], lost["within_share"], lost["p90_min"]) == (300.0, 0.0, np.inf)
    assert np.isnan(lost["mean_min"])


def test_only_people_whose_rule_goes_by_car_are_counted():
    service = make_service("canteen", "all", urban=walk(15.0), rural=drive(15.0))
    circle = make_circle(service, "all", 10.0)
    table = responses_table(villagers(), county(), [circle, served_circle()])
    assert set(table["service"]) == {"canteen"}
    assert row_of(table, code="1")["people"] == 500.0
    assert row_of(table, code="11")["people"] == 0.0
    assert np.isnan(row_of(table, code="11")["mean_min"])
    assert responses_table(villagers(), county(), [served_circle()]).empty


# --- whatever the place ----------------------------------------------------------------------------------------------


@settings(max_examples=12, derandomize=True, deadline=None)
@given(st.data())
def test_one_more_site_never_lowers_presence_nor_raises_what_is_missing(data):
    number = data.draw(st.integers(0, 6))
    where = [(data.draw(st.floats(0, 4 * SIDE_M)), data.draw(st.floats(0, SIDE_M))) for _ in range(number + 1)]
    frame = pd.DataFrame({"facility_id": [f"f{at}" for at in range(number + 1)], "service": "canteen", "inside": True})
    frame["capacity"] = [data.draw(st.sampled_from([10.0, 25.0])) for _ in range(number + 1)]
    frame["serves"] = [
        data.draw(st.sampled_from(["", "village:121", "town:11", "county:1"])) for _ in range(number + 1)
    ]
    sites = gpd.GeoDataFrame(frame.assign(delivers=""), geometry=shapely.points(where), crs=county().crs)
    circle = served_circle(presence=presence(count=data.draw(st.integers(1, 2))), supply=per_1000(200, "group"))
    fewer, more = (states_of(circle, some)[1]["presence_share"] for some in (sites.iloc[:number], sites))
    assert (more >= fewer).all()
    lacking = [
        ratios_table(villagers(), some, county(), [circle])["places_missing"] for some in (sites.iloc[:number], sites)
    ]
    assert (lacking[1] <= lacking[0]).all()
    shuffled = states_of(circle, sites.sample(frac=1.0, random_state=number))[0]
    pd.testing.assert_frame_equal(shuffled, states_of(circle, sites)[0])


# --- what the lists say ----------------------------------------------------------------------------------------------


def town_and_villages():
    """The square county as two towns of two villages each; both towns have a 新民村."""
    rows = [
        ("county", "330102", "甲县", "", 0, 0, 4, 4),
        ("town", "330102001", "城东街道", "330102", 0, 0, 2, 4),
        ("town", "330102100", "石门镇", "330102", 2, 0, 4, 4),
        ("village", "330102001001", "江滨社区", "330102001", 0, 0, 2, 2),
        ("village", "330102001201", "新民村", "330102001", 0, 2, 2, 4),
        ("village", "330102100201", "新民村", "330102100", 2, 0, 4, 2),
        ("village", "330102100202", "岭下村", "330102100", 2, 2, 4, 4),
    ]
    frame = pd.DataFrame([row[:4] for row in rows], columns=["level", "code", "name", "parent_code"])
    boxes = [
        shapely.box(EAST + 1000 * west, NORTH + 1000 * south, EAST + 1000 * east, NORTH + 1000 * north)
        for *_, west, south, east, north in rows
    ]
    return Zones(gpd.GeoDataFrame(frame.assign(urban_rural=""), geometry=boxes, crs=CRS))


def read(tmp_path, rows, service="canteen", **source):
    write_csv(tmp_path / "食堂.csv", rows)
    source = FacilitySource(service=service, file="食堂.csv", datum="cgcs2000", **source)
    return read_facilities([source], tmp_path, town_and_villages(), SERVICES, {service: BELT_M}, DAY)


@pytest.mark.parametrize(
    ("written", "units"),
    [
        ("江滨社区、岭下村", "village:330102001001；village:330102100202"),
        ("岭下", "village:330102100202"),
        ("岭下村民委员会", "village:330102100202"),
        ("石门镇岭下村", "village:330102100202"),
        ("330102100202", "village:330102100202"),
        ("新民村", "village:330102001201"),  # of the two the one in the site's own town
        ("石门镇新民村", "village:330102100201"),
        ("全街道", "town:330102001"),
        ("石门镇", "town:330102100"),
        ("全县", "county:330102"),
        ("本村", ""),
        ("无", ""),
        ("江滨社区,江滨社区；江滨社区等", "village:330102001001"),
    ],
)
def test_places_served_are_found_by_their_names(tmp_path, written, units):
    layer, ledger, notes = read(tmp_path, [listed("甲食堂", 1000.0, 1000.0, 覆盖村社=written)])
    assert layer.facilities["serves"].tolist() == [units]
    assert ledger.rows[0].fate == "used"
    assert not [note for note in notes if note.key.startswith(("served", "columns"))]


def test_names_that_match_nothing_are_told_and_the_rest_counts(tmp_path):
    layer, ledger, notes = read(tmp_path, [listed("甲食堂", 1000.0, 1000.0, 服务范围="江滨社区、桃源村、全科医疗")])
    assert layer.facilities["serves"].tolist() == ["village:330102001001"]
    (reason,) = ledger.rows[0].reasons
    assert (reason.key, reason.facts["names"]) == ("served.unmatched", "桃源村、全科医疗")
    assert reason.at.field == "服务范围"
    assert reason.mend("zh")
    told = [note for note in notes if note.key == "served.rows"]
    assert [note.facts["count"] for note in told] == [1]


def test_a_name_of_several_villages_far_from_both_is_told(tmp_path):
    rows = [listed("甲食堂", 1000.0, 4500.0, 服务范围="新民村")]  # beyond the border, in neither town
    layer, ledger, _ = read(tmp_path, [*rows, listed("乙食堂", 1000.0, 1000.0)])
    assert "served.several" in [reason.key for row in ledger.rows for reason in row.reasons]
    assert layer.facilities["serves"].tolist() == ["", ""]


def test_delivery_is_kept_apart(tmp_path):
    rows = [
        listed("甲食堂", 1000.0, 1000.0, 服务范围="江滨社区", 送餐范围="岭下村", 是否送餐="是"),
        listed("乙食堂", 500.0, 1500.0, 服务范围="江滨社区", 送餐范围="", 是否送餐="是"),
        listed("丙食堂", 1500.0, 500.0, 服务范围="江滨社区", 送餐范围="", 是否送餐="否"),
    ]
    layer, _, notes = read(tmp_path, rows)
    by_name = layer.facilities.set_index("name")
    assert by_name["delivers"].to_dict() == {
        "甲食堂": "village:330102100202",
        "乙食堂": "village:330102001001",
        "丙食堂": "",
    }
    assert set(by_name["serves"]) == {"village:330102001001"}
    assert not [note for note in notes if note.key == "columns.unused"]


def test_columns_of_places_served_can_be_named(tmp_path):
    rows = [listed("甲食堂", 1000.0, 1000.0, 对口="岭下村")]
    layer, _, _ = read(tmp_path, rows, columns={"serves": "对口"})
    assert layer.facilities["serves"].tolist() == ["village:330102100202"]


def test_a_service_that_asks_no_presence_leaves_such_columns_alone(tmp_path):
    layer, ledger, notes = read(tmp_path, [listed("甲园", 1000.0, 1000.0, 服务范围="全日托")], "childcare")
    assert layer.facilities["serves"].tolist() == [""]
    assert ledger.rows[0].reasons == ()
    assert "columns.unused" in [note.key for note in notes]


def test_of_two_lists_the_later_says_what_is_served(tmp_path):
    for file, village in (("旧.csv", "岭下村"), ("新.csv", "江滨社区")):
        write_csv(tmp_path / file, [listed("甲食堂", 1000.0, 1000.0, 服务范围=village)])
    sources = [
        FacilitySource(service="canteen", file=file, datum="cgcs2000", date=day)
        for file, day in (("旧.csv", "2024-12-31"), ("新.csv", "2025-12-31"))
    ]
    layer, _, _ = read_facilities(sources, tmp_path, town_and_villages(), SERVICES, {"canteen": BELT_M}, DAY)
    assert layer.facilities["serves"].tolist() == ["village:330102001001"]


def test_a_list_says_which_flags_it_asks_for(tmp_path):
    rows = [listed("甲园", 1000.0, 1000.0, 公办="是")]
    layer, _, _ = read(tmp_path, rows, "kindergarten")
    assert layer.facilities["flags_told"].tolist() == ["公办"]
    assert layer.facilities["flag_公办"].tolist() == [True]


def test_the_shipped_presence_is_as_its_texts_say():
    asked = {id_: service.presence for id_, service in load_catalogue().services.items() if service.presence}
    assert {id_ for id_, each in asked.items() if each.level == "town"} == {
        "health_centre", "kindergarten", "care_union", "aid_station", "disabled_home"
    }  # fmt: skip
    assert {id_ for id_, each in asked.items() if each.villages == "administrative"} == {"fitness", "culture", "clinic"}
    assert {id_: each.flag for id_, each in asked.items() if each.flag} == {"kindergarten": "公办"}
    assert all(
        "presence" in service.stated_values() for service in load_catalogue().services.values() if service.presence
    )


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('{ label = { zh = "村", en = "v" }, level = "hamlet" }', "catalogue.not_a_choice"),
        ('{ label = { zh = "村", en = "v" }, level = "village", count = 0 }', "catalogue.out_of_range"),
        ('{ label = { zh = "村", en = "v" }, level = "village", flag = "金牌" }', "catalogue.unknown_id"),
        ('{ zh = "村", en = "v" }', "catalogue.missing_key"),
    ],
)
def test_a_presence_that_cannot_be_is_refused(tmp_path, written, key):
    shipped = files("circle15.catalogue").joinpath("services/shelter.toml").read_text(encoding="utf-8")
    own = re.sub(r"(?m)^presence = .*$", f"presence = {written}", shipped)
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "shelter.toml").write_text(own, encoding="utf-8")
    with pytest.raises((ConfigurationError, Faults)) as fault:
        load_catalogue(tmp_path)
    found = getattr(fault.value, "faults", [fault.value])
    assert key in [each.key for each in found]
    assert all("presence" in str(each.facts["where"]) for each in found)


def test_zones_alone_give_no_error_for_a_place_of_one_county():
    zones = make_zones([("county", "1", "County", "")])
    cells = villagers()[["cell_id", "county_code", "urban_rural", "persons_all", "persons_60p", "canteen_m"]]
    _, table = states_of(served_circle(presence=presence("town")), canteens(), cells, zones)
    assert table["presence_share"].isna().all()
