"""What a scenario names, looked up in what the study's files say; what is not found is told with what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import Label
from circle15.catalogue.suggestions import closest
from circle15.errors import ConfigurationError
from circle15.inputs.facilities.same import plain_name
from circle15.inputs.files.listing import few
from circle15.inputs.scenario.values import Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from circle15.catalogue.entries import Service
    from circle15.model.scenario import ClosedSite, ResizedSite

NOTHING_LIKE = Label("", "")


def service_named(spot: Spot, id_: str, services: Mapping[str, Service]) -> Service:
    """The service of an id.

    Raises
    ------
    ConfigurationError
        The study has no such service.
    """
    if id_ not in services:
        facts = {"found": id_, "like": like(id_, services), "known": ", ".join(services)}
        raise ConfigurationError("scenario.no_service", where=spot.table_named, **facts)
    return services[id_]


def facility_named(spot: Spot, site: ClosedSite | ResizedSite, facilities: pd.DataFrame) -> int:
    """The row of the facility that is closed or resized.

    Raises
    ------
    ConfigurationError
        There is none of that id or name in the service, or several of that name.
    """
    own = facilities[facilities["service"] == site.service]
    said, column = (site.facility, "facility_id") if site.facility else (site.name, "name")
    rows = own.index[own[column] == said]
    if not site.facility and not len(rows):
        rows = own.index[own[column].map(plain_name) == plain_name(said)]
    if len(rows) == 1:
        return int(rows[0])
    if len(rows):
        facts = {"found": said, "count": len(rows), "ids": few(list(own.loc[rows, "facility_id"]))}
        raise ConfigurationError("scenario.several_facilities", where=spot.table_named, **facts)
    guess = like(said, own[column])
    raise ConfigurationError(
        "scenario.no_facility", where=spot.table_named, found=said, service=site.service, like=guess
    )


def like(word: str, candidates: Iterable[str]) -> Label:
    """A question whether the nearest known word was meant; nothing where none is near."""
    near = closest(word, list(dict.fromkeys(map(str, candidates)))[:MOST_COMPARED])
    return NOTHING_LIKE if near is None else Label(f"是否想写 {near}？", f" Did you mean {near}?")


# Words compared with one that is not known: comparing takes a while, and a list may have thousands.
MOST_COMPARED = 5000
