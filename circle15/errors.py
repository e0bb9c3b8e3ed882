"""What can go wrong, as one family.

::

    Circle15Error                 key, facts, exit_code
    ├── UsageError                the command was typed wrongly                      exit code 2
    ├── ConfigurationError        study.toml or the catalogue says something wrong   exit code 1
    ├── DataError                 a file holds something wrong                       exit code 1
    └── Faults                    several of these, found in one go                  exit code 1

An error holds the key of its sentence and the facts, not the sentence itself, so that it can be told in
either language. Each sentence says what was found, where (file, sheet, row) and what to do.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Circle15Error(ValueError):
    """The root of the family; also a ``ValueError``, so callers need not know circle15 to catch it."""

    exit_code = 1

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts

    def sentence(self, lang: str = "zh") -> str:
        """Tell the error in ``lang``: ``zh`` or ``en``."""
        return say(self.key, lang, **self.facts)

    def __str__(self) -> str:
        return self.sentence()


class UsageError(Circle15Error):
    """The command was typed wrongly."""

    exit_code = 2


class ConfigurationError(Circle15Error):
    """``study.toml`` or a catalogue file says something wrong."""


class DataError(Circle15Error):
    """An input file holds something wrong."""


class Faults(Circle15Error):
    """Several errors found in one go, so that a planner mends them all before the next try."""

    def __init__(self, faults: Iterable[Circle15Error]) -> None:
        self.faults = tuple(faults)
        super().__init__("terms.faults", count=len(self.faults))

    def sentence(self, lang: str = "zh") -> str:
        """All sentences, a line each, in ``lang``."""
        return "\n".join(fault.sentence(lang) for fault in self.faults)


@contextmanager
def collecting(faults: list[Circle15Error]) -> Iterator[None]:
    """Put an error of the block into ``faults`` instead of raising it.

    Examples
    --------
    >>> faults = []
    >>> with collecting(faults):
    ...     raise Circle15Error("terms.town")
    >>> [fault.key for fault in faults]
    ['terms.town']
    """
    try:
        yield
    except Faults as several:
        faults += several.faults
    except Circle15Error as fault:
        faults.append(fault)


def raise_faults(faults: Sequence[Circle15Error]) -> None:
    """Raise what was found, each once: one fault as itself, several together, none not at all.

    Examples
    --------
    >>> raise_faults([Circle15Error("terms.town"), Circle15Error("terms.town")])
    Traceback (most recent call last):
    circle15.errors.Circle15Error: 乡镇（街道）
    """
    told: list[Circle15Error] = []
    for fault in faults:
        if not any((fault.key, fault.facts) == (other.key, other.facts) for other in told):
            told.append(fault)
    if len(told) == 1:
        raise told[0]
    if told:
        raise Faults(told)
