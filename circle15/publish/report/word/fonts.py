"""What Word is to take where a typeface of official documents is not installed: the same face of another maker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from circle15.publish.report.word.styles import BODY_FACE, HEAD_FACE, KAI_FACE, TITLE_FACE

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

# The faces that come with Windows beside those that the standard names, and the kind that Word looks for else.
OTHERS = {
    TITLE_FACE: ("方正小标宋_GBK", "roman"),
    BODY_FACE: ("仿宋", "modern"),
    KAI_FACE: ("楷体", "modern"),
    HEAD_FACE: ("SimHei", "modern"),
}
# Of simplified Chinese.
CHARSET = "86"
TABLE = "/fontTable"


def name_fonts(word: WordDocument) -> None:
    """Name the faces in the document's table of fonts, each with the one to take in its place."""
    part: Any = next(
        (each.target_part for each in word.part.rels.values() if each.reltype.endswith(TABLE)),
        None,
    )
    if part is None:
        return
    table = parse_xml(part.blob)
    there = {font.get(qn("w:name")) for font in table}
    for face, (other, family) in OTHERS.items():
        if face not in there:
            table.append(parse_xml(_font(face, other, family)))
    part._blob = serialize_part_xml(table)


def _font(face: str, other: str, family: str) -> str:
    return (
        f'<w:font {nsdecls("w")} w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="{CHARSET}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="default"/></w:font>'
    )
