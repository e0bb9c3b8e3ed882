"""The candidates of a siting problem: from lists and parcels, from buildings that stand, from the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from circle15.access.entrances import boundary_entrances
from circle15.catalogue.suggestions import not_known
from circle15.inputs.candidates.read import read_candidates
from circle15.inputs.files.paths import require_own_path
from circle15.inputs.files.readable import require_readable
from circle15.inputs.population.landuse import land_with
from circle15.model.projection import transformer
from circle15.pipeline.search.joining import joinable_edges
from circle15.siting.problem import NEW
from circle15.siting.street_candidates import along_candidates, junction_candidates, street_candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.model.candidates import Candidate
    from circle15.model.ledger import Note
    from circle15.model.network import StreetNetwork
    from circle15.model.study import CandidateSource, SitingSettings
    from circle15.pipeline.reading.study_inputs import StudyInputs

    Floats = NDArray[np.float64]

# Coordinates are told, written and computed with so many decimals of a degree, so that a list of the new sites gives
# the same ways again.
DECIMALS = 7
OUTSIDE = "-"
COLUMNS = ("name", "x_m", "y_m", "lon", "lat", "cost", "places", "must", "forbidden", "services", "origin", "area_m2")
LIST, PARCEL, BUILDING, STREET = "list", "parcel", "building", "street"
PLAIN = {"cost": np.nan, "places": np.nan, "must": False, "forbidden": False, "area_m2": np.nan}
STREETS: dict[str, Callable[[StreetNetwork, int, NDArray[np.bool_] | None], pd.DataFrame]] = {
    "squares": street_candidates,
    "junctions": lambda network, _, joinable: junction_candidates(network, joinable),
    "along": along_candidates,
}


def candidates_of(
    inputs: StudyInputs,
    folder: Path,
    settings: SitingSettings,
    further: Sequence[tuple[CandidateSource, Path]],
    counted: str,
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Every candidate inside the study's area.

    Parameters
    ----------
    inputs
        The study.
    folder
        Where the files that its ``[siting]`` names lie.
    settings
        Where candidates come from.
    further
        Lists that the command names, with their files.
    counted
        Id of the service whose unit capacities are in.

    Returns
    -------
    DataFrame
        By id: ``COLUMNS``, ``town`` and ``kind``. ``origin`` is list, parcel, building or street.
    notes
        What is to be said of the lists.

    Raises
    ------
    Circle15Error
        A list or the land use cannot be used, or a service is not known.
    """
    listed, notes = _listed(inputs, folder, settings, further, counted)
    parts = [listed, _buildings(inputs, settings)]
    anything = any(len(part) for part in parts)
    streets = settings.streets or ("none" if anything or settings.candidates or further else "squares")
    if streets != "none":
        parts.append(_from_streets(inputs, folder, settings, streets))
    found = pd.concat([part for part in parts if len(part)]) if any(map(len, parts)) else parts[0]
    found = found[~found.index.duplicated()]
    return found.assign(kind=NEW, town=towns_of(inputs, found)), notes


def _listed(
    inputs: StudyInputs,
    folder: Path,
    settings: SitingSettings,
    further: Sequence[tuple[CandidateSource, Path]],
    counted: str,
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    own = [(source, require_own_path(folder, source.file)) for source in settings.candidates]
    for _, path in (*own, *further):
        require_readable(path, vouched=False)
    services = inputs.catalogue.services
    found, _, notes = read_candidates([*own, *further], inputs.zones, services, services[counted])
    taken = set(inputs.facilities.facilities["facility_id"])
    entered = _entered(inputs, found)
    records = [
        {
            "id": each.id if each.id not in taken else f"{each.at.file}:{each.id}",
            "name": each.name,
            "cost": each.cost,
            "places": each.places,
            "must": each.must,
            "forbidden": each.forbidden,
            "services": each.services,
            "origin": LIST if each.parcel is None else PARCEL,
            "area_m2": np.nan if each.parcel is None else float(each.parcel.area),
        }
        for each in found
    ]
    table = pd.DataFrame(records, columns=["id", *(name for name in COLUMNS if name not in ("x_m", "y_m"))])
    return _located(inputs, table.assign(x_m=entered[:, 0], y_m=entered[:, 1]).set_index("id")), notes


def _entered(inputs: StudyInputs, found: Sequence[Candidate]) -> Floats:
    """Where each candidate is entered: points as they are, parcels at the boundary nearest to a street."""
    xy = np.array([(each.x, each.y) for each in found], dtype=np.float64).reshape(-1, 2)
    parcels = {at: each.parcel for at, each in enumerate(found) if each.parcel is not None}
    if parcels:
        network = inputs.network
        xy[list(parcels)] = boundary_entrances(network, list(parcels.values()), joinable_edges(network))
    return xy


def _buildings(inputs: StudyInputs, settings: SitingSettings) -> pd.DataFrame:
    """The existing sites of other services, inside the area."""
    layer = inputs.facilities
    for service in settings.buildings:
        if service not in inputs.catalogue.services:
            raise not_known("candidates.unknown_building", service, inputs.catalogue.services)
    own = layer.facilities[layer.facilities["service"].isin(settings.buildings) & layer.facilities["inside"]]
    first = layer.entrances.drop_duplicates("facility").set_index("facility").loc[own.index]
    table = pd.DataFrame(
        {"name": own["name"].to_numpy(), "x_m": first["x"].to_numpy(), "y_m": first["y"].to_numpy()},
        index=own["facility_id"].to_numpy(object),
    )
    return _plain(inputs, table, BUILDING)


def _from_streets(inputs: StudyInputs, folder: Path, settings: SitingSettings, streets: str) -> pd.DataFrame:
    network, area = inputs.network, inputs.zones.root.geometry.iloc[0]
    found = STREETS[streets](network, settings.every_m, joinable_edges(network))
    allowed = settings.landuse
    if allowed is not None:
        path = require_own_path(folder, allowed.file)
        require_readable(path, vouched=False)
        area = land_with(allowed, allowed.allowed, path, inputs.zones, "candidates.no_allowed_land")
    shapely.prepare(area)
    within = found[shapely.intersects_xy(area, found["x_m"].to_numpy(), found["y_m"].to_numpy())]
    return _plain(inputs, within, STREET)


def _plain(inputs: StudyInputs, table: pd.DataFrame, origin: str) -> pd.DataFrame:
    """Places of which no list says more."""
    services = pd.Series([()] * len(table), index=table.index, dtype=object)
    return _located(inputs, table.assign(**PLAIN, origin=origin, services=services))


def _located(inputs: StudyInputs, table: pd.DataFrame) -> pd.DataFrame:
    """With degrees as they are told, and the metres that those degrees are."""
    to_metres = transformer(4326, inputs.zones.crs)
    xy = table["x_m"].to_numpy(np.float64), table["y_m"].to_numpy(np.float64)
    lon, lat = (np.round(each, DECIMALS) for each in to_metres.transform(*xy, direction="INVERSE"))
    x, y = to_metres.transform(lon, lat)
    return table.assign(x_m=x, y_m=y, lon=lon, lat=lat)[list(COLUMNS)]


def towns_of(inputs: StudyInputs, points: pd.DataFrame) -> list[str]:
    """Code of the town of each point, of towns that share it the first; ``OUTSIDE`` where it lies in none."""
    level = "town" if "town" in inputs.zones.levels else inputs.zones.levels[-1]
    towns = inputs.zones.at_level(level)
    codes = np.full(len(points), OUTSIDE, dtype=object)
    at = shapely.points(points[["x_m", "y_m"]].to_numpy(np.float64))
    point, town = shapely.STRtree(towns.geometry.to_numpy()).query(at, predicate="intersects")
    order = np.lexsort((-town, point))
    codes[point[order]] = towns["code"].to_numpy(object)[town[order]]
    return [str(code) for code in codes]
