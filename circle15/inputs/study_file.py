"""``study.toml`` to a checked ``Study``."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from circle15.catalogue.suggestions import closest
from circle15.errors import Circle15Error, ConfigurationError, Faults
from circle15.inputs.files.layers import require_file
from circle15.model.study import Study

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails


# pydantic's findings about numbers, and the names it gives their limits.
TOLD = (
    *("greater_than", "greater_than_equal", "less_than", "less_than_equal"),
    *("float_parsing", "int_parsing", "finite_number"),
)
LIMITS = ("gt", "ge", "lt", "le")


def read_study(path: Path) -> Study:
    """Read and check a study file.

    Raises
    ------
    DataError
        No such file.
    ConfigurationError
        Not TOML, or one wrong key or value.
    Faults
        Several wrong keys or values, all told at once.
    """
    require_file(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as fault:
        raise ConfigurationError("study.not_toml", file=path.name, detail=str(fault)) from fault
    except UnicodeDecodeError as fault:
        raise ConfigurationError("study.not_utf8", file=path.name) from fault
    try:
        return Study.model_validate(content)
    except ValidationError as fault:
        faults = [_told(detail, path.name) for detail in _causes(fault.errors(include_url=False))]
        raise (faults[0] if len(faults) == 1 else Faults(faults)) from None


def _causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the findings that a list is too short where only its entries are wrong."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short" or not any(_within(other["loc"], detail["loc"]) for other in details)
    ]


def _within(inner: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _told(detail: ErrorDetails, file: str) -> Circle15Error:
    """Tell one of pydantic's findings in a planner's words."""
    place, found = _place(detail["loc"]), repr(detail["input"])
    kind, limits = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(detail["loc"], file)
    if kind == "missing":
        return ConfigurationError("study.missing_key", file=file, key=place)
    if kind == "literal_error":
        return ConfigurationError("study.choice", file=file, key=place, found=found, choices=limits["expected"])
    if kind == "value_error":
        return ConfigurationError("study.one_population_source", file=file)
    if kind == "string_pattern_mismatch":
        return ConfigurationError(f"study.pattern_{detail['loc'][-1]}", file=file, found=found)
    if kind in ("too_short", "tuple_type", "list_type"):
        return ConfigurationError("study.needs_entries", file=file, key=place)
    limit = next((limits[bound] for bound in LIMITS if bound in limits), None)
    told = f"study.wrong_{kind}" if kind in TOLD else "study.wrong_value"
    return ConfigurationError(told, file=file, key=place, found=found, limit=limit)


def _place(loc: tuple[int | str, ...]) -> str:
    """A key's place as one reads it in the file: ``facilities[2].datum``, entries counted from 1."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _unknown_key(loc: tuple[int | str, ...], file: str) -> ConfigurationError:
    guess = closest(str(loc[-1]), _keys_at(loc[:-1]))
    key = "study.unknown_key" if guess is None else "study.unknown_key_guess"
    return ConfigurationError(key, file=file, key=_place(loc), guess=guess)


def _keys_at(loc: tuple[int | str, ...]) -> list[str]:
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
