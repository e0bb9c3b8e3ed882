"""Limits that an entry's field declares beside its type, and that the reader of the files holds it to."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Between:
    """A number from ``lowest`` to ``highest``, both allowed."""

    lowest: float
    highest: float

    def allows(self, value: float) -> bool:
        """Whether ``value`` lies within; NaN never does."""
        return self.lowest <= value <= self.highest


@dataclass(frozen=True)
class Matching:
    """A text of a fixed form, with an example to show."""

    pattern: str
    example: str

    def allows(self, value: str) -> bool:
        """Whether all of ``value`` has the form."""
        return re.fullmatch(self.pattern, value) is not None
