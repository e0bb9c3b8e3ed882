"""What a planner writes behind ``--format``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from circle15.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Format = TypeVar("Format", bound=str)


def formats_of(text: str, known: Sequence[Format], key: str) -> tuple[Format, ...]:
    """The formats that a text names, each once and in their own order.

    Parameters
    ----------
    text
        Names parted by commas.
    known
        All formats that there are.
    key
        The sentence where it names another or none, of ``found`` and ``known``.

    Raises
    ------
    UsageError
        It does.

    Examples
    --------
    >>> formats_of("pdf，.PNG, pdf", ("png", "pdf"), "map_sheets.no_format")
    ('png', 'pdf')
    """
    parts = text.replace("，", ",").replace("、", ",").split(",")
    named = dict.fromkeys(part.strip().lower().lstrip(".") for part in parts if part.strip())
    unknown = [name for name in named if name not in known]
    if unknown or not named:
        raise UsageError(key, found="、".join(unknown) or text, known="、".join(known))
    return tuple(each for each in known if each in named)
