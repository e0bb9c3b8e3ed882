"""The small study with hostile names in its lists and units, for outputs that are made of a study, not of results."""

import geopandas as gpd
import numpy as np
import shapely
from hostile_names import NAMES
from small_study import EAST, NORTH, SOUTH, WEST, write_small_study


def write_hostile_study(folder):
    """Write it; gives the path of ``study.toml``. Forty canteens bear the names, two villages the first two."""
    path = write_small_study(folder)
    count = len(NAMES)
    lon = np.linspace(WEST + 0.0005, EAST - 0.0005, count)
    lat = np.linspace(SOUTH + 0.0005, NORTH - 0.0005, count)[(np.arange(count) * 7) % count]
    frame = {"name": list(NAMES), "address": list(reversed(NAMES))}
    gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(lon, lat), crs=4326).to_file(folder / "canteens.geojson")
    middle = (WEST + EAST) / 2
    halves = [shapely.box(WEST, SOUTH, middle, NORTH), shapely.box(middle, SOUTH, EAST, NORTH)]
    units = {"code": ["339900001001", "339900002001"], "name": list(NAMES[:2])}
    gpd.GeoDataFrame(units, geometry=halves, crs=4326).to_file(folder / "villages.geojson")
    return path
