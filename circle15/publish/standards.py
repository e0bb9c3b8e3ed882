"""The standard that a row of coverage is judged by, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.catalogue.entries import ALL_SERVICES
from circle15.catalogue.services_table import reach_text
from circle15.words import say

if TYPE_CHECKING:
    from circle15.catalogue.entries import Reach
    from circle15.results import Results


def standards_in_words(results: Results, lang: str) -> list[str]:
    """The standard of each row of ``results.coverage``, by the measure that decides (步行1000米, 步行15分钟).

    Where a unit has cells of both classes and the standards of the two differ, both are told.
    """
    rows = results.coverage
    classes = _classes(results)
    place = rows.groupby(["level", "code", "service"], sort=False).cumcount()
    return [
        _standard(results, service, at, classes.get((level, code), frozenset()), lang)
        for level, code, service, at in zip(rows["level"], rows["code"], rows["service"], place, strict=True)
    ]


def _classes(results: Results) -> dict[tuple[str, str], frozenset[str]]:
    """The classes of the cells of each unit; an unknown class counts as urban, the stricter."""
    urban_rural = results.cells["urban_rural"].where(results.cells["urban_rural"] == "rural", "urban")
    return {
        (level, str(code)): frozenset(found)
        for level in results.zones["level"].unique()
        for code, found in urban_rural.groupby(results.cells[f"{level}_code"]).unique().items()
    }


def _standard(results: Results, service: str, at: int, classes: frozenset[str], lang: str) -> str:
    """``at`` is the circle's place among those of its service: the first decides, then the further ones."""
    if service == ALL_SERVICES:
        return say("tables.standard_each", lang)
    entry = results.catalogue.services[service]
    if at > 0:
        return reach_text(entry.also[at - 1], lang)
    return _by_class(entry.urban, entry.rural, classes, lang)


def _by_class(urban: Reach, rural: Reach, classes: frozenset[str], lang: str) -> str:
    in_towns, in_country = reach_text(urban, lang), reach_text(rural, lang)
    if in_towns == in_country or "rural" not in classes:
        return in_towns
    if "urban" not in classes:
        return in_country
    return say("tables.standard_by_class", lang, urban=in_towns, rural=in_country)
