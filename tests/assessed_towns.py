"""Small towns to assess: one worked by hand, and random ones."""

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

from circle15.assess.circles import Circle
from circle15.assess.places import sites_of_services
from circle15.assess.rules import Rule
from circle15.catalogue.entries import Catalogue, Label, QualityTarget, Reach, Service, Speed, Supply


def walk(minutes, metres=None, decides="minutes"):
    return Reach(minutes=minutes, metres=metres, decides=decides, mode="walk")


def make_service(service, group, domain="field", urban=None, rural=None, also=()):
    urban = urban or walk(15.0)
    return Service(
        id=service,
        label=Label(service, service),
        domain=domain,
        department="bureau",
        group=group,
        speed="adult",
        urban=urban,
        rural=rural or urban,
        also=also,
        core=True,
        colour="#000000",
        capacity_unit=None,
        supply_standard=None,
        presence=None,
        quality_flags=(),
        osm_tags=(),
        sources=(),
    )


def make_circle(service, group, speed_m_s):
    """The circle that decides, with one speed for all."""
    urban, rural = (
        Rule(reach.mode, reach.minutes, reach.limit_m(speed_m_s), speed_m_s) for reach in (service.urban, service.rural)
    )
    return Circle(service, group, urban, rural, f"{service.id}_m")


def make_catalogue(*services, **speeds_m_s):
    """A catalogue of these services alone, with speeds by id: that of people on foot is ``adult``."""
    modes = {"adult": "walk"}
    speeds = {key: Speed(key, Label(key, key), modes.get(key, key), m_s, ()) for key, m_s in speeds_m_s.items()}
    return Catalogue({service.id: service for service in services}, {}, speeds, {}, {})


def make_zones(units, side_m=6000.0):
    """Units as (level, code, name, parent_code); all squares alike, for tests that need no shapes."""
    frame = pd.DataFrame(units, columns=["level", "code", "name", "parent_code"]).assign(urban_rural="urban")
    square = shapely.box(0, 0, side_m, side_m)
    return gpd.GeoDataFrame(frame, geometry=[square] * len(frame), crs=4550)


# --- The town of docs/index.md: nine cells of 600 m, numbered by rows from the north-west. ---

WORKED_ZONES = [
    ("county", "1", "Lattice", ""),
    ("town", "11", "West", "1"),
    ("town", "12", "East", "1"),
]
CHILDCARE = make_circle(
    replace(
        make_service("childcare", "0-2", "young", walk(15.0, 1000.0)),
        supply=Supply(400.0, "group"),
        quality_flags=("普惠",),
        quality=QualityTarget("普惠", 0.5),
    ),
    "0-2",
    1.0,
)
CLINIC = make_circle(make_service("clinic", "all", "health", walk(10.0, 500.0, "metres")), "all", 1.2)
FITNESS = make_circle(
    replace(make_service("fitness", "all", "health", walk(10.0, 1000.0)), supply=Supply(250.0, "group")), "all", 1.2
)
WORKED_CIRCLES = (CHILDCARE, CLINIC, FITNESS)


def worked_cells():
    cells = pd.DataFrame({"cell_id": [f"c{number}" for number in range(1, 10)]})
    cells["x"] = [300.0, 900.0, 1500.0] * 3
    cells["y"] = [1500.0] * 3 + [900.0] * 3 + [300.0] * 3
    cells["county_code"] = "1"
    cells["town_code"] = ["11", "11", "12"] * 3
    cells["urban_rural"] = "urban"
    cells["residential_m2"] = [4000.0, 1000.0, 2000.0, 3000.0, 6000.0, 4000.0, 2000.0, 4000.0, 4000.0]
    cells["persons_all"] = [100.0, 50.0, 60.0, 100.0, 150.0, 90.0, 50.0, 50.0, 100.0]
    cells["persons_0-2"] = [5.0, 5.0, 0.0, 5.0, 10.0, 0.0, 10.0, 5.0, 0.0]
    for service, at, leg_m in (("childcare", 0, 24.0), ("clinic", 3, 80.0), ("fitness", 5, 60.0)):
        blocks = [abs(cell // 3 - at // 3) + abs(cell % 3 - at % 3) for cell in range(9)]
        cells[f"{service}_m"] = [600.0 * steps + leg_m for steps in blocks]
        cells[f"{service}_facility"] = {"childcare": "House", "clinic": "Clinic", "fitness": "Ground"}[service]
    return cells


def worked_facilities():
    rows = [
        ("House", "childcare", 3.0, False, "普惠"),
        ("Sun", "childcare", 1.0, True, "普惠"),
        ("Clinic", "clinic", math.nan, False, ""),
        ("Ground", "fitness", 36.0, False, ""),
    ]
    frame = pd.DataFrame(rows, columns=["facility_id", "service", "capacity", "flag_普惠", "flags_told"])
    return frame.assign(name=frame["facility_id"], inside=True)


def worked_pairs():
    """Every facility within 2 km of every cell; of Sun's way 400 m are off the lattice."""
    cells = worked_cells()
    of_facility = {
        "House": ("childcare", cells["childcare_m"], 1.0),
        "Sun": ("childcare", cells["childcare_m"] - 24.0 + 400.0, 1.0),
        "Clinic": ("clinic", cells["clinic_m"], 1.2),
        "Ground": ("fitness", cells["fitness_m"], 1.2),
    }
    frames = [
        pd.DataFrame({"cell_id": cells["cell_id"], "metres": metres, "minutes": metres / m_s / 60.0}).assign(
            facility_id=facility, service=service
        )
        for facility, (service, metres, m_s) in of_facility.items()
    ]
    pairs = pd.concat(frames)
    return pairs[pairs["metres"] <= 2000.0].sort_values(["cell_id", "facility_id"], ignore_index=True)


def worked_sites():
    return sites_of_services(worked_cells(), worked_pairs(), worked_facilities(), WORKED_CIRCLES)


# --- Random places: up to 30 cells in up to 4 towns of one county, three services, some cells out of all reach. ---

RANDOM_CIRCLES = (
    make_circle(make_service("childcare", "0-2", "young", walk(15.0)), "0-2", 1.0),
    make_circle(make_service("clinic", "all", "health", walk(10.0), walk(20.0)), "all", 1.2),
    make_circle(make_service("fitness", "all", "health", walk(10.0, 500.0, "metres")), "all", 1.2),
)
RANDOM_ZONES = make_zones(
    [("county", "1", "County", "")] + [("town", f"1{town}", f"Town {town}", "1") for town in range(4)]
)


@st.composite
def random_cells(draw):
    size = draw(st.integers(1, 30))

    def column(values):
        return draw(st.lists(values, min_size=size, max_size=size))

    metres = st.one_of(st.floats(0.0, 5000.0), st.just(float("inf")), st.sampled_from([500.0, 720.0, 900.0, 1440.0]))
    town = np.array(column(st.integers(0, 3)))
    cells = pd.DataFrame({"cell_id": [f"c{number:02d}" for number in range(size)]})
    cells["county_code"] = "1"
    cells["town_code"] = [f"1{code}" for code in town]
    cells["urban_rural"] = np.where(town % 2 == 0, "urban", "rural")
    cells["residential_m2"] = column(st.floats(0.0, 1e4))
    cells["persons_0-2"] = column(st.one_of(st.just(0.0), st.floats(0.01, 50.0)))
    cells["persons_all"] = cells["persons_0-2"] + np.array(column(st.one_of(st.just(0.0), st.floats(0.01, 500.0))))
    for circle in RANDOM_CIRCLES:
        cells[f"{circle.service.id}_m"] = np.array(column(metres), dtype=float)
    return cells


def table_under(text, heading):
    """The first Markdown table below a heading, as a frame of text."""
    lines = text.partition(f"\n### {heading}\n")[2].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    end = next((number for number in range(start, len(lines)) if not lines[number].startswith("|")), len(lines))
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:end])
    return pd.DataFrame(rows, columns=header)


def as_documented(value):
    """A number of a documented table, the last of a sum worked out, and by how much rounding may have moved it."""
    value = value.rpartition("=")[2].strip()
    if value == "no data":
        return float("nan"), 0.0
    return float(value), 0.5 * 10.0 ** -len(value.partition(".")[2]) if "." in value else 0.0
