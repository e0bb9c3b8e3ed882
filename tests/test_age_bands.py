import math

import numpy as np
import pytest
from peopled_places import GROUPS

from circle15.inputs.files.tables import Table
from circle15.inputs.population.age_bands import AgeBand, band_shares, covers_all_ages, finest_cover, parse_band
from circle15.inputs.population.group_columns import group_figures


def figures(headers, *rows, totals):
    table = Table("人口.csv", "", tuple(headers), tuple(rows), tuple(range(2, len(rows) + 2)))
    return group_figures(table, np.array(totals, dtype=float), GROUPS, headers[0])


@pytest.mark.parametrize(
    ("header", "from_age", "to_age"),
    [
        ("AGES_0", 0, 0),
        ("AGES_1-4", 1, 4),
        ("AGES_85P", 85, None),
        ("0-4岁", 0, 4),
        ("0－4岁（人）", 0, 4),
        ("０～４岁人口", 0, 4),
        ("0岁至4岁", 0, 4),
        ("0岁", 0, 0),
        ("85岁及以上", 85, None),
        ("60+", 60, None),
        ("60岁以上", 60, None),
        ("60周岁及以上老年人口占比（%）", 60, None),
        ("≥65岁", 65, None),
        ("0-2", 0, 2),
        ("3岁以下", 0, 2),
        ("14岁及以下", 0, 14),
        ("常住人口65岁及以上", 65, None),
    ],
)
def test_a_header_names_its_ages(header, from_age, to_age):
    assert parse_band(header) == AgeBand(from_age, to_age)


@pytest.mark.parametrize(
    "header",
    [
        "AGES_W_15-49",
        "男0-4岁",
        "女性60岁及以上",
        "POPU",
        "常住人口",
        "2020",
        "0",
        "15-3岁",
        "60岁及以上户数",
        "330102",
        "",
    ],
)
def test_other_headers_name_no_ages(header):
    assert parse_band(header) is None


def test_summary_bands_beside_fine_ones_are_not_counted_twice():
    fine = [AgeBand(0, 0), AgeBand(1, 4), *(AgeBand(a, a + 4) for a in range(5, 85, 5)), AgeBand(85, None)]
    summary = [AgeBand(0, 14), AgeBand(15, 64), AgeBand(65, None)]
    assert finest_cover([*summary, *fine]) == tuple(fine)
    assert covers_all_ages(finest_cover(summary))
    assert not covers_all_ages(finest_cover([AgeBand(0, 2), AgeBand(60, None)]))


def test_a_group_takes_its_years_of_each_band():
    bands = [AgeBand(0, 4), AgeBand(5, 9), AgeBand(10, None)]
    assert band_shares(AgeBand(3, 5), bands) == {AgeBand(0, 4): 2 / 5, AgeBand(5, 9): 1 / 5}
    assert band_shares(AgeBand(10, None), bands) == {AgeBand(10, None): 1.0}
    assert band_shares(AgeBand(60, None), bands) == {}
    assert band_shares(AgeBand(8, 12), bands) == {}
    assert band_shares(AgeBand(0, 2), [AgeBand(1, 4), AgeBand(5, None)]) == {}


HEADERS = ("人口", "0-4岁", "5-59岁", "60-79岁", "80岁及以上")


@pytest.mark.parametrize(
    "row",
    [
        ("1000", "50", "700", "200", "50"),
        ("1000", "0.05", "0.7", "0.2", "0.05"),
        ("1000", "5", "70", "20", "5"),
        ("1000", "5%", "70%", "20%", "5%"),
        ("1000", "500", "7000", "2000", "500"),  # of another total: taken in proportion
    ],
)
def test_counts_fractions_and_percents_come_to_the_same_people(row):
    persons = figures(HEADERS, row, totals=[1000]).persons
    assert persons.columns.tolist() == ["0_2", "3_5", "60p", "80p"]
    assert persons.iloc[0].tolist() == pytest.approx([30, 20 + 700 / 55, 250, 50])


def test_counts_of_another_total_are_told():
    off = figures(
        HEADERS, ("1000", "50", "700", "200", "50"), ("1000", "500", "7000", "2000", "500"), totals=[1000] * 2
    )
    assert math.isnan(off.off[0])
    assert off.off[1] == 10


def test_a_village_of_a_hundred_is_not_taken_for_percents():
    persons = figures(HEADERS, ("99", "9", "70", "15", "5"), totals=[99]).persons
    assert persons.loc[0, "60p"] == pytest.approx(20)


def test_a_column_of_the_group_itself_comes_first():
    persons = figures((*HEADERS, "0-2岁"), ("1000", "50", "700", "200", "50", "44"), totals=[1000]).persons
    assert persons.loc[0, "0_2"] == 44
    assert persons.loc[0, "60p"] == 250


def test_status_groups_by_count_or_share():
    headers = ("人口", "城乡低保对象", "残疾人占比（%）", "60+")
    persons = figures(headers, ("2000", "36", "2.5", "0.2"), ("1000", "", "3", "0.3"), totals=[2000, 1000]).persons
    assert persons.columns.tolist() == ["60p", "low_income", "disabled"]
    assert persons.iloc[0].tolist() == pytest.approx([400, 36, 50])
    assert persons["low_income"].isna().tolist() == [False, True]


@pytest.mark.parametrize("header", ["低保户数", "60岁及以上残疾人", "城市低保对象", "残疾人服务机构数"])
def test_a_part_of_a_status_group_is_not_the_group(header):
    assert figures(("人口", header), ("1000", "10"), totals=[1000]).persons.empty


def test_ten_thousands_are_persons():
    persons = figures(("人口（万人）", "60岁及以上（万人）"), ("12.5", "2.5"), totals=[125_000]).persons
    assert persons.loc[0, "60p"] == pytest.approx(25_000)
