"""The report put together: chapters with their numbers, and what there is nothing to say of."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.publish.place_names import leading
from circle15.publish.report.chapters import annex
from circle15.publish.report.chapters.areas import areas
from circle15.publish.report.chapters.basis import basis
from circle15.publish.report.chapters.change import change
from circle15.publish.report.chapters.coverage import coverage
from circle15.publish.report.chapters.index import index
from circle15.publish.report.chapters.issues import issues
from circle15.publish.report.chapters.siting import siting
from circle15.publish.report.chapters.summary import summary
from circle15.publish.report.chapters.supply import supply
from circle15.publish.report.chapters.targets import targets
from circle15.publish.report.document import Block, Chapter, Document, Heading, Picture, Sentence, Table
from circle15.publish.report.periods import period_told
from circle15.publish.report.plain import plain
from circle15.publish.report.telling import paragraph, tell
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.publish.report.material import Material

# What a line of the title holds; a longer name of a place stands in a line of its own.
TITLE_EMS = 20.0
CHAPTERS: dict[str, Callable[[Material], tuple[Block, ...]]] = {
    "basis": basis,
    "index": index,
    "coverage": coverage,
    "areas": areas,
    "supply": supply,
    "targets": targets,
    "change": change,
    "siting": siting,
    "issues": issues,
}
ANNEXES: dict[str, Callable[[Material], tuple[Block, ...]]] = {
    "definitions": annex.definitions,
    "standards": annex.standards,
    "parameters": annex.parameters,
    "notes": annex.notes,
    "run": annex.run,
}


def report_of(material: Material) -> Document:
    """The report.

    A chapter that there is nothing to say in goes out, and the basis of the data says why. So no heading stands
    without text.
    """
    m, lang = material, material.lang
    made = {name: chapter(m) for name, chapter in CHAPTERS.items()}
    absent = [name for name, blocks in made.items() if not blocks]
    made["basis"] = (*made["basis"], *_absent(absent, m))
    chapters = [Chapter(name, say(f"report.chapter_{name}", lang), blocks) for name, blocks in made.items() if blocks]
    annexes = [
        Chapter(name, say(f"report.annex_{name}", lang), blocks, annex=True)
        for name, chapter in ANNEXES.items()
        if (blocks := chapter(m))
    ]
    parts = (Chapter("summary", "", summary(m)), *_numbered(chapters, lang), *_annexed(annexes, lang))
    opening, *numbered = _captioned(parts, lang)
    return Document(
        title_lines=_title(m),
        issuer=m.issuer,
        day=m.results.study.study.day.isoformat(),
        place=m.place,
        period=m.period,
        lang=lang,
        opening=opening.blocks,
        chapters=tuple(numbered),
    )


def _title(m: Material) -> tuple[str, ...]:
    """The title in lines that are whole in themselves; a name that is broken by the user stays one."""
    place = plain(leading(m.place, m.lang))
    lines = say("report.title", m.lang, place=place, period=period_told(m.period, m.lang)).split("\n")
    if lines[0] != place and _ems(lines[0]) > TITLE_EMS:
        lines[:1] = [place.rstrip(), lines[0].removeprefix(place)]
    return tuple(lines)


def _ems(text: str) -> float:
    """How long a line is, in Chinese characters.

    Examples
    --------
    >>> _ems("示例县15分钟")
    6.0
    """
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.5 for letter in text)


def _absent(names: list[str], m: Material) -> tuple[Block, ...]:
    """Why chapters are not there."""
    if not names:
        return ()
    heading = Heading(2, say("report.absent", m.lang))
    return (heading, *paragraph(*(_why(name, m) for name in names)))


def _why(name: str, m: Material) -> Sentence:
    if name in m.unmade:
        title = tell(f"report.chapter_{name}", m.lang)
        return tell("report.unmade", m.lang, title=title, why=m.unmade[name])
    return tell(f"report.no_{name}", m.lang)


def _numbered(chapters: list[Chapter], lang: str) -> tuple[Chapter, ...]:
    """The chapters with their numbers: 一、 and, of their sections, （一）."""
    found = []
    for at, chapter in enumerate(chapters):
        title = say("report.chapter_number", lang, number=number_of(at + 1, lang), title=chapter.title)
        found.append(Chapter(chapter.id, title, _sections(chapter.blocks, at + 1, lang)))
    return tuple(found)


def _sections(blocks: tuple[Block, ...], chapter: int, lang: str) -> tuple[Block, ...]:
    found: list[Block] = []
    at = 0
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            at += 1
            number = number_of(at, lang) if lang == "zh" else f"{chapter}.{at}"
            found.append(Heading(2, say("report.section_number", lang, number=number, title=block.text)))
        else:
            found.append(block)
    return tuple(found)


def _annexed(annexes: list[Chapter], lang: str) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(each.id, say("report.annex_number", lang, number=at, title=each.title), each.blocks, annex=True)
        for at, each in enumerate(annexes, start=1)
    )


def _captioned(chapters: tuple[Chapter, ...], lang: str) -> list[Chapter]:
    """The chapters with their tables and pictures numbered through the whole report."""
    at = {Table: 0, Picture: 0}
    found = []
    for chapter in chapters:
        blocks: list[Block] = []
        for block in chapter.blocks:
            if isinstance(block, Table | Picture):
                at[type(block)] += 1
                key = "report.table_number" if isinstance(block, Table) else "report.picture_number"
                blocks.append(replace(block, title=tell(key, lang, number=str(at[type(block)]), title=block.title)))
            else:
                blocks.append(block)
        found.append(replace(chapter, blocks=tuple(blocks)))
    return found


def number_of(number: int, lang: str) -> str:
    """The number of a chapter as its language writes it.

    Examples
    --------
    >>> number_of(3, "zh"), number_of(11, "zh"), number_of(3, "en")
    ('三', '十一', '3')
    """
    digits = say("report.digits", lang)
    if number <= len(digits):
        return digits[number - 1]
    return digits[-1] + digits[number - 11] if lang == "zh" else str(number)
