"""The what-if page as one HTML file that needs nothing but a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from circle15.publish.asset import ASSETS, asset
from circle15.publish.map.leaflet import leaflet_script, leaflet_style
from circle15.publish.map.policy import security_policy
from circle15.publish.whatif.payload import make_payload
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.whatif.ground import Ground

TEMPLATES = Environment(
    loader=PackageLoader("circle15.publish.whatif", ASSETS),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# In the order in which they are run: those of the map page that serve here too, then what is computed, then the page.
SCRIPTS = (
    ("map", "words.js"),
    ("map", "dom.js"),
    ("map", "decode.js"),
    ("map", "palette.js"),
    ("map", "cells.js"),
    ("map", "cell_layer.js"),
    ("map", "labels.js"),
    ("map", "switches.js"),
    ("map", "print.js"),
    ("whatif", "exact.js"),
    ("whatif", "doubles.js"),
    ("whatif", "streets.js"),
    ("whatif", "ground.js"),
    ("whatif", "metres.js"),
    ("whatif", "supply.js"),
    ("whatif", "index.js"),
    ("whatif", "areas.js"),
    ("whatif", "scenario.js"),
    ("whatif", "model.js"),
    ("whatif", "propose.js"),
    ("whatif", "written.js"),
    ("whatif", "focus.js"),
    ("whatif", "sites.js"),
    ("whatif", "tables.js"),
    ("whatif", "plan.js"),
    ("whatif", "page.js"),
)


def whatif_html(ground: Ground, lang: str = "zh") -> str:
    """The page as HTML, the same for the same study; it fetches nothing, and takes every name as text.

    Raises
    ------
    ConfigurationError
        Leaflet's package is not installed.
    """
    scripts = [leaflet_script(), "\n".join(asset(*name) for name in SCRIPTS)]
    about = ground.study.study
    page: str = TEMPLATES.get_template("whatif.html").render(
        lang="zh-CN" if lang == "zh" else lang,
        policy=security_policy(scripts),
        title=say("whatif.page_title", lang, place=about.place, period=about.period),
        styles=[leaflet_style(), asset("map", "map.css"), asset("whatif", "whatif.css")],
        scripts=scripts,
        licence=asset("map", "leaflet_licence.txt"),
        payload=make_payload(ground, lang),
        say=lambda key: say(f"whatif.{key}", lang),
    )
    return page
