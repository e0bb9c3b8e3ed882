"""What a benchmark is: work, contenders, a test of equality.

A contender is one function that prepares (work -> whatever it keeps) and one that runs (prepared, work -> answer).
Work and answers are mappings of names to arrays, so that they can be handed between processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Arrays = Mapping[str, Any]  # arrays; numbers and words in a work
Measure = str  # one of MEASURES

# What a goal is about: how many times as much as ours, or an absolute of ours.
MEASURES = {
    "times_run": "times as fast as {name}",
    "times_all": "times as fast as {name}, preparing included",
    "times_memory": "times less memory than {name}",
    "run_s": "s for {name} at most",
    "prepare_s": "s of preparing for {name} at most",
    "peak_mb": "MB for {name} at most",
}


@dataclass(frozen=True)
class Contender:
    """One way to do a task.

    Attributes
    ----------
    name, package
        What it is called in the table, and the package whose version is told.
    prepare, run
        The two functions that are timed.
    share
        It does one part in ``share`` of the work, and its seconds are multiplied; for tasks that have ``part`` only.
    tolerance
        How far its answers may be from ours, in the task's unit.
    goals
        What was aimed at: measures and figures, see ``MEASURES``.
    needs_gb
        Memory that must be free before it starts.
    in_quick
        Whether a small race has it, too.
    """

    name: str
    package: str
    prepare: Callable[[Arrays], Any]
    run: Callable[[Any, Arrays], Mapping[str, np.ndarray]]
    share: int = 1
    tolerance: float = 1e-6
    goals: tuple[tuple[Measure, float], ...] = ()
    needs_gb: float = 0.5
    in_quick: bool = True


@dataclass(frozen=True)
class Task:
    """Some work, and who does it; the others are compared with the first contender.

    Attributes
    ----------
    title
        Heading on the page and in the picture.
    work
        Makes the work, or its small version; raises ``Absent`` where data that it needs are not here. The race adds
        ``folder``, where contenders may keep files until it is over.
    contenders
        The first one's answers are what the others' are held against.
    difference
        (ours, theirs, tolerance) -> how far off they are; raises ``Unequal`` beyond the tolerance.
    tell
        What an answer amounts to, in a few words for the table.
    about
        A paragraph for the page: what is done, what is measured, what is not alike. ``{...}`` are facts of the work.
    part
        (work, share) -> one part in ``share`` of the work, only where the work is a plain sum over sites or searches.
    part_of_answer
        (answer, share) -> what our answer is on that part.
    fresh
        Whether every turn is in a new process.
    longest_s
        A turn is stopped after so long; None as the pace of the race says.
    """

    title: str
    about: str
    work: Callable[[bool], Arrays]
    contenders: tuple[Contender, ...]
    difference: Callable[[Arrays, Arrays, float], float]
    tell: Callable[[Arrays], str] = lambda _: ""
    part: Callable[[Arrays, int], Arrays] | None = None
    part_of_answer: Callable[[Arrays, int], Arrays] | None = None
    fresh: bool = False
    longest_s: float | None = None

    def __post_init__(self) -> None:
        if self.part is None and any(contender.share > 1 for contender in self.contenders):
            raise ValueError(f"{self.title}: is no sum, so nobody's part of it can be multiplied")


class Unequal(Exception):
    """A contender's answer is not ours."""


class Absent(Exception):
    """Data that a task needs are not here."""
