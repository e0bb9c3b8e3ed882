"""How wide the columns of a table are: by their shares, and none narrower than its longest Latin word.

Chinese text breaks between any two characters, so a share is enough for it; a word that is broken within reads badly.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circle15.publish.report.document import Table

# A run of characters that no line is broken in; hyphens and dashes let a line break behind them.
_WORD = re.compile(r"[0-9A-Za-zÀ-ɏ.,%/'’+_]+[-–]?")
# Longer runs are no words but hashes and addresses, which may break anywhere.
LONGEST = 18
# The mean width of a Latin letter as a share of the size of the type, on the wide side.
LETTER = 0.52
MM_PER_PT = 25.4 / 72


def widths_mm(table: Table, whole_mm: float, size_pt: float, edges_mm: float) -> list[float]:
    """The width of each column; together they are the whole.

    Parameters
    ----------
    size_pt
        Of the letters.
    edges_mm
        What stays free left and right of the text of a cell, together.

    Examples
    --------
    >>> from circle15.publish.report.document import Column, Sentence, Table
    >>> made = Table(Sentence(()), (Column("甲", width=3.0), Column("Kindergarten")), ())
    >>> [round(each, 1) for each in widths_mm(made, 60.0, 10.5, 2.0)]
    [34.9, 25.1]
    """
    least = [_longest(texts) * LETTER * size_pt * MM_PER_PT + edges_mm for texts in _by_column(table)]
    shares = [column.width for column in table.columns]
    if sum(least) >= whole_mm:
        return [whole_mm * each / sum(least) for each in least]
    raised: set[int] = set()
    while True:
        left = whole_mm - sum(least[at] for at in raised)
        free = sum(share for at, share in enumerate(shares) if at not in raised)
        found = [least[at] if at in raised else left * share / free for at, share in enumerate(shares)]
        narrow = {at for at, width in enumerate(found) if width < least[at] - 1e-9}
        if not narrow:
            return found
        raised |= narrow


def _by_column(table: Table) -> Iterable[list[str]]:
    for at, column in enumerate(table.columns):
        yield [column.header, *(row[at].text for row in table.rows)]


def _longest(texts: list[str]) -> int:
    return max((len(word) for text in texts for word in words_of(text) if len(word) <= LONGEST), default=0)


def words_of(text: str) -> list[str]:
    """The runs of a text that no line should be broken in.

    Examples
    --------
    >>> words_of("社区卫生服务站 Home-care 0.5%")
    ['Home-', 'care', '0.5%']
    """
    return _WORD.findall(text)


def may_break(text: str) -> bool:
    """Whether a text has a run that is no word, and that a line may be broken in."""
    return any(len(word) > LONGEST for word in words_of(text))
