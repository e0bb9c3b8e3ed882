"""Random counties with towns of both classes, streets of three modes, and a border; told anew by walking cut streets.

The oracle knows the definitions alone: a cell is counted by the mode and the minutes of its own town's rule, a compound
standard is met where the last of its sites is reached, and what lies beyond the border is or is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from assessed_towns import make_catalogue, make_service
from lattice_towns import CRS, CutStreets, Town, as_read, with_directions
from ruled_town import SPEEDS, STUDY

from circle15.catalogue.entries import Label, Need, Reach
from circle15.model.facilities import FACILITY_COLUMNS, FacilityLayer
from circle15.model.ledger import Ledger
from circle15.model.population import PopulationGrid
from circle15.model.study import Study
from circle15.model.zones import Zones
from circle15.pipeline.reading.horizon import horizon_of
from circle15.pipeline.reading.study_inputs import StudyInputs

MODES = ("walk", "cycle", "drive")
KINDS = ("甲", "乙")
PLAIN, BOTH = "plain", "both"  # a service with one kind of site, and one of whose two kinds several are asked for


@dataclass(frozen=True)
class Asked:
    """The rules of a case: by class its mode and minutes, and how many sites of each kind ``BOTH`` asks for."""

    urban: tuple[str, float]
    rural: tuple[str, float]
    counts: tuple[int, int]
    travel: str = "to_site"

    def rule(self, rural):
        """Mode and minutes of a class."""
        return self.rural if rural else self.urban


def services_of(asked):
    """The two services with these rules."""
    urban, rural = (Reach(minutes=minutes, mode=mode) for mode, minutes in (asked.urban, asked.rural))
    plain = replace(make_service(PLAIN, "all", urban=urban, rural=rural), travel=asked.travel)
    needs = tuple(Need(Label(kind, kind), count, (kind,)) for kind, count in zip(KINDS, asked.counts, strict=True))
    return plain, replace(plain, id=BOTH, label=Label(BOTH, BOTH), needs=needs)


def networks_of(town, rng):
    """The town's streets for each mode: as drawn for walkers, with slopes and one-ways of their own for the others."""
    walked = as_read(town.network)
    changed = {"cycle": (0.2, 0.3), "drive": (0.4, 0.6)}
    others = {mode: replace(with_directions(rng, walked, *shares), mode=mode) for mode, shares in changed.items()}
    return {"walk": walked, **others}


def county_of(town, rng):
    """Two towns, west urban and east rural, around the middle of the streets: what is beyond them is outside."""
    low, high = town.network.node_xy.min(axis=0) - 60.0, town.network.node_xy.max(axis=0) + 60.0
    west, south = low + (high - low) * rng.uniform(0.0, 0.3, 2)
    east, north = high - (high - low) * rng.uniform(0.0, 0.3, 2)
    middle = west + (east - west) * rng.uniform(0.3, 0.7)
    rows = [("county", "1", "县", "", ""), ("town", "11", "西街道", "1", "urban"), ("town", "12", "东乡", "1", "rural")]
    shapes = [shapely.box(a, south, b, north) for a, b in ((west, east), (west, middle), (middle, east))]
    columns = ["level", "code", "name", "parent_code", "urban_rural"]
    return Zones(gpd.GeoDataFrame(rows, columns=columns, geometry=shapes, crs=CRS)), middle


def inputs_of(town, asked, seed):
    """A study of the town: its cells inside the county, its entrances as sites of either kind and service."""
    rng = np.random.default_rng(seed)
    zones, middle = county_of(town, rng)
    area = zones.root.geometry.iloc[0]
    xy = town.cell_xy[shapely.contains_xy(area, town.cell_xy)]
    if not len(xy):
        xy = np.array([[area.centroid.x, area.centroid.y]])
    cells = pd.DataFrame({"cell_id": [f"{row:04}" for row in range(len(xy))], "x": xy[:, 0], "y": xy[:, 1]})
    cells = cells.assign(residential_m2=np.nan, county_code="1", town_code=np.where(xy[:, 0] < middle, "11", "12"))
    persons = pd.DataFrame({"all": 2.0 ** np.arange(len(xy))})
    catalogue = make_catalogue(*services_of(asked), **SPEEDS)
    return StudyInputs(
        study=Study.model_validate(STUDY),
        catalogue=catalogue,
        zones=zones,
        networks=networks_of(town, rng),
        as_mapped=None,
        patch=gpd.GeoDataFrame(geometry=[], crs=CRS),
        population=PopulationGrid(CRS, 100, cells, persons),
        facilities=layer_of(town, area, rng),
        ledger=Ledger(),
        horizon=horizon_of(catalogue, ("urban", "rural")),
        notes=(),
    )


def layer_of(town, area, rng):
    """Each of the town's facilities for each service, with its entrances and one of the kinds."""
    kinds = rng.choice(KINDS, len(town.facilities))
    rows, entrances = [], []
    for service in sorted((PLAIN, BOTH)):
        for facility, kind in zip(town.facilities, kinds, strict=True):
            doors = town.entrance_xy[town.entrance_facility == facility]
            inside = bool(shapely.contains_xy(area, *doors[0]))
            name, number = f"{service}-{facility:02}", len(rows)
            rows.append((name, service, name, "", str(kind), np.nan, inside, "sites.csv", "", number + 2, ""))
            entrances += [(number, x, y) for x, y in doors.tolist()]
    return FacilityLayer(
        CRS, pd.DataFrame(rows, columns=list(FACILITY_COLUMNS)), pd.DataFrame(entrances, columns=["facility", "x", "y"])
    )


def true_metres(inputs, mode, network=None, travel="to_site", only=None):
    """Metres by mode from each cell to each facility (rows of the layer, those among ``only``), ``inf`` elsewhere."""
    network = inputs.networks[mode] if network is None else network
    if travel == "from_site":
        there, back = network.directions_m
        network = replace(network, forward_m=back, backward_m=there)
    layer = inputs.facilities
    keep = np.ones(len(layer.facilities), dtype=bool) if only is None else only
    doors = layer.entrances[keep[layer.entrances["facility"]]]
    found = np.full((len(inputs.population.cells), len(layer.facilities)), np.inf)
    if not len(doors):
        return found
    xy, owner = doors[["x", "y"]].to_numpy(), doors["facility"].to_numpy()
    factor = 1.0 if mode == "walk" else SPEEDS[mode] / SPEEDS["adult"]
    town = Town(network, inputs.population.cells[["x", "y"]].to_numpy(), xy, owner, np.inf, factor)
    found[:, np.unique(owner)] = CutStreets(town).metres()
    return found


def deciding_metres(inputs, service, metres, only=None):
    """The last of what a service asks for, from every facility's metres: plain Python, cell by cell."""
    facilities = inputs.facilities.facilities
    keep = np.ones(len(facilities), dtype=bool) if only is None else only
    own = [row for row in range(len(facilities)) if keep[row] and facilities["service"].iloc[row] == service.id]
    every = [row for row in range(len(facilities)) if facilities["service"].iloc[row] == service.id]
    kinds = facilities["kind"].tolist()
    # A kind that no list holds is no standard: the nearest of any kind decides then.
    if service.needs and all(any(kinds[row] == kind for row in every) for kind in KINDS):
        groups = [
            ([row for row in own if kinds[row] == kind], need.count)
            for kind, need in zip(KINDS, service.needs, strict=True)
        ]
    else:
        groups = [(own, 1)]
    decided = []
    for row in metres.tolist():
        last = []
        for group, count in groups:
            nearest = sorted(row[facility] for facility in group)
            last.append(nearest[count - 1] if len(nearest) >= count else np.inf)
        decided.append(max(last))
    return np.array(decided)


def true_deciding(inputs, service, asked, networks=None, only=None):
    """Metres that decide for each cell, by the mode of its own town."""
    rural = inputs.population.cells["town_code"].to_numpy() == "12"
    found = np.full(len(rural), np.inf)
    for own in (False, True):
        mode, _ = asked.rule(own)
        network = None if networks is None else networks[mode]
        if networks is not None and network is None:
            continue
        metres = true_metres(inputs, mode, network, asked.travel, only)
        found[rural == own] = deciding_metres(inputs, service, metres, only)[rural == own]
    return found


def limits(inputs, asked):
    """The metres of each cell's own rule."""
    rural = inputs.population.cells["town_code"].to_numpy() == "12"
    speeds = {"walk": SPEEDS["adult"], "cycle": SPEEDS["cycle"], "drive": SPEEDS["drive"]}
    metres = [minutes * 60 * speeds[mode] for mode, minutes in (asked.urban, asked.rural)]
    return np.where(rural, metres[1], metres[0])
