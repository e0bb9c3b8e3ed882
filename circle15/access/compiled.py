"""Machine code that is compiled once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

Kernel = TypeVar("Kernel", bound="Callable[..., Any]")


def _array(scalar: Any, dimensions: int, readonly: bool) -> Any:
    return numba.types.Array(scalar, dimensions, "C", readonly=readonly)


# A kernel says by these what it only reads and what it fills; arrays of a frozen object cannot be written.
INT = numba.types.int64
INT32 = numba.types.int32
METRES = numba.types.float64
READ_INT = _array(numba.types.int32, 1, readonly=True)
READ_METRES = _array(numba.types.float64, 1, readonly=True)
READ_TABLE = _array(numba.types.float64, 2, readonly=True)
FILL_INT = _array(numba.types.int32, 1, readonly=False)
FILL_METRES = _array(numba.types.float64, 1, readonly=False)


def compiled(returns: Any, *takes: Any) -> Callable[[Kernel], Kernel]:
    """Compile a function to machine code for exactly these types, and keep the code on disk.

    Naming the types means that a new process loads the code and never compiles. It is kept beside the module, or
    in the user's cache folder where the package is installed read-only, or nowhere where neither can be written.
    Exact arithmetic: no fast-math, so that results are the same on every run.
    """

    def compile_kernel(function: Kernel) -> Kernel:
        signature = returns(*takes)
        try:
            return cast("Kernel", numba.njit(signature, cache=True, nogil=True)(function))
        except RuntimeError as fault:
            if "no locator available" not in str(fault):
                raise
            return cast("Kernel", numba.njit(signature, cache=False, nogil=True)(function))

    return compile_kernel
