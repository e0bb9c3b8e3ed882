"""From a study file to checked inputs."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyproj

from circle15.catalogue.entries import Reach
from circle15.catalogue.loader import load_catalogue, narrow_catalogue
from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.facilities.fit_notes import fit_notes
from circle15.inputs.facilities.fit_truth import read_truth
from circle15.inputs.facilities.read import read_facilities
from circle15.inputs.facilities.services import require_services
from circle15.inputs.files.helmert import require_own_crs
from circle15.inputs.files.layers import require_file
from circle15.inputs.population.read import read_population
from circle15.inputs.study_file import read_study
from circle15.inputs.zones.crosswalk import NO_CROSSWALK, read_crosswalk
from circle15.inputs.zones.read import read_zones
from circle15.model.ledger import Ledger
from circle15.pipeline.streets import study_streets
from circle15.pipeline.walking import on_foot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import geopandas as gpd

    from circle15.catalogue.entries import Catalogue
    from circle15.inputs.zones.crosswalk import CrosswalkTable
    from circle15.model.facilities import FacilityLayer
    from circle15.model.ledger import Note
    from circle15.model.network import StreetNetwork
    from circle15.model.population import PopulationGrid
    from circle15.model.study import ReachOverride, Study
    from circle15.model.zones import Zones

    Progress = Callable[[str], None]

# Streets and facilities count this many times the largest threshold beyond the border.
SURROUNDINGS_FACTOR = 2.0
OWN_CATALOGUE = "catalogue"


@dataclass(frozen=True, eq=False)
class StudyInputs:
    """Everything a study's files say, checked."""

    study: Study
    catalogue: Catalogue
    zones: Zones
    network: StreetNetwork
    as_mapped: StreetNetwork | None
    patch: gpd.GeoDataFrame
    population: PopulationGrid
    facilities: FacilityLayer
    ledger: Ledger
    surroundings_m: float
    notes: tuple[Note, ...]


def read_inputs(study_path: Path, progress: Progress) -> StudyInputs:
    """Read a study and all its files.

    Raises
    ------
    Circle15Error
        The faults of all files at once, as far as one can be read without another.
    """
    study, folder = read_study(study_path), study_path.parent
    _require_files(study, folder)
    catalogue, notes = study_catalogue(study, folder)
    faults: list[Circle15Error] = []
    progress("zones")
    with collecting(faults):
        zones, zone_rows, zone_notes = _zones(study, folder)
    with collecting(faults):
        crosswalk, crosswalk_rows, crosswalk_notes = _crosswalk(study, folder)
    raise_faults(faults)
    surroundings_m = SURROUNDINGS_FACTOR * largest_limit_m(catalogue)

    progress("streets")
    with collecting(faults):
        streets = study_streets(study, folder, zones, surroundings_m)
    progress("population")
    with collecting(faults):
        population, people_rows, people_notes = read_population(
            study.population, folder, zones, study.study.cell_m, catalogue.groups, crosswalk
        )
    progress("facilities")
    with collecting(faults):
        facilities, ledger, list_notes = read_facilities(
            study.facilities, folder, zones, catalogue.services, surroundings_m, study.study.day
        )
    raise_faults(faults)
    progress("fit")
    truth = read_truth(streets.network, zones, population, study.population, folder)
    fits = fit_notes(study.facilities, catalogue.services, ledger, facilities, truth)
    return StudyInputs(
        study=study,
        catalogue=catalogue,
        zones=zones,
        network=streets.network,
        as_mapped=streets.as_mapped,
        patch=streets.patch,
        population=population,
        facilities=facilities,
        ledger=zone_rows + crosswalk_rows + streets.ledger + people_rows + ledger,
        surroundings_m=surroundings_m,
        notes=(*notes, *zone_notes, *crosswalk_notes, *streets.notes, *people_notes, *list_notes, *fits),
    )


def _require_files(study: Study, folder: Path) -> None:
    faults: list[Circle15Error] = []
    for name in named_files(study):
        with collecting(faults):
            require_file(folder / name)
    for name in _shifted_files(study):
        with collecting(faults):
            require_own_crs(name)
    raise_faults(faults)


def _shifted_files(study: Study) -> list[str]:
    """The files for which a study gives the parameters of an old datum."""
    zones = [source.file for source in study.zones if source.towgs84 is not None]
    lists = [source.file for source in study.facilities if source.towgs84 is not None]
    streets = [study.network.file] if study.network.towgs84 is not None else []
    return [*zones, *streets, *lists]


def input_files(study: Study, study_path: Path) -> dict[str, Path]:
    """Every file that a run reads, by its name in the study.

    The study itself, the files it names, the parts of a shapefile that lie beside it, and the study's own catalogue.
    """
    folder = study_path.parent
    files = {study_path.name: study_path} | {name: folder / name for name in named_files(study)}
    for shape in [path for path in files.values() if path.suffix.lower() == ".shp"]:
        files |= {path.name: path for path in sorted(shape.parent.glob(f"{glob.escape(shape.stem)}.*"))}
    own = folder / OWN_CATALOGUE
    return files | {f"{OWN_CATALOGUE}/{path.relative_to(own).as_posix()}": path for path in sorted(own.rglob("*.toml"))}


def named_files(study: Study) -> tuple[str, ...]:
    """Every file a study names, once, in the order of its text."""
    people = study.population
    names = [
        *(source.file for source in study.zones),
        study.network.file,
        *(source.file for source in study.facilities),
    ]
    names += [study.network.patch.file] if study.network.patch else []
    names += [name for name in (people.raster, people.buildings) if name is not None]
    if people.compare is not None:
        names += [name for name in (people.compare.raster, people.compare.buildings) if name is not None]
    parts = (people.landuse, people.totals, people.ages, *people.groups, study.crosswalk, *study.official_units)
    names += [part.file for part in parts if part is not None]
    return tuple(dict.fromkeys(names))


def study_catalogue(study: Study, folder: Path) -> tuple[Catalogue, tuple[Note, ...]]:
    """The services of a study with the standards that it sets itself, all on foot.

    Raises
    ------
    ConfigurationError, Faults
        A service, speed or standard that is not known, or one that is not walked.
    """
    own = folder / OWN_CATALOGUE
    catalogue = load_catalogue(own if own.is_dir() else None)
    require_services(study.facilities, catalogue.services)
    listed = dict.fromkeys(source.service for source in study.facilities)
    services = study.study.services or tuple(listed)
    narrow = narrow_catalogue(catalogue, services, study.speeds, _own_standards(study))
    absent = [id_ for id_ in study.standards if id_ not in narrow.services]
    if absent:
        raise ConfigurationError("study.standard_of_absent", id=absent[0])
    unused = [source for source in study.facilities if source.service not in narrow.services]
    if unused:
        raise ConfigurationError("study.list_not_used", file=unused[0].file, id=unused[0].service)
    return on_foot(narrow)


def _own_standards(study: Study) -> dict[str, dict[str, Reach]]:
    """What ``[standards]`` says, as the catalogue's own words."""
    return {
        service: {
            name: _reach(override) for name in ("urban", "rural") if (override := getattr(standard, name)) is not None
        }
        for service, standard in study.standards.items()
    }


def _reach(override: ReachOverride) -> Reach:
    return Reach(override.minutes, override.metres, override.decides, override.mode)


def largest_limit_m(catalogue: Catalogue) -> float:
    """The farthest that any service of a study may lie, in metres of level walking."""
    return max(
        reach.limit_m(catalogue.speeds[service.speed].m_s)
        for service in catalogue.services.values()
        for reach in (service.urban, service.rural, *service.also)
    )


def study_zones(study: Study, folder: Path) -> Zones:
    """The units of a study alone."""
    return _zones(study, folder)[0]


def _zones(study: Study, folder: Path) -> tuple[Zones, Ledger, tuple[Note, ...]]:
    epsg = study.study.crs
    crs = None if epsg is None else _crs(epsg)
    return read_zones(study.zones, folder, crs, study.study.place, study.study.id, study.official_units)


def _crosswalk(study: Study, folder: Path) -> tuple[CrosswalkTable, Ledger, tuple[Note, ...]]:
    if study.crosswalk is None:
        return NO_CROSSWALK, Ledger(), ()
    return read_crosswalk(study.crosswalk, folder)


def _crs(epsg: int) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_epsg(epsg)
    except pyproj.exceptions.CRSError as fault:
        raise ConfigurationError("zones.crs_unknown", epsg=epsg) from fault
