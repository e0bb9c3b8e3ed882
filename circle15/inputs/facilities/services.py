"""Which services ``[[facilities]]`` names, and which of them there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.catalogue.suggestions import closest
from circle15.errors import ConfigurationError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Service
    from circle15.model.study import FacilitySource


def require_services(sources: Sequence[FacilitySource], services: Mapping[str, Service]) -> None:
    """Raise where a list is of a service that the catalogue does not have; names the list and the likeliest service.

    Parameters
    ----------
    sources
        ``[[facilities]]`` of ``study.toml``.
    services
        The catalogue's services by id.

    Raises
    ------
    ConfigurationError, Faults
        One for each such list.
    """
    raise_faults([_unknown(source, services) for source in sources if source.service not in services])


def _unknown(source: FacilitySource, services: Mapping[str, Service]) -> ConfigurationError:
    known = Label(
        "、".join(f"{service.label.zh}（{id_}）" for id_, service in services.items()),
        ", ".join(f"{id_} ({service.label.en})" for id_, service in services.items()),
    )
    meant = meant_service(source.service, services)
    facts = {"file": source.file, "service": source.service, "services": known}
    if meant is None:
        return ConfigurationError("facilities.unknown_service", **facts)
    return ConfigurationError("facilities.unknown_service_like", **facts, label=services[meant].label, guess=meant)


def meant_service(word: str, services: Mapping[str, Service]) -> str | None:
    """The id of the service whose id or name is most like ``word``; None where none is.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> services = load_catalogue().services
    >>> meant_service("托育机构", services), meant_service("childcar", services), meant_service("泳池", services)
    ('childcare', 'childcare', None)
    """
    ids = {name: id_ for id_, service in services.items() for name in (service.label.en, service.label.zh, id_)}
    near = closest(word, ids)
    return None if near is None else ids[near]
