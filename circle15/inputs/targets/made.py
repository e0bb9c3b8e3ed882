"""Rows of a target table as indicators: units, operators, kinds; and the account of every row."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circle15.catalogue.targets.entries import Compute, Indicator, TargetDocument, TargetSeries, TargetValue
from circle15.inputs.files.columns import plain
from circle15.inputs.targets.cells import is_balanced
from circle15.inputs.targets.values import disagrees, in_unit, read_figure, read_unit
from circle15.inputs.targets.wording import bare_domain, is_unit, known_domains, wording
from circle15.model.ledger import Ledger, LedgerRow, Note, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from circle15.catalogue.targets.entries import Better, Kind, SpatialClass
    from circle15.inputs.targets.raw import RawRow, RawTable, SetAside
    from circle15.inputs.targets.values import Figure

KIND = "targets"
# A unit stands in the last brackets of a name: 托位数（个）; other brackets there are part of it: （含大病保险）.
_LAST_BRACKETS = re.compile(
    r"^(?P<name>.*?)\s*[（(【\[](?P<unit>(?:[^（(【\[）)\]】]|[（(][^（()）]*[）)])*)[）)\]】]$", re.DOTALL
)
_PARTED = re.compile(r"[、和与/及]")


@dataclass(frozen=True)
class Imported:
    """The target tables of one file, read: their series, the account of every row and what should be told."""

    series: TargetSeries
    ledger: Ledger
    notes: tuple[Note, ...]


def make_series(tables: Sequence[RawTable], document: TargetDocument) -> Imported:
    """Indicators of the rows of a file.

    Parameters
    ----------
    tables
        As read.
    document
        What the file goes by; years before its first one are baselines.

    Returns
    -------
    Imported
        A row that says nothing of any year, contradicts its unit or stands twice is excluded, each with its reason.
    """
    indicators: list[Indicator] = []
    rows: list[LedgerRow] = []
    for table in tables:
        rows += [_set_aside(table, aside) for aside in table.aside]
        for row in table.rows:
            made = None if row.broken is not None else _indicator(row, table, document, len(indicators) + 1)
            reasons = [row.broken] if row.broken else _reasons(row, made, indicators, table)
            fine = row.broken is None and not any(_excludes(each) for each in reasons)
            if fine and made is not None:
                indicators.append(made)
            fate = "excluded" if not fine else "fixed" if any(_mends(each) for each in reasons) else "used"
            id_ = made.id if fine and made is not None else ""
            rows.append(
                LedgerRow(table.file, table.sheet, row.line, fate, KIND, id_, row.name, tuple(reasons))  # type: ignore[arg-type]
            )
    rows.sort(key=lambda row: (row.sheet, row.row))
    series = TargetSeries((document,), tuple(_with_sums(indicators)))
    return Imported(series, Ledger(tuple(rows)), tuple(_notes(tables, series)))


EXCLUDING = frozenset({"targets.unit_disagrees", "targets.cell_disagrees", "targets.row_twice", "targets.says_nothing"})
FIXING = frozenset({"targets.joined", "targets.bracket_cut", "targets.power_read", "targets.other_count"})


def _excludes(note: Note) -> bool:
    return note.key in EXCLUDING


def _mends(note: Note) -> bool:
    return note.key in FIXING


def _set_aside(table: RawTable, aside: SetAside) -> LedgerRow:
    place = Place(table.file, table.sheet, aside.line)
    note = Note(f"targets.is_{aside.why}", {"text": aside.text}, place)
    return LedgerRow(table.file, table.sheet, aside.line, "excluded", KIND, "", aside.text, (note,))


def split_name(text: str) -> tuple[str, str, str]:
    """A name without its unit, and the unit in its last brackets; the third is the unit of brackets that are cut.

    Examples
    --------
    >>> split_name("保障性租赁住房累计建设筹集套(间)数(万套)")
    ('保障性租赁住房累计建设筹集套(间)数', '万套', '')
    >>> split_name("住院报销比例（含大病保险）"), split_name("专业物业服务覆盖率(%")
    (('住院报销比例（含大病保险）', '', ''), ('专业物业服务覆盖率', '', '%'))
    """
    name = text.strip()
    if not is_balanced(name):
        cut = re.fullmatch(r"(.*)[（(]([^（()）]*)", name, re.DOTALL)
        if cut is not None and (not cut[2].strip() or is_unit(cut[2])):
            return cut[1].strip(), "", cut[2].strip()
        return name, "", ""
    found = _LAST_BRACKETS.fullmatch(name)
    inside = "" if found is None else re.sub("^单位[:：]", "", found["unit"].strip())
    if found is None or not (not inside or is_unit(inside)):
        return name, "", ""
    return found["name"].strip(), inside, ""


def _unit_of(row: RawRow) -> tuple[str, str, bool]:
    """The name, the unit, and whether the column of units and the brackets of the name contradict each other."""
    name, inside, cut = split_name(row.name)
    column = "" if read_figure(row.unit).nothing else row.unit.strip().strip("()（）")
    one, two = read_unit(column), read_unit(inside)
    contrary = bool(column and inside) and one != two and (one.percent != two.percent or one.power != two.power)
    unit = column or inside or cut
    return name, "%" if read_unit(unit).percent else unit, contrary


def _indicator(row: RawRow, table: RawTable, document: TargetDocument, number: int) -> Indicator:
    name, unit, _ = _unit_of(row)
    figures = [read_figure(cell) for cell in row.cells]
    unit = unit or _unit_of_cells(figures)
    kind = kind_of(name, unit)
    values = tuple(
        _value(year.year, year.baseline or year.year < document.first_year, figure, unit)
        for year, figure in zip(table.years, figures, strict=True)
        if not (figure.nothing and not figure.text)
    )
    compute, spatial = figure_of(name, unit)
    return Indicator(
        id=f"{document.id}.{number:02d}",
        document=document.id,
        position=row.number or str(row.line),
        domain=known_domains().get(bare_domain(row.domain), ""),
        department=row.department,
        name=name,
        unit=unit,
        kind=kind,
        better=better_of(name, figures),
        spatial=spatial,
        compute=compute,
        parts=_parts(name, figures),
        values=values,
    )


def _value(year: int, baseline: bool, figure: Figure, unit: str) -> TargetValue:
    value, second = in_unit(figure, unit)
    operator = figure.operator if value is not None else ""
    return TargetValue(year, "baseline" if baseline else "target", operator, value, second, figure.text)


def _unit_of_cells(figures: Sequence[Figure]) -> str:
    """The unit that all cells of a row name, where the table names none."""
    units = {figure.unit for figure in figures if figure.value is not None}
    powers = {figure.power for figure in figures if figure.value is not None}
    if len(units) != 1 or len(powers) != 1:
        return ""
    power = {4: "万", 8: "亿"}.get(powers.pop(), "")
    return power + units.pop()


def _parts(name: str, figures: Sequence[Figure]) -> tuple[str, ...]:
    """What the two numbers of a pair count: by the cells' own words, else by two words that the name parts by 、."""
    labelled = next((figure.parts for figure in figures if figure.parts), ())
    if labelled or not any(figure.second is not None and figure.operator != "between" for figure in figures):
        return labelled
    halves = _PARTED.split(re.sub(r"[（(].*", "", name))
    return (halves[0][-2:], halves[1][:6]) if len(halves) == 2 and all(halves) else ()


def kind_of(name: str, unit: str) -> Kind:
    """What the number of an indicator is of, by its words.

    Examples
    --------
    >>> kind_of("累计建成大型公办养老机构", "家"), kind_of("新增公办中小学学位数", "个"), kind_of("助餐村覆盖率", "%")
    ('cumulative', 'flow', 'level')
    >>> kind_of("基本养老保险参保人数", "万人")
    'stock'
    """
    kinds = wording()["kinds"]
    if any(word in name for word in kinds["cumulative"]):
        return "cumulative"
    if unit in kinds["level_units"]:
        return "level"
    if any(word in name for word in kinds["flow"]):
        return "flow"
    return "level" if any(word in name for word in kinds["level"]) else "stock"


def better_of(name: str, figures: Sequence[Figure]) -> Better:
    """Whether more or less is better: by the operators, else by the words of the name."""
    signs = {figure.operator for figure in figures}
    if signs & {"<", "<="} and not signs & {">", ">="}:
        return "less"
    if signs & {">", ">="}:
        return "more"
    words = wording()["less"]
    less = any(word in name for word in words["words"]) and not any(word in name for word in words["unless"])
    return "less" if less else "more"


def figure_of(name: str, unit: str) -> tuple[Compute | None, SpatialClass]:
    """Which figure of this tool an indicator is, by its words; (None, "") where none is known.

    Examples
    --------
    >>> figure_of("每千人口拥有3岁以下婴幼儿托位数", "个")[0].text()
    'ratio childcare 1000'
    >>> figure_of("县域就诊率", "%")
    (None, '')
    """
    said, counted = plain(name), plain(unit)
    for entry in wording()["figures"]:
        fits = any(all(plain(word) in said for word in words) for words in entry["has"])
        if not fits or any(plain(word) in said for word in entry.get("not", ())):
            continue
        if "units" not in entry or counted in entry["units"]:
            return Compute.parse(entry["compute"], "wording.toml", name), entry["class"]
    return None, ""


def _reasons(row: RawRow, made: Indicator | None, before: Sequence[Indicator], table: RawTable) -> list[Note]:
    """What was mended in a row, and why it cannot be used."""
    place = Place(table.file, table.sheet, row.line)
    name, unit, contrary = _unit_of(row)
    found = list(row.fixes)
    if contrary:
        inside = split_name(row.name)[1]
        found.append(Note("targets.unit_disagrees", {"name": name, "column": row.unit, "inside": inside}, place))
    for year, cell in zip(table.years, row.cells, strict=True):
        found += _cell_reasons(cell, unit, name, year.year, place)
    if made is not None and _perhaps_fractions(made):
        found.append(Note("targets.perhaps_fraction", {"name": name}, place))
    if made is not None and all(value.value is None and read_figure(value.text).nothing for value in made.values):
        found.append(Note("targets.says_nothing", {"name": name}, place))
    same = (name, bare_domain(row.domain))
    if made is not None and any((each.name, each.domain) == (made.name, made.domain) for each in before):
        found.append(Note("targets.row_twice", {"name": same[0]}, place))
    return found


def _perhaps_fractions(made: Indicator) -> bool:
    """Whether a share in % has values like 0.85: a percentage that has lost its format, perhaps."""
    numbers = [value.value for value in made.values if value.value is not None]
    return made.unit == "%" and made.better == "more" and len(numbers) > 1 and 0 < max(numbers) <= 1


def _cell_reasons(cell: str, unit: str, name: str, year: int, place: Place) -> Iterator[Note]:
    figure = read_figure(cell)
    facts: dict[str, object] = {"name": name, "year": year, "text": cell, "unit": unit}
    if disagrees(figure, unit):
        yield Note("targets.cell_disagrees", facts, place)
    elif figure.power and figure.value is not None and unit and in_unit(figure, unit)[0] != float(figure.value):
        yield Note("targets.power_read", {**facts, "value": f"{in_unit(figure, unit)[0]:.12g}"}, place)
    elif figure.unit and unit and not figure.power and read_unit(figure.unit).base != read_unit(unit).base:
        yield Note("targets.other_count", {**facts, "own": figure.unit}, place)


def _with_sums(indicators: Sequence[Indicator]) -> Iterator[Indicator]:
    """Cumulative rows, each with the yearly flow of the same name where the table has it too."""
    flows = {_stem(each.name): each for each in indicators if each.kind == "flow"}
    for each in indicators:
        flow = flows.get(_stem(each.name)) if each.kind == "cumulative" else None
        yield each if flow is None or flow.unit != each.unit else replace(each, sum_of=flow.id)


def _stem(name: str) -> str:
    return re.sub("累计|年度|每年|数量|个数|人数|数$", "", name)


def _notes(tables: Sequence[RawTable], series: TargetSeries) -> Iterator[Note]:
    """What should be known of a file as a whole."""
    yield from _number_gaps(tables)
    for each in series.indicators:
        yield from _falling(each, tables[0].file)


def _number_gaps(tables: Sequence[RawTable]) -> Iterator[Note]:
    numbers = [int(row.number) for table in tables for row in table.rows if row.number.isdigit()]
    missing = sorted(set(range(1, max(numbers, default=0))) - set(numbers))
    if missing and len(numbers) > len(missing):
        told = "、".join(map(str, missing[:10])) + ("…" if len(missing) > 10 else "")
        yield Note("targets.numbers_missing", {"file": tables[0].file, "numbers": told}, Place(tables[0].file))
    twice = sorted(number for number, count in Counter(numbers).items() if count > 1)
    if twice and numbers.count(1) == 1:
        told = "、".join(map(str, twice[:10]))
        yield Note("targets.numbers_twice", {"file": tables[0].file, "numbers": told}, Place(tables[0].file))


def _falling(each: Indicator, file: str) -> Iterator[Note]:
    """An indicator taken as better the more of it there is, whose targets fall year by year."""
    numbers = [value.value for value in each.values if value.value is not None]
    falls = len(numbers) > 2 and all(one > two for one, two in itertools.pairwise(numbers))
    if falls and each.better == "more" and each.kind != "flow":
        yield Note("targets.falling", {"file": file, "name": each.name}, Place(file))
