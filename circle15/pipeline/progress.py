"""How a long piece of work tells how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    # Called as ``pieces(done, of)``.
    Pieces = Callable[[int, int], None]

# A part of a stage counts for so many pieces of it.
FINE = 1000


class Progress(Protocol):
    """Whom a stage of the work is told to."""

    def __call__(self, stage: str, done: int = 0, of: int = 0, /) -> None:
        """``stage`` begins where ``of`` is 0; else ``done`` pieces of ``of`` are there, by the thread that called."""


def untold(_stage: str, _done: int = 0, _of: int = 0, /) -> None:
    """Tell nobody."""


def no_pieces(_done: int, _of: int) -> None:
    """Tell nobody."""


def of_stage(progress: Progress, stage: str) -> Pieces:
    """How far one stage has come."""
    return lambda done, of: progress(stage, done, of)


def in_parts(pieces: Pieces, parts: int) -> list[Pieces]:
    """For each of some parts, that follow each other, whom to tell how far it has come.

    Examples
    --------
    >>> first, second = in_parts(lambda done, of: print(done / of), 2)
    >>> first(1, 4)
    0.125
    >>> second(4, 4)
    1.0
    """

    def part(number: int) -> Pieces:
        return lambda done, of: pieces(number * FINE + (FINE * done) // max(of, 1), parts * FINE)

    return [part(number) for number in range(parts)]
