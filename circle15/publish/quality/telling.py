"""Findings and accounts in words, as every form of the report says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.words import say

if TYPE_CHECKING:
    from circle15.model.ledger import Place
    from circle15.model.quality import FileAccount, Quality, Severity, Verdict

# Signs beside words and colours, for who sees no colours; all of them stand in GBK too.
VERDICT_SIGNS: dict[Verdict, str] = {"ready": "√", "remarks": "！", "refused": "×"}
SEVERITY_SIGNS: dict[Severity, str] = {"fault": "×", "warning": "！", "information": "·"}


def verdict_words(quality: Quality, lang: str) -> str:
    """The verdict, with its sign.

    Examples
    --------
    >>> from circle15.model.quality import Quality
    >>> verdict_words(Quality("示例县", "2026", (), ()), "zh")
    '√ 可以运行'
    """
    return f"{VERDICT_SIGNS[quality.verdict]} {say(f'quality.verdict_{quality.verdict}', lang)}"


def counts_words(quality: Quality, lang: str) -> str:
    """How many faults, warnings and pieces of information there are."""
    counts = {severity: quality.count(severity) for severity in SEVERITY_SIGNS}
    return say("quality.counts", lang, faults=counts["fault"], warnings=counts["warning"], rest=counts["information"])


def title_words(quality: Quality, lang: str) -> str:
    """The report's title: place and period where the study says them."""
    if not quality.place:
        return say("quality.title", lang)
    return say("quality.title_of", lang, place=quality.place, period=quality.period)


def place_words(at: Place | None, lang: str, *, file: bool = True) -> str:
    """Where something stands: file, sheet, row, column, as far as they are known.

    Examples
    --------
    >>> from circle15.model.ledger import Place
    >>> place_words(Place("托育.xlsx", "Sheet1", 3, "经度"), "zh")
    '托育.xlsx，工作表“Sheet1”，第 3 行，“经度”列'
    """
    if at is None:
        return ""
    parts = [at.file if file else ""]
    parts += [say("quality.at_sheet", lang, sheet=at.sheet)] if at.sheet else []
    parts += [say("quality.at_row", lang, row=at.row)] if at.row else []
    parts += [say("quality.at_field", lang, field=at.field)] if at.field else []
    return say("quality.between_places", lang).join(part for part in parts if part)


def state_words(account: FileAccount, lang: str) -> str:
    """Whether a file was read."""
    return say(f"quality.state_{account.state}", lang)
