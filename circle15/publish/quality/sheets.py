"""The report as tables: overview, list of findings, ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.publish.quality.telling import (
    SEVERITY_SIGNS,
    counts_words,
    state_words,
    title_words,
    verdict_words,
)
from circle15.publish.tables import FILE_KINDS, Column, Sheet
from circle15.words import say

if TYPE_CHECKING:
    from circle15.model.ledger import LedgerRow
    from circle15.model.quality import FileAccount, Finding, Quality
    from circle15.publish.tables import Form

FILE_FORMS: dict[str, Form] = {
    "rows": "count",
    "used": "count",
    "fixed": "count",
    "excluded": "count",
    "faults": "count",
    "warnings": "count",
}
# Headers of columns that hold sentences, and their places.
SENTENCES = {"what": 56, "mend": 44, "reason": 44}


def quality_sheets(quality: Quality, lang: str) -> tuple[Sheet, ...]:
    """The sheets of ``data_quality.xlsx`` in ``lang``."""
    return _overview(quality, lang), _findings(quality, lang), _ledger(quality, lang)


def _columns(names: tuple[str, ...], lang: str, forms: dict[str, Form]) -> tuple[Column, ...]:
    return tuple(
        Column(say(f"quality.column_{name}", lang), forms.get(name, "text"), SENTENCES.get(name, 0)) for name in names
    )


def _overview(quality: Quality, lang: str) -> Sheet:
    names = ("file", "kind", "sheets", "state", "rows", "used", "fixed", "excluded", "faults", "warnings")
    rows = tuple(_file_row(account, quality, lang) for account in quality.files)
    heading = (
        title_words(quality, lang),
        say("quality.verdict", lang, verdict=verdict_words(quality, lang)),
        counts_words(quality, lang),
        say(f"quality.next_{quality.verdict}", lang),
    )
    return Sheet(say("quality.sheet_overview", lang), _columns(names, lang, FILE_FORMS), rows, heading)


def _file_row(account: FileAccount, quality: Quality, lang: str) -> tuple[object, ...]:
    rows = (account.rows_in, account.used, account.fixed, account.excluded)
    return (
        account.file,
        account.label.in_language(lang),
        say("quality.between_sheets", lang).join(account.sheets),
        state_words(account, lang),
        *(rows if account.rows_in else ("", "", "", "")),
        quality.count("fault", account.file),
        quality.count("warning", account.file),
    )


def _findings(quality: Quality, lang: str) -> Sheet:
    names = ("number", "severity", "file", "sheet", "row", "field", "what", "mend", "lon", "lat")
    rows = tuple(_finding_row(number, each, lang) for number, each in enumerate(quality.findings, start=1))
    forms: dict[str, Form] = {"number": "count", "row": "count", "lon": "degrees", "lat": "degrees"}
    return Sheet(say("quality.sheet_findings", lang), _columns(names, lang, forms), rows)


def _finding_row(number: int, finding: Finding, lang: str) -> tuple[object, ...]:
    at = finding.at
    severity = f"{SEVERITY_SIGNS[finding.severity]} {say(f'quality.severity_{finding.severity}', lang)}"
    sheet, row, field = (at.sheet, at.row or "", at.field) if at is not None else ("", "", "")
    degrees = (at.lon, at.lat) if at is not None and finding.located else ("", "")
    file = finding.source or (at.file if at is not None else "")
    return (float(number), severity, file, sheet, row, field, finding.sentence(lang), finding.mend(lang), *degrees)


def _ledger(quality: Quality, lang: str) -> Sheet:
    names = ("file", "sheet", "row", "fate", "kind", "object_id", "name", "reason", "mend", "lon", "lat")
    kinds = {account.kind: account.label.in_language(lang) for account in quality.files}
    rows = tuple(_ledger_row(row, kinds, lang) for row in quality.ledger.rows)
    forms: dict[str, Form] = {"row": "count", "lon": "degrees", "lat": "degrees"}
    return Sheet(say("quality.sheet_ledger", lang), _columns(names, lang, forms), rows)


def _ledger_row(row: LedgerRow, kinds: dict[str, str], lang: str) -> tuple[object, ...]:
    between = say("tables.between_sentences", lang)
    kind = kinds.get(row.kind) or (say(f"tables.kind_{row.kind}", lang) if row.kind in FILE_KINDS else row.kind)
    located = row.lon == row.lon and row.lat == row.lat
    return (
        *(row.file, row.sheet, row.row or "", say(f"tables.fate_{row.fate}", lang), kind, row.object_id, row.name),
        between.join(dict.fromkeys(reason.sentence(lang) for reason in row.reasons)),
        between.join(dict.fromkeys(mend for reason in row.reasons if (mend := reason.mend(lang)))),
        *((row.lon, row.lat) if located else ("", "")),
    )
