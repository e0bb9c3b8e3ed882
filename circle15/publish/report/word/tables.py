"""Tables in Word: of the width of the text, rows that do not break, a header that stands on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from circle15.publish.report.plain import plain
from circle15.publish.report.shades import shade_of
from circle15.publish.report.widths import may_break, widths_mm
from circle15.publish.report.word.styles import CELL, HEAD_CELL, SIZE_5, SIZE_SMALL_5, SMALL_CELL, SMALL_HEAD

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from circle15.publish.report.document import Table

# Tables of more columns than this are set smaller.
WIDE = 6
# Tables of so many rows stay on one page.
WHOLE = 10
SIDES = {"left": "left", "right": "right", "centre": "center"}
# Eighths of a point: the outer lines and those between rows.
OUTER, INNER = 8, 2
INNER_COLOUR, HEAD_SHADE = "A6A6A6", "F2F2F2"
SIDE_MM = 1.0
TWIPS_PER_MM = 1440 / 25.4


def add_table(word: WordDocument, table: Table, width_mm: float) -> None:
    """Put a table at the end of the document.

    The library makes cells one by one and looks all of them up each time; a long table takes it a second.
    """
    ids = {name: word.styles[name].style_id for name in (CELL, HEAD_CELL, SMALL_CELL, SMALL_HEAD)}
    word.element.body.insert_element_before(parse_xml(table_xml(table, width_mm, ids)), "w:sectPr")


def table_xml(table: Table, width_mm: float, style_ids: dict[str, str]) -> str:
    """The table as WordprocessingML.

    Parameters
    ----------
    style_ids
        The id of each style of cells in this document.
    """
    small = table.small or len(table.columns) > WIDE
    head, body = (style_ids[name] for name in ((SMALL_HEAD, SMALL_CELL) if small else (HEAD_CELL, CELL)))
    size_pt = SIZE_SMALL_5 if small else SIZE_5
    widths = [round(each * TWIPS_PER_MM) for each in widths_mm(table, width_mm, size_pt, 2 * SIDE_MM)]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = "".join(
        _cell(column.header, width, head, "center", HEAD_SHADE)
        for column, width in zip(table.columns, widths, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"]
    for at, row in enumerate(table.rows):
        held = keeps_with_next(at, len(table.rows), notes=bool(table.notes))
        cells = "".join(
            _cell(cell.text, width, body, SIDES[column.side], shade_of(cell.shade) if cell.shade > 0 else "", held=held)
            for cell, column, width in zip(row, table.columns, widths, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    return f"<w:tbl {nsdecls('w')}>{_properties(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def keeps_with_next(at: int, rows: int, *, notes: bool) -> bool:
    """Whether a row stays on the page of what follows it.

    Short tables stay whole, long ones never leave a row alone; the notes of a table stay with its last row.

    Examples
    --------
    >>> [keeps_with_next(at, 3, notes=False) for at in range(3)]
    [True, True, False]
    >>> [at for at in range(40) if keeps_with_next(at, 40, notes=True)]
    [0, 37, 38, 39]
    """
    return notes if at == rows - 1 else rows <= WHOLE or at == 0 or at >= rows - 3


def _properties(width: int) -> str:
    """Fixed columns over the whole width, lines as in printed tables, narrow edges in the cells."""
    side = round(SIDE_MM * TWIPS_PER_MM)
    lines = (("top", OUTER, "000000"), ("bottom", OUTER, "000000"), ("insideH", INNER, INNER_COLOUR))
    borders = "".join(
        f'<w:{name} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>' for name, size, colour in lines
    )
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{side}" w:type="dxa"/>'
        f'<w:right w:w="{side}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    )


def _cell(text: str, width: int, style: str, side: str, shade: str, *, held: bool = False) -> str:
    """A cell; words stay whole, but for hashes and the like, which may break anywhere."""
    anywhere = '<w:wordWrap w:val="0"/>' if may_break(text) else ""
    together = "<w:keepNext/>" if held else ""
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{escape(style)}"/>{together}'
        f'{anywhere}<w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(plain(text))}</w:t></w:r></w:p></w:tc>'
    )
