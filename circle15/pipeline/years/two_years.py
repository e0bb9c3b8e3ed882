"""Two years read from their own files, each under its own definitions and under the other's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.pipeline.progress import untold
from circle15.pipeline.reading.horizon import horizon_of
from circle15.pipeline.reading.study_files import read_files
from circle15.pipeline.reading.study_inputs import searching_inputs
from circle15.pipeline.search.classes import classes_present
from circle15.pipeline.streets.study_streets import WAITING_SPEED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from circle15.catalogue.entries import Catalogue
    from circle15.model.study import Study
    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.years.common_views import Readings

# What [network] says of how streets are walked, whatever file they come from.
NETWORK_SETTINGS = ("max_leg_m", "ignore_islands_below_m", "not_walked", "compounds", "crossing_delay_s")


def read_year(study: Study, path: Path, catalogue: Catalogue) -> StudyInputs:
    """The files of one year, under definitions that may be another's.

    Raises
    ------
    Circle15Error
        What is wrong with them.
    """
    return searching_inputs(read_files(study, path, untold, catalogue))


def shared_services(old: StudyInputs, new: StudyInputs) -> tuple[str, ...]:
    """The services that both years judge and have lists of, in today's order."""
    lists = [{source.service for source in each.study.facilities} for each in (old, new)]
    both = old.catalogue.services.keys() & lists[0] & lists[1]
    return tuple(id_ for id_ in new.catalogue.services if id_ in both)


def readings_of(own: tuple[StudyInputs, StudyInputs], paths: tuple[Path, Path]) -> Readings:
    """Each year's data under each year's definitions; read again only where these read files otherwise."""
    services = shared_services(*own)
    found: dict[tuple[int, int], StudyInputs] = {}
    for year, inputs in enumerate(own):
        other = own[1 - year]
        found[year, year] = inputs
        found[year, 1 - year] = (
            inputs if reads_alike(inputs, other, services) else _under(inputs, other, paths[year], services)
        )
    return found


def reads_alike(inputs: StudyInputs, judging: StudyInputs, services: Sequence[str]) -> bool:
    """Whether another year's definitions would read a year's files as its own do: as far, and by the same settings."""
    if _settings(inputs.study) != _settings(judging.study):
        return False
    if inputs.study.network.crossing_delay_s and _waiting(inputs) != _waiting(judging):
        return False
    own, other = (each.catalogue.services for each in (inputs, judging))
    if any(own[id_].needs != other[id_].needs for id_ in services):
        return False
    narrow = replace(judging.catalogue, services={id_: other[id_] for id_ in services})
    classes = {kind for each in (inputs, judging) for kind in classes_present(each.zones, each.population)}
    wanted = horizon_of(narrow, sorted(classes))
    has = inputs.horizon
    return all(has.streets_m.get(mode, -1.0) >= metres for mode, metres in wanted.streets_m.items()) and all(
        has.facilities_m[id_] >= metres for id_, metres in wanted.facilities_m.items()
    )


def _settings(study: Study) -> tuple[object, ...]:
    return tuple(getattr(study.network, name) for name in NETWORK_SETTINGS)


def _waiting(inputs: StudyInputs) -> float:
    return inputs.catalogue.speeds[WAITING_SPEED].m_s


def _under(inputs: StudyInputs, judging: StudyInputs, path: Path, services: Sequence[str]) -> StudyInputs:
    """A year's files read again, under another's definitions."""
    settings = {name: getattr(judging.study.network, name) for name in NETWORK_SETTINGS}
    lists = tuple(source for source in inputs.study.facilities if source.service in services)
    study = inputs.study.model_copy(
        update={"network": inputs.study.network.model_copy(update=settings), "facilities": lists}
    )
    catalogue = replace(judging.catalogue, services={id_: judging.catalogue.services[id_] for id_ in services})
    return read_year(study, path, catalogue)
