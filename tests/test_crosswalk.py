"""Old and new boundaries: merged, split, chained; sums stay what they are."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peopled_places import GROUPS, square, zones_of

from circle15.errors import Circle15Error
from circle15.inputs.population.totals import read_totals
from circle15.inputs.zones.crosswalk import CrosswalkTable, read_crosswalk, split_exactly, todays_values
from circle15.model.study import Crosswalk, TotalsSource


def table(folder, *lines):
    (folder / "对照.csv").write_text("\n".join(lines), encoding="utf-8")
    return read_crosswalk(Crosswalk(file="对照.csv"), folder)


def test_merged_districts_of_hangzhou(tmp_path):
    crosswalk, ledger, notes = table(tmp_path, "原代码,现代码", "330104,330102", "330103,330105")
    census = {"330102": 357_657.0, "330104": 1_487_787.0, "330103": 485_849.0, "330105": 635_136.0}
    assert todays_values(crosswalk, census) == {"330102": 1_845_444.0, "330105": 1_120_985.0}
    assert ledger.counts() == {"used": 2, "fixed": 0, "excluded": 0}
    assert notes == ()


def test_a_split_goes_by_its_shares_whether_parts_or_per_cent(tmp_path):
    for lines in (("甲,乙,0.25", "甲,丙,0.75"), ("甲,乙,25%", "甲,丙,75%"), ("甲,乙,25", "甲,丙,75")):
        crosswalk, _, _ = table(tmp_path, "原代码,现代码,占比", *lines)
        assert todays_values(crosswalk, {"甲": 100.0, "乙": 1.0}) == {"乙": 26.0, "丙": 75.0}


def test_chains_are_followed_and_a_unit_may_remain_in_part(tmp_path):
    crosswalk, _, _ = table(tmp_path, "old,new,share", "a,b,", "b,c,0.5", "b,b,0.5", "c,d,1")
    assert crosswalk.today("A") == (("b", 0.5), ("d", 0.5))
    assert crosswalk.today("b") == (("b", 0.5), ("d", 0.5))


def test_names_answer_beside_codes(tmp_path):
    crosswalk, _, _ = table(tmp_path, "原代码,原名称,现代码,现名称", "330104,江干区,330102,上城区")
    assert crosswalk.today("江干区") == crosswalk.today("330104") == (("330102", 1.0),)


def test_rounded_shares_are_scaled_and_told(tmp_path):
    crosswalk, _, notes = table(tmp_path, "old,new,share", "a,b,0.333", "a,c,0.333", "a,d,0.333")
    assert [note.key for note in notes] == ["crosswalk.shares_rounded"]
    assert notes[0].at.row == 2
    assert [share for _, share in crosswalk.today("a")] == pytest.approx([1 / 3] * 3)


def test_an_unfinished_row_is_left_out_and_told(tmp_path):
    _, ledger, _ = table(tmp_path, "old,new", "a,b", "c,")
    assert [(row.row, row.fate) for row in ledger.rows] == [(2, "used"), (3, "excluded")]


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("crosswalk.no_column", ("原代码,占比", "a,1")),
        ("crosswalk.no_share", ("old,new", "a,b", "a,c")),
        ("crosswalk.bad_share", ("old,new,share", "a,b,一半", "a,c,0.5")),
        ("crosswalk.bad_share", ("old,new,share", "a,b,-1", "a,c,2")),
        ("crosswalk.shares_sum", ("old,new,share", "a,b,0.5", "a,c,0.4")),
        ("crosswalk.shares_sum", ("old,new,share", "a,b,0.5")),
        ("crosswalk.twice", ("old,new,share", "a,b,0.5", "a,b,0.5")),
        ("crosswalk.circle", ("old,new", "a,b", "b,a")),
    ],
)
def test_a_crosswalk_that_says_no_clear_thing_is_refused(tmp_path, key, lines):
    with pytest.raises(Circle15Error) as fault:
        table(tmp_path, *lines)
    assert fault.value.key == key
    assert "对照.csv" in fault.value.sentence("zh")


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.floats(0, 1e9), st.lists(st.integers(1, 1000), min_size=1, max_size=8))
def test_parts_add_up_to_the_last_bit_in_any_order(value, weights):
    parts = split_exactly(value, [weight / sum(weights) for weight in weights])
    assert sum(parts) == sum(reversed(parts)) == math.fsum(parts) == value
    assert list(parts) == pytest.approx([value * weight / sum(weights) for weight in weights], rel=1e-6, abs=1e-6)


def test_totals_of_an_old_unit_that_was_split(tmp_path):
    zones = zones_of(
        ("county", "c", "", square(0, 0, 2000, 1000)),
        ("town", "330102001", "c", square(0, 0, 1000, 1000)),
        ("town", "330102002", "c", square(1000, 0, 2000, 1000)),
    )
    crosswalk = CrosswalkTable("对照.csv", {"x": (("330102001", 0.3), ("330102002", 0.6), ("elsewhere", 0.1))})
    (tmp_path / "人口.csv").write_text("代码,人口,60+\nx,1000,100\n330102002000,50,5", encoding="utf-8")
    totals, _, notes = read_totals(TotalsSource(file="人口.csv", level="town"), tmp_path, zones, GROUPS, crosswalk)
    assert totals.persons.to_dict() == pytest.approx({"330102001": 300.0, "330102002": 650.0})
    assert totals.groups["60p"].to_dict() == pytest.approx({"330102001": 30.0, "330102002": 65.0})
    assert [note.key for note in notes] == ["crosswalk.applied"]
