"""The styles of the report in Word, by GB/T 9704-2012: type faces named for East Asian text, sizes, lines of 28 pt.

A style that an office's own template has is left as it is there; what it lacks is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle

TITLE_FACE, BODY_FACE, HEAD_FACE, KAI_FACE = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
PAGE_FACE = "宋体"
LATIN = "Times New Roman"
LINE_PT = 28.0
# 2号, 3号, 4号, 小四, 五号, 小五.
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_5, SIZE_SMALL_5 = 22.0, 16.0, 14.0, 12.0, 10.5, 9.0
BLACK = RGBColor(0, 0, 0)


@dataclass(frozen=True)
class Look:
    """How a style looks; sizes and lines in points, ``indent`` in characters of its own size; no line: as needed."""

    name: str
    face: str
    size_pt: float = SIZE_3
    line_pt: float | None = LINE_PT
    align: str = "JUSTIFY"
    indent: float = 0.0
    bold: bool = False
    before_pt: float = 0.0
    after_pt: float = 0.0
    next_together: bool = False


BODY, ITEM, NOTE, CAPTION = "公文正文", "公文条目", "公文表注", "公文题注"
CELL, SMALL_CELL, HEAD_CELL, SMALL_HEAD = "公文表文", "公文小表文", "公文表头", "公文小表头"
PICTURE, ISSUER, PAGE = "公文图", "公文署名", "公文页码"
CONTENTS_HEAD, CONTENTS = "TOC Heading", "toc 1"
LOOKS = (
    Look("Normal", BODY_FACE),
    Look("Title", TITLE_FACE, SIZE_2, 36.0, "CENTER", after_pt=LINE_PT, next_together=True),
    Look("Heading 1", HEAD_FACE, indent=2, next_together=True),
    Look("Heading 2", KAI_FACE, indent=2, next_together=True),
    Look("Heading 3", BODY_FACE, indent=2, bold=True, next_together=True),
    Look(BODY, BODY_FACE, indent=2),
    Look(ITEM, BODY_FACE, SIZE_SMALL_4, 20.0, indent=2),
    Look(NOTE, BODY_FACE, SIZE_SMALL_5, 14.0, after_pt=10.0),
    Look(CAPTION, HEAD_FACE, SIZE_4, 24.0, "CENTER", before_pt=8.0, after_pt=2.0, next_together=True),
    Look(CELL, BODY_FACE, SIZE_5, None, "LEFT", before_pt=1.5, after_pt=1.5),
    Look(SMALL_CELL, BODY_FACE, SIZE_SMALL_5, None, "LEFT", before_pt=1.0, after_pt=1.0),
    Look(HEAD_CELL, HEAD_FACE, SIZE_5, None, "CENTER", before_pt=1.5, after_pt=1.5, next_together=True),
    Look(SMALL_HEAD, HEAD_FACE, SIZE_SMALL_5, None, "CENTER", before_pt=1.0, after_pt=1.0, next_together=True),
    Look(PICTURE, BODY_FACE, SIZE_3, None, "CENTER", before_pt=4.0),
    Look(ISSUER, KAI_FACE, align="CENTER"),
    Look(CONTENTS_HEAD, HEAD_FACE, align="CENTER", before_pt=LINE_PT, next_together=True),
    Look(CONTENTS, BODY_FACE, SIZE_4, 24.0, "LEFT", indent=2),
    Look(PAGE, PAGE_FACE, SIZE_4, None, "LEFT"),
)


def set_styles(document: WordDocument, *, own_template: bool) -> None:
    """Give the document the report's styles; an office's template keeps those that it has."""
    for look in LOOKS:
        there = look.name in document.styles
        if there and own_template:
            continue
        style: Any = (
            document.styles[look.name] if there else document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        )
        _set(style, look, document, own_template=own_template)


def _set(style: ParagraphStyle, look: Look, document: WordDocument, *, own_template: bool) -> None:
    if look.name != "Normal":
        style.base_style = document.styles["Normal"]
    if not own_template or look.name in (NOTE, CAPTION, CELL, SMALL_CELL, HEAD_CELL, SMALL_HEAD, PAGE):
        style.font.size = Pt(look.size_pt)
    if not own_template:
        _set_faces(style, look)
    _set_paragraph(style, look)


def _set_faces(style: ParagraphStyle, look: Look) -> None:
    """The face by name, for East Asian text too; no colours, slants or faces of a theme are left over."""
    style.font.name, style.font.bold, style.font.italic = LATIN, look.bold, False
    style.font.color.rgb = BLACK
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), look.face)
    fonts.set(qn("w:cs"), LATIN)


def _set_paragraph(style: ParagraphStyle, look: Look) -> None:
    form = style.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, look.align)
    form.space_before, form.space_after = Pt(look.before_pt), Pt(look.after_pt)
    form.keep_with_next = look.next_together
    form.widow_control = True
    if look.line_pt is None:
        form.line_spacing = 1.0
    else:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line_pt)
    _set_indent(style, look)
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)


def _set_indent(style: ParagraphStyle, look: Look) -> None:
    """The first line's indent in characters, as Chinese Word tells it, and in points for who does not know those."""
    style.paragraph_format.first_line_indent = Pt(look.indent * look.size_pt)
    indent = style.element.pPr.find(qn("w:ind"))
    if look.indent:
        indent.set(qn("w:firstLineChars"), f"{look.indent * 100:.0f}")
