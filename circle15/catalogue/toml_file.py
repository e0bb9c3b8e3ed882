"""Read one TOML file, with faults told as sentences."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from circle15.errors import ConfigurationError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def read_toml(entry: Traversable) -> dict[str, Any]:
    """The tables of a TOML file.

    Parameters
    ----------
    entry
        A file on disk (a ``pathlib.Path`` is one) or inside the installed package. A byte order mark, which
        Windows' Notepad writes, is allowed.

    Raises
    ------
    ConfigurationError
        The file is not UTF-8, or not TOML: names the line.
    """
    try:
        return tomllib.loads(entry.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise ConfigurationError("catalogue.not_utf8", file=str(entry)) from fault
    except tomllib.TOMLDecodeError as fault:
        raise _not_toml(str(entry), str(fault)) from fault


def place_in(message: str) -> tuple[int, int] | None:
    """Line and column that the parser names; None where the file ends too early.

    Examples
    --------
    >>> place_in("Invalid value (at line 3, column 8)")
    (3, 8)
    """
    # The parser tells the place only in its English message; at the end of the file it gives no numbers.
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    return None if place is None else (int(place[1]), int(place[2]))


def _not_toml(file: str, message: str) -> ConfigurationError:
    place = place_in(message)
    if place is None:
        return ConfigurationError("catalogue.not_toml_at_end", file=file)
    return ConfigurationError("catalogue.not_toml", file=file, line=place[0], column=place[1])
