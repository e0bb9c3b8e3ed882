"""Small places of known shape, and people written to files for them."""

from pathlib import Path

import geopandas as gpd
import rasterio
import shapely

from circle15.catalogue.entries import Group, Label
from circle15.model.zones import Zones

METRIC = "EPSG:4549"  # CGCS2000, central meridian 120 E
X0, Y0 = 500_000.0, 3_350_000.0


def zones_of(*units):
    """Zones from (level, code, parent, polygon)."""
    rows = [
        {"level": level, "code": code, "name": f"名{code}", "parent_code": parent, "urban_rural": "", "geometry": shape}
        for level, code, parent, shape in units
    ]
    return Zones(gpd.GeoDataFrame(rows, geometry="geometry", crs=METRIC))


def square(west, south, east, north):
    return shapely.box(X0 + west, Y0 + south, X0 + east, Y0 + north)


def county_of_four_towns(half=20_000):
    """A county around (X0, Y0) whose towns' borders cut cells askew."""
    county = square(-half, -half, half, half)
    cuts = [
        shapely.LineString([(X0 - 2 * half, Y0 - 333), (X0 + 2 * half, Y0 + 777)]),
        shapely.LineString([(X0 - 55, Y0 - 2 * half), (X0 + 444, Y0 + 2 * half)]),
    ]
    parts = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(shapely.union_all([county.boundary, *cuts])))))
    towns = [part for part in parts if county.contains(part.representative_point())]
    towns = [("town", f"t{n}", "c", part) for n, part in enumerate(sorted(towns, key=lambda p: p.bounds))]
    return zones_of(("county", "c", "", county), *towns)


def write_raster(folder, values, crs, transform, **profile):
    path = Path(folder) / "人口.tif"
    height, width = values.shape
    shape = {"height": height, "width": width, "count": 1, "dtype": values.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, **(shape | profile)) as raster:
        raster.write(values, 1)
    return path


def keys(notes):
    return {note.key: note.facts for note in notes}


def group(group_id, from_age=None, to_age=None, zh="", en=""):
    return Group(group_id, Label(zh or group_id, en or group_id), from_age, to_age, None)


GROUPS = {
    g.id: g
    for g in (
        group("all"),
        group("0_2", 0, 2),
        group("3_5", 3, 5),
        group("60p", 60),
        group("80p", 80),
        group("low_income", zh="低收入人口"),
        group("disabled", zh="残疾人"),
    )
}
