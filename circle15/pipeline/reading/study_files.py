"""A study's files, read as far as each can be without the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pyproj

from circle15.catalogue.loader import load_catalogue
from circle15.errors import ConfigurationError, collecting, raise_faults
from circle15.inputs.comparisons import with_comparisons
from circle15.inputs.facilities.fit_notes import fit_notes
from circle15.inputs.facilities.fit_truth import read_truth
from circle15.inputs.facilities.read import read_facilities
from circle15.inputs.files.helmert import require_own_crs
from circle15.inputs.files.paths import require_own_path
from circle15.inputs.files.readable import require_readable
from circle15.inputs.population.read import read_population
from circle15.inputs.zones.crosswalk import NO_CROSSWALK, read_crosswalk
from circle15.inputs.zones.read import read_zones
from circle15.model.ledger import Ledger
from circle15.model.targets import TargetPlan
from circle15.pipeline.folders import streets_folder
from circle15.pipeline.progress import of_stage
from circle15.pipeline.reading.gathering import Gathered, PartNote
from circle15.pipeline.reading.horizon import Horizon, horizon_of
from circle15.pipeline.reading.named_files import named_kinds, part_files, shared_names
from circle15.pipeline.reading.stated_weights import require_weights
from circle15.pipeline.reading.study_catalogue import study_catalogue
from circle15.pipeline.reading.target_files import read_plan
from circle15.pipeline.search.classes import classes_present
from circle15.pipeline.streets.kept_streets import kept_streets
from circle15.pipeline.streets.street_key import AskedStreets
from circle15.pipeline.streets.study_streets import WAITING_SPEED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Catalogue
    from circle15.errors import Circle15Error
    from circle15.inputs.facilities.fit import Truth
    from circle15.inputs.zones.crosswalk import CrosswalkTable
    from circle15.model.facilities import FacilityLayer
    from circle15.model.population import PopulationGrid
    from circle15.model.study import FacilitySource, Study
    from circle15.model.zones import Zones
    from circle15.pipeline.progress import Pieces, Progress
    from circle15.pipeline.reading.gathering import Read
    from circle15.pipeline.streets.study_streets import StudyStreets

Thing = TypeVar("Thing")
# What must be sound before the datum of a list can be judged.
PARTS_OF_FIT = ("services", "zones", "network", "population", "facilities")


@dataclass(frozen=True, eq=False)
class Reading:
    """What a study's files gave, as far as they could be read.

    Attributes
    ----------
    study, path
        The study and its file.
    catalogue, zones, streets, population, facilities
        None where it is at fault, or needs what is.
    horizon
        How far beyond the border streets and facilities count.
    gathered
        Faults, notes and the account of rows.
    """

    study: Study
    path: Path
    catalogue: Catalogue | None
    zones: Zones | None
    streets: StudyStreets | None
    population: PopulationGrid | None
    facilities: FacilityLayer | None
    horizon: Horizon
    gathered: Gathered
    targets: TargetPlan | None = None


def present(part: Thing | None) -> Thing:
    """A part that was read: without a fault all are."""
    assert part is not None
    return part


def read_all(study: Study, study_path: Path, progress: Progress) -> Reading:
    """Read every file of a study, and judge whether its lists lie where their datums put them."""
    reading = read_files(study, study_path, progress)
    progress("fit")
    reading.gathered.attempt("fit", part_files(study)["facilities"], partial(_fit, reading), PARTS_OF_FIT)
    return reading


def read_files(study: Study, study_path: Path, progress: Progress, judged_by: Catalogue | None = None) -> Reading:
    """Read every file of a study as far as one can be read without another, whatever is wrong with the others.

    Its services and standards are its own, or those of ``judged_by``.
    """
    gathered, files, folder = Gathered(), part_files(study), study_path.parent
    named = (study_path.name, *files["facilities"])
    stated = (study_path.name, *(name for name, kind in named_kinds(study) if kind == "comparisons"))
    study = gathered.attempt("services", stated, partial(_stated, study, folder)) or study
    catalogue = judged_by or gathered.attempt("services", named, partial(_services, study, folder))
    gathered.notes += [PartNote("services", study_path.name, note) for note in shared_names(study)]
    # Where the study's own choice of services is at fault, the shipped ones serve to look at the rest.
    known = catalogue or load_catalogue()
    fine = {part: _readable(gathered, part, names, study, folder) for part, names in files.items()}

    def part(name: str, read: Callable[[], Read[Thing]], needs: tuple[str, ...] = ()) -> Thing | None:
        return gathered.attempt(name, files[name], read, needs) if fine[name] == files[name] else None

    progress("zones")
    zones = part("zones", partial(_zones, study, folder))
    crosswalk = part("crosswalk", partial(_crosswalk, study, folder))
    progress("population")
    read_people = partial(_people, study, folder, zones, known, crosswalk)
    population = part("population", read_people, ("zones", "crosswalk"))
    horizon = horizon_of(known, classes_present(zones, population))
    horizon = horizon if catalogue else horizon.on_foot()
    progress("streets")
    read_streets = partial(_streets, study, study_path, zones, horizon, known, of_stage(progress, "streets"))
    streets = part("network", read_streets, ("zones",))
    progress("facilities")
    facilities = _facilities(gathered, study, folder, zones, known, horizon, fine["facilities"])
    targets = part("targets", partial(read_plan, study, folder))
    return Reading(study, study_path, catalogue, zones, streets, population, facilities, horizon, gathered, targets)


def _fit(reading: Reading) -> Read[Truth]:
    """Whether the lists lie where their declared datums put them."""
    study, facilities, network = reading.study, present(reading.facilities), present(reading.streets).network
    people, folder = study.population, reading.path.parent
    truth = read_truth(network, present(reading.zones), present(reading.population), people, folder)
    services = present(reading.catalogue).services
    return truth, Ledger(), fit_notes(study.facilities, services, reading.gathered.ledger, facilities, truth)


def _readable(gathered: Gathered, part: str, names: Sequence[str], study: Study, folder: Path) -> tuple[str, ...]:
    """The files of a part that are there, whole and safe to read; what is wrong with the others is told."""
    found: list[Circle15Error] = []
    fine: list[str] = []
    shifted = _shifted_files(study)
    for name in names:
        with collecting(found):
            require_readable(require_own_path(folder, name), vouched=study.network.whole)
            if name in shifted:
                require_own_crs(name)
            fine.append(name)
    gathered.add_faults(part, names, found)
    return tuple(fine)


def _shifted_files(study: Study) -> list[str]:
    """The files for which a study gives the parameters of an old datum."""
    people, landuse = study.population, study.population.landuse
    single = (*study.zones, study.network, *study.facilities, *(() if landuse is None else (landuse,)))
    of_people = (people, *(() if people.compare is None else (people.compare,)))
    names = [source.file for source in single if source.towgs84 is not None]
    names += [source.raster or source.buildings or "" for source in of_people if source.towgs84 is not None]
    return names


def _stated(study: Study, folder: Path) -> Read[Study]:
    return with_comparisons(study, folder), Ledger(), ()


def _services(study: Study, folder: Path) -> Read[Catalogue]:
    catalogue = study_catalogue(study, folder)
    require_weights(catalogue, study)
    return catalogue, Ledger(), ()


def study_zones(study: Study, folder: Path) -> Zones:
    """The units of a study alone.

    Raises
    ------
    Circle15Error
        What is wrong with their files.
    """
    gathered = Gathered()
    _readable(gathered, "zones", part_files(study)["zones"], study, folder)
    raise_faults([each.fault for each in gathered.faults])
    return _zones(study, folder)[0]


def _zones(study: Study, folder: Path) -> Read[Zones]:
    epsg = study.study.crs
    crs = None if epsg is None else _crs(epsg)
    return read_zones(study.zones, folder, crs, study.study.place, study.study.id, study.official_units)


def _crosswalk(study: Study, folder: Path) -> Read[CrosswalkTable]:
    if study.crosswalk is None:
        return NO_CROSSWALK, Ledger(), ()
    return read_crosswalk(study.crosswalk, folder)


def _streets(
    study: Study, study_path: Path, zones: Zones | None, horizon: Horizon, catalogue: Catalogue, pieces: Pieces
) -> Read[StudyStreets]:
    waiting_m_s = catalogue.speeds[WAITING_SPEED].m_s
    asked = AskedStreets(study, study_path.parent, present(zones), horizon.streets_m, horizon.modes, waiting_m_s)
    streets = kept_streets(streets_folder(study_path, study.study), asked, pieces)
    return streets, streets.ledger, streets.notes


def _people(
    study: Study, folder: Path, zones: Zones | None, catalogue: Catalogue, crosswalk: CrosswalkTable | None
) -> Read[PopulationGrid]:
    cell_m = study.study.cell_m
    return read_population(study.population, folder, present(zones), cell_m, catalogue.groups, present(crosswalk))


def _facilities(
    gathered: Gathered,
    study: Study,
    folder: Path,
    zones: Zones | None,
    catalogue: Catalogue,
    horizon: Horizon,
    fine: tuple[str, ...],
) -> FacilityLayer | None:
    """All lists together; where one is at fault or not there, each of the others by itself, for its account."""

    def read(sources: Sequence[FacilitySource]) -> Read[FacilityLayer]:
        return read_facilities(
            sources, folder, present(zones), catalogue.services, horizon.facilities_m, study.study.day
        )

    sources, needs = study.facilities, ("zones", "services")
    names = part_files(study)["facilities"]
    if fine == names:
        layer = gathered.attempt("facilities", names, partial(read, sources), needs)
        if layer is not None or "facilities" in gathered.blocked:
            return layer
    for name in fine:
        own = [source for source in sources if source.file == name]
        gathered.attempt("facilities", (name,), partial(read, own), needs)
    return None


def _crs(epsg: int) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_epsg(epsg)
    except pyproj.exceptions.CRSError as fault:
        raise ConfigurationError("zones.crs_unknown", epsg=epsg) from fault
