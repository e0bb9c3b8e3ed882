"""Official tables as offices write them: units, titles, sums, rows of the county, old towns; and nobody lost in all."""

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from peopled_places import GROUPS, METRIC, X0, Y0, group, keys, square, write_raster, zones_of

from circle15.errors import Circle15Error
from circle15.inputs.population.read import read_population
from circle15.inputs.population.totals import read_totals
from circle15.inputs.zones.crosswalk import NO_CROSSWALK, CrosswalkTable, read_crosswalk
from circle15.inputs.zones.official_rows import read_official
from circle15.model.study import (
    ComparedPeople,
    Crosswalk,
    GroupCounts,
    LandUseSource,
    OfficialUnits,
    PopulationSource,
    TotalsSource,
)

COUNTY = ("county", "330100", "", square(-1000, -1000, 1000, 1000))
TOWNS = zones_of(
    COUNTY,
    ("town", "330100001", "330100", square(-1000, -1000, -300, 1000)),
    ("town", "330100002", "330100", square(-300, -1000, 300, 1000)),
    ("town", "330100003", "330100", square(300, -1000, 1000, 1000)),
)
A, B, C = TOWNS.at_level("town")["code"]
KNOWN = GROUPS | {"newcomers": group("newcomers", zh="新居民（流动人口）")}


def write(folder, name, *lines):
    (folder / name).write_text("\n".join(lines), encoding="utf-8")


def totals_of(folder, *lines, crosswalk=NO_CROSSWALK):
    write(folder, "人口.csv", *lines)
    totals, ledger, notes = read_totals(TotalsSource(file="人口.csv", level="town"), folder, TOWNS, KNOWN, crosswalk)
    told = [*notes, *(reason for row in ledger.rows for reason in row.reasons)]
    assert all("{" not in note.sentence(lang) for note in told for lang in ("zh", "en"))
    assert len({row.row for row in ledger.rows}) == len(ledger.rows)
    return totals, ledger, notes


def fault(folder, *lines):
    with pytest.raises(Circle15Error) as caught:
        totals_of(folder, *lines)
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")
    return caught.value


def test_cells_are_read_as_they_are_written_and_told_with_their_place(tmp_path):
    totals, ledger, _ = totals_of(
        tmp_path, "代码,常住人口,60岁及以上", f"{A},\"1,200人\",约300", f"{B},１２００,120", f"{C},2万,40"
    )  # fmt: skip
    assert totals.persons.to_list() == [1200, 1200, 20_000]
    assert totals.groups["60p"].to_list() == [300, 120, 40]
    found = [(row.row, row.fate, [(n.key, n.at.field) for n in row.reasons]) for row in ledger.rows]
    assert found == [
        (2, "fixed", [("figures.about", "60岁及以上")]),
        (3, "fixed", [("figures.read", "常住人口")]),
        (4, "fixed", [("figures.read", "常住人口")]),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("代码,常住人口（万人）", f"{A},1.25", f"{B},0.5", f"{C},2", "合计,3.75"),
        ("各乡镇人口（单位：万人）,", "代码,常住人口", f"{A},1.25", f"{B},0.5", f"{C},2", "合计,3.75"),
        ("各乡镇人口,", "计量单位：万人,", "代码,常住人口", f"{A},1.25", f"{B},0.5", f"{C},2万", "合计,3.75"),
    ],
    ids=["header", "title", "line of its own"],
)
def test_ten_thousands_said_by_header_or_title_are_persons_and_told(tmp_path, lines):
    totals, ledger, notes = totals_of(tmp_path, *lines)
    assert totals.persons.to_list() == [12_500, 5_000, 20_000]
    told = keys(notes)
    assert (told["figures.unit"]["unit"], told["figures.unit"]["times"]) == ("万人", 10_000)
    assert "raking.total_row_differs" not in told
    assert len(ledger.rows) == len(lines) - 1


def test_a_header_that_says_persons_stands_above_the_title(tmp_path):
    totals, _, _ = totals_of(
        tmp_path, "人口 单位：万人,,", "代码,常住人口,60岁及以上（人）", f"{A},1,30", f"{B},1,40", f"{C},1,50"
    )
    assert totals.groups["60p"].to_list() == [30, 40, 50]


def test_decimals_without_a_unit_are_told(tmp_path):
    _, _, notes = totals_of(tmp_path, "代码,常住人口", f"{A},1.25", f"{B},5", f"{C},2")
    assert keys(notes)["figures.fractions"]["found"] == "1.25"


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("figures.too_many", ("代码,常住人口（万人）", f"{A},12500", f"{B},1", f"{C},1")),
        ("figures.share_over_all", ("代码,人口,60岁及以上占比", f"{A},100,20", f"{B},100,120", f"{C},9,2")),
        ("figures.shares_mixed", ("代码,人口,60岁及以上", f"{A},100,20%", f"{B},100,12", f"{C},9,2%")),
        ("population.group_over_total", ("代码,人口,60岁及以上", f"{A},100,200", f"{B},100,12", f"{C},9,2")),
        ("population.total_no_count", ("代码,人口", f"{A},12户", f"{B},100", f"{C},9")),
        ("population.unit_twice", ("代码,人口", f"{A},12", f"{A}000,100", f"{C},9")),
    ],
)
def test_figures_that_cannot_be_are_refused(tmp_path, key, lines):
    assert fault(tmp_path, *lines).key == key


def test_titles_sums_and_remarks_are_each_in_the_ledger_once(tmp_path):
    _, ledger, notes = totals_of(
        tmp_path, "各乡镇人口表,", "代码,常住人口", f"{A},10", f"{B},20", f"{C},30", "合计,70", "备注：年末数,"
    )
    assert [(row.row, row.fate) for row in ledger.rows] == [
        (1, "excluded"), (3, "used"), (4, "used"), (5, "used"), (6, "excluded"), (7, "excluded"),
    ]  # fmt: skip
    differs = keys(notes)["raking.total_row_differs"]
    assert (differs["said"], differs["sum"], differs["row"]) == (70, 60, 6)


# --- the county's row in the towns' table -------------------------------------------------------------------------


def test_the_row_of_the_county_is_held_against_its_towns_and_not_counted_again(tmp_path):
    lines = ("代码,常住人口", "330100,60", f"{A},10", f"{B},20", f"{C},30", "合计,60")
    totals, ledger, notes = totals_of(tmp_path, *lines)
    assert totals.persons.sum() == 60
    assert not {"raking.total_row_differs", "population.rows_elsewhere"} & set(keys(notes))
    assert [reason.key for reason in ledger.rows[0].reasons] == ["figures.row_wider"]
    _, _, notes = totals_of(tmp_path, *(line.replace("330100,60", "330100000,66") for line in lines))
    assert keys(notes)["raking.total_row_differs"]["difference"] == -6


def fitted(folder, *lines, values=(10.0, 10.0, 10.0)):
    write(folder, "人口.csv", *lines)
    write_raster(folder, np.array([values]), METRIC, Affine(600, 0, X0 - 900, 0, -600, Y0 + 300))
    source = PopulationSource(raster="人口.tif", totals=TotalsSource(file="人口.csv", level="town"))
    grid, ledger, notes = read_population(source, folder, TOWNS, 100, KNOWN)
    return grid.persons.groupby(grid.cells["town_code"]).sum(), ledger, notes


def test_ages_of_the_county_row_are_those_of_its_towns(tmp_path):
    by_town, ledger, notes = fitted(
        tmp_path, "代码,常住人口,60岁及以上", "330100,6000,1500", f"{A},1000,", f"{B},2000,", f"{C},3000,"
    )
    assert by_town["60p"].to_list() == pytest.approx([250, 500, 750], rel=1e-12)
    assert keys(notes)["figures.ages_of_wider"]["groups"].zh == "60p"
    assert ledger.counts() == {"used": 3, "fixed": 1, "excluded": 0}


def test_towns_with_ages_of_their_own_keep_them(tmp_path):
    by_town, _, _ = fitted(
        tmp_path, "代码,常住人口,60岁及以上", "330100,6000,1500", f"{A},1000,500", f"{B},2000,", f"{C},3000,"
    )
    assert by_town["60p"].to_list() == pytest.approx([500, 400, 600], rel=1e-12)


def test_ages_that_every_town_has_stay_and_only_the_lacking_ones_come_from_the_county(tmp_path):
    by_town, _, _ = fitted(
        tmp_path, "代码,常住人口,0-2岁,60岁及以上", "330100,6000,60,1500",
        f"{A},1000,,500", f"{B},2000,,400", f"{C},3000,,600",
    )  # fmt: skip
    assert by_town["60p"].to_list() == pytest.approx([500, 400, 600], rel=1e-9)
    assert by_town["0_2"].sum() == pytest.approx(60, rel=1e-9)


def test_without_a_county_row_ages_of_some_towns_are_not_used(tmp_path):
    by_town, _, notes = fitted(tmp_path, "代码,常住人口,60岁及以上", f"{A},1000,500", f"{B},2000,", f"{C},3000,")
    assert "60p" not in by_town
    assert keys(notes)["population.groups_partly_known"]["units"] == f"名{B}、名{C}"


# --- counts of groups ---------------------------------------------------------------------------------------------


def counted(folder, *lines, crosswalk=NO_CROSSWALK, level="town"):
    write(folder, "人群.csv", *lines)
    write_raster(folder, np.array([[50.0, 50.0, 50.0]]), METRIC, Affine(600, 0, X0 - 900, 0, -600, Y0 + 300))
    source = PopulationSource(raster="人口.tif", groups=(GroupCounts(file="人群.csv", level=level),))
    grid, ledger, notes = read_population(source, folder, TOWNS, 100, KNOWN, crosswalk)
    assert all("{" not in note.sentence(lang) for note in notes for lang in ("zh", "en"))
    return grid.persons.groupby(grid.cells["town_code"]).sum(), ledger, notes


def test_counts_of_old_towns_go_to_todays(tmp_path):
    crosswalk = CrosswalkTable("对照.csv", {"老镇": ((A, 0.3), (B, 0.7)), "丙乡": ((C, 1.0),)})
    by_town, ledger, notes = counted(
        tmp_path, "乡镇,低保人数,残疾人数", "老镇,11,约7", "丙乡,5,1", f"名{C},2,1", crosswalk=crosswalk
    )
    assert by_town["low_income"].to_list() == pytest.approx([3.3, 7.7, 7])
    assert by_town["disabled"].sum() == 9
    assert keys(notes)["crosswalk.applied"]["rows"] == 2
    assert [row.fate for row in ledger.rows] == ["fixed", "used", "used"]


def test_shares_and_parts_of_groups_are_told_and_not_taken_for_counts(tmp_path):
    by_town, _, notes = counted(
        tmp_path, "低保情况 单位：人,,,", "代码,低保人数,残疾人占比,城市低保对象", f"{A},1,5%,1", f"{B},2,6%,1",
        f"{C},3,7%,1", "330100,6,6%,3", "合计,8,,",
    )  # fmt: skip
    assert by_town["low_income"].to_list() == [1, 2, 3]
    assert "disabled" not in by_town
    told = keys(notes)
    assert told["figures.share_not_count"]["column"] == "残疾人占比"
    assert told["figures.status_part"]["column"] == "城市低保对象"
    assert (told["raking.total_row_differs"]["said"], told["raking.total_row_differs"]["sum"]) == (8, 6)


# --- official lists and crosswalks --------------------------------------------------------------------------------


def test_titles_and_remarks_of_lists_and_crosswalks_are_accounted_for(tmp_path):
    write(tmp_path, "名录.csv", "某县行政区划,", "代码,名称", f"{A},甲镇", f"{B},乙镇", "合计,2个")
    rows, ledger, _ = read_official([OfficialUnits(file="名录.csv", level="town")], tmp_path)
    assert [row.row for row in rows] == [3, 4]
    assert [(row.row, row.fate) for row in ledger.rows] == [(1, "excluded"), (5, "excluded")]
    write(tmp_path, "对照.csv", "新旧区划对照,", "原代码,现代码", f"330100009,{A}", "备注：撤并,")
    _, ledger, _ = read_crosswalk(Crosswalk(file="对照.csv"), tmp_path)
    assert [(row.row, row.fate) for row in ledger.rows] == [(1, "excluded"), (3, "used"), (4, "excluded")]


# --- everything at once -------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(derandomize=True, deadline=None, max_examples=6)
def test_everyone_is_in_one_town_whatever_is_combined(tmp_path_factory, seed):
    dice, folder = np.random.default_rng(seed), tmp_path_factory.mktemp("all")
    gap = dice.uniform(5, 40)
    edge = dice.uniform(-300, 300)
    zones = zones_of(
        COUNTY,
        ("town", A, "330100", square(-1000, -1000, edge - gap, 1000)),
        ("town", B, "330100", square(edge + gap, -1000, 1000, 1000)),
    )
    to_map = Affine(100, 0, X0 - 1000, 0, -100, Y0 + 1000)
    second, first = dice.gamma(0.5, 30.0, (2, 20, 20))
    write_raster(folder, second, METRIC, to_map).rename(folder / "二.tif")
    if seed % 2:  # a town where the source has nobody
        first[:, : int((edge + 1000) // 100) + 1] = 0
    write_raster(folder, first, METRIC, to_map)
    homes = [square(w, s, w + 333, s + 222) for w, s in dice.uniform(-1000, 600, (6, 2))]
    gpd.GeoDataFrame({"fclass": ["residential"] * 6}, geometry=homes, crs=METRIC).to_file(folder / "用地.gpkg")
    share = round(float(dice.uniform(0.1, 0.9)), 2)
    crosswalk = CrosswalkTable("对照.csv", {"老镇": ((A, share), (B, 1 - share))})
    people, some = dice.integers(500, 90_000, 3), dice.integers(0, 300, 3)
    old = int(dice.integers(1, people.sum() // 4))
    write(folder, "人口.csv", "乡镇,常住人口（万人）,60岁及以上（人）", f"名330100,{people.sum() / 1e4},{old}",
          *(f"{key},{n / 1e4}," for key, n in zip(("老镇", f"名{A}", f"名{B}"), people, strict=True)))  # fmt: skip
    write(
        folder,
        "人群.csv",
        "乡镇,残疾人数",
        *(f"{k},{n}" for k, n in zip(("老镇", f"名{A}", f"名{B}"), some, strict=True)),
    )
    source = PopulationSource(
        raster="人口.tif",
        totals=TotalsSource(file="人口.csv", level="town"),
        groups=(GroupCounts(file="人群.csv", level="town"),),
        landuse=LandUseSource(file="用地.gpkg"),
        compare=ComparedPeople(raster="二.tif"),
    )
    grid, ledger, notes = read_population(source, folder, zones, 100, KNOWN, crosswalk)
    assert grid.compared["compared_persons"].iloc[1:].sum() == pytest.approx(second.sum(), rel=1e-9)
    assert (grid.cells["town_code"] != "").all()
    by_town = grid.persons.groupby(grid.cells["town_code"]).sum()
    assert by_town["all"].sum() == grid.persons["all"].sum() == pytest.approx(people.sum(), rel=1e-12)
    assert by_town.loc[A, "all"] == pytest.approx(people[0] * share + people[1], rel=1e-9)
    assert by_town["60p"].sum() == pytest.approx(old, rel=1e-9)
    assert by_town["disabled"].sum() == some.sum()
    assert (grid.persons.to_numpy() >= 0).all()
    assert ledger.counts()["excluded"] == 0
    assert "raking.total_row_differs" not in keys(notes)
