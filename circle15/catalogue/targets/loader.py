"""Read the shipped target series: documents as TOML, indicators and their yearly values as CSV."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

from circle15.catalogue.targets.entries import (
    Better,
    Compute,
    Indicator,
    Kind,
    Operator,
    Role,
    SpatialClass,
    TargetDocument,
    TargetSeries,
    TargetValue,
)
from circle15.catalogue.toml_file import read_toml
from circle15.errors import Circle15Error, ConfigurationError, collecting, raise_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.resources.abc import Traversable

DOCUMENTS, INDICATORS, VALUES = "documents.toml", "indicators.csv", "values.csv"
# Columns of a fixed vocabulary, and the words that may stand in them.
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "better": get_args(Better),
    "class": get_args(SpatialClass),
    "role": get_args(Role),
    "operator": get_args(Operator),
}
PARTS = ";"


@cache
def shipped_targets() -> TargetSeries:
    """All target series that are shipped.

    Examples
    --------
    >>> series = shipped_targets()
    >>> len([each for each in series.indicators if each.document == "ruian_2023" and each.position.startswith("表")])
    45
    >>> series.by_id["ruian_2023.t32"].value_of(2027)
    TargetValue(year=2027, role='target', operator='=', value=17.0, second=100.0, text='17/100')
    """
    return load_targets(files(__package__))


def load_targets(folder: Traversable) -> TargetSeries:
    """Read and check a folder of target series.

    Raises
    ------
    ConfigurationError, Faults
        An id that stands twice or is not known, a word or number that cannot be read, two values of one year.
    """
    faults: list[Circle15Error] = []
    documents = tuple(_document(id_, table) for id_, table in read_toml(folder.joinpath(DOCUMENTS)).items())
    values = _values(_rows(folder.joinpath(VALUES)), faults)
    indicators: list[Indicator] = []
    for line, row in _rows(folder.joinpath(INDICATORS)):
        with collecting(faults):
            indicators.append(_indicator(row, line, values.pop(row["id"], ())))
    raise_faults(faults)
    series = TargetSeries(documents, tuple(indicators))
    raise_faults(faults_of_series(series, INDICATORS, values))
    return series


def _document(id_: str, table: dict[str, Any]) -> TargetDocument:
    return TargetDocument(
        id_,
        table["title"],
        table["place"],
        table["place_code"],
        table.get("number", ""),
        table.get("date"),
        table["first_year"],
        table["last_year"],
    )


def _rows(file: Traversable) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV and the line of each."""
    reader = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))
    return [(line, row) for line, row in enumerate(reader, start=2)]


def _values(
    rows: Iterable[tuple[int, dict[str, str]]], faults: list[Circle15Error]
) -> dict[str, tuple[TargetValue, ...]]:
    found: dict[str, tuple[TargetValue, ...]] = {}
    for line, row in rows:
        with collecting(faults):
            value = _value(row, line)
            if any(each.year == value.year for each in found.get(row["id"], ())):
                raise ConfigurationError("targets.year_twice", file=VALUES, line=line, found=row["id"], year=value.year)
            found[row["id"]] = (*found.get(row["id"], ()), value)
    return found


def _value(row: dict[str, str], line: int) -> TargetValue:
    number, second = (_number(row[column], VALUES, line) for column in ("value", "second"))
    operator = _word(row, "operator", VALUES, line)
    if (number is None) != (operator == ""):
        raise ConfigurationError("targets.operator_alone", file=VALUES, line=line, found=row["id"])
    year = _number(row["year"], VALUES, line)
    role = _word(row, "role", VALUES, line)
    return TargetValue(int(year or 0), role, operator, number, second, row["value_text"])  # type: ignore[arg-type]


def _number(text: str, file: str, line: int) -> float | None:
    try:
        return float(text) if text else None
    except ValueError as fault:
        raise ConfigurationError("targets.no_number", file=file, line=line, found=text) from fault


def _word(row: dict[str, str], column: str, file: str, line: int) -> str:
    if row[column] not in CHOICES[column]:
        known = ", ".join(word for word in CHOICES[column] if word)
        raise ConfigurationError("targets.no_word", file=file, line=line, column=column, found=row[column], known=known)
    return row[column]


def _indicator(row: dict[str, str], line: int, values: Sequence[TargetValue]) -> Indicator:
    kind, better, spatial = (_word(row, column, INDICATORS, line) for column in ("kind", "better", "class"))
    return Indicator(
        id=row["id"],
        document=row["document"],
        position=row["position"],
        domain=row["domain"],
        department=row["department"],
        name=row["indicator"],
        unit=row["unit"],
        kind=kind,  # type: ignore[arg-type]
        better=better,  # type: ignore[arg-type]
        spatial=spatial,  # type: ignore[arg-type]
        compute=Compute.parse(row["compute"], INDICATORS, row["id"]),
        sum_of=row["sum_of"],
        parts=tuple(row["parts"].split(PARTS)) if row["parts"] else (),
        remark=row["remark"],
        values=tuple(sorted(values, key=lambda value: value.year)),
    )


def faults_of_series(series: TargetSeries, file: str, orphans: Iterable[str] = ()) -> list[ConfigurationError]:
    """What is wrong between the entries of a series, in their order.

    Parameters
    ----------
    file
        Named in the sentences.
    orphans
        Ids that have values and no indicator.
    """
    faults = [ConfigurationError("targets.values_of_nothing", file=VALUES, found=id_) for id_ in orphans]
    known = {each.id for each in series.documents}
    seen: set[str] = set()
    for each in series.indicators:
        if each.id in seen:
            faults.append(ConfigurationError("targets.id_twice", file=file, found=each.id))
        if each.document not in known:
            facts = {"where": each.id, "found": each.document, "known": ", ".join(sorted(known))}
            faults.append(ConfigurationError("targets.unknown_document", file=file, **facts))
        faults += _faults_of_sum(series, each, file)
        seen.add(each.id)
    return faults


def _faults_of_sum(series: TargetSeries, each: Indicator, file: str) -> list[ConfigurationError]:
    if not each.sum_of:
        return []
    flow = series.by_id.get(each.sum_of)
    if each.kind == "cumulative" and flow is not None and flow.kind == "flow" and flow.unit == each.unit:
        return []
    return [ConfigurationError("targets.sum_of_no_flow", file=file, where=each.id, found=each.sum_of)]


def chosen_targets(documents: Iterable[str], place: str) -> TargetSeries:
    """The shipped series of a study.

    Parameters
    ----------
    documents
        Ids of documents, or their titles.
    place
        Name or code of a place; where no documents are named, all of that place are taken.

    Raises
    ------
    ConfigurationError, Faults
        A document that is not known.
    """
    shipped = shipped_targets()
    by_name = {name: each.id for each in shipped.documents for name in (each.title, each.id)}
    wanted = list(documents)
    known = "、".join(f"{each.id}（{each.place}）" for each in shipped.documents)
    faults = [
        ConfigurationError("targets.no_document", found=name, known=known) for name in wanted if name not in by_name
    ]
    raise_faults(faults)
    if wanted:
        return shipped.of(tuple(by_name[name] for name in wanted))
    return shipped.of(tuple(each.id for each in shipped.documents if place and place in (each.place, each.place_code)))
