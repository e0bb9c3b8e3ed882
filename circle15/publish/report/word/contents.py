"""The list of contents: a field of Word with its entries written, so that it reads before anything is updated.

Page numbers are left to Word, which alone knows them: it puts them in when the list is updated, and nobody is asked
anything when the document is opened. Chapters alone are listed: with their sections the list would fill pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from circle15.publish.report.plain import plain
from circle15.publish.report.word.styles import CONTENTS, CONTENTS_HEAD
from circle15.words import say

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from circle15.publish.report.document import Document

INSTRUCTION = r' TOC \o "1-1" \h \z \u '
MARK = "_Toc{number:09d}"


def put_contents(word: WordDocument, document: Document) -> None:
    """Put the list at the end of what is written so far, the title: so no page ends within it.

    Its entries lead to the headings that ``mark`` marks.
    """
    entries = [chapter.title for chapter in document.chapters]
    if not entries:
        return
    frame, content = _frame()
    head = word.add_paragraph(say("report.contents", document.lang), style=CONTENTS_HEAD)
    content.append(head._p)
    for number, text in enumerate(entries):
        paragraph: Any = word.add_paragraph(style=CONTENTS)
        if number == 0:
            _begin(paragraph)
        _link(paragraph, plain(text), MARK.format(number=number + 1))
        if number == len(entries) - 1:
            _char(paragraph.add_run()._r, "end")
        content.append(paragraph._p)
    body = word.element.body
    body.insert(len(body) - 1, frame)  # the last is the section


def mark(word: WordDocument, first: int) -> None:
    """Mark the headings of chapters from the paragraph numbered ``first`` on, for the entries to lead to."""
    headings = [each for each in word.paragraphs[first:] if each.style is not None and each.style.name == "Heading 1"]
    for number, heading in enumerate(headings, start=1):
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for each in (start, end):
            each.set(qn("w:id"), str(number))
        start.set(qn("w:name"), MARK.format(number=number))
        heading._p.insert(1 if heading._p.pPr is not None else 0, start)
        heading._p.append(end)


def _frame() -> tuple[Any, Any]:
    """What Word shows as a list of contents with a button to update it."""
    frame, traits, part = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "docPartObj"))
    for name, value in (("docPartGallery", "Table of Contents"), ("docPartUnique", None)):
        child = OxmlElement(f"w:{name}")
        if value is not None:
            child.set(qn("w:val"), value)
        part.append(child)
    content = OxmlElement("w:sdtContent")
    traits.append(part)
    frame.append(traits)
    frame.append(content)
    return frame, content


def _begin(paragraph: Any) -> None:  # noqa: ANN401  the library's paragraph
    _char(paragraph.add_run()._r, "begin")
    told = OxmlElement("w:instrText")
    told.set(qn("xml:space"), "preserve")
    told.text = INSTRUCTION
    paragraph.add_run()._r.append(told)
    _char(paragraph.add_run()._r, "separate")


def _char(run: Any, kind: str) -> None:  # noqa: ANN401  the library's run
    char = OxmlElement("w:fldChar")
    char.set(qn("w:fldCharType"), kind)
    run.append(char)


def _link(paragraph: Any, text: str, anchor: str) -> None:  # noqa: ANN401
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), anchor)
    link.set(qn("w:history"), "1")
    link.append(paragraph.add_run(text)._r)
    paragraph._p.append(link)
