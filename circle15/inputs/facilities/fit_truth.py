"""What lists are held against, from a study's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.inputs.facilities.fit import truth_of
from circle15.inputs.facilities.fit_names import joined, named_shapes, named_streets
from circle15.inputs.files.boxes import degrees_around
from circle15.inputs.files.layers import layer_headers, read_layer
from circle15.inputs.files.osm_file import is_osm
from circle15.inputs.files.polygons import polygonal
from circle15.model.projection import transformer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from circle15.inputs.facilities.fit import Truth
    from circle15.inputs.facilities.fit_names import Named
    from circle15.model.network import StreetNetwork
    from circle15.model.population import PopulationGrid
    from circle15.model.study import LandUseSource, PopulationSource
    from circle15.model.zones import Zones

WGS84 = "EPSG:4326"
# Where layers of land use, Geofabrik's among them, keep the names of estates, parks and works.
NAME_COLUMN = "name"


def read_truth(
    network: StreetNetwork, zones: Zones, population: PopulationGrid, source: PopulationSource, folder: Path
) -> Truth:
    """Gather what lists are held against, with the buildings and the names of land where a study has any."""
    to_metres = transformer(WGS84, zones.crs)
    called = joined(named_streets(network), named_land(source.landuse, folder, zones))
    return truth_of(network, zones, population, _footprints(source, folder, zones), to_metres, called)


def _footprints(source: PopulationSource, folder: Path, zones: Zones) -> NDArray[np.object_]:
    if source.buildings is None or is_osm(source.buildings):
        return np.empty(0, dtype=object)
    around = degrees_around(zones.root.total_bounds, zones.crs)
    frame = read_layer(folder / source.buildings, source.layer, (), around, towgs84=source.towgs84)
    return _usable(frame.to_crs(zones.crs).geometry.to_numpy())


def named_land(source: LandUseSource | None, folder: Path, zones: Zones) -> Named:
    """The shapes of land by the names that a layer gives; nothing where it gives none."""
    if source is None or is_osm(source.file) or NAME_COLUMN not in layer_headers(folder / source.file, source.layer):
        return {}
    around = degrees_around(zones.root.total_bounds, zones.crs)
    frame = read_layer(folder / source.file, source.layer, (NAME_COLUMN,), around, towgs84=source.towgs84)
    frame = frame[frame[NAME_COLUMN].notna().to_numpy()].to_crs(zones.crs)
    return named_shapes(frame[NAME_COLUMN].astype(str).tolist(), polygonal(frame.geometry.to_numpy()))


def _usable(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    flat = polygonal(shapes)
    usable: NDArray[np.object_] = flat[[shape is not None and not shape.is_empty for shape in flat]]
    return usable
