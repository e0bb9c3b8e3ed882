"""Work that may fail, tried side by side so that all faults are told in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from circle15.errors import Circle15Error, Faults

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")


class Attempt(Generic[Made]):
    """One piece of work, done at once; its fault is kept until ``raise_faults``.

    Examples
    --------
    >>> good = Attempt(lambda: 15)
    >>> raise_faults(good)
    >>> good.value
    15
    """

    def __init__(self, work: Callable[[], Made]) -> None:
        self.faults: tuple[Circle15Error, ...] = ()
        self._made: tuple[Made, ...] = ()
        try:
            self._made = (work(),)
        except Faults as several:
            self.faults = several.faults
        except Circle15Error as fault:
            self.faults = (fault,)

    @property
    def value(self) -> Made:
        """What the work made; ask after ``raise_faults`` only."""
        return self._made[0]


def raise_faults(*attempts: Attempt[Made]) -> None:
    """Raise the faults of all attempts together.

    Raises
    ------
    Circle15Error
        The only fault, or ``Faults`` where there are several.
    """
    faults = [fault for attempt in attempts for fault in attempt.faults]
    if faults:
        raise faults[0] if len(faults) == 1 else Faults(faults)
