"""The catalogue's services as a table to read: who each is for, how near is near enough, and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from circle15.words import say

if TYPE_CHECKING:
    from circle15.catalogue.entries import Catalogue, Label, Reach, Service

COLUMNS = (
    "id", "name", "domain", "department", "group", "urban", "rural", "supply_standard", "presence", "evidence"
)  # fmt: skip


@dataclass(frozen=True)
class ServicesTable:
    """Headers and rows of text, of the same length, in one language; row order is the catalogue's."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def services_table(catalogue: Catalogue, lang: str = "zh") -> ServicesTable:
    """The table of services that ``circle15 services`` prints.

    Parameters
    ----------
    catalogue
        The shipped catalogue, or the narrowed one of a study.
    lang
        ``zh`` or ``en``.

    Examples
    --------
    >>> from circle15.catalogue.loader import load_catalogue
    >>> table = services_table(load_catalogue(), "zh")
    >>> print(" ".join(table.rows[0][:7]))
    childcare 托育机构 幼有善育 卫健 0—2岁 步行15分钟 骑行15分钟
    """
    headers = tuple(say(f"catalogue.column_{column}", lang) for column in COLUMNS)
    rows = tuple(_row(catalogue, service, lang) for service in catalogue.services.values())
    return ServicesTable(headers, rows)


def reach_text(reach: Reach, lang: str = "zh") -> str:
    """A reach in words, by the measure that decides.

    Examples
    --------
    >>> from circle15.catalogue.entries import Reach
    >>> reach_text(Reach(minutes=15, metres=1000))
    '步行15分钟'
    >>> reach_text(Reach(minutes=15, metres=1500, decides="metres"), "en")
    '1500 m on foot'
    """
    if reach.decides == "metres":
        return say(f"catalogue.{reach.mode}_metres", lang, metres=reach.metres)
    return say(f"catalogue.{reach.mode}_minutes", lang, minutes=reach.minutes)


def evidence_text(service: Service, lang: str = "zh") -> str:
    """The grades of a service's sources, and which of its values stand on an original that was not read."""
    grades = "/".join(sorted({source.evidence for source in service.sources}))
    unchecked = [say(f"catalogue.value_{value}", lang) for value in service.unchecked_values()]
    if not unchecked:
        return say("catalogue.evidence_checked", lang, grades=grades)
    values = say("catalogue.between_values", lang).join(unchecked)
    return say("catalogue.evidence_unchecked", lang, grades=grades, values=values)


def _row(catalogue: Catalogue, service: Service, lang: str) -> tuple[str, ...]:
    return (
        service.id,
        service.label.in_language(lang),
        catalogue.domains[service.domain].label.in_language(lang),
        catalogue.departments[service.department].label.in_language(lang),
        catalogue.groups[service.group].label.in_language(lang),
        _standard_text(service, service.urban, lang),
        _standard_text(service, service.rural, lang),
        _supply_text(service, lang),
        _or_dash(None if service.presence is None else service.presence.label, lang),
        evidence_text(service, lang),
    )


def _standard_text(service: Service, reach: Reach, lang: str) -> str:
    if not service.needs:
        return reach_text(reach, lang)
    parts = (
        say("catalogue.need", lang, count=need.count, label=need.label.in_language(lang)) for need in service.needs
    )
    needs = say("catalogue.between_needs", lang).join(parts)
    return say("catalogue.needs_of", lang, reach=reach_text(reach, lang), needs=needs)


def _supply_text(service: Service, lang: str) -> str:
    """The standard of supply in the words of the texts, and the number that places are held against."""
    if service.supply is None:
        return _or_dash(service.supply_standard, lang)
    unit = "" if service.capacity_unit is None else service.capacity_unit.in_language(lang)
    number = say(f"supply.per_{service.supply.of}", lang, per_1000=service.supply.per_1000, unit=unit)
    if service.quality is not None:
        quality = say("supply.per_quality", lang, share=service.quality.share, flag=service.quality.flag)
        number = say("supply.number_and_quality", lang, number=number, quality=quality)
    if service.supply_standard is None:
        return number
    return say("supply.text_and_number", lang, text=service.supply_standard.in_language(lang), number=number)


def _or_dash(label: Label | None, lang: str) -> str:
    return label.in_language(lang) if label is not None else say("catalogue.not_stated", lang)
