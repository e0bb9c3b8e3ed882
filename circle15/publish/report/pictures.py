"""Charts and maps as pictures of the report; one that has nothing to show is left out."""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING

from circle15.publish.report.chapters.areas import SMALL_MAPS
from circle15.publish.report.chapters.targets import of_the_year
from circle15.publish.report.document import Picture
from circle15.publish.report.telling import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from matplotlib.figure import Figure

    from circle15.catalogue.entries import Label
    from circle15.publish.report.document import Sentence
    from circle15.publish.sheets.layout import Size
    from circle15.publish.sheets.material import Material as SheetMaterial
    from circle15.results import Results
    from circle15.results.comparison import Comparison

# Sharp in print, and small enough to mail.
DPI = 200.0
MM_PER_INCH = 25.4
# What is higher does not stand on a page with a caption of two lines.
MOST_HIGH_MM = 200.0
# Maps that fill the text of a page, and so many of services.
SIZE: Size = "text"
SERVICE_MAPS = 3
# Where the eight bytes of width and height stand in a PNG.
SIZE_AT = slice(16, 24)


def charts_of(results: Results, comparison: Comparison | None, lang: str) -> Mapping[str, Picture]:
    """The charts that this run can give, by what they show.

    Raises
    ------
    DataError
        No typeface with all characters is installed, or the library that draws is not.
    """
    from circle15.publish.drawing import png_bytes

    return {name: picture(png_bytes(draw(), DPI), name, lang) for name, draw in _drawable(results, comparison, lang)}


def _drawable(results: Results, comparison: Comparison | None, lang: str) -> Iterable[tuple[str, Callable[[], Figure]]]:
    """What there is something to draw of."""
    from circle15.publish.charts.ladder import ladder_chart, ladder_rows
    from circle15.publish.charts.league import league_chart
    from circle15.publish.charts.lorenz import lorenz_chart, lorenz_curves
    from circle15.publish.charts.minutes import minutes_chart, minutes_rows
    from circle15.publish.charts.waterfall import waterfall_chart

    level = results.listed_level()
    if int((results.index["level"] == level).sum()) > 1:
        yield "league", lambda: league_chart(results, lang)
    if lorenz_curves(results, lang):
        yield "lorenz", lambda: lorenz_chart(results, lang)
    if minutes_rows(results, lang):
        yield "minutes", lambda: minutes_chart(results, lang)
    targets = of_the_year(results)
    if len(ladder_rows(targets)):
        yield "targets", lambda: ladder_chart(targets, lang)
    if comparison is not None and len(comparison.split):
        yield "waterfall", lambda: waterfall_chart(comparison.split, comparison.periods, lang)


def maps_of(sheets: SheetMaterial) -> Mapping[str, Picture]:
    """The index, what has changed, and the services whose under-served areas hold most people, as maps of a page each.

    Raises
    ------
    DataError
        No typeface with all characters is installed, or the library that draws is not.
    """
    from circle15.publish.drawing import png_bytes

    large = {name: picture(png_bytes(draw(), DPI), name, sheets.lang, **facts) for name, draw, facts in _maps(sheets)}
    return large | _small_maps(sheets)


def _maps(sheets: SheetMaterial) -> Iterable[tuple[str, Callable[[], Figure], Mapping[str, Label]]]:
    """What there is something to draw of."""
    from circle15.publish.sheets.choropleth import change_sheet, index_sheet
    from circle15.publish.sheets.service import service_sheet

    level = sheets.results.listed_level()
    several = int((sheets.results.zones["level"] == level).sum()) > 1
    if several:
        yield "index_map", lambda: index_sheet(sheets, size=SIZE), {}
    if several and sheets.split is not None:
        yield "change_map", lambda: change_sheet(sheets, size=SIZE), {}
    services = sheets.results.catalogue.services
    for id_ in most_lacking(sheets.results):
        yield f"map_{id_}", partial(service_sheet, sheets, id_, size=SIZE), {"service": services[id_].label}


def _small_maps(sheets: SheetMaterial) -> dict[str, Picture]:
    """The other services with under-served areas, many to a page."""
    from circle15.publish.drawing import png_bytes
    from circle15.publish.sheets.small_maps import MOST, small_maps

    lacking, large = set(sheets.results.underserved["service"]), most_lacking(sheets.results)
    others = [id_ for id_ in sheets.results.catalogue.services if id_ in lacking and id_ not in large]
    pages = [others[at : at + MOST] for at in range(0, len(others), MOST)]
    key = "report_pictures.map_of_others" + ("_part" if len(pages) > 1 else "")
    drawn = {at: png_bytes(small_maps(sheets, page), DPI) for at, page in enumerate(pages, start=1)}
    return {f"{SMALL_MAPS}{at}": _placed(png, tell(key, sheets.lang, part=str(at))) for at, png in drawn.items()}


def most_lacking(results: Results) -> list[str]:
    """The few services whose under-served areas hold most people."""
    people = results.underserved.groupby("service", sort=True)["people"].sum()
    ordered = people.sort_values(ascending=False, kind="stable")
    return [str(id_) for id_ in ordered.index[:SERVICE_MAPS] if id_ in results.catalogue.services]


def picture(png: bytes, name: str, lang: str, **facts: Label) -> Picture:
    """A PNG as a picture in the size that it is drawn for."""
    return _placed(png, tell(f"report_pictures.{'map_of_service' if facts else name}", lang, **facts))


def _placed(png: bytes, title: Sentence) -> Picture:
    """A PNG under its title."""
    width, height = struct.unpack(">II", png[SIZE_AT])
    width_mm, height_mm = (pixels / DPI * MM_PER_INCH for pixels in (width, height))
    shrunk = min(1.0, MOST_HIGH_MM / height_mm)
    return Picture(title, png, width_mm * shrunk, height_mm * shrunk, title.text)
