"""Machine code that is compiled once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Kernel = TypeVar("Kernel", bound="Callable[..., object]")
Scalar = TypeVar("Scalar", bound=np.generic)


def _array(scalar: object, dimensions: int = 1, readonly: bool = True) -> object:
    return numba.types.Array(scalar, dimensions, "C", readonly=readonly)  # type: ignore[call-overload]


# The types that kernels take: what they only read, and what they fill.
INT = numba.types.int64
METRES = numba.types.float64
TWO_INTS = numba.types.UniTuple(numba.types.int64, 2)  # type: ignore[no-untyped-call]
READ_INT = _array(numba.types.int32)
READ_ROWS = _array(numba.types.int64)
READ_METRES = _array(numba.types.float64)
READ_TABLE = _array(numba.types.float64, dimensions=2)
FILL_INT = _array(numba.types.int32, readonly=False)
FILL_ROWS = _array(numba.types.int64, readonly=False)
FILL_METRES = _array(numba.types.float64, readonly=False)
FILL_ROWS_TABLE = _array(numba.types.int64, dimensions=2, readonly=False)
FILL_TABLE = _array(numba.types.float64, dimensions=2, readonly=False)


def named(fields: type, *types: object) -> Callable[..., object]:
    """The type of a NamedTuple whose fields have these types."""
    if len(set(types)) == 1:
        return cast("Callable[..., object]", numba.types.NamedUniTuple(types[0], len(types), fields))  # type: ignore[no-untyped-call]
    return cast("Callable[..., object]", numba.types.NamedTuple(types, fields))  # type: ignore[no-untyped-call]


def compiled(returns: Callable[..., object], *takes: object) -> Callable[[Kernel], Kernel]:
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


def read_only(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """The same numbers, contiguous and not to be written: what kernels take for ``READ_...``."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def inlined(function: Kernel) -> Kernel:
    """Write a function into each kernel of the same file that calls it."""
    return cast("Kernel", numba.njit(inline="always")(function))
