"""A study's own number of places that there ought to be, and their quality, put in the place of the catalogue's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from circle15.catalogue.entries import Supply
from circle15.catalogue.narrow import restated
from circle15.errors import ConfigurationError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from circle15.catalogue.entries import Catalogue, QualityTarget, Service

Value = TypeVar("Value")


def with_own_quality(catalogue: Catalogue, targets: Mapping[str, QualityTarget]) -> Catalogue:
    """The catalogue with a study's own share of places that ought to bear a flag, marked as the study's own choice.

    Parameters
    ----------
    catalogue
        The narrowed catalogue of the study; it is left as it is.
    targets
        By service id; services that the study does not use are passed over.

    Raises
    ------
    ConfigurationError, Faults
        A flag that is none of the service's.

    Examples
    --------
    >>> from circle15.catalogue.entries import QualityTarget
    >>> from circle15.catalogue.loader import load_catalogue
    >>> own = with_own_quality(load_catalogue(), {"kindergarten": QualityTarget("公办", 0.7)})
    >>> own.services["kindergarten"].quality
    QualityTarget(flag='公办', share=0.7)
    """
    own = _of_services(catalogue, targets)
    raise_faults([fault for service, target in own for fault in _unknown_flag(service, target.flag)])
    return _with(
        catalogue,
        (replace(service, quality=target, sources=restated(service, ("quality",))) for service, target in own),
    )


def _unknown_flag(service: Service, flag: str) -> Iterator[ConfigurationError]:
    if flag not in service.quality_flags:
        known = "、".join(service.quality_flags) or "-"
        yield ConfigurationError(
            "supply.unknown_flag", service=service.id, label=service.label, found=flag, known=known
        )


def with_own_supply(catalogue: Catalogue, per_1000_group: Mapping[str, float]) -> Catalogue:
    """The catalogue with a study's own places per 1000 of the group, marked as the study's own choice.

    Parameters
    ----------
    catalogue
        The narrowed catalogue of the study; it is left as it is.
    per_1000_group
        By service id; services that the study does not use are passed over.

    Raises
    ------
    ConfigurationError, Faults
        The lists of a service count no places.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> canteen = with_own_supply(load_catalogue(), {"canteen": 40.0}).services["canteen"]
    >>> canteen.supply, canteen.unchecked_values()[-1]
    (Supply(per_1000=40.0, of='group'), 'supply')
    """
    own = _of_services(catalogue, per_1000_group)
    raise_faults(
        [
            ConfigurationError("supply.not_for_a_number", service=service.id, label=service.label)
            for service, _ in own
            if service.capacity_unit is None
        ]
    )
    stated = ((service, Supply(number, "group")) for service, number in own)
    return _with(
        catalogue, (replace(service, supply=due, sources=restated(service, ("supply",))) for service, due in stated)
    )


def _of_services(catalogue: Catalogue, stated: Mapping[str, Value]) -> list[tuple[Service, Value]]:
    """What is stated of the services that the study uses."""
    return [(catalogue.services[id_], value) for id_, value in stated.items() if id_ in catalogue.services]


def _with(catalogue: Catalogue, services: Iterable[Service]) -> Catalogue:
    """The catalogue with some services in the place of its own."""
    return replace(catalogue, services={**catalogue.services, **{service.id: service for service in services}})
