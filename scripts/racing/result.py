"""What a record says: medians, ratios, goals reached."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Any

from racing.task import MEASURES


@dataclass(frozen=True)
class Result:
    """A contender's medians, and how many times ours they are; NaN where it has no seconds."""

    name: str
    prepare_s: float
    run_s: float
    peak_mb: float
    times_run: float
    times_all: float
    times_memory: float
    turns: int
    kept: dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """A goal in words, what was reached, and whether that is enough."""

    words: str
    value: float
    reached: float
    at_least: bool

    @property
    def met(self) -> bool:
        """Whether it was reached; never without a figure."""
        return self.reached >= self.value if self.at_least else self.reached <= self.value


def results(record: dict[str, Any]) -> list[Result]:
    """The results of a race, ours first."""
    ours = _medians(record["contenders"][0])
    return [_result(kept, ours) for kept in record["contenders"]]


def _medians(kept: dict[str, Any]) -> tuple[float, float, float]:
    if not kept["run_s"]:
        return math.nan, math.nan, math.nan
    peak_mb = math.nan if kept["peak_mb"] is None else kept["peak_mb"]
    return statistics.median(kept["prepare_s"]), statistics.median(kept["run_s"]), peak_mb


def _result(kept: dict[str, Any], ours: tuple[float, float, float]) -> Result:
    prepare_s, run_s, peak_mb = _medians(kept)
    return Result(
        name=f"{kept['name']} {kept['version']}".strip(),
        prepare_s=prepare_s,
        run_s=run_s,
        peak_mb=peak_mb,
        times_run=_ratio(run_s, ours[1]),
        times_all=_ratio(prepare_s + run_s, ours[0] + ours[1]),
        times_memory=_ratio(peak_mb, ours[2]),
        turns=len(kept["run_s"]),
        kept=kept,
    )


def _ratio(theirs: float, ours: float) -> float:
    return theirs / ours if ours > 0 else math.nan


def goals(record: dict[str, Any]) -> list[Goal]:
    """The goals of a race."""
    return [
        Goal(
            MEASURES[measure].format(name=result.kept["name"]),
            value,
            getattr(result, measure),
            at_least=measure.startswith("times"),
        )
        for result in results(record)
        for measure, value in result.kept["goals"]
    ]
