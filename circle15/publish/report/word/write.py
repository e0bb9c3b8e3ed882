"""A report to the bytes of a .docx."""

from __future__ import annotations

import io
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from circle15.publish.report.document import Heading, Paragraph, Picture, Table
from circle15.publish.report.plain import plain
from circle15.publish.report.word.contents import mark, put_contents
from circle15.publish.report.word.fonts import name_fonts
from circle15.publish.report.word.package import packed, set_properties
from circle15.publish.report.word.page import set_page, text_width_mm
from circle15.publish.report.word.styles import BODY, CAPTION, ISSUER, ITEM, LINE_PT, NOTE, PICTURE, set_styles
from circle15.publish.report.word.tables import add_table
from circle15.words import say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from circle15.publish.report.document import Block, Chapter, Document, Sentence

KINDS = {"body": BODY, "item": ITEM, "note": NOTE, "caption": CAPTION, "lead": BODY}
THUMBNAIL = "thumbnail"


def docx_bytes(document: Document, template: bytes | None = None) -> bytes:
    """The report as a .docx.

    Parameters
    ----------
    template
        An office's own .docx, whose styles, page, header and footer are used; None for those of official documents.

    Returns
    -------
    bytes
        The same for the same report and template.
    """
    word = docx.Document(None if template is None else io.BytesIO(template))
    set_styles(word, own_template=template is not None)
    _emptied(word)
    if template is None:
        set_page(word)
        name_fonts(word)
        _without_thumbnail(word)
    set_properties(word, document)
    _opening(word, document)
    put_contents(word, document)
    for block in document.opening:
        put(block, word)
        if isinstance(block, Heading):
            _on_a_new_page(word)
    first = len(word.paragraphs)
    for chapter in document.chapters:
        heading = _paragraph(word, chapter.title, "Heading 1")
        if chapter == first_annex(document):
            heading.paragraph_format.page_break_before = True
        for block in chapter.blocks:
            put(block, word)
    mark(word, first)
    return packed(word)


def _on_a_new_page(word: WordDocument) -> None:
    """Put the paragraph put last at the head of a page, in the middle of the line, as titles stand."""
    paragraph: Any = word.paragraphs[-1]
    form = paragraph.paragraph_format
    form.page_break_before = True
    form.alignment, form.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Pt(0)
    paragraph._p.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "0")


def first_annex(document: Document) -> Chapter | None:
    """The first annex, which begins a page."""
    return next((chapter for chapter in document.chapters if chapter.annex), None)


def _emptied(word: WordDocument) -> None:
    """Take out what a template says, and leave the last section's page, header and footer."""
    body = word.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)


def _without_thumbnail(word: WordDocument) -> None:
    """Leave out the picture that the library's own template bears."""
    relations = word.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith(THUMBNAIL)]:
        del relations[key]


def _opening(word: WordDocument, document: Document) -> None:
    """Title, who gives it out, and the day that it is of."""
    first, *others = document.title_lines
    title = _paragraph(word, first, "Title")
    for line in others:
        title.add_run().add_break()
        title.add_run(plain(line))
    year, month, day = document.day.split("-")
    told = say("report.day", document.lang, year=int(year), month=int(month), day=int(day))
    about = [line for line in (document.issuer, say("report.period_of", document.lang, day=told)) if line]
    for line in about:
        _paragraph(word, line, ISSUER).paragraph_format.space_after = Pt(LINE_PT if line == about[-1] else 0)


def _paragraph(word: WordDocument, text: str, style: str) -> Any:  # noqa: ANN401  the library's paragraph
    return word.add_paragraph(plain(text), style=style)


@singledispatch
def put(block: Block, word: WordDocument) -> None:  # noqa: ARG001  what the others take
    """Put a block at the end of the document."""
    raise TypeError(type(block))


@put.register(Heading)
def _(block: Heading, word: WordDocument) -> None:
    _paragraph(word, block.text, f"Heading {block.level}")


@put.register(Paragraph)
def _(block: Paragraph, word: WordDocument) -> None:
    _paragraph(word, block.text, KINDS[block.kind])


@put.register(Table)
def _(block: Table, word: WordDocument) -> None:
    _paragraph(word, block.title.text, CAPTION)
    add_table(word, block, text_width_mm(word))
    _notes(word, block.notes)


@put.register(Picture)
def _(block: Picture, word: WordDocument) -> None:
    holder = _paragraph(word, "", PICTURE)
    holder.paragraph_format.keep_with_next = True
    width = min(block.width_mm, text_width_mm(word))
    shape = holder.add_run().add_picture(io.BytesIO(block.png), width=Mm(width))
    shape._inline.docPr.set("descr", plain(block.alt))
    caption = _paragraph(word, block.title.text, CAPTION)
    caption.paragraph_format.keep_with_next = False
    # An empty line that no longer fits on the page of a map would take a page of its own.
    if block.notes:
        _notes(word, block.notes)


def _notes(word: WordDocument, notes: tuple[Sentence, ...]) -> None:
    """The notes below a table, in one paragraph; an empty one keeps what follows apart."""
    _paragraph(word, "".join(note.text for note in notes), NOTE)
