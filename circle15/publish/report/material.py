"""What the report is made of: a finished run, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.report.numbers import Row, rows_of
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from circle15.publish.issue_rows import Listing
    from circle15.publish.report.document import Picture
    from circle15.results import Results
    from circle15.results.comparison import Comparison
    from circle15.results.siting import SitingRecord

# What picks a row out of the tables that units and services share.
UNIT = ("level", "code")
SERVICE = (*UNIT, "service")


@dataclass(frozen=True, eq=False)
class Material:
    """What the chapters are written from.

    Attributes
    ----------
    results
        The run.
    manifest
        Its ``run.json``: versions, hashes of inputs and outputs.
    run_hash
        The SHA-256 of that file.
    lang
        ``zh`` or ``en``.
    issuer
        Who gives the report out; "" where the study does not say.
    comparison
        With the period before; None where there is none.
    listing
        The list of issues as this run has been entered into it; None where it has not.
    sitings
        What ``circle15 site`` has found for the period.
    pictures
        Maps and charts by what they show.
    unmade
        Why a chapter could not be made, by its id: the sentence of what went wrong.
    """

    results: Results
    manifest: Mapping[str, Any]
    run_hash: str
    lang: str
    issuer: str = ""
    comparison: Comparison | None = None
    listing: Listing | None = None
    sitings: tuple[SitingRecord, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    unmade: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The name of the study's place."""
        return self.results.study.study.place

    @property
    def period(self) -> str:
        """The period of the run."""
        return self.results.study.study.period

    @cached_property
    def root(self) -> tuple[str, str]:
        """Level and code of the whole area."""
        first = self.results.zones.iloc[0]
        return str(first["level"]), str(first["code"])

    @cached_property
    def listed(self) -> str:
        """The level of the units that are listed and compared."""
        return self.results.listed_level()

    @cached_property
    def has_towns(self) -> bool:
        """Whether there are several units to compare."""
        return self.listed != self.root[0] and int((self.results.zones["level"] == self.listed).sum()) > 1

    @property
    def unit_word(self) -> str:
        """What the listed units are called."""
        return say(f"terms.{self.listed}", self.lang)

    def whole(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the whole area."""
        level, code = self.root
        return frame[(frame["level"] == level) & (frame["code"] == code)]

    def towns(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the listed units."""
        return frame[frame["level"] == self.listed]

    @cached_property
    def index(self) -> Row | None:
        """The index of the whole area."""
        found = self.whole(self.results.index)
        return rows_of(found, "index", UNIT, self.lang)[0] if len(found) else None

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Coverage by the circle that decides alone, without the further ones that texts name."""
        return self.results.coverage.drop_duplicates(list(SERVICE))

    def coverage_rows(self) -> tuple[Row, ...]:
        """Coverage of the whole area by service, all of them together left out; in the catalogue's order."""
        rows = self.whole(self.coverage)
        return rows_of(rows[rows["service"] != ALL_SERVICES], "coverage", SERVICE, self.lang)

    def all_services(self) -> Row | None:
        """Who has every service in reach."""
        rows = self.whole(self.coverage)
        found = rows_of(rows[rows["service"] == ALL_SERVICES], "coverage", SERVICE, self.lang)
        return found[0] if found else None

    def service(self, id_: str) -> str:
        """A service by its name."""
        if id_ == ALL_SERVICES:
            return say("tables.all_services", self.lang)
        known = self.results.catalogue.services.get(id_)
        return id_ if known is None else known.label.in_language(self.lang)

    def group(self, id_: str) -> str:
        """A group of people by its name."""
        known = self.results.catalogue.groups.get(id_)
        return id_ if known is None else known.label.in_language(self.lang)

    def picture(self, name: str) -> tuple[Picture, ...]:
        """The map or chart of that name, where it has been drawn."""
        return (self.pictures[name],) if name in self.pictures else ()
