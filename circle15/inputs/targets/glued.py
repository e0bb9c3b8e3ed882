"""Target tables whose cells have run together: told, and never guessed; ways to part them are shown."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from circle15.inputs.files.values.width import half_width
from circle15.inputs.targets.wording import FIRST_YEAR, LAST_YEAR, wording

LEAST_YEARS = 3
MOST_SHOWN = 3
# A digit run longer than this is no row of a table.
LONGEST_RUN = 60
LONGEST_NAME = 60
_YEARS = re.compile(r"(?:(?:19|20)\d\d年?(?:\([^()]{0,6}\)|目标值?|现状值?|实际)?){3,}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PIECE = re.compile(r"(?:>=|<=|[><≥≤≧≦])?(?:0|[1-9]\d{0,5})(?:\.\d{1,2})?%?")
_NAME_TO_RUN = re.compile(
    r"(?P<name>[\u4e00-\u9fff][^。；]{1,90}?[\u4e00-\u9fff）)])(?P<run>(?:>=|<=|[><≥≤≧≦])?\d[\d.%><≥≤≧≦=/]*)"
)


@dataclass(frozen=True)
class GluedRow:
    """A row whose values have run together.

    ``ways`` are the likeliest ways to part ``run`` into as many values as there are years, ``count`` how many there
    are in all. What is left over at its end is the number of the next row.
    """

    name: str
    run: str
    ways: tuple[tuple[str, ...], ...]
    count: int


@dataclass(frozen=True)
class Glued:
    """A table without separators between its cells: its years, and what its rows may be."""

    years: tuple[int, ...]
    rows: tuple[GluedRow, ...]


def find_glued(text: str) -> Glued | None:
    """The table of a text whose years stand in one piece; None where there is none.

    Examples
    --------
    >>> found = find_glued("指标2023年2024年2025年普惠托位占比(%)878889县域就诊率(%)>90>90>90")
    >>> found.years, [(row.name, row.ways[0]) for row in found.rows]
    ((2023, 2024, 2025), [('普惠托位占比(%)', ('87', '88', '89')), ('县域就诊率(%)', ('>90', '>90', '>90'))])
    """
    lines = (re.sub(r"\s+", "", half_width(line)) for line in text.splitlines())
    found = next((run for line in lines for run in _YEARS.findall(line) if _are_years(run)), None)
    if found is None:
        return None
    plain = re.sub(r"\s+", "", half_width(text))
    years = tuple(int(year) for year in _YEAR.findall(found))
    body = _YEARS.sub("", plain[plain.index(found) + len(found) :])
    end = re.search(r"(?:备?注|说明):|[一二三四五六七八九十]、", body)
    return Glued(years, tuple(_rows(body[: end.start()] if end else body, len(years))))


def _are_years(text: str) -> bool:
    years = [int(year) for year in _YEAR.findall(text)]
    rising = all(two - one in (1, 5) for one, two in itertools.pairwise(years))
    return len(years) >= LEAST_YEARS and rising and all(FIRST_YEAR <= year <= LAST_YEAR for year in years)


def _rows(body: str, count: int) -> list[GluedRow]:
    """Every name with the run of digits behind it; a run too short for the years is part of a name."""
    found: list[GluedRow] = []
    begun = ""
    for piece in re.split(r"(?<=[\d%])(?=[\u4e00-\u9fff“])", body):
        text = begun + piece
        match = _NAME_TO_RUN.fullmatch(text)
        if match is None or len(match["run"]) < count:
            begun = text if len(text) < LONGEST_NAME else ""
            found += [] if begun else [GluedRow(_without_header(text), "", (), 0)]
            continue
        ways = ways_to_part(match["run"][:LONGEST_RUN], count)
        found.append(GluedRow(_without_header(match["name"]), match["run"], ways[:MOST_SHOWN], len(ways)))
        begun = ""
    return found


def _without_header(name: str) -> str:
    """A name without the words of a header that has run into it."""
    words = sorted((word for names in wording()["headers"].values() for word in names), key=len, reverse=True)
    header = "|".join(re.escape(word) for word in words if len(word) == 2)
    return re.sub(rf"^(?:(?:领域|序号|{header}){{2,}})", "", name)


@lru_cache(maxsize=2_000)
def ways_to_part(run: str, count: int) -> tuple[tuple[str, ...], ...]:
    """All ways to part a run of digits into so many numbers, the likeliest first.

    The number of the next row may stand at the end and is left over. Likelier is what rises or falls all along, changes
    little from year to year, and is written with as many decimals everywhere; of two alike the smaller.

    Examples
    --------
    >>> ways_to_part("4.504.605.00", 3)[0]
    ('4.50', '4.60', '5.00')
    """
    found: list[tuple[str, ...]] = []
    _part(run, count, (), found)
    return tuple(sorted(found, key=lambda way: (_oddity(way, run), way)))


def _part(run: str, count: int, begun: tuple[str, ...], found: list[tuple[str, ...]]) -> None:
    if len(begun) == count:
        if not run or re.fullmatch(r"[1-9]\d?\d?", run):
            found.append(begun)
        return
    for end in range(1, len(run) + 1):
        if _PIECE.fullmatch(run[:end]) and len(found) < 3000:
            _part(run[end:], count, (*begun, run[:end]), found)


def _oddity(way: tuple[str, ...], run: str) -> float:
    numbers = [float(re.sub(r"[^\d.]", "", piece)) for piece in way]
    steps = [two - one for one, two in itertools.pairwise(numbers)]
    turns = min(sum(step < 0 for step in steps), sum(step > 0 for step in steps))
    spread = sum(abs(math.log((two + 1) / (one + 1))) for one, two in itertools.pairwise(numbers))
    decimals = len({len(piece.partition(".")[2].rstrip("%")) for piece in way}) - 1
    left = len(run) - sum(map(len, way))
    return 3.0 * turns + 2.0 * spread + 0.5 * decimals + 0.2 * left
