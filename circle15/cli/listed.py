"""Several names behind one option, parted by commas of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from circle15.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Format = TypeVar("Format", bound=str)


def listed(text: str) -> list[str]:
    """The names that a text lists, in their order.

    Examples
    --------
    >>> listed("clinic， canteen、school,")
    ['clinic', 'canteen', 'school']
    """
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def formats_of(text: str, known: Sequence[Format], key: str) -> tuple[Format, ...]:
    """The formats that a text names, each once and in their own order.

    Parameters
    ----------
    text
        What is written behind ``--format``.
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
    named = dict.fromkeys(name.lower().lstrip(".") for name in listed(text))
    unknown = [name for name in named if name not in known]
    if unknown or not named:
        raise UsageError(key, found="、".join(unknown) or text, known="、".join(known))
    return tuple(each for each in known if each in named)
