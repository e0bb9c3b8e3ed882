"""A page of one HTML file: Leaflet, scripts, styles and data inside it, and no other host is asked for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from circle15.publish.asset import ASSETS, asset
from circle15.publish.map.leaflet import leaflet_script, leaflet_style
from circle15.publish.map.policy import security_policy
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable

# The words of what every map has (``map/assets/controls.js``).
CONTROLS = ("map.zoom_", "map.whole_area", "map.metres", "map.kilometres")


def templates(package: str) -> Environment:
    """The templates in the folder ``assets`` of a package of ``circle15.publish``: all that is put in is text.

    They may build on ``offline.html``, the head and the end that such pages share.
    """
    own, shared = (PackageLoader(name, ASSETS) for name in (f"circle15.publish.{package}", "circle15.publish"))
    return Environment(
        loader=ChoiceLoader([own, shared]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def offline_page(
    package: str,
    lang: str,
    title: str,
    words: str,
    scripts: Iterable[tuple[str, str]],
    styles: Iterable[tuple[str, str]],
    **parts: object,
) -> str:
    """The template ``<package>.html`` of a package, with all that the page needs inside it.

    Parameters
    ----------
    package
        Of ``circle15.publish``.
    lang, title
        The language of the page, and what its window is called.
    words
        What the keys of the template's own words begin with.
    scripts, styles
        Package and name of each file, in the order in which they are read, after Leaflet's own.
    parts
        What else the template asks for.

    Raises
    ------
    ConfigurationError
        Leaflet's package is not installed.
    """
    code = [leaflet_script(), "\n".join(asset(*name) for name in scripts)]
    page: str = (
        templates(package)
        .get_template(f"{package}.html")
        .render(
            lang="zh-CN" if lang == "zh" else lang,
            policy=security_policy(code),
            title=title,
            styles=[leaflet_style(), *(asset(*name) for name in styles)],
            scripts=code,
            licence=asset("map", "leaflet_licence.txt"),
            say=lambda key: say(f"{words}{key}", lang),
            **parts,
        )
    )
    return page
