"""Runs of a lattice county, small enough to count by hand: a street along every row and column of 100 m cells."""

import dataclasses
import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from made_results import made_catalogue

from circle15.assess.circles import deciding_circles
from circle15.assess.clusters import Gathering
from circle15.assess.index.slices import SLICE_COLUMNS
from circle15.assess.underserved import underserved_areas
from circle15.catalogue.entries import Department, Label, Supply
from circle15.model.study import Study
from circle15.pipeline.assessing import assess
from circle15.pipeline.run import LEDGER_COLUMNS
from circle15.results import Results
from circle15.results.store import save_frames, save_manifest, settings_of

CRS = 4550
WEST, SOUTH = 560_000, 3_310_000
CELL_M = 100
CLINIC = ("clinic", "社区卫生服务站", "Clinic", "health", "all", "#CC79A7", 10, 1)
CANTEEN = ("canteen", "老年食堂", "Canteen", "elder_care", "60+", "#009E73", 10, 1)
REACH_M = 400.0  # four cells of street
LEAST_RESIDENTS = 100.0
# Two towns side by side, each with two villages.
BORDER = 10
COLUMNS, ROWS = 20, 6


def catalogue_of(services=(CLINIC,), per_1000=None):
    made = made_catalogue(services)
    departments = {
        "health": Department("health", Label("卫健", "Health")),
        "civil": Department("civil", Label("民政", "Civil affairs")),
    }
    owners = {"clinic": "health", "canteen": "civil"}
    speed = dataclasses.replace(made.speeds["walk"], m_s=REACH_M / 600.0)
    speeds = made.speeds | {"walk": speed, "elder": dataclasses.replace(speed, id="elder")}
    supply = None if per_1000 is None else Supply(per_1000, "group")
    own = {
        id_: dataclasses.replace(
            service,
            department=owners[id_],
            supply=supply,
            capacity_unit=Label("个", "places"),
            sources=tuple(dataclasses.replace(source, document="a text") for source in service.sources),
        )
        for id_, service in made.services.items()
    }
    return dataclasses.replace(made, services=own, speeds=speeds, departments=departments)


def study_of(period, services=(CLINIC,), **issues):
    return Study.model_validate(
        {
            "study": {"place": "格子县", "id": "gezi", "period": period},
            "zones": [{"file": "zones.gpkg", "level": "town"}],
            "network": {"file": "streets.osm.pbf"},
            "population": {"raster": "people.tif"},
            "facilities": [{"service": row[0], "file": "list.xlsx", "datum": "wgs84"} for row in services],
            "underserved": {"within_m": 100.0, "least_residents": LEAST_RESIDENTS},
            "issues": issues,
        }
    )


def zones_of(border=BORDER):
    def box(first, last):
        return shapely.box(WEST + first * CELL_M, SOUTH, WEST + last * CELL_M, SOUTH + ROWS * CELL_M)

    rows = [
        ("county", "339901", "格子县", "", "", box(0, COLUMNS)),
        ("town", "339901001", "西镇", "339901", "urban", box(0, border)),
        ("town", "339901002", "东镇", "339901", "urban", box(border, COLUMNS)),
        ("village", "339901001001", "西村", "339901001", "urban", box(0, border)),
        ("village", "339901002001", "东村", "339901002", "urban", box(border, COLUMNS)),
    ]
    names = ["level", "code", "name", "parent_code", "urban_rural", "geometry"]
    return gpd.GeoDataFrame(rows, columns=names, geometry="geometry", crs=CRS)


def run_of_town(
    period, people, sites, *, services=(CLINIC,), border=BORDER, per_1000=None, shuffle=None, blocked=(), **issues
):
    """The results of one run.

    ``people``: persons by (column, row). ``sites``: (service, id, name, column, row, capacity). ``blocked``: cells
    (column, row) that reach nothing.
    """
    zones, catalogue = zones_of(border), catalogue_of(services, per_1000)
    cells = _cells(people, border, services)
    facilities = _facilities(sites)
    pairs = _pairs(cells, facilities, services, set(blocked))
    cells = _with_nearest(cells, pairs, services)
    if shuffle is not None:
        cells = cells.sample(frac=1.0, random_state=shuffle).reset_index(drop=True)
        facilities = facilities.sample(frac=1.0, random_state=shuffle).reset_index(drop=True)
        pairs = pairs.sample(frac=1.0, random_state=shuffle).reset_index(drop=True)
    counted = {row[0]: row[4] for row in services}
    circles = deciding_circles(catalogue, counted)
    study = study_of(period, services, **issues)
    near = pairs[pairs["metres"] <= REACH_M]
    assessed = assess(cells, near, facilities, zones, catalogue, circles, study.index)
    entrances = facilities[["service", "facility_id"]].assign(x=facilities.geometry.x, y=facilities.geometry.y)
    gathering = Gathering(study.underserved.within_m, study.underserved.least_residents)
    areas = underserved_areas(assessed.cells, zones, circles, entrances, CELL_M, gathering, "zh").areas
    return Results(
        study=study,
        catalogue=catalogue,
        zones=zones,
        cells=assessed.cells,
        pairs=near,
        facilities=facilities,
        coverage=assessed.coverage,
        index_parts=assessed.index_parts,
        index=assessed.index,
        index_slices=assessed.index_slices[list(SLICE_COLUMNS)],
        underserved=areas,
        isochrones=gpd.GeoDataFrame({"service": [], "facility_id": [], "minutes": []}, geometry=[], crs=CRS),
        ledger=pd.DataFrame(columns=list(LEDGER_COLUMNS))
        .astype("str")
        .astype({"row": "int64", "lon": float, "lat": float}),
        notes=(),
        rules=assessed.rules,
        service_states=assessed.service_states,
        loads=assessed.loads,
        catchments=assessed.catchments,
    )


def _cells(people, border, services):
    column, row = (np.array([place[axis] for place in people]) for axis in (0, 1))
    cells = pd.DataFrame({"x": WEST + (column + 0.5) * CELL_M, "y": SOUTH + (row + 0.5) * CELL_M})
    north, east = (cells["y"] // CELL_M).astype(int), (cells["x"] // CELL_M).astype(int)
    cells.insert(0, "cell_id", [f"100mN{r:06d}E{c:06d}" for r, c in zip(north, east, strict=True)])
    persons = np.array(list(people.values()), dtype=float)
    town = np.where(column < border, "339901001", "339901002")
    cells = cells.assign(county_code="339901", town_code=town, village_code=[f"{code}001" for code in town])
    cells = cells.assign(urban_rural="urban", residential_m2=np.nan, persons_all=persons, leg_m=0.0)
    for group in {row[4] for row in services} - {"all"}:
        cells[f"persons_{group}"] = persons / 2
    cells = cells.assign(on_network=True, island=0, network_gap=False)
    points = gpd.points_from_xy(cells["x"], cells["y"]).buffer(CELL_M / 2, cap_style="square")
    return gpd.GeoDataFrame(cells, geometry=points, crs=CRS).sort_values("cell_id", ignore_index=True)


def _facilities(sites):
    names = ["service", "facility_id", "name", "column", "row_of", "capacity"]
    frame = pd.DataFrame(sites, columns=names).astype({"capacity": float})
    points = gpd.points_from_xy(WEST + (frame["column"] + 0.5) * CELL_M, SOUTH + (frame["row_of"] + 0.5) * CELL_M)
    told = frame[["facility_id", "service", "name", "capacity"]].assign(
        address="", inside=True, leg_m=0.0, on_network=True, island=0, file="list.xlsx", row=range(2, len(frame) + 2)
    )
    text = dict.fromkeys(("facility_id", "service", "name", "address", "file"), "str")
    return gpd.GeoDataFrame(told.astype(text), geometry=points, crs=CRS)


def _pairs(cells, facilities, services, blocked):
    """Every cell and site by the streets: as far as along the two sides of a block."""
    tables = []
    shut = {(WEST + (column + 0.5) * CELL_M, SOUTH + (row + 0.5) * CELL_M) for column, row in blocked}
    out = np.array([place in shut for place in zip(cells["x"], cells["y"], strict=True)])
    for service in (row[0] for row in services):
        sites = facilities[facilities["service"] == service]
        gaps = [np.abs(cells[axis].to_numpy()[:, None] - getattr(sites.geometry, axis).to_numpy()) for axis in "xy"]
        metres = np.where(out[:, None], np.inf, gaps[0] + gaps[1])
        cell, site = np.nonzero(np.isfinite(metres))
        tables.append(
            pd.DataFrame(
                {
                    "cell_id": cells["cell_id"].to_numpy()[cell],
                    "facility_id": sites["facility_id"].to_numpy(dtype=object)[site],
                    "service": service,
                    "mode": "walk",
                    "metres": metres[cell, site],
                    "minutes": metres[cell, site] / REACH_M * 10.0,
                }
            )
        )
    return pd.concat(tables, ignore_index=True).astype({"facility_id": "str", "service": "str", "mode": "str"})


def _with_nearest(cells, pairs, services):
    for service in (row[0] for row in services):
        own = pairs[pairs["service"] == service].sort_values(["metres", "facility_id"]).drop_duplicates("cell_id")
        own = own.set_index("cell_id")
        metres = own["metres"].reindex(cells["cell_id"]).fillna(np.inf).to_numpy()
        facility = own["facility_id"].reindex(cells["cell_id"]).fillna("").to_numpy(dtype=object)
        cells = cells.assign(
            **{f"{service}_m": metres, f"{service}_facility": facility, f"{service}_mode": "walk"}
        ).astype({f"{service}_facility": "str"})
    return cells


def hamlet(column, row, persons, width=3):
    """People in a row of cells."""
    return {(column + at, row): float(persons) for at in range(width)}


def keep_run(results, home):
    """The run on disk, as a workspace keeps it; gives its folder."""
    about = results.study.study
    folder = home / "data" / "processed" / about.id / about.period
    folder.mkdir(parents=True, exist_ok=True)
    save_frames(results, folder)
    digest = hashlib.sha256((folder / "cells.parquet").read_bytes() + (folder / "facilities.parquet").read_bytes())
    save_manifest(settings_of(results) | {"made_of": digest.hexdigest()}, folder)
    return folder
