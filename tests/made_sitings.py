"""A siting record made up by hand: two new sites, one of which takes the place of a site that closes."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from circle15.model.ledger import Note
from circle15.model.scenario import ClosedSite, OpenedSite, Scenario
from circle15.results.siting import SitingRecord

CRS = 4549
X, Y = 500_000.0, 3_320_000.0


def made_siting(name="托育选址", site_names=("人民路口", "<b>北街</b>"), **more):
    """A record of two new sites and one that closes, whose texts may be anything."""
    opened = tuple(
        OpenedSite("childcare", each, 120.0 + 0.01 * at, 30.0, 60.0) for at, each in enumerate(site_names, start=1)
    )
    told = {
        "name": name,
        "place": "示例县",
        "place_id": "shili",
        "period": "2026",
        "service": "childcare",
        "services": ("childcare",),
        "group": "all",
        "objective": "people",
        "sites_asked": 2,
        "capacity": None,
        "value": 900.0,
        "before": 500.0,
        "bound": 910.0,
        "gap": 10.0 / 910.0,
        "proven": False,
        "persons": 1000.0,
        "reachable": 950.0,
        "reached_before": 500.0,
        "reached_after": 900.0,
        "candidates": 40,
        "knee": 1,
        "scenario": Scenario(name, opened, (ClosedSite("childcare", facility="旧园"),)),
        **_shapes(site_names),
        **_tables(),
        "notes": (Note("siting.candidates_are"),),
    }
    return SitingRecord(**(told | more))


def _shapes(site_names):
    sites = pd.DataFrame(
        {
            "candidate": ["300mN00001E00001", "300mN00001E00002", "旧园"],
            "change": ["open", "open", "close"],
            "name": [*site_names, "旧园"],
            "town": ["t1", "t2", "t1"],
            "town_name": ["东镇", "西镇", "东镇"],
            "lon": [120.01, 120.02, 120.03],
            "lat": [30.0, 30.0, 30.0],
            "places": [np.nan, np.nan, 30.0],
            "cost": [np.nan] * 3,
            "persons_in_reach": [300.0, 250.0, np.nan],
            "persons_new": [250.0, 200.0, np.nan],
            "persons_only": [240.0, 190.0, np.nan],
            "value_without": [660.0, 710.0, np.nan],
            "runner_up": ["300mN00002E00001", "", ""],
            "runner_up_name": ["南街", "", ""],
            "runner_up_value": [880.0, np.nan, np.nan],
        }
    )
    cells = pd.DataFrame(
        {
            "cell_id": ["c1", "c2"],
            "candidate": sites["candidate"].iloc[:2].to_list(),
            "persons": [250.0, 150.0],
            "metres": [200.0, 400.0],
            "shared": [False, True],
        }
    )
    beyond = pd.DataFrame(
        {
            "cell_id": ["c8", "c9"],
            "unit": ["v2", "v2"],
            "unit_name": ["西村", "西村"],
            "persons": [30.0, 20.0],
            "nearest_m": [1500.0, np.inf],
            "reason": ["too_far", "off_network"],
        }
    )
    squares = [shapely.box(X + 100 * at, Y, X + 100 * at + 100, Y + 100) for at in range(4)]
    points = [shapely.Point(X + 100 * at, Y) for at in range(3)]
    return {
        "sites": gpd.GeoDataFrame(sites, geometry=points, crs=CRS),
        "reached": gpd.GeoDataFrame(cells, geometry=squares[:2], crs=CRS),
        "unreachable": gpd.GeoDataFrame(beyond, geometry=squares[2:], crs=CRS),
    }


def _tables():
    one, two = "300mN00001E00001", "300mN00001E00002"
    units = {"level": ["county", "town", "town"], "code": ["c", "t1", "t2"], "name": ["示例县", "东镇", "西镇"]}
    figures = {
        "people": [1000.0, 600.0, 400.0],
        "reached_before": [500.0, 400.0, 100.0],
        "reached_after": [900.0, 600.0, 300.0],
        "coverage_before": [0.5, 400 / 600, 0.25],
        "coverage_after": [0.9, 1.0, 0.75],
    }
    for name in ("access", "balanced_access", "balance"):
        figures |= {f"{name}_before": [0.5, 0.6, 0.4], f"{name}_after": [0.7, 0.7, 0.65]}
    figures |= {"overall_before": [50.0, 60.0, np.nan], "overall_after": [70.0, 70.0, np.nan]}
    return {
        "gained": pd.DataFrame(
            [(one, "v1", "东村", "all", 250.0), (two, "v2", "西村", "all", 200.0)],
            columns=["candidate", "unit", "unit_name", "group", "persons"],
        ),
        "shares": pd.DataFrame([(one, "旧园", "旧园", 50.0)], columns=["candidate", "other", "other_name", "persons"]),
        "runner_ups": pd.DataFrame(
            [(one, "300mN00002E00001", "南街", 120.011, 30.01, 880.0)],
            columns=["candidate", "runner_up", "name", "lon", "lat", "value"],
        ),
        "units": pd.DataFrame(units | figures),
        "groups": pd.DataFrame(
            [
                ("group", "all", 1000.0, 400.0),
                ("class", "urban", 600.0, 200.0),
                ("class", "rural", 400.0, 200.0),
                ("town", "lowest", 400.0, 250.0),
                ("town", "highest", 600.0, 150.0),
            ],
            columns=["kind", "id", "persons", "gained"],
        ),
        "curve": pd.DataFrame(
            [
                (0, 500.0, 500.0, True, 500.0, 600.0, "", 0.5),
                (1, 760.0, 760.0, True, 760.0, 800.0, one, 0.76),
                (2, 900.0, 910.0, False, 900.0, 930.0, f"{one}、{two}", 0.9),
            ],
            columns=["new_sites", "value", "bound", "proven", "people", "index", "candidates", "coverage"],
        ),
        "trade_off": pd.DataFrame(
            [(0.0, 900.0, 930.0, True, f"{one}、{two}"), (1.0, 890.0, 940.0, True, two)],
            columns=["share", "people", "index", "proven", "candidates"],
        ),
        "unreachable_units": pd.DataFrame(
            [("v2", "西村", "too_far", 30.0, 1), ("v2", "西村", "off_network", 20.0, 1)],
            columns=["unit", "unit_name", "reason", "persons", "cells"],
        ),
    }
