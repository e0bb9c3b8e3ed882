"""Names of fields that a DBF can carry: ten letters of ASCII, no two alike; Chinese ones make files unreadable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 10
UNFIT = re.compile(r"[^A-Za-z0-9_]+")
# How the ends of long names are told in few letters.
ENDS = {
    "_served_share": "_srv", "_facility": "_fac", "_covered": "_cov", "_coverage": "_pct", "_mode": "_mod",
    "_on_network": "_net", "_walk_m": "_wm", "_cycle_m": "_cm", "_drive_m": "_dm", "_code": "_code", "_id": "_id",
    "_min": "_min", "_share": "_shr", "_m2": "_m2", "_m": "_m",
}  # fmt: skip
STARTS = {"persons_": "pop_"}
WITHOUT_LETTERS = "field"


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Each name with its short one; names that fit stay as they are, so long as no two differ by case alone.

    Examples
    --------
    >>> list(short_names(["name", "childcare_covered", "childcare_coverage", "flag_普惠", "flag_规范化"]).values())
    ['name', 'childc_cov', 'childc_pct', 'flag', 'flag_2']
    """
    listed = list(names)
    short: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(listed, key=lambda each: not _fits(each)):  # those that fit keep their names
        short[name] = _free(_cut(name), taken)
        taken.add(short[name].upper())
    return {name: short[name] for name in listed}


def _fits(name: str) -> bool:
    return len(name) <= LONGEST and not UNFIT.search(name)


def _cut(name: str) -> str:
    plain = UNFIT.sub("_", name).strip("_") or WITHOUT_LETTERS
    if not plain[0].isalpha():
        plain = f"f_{plain}"
    if len(plain) > LONGEST:
        start = next((long for long in STARTS if plain.startswith(long)), "")
        plain = STARTS.get(start, "") + plain.removeprefix(start)
    if len(plain) <= LONGEST:
        return plain
    end = next((long for long in ENDS if plain.endswith(long)), "")
    short = ENDS.get(end, "")
    return plain.removesuffix(end)[: LONGEST - len(short)].rstrip("_") + short


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first numbered one that is not taken."""
    number, free = 1, name
    while free.upper() in taken:
        number += 1
        free = f"{name[: LONGEST - len(f'_{number}')]}_{number}"
    return free
