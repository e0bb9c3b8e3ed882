"""Whether a value meets a target, how much is missing, and which light that is: rules that are the same every year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from circle15.catalogue.targets.entries import Better, Operator

Light = Literal["green", "amber", "red", "grey"]
# 左右 and 约 allow so much on the wrong side; a value within as much of what is asked is amber.
ABOUT_SHARE = 0.05
NEAR_SHARE = 0.95
# Sums in binary: 85 of 100 is 0.85 give or take this.
DUST = 1e-9
LIGHT_ORDER: tuple[Light, ...] = ("green", "amber", "red", "grey")


def meets(value: float, operator: Operator, target: float, second: float | None, better: Better) -> bool:
    """Whether a value meets a target.

    Parameters
    ----------
    value, target
        In the same unit.
    operator
        As the document writes it. ``=`` is a number that stands alone: no worse than it is enough. ``about`` may fall
        short by 5 %. Of a range (``between``) the less demanding end has to be met.
    second
        The upper end of a range.
    better
        Which way is better, for those that do not say it themselves.

    Examples
    --------
    >>> meets(70, ">", 70, None, "more"), meets(70, "=", 70, None, "more"), meets(9.0, "<", 9, None, "less")
    (False, True, False)
    >>> meets(4.7, "=", 5, None, "less"), meets(9.5, "about", 10, None, "more"), meets(9, "between", 9, 12, "more")
    (True, True, True)
    """
    dust = DUST * max(1.0, abs(target))
    more, less = value >= target - dust, value <= target + dust
    if operator in (">", "<"):
        return value > target + dust if operator == ">" else value < target - dust
    if operator in (">=", "<="):
        return more if operator == ">=" else less
    if operator == "about":
        return _about(value, target, better)
    if operator == "between" and better == "less":
        return value <= (target if second is None else second) + dust
    return more if better == "more" else less


def _about(value: float, target: float, better: Better) -> bool:
    slack = ABOUT_SHARE * abs(target) + DUST
    return value >= target - slack if better == "more" else value <= target + slack


def direction(operator: Operator, better: Better) -> Better:
    """Which way is better: as the operator says, else as the indicator does."""
    if operator in (">", ">="):
        return "more"
    return "less" if operator in ("<", "<=") else better


def gap(value: float, target: float, better: Better) -> float:
    """How much is missing to a target, in its unit; 0 where nothing is.

    Examples
    --------
    >>> gap(80, 85, "more"), gap(10, 9, "less"), gap(90, 85, "more")
    (5, 1, 0.0)
    """
    return max(0.0, target - value) if better == "more" else max(0.0, value - target)


def light(value: float, asked: float, met: bool, on_line: bool, better: Better) -> Light:
    """Green, amber or red.

    Green: the target is met, or its year is not over and the value is on the line to it. Amber: neither, but the value
    is within 5 % of what is asked. Red: further away.

    Parameters
    ----------
    asked
        The target, or where the line stands on that day.
    """
    if met or on_line:
        return "green"
    near = value >= NEAR_SHARE * asked if better == "more" else value * NEAR_SHARE <= asked
    return "amber" if near and math.isfinite(value) else "red"


def worse(one: Light, two: Light) -> Light:
    """The worse of two lights; one that nothing is known of counts as such."""
    return max(one, two, key=LIGHT_ORDER.index)
