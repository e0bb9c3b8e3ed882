"""Text files in the encodings of Chinese offices, read rightly or not at all.

GB18030 decodes nearly any bytes and UTF-16 any even number of them, so that a wrong guess gives no error but wrong
characters. What is decoded is therefore held to what real text can contain, and bytes that are mostly UTF-8, or that
read as sensibly either way, are refused.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

from circle15.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)  # fmt: skip
NOT_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
# Breaks within cells; 0x1A ends files of old programs.
CONTROLS = frozenset("\t\n\r\v\f")
RARE_CHINESE = range(0x20000, 0x3FFFE)  # assigned by versions of Unicode that Python may not know yet
# A character of three or four bytes in UTF-8, as all Chinese ones are.
WIDE_UTF_8 = re.compile(rb"[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}")
# What UTF-8 read as GBK leaves behind of characters that could not be read.
SCAR = "锟斤拷"
# Fewer signs than these may look like bytes of UTF-8 by chance.
FEW_SIGNS = 6


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030, tried in that order, strictly.

    Raises
    ------
    DataError
        None of them gives real text, two of them do, or the text was read wrongly before it was saved.
    """
    raw = path.read_bytes()
    text = decode(raw.removesuffix(b"\x1a"))
    if text is None:
        raise DataError(_objection(raw), file=path.name)
    if is_misread(text):
        raise DataError("sheets.misread", file=path.name)
    return text


def _objection(raw: bytes) -> str:
    """The key of why bytes are no text."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "sheets.damaged_utf8" if is_mostly_utf_8(raw) else "lists.encoding"
    return "sheets.either" if is_real_text(raw.decode("utf-8")) else "sheets.unreal"


def decode(raw: bytes) -> str | None:
    """Bytes as text; None where they are none, or where it cannot be told which.

    Examples
    --------
    >>> [decode("名称,路".encode(encoding)) for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030")]
    ['名称,路', '名称,路', '名称,路', '名称,路']
    >>> print(decode("名称".encode("utf-8")[:-1]))
    None
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            text = _strictly(raw, encoding)
            return None if text is None else text.removeprefix("\ufeff")
    if b"\0" in raw:
        return _utf_16(raw)
    as_utf_8, as_gb = _strictly(raw, "utf-8"), _strictly(raw, "gb18030")
    if as_utf_8 is not None:
        return as_utf_8 if as_gb is None or _is_surely_utf_8(as_utf_8) else None
    return None if is_mostly_utf_8(raw) else as_gb


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if is_real_text(text) else None


def is_real_text(text: str) -> bool:
    r"""Whether text holds no control or private characters, none that are not assigned, and no U+FFFD.

    Examples
    --------
    >>> is_real_text("托位数（个）\n𠮷😀"), is_real_text("\ue000"), is_real_text("a\x01"), is_real_text("\ufffd")
    (True, False, False, False)
    """
    return all(
        sign in CONTROLS or ord(sign) in RARE_CHINESE or unicodedata.category(sign) not in NOT_TEXT
        for sign in set(text)
    ) and "\ufffd" not in text  # fmt: skip


def _utf_16(raw: bytes) -> str | None:
    """UTF-16 without its mark: only one order of the bytes gives text that has lines or separators."""
    found = [text for text in (_strictly(raw, "utf-16-le"), _strictly(raw, "utf-16-be")) if text is not None]
    return found[0] if len(found) == 1 else None


def _is_surely_utf_8(text: str) -> bool:
    """Whether text that decodes as UTF-8 and as GB18030 is the former: it holds Chinese, or words of Latin letters."""
    odd = {sign for sign in text if not sign.isascii()}
    if not odd or any(ord(sign) > 0x7FF for sign in odd):
        return True
    return not re.search(
        r"[^\x00-\x7f\u00c0-\u024f°]|(?<![0-9])°|(?<![A-Za-z\u00c0-\u024f])[\u00c0-\u024f](?![a-z])", text
    )


def is_mostly_utf_8(raw: bytes) -> bool:
    """Whether most bytes beyond ASCII are those of UTF-8: such a file is damaged UTF-8, not GB18030."""
    odd = sum(byte > 0x7F for byte in raw)
    return 2 * sum(map(len, WIDE_UTF_8.findall(raw))) > odd > 0


def is_misread(text: str) -> bool:
    r"""Whether a text was UTF-8, read as GBK and saved so.

    Examples
    --------
    >>> is_misread("名称,地址\n食堂,东街一号".encode().decode("gb18030", errors="ignore"))
    True
    >>> is_misread("名称,地址\n食堂,东街一号")
    False
    """
    if SCAR in text:
        return True
    odd = sum(not sign.isascii() for sign in text)
    return odd >= FEW_SIGNS and is_mostly_utf_8(text.encode("gb18030"))
