"""Values as TOML writes them: what a file is called can never become a key, a table or a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def text_value(text: str) -> str:
    r"""A text in quotes.

    Examples
    --------
    >>> print(text_value('名\\"单\n'))
    "名\\\"单\n"
    """
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def list_value(texts: Iterable[str]) -> str:
    """A list of texts.

    Examples
    --------
    >>> print(list_value(["住宅", "宅基地"]))
    ["住宅", "宅基地"]
    """
    return f"[{', '.join(map(text_value, texts))}]"


def inline_table(entries: Mapping[str, str]) -> str:
    """A table on one line; keys other than plain words in quotes.

    Examples
    --------
    >>> print(inline_table({"lon": "X坐标"}))
    { lon = "X坐标" }
    """
    inner = ", ".join(f"{_key(key)} = {text_value(value)}" for key, value in entries.items())
    return f"{{ {inner} }}"


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else text_value(key)


def comment(text: str) -> str:
    """Text as comment lines."""
    return "\n".join(f"# {line}" for line in text.split("\n"))
