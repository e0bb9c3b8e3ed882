"""Text of users as XML can carry it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# What XML 1.0 cannot hold at all, escaped or not.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CONTROL_PICTURES = 0x2400
FIRST_PRINTABLE = 0x20


def xml_text(text: str) -> str:
    r"""The text with a picture in the place of each character that XML cannot hold; nothing else is touched.

    Examples
    --------
    >>> xml_text("a\x07b<c>")
    'a␇b<c>'
    """
    return UNWRITABLE.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(CONTROL_PICTURES + code) if code < FIRST_PRINTABLE else "\ufffd"


def put(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Add a child with a text and attributes, all as XML can carry them."""
    from xml.etree.ElementTree import SubElement

    child = SubElement(parent, tag, {name: xml_text(value) for name, value in attributes.items()})
    if text:
        child.text = xml_text(text)
    return child
