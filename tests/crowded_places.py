"""A street of cells and day nurseries, worked by hand; and random districts to be held against their own rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
from assessed_towns import make_circle, make_service, make_zones, walk

from circle15.catalogue.entries import Label, Supply

# West to east, 600 m apart: cells c1 to c6; nurseries N1 at c1, N2 at c3, N3 at c5 (beyond the border). At 1 m/s and
# 15 minutes each reaches its own cell and the two beside it.
ZONES = make_zones([("county", "1", "Street", ""), ("town", "11", "West", "1"), ("town", "12", "East", "1")])
AT = {"N1": 0, "N2": 2, "N3": 4}


HALF_A_PLACE = Supply(500, "group")


def nursery(supply=HALF_A_PLACE, group="0-2", counted="0-2"):
    service = make_service("nursery", group, urban=walk(15.0))
    return make_circle(replace(service, supply=supply, capacity_unit=Label("托位", "places")), counted, 1.0)


def street_cells(infants=(20.0, 40.0, 10.0, 30.0, 20.0, 8.0), residents=1000.0):
    metres = np.array([min(600.0 * abs(cell - at) for at in AT.values()) for cell in range(6)])
    frame = pd.DataFrame({"cell_id": [f"c{number}" for number in range(1, 7)]})
    frame["county_code"], frame["town_code"], frame["urban_rural"] = "1", ["11"] * 3 + ["12"] * 3, "urban"
    frame["residential_m2"] = np.nan
    frame["persons_all"], frame["persons_0-2"] = residents, list(infants)
    metres[5] = 1000.0  # the last cell has a long way round
    return frame.assign(nursery_m=metres)


def street_facilities(capacity=(10.0, 20.0, 30.0)):
    frame = pd.DataFrame({"facility_id": list(AT), "service": "nursery", "name": [f"托育园{n}" for n in "甲乙丙"]})
    return frame.assign(inside=[True, True, False], capacity=list(capacity))


def street_pairs():
    """As far as 1500 m: beyond some cells' limit."""
    rows = []
    for cell in range(6):
        for facility, at in AT.items():
            metres = 1000.0 if (cell, facility) == (5, "N3") else 600.0 * abs(cell - at)
            if metres <= 1500:
                rows.append((f"c{cell + 1}", facility, "nursery", "walk", metres, metres / 60.0))
    return pd.DataFrame(rows, columns=["cell_id", "facility_id", "service", "mode", "metres", "minutes"])


def random_district(number):
    """Cells in four towns, with sites of three services of which some have no known capacity."""
    dice = np.random.default_rng(number)
    size, sites = 60, 9
    zones = make_zones([("county", "1", "C", ""), *(("town", f"1{t}", f"T{t}", "1") for t in range(4))])
    step = 2.0**-30
    cells = pd.DataFrame({"cell_id": [f"c{n:03d}" for n in range(size)], "county_code": "1"})
    cells["town_code"] = [f"1{t}" for t in dice.integers(0, 4, size)]
    cells["urban_rural"] = np.where(dice.random(size) < 0.5, "urban", "rural")
    cells["residential_m2"] = np.nan
    cells["persons_all"] = np.round(dice.random(size) * 90 / step) * step
    cells["persons_0-2"] = np.round(cells["persons_all"] * dice.random(size) * 0.1 / step) * step
    circles, facilities, pairs = [], [], []
    for service, supply, group in (
        ("one", Supply(1000, "group"), "0-2"),
        ("two", Supply(40, "residents"), "0-2"),
        ("three", None, "all"),
    ):
        made = replace(make_service(service, group, urban=walk(10.0), rural=walk(15.0)), supply=supply)
        circles.append(make_circle(made, group, 1.0))
        far = np.round(dice.random((size, sites)) * 2400)
        capacity = np.where(dice.random(sites) < 0.1, np.nan, np.floor(dice.random(sites) * 40))
        names = [f"{service}{n}" for n in range(sites)]
        facilities.append(
            pd.DataFrame(
                {
                    "facility_id": names,
                    "service": service,
                    "name": names,
                    "inside": dice.random(sites) < 0.8,
                    "capacity": capacity,
                }
            )
        )
        at = np.nonzero(far <= 900)
        pairs.append(
            pd.DataFrame(
                {
                    "cell_id": cells["cell_id"].to_numpy()[at[0]],
                    "facility_id": np.array(names, dtype=object)[at[1]],
                    "service": service,
                    "metres": far[at],
                    "minutes": far[at] / 60,
                }
            )
        )
        cells[f"{service}_m"] = far.min(axis=1)
    return cells, zones, pd.concat(pairs), pd.concat(facilities, ignore_index=True), circles
