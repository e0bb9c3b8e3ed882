"""Sentences broken into the lines of a console, Chinese ones between any two characters that may be parted."""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

_OPENING, _CLOSING = "“‘（《【", "”’）》】，。、；：！？…"
_PIECE = re.compile(rf"[{_OPENING}]*(?:[!-~\u00a1-\u1fff]+|.)[{_CLOSING}]*\s*", re.DOTALL)


def broken(text: str, width: int) -> list[str]:
    """The lines of a sentence: words and numbers whole, no line that begins with a closing mark.

    Parameters
    ----------
    text
        One sentence or several.
    width
        Places in a line; a Chinese character takes two.

    Examples
    --------
    >>> broken("有 1 个单元没有人口，请补充（见清单）。", 20)
    ['有 1 个单元没有人', '口，请补充（见清', '单）。']
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if cell_len(lines[-1] + piece.rstrip()) > width and lines[-1]:
            lines.append("")
        *whole, last = chop_cells(piece, width) if cell_len(piece.rstrip()) > width else [piece]
        for part in whole:
            lines[-1:] = [lines[-1] + part, ""]
        lines[-1] += last
    return [line.rstrip() for line in lines]
