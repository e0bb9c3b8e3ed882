"""The streets, OSM facilities and boundaries of a study's area, from the map servers to a file."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd

from circle15.catalogue.loader import load_catalogue
from circle15.errors import DataError
from circle15.inputs.download.answers import together
from circle15.inputs.download.asking import ask
from circle15.inputs.download.extract import write_extract
from circle15.inputs.download.places import outline_of
from circle15.inputs.download.servers import tags_of
from circle15.inputs.download.tiles import tiles_over
from circle15.inputs.study_file import read_study
from circle15.model.projection import metric_crs
from circle15.pipeline.reading.horizon import horizon_of, walking_horizon_m
from circle15.pipeline.reading.named_files import OWN_CATALOGUE
from circle15.pipeline.reading.study_catalogue import study_catalogue
from circle15.pipeline.reading.study_files import study_zones
from circle15.pipeline.search.classes import classes_present

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import shapely

    from circle15.catalogue.entries import Catalogue
    from circle15.inputs.download.answers import Elements
    from circle15.inputs.download.asking import Patience
    from circle15.inputs.download.servers import Servers

    Progress = Callable[[int, int], None]

WGS84 = 4326
EXTRACT, PROVENANCE, ANSWERS = "osm.osm.pbf", "osm.provenance.toml", ".fetch"
LICENCE = "ODbL"
PROVIDER = "OpenStreetMap"


@dataclass(frozen=True)
class Fetched:
    """An extract and what it is of: ``date`` is the day of the servers' data (ISO, "" where they do not say)."""

    extract: Path
    nodes: int
    ways: int
    relations: int
    date: str


def fetch_for_study(study_path: Path, servers: Servers, patience: Patience, progress: Progress) -> Fetched:
    """Download what a study needs into its folder: its zones, and as much around them as its farthest rule asks.

    Raises
    ------
    Circle15Error
        The study or its zones cannot be read, or the servers do not answer.
    """
    study, folder = read_study(study_path), study_path.parent
    zones = study_zones(study, folder)
    horizon = horizon_of(study_catalogue(study, folder), classes_present(zones, None))
    margin_m = max(horizon.streets_m.values()) + study.network.max_leg_m
    own = folder / OWN_CATALOGUE
    area = _around(zones.root, margin_m)
    return _fetch(area, load_catalogue(own if own.is_dir() else None), folder, servers, patience, progress)


def fetch_by_name(name: str, folder: Path, servers: Servers, patience: Patience, progress: Progress) -> Fetched:
    """Download a place that is known by its name only into ``folder``.

    Raises
    ------
    DataError
        No area of this name, or the servers do not answer.
    """
    outline = gpd.GeoDataFrame(geometry=[outline_of(name, servers.nominatim, patience)], crs=WGS84)
    catalogue = load_catalogue(None)
    middle = outline.geometry.iloc[0].centroid
    area = _around(outline.to_crs(metric_crs(middle.x, middle.y)), walking_horizon_m(catalogue))
    return _fetch(area, catalogue, folder, servers, patience, progress)


def _around(area: gpd.GeoDataFrame, margin_m: float) -> shapely.Geometry:
    """An area and a margin around it, in degrees."""
    grown = gpd.GeoDataFrame(geometry=area.buffer(margin_m), crs=area.crs)
    around: shapely.Geometry = grown.to_crs(WGS84).geometry.iloc[0]
    return around


def _fetch(
    area: shapely.Geometry,
    catalogue: Catalogue,
    folder: Path,
    servers: Servers,
    patience: Patience,
    progress: Progress,
) -> Fetched:
    tiles, tags = tiles_over(area), tags_of(catalogue.services.values())
    answers = []
    for done, tile in enumerate(tiles):
        progress(done, len(tiles))
        answers.append(ask(tile, tags, servers.overpass, _kept(folder, tags), patience))
    progress(len(tiles), len(tiles))
    elements = together(answers)
    if not elements.ways:
        raise DataError("fetch.nothing")
    return _write(elements, folder, servers)


def _kept(folder: Path, tags: dict[str, bool | list[str]]) -> Path:
    """Where answers are kept until all are there; other questions have other folders."""
    digest = hashlib.sha256(repr(tags).encode("utf-8")).hexdigest()[:8]
    return folder / ANSWERS / digest


def _write(elements: Elements, folder: Path, servers: Servers) -> Fetched:
    """Write extract and provenance beside and put them in place together; then the kept answers may go."""
    draft = folder / ANSWERS / EXTRACT
    write_extract(elements, draft)
    date = min(elements.data_times, default="")[:10]
    fetched = Fetched(folder / EXTRACT, len(elements.nodes), len(elements.ways), len(elements.relations), date)
    said = folder / ANSWERS / PROVENANCE
    text = _provenance(fetched, hashlib.sha256(draft.read_bytes()).hexdigest(), elements, servers)
    said.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(folder / EXTRACT)
    said.replace(folder / PROVENANCE)
    shutil.rmtree(folder / ANSWERS, ignore_errors=True)
    return fetched


def _provenance(fetched: Fetched, sha256: str, elements: Elements, servers: Servers) -> str:
    """Where the extract comes from, as TOML."""
    times, asked = (json.dumps(list(texts)) for texts in (elements.data_times, servers.overpass))  # TOML writes alike
    return (
        f'provider = "{PROVIDER}"\nlicence = "{LICENCE}"\nfile = "{EXTRACT}"\nsha256 = "{sha256}"\n'
        f"nodes = {fetched.nodes}\nways = {fetched.ways}\nrelations = {fetched.relations}\n"
        f"servers = {asked}\ndata_of = {times}\n"
    )
