"""The same bytes for the same report: no clock in a .docx, and no thumbnail of another document."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import TYPE_CHECKING

from circle15.publish.report.plain import plain

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from circle15.publish.report.document import Document

MOMENT = (1980, 1, 1, 0, 0, 0)
PROGRAM = "circle15"
# More characters no property may have.
LONGEST = 255


def set_properties(word: WordDocument, document: Document) -> None:
    """Title, issuer and language; made on the day that the report is of."""
    core, day = word.core_properties, datetime.date.fromisoformat(document.day)
    moment = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC).replace(tzinfo=None)
    core.title, core.author = plain(document.title)[:LONGEST], plain(document.issuer)[:LONGEST]
    core.last_modified_by = PROGRAM
    core.created = core.modified = moment
    core.revision, core.language = 1, "zh-CN" if document.lang == "zh" else "en"
    core.comments = core.keywords = core.subject = core.category = ""


def packed(word: WordDocument) -> bytes:
    """The document as the bytes of a .docx: parts in one order, with one date."""
    raw, made = io.BytesIO(), io.BytesIO()
    word.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            target.writestr(entry, source.read(name))
    return made.getvalue()
