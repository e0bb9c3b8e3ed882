"""Figures as PNG and PDF: the same bytes for the same figure."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.typeface import check_glyphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

# What matplotlib would write of itself and of the hour.
NAMELESS_PNG = {"Software": None}
NAMELESS_PDF = {"Creator": None, "Producer": None, "CreationDate": None}


def png_bytes(figure: Figure, dpi: float = 300.0) -> bytes:
    """A figure as PNG.

    Raises
    ------
    DataError
        Its font lacks a character of it.
    """
    return _saved(figure, "png", dpi, NAMELESS_PNG)


def pdf_bytes(figure: Figure, dpi: float = 300.0) -> bytes:
    """A figure as PDF; what is an image in it has ``dpi``.

    Raises
    ------
    DataError
        Its font lacks a character of it.
    """
    return _saved(figure, "pdf", dpi, NAMELESS_PDF)


@in_house_style
def _saved(figure: Figure, kind: str, dpi: float, metadata: Mapping[str, None]) -> bytes:
    check_glyphs(figure)
    file = io.BytesIO()
    figure.savefig(file, format=kind, dpi=dpi, metadata=metadata)
    return file.getvalue()
