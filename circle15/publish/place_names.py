"""Names of places as words go on from them."""

from __future__ import annotations


def leading(name: str, lang: str) -> str:
    """A name that opens a line: in Chinese, one that ends in Latin letters or digits stands apart from what follows.

    Examples
    --------
    >>> leading("示例县", "zh"), leading("Las Palmas", "zh"), leading("Las Palmas", "en")
    ('示例县', 'Las Palmas ', 'Las Palmas')
    """
    apart = lang == "zh" and name[-1:].isascii() and name[-1:].isalnum()
    return f"{name} " if apart else name
