"""Spoilt inputs of every kind: each is read or refused in a sentence, and none reaches beyond the workspace."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections import defaultdict
from typing import TYPE_CHECKING

from mutated_study import Case, SpoiltStudy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

TITLE = "Spoilt inputs"
FULL = 10_000
WORKERS = 4
HANGS_AFTER_S = 120.0  # of waiting: other programs may hold the processor meanwhile


def section(count: int) -> str:
    """Read ``count`` spoilt files; raises at the end with every case that went wrong."""
    cases = list(_all_cases(count))
    wrong = [f"case {case.number} ({case.kind}): {case.detail}" for case in cases if case.detail]
    if wrong:
        raise AssertionError("\n\n".join([f"{len(wrong)} of {count} cases", *wrong]))
    by_kind: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case)
    rows = [_row(kind, by_kind[kind]) for kind in sorted(by_kind)]
    return "\n".join([_intro(count), "", *HEAD, *rows, _row("all", cases)])


HEAD = (
    "| file | cases | accepted | refused | tracebacks | paths outside | sockets | slowest |",
    "|---|---|---|---|---|---|---|---|",
)


def _intro(count: int) -> str:
    return (
        f"{count:,} files of a study of every format, each spoilt by turned, lost, doubled and zeroed bytes, hostile "
        "texts, other encodings, the contents of other files, texts that point to a server, or spoilt parts of a "
        "workbook; in `study.toml` hostile names of files too. Each was read by the readers of its part of the study, "
        "one in fifty by the whole of `circle15 check`, and each by what `init --from` looks at folders with. "
        "A refusal is a sentence in both languages. An audit hook, a listing of the folders before and after, and a "
        "server that nobody may call look out for paths and sockets; a reader that hangs or dies would be a case that "
        "went wrong."
    )


def _row(kind: str, cases: list[Case]) -> str:
    counts = {became: sum(case.became == became for case in cases) for became in ("accepted", "refused")}
    slowest = max(case.seconds for case in cases)
    return f"| {kind} | {len(cases):,} | {counts['accepted']:,} | {counts['refused']:,} | 0 | 0 | 0 | {slowest:.1f} s |"


def _all_cases(count: int) -> Iterator[Case]:
    """Every case, from several processes: one that hangs or dies is replaced, and its case is a finding."""
    context = multiprocessing.get_context("spawn")
    workers = {at: _Worker(context, at, count) for at in range(WORKERS)}
    while workers:
        for at, worker in list(workers.items()):
            case = worker.next_case()
            if case is None:
                del workers[at]
            else:
                yield case


class _Worker:
    """A process that runs every ``WORKERS``-th case, and the next of them that is due."""

    def __init__(self, context: multiprocessing.context.SpawnContext, first: int, count: int) -> None:
        self.context, self.due, self.count = context, first, count
        self._start()

    def _start(self) -> None:
        self.answers, there = self.context.Pipe(duplex=False)
        self.process = self.context.Process(target=_run, args=(range(self.due, self.count, WORKERS), there))
        self.process.start()
        there.close()

    def next_case(self) -> Case | None:
        """The next case; None after the last."""
        if self.due >= self.count:
            self.process.join()
            return None
        number, self.due = self.due, self.due + WORKERS
        try:
            if self.answers.poll(HANGS_AFTER_S):
                case: Case = self.answers.recv()
                return case
            fault = f"hangs for more than {HANGS_AFTER_S:.0f} s"
        except EOFError:
            self.process.join()
            fault = f"the process died: exit code {self.process.exitcode}"
        self.process.kill()
        self.process.join()
        if self.due < self.count:
            self._start()
        return Case(number, "?", "finding", 0.0, fault)


def _run(numbers: range, answers: Connection) -> None:
    with tempfile.TemporaryDirectory() as home:
        study = SpoiltStudy(home)
        for number in numbers:
            answers.send(study.run(number))
    answers.close()
