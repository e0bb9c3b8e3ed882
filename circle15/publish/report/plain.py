"""Text as XML and HTML can hold it."""

from __future__ import annotations

import re

# What neither may hold: control characters, halves of surrogate pairs, and the two code points that are no characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"[\t\r\n\u2028\u2029]+")


def plain(text: str) -> str:
    r"""The text in one line, with a replacement character for each that no file can hold.

    Examples
    --------
    >>> plain("甲\x00乙\ud800丙\n丁") == "甲\ufffd乙\ufffd丙 丁"
    True
    """
    return _BREAKS.sub(" ", _FORBIDDEN.sub("\ufffd", text))
