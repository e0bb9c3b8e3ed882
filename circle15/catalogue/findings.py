"""How grave a sentence about the data is."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from circle15.catalogue.toml_file import read_toml


@cache
def informing() -> tuple[frozenset[str], tuple[str, ...]]:
    """Keys of the sentences that only inform, and beginnings of such keys (``findings.toml``)."""
    tables = read_toml(files(__package__).joinpath("findings.toml"))
    return frozenset(tables["information"]), tuple(tables["information_rooms"])


def only_informs(key: str) -> bool:
    """Whether a sentence asks nothing of anybody; one that is not known here does.

    Examples
    --------
    >>> only_informs("network.ways"), only_informs("network.left_out_access"), only_informs("zones.incomplete")
    (True, True, False)
    """
    keys, beginnings = informing()
    return key in keys or key.startswith(beginnings)
