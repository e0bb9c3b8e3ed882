"""A county of one straight road, west to east: an urban town on its first two kilometres, a rural one behind.

Cells stand every kilometre, 10 m north of the road. Walking and cycling, its metres are its length; driving, a metre
eastward counts as two and a metre westward as three. People walk 1.2, ride 3.0 and drive 12 metres a second, so a leg
of 10 m counts as 25 m of cycling and 100 m of driving.
"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from assessed_towns import make_catalogue
from lattice_towns import CRS, streets

from circle15.model.facilities import FACILITY_COLUMNS, FacilityLayer
from circle15.model.ledger import Ledger
from circle15.model.population import PopulationGrid, cell_ids
from circle15.model.study import Study
from circle15.model.zones import Zones
from circle15.pipeline.reading.horizon import horizon_of
from circle15.pipeline.reading.study_inputs import StudyInputs

X0, Y0 = 500_000.0, 3_300_000.0
LENGTH_M, BORDER_M = 4000.0, 2000.0
SPEEDS = {"adult": 1.2, "cycle": 3.0, "drive": 12.0}
CELLS_AT_M = (500.0, 1500.0, 2500.0, 3500.0)
PERSONS = (100.0, 50.0, 30.0, 7.0)
STUDY = {
    "study": {"place": "直路县", "id": "zhilu", "period": "2026"},
    "zones": [{"file": "zones.gpkg", "level": "county"}],
    "network": {"file": "streets.osm.pbf"},
    "population": {"raster": "people.tif"},
    "facilities": [{"service": "any", "file": "any.csv"}],
}


def road(mode):
    """The road as one mode travels it, with a node every 500 m."""
    x = np.arange(0.0, LENGTH_M + 1, 500.0)
    node_xy = np.column_stack([x + X0, np.full(len(x), Y0)])
    ends = np.column_stack([np.arange(len(x) - 1), np.arange(1, len(x))])
    walked = streets(node_xy, ends, crs=CRS)
    if mode == "drive":
        return replace(walked, forward_m=walked.length_m * 2, backward_m=walked.length_m * 3, mode=mode)
    return replace(walked, mode=mode)


def county(west="urban", east="rural"):
    """The county and its two towns, of these classes."""
    rows = [("county", "1", "直路县", "", ""), ("town", "11", "西街道", "1", west), ("town", "12", "东乡", "1", east)]
    shapes = [
        shapely.box(X0 + a, Y0 - 500, X0 + b, Y0 + 500) for a, b in ((0, LENGTH_M), (0, BORDER_M), (BORDER_M, LENGTH_M))
    ]
    columns = ["level", "code", "name", "parent_code", "urban_rural"]
    return Zones(gpd.GeoDataFrame(rows, columns=columns, geometry=shapes, crs=CRS))


def people():
    """The cells and who lives there: everyone, and as many older people."""
    x = np.array(CELLS_AT_M) + X0
    number = np.floor(x / 100).astype(np.int64)
    cells = pd.DataFrame({"cell_id": cell_ids(number, np.full(len(x), 33_000), 100)})
    cells = cells.assign(x=x, y=Y0 + 10.0, residential_m2=np.nan, county_code="1")
    cells["town_code"] = np.where(x < X0 + BORDER_M, "11", "12")
    return PopulationGrid(CRS, 100, cells, pd.DataFrame({"all": PERSONS}))


def layer(sites):
    """Facilities on the road: ``(service, id, metres from its western end, kind)``."""
    sites = sorted(sites, key=lambda site: (site[0], site[1]))
    rows = [
        (id_, service, id_, "", kind, np.nan, 0 <= at <= LENGTH_M, f"{service}.csv", "", number, "")
        for number, (service, id_, at, kind) in enumerate(sites, 2)
    ]
    entrances = pd.DataFrame({"facility": range(len(sites)), "x": [X0 + site[2] for site in sites], "y": Y0})
    return FacilityLayer(CRS, pd.DataFrame(rows, columns=list(FACILITY_COLUMNS)), entrances)


def inputs_of(services, sites, zones=None):
    """The inputs of a study of these services with these sites."""
    catalogue, zones = make_catalogue(*services, **SPEEDS), zones or county()
    horizon = horizon_of(catalogue, ("urban", "rural"))
    return StudyInputs(
        study=Study.model_validate(STUDY),
        catalogue=catalogue,
        zones=zones,
        networks={mode: road(mode) for mode in horizon.modes},
        as_mapped=None,
        patch=gpd.GeoDataFrame(geometry=[], crs=CRS),
        population=people(),
        facilities=layer(sites),
        ledger=Ledger(),
        horizon=horizon,
        notes=(),
    )
