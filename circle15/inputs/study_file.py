"""``study.toml`` to a checked ``Study``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from circle15.catalogue.entries import Label
from circle15.catalogue.suggestions import closest
from circle15.errors import Circle15Error, ConfigurationError, UsageError, raise_faults
from circle15.inputs.files.columns import aliases, plain
from circle15.inputs.files.present import require_file
from circle15.inputs.study_syntax import written_toml
from circle15.model.study import About, Study

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    Loc = tuple[int | str, ...]

# pydantic's findings about numbers, and the names it gives their limits.
TOLD = (
    *("greater_than", "greater_than_equal", "less_than", "less_than_equal"),
    *("float_parsing", "int_parsing", "finite_number"),
)
LIMITS = ("gt", "ge", "lt", "le")
MOST_MINUTES = 120.0
# Tables of which a study has several, each with a file of its own.
LISTED = ("zones", "facilities")


def read_study(path: Path) -> Study:
    """Read and check a study file.

    Raises
    ------
    UsageError
        A file that is no study, such as a list of facilities.
    DataError
        No such file.
    ConfigurationError
        Not TOML, or one wrong key or value.
    Faults
        Several wrong keys or values, all told at once.
    """
    if path.suffix.lower() != ".toml":
        raise UsageError("study.not_a_study", file=path.name)
    require_file(path)
    content = written_toml(path)
    try:
        return Study.model_validate(content)
    except ValidationError as fault:
        faults = [_told(detail, path.name, content) for detail in _causes(fault.errors(include_url=False))]
    raise_faults(faults)
    raise AssertionError  # pydantic never objects without a finding


def named_place(path: Path) -> About | None:
    """What a study file says of its place and period, though the rest of it may be wrong; None where it cannot be read.

    Parameters
    ----------
    path
        The ``study.toml``.
    """
    try:
        said = written_toml(path)["study"]
        return About(**{key: said[key] for key in ("place", "id", "period")})
    except (Circle15Error, OSError, LookupError, TypeError, ValueError):
        return None


def _causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the findings that a list is too short where only its entries are wrong."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short" or not any(_within(other["loc"], detail["loc"]) for other in details)
    ]


def _within(inner: Loc, outer: Loc) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _told(detail: ErrorDetails, file: str, content: dict[str, Any]) -> Circle15Error:
    """Tell one of pydantic's findings in a planner's words."""
    kind, loc, limits = detail["type"], detail["loc"], detail.get("ctx", {})
    facts: dict[str, object] = {"file": file, "key": _place(loc, content)}
    if kind == "missing":
        return ConfigurationError("study.missing_key", **facts)
    if kind == "extra_forbidden":
        return _unknown_key(loc, facts)
    if kind == "value_error":
        own = "towgs84" if loc[-1] == "towgs84" else "one_population_source"
        return ConfigurationError(f"study.{own}", **facts)
    if kind == "too_short":
        return ConfigurationError("study.needs_entries", **facts)
    if detail["input"] == "":
        return _unanswered(detail, facts)
    facts["found"] = as_written(detail["input"])
    if kind == "literal_error":
        return _no_choice(detail, facts)
    if loc[0] == "standards" and (unit := _other_unit(detail)) is not None:
        return ConfigurationError(f"modes.{unit[0]}", **facts, meant=unit[1])
    if kind == "string_pattern_mismatch":
        return ConfigurationError(f"study.pattern_{loc[-1]}", file=file, found=facts["found"])
    limit = next((limits[bound] for bound in LIMITS if bound in limits), None)
    name = next(part for part in reversed(loc) if isinstance(part, str))
    return ConfigurationError(_wrong(detail), **facts, name=name, limit=limit)


def _other_unit(detail: ErrorDetails) -> tuple[str, float] | None:
    """The unit that a threshold was written in, where it looks like another than its own, and what was meant.

    Examples
    --------
    >>> too_much = {"type": "less_than_equal", "loc": ("standards", "canteen", "urban", "minutes"), "input": 900}
    >>> _other_unit(too_much)
    ('in_seconds', 15.0)
    """
    key, found = detail["loc"][-1], detail["input"]
    if detail["type"] not in ("less_than_equal", "greater_than_equal") or not found > 0:
        return None
    units = {"minutes": (("in_hours", 60.0), ("in_seconds", 1 / 60)), "metres": (("in_km", 1000.0), None)}
    unit = units[str(key)][detail["type"] == "less_than_equal"] if key in units else None
    if unit is None or (unit[0] == "in_seconds" and found * unit[1] > MOST_MINUTES):
        return None
    return unit[0], found * unit[1]


def _unanswered(detail: ErrorDetails, facts: dict[str, object]) -> ConfigurationError:
    """What a proposed study leaves open, as the question that it is."""
    if detail["loc"][-1] == "datum":
        return ConfigurationError("init.open_datum", **facts)
    choices = "、".join(re.findall(r"'([^']*)'", detail.get("ctx", {}).get("expected", "")))
    if choices:
        return ConfigurationError("init.open_choice", **facts, choices=choices)
    return ConfigurationError("init.open", **facts)


def _wrong(detail: ErrorDetails) -> str:
    """The key of the sentence about a value of the wrong kind or size."""
    kind, loc, found = detail["type"], detail["loc"], detail["input"]
    if kind in TOLD:
        return f"study.wrong_{kind}"
    if kind.startswith("date"):
        return "study.wrong_date"
    if kind == "string_type" and loc[-1] == "period" and isinstance(found, int):
        return "study.wrong_period"
    if kind == "string_type" and not isinstance(found, (list, dict)):
        return "study.wrong_text"
    if kind in ("bool_type", "bool_parsing"):
        return "study.wrong_bool"
    if kind in ("tuple_type", "list_type"):
        return "study.wrong_table" if loc[-1] in LISTED else "study.wrong_list"
    return "study.wrong_value"


def as_written(value: object) -> str:
    """A value as TOML writes it.

    Examples
    --------
    >>> as_written("三百"), as_written(True), as_written([1, "a"])
    ('"三百"', 'true', '[1, "a"]')
    """
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(as_written(each) for each in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {as_written(each)}' for key, each in value.items())}}}"
    return str(value)


def _no_choice(detail: ErrorDetails, facts: dict[str, object]) -> ConfigurationError:
    """The choices there are, and which of them was meant where a planner's own word says so."""
    choices = re.findall(r"'([^']*)'", detail.get("ctx", {})["expected"])
    guess = _meant(str(detail["input"]), choices)
    key = "study.choice" if guess is None else "study.choice_guess"
    return ConfigurationError(key, **facts, choices="、".join(choices), guess=guess)


def _meant(word: str, choices: list[str]) -> str | None:
    said = plain(word)
    known = aliases("choice")
    return next((choice for choice in choices if said in map(plain, known.get(choice, ()))), None)


def _place(loc: Loc, content: dict[str, Any]) -> Label:
    """A key's place as one reads it in the file, entries counted from 1: ``facilities[2].datum``, and the list's file.

    Examples
    --------
    >>> _place(("facilities", 0, "datum"), {"facilities": [{"file": "小学.csv"}]}).zh
    'facilities[1].datum（名单“小学.csv”）'
    """
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    text = text.lstrip(".")
    file = _file_of(loc, content)
    return Label(text, text) if file is None else Label(f"{text}（名单“{file}”）", f'{text} (of "{file}")')


def _file_of(loc: Loc, content: dict[str, Any]) -> str | None:
    """The file of the list that a finding is about."""
    if len(loc) < 2 or loc[0] != "facilities" or not isinstance(loc[1], int):
        return None
    entry = content["facilities"][loc[1]]
    file = entry.get("file") if isinstance(entry, dict) else None
    return file if isinstance(file, str) else None


def _unknown_key(loc: Loc, facts: dict[str, object]) -> ConfigurationError:
    guess = closest(str(loc[-1]), _keys_at(loc[:-1]))
    key = "study.unknown_key" if guess is None else "study.unknown_key_guess"
    return ConfigurationError(key, **facts, guess=guess)


def _keys_at(loc: Loc) -> list[str]:
    """The keys that may stand in the table at ``loc``."""
    table: Any = Study
    for part in loc:
        if isinstance(part, str):
            table = _model_in(table.model_fields[part].annotation)
    return list(table.model_fields)


def _model_in(annotation: Any) -> type[BaseModel]:  # noqa: ANN401  annotations are of every type
    """The table's class inside ``tuple[X, ...]``, ``X | None`` or ``dict[str, X]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in annotation.__args__:
        try:
            return _model_in(inner)
        except AttributeError:
            continue
    raise AttributeError(annotation)
