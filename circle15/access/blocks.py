"""Long work in blocks, over several threads, in the same order and with the same results as over one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Work = TypeVar("Work")
Result = TypeVar("Result")


def in_order(
    do: Callable[[Work], Result],
    work: Sequence[Work],
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Result]:
    """The results of each piece of work, in the order of the work, however many threads do it.

    Parameters
    ----------
    do
        What is to be done; compiled kernels let other threads run meanwhile.
    work
        Its pieces.
    threads
        How many at a time.
    progress
        Called as ``progress(done, of)`` when results are there, in order, by the calling thread.

    Examples
    --------
    >>> list(in_order(abs, [-3, 2], threads=2, progress=lambda done, of: print(done, of)))
    1 2
    2 2
    [3, 2]
    """
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        results = pool.map(do, work) if threads > 1 else map(do, work)
        for done, result in enumerate(results, start=1):
            if progress is not None:
                progress(done, len(work))
            yield result
