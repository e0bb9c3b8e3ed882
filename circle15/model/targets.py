"""What a study wants to be measured by: the targets of its documents, and the values reported by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from circle15.catalogue.targets.entries import TargetSeries


@dataclass(frozen=True)
class Reported:
    """A value of one indicator and year that somebody entered.

    Attributes
    ----------
    indicator
        Id of the indicator.
    year
        Whose end it is of; of a flow the year itself.
    value, second
        In the indicator's unit; None where the entry says only whether it is done.
    done
        Of a target in words, whether it is met; None for numbers.
    text
        As entered.
    source, by
        Where it comes from and who entered it, in their own words.
    """

    indicator: str
    year: int
    value: float | None
    second: float | None
    done: bool | None
    text: str
    source: str = ""
    by: str = ""


@dataclass(frozen=True)
class TargetPlan:
    """The targets of a study and what has been reported on them."""

    series: TargetSeries = field(default_factory=TargetSeries)
    reported: tuple[Reported, ...] = ()
