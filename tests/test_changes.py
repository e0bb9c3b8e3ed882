"""What changed between two snapshots of the facility lists."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circle15.assess.changes import CHANGES, change_counts, facility_changes, reasons_gone


def snapshot(*rows, crs=4549, service="clinic"):
    """Facilities of (id, name, east, north, capacity)."""
    frame = pd.DataFrame(rows, columns=["facility_id", "name", "x", "y", "capacity"])
    frame = frame.astype({"facility_id": "str", "name": "str", "x": float, "y": float, "capacity": float})
    frame = frame.assign(service=service, inside=True, file="list.xlsx", row=range(2, len(frame) + 2))
    points = gpd.points_from_xy(frame["x"] + 500_000, frame["y"] + 3_350_000)
    return gpd.GeoDataFrame(frame.drop(columns=["x", "y"]), geometry=points, crs=crs)


def ways(old, new):
    changes = facility_changes(old, new)
    return [(row.change, row.old_id, row.new_id) for row in changes.itertuples()]


A = ("1", "甲站", 0, 0, 10)


def test_the_same_list_twice_is_unchanged():
    assert ways(snapshot(A), snapshot(A)) == [("unchanged", "1", "1")]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (("1", "甲站", 0, 0, 12), ["resized"]),
        (("1", "甲站", 0, 0, np.nan), ["capacity_lost"]),
        (("1", "甲站", 60, 0, 10), ["moved"]),
        (("1", "甲站", 50, 0, 10), ["unchanged"]),
        (("1", "乙站", 0, 0, 10), ["renamed"]),
        (("1", "甲 站", 0, 0, 10), ["unchanged"]),
        (("1", "乙站", 300, 0, 20), ["moved", "renamed", "resized"]),
        (("9", "甲站", 20, 0, 10), ["unchanged"]),
        (("9", "甲站", 9000, 0, 10), ["moved"]),
        (("9", "乙站", 40, 0, 10), ["renamed"]),
    ],
)
def test_one_facility_is_followed(after, expected):
    assert [change for change, old, new in ways(snapshot(A), snapshot(after)) if old and new] == expected


def test_an_id_given_anew_elsewhere_is_another_facility():
    assert ways(snapshot(A), snapshot(("1", "乙站", 5000, 0, 10))) == [("added", "", "1"), ("closed", "1", "")]


def test_ids_numbered_anew_follow_their_names():
    old = snapshot(("1", "甲站", 0, 0, 1), ("2", "乙站", 900, 0, 1), ("3", "丙站", 1800, 0, 1))
    new = snapshot(("1", "乙站", 900, 0, 1), ("2", "丙站", 1800, 0, 1))
    assert sorted(ways(old, new)) == [("closed", "1", ""), ("unchanged", "2", "1"), ("unchanged", "3", "2")]


def test_ids_numbered_anew_follow_their_names_in_a_dense_quarter_too():
    old = snapshot(("1", "甲站", 0, 0, 1), ("2", "乙站", 300, 0, 1), ("3", "丙站", 600, 0, 1))
    new = snapshot(("1", "乙站", 300, 0, 1), ("2", "丙站", 600, 0, 1))
    assert sorted(ways(old, new)) == [("closed", "1", ""), ("unchanged", "2", "1"), ("unchanged", "3", "2")]


def test_an_id_at_its_place_counts_before_a_name_from_afar():
    old = snapshot(("1", "甲站", 0, 0, 1), ("2", "乙站", 9000, 0, 1))
    new = snapshot(("1", "乙站", 0, 0, 1), ("2", "丙站", 9000, 0, 1))
    assert sorted(ways(old, new)) == [("renamed", "1", "1"), ("renamed", "2", "2")]


def test_of_the_same_name_the_nearest_goes_first():
    old = snapshot(("a", "卫生站", 0, 0, 1), ("b", "卫生站", 1000, 0, 1))
    new = snapshot(("c", "卫生站", 1010, 0, 1), ("d", "卫生站", 400, 0, 1))
    assert ways(old, new) == [("moved", "a", "d"), ("unchanged", "b", "c")]


def test_services_are_not_mixed():
    assert ways(snapshot(A), snapshot(A, service="canteen")) == [("added", "", "1"), ("closed", "1", "")]


def test_nothing_and_something():
    nothing = snapshot()
    assert ways(nothing, nothing) == []
    assert ways(nothing, snapshot(A)) == [("added", "", "1")]
    assert ways(snapshot(A), nothing) == [("closed", "1", "")]


def test_snapshots_of_different_zones_are_compared_on_the_ground():
    new = snapshot(A).to_crs(4550)
    assert ways(snapshot(A), new) == [("unchanged", "1", "1")]


def test_counts_have_every_change():
    counts = change_counts(facility_changes(snapshot(A), snapshot()))
    assert tuple(counts.columns) == CHANGES
    assert counts.loc["clinic"].sum() == counts.loc["clinic", "closed"] == 1


def test_what_closed_says_why_where_the_newer_list_still_has_it():
    changes = facility_changes(snapshot(A, ("2", "乙站", 900, 0, 1), ("3", "丙站", 1800, 0, 1)), snapshot())
    ledger = pd.DataFrame(
        [
            ("clinic", "excluded", "", "甲站", "[1]"),
            ("clinic", "excluded", "2", "", "[2]"),
            ("canteen", "excluded", "3", "丙站", "[3]"),
        ],
        columns=["kind", "fate", "object_id", "name", "reasons"],
    )
    told = dict(zip(changes["old_id"], reasons_gone(changes, ledger), strict=True))
    assert told == {"1": "[1]", "2": "[2]", "3": ""}


places = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from("甲乙丙"), st.integers(0, 20), st.integers(0, 3)),
    max_size=8,
    unique_by=lambda row: row[0],
)


def made(rows):
    return snapshot(*((str(id_), f"{name}站", 40.0 * east, 0.0, capacity) for id_, name, east, capacity in rows))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(places, places, st.randoms(use_true_random=False))
def test_every_facility_is_in_the_account_once(old, new, random):
    changes = facility_changes(made(old), made(new))
    followed = changes.drop_duplicates(["old_id", "new_id"])
    assert sorted(followed["old_id"][followed["old_id"] != ""]) == sorted(str(row[0]) for row in old)
    assert sorted(followed["new_id"][followed["new_id"] != ""]) == sorted(str(row[0]) for row in new)
    shuffled = [*old], [*new]
    for rows in shuffled:
        random.shuffle(rows)
    again = facility_changes(*(made(rows) for rows in shuffled))
    told = ["change", "old_id", "new_id", "moved_m"]
    pd.testing.assert_frame_equal(again[told], changes[told])


@settings(max_examples=20, deadline=None, derandomize=True)
@given(places)
def test_backwards_what_was_added_is_gone(rows):
    old, new = made(rows[: len(rows) // 2]), made(rows[len(rows) // 2 :])
    there, back = change_counts(facility_changes(old, new)).sum(), change_counts(facility_changes(new, old)).sum()
    assert there["added"] - there["closed"] == back["closed"] - back["added"]
    assert there["added"] - there["closed"] == len(new) - len(old)
