"""The page of a study: headline, map, league, what changed; one HTML file that needs nothing but a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from circle15.publish.map.folium_page import MapFigure, OfflineMap, StudyLayers
from circle15.publish.map.payload import make_payload
from circle15.publish.map.policy import TIANDITU_HOSTS
from circle15.results.neighbours import NO_NEIGHBOURS
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.results import Results
    from circle15.results.neighbours import Neighbours


def map_html(results: Results, lang: str = "zh", neighbours: Neighbours = NO_NEIGHBOURS) -> str:
    """The map page of ``results`` as HTML, the same for the same results and neighbours.

    Parameters
    ----------
    results
        A finished run.
    lang
        ``zh`` or ``en``.
    neighbours
        The files beside it, which the page links to, and the comparison with the period before, which it tells.
    """
    about = results.study.study
    title = say("map.page_title", lang, place=about.place, period=about.period)
    figure = MapFigure(lang, title, [TIANDITU_HOSTS] if results.study.map.tianditu_key else [])
    area = OfflineMap(_middle(results), label=say("map.map_label", lang, place=about.place))
    figure.add_child(area)
    area.add_child(StudyLayers(make_payload(results, lang, neighbours), lang))
    return str(figure.render())


def write_map(results: Results, path: Path, lang: str = "zh", neighbours: Neighbours = NO_NEIGHBOURS) -> None:
    """Write the map page of ``results`` to ``path``.

    The page holds everything it shows: it opens by double click, fetches nothing (but the tiles of 天地图 where the
    study names a key and the reader switches them on), and takes every name as text.

    Parameters
    ----------
    results
        A finished run.
    path
        The HTML file to write.
    lang
        ``zh`` or ``en``.
    neighbours
        See ``map_html``.

    Raises
    ------
    ConfigurationError
        Leaflet's package is not installed.
    """
    path.write_bytes(map_html(results, lang, neighbours).encode("utf-8"))


def language_of(path: Path) -> str:
    """The language that a page written by ``write_map`` speaks."""
    with path.open(encoding="utf-8") as page:
        return "en" if '<html lang="en">' in page.read(200) else "zh"


def _middle(results: Results) -> tuple[float, float]:
    root = results.zones[results.zones["parent_code"] == ""]
    point = gpd.GeoSeries(root.geometry.representative_point(), crs=results.zones.crs).to_crs(4326).iloc[0]
    return float(point.y), float(point.x)
