"""A folium map that asks nobody for anything: Leaflet and all else inside the page.

folium's own pages load code from content delivery networks, and branca reads every rendered part once more as a
template, so that ``{{ ... }}`` in a facility's name would run. The elements here put their text in as it stands.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Environment, PackageLoader, StrictUndefined

from circle15.errors import ConfigurationError
from circle15.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.publish.map_payload import Payload

TEMPLATES = Environment(
    loader=PackageLoader("circle15.publish", "map_assets"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ASSETS = "map_assets"
# In the order in which they are run: each builds on those before it.
SCRIPTS = (
    "words.js",
    "dom.js",
    "decode.js",
    "palette.js",
    "cells.js",
    "cell_layer.js",
    "shapes.js",
    "facilities.js",
    "labels.js",
    "popups.js",
    "legend.js",
    "switches.js",
    "search.js",
    "panel.js",
    "start.js",
)
TIANDITU_HOSTS = "https://*.tianditu.gov.cn"


def asset(name: str) -> str:
    """The text of one of the page's own files."""
    return files("circle15.publish").joinpath(ASSETS, name).read_text(encoding="utf-8")


def leaflet_folder() -> Path:
    """Where the installed Leaflet keeps its files.

    Raises
    ------
    ConfigurationError
        XStatic-Leaflet is not installed.
    """
    try:
        folder = distribution("XStatic-Leaflet").locate_file("xstatic/pkg/leaflet/data")
    except PackageNotFoundError as missing:
        raise ConfigurationError("map.no_leaflet") from missing
    return files_path(folder)


def files_path(folder: object) -> Path:
    """A package's folder as a path."""
    from pathlib import Path

    return Path(str(folder))


def leaflet_script() -> str:
    """Leaflet's code, without the pointer to its source map, which a browser's tools would ask for."""
    code = (leaflet_folder() / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", code)


def leaflet_style() -> str:
    """Leaflet's style sheet with its pictures inside."""
    folder = leaflet_folder()

    def inside(picture: re.Match[str]) -> str:
        data = base64.b64encode((folder / picture.group(1)).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{data})"

    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\((images/[\w-]+\.png)\)", inside, style)


def source_hash(script: str) -> str:
    """A script's name in a Content-Security-Policy: only the very same text may run."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def security_policy(scripts: list[str], *, base_map: bool) -> str:
    """The page's Content-Security-Policy: these scripts run, nothing is fetched but the base map's tiles, if any."""
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(source_hash(script) for script in scripts),
        "style-src": "'unsafe-inline'",
        "img-src": f"data: {TIANDITU_HOSTS}" if base_map else "data:",
        "connect-src": "'none'",
        "font-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{rule} {allowed}" for rule, allowed in rules.items())


class Verbatim(Element):
    """A part of the page that is put in as it stands, and never read as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: object) -> str:
        """The text itself."""
        return self.text


def render_verbatim(element: Element, figure: Figure) -> None:
    """Put an element's three macros into the page: header, html, script."""
    macros = element._template.module
    for room in ("header", "html", "script"):
        macro = getattr(macros, room, None)
        if macro is not None:
            getattr(figure, room).add_child(Verbatim(str(macro(element, {}))), name=element.get_name())


class MapFigure(Figure):
    """The whole page: style, panel, data, and the scripts that its policy names by their hashes."""

    _template = TEMPLATES.get_template("page.html")

    def __init__(self, lang: str, title: str, *, base_map: bool) -> None:
        super().__init__(title=title)
        self.lang = lang
        self.base_map = base_map
        self.styles = [leaflet_style(), asset("map.css")]
        self.header._children.clear()

    def render(self, **_: object) -> str:
        """The page as HTML."""
        for child in self._children.values():
            child.render()
        scripts = [leaflet_script(), "\n".join(asset(name) for name in SCRIPTS), self.script.render()]
        policy = security_policy(scripts, base_map=self.base_map)
        page: str = self._template.render(this=self, scripts=scripts, policy=policy)
        return page


class OfflineMap(folium.Map):
    """A folium map without links to other hosts, without tiles, named alike in every run."""

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []
    _template = TEMPLATES.get_template("map.html")

    def __init__(self, location: tuple[float, float], label: str) -> None:
        super().__init__(location=location, tiles=None)
        self._id = "circle15"
        self.label = label

    def render(self, **_: object) -> None:
        """Put the map and what was added to it into the page."""
        render_verbatim(self, self.get_root())
        for child in self._children.values():
            child.render()


class StudyLayers(MacroElement):
    """All layers of a study with their panel, legend, switches and search."""

    _template = TEMPLATES.get_template("study.html")

    def __init__(self, payload: Payload, lang: str) -> None:
        super().__init__()
        self._name = "StudyLayers"
        self._id = "circle15"
        self.payload = payload
        self.lang = lang

    def say(self, key: str) -> str:
        """One of the page's words."""
        return say(f"map.{key}", self.lang)

    def render(self, **_: object) -> None:
        """Put the study's parts into the page."""
        render_verbatim(self, self.get_root())
