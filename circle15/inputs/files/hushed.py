"""Silence for libraries that write to the console behind Python's back."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STDERR = 2


@contextmanager
def hushed() -> Iterator[None]:
    """Let nothing reach the console's error stream meanwhile.

    A library in Rust writes the place in its own source where it gave up before Python hears of it; the planner gets a
    sentence instead. Where there is no such stream (a program without console), nothing is done.
    """
    try:
        kept = os.dup(STDERR)
    except OSError:
        yield
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(nowhere)
        os.close(kept)
