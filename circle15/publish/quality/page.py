"""The report as one HTML file that needs nothing but a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from circle15.publish.asset import ASSETS, asset
from circle15.publish.map.leaflet import leaflet_script, leaflet_style
from circle15.publish.map.payload import markup_free_json
from circle15.publish.map.policy import security_policy
from circle15.publish.quality.payload import quality_content
from circle15.publish.quality.telling import title_words
from circle15.words import say

if TYPE_CHECKING:
    from circle15.model.quality import Quality

TEMPLATES = Environment(
    loader=PackageLoader("circle15.publish.quality", ASSETS),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# In the order in which they are run: those of the map page that serve here too, then the report's own.
SCRIPTS = (
    ("map", "words.js"),
    ("map", "dom.js"),
    ("map", "decode.js"),
    ("map", "labels.js"),
    ("quality", "points.js"),
    ("quality", "findings.js"),
    ("quality", "report.js"),
)


def quality_html(quality: Quality, lang: str = "zh") -> str:
    """The page as HTML, the same for the same findings; it fetches nothing, and takes every name as text.

    Raises
    ------
    ConfigurationError
        Leaflet's package is not installed.
    """
    content, shapes = quality_content(quality, lang)
    scripts = [leaflet_script(), "\n".join(asset(*name) for name in SCRIPTS)]
    page: str = TEMPLATES.get_template("quality.html").render(
        lang="zh-CN" if lang == "zh" else lang,
        policy=security_policy(scripts),
        title=title_words(quality, lang),
        styles=[leaflet_style(), asset("quality", "quality.css")],
        scripts=scripts,
        licence=asset("map", "leaflet_licence.txt"),
        content=markup_free_json(content),
        shapes=shapes,
        say=lambda key: say(f"quality.page_{key}", lang),
    )
    return page
