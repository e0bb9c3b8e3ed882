"""The race: contenders take turns in rounds; an answer is held against ours before any of its seconds counts."""

from __future__ import annotations

import contextlib
import importlib
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from racing.lane import Lane
from racing.machine import machine, version_of
from racing.memory import free_gb
from racing.task import Unequal
from racing.work import OnDisk, keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from racing.lane import Turn
    from racing.task import Arrays, Contender, Task


@dataclass(frozen=True)
class Pace:
    """How long a race may take.

    Attributes
    ----------
    quick
        Small work, and only the contenders that take part in a small race.
    rounds
        Rounds after the one that warms up.
    least_run_s
        Quick work is repeated in a turn until it has taken so long.
    budget_s
        A contender that has taken so long, without the turn that warmed up, takes no further turn.
    slow_s
        A contender whose first turn takes so long needs no warming up, and takes no other.
    longest_s
        A turn is stopped after so long.
    against
        Only these packages' contenders beside ours; where empty all, or those of a small race.
    """

    quick: bool
    rounds: int
    least_run_s: float
    budget_s: float
    slow_s: float
    longest_s: float
    against: tuple[str, ...] = ()

    def lets_in(self, number: int, contender: Contender) -> bool:
        """Whether a contender takes part; ours, the first, always does."""
        if self.against:
            return not number or contender.package in self.against
        return contender.in_quick or not self.quick


FULL = Pace(quick=False, rounds=5, least_run_s=0.3, budget_s=15.0, slow_s=30.0, longest_s=400.0)
QUICK = Pace(quick=True, rounds=2, least_run_s=0.05, budget_s=3.0, slow_s=5.0, longest_s=60.0)


@dataclass
class Entrant:
    """A contender in a race, with the turns it took."""

    contender: Contender
    lane: Lane
    turns: list[Turn] = field(default_factory=list)
    off: float = 0.0
    told: str = ""
    failed: str = ""
    unequal: bool = False
    checked: set[str] = field(default_factory=set)

    def wants(self, pace: Pace) -> bool:
        """Whether it takes a turn in the coming round; the one that others are compared with takes all."""
        spent_s = [turn.prepare_s + turn.run_s for turn in self.turns]
        if self.failed or not self.lane.number or not spent_s:
            return not self.failed
        return spent_s[0] < pace.slow_s and sum(spent_s[1:]) < pace.budget_s


def race(module: str, pace: Pace, folder: Path) -> dict[str, Any]:
    """Let all contenders of a module's ``TASK`` take turns; the record of it."""
    task: Task = importlib.import_module(module).TASK
    keep({**task.work(pace.quick), "folder": str(folder)}, folder / "work")
    truth: list[Arrays] = []
    with _entrants(task, module, pace, folder) as entrants:
        for number in range(pace.rounds + 1):
            _round(task, entrants, pace, truth)
            print(f"  round {number} of {pace.rounds}", flush=True)
            if entrants[0].failed:
                break
    record = _record(task, entrants, OnDisk(folder / "work").facts, pace)
    shutil.rmtree(folder, ignore_errors=True)
    return record


@contextlib.contextmanager
def _entrants(task: Task, module: str, pace: Pace, folder: Path) -> Iterator[list[Entrant]]:
    entrants = []
    for number, contender in enumerate(task.contenders):
        if not pace.lets_in(number, contender):
            continue
        answer = folder / f"answer{number}.npz"
        least_run_s = 0.0 if task.fresh else pace.least_run_s
        longest_s = pace.longest_s if task.longest_s is None else task.longest_s
        lane = Lane(module, number, folder / "work", answer, least_run_s, longest_s)
        entrants.append(Entrant(contender, lane))
    try:
        yield entrants
    except BaseException:
        for entrant in entrants:
            entrant.lane.close(kill=True)
        raise
    for entrant in entrants:
        entrant.lane.close()


def _round(task: Task, entrants: list[Entrant], pace: Pace, truth: list[Arrays]) -> None:
    for entrant in entrants:
        if not entrant.wants(pace):
            continue
        try:
            _turn(task, entrant, truth)
        except Unequal as fault:
            entrant.failed, entrant.unequal = f"not our answer: {fault}", True
        except RuntimeError as fault:
            entrant.failed = str(fault)
        if task.fresh or entrant.failed:
            entrant.lane.close()
        if entrants[0].failed:
            return


def _turn(task: Task, entrant: Entrant, truth: list[Arrays]) -> None:
    """One turn; a new answer is held against ours, the first of the race."""
    needs_gb = entrant.contender.needs_gb
    if not entrant.turns and free_gb() < needs_gb:
        raise RuntimeError(f"left out: it needs about {needs_gb:g} GB of memory, {free_gb():.1f} are free")
    turn = entrant.lane.turn()
    if turn.digest not in entrant.checked:
        answer = entrant.lane.answers()
        if entrant.checked and not entrant.lane.number:
            raise Unequal("it differs from turn to turn")
        if truth:
            entrant.off = max(entrant.off, _difference(task, entrant.contender, truth[0], answer))
        else:
            truth.append(answer)
        entrant.told = task.tell(answer)
        entrant.checked.add(turn.digest)
    entrant.turns.append(turn)


def _difference(task: Task, contender: Contender, ours: Arrays, theirs: Arrays) -> float:
    """How far an answer is off, on the part of the work that was done."""
    if contender.share > 1 and task.part_of_answer is not None:
        ours = task.part_of_answer(ours, contender.share)
    return task.difference(ours, theirs, contender.tolerance)


def _record(task: Task, entrants: list[Entrant], facts: dict[str, Any], pace: Pace) -> dict[str, Any]:
    return {
        "title": task.title,
        "about": task.about.format(**facts),
        "quick": pace.quick,
        "machine": machine(),
        "contenders": [_result(entrant) for entrant in entrants],
    }


def _result(entrant: Entrant) -> dict[str, Any]:
    """What is kept of a contender: its seconds turn by turn, without the one that warmed up."""
    contender = entrant.contender
    turns = entrant.turns[1:] or entrant.turns
    timed = [] if entrant.failed else turns
    return {
        "name": contender.name,
        "version": version_of(contender.package),
        "share": contender.share,
        "goals": [list(goal) for goal in contender.goals],
        "failed": entrant.failed or ("" if turns else "not raced"),
        "unequal": entrant.unequal,
        "off": entrant.off,
        "told": entrant.told,
        "prepare_s": [turn.prepare_s for turn in timed],
        "run_s": [turn.run_s * contender.share for turn in timed],
        "peak_mb": min((turn.peak_mb for turn in timed), default=None),
    }
