"""Figures as PNG and PDF: the same bytes for the same figure."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from circle15.publish.drawing.figures import in_house_style
from circle15.publish.drawing.typeface import check_glyphs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What matplotlib would write of itself and of the hour.
NAMELESS_PNG = {"Software": None}
NAMELESS_PDF = {"Creator": None, "Producer": None, "CreationDate": None}


@in_house_style
def png_bytes(figure: Figure, dpi: float = 300.0) -> bytes:
    """A figure as PNG.

    Raises
    ------
    DataError
        Its font lacks a character of it.
    """
    check_glyphs(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi, metadata=NAMELESS_PNG)
    return file.getvalue()


@in_house_style
def pdf_bytes(figure: Figure, dpi: float = 300.0) -> bytes:
    """A figure as PDF; what is an image in it has ``dpi``.

    Raises
    ------
    DataError
        Its font lacks a character of it.
    """
    check_glyphs(figure)
    file = io.BytesIO()
    figure.savefig(file, format="pdf", dpi=dpi, metadata=NAMELESS_PDF)
    return file.getvalue()
