"""Single values of a scenario file: what they must be, and the sentence where they are not."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circle15.catalogue.entries import Label
from circle15.errors import ConfigurationError
from circle15.inputs.study_file import as_written
from circle15.model.scenario import DECIMALS

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[["Spot", object], Any]

# Longer names are a cell pasted wrongly.
LONGEST_TEXT = 200
MOST_PLACES = 1_000_000.0
MOST_PERSONS = 1e9
MOST_FACTOR = 1000.0
LONGEST_LINE = 100_000


@dataclass(frozen=True)
class Spot:
    """A value's place in the file: which table of a name it stands in (from 1; 0 for the head), and its key."""

    file: str
    table: str
    number: int
    key: str

    @property
    def table_named(self) -> Label:
        """The table's place in words."""
        if not self.number:
            return Label(f"“{self.file}”的开头部分", f'The head of "{self.file}"')
        return Label(
            f"“{self.file}”第 {self.number} 个 [[{self.table}]]", f'"{self.file}", [[{self.table}]] no. {self.number}'
        )

    def facts(self) -> dict[str, object]:
        """What every sentence about the value names."""
        return {"where": self.table_named, "key": self.key}


def text(spot: Spot, value: object) -> str:
    """A text that says something, in one line."""
    if not isinstance(value, str):
        raise ConfigurationError("scenario.not_text", **spot.facts(), found=as_written(value))
    said = " ".join(value.split())
    if not said:
        raise ConfigurationError("scenario.empty_text", **spot.facts())
    if len(said) > LONGEST_TEXT:
        raise ConfigurationError("scenario.long_text", **spot.facts(), count=len(said), most=LONGEST_TEXT)
    return said


def texts(spot: Spot, value: object) -> tuple[str, ...]:
    """A list of texts, each once."""
    if not isinstance(value, list):
        raise ConfigurationError("scenario.not_list", **spot.facts(), found=as_written(value))
    return tuple(dict.fromkeys(text(spot, each) for each in value))


def between(least: float, most: float) -> Read:
    """A reader of numbers within limits."""

    def read(spot: Spot, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ConfigurationError("scenario.not_number", **spot.facts(), found=as_written(value))
        if not least <= value <= most:
            facts = {"found": as_written(value), "least": least, "most": most}
            raise ConfigurationError("scenario.out_of_range", **spot.facts(), **facts)
        return float(value)

    return read


def degrees(most: float) -> Read:
    """A reader of longitudes or latitudes, rounded to the decimals that are kept."""

    def read(spot: Spot, value: object) -> float:
        said = between(-math.inf, math.inf)(spot, value) if value == value else math.nan
        if not abs(said) <= most:
            raise ConfigurationError("scenario.not_degrees", **spot.facts(), found=as_written(value))
        return round(said, DECIMALS)

    return read


def coordinates(spot: Spot, value: object) -> str:
    """A line, point or polygon: text as the streets' patch has it, or a list of pairs of degrees."""
    if isinstance(value, str) and value.strip():
        said = " ".join(value.split())
        if len(said) > LONGEST_LINE:
            raise ConfigurationError("scenario.long_text", **spot.facts(), count=len(said), most=LONGEST_LINE)
        return said
    if not isinstance(value, list) or not value:
        raise ConfigurationError("scenario.not_coordinates", **spot.facts(), found=as_written(value)[:LONGEST_TEXT])
    pairs = [value] if all(isinstance(each, (int, float)) for each in value) else value
    return ", ".join(_pair(spot, pair) for pair in pairs)


def _pair(spot: Spot, pair: object) -> str:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ConfigurationError("scenario.not_coordinates", **spot.facts(), found=as_written(pair)[:LONGEST_TEXT])
    lon, lat = degrees(180.0)(spot, pair[0]), degrees(90.0)(spot, pair[1])
    return f"{lon:.{DECIMALS}f} {lat:.{DECIMALS}f}"


def group(spot: Spot, value: object) -> str:
    """A group of people: the catalogue's id, or its ages as one writes them.

    Examples
    --------
    >>> spot = Spot("a.toml", "people", 1, "group")
    >>> [group(spot, said) for said in ("0-2", "60+", "all", "65p")]
    ['0_2', '60p', 'all', '65p']
    """
    said = text(spot, value)
    return re.sub(r"^(\d+)\+$", r"\1p", re.sub(r"^(\d+)[-—~](\d+)$", r"\1_\2", said))
