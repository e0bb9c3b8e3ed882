"""People as offices keep them: rasters with faults, totals and ages, counts of groups, a second source."""

import dataclasses
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from made_results import made_results
from peopled_places import GROUPS, METRIC, X0, Y0, group, keys, square, write_raster, zones_of
from random_rasters import check_case, random_case

from circle15.errors import Circle15Error
from circle15.inputs.population.gridding import unit_finder
from circle15.inputs.population.ipf import fit_margins
from circle15.inputs.population.raster import raster_people
from circle15.inputs.population.read import read_population
from circle15.model.study import ComparedPeople, GroupCounts, PopulationSource, TotalsSource
from circle15.pipeline.run import LEDGER_COLUMNS
from circle15.publish.tables import sheets
from circle15.results.store import save_frames

COUNTY = ("county", "c", "", square(-1000, -1000, 1000, 1000))
ONE = zones_of(COUNTY)
TWO = zones_of(
    COUNTY, ("town", "A", "c", square(-1000, -1000, 0, 1000)), ("town", "B", "c", square(0, -1000, 1000, 1000))
)
KNOWN = GROUPS | {"newcomers": group("newcomers", zh="新居民（流动人口）")}


def at_middle(pixel_m, rows, columns=None):
    columns = rows if columns is None else columns
    return Affine(pixel_m, 0, X0 - pixel_m * columns / 2, 0, -pixel_m, Y0 + pixel_m * rows / 2)


def people(folder, values, zones=ONE, pixel_m=100, profile=None, **said):
    values = np.asarray(values)
    if values.size:
        write_raster(folder, values, METRIC, at_middle(pixel_m, *values.shape), **(profile or {}))
    source = PopulationSource(raster="人口.tif", **said)
    return read_population(source, folder, zones, 100, KNOWN)


def fault(call, *parts, **said):
    with pytest.raises(Circle15Error) as caught:
        call(*parts, **said)
    assert "{" not in caught.value.sentence("zh").replace("{ low", "") + caught.value.sentence("en").replace(
        "{ low", ""
    )
    return caught.value


def told(notes):
    for note in notes:
        assert note.sentence("zh") != note.sentence("en")
    return keys(notes)


def write(folder, name, *lines):
    (folder / name).write_text("\n".join(lines), encoding="utf-8")


# --- rasters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_random_rasters_lose_nobody_and_meet_all_margins(seed, tmp_path):
    assert check_case(random_case(seed, tmp_path), tmp_path)["lost"] <= 1e-9


@pytest.mark.parametrize("value", [-9999.0, -99999.0, -3.4028234663852886e38])
def test_one_negative_value_throughout_is_taken_as_nodata_and_told(tmp_path, value):
    values = np.array([[value, 3.0], [value, 4.0]], dtype=np.float32)
    grid, _, notes = people(tmp_path, values)
    note = next(note for note in notes if note.key == "population.raster_nodata_taken")
    assert grid.persons["all"].sum() == pytest.approx(7.0)
    assert (float(note.facts["value"]), note.facts["pixels"]) == (pytest.approx(value, rel=1e-6), 2)
    assert note.at.lon == pytest.approx(120.0, abs=0.01)
    assert note.mend("zh")


@pytest.mark.parametrize(
    ("dtype", "value", "key"),
    [
        ("uint8", 255, "raster_code"),
        ("uint16", 65535, "raster_implausible"),
        ("int32", 2147483647, "raster_implausible"),
        ("float32", 3.4e38, "raster_implausible"),
        ("int32", 9999, "raster_code"),
    ],
)
def test_a_code_for_no_data_is_refused_with_its_value_until_it_is_declared(tmp_path, dtype, value, key):
    values = np.array([[value, 3], [value, 4]]).astype(dtype)
    found = fault(people, tmp_path, values)
    assert found.key == f"population.{key}"
    declared = float(found.facts["value"])
    assert f"nodata = {found.facts['value']}" in found.sentence("zh")
    grid, _, notes = people(tmp_path, values, nodata=declared)
    assert grid.persons["all"].sum() == pytest.approx(7.0)
    assert told(notes)["population.raster_nodata_declared"]["pixels"] == 2


def test_a_full_pixel_of_255_among_others_like_it_is_people(tmp_path):
    grid, _, _ = people(tmp_path, np.array([[255, 254], [255, 130]], dtype=np.uint8))
    assert grid.persons["all"].sum() == 894
    grid, _, notes = people(tmp_path, np.array([[255, 3], [255, 4]], dtype=np.uint8), nodata=-1)
    assert grid.persons["all"].sum() == 517
    assert told(notes)["population.raster_nodata_absent"]["value"] == "-1"


def test_nan_and_several_negative_values_are_nobody_and_told_by_value(tmp_path):
    grid, _, notes = people(tmp_path, [[np.nan, 5.0, -1.0], [np.inf, -2.0, -2.0]])
    assert grid.persons["all"].sum() == pytest.approx(5.0)
    facts = told(notes)["population.raster_bad_pixels"]
    assert (facts["pixels"], facts["values"].split("、")[0]) == (5, "-2 × 2")


def test_scale_offset_masks_and_alpha_are_followed(tmp_path):
    write_raster(tmp_path, np.array([[10, 20]], dtype=np.uint16), METRIC, at_middle(100, 1, 2))
    with rasterio.open(tmp_path / "人口.tif", "r+") as raster:
        raster.scales, raster.offsets = (0.5,), (1.0,)
    grid, _, _ = people(tmp_path, [])
    assert sorted(grid.persons["all"]) == pytest.approx(sorted([6.0, 11.0])) or grid.persons["all"].sum() == 17
    write_raster(tmp_path, np.array([[10.0, 20.0]]), METRIC, at_middle(100, 1, 2))
    with rasterio.open(tmp_path / "人口.tif", "r+") as raster:
        raster.write_mask(np.array([[True, False]]))
    grid, _, _ = people(tmp_path, [])
    assert grid.persons["all"].sum() == 10


def test_pictures_flat_pixels_and_virtual_rasters_are_refused(tmp_path):
    write_raster(tmp_path, np.array([[1, 2]], dtype=np.uint8), METRIC, at_middle(100, 1, 2), photometric="palette")
    with rasterio.open(tmp_path / "人口.tif", "r+") as raster:
        raster.write_colormap(1, {1: (255, 0, 0, 255)})
    assert fault(people, tmp_path, []).key == "population.raster_picture"
    (tmp_path / "人口.tif.aux.xml").unlink(missing_ok=True)
    (tmp_path / "人口.tif").write_text('<VRTDataset rasterXSize="1" rasterYSize="1"/>', encoding="utf-8")
    assert fault(people, tmp_path, []).key == "population.raster_unreadable"


def test_flipped_rasters_hold_the_same_people(tmp_path):
    values = np.arange(1.0, 13.0).reshape(3, 4)
    there = at_middle(100, 3, 4)
    grid, _, _ = people(tmp_path, values)
    for turned, to_map in (
        (values[::-1], there @ Affine.translation(0, 3) @ Affine.scale(1, -1)),
        (values[:, ::-1], there @ Affine.translation(4, 0) @ Affine.scale(-1, 1)),
        (values.T, Affine(there.b, there.a, there.c, there.e, there.d, there.f)),
    ):
        write_raster(tmp_path, turned, METRIC, to_map)
        again, _, _ = people(tmp_path, [])
        pd.testing.assert_frame_equal(again.persons, grid.persons)


def test_the_part_of_each_town_beyond_the_raster_is_told_with_its_place(tmp_path):
    write_raster(tmp_path, np.ones((20, 15)), METRIC, Affine(100, 0, X0 - 1000, 0, -100, Y0 + 1000))
    _, _, notes = people(tmp_path, [], zones=TWO)
    found = [note for note in notes if note.key == "population.raster_uncovered"]
    assert [(note.facts["code"], note.facts["share"]) for note in found] == [("B", pytest.approx(0.5, abs=0.02))]
    assert found[0].at.lon > 120


def test_densities_taken_for_counts_are_told(tmp_path):
    _, _, notes = people(tmp_path, np.full((4, 4), 5000.0), total_persons=800)
    assert told(notes)["population.raster_density"]["per"] == "km²"
    _, _, notes = people(tmp_path, np.full((20, 20), 5000.0))
    assert told(notes)["population.raster_dense"]["per_km2"] == pytest.approx(500_000)


@given(st.floats(-150, 150), st.floats(-150, 150), st.sampled_from([40.0, 100.0, 170.0, 300.0]), st.integers(0, 10**6))
@settings(derandomize=True, deadline=None, max_examples=10)
def test_cells_hold_what_exact_areas_say_but_for_a_rim_of_half_a_part(tmp_path_factory, east, north, pixel_m, seed):
    folder = tmp_path_factory.mktemp("areas")
    values = np.random.default_rng(seed).gamma(1.0, 30.0, size=(4, 4))
    to_map = Affine(pixel_m, 0, X0 + east, 0, -pixel_m, Y0 + north)
    write_raster(folder, values, METRIC, to_map)
    zones = zones_of(("county", "c", "", square(-3000, -3000, 3000, 3000)))
    grid, _, _ = read_population(PopulationSource(raster="人口.tif"), folder, zones, 100, {})
    pixels = [
        shapely.box(X0 + east + c * pixel_m, Y0 + north - (r + 1) * pixel_m, X0 + east + (c + 1) * pixel_m,
                    Y0 + north - r * pixel_m)
        for r in range(4) for c in range(4)
    ]  # fmt: skip
    rim = pixel_m / max(2, np.ceil(pixel_m / 25)) / 2
    dense = values.ravel() / pixel_m**2
    for x, y, persons in zip(grid.cells["x"], grid.cells["y"], grid.persons["all"], strict=True):
        cell = shapely.box(x - 50, y - 50, x + 50, y + 50)
        exact, least, most = (
            (shapely.area(shapely.intersection(pixels, cell.buffer(by, join_style="mitre"))) * dense).sum()
            for by in (0, -rim * 1.001, rim * 1.001)
        )
        assert least - 1e-9 <= persons <= most + 1e-9
        assert least <= exact <= most


def test_a_large_raster_is_read_only_where_the_area_is(tmp_path):
    path = tmp_path / "大.tif"
    with rasterio.open(
        path, "w", driver="GTiff", crs=METRIC, transform=at_middle(100, 20_000), height=20_000, width=20_000, count=1,
        dtype="float32", sparse_ok=True, tiled=True, compress="deflate", nodata=-1,
    ) as raster:  # fmt: skip
        raster.write(np.full((20, 20), 2.0, dtype=np.float32), 1, window=((9990, 10010), (9990, 10010)))
    tracemalloc.start()
    try:
        read = raster_people(path, unit_finder(ONE, 100))
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read.tallied["weight"].sum() == pytest.approx(800)
    assert held < 4 * 20_000**2 / 100


# --- totals and ages ----------------------------------------------------------------------------------------------


def fit_by_hand(seed, rows, columns):
    """The same fitting cell by cell, in plain Python."""
    table = [list(row) for row in seed]
    for _ in range(3000):
        for at, wanted in enumerate(columns):
            found = sum(row[at] for row in table)
            for row in table:
                row[at] *= wanted / found
        for row, wanted in zip(table, rows, strict=True):
            found = sum(row)
            row[:] = [each * wanted / found for each in row]
    return np.array(table)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10**6))
@settings(derandomize=True, deadline=None, max_examples=15)
def test_fitting_meets_both_margins_as_the_plain_rule_does(n, k, seed):
    dice = np.random.default_rng(seed)
    table, rows, columns = dice.uniform(0.1, 9, (n, k)), dice.uniform(1, 9, n), dice.uniform(1, 9, k)
    columns *= rows.sum() / columns.sum()
    fitted = fit_margins(table, rows, columns)
    assert fitted.missed <= 1e-9
    np.testing.assert_allclose(fitted.persons, fit_by_hand(table, rows, columns), rtol=1e-8)


def test_zeros_that_make_margins_impossible_are_opened():
    seed = np.array([[20.0, 0.0], [10.0, 0.0]])
    fitted = fit_margins(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([10.0, 5.0]), np.array([5.0, 10.0]))
    assert fitted.opened
    np.testing.assert_allclose(fitted.persons.sum(axis=0), [5, 10], rtol=1e-9)
    bare = fit_margins(seed, np.array([10.0, 5.0]), np.array([5.0, 10.0]))
    np.testing.assert_allclose(bare.persons, [[10 / 3, 20 / 3], [5 / 3, 10 / 3]], rtol=1e-9)


def with_ages(folder, totals, ages, **said):
    write(folder, "乡镇.csv", *totals)
    write(folder, "年龄.csv", *ages)
    return people(
        folder, [[10.0, 30.0]], zones=TWO, totals=TotalsSource(file="乡镇.csv", level="town"),
        ages=TotalsSource(file="年龄.csv", level="county"), **said,
    )  # fmt: skip


def test_ages_of_the_county_are_met_with_the_towns_own_people(tmp_path):
    totals = ["代码,常住人口,60岁及以上", "A,1000,100", "B,3000,900", "合计,4000,1000"]
    grid, ledger, notes = with_ages(tmp_path, totals, ["代码,总人口,0-2岁,60岁及以上", "c,4000,200,1500"])
    sums = grid.persons.groupby(grid.cells["town_code"]).sum()
    assert sums["all"].tolist() == [1000.0, 3000.0]
    assert grid.persons[["0_2", "60p"]].sum().tolist() == pytest.approx([200, 1500], rel=1e-12)
    old, rest = sums["60p"], sums["all"] - sums["60p"] - sums["0_2"]
    assert (old["B"] / rest["B"]) / (old["A"] / rest["A"]) == pytest.approx((900 / 1950) / (100 / 850))
    assert "raking.margins_differ" not in told(notes)
    assert ledger.counts() == {"used": 3, "fixed": 0, "excluded": 1}
    factors = grid.factors.set_index(["unit", "group"])
    assert factors.loc[("A", "all")].tolist() == pytest.approx([10, 1000, 100])
    assert factors.loc[("B", "60p"), "source_persons"] == pytest.approx(900)
    assert factors.loc[("B", "60p"), "factor"] == pytest.approx(sums["60p"]["B"] / 900)
    far = [note for note in notes if note.key == "raking.factor_far"]
    assert {"A", "B"} == {note.facts["code"] for note in far}
    assert all(note.at.lon == note.at.lon for note in far)


def test_margins_that_contradict_are_scaled_to_the_towns_and_told(tmp_path):
    ages = ["代码,总人口,60岁及以上", "c,5000,500"]
    grid, _, notes = with_ages(tmp_path, ["代码,常住人口", "A,1000", "B,3000", "合计,4100"], ages)
    facts = told(notes)
    assert facts["raking.margins_differ"]["share"] == pytest.approx(-0.2)
    assert grid.persons["60p"].sum() == pytest.approx(400, rel=1e-12)
    assert facts["raking.total_row_differs"]["difference"] == -100


def test_ages_without_a_place_are_refused(tmp_path):
    totals = ["代码,常住人口", "A,1000", "B,3000"]
    assert fault(with_ages, tmp_path, totals, ["代码,总人口", "c,4000"]).key == "raking.no_ages"
    write(tmp_path, "年龄.csv", "代码,总人口,60岁及以上", "c,4000,9")
    ages = TotalsSource(file="年龄.csv", level="county")
    assert fault(people, tmp_path, [[1.0]], ages=ages).key == "raking.ages_without_totals"


# --- groups -------------------------------------------------------------------------------------------------------


def counted(folder, *lines, **said):
    write(folder, "人群.csv", *lines)
    values = np.array([[1.0, 2.0, 5.0, 7.0]])
    groups = (GroupCounts(file="人群.csv", level="town", **said),)
    return people(folder, values, zones=TWO, groups=groups)


def test_counts_are_spread_as_residents_are_and_met_exactly(tmp_path):
    grid, ledger, notes = counted(
        tmp_path, "街道,低保人数,持证残疾人数,流动人口数", "名A,1,2,", "名B,4,3,9", "名C,1,1,1", "合计,6,6,10"
    )
    sums = grid.persons.groupby(grid.cells["town_code"]).sum()
    assert sums["low_income"].to_dict() == {"A": 1.0, "B": 4.0}
    assert sorted(grid.persons["disabled"]) == pytest.approx([1 / 3, 1 / 3, 5 / 8, 5 / 8, 2 / 3, 2 / 3, 7 / 8, 7 / 8])
    assert sums["newcomers"].to_dict() == {"A": 0.0, "B": 9.0}
    assert ledger.counts() == {"used": 1, "fixed": 1, "excluded": 2}
    assert {row.kind for row in ledger.rows} == {"groups"}
    assert "raking.groups_spread" in told(notes)
    assert "的低收入" in next(note for note in notes if note.key == "raking.groups_spread").sentence("zh")
    assert all(row.reasons[0].sentence("zh") for row in ledger.rows if row.fate != "used")


def test_counts_that_cannot_be_are_excluded_or_flagged_with_their_row(tmp_path):
    grid, ledger, notes = counted(tmp_path, "代码,低保人数", "A,几人", "B,40")
    assert [(row.fate, row.row) for row in ledger.rows] == [("excluded", 2), ("used", 3)]
    assert grid.persons["low_income"].sum() == 40
    facts = told(notes)
    assert facts["raking.count_over_people"]["residents"] == 12
    assert facts["raking.not_a_count"]["found"] == "几人"
    assert facts["raking.groups_units_missing"]["units"] == "名A（A）"


@pytest.mark.parametrize(
    ("key", "lines", "said"),
    [
        ("raking.groups_no_column", ("代码,低保户数", "A,3"), {}),
        ("raking.groups_no_unit", ("代码,低保人数", "Q,3"), {}),
        ("raking.groups_no_unit_column", ("x,低保人数", "A,3"), {}),
        ("raking.unit_twice", ("代码,低保人数", "A,3", "A,4"), {}),
        ("raking.group_unknown", ("代码,x", "A,3"), {"columns": {"nobody": "x"}}),
        ("columns.not_there", ("代码,低保人数", "A,3"), {"columns": {"disabled": "y"}}),
    ],
)
def test_tables_of_groups_that_cannot_be_used_are_refused(tmp_path, key, lines, said):
    assert fault(counted, tmp_path, *lines, **said).key == key


# --- two sources --------------------------------------------------------------------------------------------------


def test_a_second_source_is_shown_beside_and_never_mixed(tmp_path):
    write_raster(tmp_path, np.array([[4.0, 0.0, 6.0, 0.0]]), METRIC, at_middle(100, 1, 4))
    (tmp_path / "人口.tif").rename(tmp_path / "二.tif")
    values = np.array([[5.0, 5.0, 5.0, 5.0]])
    alone, _, _ = people(tmp_path, values, zones=TWO)
    grid, _, notes = people(tmp_path, values, zones=TWO, compare=ComparedPeople(raster="二.tif"))
    pd.testing.assert_frame_equal(grid.persons, alone.persons)
    assert grid.compared["unit"].tolist() == ["c", "A", "B"]
    assert grid.compared["compared_persons"].tolist() == pytest.approx([10, 4, 6])
    assert grid.compared["moved_share"].tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert told(notes)["raking.compared"]["by_towns"] == pytest.approx(0.1)


def test_factors_and_comparison_have_sheets_and_are_saved(tmp_path):
    made = made_results(counts=[8, 14, 9, 6, 7, 20, 16, 6])
    code = made.zones["code"].iloc[0]
    rows = [(code, "all", 10.0, persons, persons / 10) for persons in (20.0, 4.9, np.nan)]
    factors = pd.DataFrame(rows, columns=["unit", "group", "source_persons", "official_persons", "factor"])
    compared = pd.DataFrame([(code, 10.0, 5.0, 0.5, 0.25)], columns=["unit", "persons", "compared_persons", "ratio",
                                                                    "moved_share"])  # fmt: skip
    ledger = pd.DataFrame(columns=list(LEDGER_COLUMNS))
    results = dataclasses.replace(made, ledger=ledger, factors=factors, compared_people=compared)
    titles = {sheet.title: sheet for sheet in sheets(results, "zh")}
    assert titles["人口校正"].rows[0][0] == code
    assert [column.header for column in titles["人口校正"].columns][-2:] == ["校正系数", "请核对"]
    assert [row[-1] for row in titles["人口校正"].rows] == ["", "低于 0.5", ""]
    assert titles["人口对照"].rows[0][-1] == 0.25
    bare = dataclasses.replace(made, ledger=ledger)
    assert not {"人口校正", "人口对照"} & {sheet.title for sheet in sheets(bare, "zh")}
    save_frames(results, tmp_path)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "factors.parquet"), results.factors)
