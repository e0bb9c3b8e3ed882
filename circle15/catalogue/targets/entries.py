"""Targets as frozen objects: documents, indicators with their yearly values, and how an indicator is computed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal, get_args

from circle15.errors import ConfigurationError

Operator = Literal[">=", ">", "<", "<=", "=", "about", "between", ""]
Kind = Literal["level", "stock", "flow", "cumulative"]
Role = Literal["baseline", "target"]
Better = Literal["more", "less"]
SpatialClass = Literal["S1", "S2", "S3", "S4", "S5", "S6", "S7", "N", ""]
Measure = Literal[
    "coverage", "presence", "ratio", "sites_ratio", "people_per_site", "flag_share", "minutes", "sites", "capacity",
    "flag_sites", "flag_capacity",
]  # fmt: skip

# What follows the service in a specification, word by word: the words that may stand there, None for any.
ARGUMENTS: dict[str, tuple[tuple[str, ...] | None, ...]] = {
    "coverage": (),
    "presence": (("town", "village"),),
    "ratio": (None,),
    "sites_ratio": (None,),
    "people_per_site": (),
    "flag_share": (None, ("sites", "capacity")),
    "minutes": (("mean", "p90"), ("all", "urban", "rural")),
    "sites": (),
    "capacity": (),
    "flag_sites": (None,),
    "flag_capacity": (None,),
}
BESIDE = "beside"


@dataclass(frozen=True)
class TargetDocument:
    """A policy document; ``first_year`` to ``last_year`` is the span that its targets are for."""

    id: str
    title: str
    place: str
    place_code: str
    number: str
    date: datetime.date | None
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Compute:
    """Which of this tool's figures an indicator is.

    Attributes
    ----------
    measure
        ``coverage`` (share of the group within reach), ``presence`` (share of units with a site), ``ratio`` and
        ``sites_ratio`` (places, sites per so many residents), ``people_per_site``, ``flag_share`` (of sites or of
        places), ``minutes`` (drive time), ``sites``, ``capacity``, ``flag_sites``, ``flag_capacity`` (counts).
    service
        Id of the service; ``all_services`` for coverage by all of them.
    words
        What else the measure needs: level of units, residents, flag, mean or p90, class of towns.
    shown_only
        The figure is shown beside the target and not judged by it, because the text sets no number for it.
    """

    measure: Measure
    service: str
    words: tuple[str, ...] = ()
    shown_only: bool = False

    @classmethod
    def parse(cls, text: str, file: str, where: str) -> Compute | None:
        """Read a specification such as ``presence canteen village``; "" is none: entered by hand.

        Raises
        ------
        ConfigurationError
            Not of this form; ``file`` and ``where`` are told.

        Examples
        --------
        >>> Compute.parse("ratio childcare 1000", "", "")
        Compute(measure='ratio', service='childcare', words=('1000',), shown_only=False)
        >>> Compute.parse("beside coverage all_services", "", "").shown_only, Compute.parse("", "", "")
        (True, None)
        """
        words = text.split()
        if not words:
            return None
        beside = words[0] == BESIDE
        words = words[1:] if beside else words
        if not _is_specification(words):
            raise ConfigurationError("targets.bad_compute", file=file, where=where, found=text)
        return cls(words[0], words[1], tuple(words[2:]), beside)  # type: ignore[arg-type]

    def text(self) -> str:
        """The specification as ``parse`` reads it."""
        return " ".join((*((BESIDE,) if self.shown_only else ()), self.measure, self.service, *self.words))


def _is_specification(words: list[str]) -> bool:
    if len(words) < 2 or words[0] not in get_args(Measure):
        return False
    asked = ARGUMENTS[words[0]]
    if len(words) - 2 != len(asked):
        return False
    fits = all(known is None or word in known for word, known in zip(words[2:], asked, strict=True))
    return fits and (words[0] not in ("ratio", "sites_ratio") or (words[2].isdigit() and int(words[2]) > 0))


@dataclass(frozen=True)
class TargetValue:
    """What a document says of one year.

    Attributes
    ----------
    year
        The year at whose end it holds (of a flow: the year that it is of).
    role
        A target, or the baseline that the targets start from.
    operator
        As printed: ``=`` where the number stands alone (then no worse than it is enough), "" for words without number.
    value, second
        In the indicator's unit; ``second`` is the other number of a pair (1/5) or the upper end of a range. None where
        there is none.
    text
        As printed.
    """

    year: int
    role: Role
    operator: Operator
    value: float | None
    second: float | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One row of a target table, or one promise of a clause.

    Attributes
    ----------
    id
        Unique over all documents.
    document
        Id of its document.
    position
        Where it stands: 表17 (row 17 of the table), 二(四)4 (clause).
    domain
        Id of a domain of the catalogue; "" for the document's main aims.
    department
        The bureau that the text names as leading, in the text's words; "" where it names none.
    name, unit
        As the document names them; ``unit`` is "" where it names none.
    kind
        ``level`` (a share, ratio or time), ``stock`` (what stands at the year's end), ``flow`` (what is added in the
        year), ``cumulative`` (what has been added since the span began).
    better
        Whether more or less is better.
    spatial
        S1 walking circle, S2 presence, S3 supply per head, S4 drive time, S5 share of facilities, S6 share of
        communities, S7 counts, N not spatial, "" not classified.
    compute
        Which figure of this tool it is; None: entered by hand.
    sum_of
        Id of the yearly flow that a cumulative indicator adds up; "" where it is given itself.
    parts
        What the two numbers of a pair count.
    remark
        What a reader of its values should know.
    values
        By year.
    """

    id: str
    document: str
    position: str
    domain: str
    department: str
    name: str
    unit: str
    kind: Kind
    better: Better
    spatial: SpatialClass
    compute: Compute | None = None
    sum_of: str = ""
    parts: tuple[str, ...] = ()
    remark: str = ""
    values: tuple[TargetValue, ...] = ()

    def value_of(self, year: int) -> TargetValue | None:
        """What the document says of a year; None where it says nothing."""
        return next((value for value in self.values if value.year == year), None)


@dataclass(frozen=True)
class TargetSeries:
    """The indicators of one or several documents."""

    documents: tuple[TargetDocument, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    by_id: dict[str, Indicator] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make indicators findable by id."""
        object.__setattr__(self, "by_id", {each.id: each for each in self.indicators})

    def of(self, documents: tuple[str, ...]) -> TargetSeries:
        """The series of these documents alone."""
        return TargetSeries(
            tuple(each for each in self.documents if each.id in documents),
            tuple(each for each in self.indicators if each.document in documents),
        )

    def __add__(self, other: TargetSeries) -> TargetSeries:
        return TargetSeries((*self.documents, *other.documents), (*self.indicators, *other.indicators))
