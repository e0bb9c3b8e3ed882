"""A contender's process: it prepares and runs when told to, and tells its seconds and its memory."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import multiprocessing
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from racing.memory import forget_peak, peak_mb
from racing.work import OnDisk

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from racing.task import Arrays, Contender

GRACE_S, PATIENCE_S = 10.0, 120.0  # to end; to start, or to hand over an answer


@dataclass(frozen=True)
class Turn:
    """What one turn took; ``digest`` names the answer."""

    prepare_s: float
    run_s: float
    peak_mb: float
    digest: str


@dataclass
class Lane:
    """The parent's side of a contender's process."""

    module: str
    number: int
    work: Path
    answer: Path
    least_run_s: float
    longest_s: float
    _process: Any = None
    _pipe: Any = field(default=None, repr=False)

    def turn(self) -> Turn:
        """Let it take a turn; raises ``RuntimeError`` with its reason where it cannot."""
        if self._process is None:
            self._start()
        told = self._ask("turn", self.longest_s)
        if isinstance(told, str):
            raise RuntimeError(told)
        return told

    def answers(self) -> dict[str, np.ndarray]:
        """The answer of its last turn."""
        self._ask("answer", PATIENCE_S)
        with np.load(self.answer) as arrays:
            return dict(arrays)

    def _ask(self, what: str, longest_s: float) -> Any:  # noqa: ANN401 - a Turn, a reason, True
        try:
            self._pipe.send(what)
            if self._pipe.poll(longest_s):
                return self._pipe.recv()
        except (EOFError, OSError):
            self.close(kill=True)
            raise RuntimeError("its process died") from None
        self.close(kill=True)
        raise RuntimeError(f"stopped after {longest_s:.0f} s")

    def close(self, kill: bool = False) -> None:
        """End its process; one that does not end when told to is killed."""
        if self._process is None:
            return
        if not kill:
            with contextlib.suppress(OSError):  # it died between two turns
                self._pipe.send("end")
            self._process.join(GRACE_S)
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()
        self._process = None
        self.answer.unlink(missing_ok=True)

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        asked = (theirs, self.module, self.number, self.work, self.answer, self.least_run_s)
        self._process = spawn.Process(target=serve, args=asked, daemon=True)
        self._process.start()
        theirs.close()
        self._ask("ready", PATIENCE_S)


def serve(pipe: Connection, module: str, number: int, folder: Path, answer_file: Path, least_run_s: float) -> None:
    """The contender's side: do as told until the end."""
    with answer_file.with_suffix(".log").open("w", encoding="utf-8") as log:
        os.dup2(log.fileno(), 1)  # some libraries talk, past Python
        os.dup2(log.fileno(), 2)
        contender, work = _entered(module, number, folder)
        answer: dict[str, np.ndarray] = {}
        while (told := pipe.recv()) != "end":
            if told == "answer":
                np.savez(answer_file, **answer)
            if told != "turn":
                pipe.send(True)
                continue
            answer.clear()
            gc.collect()
            try:
                turn, found = taken(contender, work, least_run_s)
            except Exception as fault:  # noqa: BLE001 - told, and the race goes on without it
                pipe.send(f"{type(fault).__name__}: {fault}")
                continue
            answer.update(found)
            del found  # so that the next turn need not hold it, too
            pipe.send(turn)


def _entered(module: str, number: int, folder: Path) -> tuple[Contender, Arrays]:
    task = importlib.import_module(module).TASK
    contender, work = task.contenders[number], OnDisk(folder)
    return contender, work if contender.share == 1 else task.part(work, contender.share)


def taken(contender: Contender, work: Arrays, least_run_s: float) -> tuple[Turn, Arrays]:
    """One turn: prepare, run until ``least_run_s`` are full, and the median of the runs."""
    forget_peak()
    began = time.perf_counter()
    prepared = contender.prepare(work)
    prepare_s = time.perf_counter() - began
    run_s: list[float] = []
    answer: Arrays = {}
    while not run_s or sum(run_s) < least_run_s:
        answer = {}  # nobody holds an answer beside the next
        began = time.perf_counter()
        answer = contender.run(prepared, work)
        run_s.append(time.perf_counter() - began)
    held_mb = peak_mb()
    return Turn(prepare_s, statistics.median(run_s), held_mb, digest_of(answer)), answer


def digest_of(answer: Arrays) -> str:
    """A name for the bytes of an answer."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(answer):
        array = np.ascontiguousarray(answer[name])
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes() if array.dtype.hasobject else memoryview(array).cast("B") if array.size else b"")
    return digest.hexdigest()
