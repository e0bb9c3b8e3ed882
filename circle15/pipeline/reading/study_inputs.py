"""Everything a study's files say, checked and whole: what is computed from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from circle15.errors import raise_faults
from circle15.inputs.study_file import read_study
from circle15.model.targets import TargetPlan
from circle15.pipeline.folders import searches_folder
from circle15.pipeline.reading.study_files import present, read_all
from circle15.pipeline.search.kept import NOTHING_KEPT, KeptArrays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from circle15.catalogue.entries import Catalogue, Mode
    from circle15.model.facilities import FacilityLayer
    from circle15.model.ledger import Ledger, Note
    from circle15.model.network import StreetNetwork
    from circle15.model.population import PopulationGrid
    from circle15.model.study import Study
    from circle15.model.zones import Zones
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.horizon import Horizon
    from circle15.pipeline.reading.study_files import Reading


@dataclass(frozen=True, eq=False)
class StudyInputs:
    """Everything a study's files say, checked; ``networks`` has walking always, other modes where they are needed."""

    study: Study
    catalogue: Catalogue
    zones: Zones
    networks: Mapping[Mode, StreetNetwork]
    as_mapped: StreetNetwork | None
    patch: gpd.GeoDataFrame
    population: PopulationGrid
    facilities: FacilityLayer
    ledger: Ledger
    horizon: Horizon
    notes: tuple[Note, ...]
    kept: KeptArrays = NOTHING_KEPT
    targets: TargetPlan = field(default_factory=TargetPlan)

    @property
    def network(self) -> StreetNetwork:
        """The streets as they are walked."""
        return self.networks["walk"]


def read_inputs(study_path: Path, progress: Progress) -> StudyInputs:
    """Read a study and all its files.

    Raises
    ------
    Circle15Error
        The faults of all files at once, as far as one can be read without another.
    """
    return whole_inputs(read_all(read_study(study_path), study_path, progress))


def whole_inputs(reading: Reading) -> StudyInputs:
    """What was read, where all of it was.

    Raises
    ------
    Circle15Error
        All faults that were found.
    """
    raise_faults([each.fault for each in reading.gathered.faults])
    return StudyInputs(
        study=reading.study,
        catalogue=present(reading.catalogue),
        zones=present(reading.zones),
        networks=present(reading.streets).networks,
        as_mapped=present(reading.streets).as_mapped,
        patch=present(reading.streets).patch,
        population=present(reading.population),
        facilities=present(reading.facilities),
        ledger=reading.gathered.ledger,
        horizon=reading.horizon,
        notes=tuple(each.note for each in reading.gathered.notes),
        targets=reading.targets or TargetPlan(),
    )


def searching_inputs(reading: Reading) -> StudyInputs:
    """The same, with what is kept of the study's searches; who searches trims them after (``kept.trim``).

    Raises
    ------
    Circle15Error
        All faults that were found.
    """
    return replace(whole_inputs(reading), kept=KeptArrays(searches_folder(reading.path, reading.study.study)))
