"""Candidates from lists, parcels, buildings and streets, and the rules that a planner writes by names."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from lattice_towns import streets
from small_study import EAST, MIDDLE, NORTH, SOUTH, WEST, write_small_study

from circle15.access.entrances import boundary_entrances
from circle15.errors import Circle15Error
from circle15.inputs.files.datum import shifted_to
from circle15.inputs.study_file import read_study
from circle15.model.study import AllowedLand
from circle15.pipeline.progress import untold
from circle15.pipeline.reading.study_inputs import read_inputs
from circle15.pipeline.siting.asked import Asked
from circle15.pipeline.siting.study_problem import siting_problem
from circle15.siting import solve
from circle15.siting.street_candidates import along_candidates, junction_candidates

LON, LAT = [WEST + 0.002, MIDDLE + 0.002], [SOUTH + 0.003, NORTH - 0.003]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work") / "data" / "raw" / "xiao"
    return write_small_study(folder)


@pytest.fixture(scope="module")
def inputs(study):
    return read_inputs(study, untold)


@pytest.fixture
def problem_with(study, inputs, tmp_path):
    """The problem of a list of candidates, and what is said of it."""

    def made(rows=None, sites=1, service="clinic", datum="wgs84", write=None, **asked):
        path = tmp_path / "候选点.csv"
        if write is not None:
            path = write(tmp_path)
        elif rows is not None:
            pd.DataFrame(rows).to_csv(path, index=False, encoding="gb18030")
        files = () if rows is None and write is None else (path,)
        return siting_problem(inputs, study.parent, Asked(service, sites, files=files, datum=datum, **asked))

    return made


def listed(**columns):
    return {"编号": ["A1", "A2"], "名称": ["老供销社", "旧校舍"], "经度": LON, "纬度": LAT} | columns


def new_of(problem):
    return problem.candidates[problem.candidates["kind"] == "new"]


# --- lists -------------------------------------------------------------------------------------------------------


def test_a_list_of_points_gives_candidates_with_what_it_says(problem_with):
    rows = listed(托位=["40张", "60"], 造价=["300万元", "120"], 必选=["是", ""], 可设服务=["childcare、托育", ""])
    problem, notes = problem_with(rows, service="childcare")
    new = new_of(problem)
    assert new.index.tolist() == ["A1", "A2"]
    assert new["places"].tolist() == [40.0, 60.0]
    assert new["cost"].tolist() == [300.0, 120.0]
    assert new["must"].tolist() == [True, False]
    assert new["services"].iloc[0] == ("childcare",)
    assert new["town"].tolist() == ["339900001", "339900002"]
    assert new["origin"].tolist() == ["list", "list"]
    assert notes == () or all(note.key == "columns.unused" for note in notes)


def test_degrees_on_another_datum_are_turned_and_told_to_seven_decimals(problem_with):
    lon, lat = shifted_to(np.array(LON), np.array(LAT), "gcj02")
    new = new_of(problem_with(listed() | {"经度": lon, "纬度": lat}, datum="gcj02")[0])
    assert np.allclose(new["lon"], LON, atol=1e-7, rtol=0)
    assert (new["lon"] == new["lon"].round(7)).all()
    assert (new["lat"] == new["lat"].round(7)).all()


@pytest.mark.parametrize(
    ("header", "cell", "cost"),
    [
        ("造价", "300", 300.0),
        ("造价（万元）", "1,200", 1200.0),
        ("造价（元）", "3000000", 300.0),
        ("造价", "300万元", 300.0),
        ("造价", "300万", 300.0),
        ("造价（万元）", "3000000元", 300.0),
    ],
)
def test_a_cost_is_read_in_ten_thousand_yuan(problem_with, header, cell, cost):
    new = new_of(problem_with(listed(**{header: [cell, "1"]}))[0])
    assert np.isclose(new["cost"].iloc[0], cost)


WRONG = {
    "cost_negative": ({"造价": ["-5", "1"]}, "candidates.cost", ("-5", "2")),
    "cost_words": ({"造价": ["1", "三百多万"]}, "candidates.cost", ("三百多万", "3")),
    "cost_of_ground": ({"造价": ["50平方米", "1"]}, "candidates.cost", ("50平方米",)),
    "capacity_words": ({"托位": ["40张", "许多"]}, "candidates.capacity", ("许多", "3")),
    "must_unclear": ({"必选": ["看情况", ""]}, "candidates.answer", ("看情况", "2")),
    "must_and_not": (
        {"必选": ["", "是"], "不选": ["", "是"]},
        "candidates.must_and_forbidden",
        ("旧校舍", "3", "不选"),
    ),
    "service_unknown": ({"可设服务": ["泳池", ""]}, "candidates.service", ("泳池", "2")),
    "id_twice": ({"编号": ["A1", "A1"]}, "candidates.id_twice", ("A1", "第 2 行", "第 3 行")),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_makes_no_sense_is_refused_with_its_row(problem_with, fault):
    columns, key, told = WRONG[fault]
    with pytest.raises(Circle15Error) as found:
        problem_with(listed(**columns), service="childcare")
    faults = getattr(found.value, "faults", (found.value,))
    assert [each.key for each in faults] == [key]
    assert all(word in faults[0].sentence() for word in (*told, "候选点"))
    assert "{" not in faults[0].sentence("en")


def test_all_faults_of_a_list_are_told_at_once(problem_with):
    with pytest.raises(Circle15Error) as found:
        problem_with(listed(造价=["-1", "许多"], 托位=["许多", "3"]), service="childcare")
    assert sorted(each.key for each in found.value.faults) == ["candidates.capacity"] + ["candidates.cost"] * 2


def test_the_faults_of_every_sheet_are_told(problem_with):
    def write(folder):
        path = folder / "候选点.xlsx"
        with pd.ExcelWriter(path) as book:
            for sheet, cost in (("地块", "-7"), ("旧房", "待定")):
                pd.DataFrame(listed(造价=["1", cost])).to_excel(book, sheet_name=sheet, index=False)
        return path

    with pytest.raises(Circle15Error) as found:
        problem_with(write=write)
    told = [each.sentence() for each in found.value.faults]
    assert ["地块" in told[0], "旧房" in told[1], len(told)] == [True, True, 2]


def test_a_list_without_a_datum_is_refused(problem_with):
    with pytest.raises(Circle15Error, match="--datum"):
        problem_with(listed(), datum=None)


def test_a_list_that_lies_elsewhere_is_refused(problem_with):
    with pytest.raises(Circle15Error, match="候选点"):
        problem_with(listed() | {"经度": [110.0, 110.1]})


def test_rows_outside_or_without_a_place_are_left_out_and_told(problem_with):
    rows = {"编号": ["A1", "A2", "A3"], "名称": "点", "经度": [LON[0], EAST + 0.005, ""], "纬度": [LAT[0], LAT[0], ""]}
    problem, notes = problem_with(rows)
    assert new_of(problem).index.tolist() == ["A1"]
    told = next(note for note in notes if note.key == "candidates.left_out")
    assert told.facts["count"] == 2
    assert "范围以外" in told.sentence()


def test_a_list_of_which_every_row_lies_outside_is_told(problem_with):
    """The existing sites are all that is left, and one more cannot be chosen."""
    outside = listed(经度=[WEST - 0.004, WEST - 0.005])
    problem, (note,) = problem_with(outside)
    assert new_of(problem).empty
    assert "范围以外" in note.sentence("zh")
    with pytest.raises(Circle15Error, match="只有 0 个"):
        solve(problem)


def test_a_candidate_with_the_id_of_a_site_that_exists_keeps_apart_from_it(problem_with, inputs):
    own = inputs.facilities.facilities["facility_id"].iloc[0]
    new = new_of(problem_with(listed(编号=[own, "A2"]))[0])
    assert new.index.tolist() == [f"候选点.csv:{own}", "A2"]


# --- parcels -----------------------------------------------------------------------------------------------------


def parcels(folder):
    size = 0.0005
    shapes = [shapely.box(x, y, x + size, y + size) for x, y in zip(LON, LAT, strict=True)]
    frame = gpd.GeoDataFrame({"地块编号": ["D1", "D2"], "造价": [1.5, 2.5]}, geometry=shapes, crs=4490)
    frame.to_file(folder / "地块.gpkg")
    return folder / "地块.gpkg"


def test_a_parcel_is_entered_at_the_boundary_nearest_to_a_street(problem_with, inputs):
    new = new_of(problem_with(write=parcels, datum="cgcs2000")[0])
    assert new.index.tolist() == ["D1", "D2"]
    assert new["origin"].tolist() == ["parcel", "parcel"]
    assert new["cost"].tolist() == [1.5, 2.5]
    shapes = gpd.GeoSeries([shapely.box(x, y, x + 0.0005, y + 0.0005) for x, y in zip(LON, LAT, strict=True)], crs=4490)
    shapes = shapes.to_crs(inputs.zones.crs)
    entrances = shapely.points(new[["x_m", "y_m"]].to_numpy())
    assert (shapely.distance(shapes.boundary.to_numpy(), entrances) < 0.02).all()
    assert np.allclose(new["area_m2"], shapes.area)


def test_the_entrance_of_a_parcel_by_hand():
    crossing = streets(np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 90.0]]), np.array([[0, 1], [1, 2]]))
    above, right, across = shapely.box(40, 10, 60, 30), shapely.box(50, 40, 95, 60), shapely.box(90, -10, 120, 10)
    found = boundary_entrances(crossing, [above, right, across])
    assert found[0, 1] == 10.0
    assert found[1, 0] == 95.0
    assert shapely.distance(across.boundary, shapely.Point(found[2])) == 0.0
    only_up = boundary_entrances(crossing, [above], np.array([False, True]))
    assert only_up[0, 0] == 60.0
    assert len(boundary_entrances(crossing, [])) == 0


# --- buildings and streets ---------------------------------------------------------------------------------------


def test_sites_of_other_services_are_candidates(problem_with, inputs):
    problem, _ = problem_with(settings={"buildings": ("canteen",)})
    new = new_of(problem)
    own = inputs.facilities.facilities
    assert set(new.index) == set(own.loc[(own["service"] == "canteen") & own["inside"], "facility_id"])
    assert set(new["origin"]) == {"building"}


def test_buildings_of_an_unknown_service_are_refused(problem_with):
    with pytest.raises(Circle15Error, match="canteen"):
        problem_with(settings={"buildings": ("canteens",)})


@pytest.fixture
def cross():
    """Four streets of 250 m that meet at (150, 150)."""
    xy = np.array([[150.0, 150.0], [150.0, 400.0], [400.0, 150.0], [150.0, -100.0], [-100.0, 150.0]])
    return streets(xy, np.array([[0, 1], [0, 2], [0, 3], [0, 4]]))


def test_every_junction_is_a_candidate(cross):
    assert junction_candidates(cross).index.tolist() == ["N150E150"]
    assert len(junction_candidates(cross, np.array([True, True, False, False]))) == 0


def test_points_along_streets_stand_in_the_middle_of_equal_parts(cross):
    found = along_candidates(cross, 125)
    assert len(found) == 8
    on_the_first = found[found["y_m"] > 200.0][["x_m", "y_m"]].to_numpy().tolist()
    assert on_the_first == [[150.0, 212.5], [150.0, 337.5]]
    assert len(along_candidates(cross, 600)) == 0
    assert len(along_candidates(cross, 125, np.array([True, False, False, False]))) == 2


@pytest.mark.parametrize("kind", ["squares", "junctions", "along"])
def test_streets_give_candidates_on_allowed_land_only(problem_with, kind):
    land = AllowedLand(file="landuse.gpkg", allowed=("park",)).model_dump()
    everywhere = new_of(problem_with(settings={"streets": kind})[0])
    on_land = new_of(problem_with(settings={"streets": kind, "landuse": land})[0])
    assert set(on_land.index) < set(everywhere.index)
    assert set(on_land["town"]) == {"339900002"}


def test_land_use_that_is_not_there_is_refused(problem_with):
    land = AllowedLand(file="landuse.gpkg", allowed=("工业",)).model_dump()
    with pytest.raises(Circle15Error, match="工业"):
        problem_with(settings={"landuse": land})


def test_streets_and_lists_together_where_both_are_asked_for(problem_with):
    new = new_of(problem_with(listed(), settings={"streets": "squares"})[0])
    assert set(new["origin"]) == {"list", "street"}


# --- rules -------------------------------------------------------------------------------------------------------


def test_rules_by_names(problem_with):
    rules = {"floors": {"西镇": 1}, "caps": {"339900002": 3}, "must": ("老供销社",), "forbid": ("A2",)}
    problem, _ = problem_with(listed(), settings=rules)
    assert (problem.floors, problem.caps) == ({"339900001": 1}, {"339900002": 3})
    assert new_of(problem)[["must", "forbidden"]].to_numpy().tolist() == [[True, False], [False, True]]
    assert solve(problem).new == ("A1",)


RULES = {
    "town_unknown": ({"floors": {"西鎮": 1}}, "candidates.unknown_town"),
    "candidate_unknown": ({"must": ("老供销社2",)}, "candidates.unknown_like"),
    "candidate_of_nobody": ({"forbid": ("xyz",)}, "candidates.unknown"),
    "budget_without_costs": ({"budget": 100.0}, "candidates.no_cost"),
    "grow_without_places": ({"grow": 5.0}, "candidates.grow_places"),
    "money_without_a_budget": ({"close_allowed": True, "close_saves": 5.0}, "candidates.saves_nothing"),
}


@pytest.mark.parametrize("fault", RULES)
def test_a_rule_that_names_what_is_not_there_is_refused(problem_with, fault):
    settings, key = RULES[fault]
    with pytest.raises(Circle15Error) as found:
        problem_with(listed(), settings=settings)
    assert found.value.key.startswith(key)
    assert "{" not in found.value.sentence("en")


def test_candidates_of_one_name_are_told_apart_by_id(problem_with):
    with pytest.raises(Circle15Error, match="A1、A2"):
        problem_with(listed(名称=["同名", "同名"]), settings={"must": ("同名",)})


def test_a_cost_for_those_that_say_none(problem_with):
    problem, _ = problem_with(listed(造价=["50", ""]), settings={"budget": 60.0, "cost": 20.0})
    assert new_of(problem)["cost"].tolist() == [50.0, 20.0]
    assert (problem.candidates.loc[problem.candidates["kind"] == "kept", "cost"] == 0.0).all()


def test_sites_may_close_where_it_is_allowed(problem_with):
    for settings, most in (({"close_allowed": True}, None), ({"move": 2}, 2), ({"close_at_most": 1, "move": 2}, 1)):
        problem = problem_with(listed(), settings=settings)[0]
        assert set(problem.candidates["kind"]) == {"closing", "new"}
        assert (problem.moves, problem.close_at_most) == (settings.get("move", 0), most)
    assert set(problem_with(listed(), settings={"close_at_most": 0})[0].candidates["kind"]) == {"kept", "new"}


def test_a_site_that_closes_frees_its_money(problem_with):
    told = {"close_at_most": 2, "close_saves": 30.0, "budget": 50.0, "cost": 40.0}
    table = problem_with(listed(), settings=told)[0].candidates
    assert set(table.loc[table["kind"] == "closing", "cost"]) == {30.0}


def test_a_site_that_may_grow_is_a_candidate_beside_itself(problem_with):
    problem, _ = problem_with(
        listed(), service="childcare", objective="places", places=30.0, settings={"grow": 15.0, "apart_m": 400.0}
    )
    grows = problem.candidates[problem.candidates["grows"] != ""]
    kept = problem.candidates[problem.candidates["kind"] == "kept"]
    assert grows["grows"].tolist() == kept.index.tolist()
    assert (grows["places"] == 15.0).all()
    for site in kept.index:
        ways = [problem.pairs[problem.pairs["candidate"] == id_] for id_ in (site, f"{site}+")]
        assert ways[0]["metres"].tolist() == ways[1]["metres"].tolist()
    assert set(solve(problem).new) <= {*grows.index, "A1", "A2"}


def test_of_sites_that_may_close_only_those_grow_that_stay(problem_with):
    told = {"grow": 500.0, "close_allowed": True, "close_saves": 30.0, "cost": 20.0, "budget": 0.0}
    problem, _ = problem_with(
        listed(places=[5.0, 5.0]), sites=2, service="childcare", objective="places", places=30.0, settings=told
    )
    plan, grows = solve(problem), problem.candidates["grows"]
    assert plan.closed
    assert set(grows[list(plan.new)]) - {""} <= set(plan.sites.index)
    assert not set(grows[list(plan.new)]) & set(plan.closed)


# --- several services in one building ----------------------------------------------------------------------------


def test_services_in_one_building_count_by_their_weights(problem_with):
    problem, _ = problem_with(listed(), also=("canteen",))
    cells = problem.cells
    shares = (cells["persons"] * cells["weight"]).groupby(cells["service"]).sum()
    assert np.isclose(shares.sum(), cells["persons"].sum())
    assert np.isclose(shares["clinic"], shares["canteen"])  # two services, two domains, equal weights
    assert set(problem.candidates["origin"]) == {"existing", "list"}
    plan = solve(problem)
    assert plan.proven
    assert len(plan.new) == 1


def test_a_building_takes_in_only_the_services_that_it_may(problem_with):
    problem, _ = problem_with(listed(可设服务=["clinic", "canteen"]), also=("canteen",))
    pairs = problem.pairs.assign(service=problem.pairs["cell"].str.split(":").str[0])
    assert set(pairs.loc[pairs["candidate"] == "A1", "service"]) == {"clinic"}
    assert set(pairs.loc[pairs["candidate"] == "A2", "service"]) == {"canteen"}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"also": ("clinic",)}, "candidates.service_twice"),
        ({"also": ("canteen",), "objective": "places", "places": 3.0}, "candidates.shared_places"),
        ({"sites": None}, "candidates.no_sites"),
    ],
    ids=["twice", "places", "no_sites"],
)
def test_what_does_not_go_together_is_refused(problem_with, asked, key):
    with pytest.raises(Circle15Error) as found:
        problem_with(listed(), **asked)
    assert found.value.key == key


def test_everyone_may_take_as_many_sites_as_there_are(problem_with):
    problem, _ = problem_with(listed(), sites=None, objective="everyone")
    assert problem.sites == 2


def test_settings_of_the_study_file_are_read(study):
    text = study.read_text(encoding="utf-8")
    more = '\n[siting]\nstreets = "none"\nmust = ["A2"]\n[[siting.candidates]]\nfile = "候选点.csv"\ndatum = "wgs84"\n'
    path = study.with_name("other.toml")
    path.write_text(text + more, encoding="utf-8")
    settings = read_study(path).siting
    assert (settings.candidates[0].file, settings.must, settings.every_m) == ("候选点.csv", ("A2",), 300)
