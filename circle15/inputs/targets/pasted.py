"""A target table pasted from a page: one cell per line, cells cut over lines, the page around it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from circle15.inputs.targets.cells import is_balanced, joined_name
from circle15.inputs.targets.cutting import UNNUMBERED, cut_rows
from circle15.inputs.targets.headings import Token, find_headings
from circle15.inputs.targets.raw import RawRow, RawTable, SetAside
from circle15.inputs.targets.values import read_figure
from circle15.inputs.targets.wording import is_prose, is_value_word
from circle15.model.ledger import Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from circle15.inputs.targets.cutting import Step
    from circle15.inputs.targets.headings import StreamHeading
    from circle15.inputs.targets.raw import Why

# Where more rows than this are broken, a page is taken to have numbered few of its rows.
BROKEN_SHARE = 0.3


def read_pasted(text: str, file: str, *, blanks_part: bool = False) -> tuple[RawTable, ...]:
    """The target tables of a pasted text; none where it has no header of one.

    Every line that holds anything is in a row, or among those set aside.

    Parameters
    ----------
    text, file
        The text, and the name of its file.
    blanks_part
        Whether blanks within a line part its cells, as in texts copied out of a PDF.
    """
    lines = (
        (at, line.split() if blanks_part else [line.strip()]) for at, line in enumerate(text.splitlines(), start=1)
    )
    tokens = [Token(at, cell) for at, cells in lines for cell in cells if cell]
    headings = _merged(find_headings(tokens))
    if not headings:
        return ()
    tables: list[RawTable] = []
    begun = 0
    for heading, end in zip(headings, _ends(tokens, headings), strict=True):
        before = [SetAside(token.line, token.text, "before") for token in tokens[begun : heading.first]]
        header = [SetAside(token.line, token.text, "header") for token in tokens[heading.first : heading.end]]
        last = max((int(row.number) for table in tables for row in table.rows if row.number.isdigit()), default=0)
        rows, aside = _rows(tokens, heading, end, last, file)
        tables.append(RawTable(file, "", heading.years, rows, (*before, *header, *aside)))
        begun = end
    after = [SetAside(token.line, token.text, "after") for token in tokens[begun:]]
    tables[-1] = replace(tables[-1], aside=(*tables[-1].aside, *after))
    return tuple(replace(table, aside=_by_line(table.aside)) for table in tables)


def _by_line(aside: Iterable[SetAside]) -> tuple[SetAside, ...]:
    """Cells of one line that were set aside for one reason as one."""
    lines: dict[tuple[int, Why], str] = {}
    for each in aside:
        key = (each.line, each.why)
        lines[key] = f"{lines[key]} {each.text}" if key in lines else each.text
    return tuple(SetAside(line, text, why) for (line, why), text in lines.items())


def _merged(headings: list[StreamHeading]) -> list[StreamHeading]:
    """Headers without those that say again what the one before them says: the heads of further pages."""
    kept: list[StreamHeading] = []
    for heading in headings:
        if not kept or (heading.roles, heading.years) != (kept[-1].roles, kept[-1].years):
            kept.append(heading)
    return kept


def _ends(tokens: Sequence[Token], headings: Sequence[StreamHeading]) -> Iterator[int]:
    """Where each table ends: at the first prose behind its header, or at the next header."""
    starts = [heading.first for heading in headings[1:]] + [len(tokens)]
    for heading, limit in zip(headings, starts, strict=True):
        yield next((at for at in range(heading.end, limit) if is_prose(tokens[at].text)), limit)


def _rows(
    tokens: Sequence[Token], heading: StreamHeading, end: int, last: int, file: str
) -> tuple[tuple[RawRow, ...], list[SetAside]]:
    """The rows between a header and the end of its table, and the lines that are none."""
    body = tokens[heading.end : end]
    header = [token.text for token in tokens[heading.first : heading.end]]
    steps = _cut([token.text for token in body], heading.roles, header, last)
    rows: list[RawRow] = []
    aside: list[SetAside] = []
    for group in _grouped(steps, len(heading.roles)):
        kind = group[0].action
        if kind in ("cell", "absent"):
            rows.append(_row(body, group, file))
        elif kind == "broken":
            rows.append(_broken(body, group[0], heading, file))
        elif kind == "unread" and rows and not _is_after_gap(aside, rows):
            rows[-1] = _with_extra(rows[-1], body[group[0].start], heading, file)
        else:
            why: Why = "unread" if kind == "unread" else "header" if kind == "header" else "furniture"
            aside += [SetAside(token.line, token.text, why) for token in body[group[0].start : group[0].end]]
    return tuple(_in_domains(rows)), aside


def _cut(texts: Sequence[str], roles: Sequence[str], header: Sequence[str], last: int) -> list[Step]:
    """The cut of a table; read again without insisting on numbers where that leaves fewer rows broken."""
    strict = cut_rows(texts, roles, header, last, UNNUMBERED["strict"])
    count = sum(step.action == "broken" for step in strict)
    rows = sum(step.action in ("cell", "absent") for step in strict) // len(roles)
    if "number" not in roles or count <= max(2, BROKEN_SHARE * (rows + count)):
        return strict
    loose = cut_rows(texts, roles, header, last, UNNUMBERED["loose"])
    return loose if sum(step.action == "broken" for step in loose) < count else strict


def _grouped(steps: Sequence[Step], columns: int) -> Iterator[list[Step]]:
    """The steps row by row; each that is not of a row by itself."""
    row: list[Step] = []
    for step in steps:
        if step.action not in ("cell", "absent"):
            yield [step]
            continue
        row.append(step)
        if len(row) == columns:
            yield row
            row = []


def _is_after_gap(aside: Sequence[SetAside], rows: Sequence[RawRow]) -> bool:
    """Whether the page breaks between the last row and what follows it."""
    return bool(aside) and aside[-1].line > rows[-1].line


def _row(body: Sequence[Token], steps: Sequence[Step], file: str) -> RawRow:
    """One row of its cells."""
    found: dict[str, str] = {}
    cells: list[str] = []
    fixes: list[Note] = []
    line = body[min(step.start for step in steps if step.action == "cell")].line
    for step in steps:
        parts = tuple(token.text for token in body[step.start : step.end])
        text = joined_name(parts) if parts else ""
        place = Place(file, "", body[step.start].line if parts else line)
        if len(parts) > 1 and step.role != "domain":
            fixes.append(Note("targets.joined", {"text": text, "count": len(parts)}, place))
        if step.role == "year":
            cells.append(text)
            fixes += _doubts(text, place)
        else:
            found[step.role] = text
    fixes += _cut_bracket(found["indicator"], Place(file, "", line))
    return RawRow(
        line,
        found.get("domain", ""),
        found.get("number", ""),
        found["indicator"],
        found.get("unit", ""),
        found.get("department", ""),
        tuple(cells),
        tuple(fixes),
    )


def _doubts(text: str, place: Place) -> list[Note]:
    """Words among values that say nothing of how far something is to be: to be looked at."""
    found = read_figure(text)
    doubtful = not (found.is_number or found.nothing or is_value_word(text))
    return [Note("targets.words_kept", {"text": text}, place)] if doubtful else []


def _cut_bracket(name: str, place: Place) -> list[Note]:
    return [] if is_balanced(name) else [Note("targets.bracket_cut", {"text": name}, place)]


def _broken(body: Sequence[Token], step: Step, heading: StreamHeading, file: str) -> RawRow:
    """A row whose cells do not fill its columns."""
    tokens = body[step.start : step.end]
    values = sum(read_figure(token.text).is_number or read_figure(token.text).nothing for token in tokens[1:])
    text = " ".join(token.text for token in tokens)
    facts: dict[str, object] = {"text": text, "count": len(heading.years), "found": values}
    return RawRow(tokens[0].line, name=text, broken=Note("targets.broken_row", facts, Place(file, "", tokens[0].line)))


def _with_extra(row: RawRow, token: Token, heading: StreamHeading, file: str) -> RawRow:
    """A row with one value too many behind it, so that none can be told from the others."""
    if row.broken is not None:
        return replace(row, name=f"{row.name} {token.text}")
    text = " ".join(filter(None, (row.number, row.name, *row.cells, token.text)))
    facts: dict[str, object] = {"text": text, "count": len(heading.years), "extra": token.text}
    return replace(row, broken=Note("targets.extra_cell", facts, Place(file, "", row.line)))


def _in_domains(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    """The rows, each with the domain and department that stand merged above it."""
    domain = ""
    for row in rows:
        domain = row.domain or domain
        yield replace(row, domain=domain)
