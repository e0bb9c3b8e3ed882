"""Full-width characters as half-width ones."""

from __future__ import annotations

# U+FF01 to U+FF5E repeat ASCII's ! to ~; NFKC would go further and make 10² a 102.
_WIDE = {0xFEE0 + code: chr(code) for code in range(0x21, 0x7F)}
# Spaces of every width are spaces; those of no width are nothing.
_SPACES = dict.fromkeys((0x3000, 0xA0, 0x202F, *range(0x2000, 0x200B)), " ")
_NOTHING = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F), "")
_NARROW = _WIDE | _SPACES | _NOTHING


def half_width(text: str) -> str:
    """Text with half-width letters, digits, marks and spaces, and none around it.

    Examples
    --------
    >>> half_width("　１２０，Ａ区 ")
    '120,A区'
    >>> half_width("10²㎡")
    '10²㎡'
    """
    return text.translate(_NARROW).strip()
