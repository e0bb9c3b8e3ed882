"""A folium map that asks nobody for anything: Leaflet and all else inside the page.

folium's own pages load code from content delivery networks, and branca reads every rendered part once more as a
template, so that ``{{ ... }}`` in a facility's name would run. The elements here put their text in as it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
from branca.element import Element, Figure, MacroElement

from circle15.publish.asset import asset
from circle15.publish.map.leaflet import leaflet_script, leaflet_style
from circle15.publish.map.policy import security_policy
from circle15.publish.offline_page import templates
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circle15.publish.map.payload import Payload

TEMPLATES = templates("map")
# In the order in which they are run: each builds on those before it.
SCRIPTS = (
    "words.js",
    "dom.js",
    "decode.js",
    "palette.js",
    "cells.js",
    "cell_layer.js",
    "gaps.js",
    "shapes.js",
    "facilities.js",
    "labels.js",
    "popups.js",
    "changes.js",
    "legend.js",
    "switches.js",
    "controls.js",
    "search.js",
    "panel.js",
    "league.js",
    "areas.js",
    "since.js",
    "downloads.js",
    "print.js",
    "start.js",
)


class Verbatim(Element):
    """A part of the page that is put in as it stands, and never read as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: object) -> str:
        """The text itself."""
        return self.text


def render_verbatim(element: Element) -> str:
    """Put an element's three macros into its page: header, html, script; in its own place stands nothing."""
    figure, macros = element.get_root(), element._template.module
    for room in ("header", "html", "script"):
        macro = getattr(macros, room, None)
        if macro is not None:
            getattr(figure, room).add_child(Verbatim(str(macro(element, {}))), name=element.get_name())
    return ""


class MapFigure(Figure):
    """The whole page: style, panel, data, and the scripts that its policy names by their hashes."""

    _template = TEMPLATES.get_template("page.html")

    def __init__(self, lang: str, title: str, image_hosts: Sequence[str] = ()) -> None:
        super().__init__(title=title)
        self.lang = lang
        self.image_hosts = image_hosts
        self.styles = [leaflet_style(), asset("map", "map.css"), asset("map", "study.css")]
        self.leaflet_licence = asset("map", "leaflet_licence.txt")
        self.header._children.clear()

    def render(self, **_: object) -> str:
        """The page as HTML."""
        for child in self._children.values():
            child.render()
        scripts = [leaflet_script(), "\n".join(asset("map", name) for name in SCRIPTS), self.script.render()]
        policy = security_policy(scripts, self.image_hosts)
        page: str = self._template.render(this=self, scripts=scripts, policy=policy)
        return page


class OfflineMap(folium.Map):
    """A folium map without links to other hosts, without tiles, named alike in every run."""

    _template = TEMPLATES.get_template("map.html")

    def __init__(self, location: tuple[float, float], label: str) -> None:
        super().__init__(location=location, tiles=None)
        self.default_js = []
        self.default_css = []
        self._id = "circle15"
        self.label = label

    def render(self, **_: object) -> str:
        """Put the map and what was added to it into the page."""
        nothing = render_verbatim(self)
        for child in self._children.values():
            child.render()
        return nothing


class StudyLayers(MacroElement):
    """All layers of a study with their panel, legend, switches and search."""

    _template = TEMPLATES.get_template("study.html")

    def __init__(self, payload: Payload, lang: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "StudyLayers"
        self._id = "circle15"
        self.payload = payload
        self.lang = lang

    def say(self, key: str) -> str:
        """One of the page's words."""
        return say(f"map.{key}", self.lang)

    def render(self, **_: object) -> str:
        """Put the study's parts into the page."""
        return render_verbatim(self)
