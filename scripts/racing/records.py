"""The records of races, one per task, in one file of data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> dict[str, Any]:
    """All records by task; none where nothing was ever raced."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def put(path: Path, name: str, record: dict[str, Any]) -> dict[str, Any]:
    """Put one task's record among the others; all of them. The file is always whole."""
    records = {**read(path), name: record}
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(_rounded(records), indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    beside.replace(path)
    return records


def _rounded(value: Any) -> Any:  # noqa: ANN401 - anything that JSON holds
    """Six digits of every number: what a clock tells."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value
