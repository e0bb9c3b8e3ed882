"""The pages' own files: scripts, styles, templates."""

from __future__ import annotations

from importlib.resources import files

ASSETS = "assets"


def asset(package: str, name: str) -> str:
    """The text of one file in the folder ``assets`` of a package of ``circle15.publish``.

    Examples
    --------
    >>> "createElement" in asset("map", "dom.js")
    True
    """
    return files(f"circle15.publish.{package}").joinpath(ASSETS, name).read_text(encoding="utf-8")
