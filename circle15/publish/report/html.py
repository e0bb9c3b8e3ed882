"""The report as one .html file: no script, no request, every number with where it comes from."""

from __future__ import annotations

import base64
from functools import singledispatch
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from circle15.publish.report.document import Cell, Figure, Heading, Paragraph, Picture, Table
from circle15.publish.report.plain import plain
from circle15.publish.report.shades import shade_of
from circle15.publish.report.widths import widths_mm
from circle15.words import say

if TYPE_CHECKING:
    from circle15.publish.report.document import Block, Column, Document, Piece, Sentence

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = "page.css"
# Tables of more columns than this are set closer.
MANY = 6
# As page.css has it: the least width of a wide table, what stays free beside the letters, and these, which are wider
# than printed ones: headers have no serifs.
WIDE_MM, SIZE_PT, SMALL_PT, SIDE_MM, CLOSE_MM = 150.0, 11.4, 10.3, 1.6, 0.7


def html_page(document: Document) -> str:
    """The report as the text of a page; the same for the same report."""
    style = files("circle15.publish.report").joinpath(STYLE).read_text(encoding="utf-8")
    tag = "zh-CN" if document.lang == "zh" else document.lang
    title = _text(document.title)
    head = (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
    )
    parts = [
        f"<h1>{'<br>'.join(map(_text, document.title_lines))}</h1>",
        *_about(document),
        *map(marked_up, document.opening),
        _contents(document),
    ]
    for at, chapter in enumerate(document.chapters, start=1):
        parts.append(f'<section id="c{at}">\n<h2>{_text(chapter.title)}</h2>')
        parts += map(marked_up, chapter.blocks)
        parts.append("</section>")
    parts.append(f"<footer>{_text(say('report.footer', document.lang))}</footer>")
    return head + "\n".join(parts) + "\n</body>\n</html>\n"


def _about(document: Document) -> list[str]:
    year, month, day = map(int, document.day.split("-"))
    told = say("report.day", document.lang, year=year, month=month, day=day)
    lines = (document.issuer, say("report.period_of", document.lang, day=told))
    return [f'<p class="about">{_text(line)}</p>' for line in lines if line]


def _contents(document: Document) -> str:
    links = (f'<a href="#c{at}">{_text(chapter.title)}</a>' for at, chapter in enumerate(document.chapters, start=1))
    return f'<nav aria-label="{_text(say("report.contents", document.lang))}">{"".join(links)}</nav>'


def _text(text: str) -> str:
    return escape(plain(text))


@singledispatch
def marked_up(block: Block) -> str:
    """A block as markup."""
    raise TypeError(type(block))


@marked_up.register(Heading)
def _(block: Heading) -> str:
    return f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>"


@marked_up.register(Paragraph)
def _(block: Paragraph) -> str:
    return f'<p class="{block.kind}">{"".join(map(_sentence, block.sentences))}</p>'


@marked_up.register(Table)
def _(block: Table) -> str:
    head = "".join(f'<th scope="col">{_text(column.header)}</th>' for column in block.columns)
    rows = "\n".join(_row(row, block.columns) for row in block.rows)
    widths = "".join(f'<col style="width:{each:.1f}%">' for each in _widths(block))
    caption = f"<caption>{_sentence(block.title)}</caption>"
    kinds = [kind for kind, bears in (("small", block.small), ("many", len(block.columns) > MANY)) if bears]
    marks = f' class="{" ".join(kinds)}"' if kinds else ""
    groups = f"<colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead>"
    return (
        f'<div class="wide"><table{marks}>{caption}{groups}<tbody>\n{rows}\n</tbody></table></div>{_notes(block.notes)}'
    )


@marked_up.register(Picture)
def _(block: Picture) -> str:
    data = base64.b64encode(block.png).decode("ascii")
    image = f'<img alt="{_text(block.alt)}" style="width:{block.width_mm:.1f}mm" src="data:image/png;base64,{data}">'
    return f"<figure>{image}<figcaption>{_sentence(block.title)}</figcaption></figure>{_notes(block.notes)}"


def _widths(table: Table) -> list[float]:
    """The columns' shares of the width in percent, as they are where the table has room."""
    size_pt = SMALL_PT if table.small or len(table.columns) > MANY else SIZE_PT
    edges_mm = 2 * (CLOSE_MM if len(table.columns) > MANY else SIDE_MM)
    return [100 * each / WIDE_MM for each in widths_mm(table, WIDE_MM, size_pt, edges_mm)]


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> str:
    return "<tr>" + "".join(_cell(cell, column) for cell, column in zip(row, columns, strict=True)) + "</tr>"


def _cell(cell: Cell, column: Column) -> str:
    shade = f' style="background:#{shade_of(cell.shade)}"' if cell.shade > 0 else ""
    return f'<td class="{column.side}"{shade}>{_sentence(cell.content)}</td>'


def _notes(notes: tuple[Sentence, ...]) -> str:
    return f'<p class="note">{"".join(map(_sentence, notes))}</p>' if notes else ""


def _sentence(sentence: Sentence) -> str:
    return "".join(map(_piece, sentence.pieces))


def _piece(piece: Piece) -> str:
    """Words and names as text, a number with where it comes from."""
    if isinstance(piece, Figure):
        return f'<data value="{piece.value!r}" title="{_text(piece.origin.told())}">{_text(piece.shown)}</data>'
    return _text(str(piece))
