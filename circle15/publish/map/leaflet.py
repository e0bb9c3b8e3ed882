"""Leaflet as the installed package XStatic-Leaflet carries it, as text to put inside a page."""

from __future__ import annotations

import base64
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from circle15.errors import ConfigurationError


def leaflet_folder() -> Path:
    """Where the installed Leaflet keeps its files.

    Raises
    ------
    ConfigurationError
        XStatic-Leaflet is not installed.
    """
    try:
        # Asked of the package's own record: importing it would need the old namespace machinery.
        folder = distribution("XStatic-Leaflet").locate_file("xstatic/pkg/leaflet/data")
    except PackageNotFoundError as missing:
        raise ConfigurationError("map.no_leaflet") from missing
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
