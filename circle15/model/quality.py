"""What a study's files are like: an account per file, and every finding in one list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from circle15.model.ledger import Ledger, mend_of
from circle15.words import say

if TYPE_CHECKING:
    from circle15.catalogue.entries import Label
    from circle15.model.ledger import Place
    from circle15.model.zones import Zones

Severity = Literal["fault", "warning", "information"]
Verdict = Literal["ready", "remarks", "refused"]
State = Literal["read", "faulty", "unchecked"]
# The gravest first.
SEVERITIES: tuple[Severity, ...] = ("fault", "warning", "information")


@dataclass(frozen=True)
class Finding:
    """One thing found in a study's files.

    Attributes
    ----------
    severity
        ``fault`` (no run is possible), ``warning`` (somebody should look) or ``information``.
    key, facts
        Of its sentence.
    at
        Where it stands; its file is a name as in ``FileAccount``, where it is of one file.
    source
        The file it is about, as the study names it; "" where it is about none or about several.
    """

    severity: Severity
    key: str
    facts: dict[str, object] = field(default_factory=dict)
    at: Place | None = None
    source: str = ""

    def sentence(self, lang: str = "zh") -> str:
        """Tell it in ``lang``."""
        return say(self.key, lang, **self.facts)

    def mend(self, lang: str = "zh") -> str:
        """What to do about it, in ``lang``; "" where the sentence itself says it or nothing need be done."""
        return mend_of(self.key, lang)

    @property
    def located(self) -> bool:
        """Whether it can be shown on a map."""
        return self.at is not None and self.at.lon == self.at.lon and self.at.lat == self.at.lat


@dataclass(frozen=True)
class FileAccount:
    """What became of one file's rows.

    Attributes
    ----------
    file
        Its name in the study.
    kind
        A service's id, or ``study``, ``zones``, ``network``, ``people``, ``landuse``, ``totals``, ``groups`` ...
    label
        The kind in words.
    rows_in, used, fixed, excluded
        Rows; the last three add up to the first. All 0 for a file without rows, such as a raster.
    sheets
        The sheets that rows came from.
    state
        ``read``, ``faulty``, or ``unchecked`` because something else is at fault.
    """

    file: str
    kind: str
    label: Label
    rows_in: int = 0
    used: int = 0
    fixed: int = 0
    excluded: int = 0
    sheets: tuple[str, ...] = ()
    state: State = "read"

    @property
    def read(self) -> bool:
        """Whether the file was read whole and can be used."""
        return self.state == "read"


@dataclass(frozen=True)
class FindingGroup:
    """Findings of one severity with one sentence: ``numbers`` are their places in ``Quality.findings``, from 1."""

    findings: tuple[Finding, ...]
    numbers: tuple[int, ...]

    @property
    def first(self) -> Finding:
        """The one to show for all."""
        return self.findings[0]


@dataclass(frozen=True, eq=False)
class Quality:
    """All that was found in the files of one study.

    Attributes
    ----------
    place, period
        As the study names them; "" where it cannot be read.
    files
        In the order of the study.
    findings
        Faults, then warnings, then information; within these what bears most on the numbers first. Those with the
        same key stand together.
    ledger
        Every row of every file that could be read.
    zones
        The study's units; None where they could not be read.
    """

    place: str
    period: str
    files: tuple[FileAccount, ...]
    findings: tuple[Finding, ...]
    ledger: Ledger = field(default_factory=Ledger)
    zones: Zones | None = None

    @property
    def verdict(self) -> Verdict:
        """``refused`` where there is a fault, ``remarks`` where there is a warning, else ``ready``.

        Examples
        --------
        >>> Quality("示例县", "2026", (), (Finding("information", "network.ways"),)).verdict
        'ready'
        """
        present = {finding.severity for finding in self.findings}
        if "fault" in present:
            return "refused"
        return "remarks" if "warning" in present else "ready"

    def count(self, severity: Severity, file: str | None = None) -> int:
        """Findings of one severity; of one file, where one is named."""
        return sum(finding.severity == severity and file in (None, finding.source) for finding in self.findings)

    def groups(self, severity: Severity) -> tuple[FindingGroup, ...]:
        """Findings of one severity, those with one sentence together, in their order."""
        members: dict[str, list[int]] = {}
        for number, finding in enumerate(self.findings, start=1):
            if finding.severity == severity:
                members.setdefault(finding.key, []).append(number)
        return tuple(
            FindingGroup(tuple(self.findings[number - 1] for number in numbers), tuple(numbers))
            for numbers in members.values()
        )
