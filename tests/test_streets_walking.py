import tomllib
from importlib.resources import files

import numpy as np
import pytest

from circle15.inputs.streets.walking import (
    kind_number,
    kinds,
    level_factor,
    may_walk,
    walking_rules,
    why_not_walked,
)


@pytest.mark.parametrize(
    "highway",
    ["footway", "path", "steps", "residential", "service", "track", "cycleway", "trunk", "primary_link", "platform"],
)
def test_ordinary_ways_are_walked(highway):
    assert may_walk({"highway": highway})


@pytest.mark.parametrize("highway", ["motorway", "motorway_link", "raceway", "busway", "construction", "proposed"])
def test_some_classes_are_never_walked_whatever_they_say(highway):
    assert why_not_walked({"highway": highway, "foot": "yes", "access": "yes"}) == "never"


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "residential", "access": "private"}, "access"),
        ({"highway": "residential", "access": "no"}, "access"),
        ({"highway": "service", "service": "parking_aisle", "access": "customers"}, "access"),
        ({"highway": "service", "service": "driveway"}, None),
        ({"highway": "service", "access": "destination"}, None),
        ({"highway": "residential", "access": "private", "foot": "permissive"}, None),
        ({"highway": "residential", "access": "no", "foot": "designated"}, None),
        ({"highway": "cycleway", "foot": "no"}, "foot"),
        ({"highway": "primary", "foot": "use_sidepath", "sidewalk": "separate"}, "foot"),
        ({"highway": "primary", "sidewalk": "separate"}, None),
        ({"highway": "residential", "foot": "private"}, "foot"),
        ({"highway": "footway", "foot": "permit"}, "foot"),
        ({"highway": "service", "foot": "residents"}, "foot"),
        ({"highway": "trunk", "motorroad": "yes"}, "motorroad"),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, None),
        ({"highway": "trunk", "sidewalk": "no"}, "no_sidewalk"),
        ({"highway": "trunk", "sidewalk:both": "no"}, "no_sidewalk"),
        ({"highway": "residential", "sidewalk": "no"}, None),
        ({"highway": "via_ferrata"}, "unlisted"),
        ({"highway": "via_ferrata", "foot": "yes"}, None),
        ({"highway": "footway", "route": "ferry", "foot": "yes"}, "ferry"),
        ({"route": "ferry", "foot": "yes"}, "ferry"),
        ({"railway": "rail"}, "unlisted"),
        ({"highway": "residential", "oneway": "yes", "oneway:foot": "yes"}, None),
        ({"highway": "footway", "tunnel": "yes", "layer": "-1", "indoor": "yes"}, None),
        ({"highway": "path", "foot": "no; designated"}, None),
    ],
)
def test_what_a_way_says_of_walkers_decides_before_what_it_says_of_traffic(tags, reason):
    assert why_not_walked(tags) == reason
    assert may_walk(tags) is (reason is None)


def test_only_steps_are_slower_and_their_source_is_marked_unchecked():
    factor = dict(zip(kinds(), level_factor().tolist(), strict=True))
    assert factor.pop("steps") == 2.0
    assert set(factor.values()) == {1.0}
    rules = tomllib.loads(files("circle15.catalogue").joinpath("walking.toml").read_text(encoding="utf-8"))
    assert set(rules["factor_sources"]) == set(rules["factor"])
    assert "未核对原文" in rules["factor_sources"]["steps"]["zh"]


def test_whom_access_shuts_out_foot_shuts_out_too():
    rules = walking_rules()
    assert rules.access_forbids <= rules.foot_forbids


def test_no_class_is_both_walked_and_never_walked():
    rules = tomllib.loads(files("circle15.catalogue").joinpath("walking.toml").read_text(encoding="utf-8"))["highway"]
    assert set(rules["walked"]) & set(rules["never"]) == set()
    assert set(rules["needs_sidewalk"]) <= set(rules["walked"])
    assert len(kinds()) == len(set(kinds())) == len(level_factor())
    assert [kinds()[kind_number(kind)] for kind in kinds()] == list(kinds())
    assert np.iinfo(np.int16).max > len(kinds())
