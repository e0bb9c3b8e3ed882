"""What a study's files would say under a scenario: its facilities, its people, its streets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults
from circle15.inputs.facilities.changed import changed_facilities
from circle15.inputs.facilities.drafted import Known
from circle15.inputs.population.changed import changed_people
from circle15.inputs.scenario.values import Spot
from circle15.inputs.streets.changes import SCENARIO_TABLE, changes_of_scenario
from circle15.model.ledger import Ledger, Note
from circle15.pipeline.progress import of_stage, untold
from circle15.pipeline.streets.study_streets import WAITING_SPEED, study_streets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.inputs.streets.changes import Change
    from circle15.model.scenario import Scenario
    from circle15.pipeline.progress import Progress
    from circle15.pipeline.reading.study_inputs import StudyInputs


def with_scenario(
    inputs: StudyInputs, scenario: Scenario, file: str, folder: Path, progress: Progress = untold
) -> StudyInputs:
    """What a study's files would say under a scenario.

    Parameters
    ----------
    inputs
        What they say.
    scenario, file
        The scenario, and the name of its file.
    folder
        Where the study's files lie: changed streets are read anew.

    Raises
    ------
    Circle15Error
        The faults of all parts of the scenario at once.
    """
    faults: list[Circle15Error] = []
    changes = _changes(inputs, scenario, file, faults)
    facilities, people = inputs.facilities, inputs.population
    ledger = Ledger()
    with collecting(faults):
        known = Known(inputs.zones, inputs.catalogue.services, inputs.horizon.facilities_m)
        facilities, rows = changed_facilities(inputs.facilities, scenario, file, known)
        ledger += rows
    with collecting(faults):
        groups = inputs.catalogue.groups
        people, rows = changed_people(inputs.population, scenario.people, file, inputs.zones, groups)
        ledger += rows
    raise_faults(faults)
    changed = replace(inputs, facilities=facilities, population=people, ledger=inputs.ledger + ledger)
    return _with_streets(changed, changes, file, folder, progress) if changes else changed


def _changes(inputs: StudyInputs, scenario: Scenario, file: str, faults: list[Circle15Error]) -> tuple[Change, ...]:
    changes = changes_of_scenario(scenario.paths, file, inputs.zones.crs, inputs.study.study.day)
    faults += [_path_fault(file, change.at.row, note) for change in changes for note in change.against]
    return changes


def _path_fault(file: str, number: int, note: Note) -> ConfigurationError:
    where = Spot(file, SCENARIO_TABLE, number, "").table_named
    return ConfigurationError(
        "scenario.path_fault", where=where, reason=Label(note.sentence("zh"), note.sentence("en"))
    )


def _with_streets(
    inputs: StudyInputs, changes: Sequence[Change], file: str, folder: Path, progress: Progress
) -> StudyInputs:
    progress("streets")
    horizon, waiting_m_s = inputs.horizon, inputs.catalogue.speeds[WAITING_SPEED].m_s
    pieces = of_stage(progress, "streets")
    streets = study_streets(
        inputs.study, folder, inputs.zones, horizon.streets_m, horizon.modes, waiting_m_s, pieces, changes
    )
    rows = Ledger(tuple(row for row in streets.ledger.rows if row.file == file))
    undone = [row for row in rows.rows if row.fate == "excluded"]
    raise_faults([_path_fault(file, row.row, note) for row in undone for note in row.reasons])
    notes = tuple(note for note in streets.notes if file in (note.at and note.at.file, note.facts.get("file")))
    return replace(
        inputs,
        networks=streets.networks,
        as_mapped=streets.as_mapped,
        patch=streets.patch,
        ledger=inputs.ledger + rows,
        notes=(*inputs.notes, *notes),
    )
