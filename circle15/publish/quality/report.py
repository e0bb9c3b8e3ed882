"""``data_quality.xlsx`` and ``data_quality.html``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.quality.page import quality_html
from circle15.publish.quality.sheets import quality_sheets
from circle15.publish.quality.telling import title_words
from circle15.publish.workbook import write_sheets

if TYPE_CHECKING:
    from pathlib import Path

    from circle15.model.quality import Quality

WORKBOOK, PAGE = "data_quality.xlsx", "data_quality.html"


def write_quality(quality: Quality, folder: Path, lang: str = "zh") -> None:
    """Write the report on a study's files into ``folder``: the same bytes for the same findings.

    Parameters
    ----------
    quality
        What was found.
    folder
        A folder that is there.
    lang
        ``zh`` or ``en``.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    write_sheets(quality_sheets(quality, lang), folder / WORKBOOK, title_words(quality, lang), lang)
    (folder / PAGE).write_bytes(quality_html(quality, lang).encode("utf-8"))
