"""The services of a study, with the standards that it sets itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import QualityTarget, Reach
from circle15.catalogue.loader import load_catalogue, narrow_catalogue
from circle15.catalogue.own_supply import with_own_quality, with_own_supply
from circle15.errors import ConfigurationError, raise_faults
from circle15.inputs.facilities.services import require_services
from circle15.pipeline.reading.named_files import OWN_CATALOGUE

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.catalogue.entries import Catalogue
    from circle15.model.study import ReachOverride, Study


def study_catalogue(study: Study, folder: Path) -> Catalogue:
    """The services of a study with the standards that it sets itself.

    Raises
    ------
    ConfigurationError, Faults
        A service, speed or standard that is not known.
    """
    own = folder / OWN_CATALOGUE
    catalogue = load_catalogue(own if own.is_dir() else None)
    require_services(study.facilities, catalogue.services)
    listed = dict.fromkeys(source.service for source in study.facilities)
    services = study.study.services or tuple(listed)
    narrow = narrow_catalogue(catalogue, services, study.speeds, _own_standards(study))
    absent = [id_ for id_ in study.standards if id_ not in narrow.services]
    unused = [source for source in study.facilities if source.service not in narrow.services]
    raise_faults(
        [
            *(ConfigurationError("study.standard_of_absent", id=id_) for id_ in absent),
            *(ConfigurationError("study.list_not_used", file=each.file, id=each.service) for each in unused),
            *(
                ConfigurationError("inequality.unknown_service", found=id_, known="、".join(narrow.services))
                for id_ in study.inequality.kappa
                if id_ not in narrow.services
            ),
        ]
    )
    return with_own_quality(with_own_supply(narrow, _own_supply(study)), _own_quality(study))


def _own_supply(study: Study) -> dict[str, float]:
    """Places per 1000 of the group, where ``[standards]`` gives them."""
    stated = {service: standard.supply_per_1000_group for service, standard in study.standards.items()}
    return {service: number for service, number in stated.items() if number is not None}


def _own_quality(study: Study) -> dict[str, QualityTarget]:
    """The share of places that ought to bear a flag, where ``[standards]`` gives one."""
    stated = {service: standard.quality for service, standard in study.standards.items()}
    return {service: QualityTarget(own.flag, own.share) for service, own in stated.items() if own is not None}


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
