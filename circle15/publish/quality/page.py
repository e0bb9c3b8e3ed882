"""The report as one HTML file that needs nothing but a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.map.payload import markup_free_json
from circle15.publish.offline_page import offline_page
from circle15.publish.quality.payload import quality_content
from circle15.publish.quality.telling import title_words

if TYPE_CHECKING:
    from circle15.model.quality import Quality

# In the order in which they are run: those of the map page that serve here too, then the report's own.
SCRIPTS = (
    ("map", "words.js"),
    ("map", "dom.js"),
    ("map", "decode.js"),
    ("map", "labels.js"),
    ("map", "controls.js"),
    ("quality", "points.js"),
    ("quality", "findings.js"),
    ("quality", "report.js"),
)
STYLES = (("quality", "quality.css"),)


def quality_html(quality: Quality, lang: str = "zh") -> str:
    """The page as HTML, the same for the same findings; it fetches nothing, and takes every name as text.

    Raises
    ------
    ConfigurationError
        Leaflet's package is not installed.
    """
    content, shapes = quality_content(quality, lang)
    parts = {"content": markup_free_json(content), "shapes": shapes}
    return offline_page("quality", lang, title_words(quality, lang), "quality.page_", SCRIPTS, STYLES, **parts)
