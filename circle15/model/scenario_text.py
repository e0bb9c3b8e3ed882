"""A scenario as the text of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.model.scenario import DECIMALS, EVERYONE
from circle15.model.toml_text import list_value, text_value

if TYPE_CHECKING:
    from circle15.model.scenario import (
        ClosedSite,
        OpenedSite,
        PathChange,
        PeopleChange,
        ResizedSite,
        Scenario,
    )

Lines = list[tuple[str, str]]


def scenario_text(scenario: Scenario) -> str:
    r"""``scenario.toml``, always the same text for the same scenario; ``read_scenario`` reads it back.

    Examples
    --------
    >>> from circle15.model.scenario import OpenedSite, Scenario
    >>> print(scenario_text(Scenario('甲"乙', opened=(OpenedSite("childcare", "一", 120.1, 30.0, 60.0),))), end="")
    name = "甲\"乙"
    <BLANKLINE>
    [[open]]
    service = "childcare"
    name = "一"
    lon = 120.1000000
    lat = 30.0000000
    capacity = 60
    """
    head: Lines = [("name", text_value(scenario.name)), *_texts(note=scenario.note)]
    tables = [
        *(("open", _opened(site)) for site in scenario.opened),
        *(("close", _closed(site)) for site in scenario.closed),
        *(("resize", _resized(site)) for site in scenario.resized),
        *(("path", _path(change)) for change in scenario.paths),
        *(("people", _people(change)) for change in scenario.people),
    ]
    return "\n".join([_lines(head), *(f"[[{table}]]\n{_lines(lines)}" for table, lines in tables)])


def _lines(lines: Lines) -> str:
    return "".join(f"{key} = {value}\n" for key, value in lines)


def _texts(**texts: str) -> Lines:
    """Keys with texts, without those that say nothing."""
    return [(key, text_value(text)) for key, text in texts.items() if text]


def _opened(site: OpenedSite) -> Lines:
    lines = [("service", text_value(site.service)), ("name", text_value(site.name))]
    lines += [("lon", f"{site.lon:.{DECIMALS}f}"), ("lat", f"{site.lat:.{DECIMALS}f}")]
    lines += [] if site.capacity is None else [("capacity", number_value(site.capacity))]
    lines += [("flags", list_value(site.flags))] if site.flags else []
    return [*lines, *_texts(kind=site.kind)]


def _closed(site: ClosedSite) -> Lines:
    return [("service", text_value(site.service)), *_texts(facility=site.facility, name=site.name)]


def _resized(site: ResizedSite) -> Lines:
    which = [("service", text_value(site.service)), *_texts(facility=site.facility, name=site.name)]
    return [*which, ("capacity", number_value(site.capacity))]


def _path(change: PathChange) -> Lines:
    lines = [("action", text_value(change.action)), *_texts(name=change.name, kind=change.kind)]
    lines += [("modes", list_value(change.modes))] if change.modes else []
    return [*lines, ("coordinates", text_value(change.coordinates))]


def _people(change: PeopleChange) -> Lines:
    lines = [("unit", text_value(change.unit))]
    lines += [] if change.group == EVERYONE else [("group", text_value(change.group))]
    lines += [] if change.factor is None else [("factor", number_value(change.factor))]
    return lines + ([] if change.persons is None else [("persons", number_value(change.persons))])


def number_value(number: float) -> str:
    """A number that reads back as the very same one, without a decimal point where it is whole.

    Examples
    --------
    >>> number_value(60.0), number_value(1.2)
    ('60', '1.2')
    """
    return str(int(number)) if float(number).is_integer() else repr(float(number))
