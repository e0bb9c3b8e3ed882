"""The what-if page as one HTML file that needs nothing but a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.offline_page import offline_page
from circle15.publish.whatif.payload import make_payload
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.whatif.ground import Ground

# In the order in which they are run: those of the map page that serve here too, then what is computed, then the page.
SCRIPTS = (
    ("map", "words.js"),
    ("map", "dom.js"),
    ("map", "decode.js"),
    ("map", "palette.js"),
    ("map", "cells.js"),
    ("map", "cell_layer.js"),
    ("map", "labels.js"),
    ("map", "controls.js"),
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
    ("whatif", "clashes.js"),
    ("whatif", "written.js"),
    ("whatif", "focus.js"),
    ("whatif", "sites.js"),
    ("whatif", "tables.js"),
    ("whatif", "plan.js"),
    ("whatif", "page.js"),
)
STYLES = (("map", "map.css"), ("whatif", "whatif.css"))


def whatif_html(ground: Ground, lang: str = "zh") -> str:
    """The page as HTML, the same for the same study; it fetches nothing, and takes every name as text.

    Raises
    ------
    ConfigurationError
        Leaflet's package is not installed.
    """
    about = ground.study.study
    title = say("whatif.page_title", lang, place=about.place, period=about.period)
    payload = make_payload(ground, lang)
    return offline_page("whatif", lang, title, "whatif.", SCRIPTS, STYLES, payload=payload)
