"""The invented county as a folder of raw files, ready for ``circle15 run``."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import geopandas as gpd
import pyogrio
import rasterio

from circle15.sample.extract import write_extract
from circle15.sample.facilities import make_facilities
from circle15.sample.lists import office_table, write_table
from circle15.sample.parcels import make_parcels
from circle15.sample.people import NODATA, PIXELS_PER_DEGREE, WGS84, make_homes, make_raster, official_figures
from circle15.sample.plan import load_plan
from circle15.sample.settlements import make_settlements
from circle15.sample.streets import make_streets
from circle15.sample.targets import reported_table, target_table
from circle15.sample.terrain import make_mesh, make_terrain
from circle15.sample.zones import make_units, zone_frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from circle15.sample.parcels import Parcel
    from circle15.sample.people import Homes, Raster
    from circle15.sample.plan import Plan
    from circle15.sample.settlements import Settlement
    from circle15.sample.streets import Streets
    from circle15.sample.terrain import Mesh, Terrain
    from circle15.sample.zones import Units

CGCS2000 = 4490
WRITTEN = "2026-06-30T00:00:00.000Z"  # the time that GeoPackages say they were written at


@dataclass(frozen=True, eq=False)
class County:
    """The invented county of one year, before it is written: its plan and everything that was laid out by it."""

    plan: Plan
    terrain: Terrain
    mesh: Mesh
    units: Units
    settlements: tuple[Settlement, ...]
    streets: Streets
    parcels: tuple[Parcel, ...]
    homes: Homes
    facilities: Mapping[str, pd.DataFrame]


def make_county() -> County:
    """Lay out the county as it is today."""
    plan = load_plan()
    terrain = make_terrain(plan)
    mesh = make_mesh(plan, terrain)
    units = make_units(plan, terrain, mesh)
    settlements = make_settlements(plan, terrain, mesh, units)
    streets = make_streets(plan, terrain, mesh, settlements)
    parcels = make_parcels(terrain, settlements, streets.grids)
    homes = make_homes(plan, mesh, units, parcels)
    facilities = make_facilities(plan, mesh, units, settlements, streets.grids, homes)
    return County(plan, terrain, mesh, units, settlements, streets, parcels, homes, facilities)


def write_county(folder: Path) -> Path:
    """Write the raw files of 示例县, an invented county of 300,000 people.

    Streets (.osm.pbf), people (GeoTIFF and official totals), administrative units and land use (GeoPackage), the
    lists of facilities as offices keep them (xlsx, csv), and the targets of five years. The same bytes on every run.

    Parameters
    ----------
    folder
        Made if it is not there; files of the same names are replaced.

    Returns
    -------
    Path
        ``study.toml`` in ``folder``.
    """
    return write_files(make_county(), folder, study_text())


def study_text() -> str:
    """The county's ``study.toml``."""
    return files(__package__).joinpath("study.toml").read_text(encoding="utf-8")


def write_files(county: County, folder: Path, study: str) -> Path:
    """Write a county's raw files and its study into ``folder``; gives the path of ``study.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    plan, terrain = county.plan, county.terrain
    write_extract(folder / "shili.osm.pbf", plan, terrain, county.streets, county.parcels)
    _write_layers(folder / "行政区划.gpkg", zone_frames(plan, county.mesh, county.units))
    _write_layers(folder / "土地利用.gpkg", {"landuse": _land_use(plan, county.parcels)})
    _write_raster(folder / "人口.tif", make_raster(plan, terrain, county.homes))
    figures = official_figures(plan)
    write_table(folder / "人口统计.xlsx", [tuple(figures.columns), *figures.itertuples(index=False, name=None)])
    for each in plan.lists:
        write_table(folder / each.file, office_table(plan, each, county.facilities[each.service]))
    write_table(folder / "五年目标.xlsx", target_table(plan.targets))
    write_table(folder / "目标填报.xlsx", reported_table(plan.targets))
    path = folder / "study.toml"
    path.write_bytes(study.encode("utf-8"))
    return path


def _land_use(plan: Plan, parcels: tuple[Parcel, ...]) -> gpd.GeoDataFrame:
    uses = [parcel.land_use for parcel in parcels]
    frame = gpd.GeoDataFrame({"用地类型": uses}, geometry=[parcel.area for parcel in parcels], crs=plan.epsg)
    return frame.to_crs(CGCS2000)


@contextmanager
def _gdal_time(moment: str) -> Iterator[None]:
    """Let GDAL take ``moment`` for now, and afterwards whatever it took before."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layers(path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    path.unlink(missing_ok=True)
    with _gdal_time(WRITTEN):
        for name, frame in layers.items():
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())


def _write_raster(path: Path, raster: Raster) -> None:
    rows, columns = raster.persons.shape
    step = 1.0 / PIXELS_PER_DEGREE
    transform = rasterio.Affine(step, 0.0, raster.west, 0.0, -step, raster.north)
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", nodata=NODATA,
        crs=f"EPSG:{WGS84}", transform=transform, compress="deflate",
    ) as file:  # fmt: skip
        file.write(raster.persons, 1)
