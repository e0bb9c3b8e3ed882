"""Official totals: read, merged, and met to the last person."""

import numpy as np
import pandas as pd
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from peopled_places import GROUPS, METRIC, X0, Y0, keys, square, write_raster, zones_of

from circle15.errors import Circle15Error
from circle15.inputs.population.raking import rake
from circle15.inputs.population.read import read_population
from circle15.inputs.population.totals import read_totals
from circle15.inputs.zones.crosswalk import NO_CROSSWALK, CrosswalkTable
from circle15.model.study import PopulationSource, TotalsSource

COUNTY = ("county", "330100", "", square(-1000, -1000, 1000, 1000))
TWO_TOWNS = zones_of(
    COUNTY,
    ("town", "A", "330100", square(-1000, -1000, 0, 1000)),
    ("town", "B", "330100", square(0, -1000, 1000, 1000)),
)


def write_totals(folder, *lines):
    (folder / "人口.csv").write_text("\n".join(lines), encoding="utf-8")


def totals_of(folder, *lines, zones=TWO_TOWNS, level="town", crosswalk=NO_CROSSWALK, **said):
    write_totals(folder, *lines)
    return read_totals(TotalsSource(file="人口.csv", level=level, **said), folder, zones, GROUPS, crosswalk)


def merged(**units):
    return CrosswalkTable("对照.csv", {old.lower(): ((new, 1.0),) for old, new in units.items()})


def people(folder, values, *lines, zones=TWO_TOWNS):
    """Read pixels of 100 m from the county's middle eastward, raked to a table."""
    write_raster(folder, np.array([values]), METRIC, Affine(100, 0, X0 - 200, 0, -100, Y0 + 100))
    write_totals(folder, *lines)
    source = PopulationSource(raster="人口.tif", totals=TotalsSource(file="人口.csv", level="town"))
    grid, _, notes = read_population(source, folder, zones, 100, GROUPS)
    return grid, notes


def fault(call, *parts, **said):
    with pytest.raises(Circle15Error) as caught:
        call(*parts, **said)
    for lang in ("zh", "en"):
        assert "{" not in caught.value.sentence(lang)
    return caught.value.key


@given(
    st.lists(st.tuples(st.floats(1e-6, 1e6), st.sampled_from("abc")), min_size=1, max_size=60),
    st.lists(st.integers(0, 10**7), min_size=3, max_size=3),
)
@settings(derandomize=True, deadline=None, max_examples=50)
def test_raked_people_meet_the_total_of_every_unit(cells, totals):
    persons, codes = np.array([w for w, _ in cells]), np.array([c for _, c in cells], dtype=object)
    official = pd.Series(totals, index=list("abc"))
    raked = rake(persons, codes, official)
    for code in set(codes):
        assert raked[codes == code].sum() == pytest.approx(official[code], rel=1e-9)
        here = persons[codes == code]
        assert raked[codes == code] * here.sum() == pytest.approx(here * official[code])


def test_cells_are_scaled_within_their_town_and_groups_follow(tmp_path):
    grid, notes = people(
        tmp_path, [1.0, 3.0, 10.0, 0.0],
        "代码,常住人口,0-2岁,60岁及以上", "A,800,40,200", "B,500,5,250", "C,999,0,0",
    )  # fmt: skip
    assert grid.persons["all"].tolist() == pytest.approx([200, 600, 500])
    assert grid.persons["0_2"].tolist() == pytest.approx([10, 30, 5])
    assert grid.persons["60p"].tolist() == pytest.approx([50, 150, 250])
    assert grid.persons.columns.tolist() == ["all", "0_2", "60p"]
    assert keys(notes)["population.rows_elsewhere"]["rows"] == 1
    factors = keys(notes)["population.factors"]
    assert (factors["least"], factors["least_unit"], factors["most"]) == (50, "名B", 200)


def test_merged_units_sum_their_people_and_share_weighted_ages(tmp_path):
    totals, _, notes = totals_of(
        tmp_path,
        "CODE,POPU,AGES_0-14,AGES_15-59,AGES_60P", "A,100,0.2,0.5,0.3", "A2,300,0.1,0.8,0.1", "B,50,0.1,0.8,0.1",
        crosswalk=merged(A2="A"),
    )  # fmt: skip
    assert totals.persons.to_dict() == {"A": 400.0, "B": 50.0}
    assert keys(notes)["crosswalk.applied"]["units"] == "A2 → A"
    assert totals.groups["60p"].to_dict() == pytest.approx({"A": 60.0, "B": 5.0})
    assert totals.groups["0_2"]["A"] == pytest.approx((20 + 30) * 3 / 15)


def test_units_go_by_name_where_there_are_no_codes(tmp_path):
    totals, _, _ = totals_of(tmp_path, "街道,总人口（万人）", "名B,1.5", "名A,2")
    assert totals.persons.to_dict() == {"A": 20_000.0, "B": 15_000.0}


def test_a_group_known_here_and_there_only_is_left_out_and_told(tmp_path):
    totals, _, notes = totals_of(tmp_path, "代码,人口,60+,残疾人数", "A,100,20,", "B,100,30,4")
    assert totals.groups.columns.tolist() == ["60p"]
    facts = keys(notes)["population.groups_partly_known"]
    assert (facts["file"], facts["groups"].zh, facts["units"]) == ("人口.csv", "残疾人", "名A")


@pytest.mark.parametrize(
    ("key", "lines", "said"),
    [
        ("population.no_unit_column", ("人口,x", "3,4"), {}),
        ("population.no_total_column", ("代码,x", "A,4"), {}),
        ("population.no_unit_matches", ("代码,人口", "Z,4"), {}),
        ("population.unit_twice", ("代码,人口", "A,4", "A,5"), {}),
        ("population.total_no_count", ("代码,人口", "A,很多"), {}),
        ("population.total_no_count", ("代码,人口", "A,-4"), {}),
        ("population.group_over_total", ("代码,人口,60+", "A,4,5"), {}),
        ("population.no_level", ("代码,人口", "A,4"), {"level": "village"}),
        ("columns.not_there", ("代码,人口", "A,4"), {"total": "户籍"}),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path, key, lines, said):
    assert fault(totals_of, tmp_path, *lines, **said) == key


def test_names_that_two_units_share_are_refused(tmp_path):
    zones = zones_of(COUNTY, *(("town", code, "330100", square(at, 0, at + 1, 1)) for at, code in enumerate("AB")))
    zones.frame["name"] = ["县", "同名", "同名"]
    assert fault(totals_of, tmp_path, "名称,人口", "同名,4", zones=zones) == "population.name_ambiguous"


def test_people_in_a_unit_without_a_total_are_refused(tmp_path):
    assert fault(people, tmp_path, [1.0, 1.0, 1.0, 1.0], "代码,人口", "A,4") == "population.units_without_total"


def test_official_people_whom_the_source_lacks_are_spread_over_their_land(tmp_path):
    grid, notes = people(tmp_path, [1.0, 1.0, 0.0, 0.0], "代码,人口", "A,4", "B,2000")
    by_town = grid.persons["all"].groupby(grid.cells["town_code"])
    assert by_town.sum().to_dict() == pytest.approx({"A": 4, "B": 2000})
    assert by_town.size()["B"] == 200  # 1 km x 2 km
    assert grid.persons["all"][grid.cells["town_code"] == "B"].tolist() == pytest.approx([10.0] * 200)
    assert keys(notes)["population.spread_area"]["persons"] == 2000
    assert "50%" not in keys(notes)["population.uncovered_area"]["units"]
    assert "名B" in keys(notes)["population.uncovered_area"]["units"]


def test_a_unit_too_small_for_a_cell_is_refused(tmp_path):
    a, b, speck = square(-1000, -1000, 0, 1000), square(0, -1000, 1000, 1000), square(-150, 30, -140, 40)
    zones = zones_of(
        COUNTY, ("town", "A", "330100", a - speck), ("town", "B", "330100", b), ("town", "C", "330100", speck)
    )
    lines = ("代码,人口", "A,4", "B,5", "C,6")
    assert fault(people, tmp_path, [1.0] * 4, *lines, zones=zones) == "population.unit_too_small"


def test_the_order_of_rows_changes_nothing(tmp_path):
    header, *rows = ("CODE,POPU,AGES_0-14,AGES_15P", "A,0.1,0.3,0.7", "A2,0.2,0.3,0.7", "A3,0.3,0.1,0.9", "B,7,0.1,0.9")
    merge = merged(A2="A", A3="A")
    first, _, _ = totals_of(tmp_path, header, *rows, crosswalk=merge)
    second, _, _ = totals_of(tmp_path, header, *reversed(rows), crosswalk=merge)
    assert first.persons.equals(second.persons)
    assert first.groups.equals(second.groups)


def test_two_kinds_of_totals_are_refused(tmp_path):
    source = PopulationSource(raster="人口.tif", totals=TotalsSource(file="人口.csv", level="town"), total_persons=3)
    assert fault(read_population, source, tmp_path, TWO_TOWNS, 100, GROUPS) == "population.two_totals"


def test_a_raster_can_be_raked_to_one_total(tmp_path):
    write_raster(tmp_path, np.array([[1.0, 2.0, 3.0, 4.0]]), METRIC, Affine(100, 0, X0 - 200, 0, -100, Y0 + 100))
    grid, _, _ = read_population(
        PopulationSource(raster="人口.tif", total_persons=100), tmp_path, TWO_TOWNS, 100, GROUPS
    )
    assert grid.persons["all"].tolist() == pytest.approx([10, 20, 30, 40])
    assert grid.persons.columns.tolist() == ["all"]
