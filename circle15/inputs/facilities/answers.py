"""What a cell answers that asks whether a facility is 普惠, 公办, 示范."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from circle15.inputs.files.columns import aliases, plain
from circle15.model.ledger import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from circle15.inputs.facilities.listed import Spot

# What follows explains the answer: 是（2023年认定）, 否，拟申报.
_EXPLAINED = re.compile(r"[(\[【,;:。、].*", re.DOTALL)


def flags_of(
    cells: Mapping[str, str], headers: Mapping[str, str], spot: Spot
) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """The flags that a row says yes to, and what to say of answers that are neither yes nor no.

    Parameters
    ----------
    cells
        Text by header.
    headers
        The column of each flag.
    spot
        Where the row stands.
    """
    answers = {flag: says_yes(cells[header], flag) for flag, header in headers.items()}
    unclear = tuple(
        Note("answers.unclear", {"text": cells[headers[flag]], "flag": flag}, spot.field(headers[flag]))
        for flag, answer in answers.items()
        if answer is None
    )
    return tuple(flag for flag, answer in answers.items() if answer), unclear


def says_yes(text: str, flag: str) -> bool | None:
    """Whether a cell says that a facility has a flag: 是, √, 1, or the flag's own name undenied; None where unclear.

    Examples
    --------
    >>> says_yes("是", "普惠"), says_yes("是（2023年认定）", "普惠"), says_yes("民办普惠", "普惠")
    (True, True, True)
    >>> says_yes("非普惠", "普惠"), says_yes("否（拟申报普惠）", "普惠"), says_yes("民办", "公办"), says_yes("", "公办")
    (False, False, False, False)
    >>> says_yes("申报中", "普惠") is None
    True
    """
    said, words = plain(text), aliases("words")
    for answer in (said, _EXPLAINED.sub("", said)):
        if answer in words["no"]:
            return False
        if answer in words["yes"]:
            return True
    if flag in said:
        return not any(denial in said[: said.index(flag)] for denial in words["denials"])
    names_other = said.startswith(words["denials"]) or any(word in said for word in words["otherwise"])
    return False if names_other else None
