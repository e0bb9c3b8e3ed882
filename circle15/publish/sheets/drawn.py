"""All sheets of a period, in the order in which they are read, and their files."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from circle15.publish.drawing.output import pdf_bytes, png_bytes
from circle15.publish.sheets.choropleth import change_sheet, index_sheet
from circle15.publish.sheets.names import file_stems
from circle15.publish.sheets.service import service_sheet
from circle15.publish.sheets.town import town_sheet
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.figure import Figure

    from circle15.publish.sheets.layout import Size
    from circle15.publish.sheets.material import Material

PRINT_DPI = 300.0
MAKERS: dict[str, Callable[[Figure, float], bytes]] = {"png": png_bytes, "pdf": pdf_bytes}


@dataclass(frozen=True, eq=False)
class Sheet:
    """One of them: the name of its file without ending, and how it is drawn."""

    stem: str
    draw: Callable[[Material], Figure]

    def files(self, material: Material, formats: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The name and the content of its file in each format: ``png`` (300 dpi), ``pdf``."""
        figure = self.draw(material)
        for kind in formats:
            yield f"{self.stem}.{kind}", MAKERS[kind](figure, PRINT_DPI)
        # A figure points to itself in circles and holds its picture: sheet by sheet they would fill the memory.
        del figure
        gc.collect()


def sheets_of(
    material: Material, towns: Sequence[str], services: Sequence[str], size: Size, *, whole: bool
) -> list[Sheet]:
    """The sheets of some services and towns.

    Parameters
    ----------
    towns, services
        Codes and ids.
    whole
        Whether those of the index and of what has changed come with them.
    """
    lang, found = material.lang, []
    if whole:
        found.append(Sheet(say("map_sheets.file_index", lang), partial(index_sheet, size=size)))
        if material.split is not None:
            found.append(Sheet(say("map_sheets.file_change", lang), partial(change_sheet, size=size)))
    labels = {id_: each.label.in_language(lang) for id_, each in material.results.catalogue.services.items()}
    stems = _stems("file_service", labels, lang)
    found += [Sheet(stems[id_], partial(service_sheet, service_id=id_, size=size)) for id_ in services]
    stems = _stems("file_town", {town.code: town.name for town in material.towns}, lang)
    return found + [Sheet(stems[code], partial(town_sheet, code=code, size=size)) for code in towns]


def _stems(kind: str, names: Mapping[str, str], lang: str) -> dict[str, str]:
    """The names of files by the ids of what is on the sheets."""
    stems = file_stems(say(f"map_sheets.{kind}", lang), list(names.values()), list(names))
    return dict(zip(names, stems, strict=True))
