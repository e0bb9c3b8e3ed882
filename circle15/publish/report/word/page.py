"""The page of official documents: A4, a text block of 156 x 225 mm, page numbers outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from circle15.publish.report.word.styles import PAGE, SIZE_4

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section
    from docx.section import _Footer as Footer

TEXT_MM = (156.0, 225.0)
PAGE_MM = (210.0, 297.0)
TOP_MM, LEFT_MM = 37.0, 28.0
# From the lower edge of the text to the line of the page number.
NUMBER_BELOW_MM = 7.0


def set_page(document: WordDocument) -> None:
    """Lay out the page and number it: — 1 —, odd pages right, even ones left, one character in."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.left_margin = Mm(TOP_MM), Mm(LEFT_MM)
    section.right_margin = Mm(PAGE_MM[0] - LEFT_MM - TEXT_MM[0])
    bottom_mm = PAGE_MM[1] - TOP_MM - TEXT_MM[1]
    section.bottom_margin = Mm(bottom_mm)
    section.footer_distance = Mm(bottom_mm - NUMBER_BELOW_MM - SIZE_4 * 0.3528)
    section.header_distance = Mm(15)
    _number_pages(document, section)


def text_width_mm(document: WordDocument) -> float:
    """The width that text has on the page."""
    section = document.sections[-1]
    width = (section.page_width or Mm(PAGE_MM[0])) - (section.left_margin or 0) - (section.right_margin or 0)
    return float(width) / float(Mm(1))


def _number_pages(document: WordDocument, section: Section) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _number(footer: Footer, align: WD_ALIGN_PARAGRAPH) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = PAGE
    paragraph.alignment = align
    if align == WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = Pt(SIZE_4)
    else:
        paragraph.paragraph_format.left_indent = Pt(SIZE_4)
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(" —")
