"""Labels on a map: none covers another; what finds no room is left out, the less important first, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Where a label may lie around its point, the best places first: to the right and left, above and below, in the corners.
AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
# How far away it may lie at most, in steps of its own height; from the second step on a line leads to its point.
STEPS = (0.0, 1.0, 2.0, 3.2, 4.5)


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, in millimetres; y grows down."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def holds(self, other: Box) -> bool:
        """Whether the other lies within this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Label:
    """What is to be placed: ``key`` names it, ``x, y`` is its point, ``clear`` the space that the point itself takes.

    ``centred`` labels lie on their point where they can: names of areas.
    """

    key: str
    x: float
    y: float
    width: float
    height: float
    clear: float = 0.0
    centred: bool = False


@dataclass(frozen=True)
class Placed:
    """A label in its place; ``led`` where a line leads from it to its point."""

    label: Label
    box: Box
    led: bool


@dataclass(frozen=True)
class Placement:
    """Labels in their places, and those that found none."""

    placed: tuple[Placed, ...]
    dropped: tuple[Label, ...]


def place_labels(
    labels: Sequence[Label], frame: Box, taken: Sequence[Box] = (), avoided: Sequence[Box] = ()
) -> Placement:
    """Find a place for each label, those named first first.

    Parameters
    ----------
    labels
        The most important first.
    frame
        Where all of them must lie.
    taken
        What none of them may cover.
    avoided
        What they cover only where they must: the place that covers least of these is taken, the best of several.

    Examples
    --------
    >>> both = [Label(name, 5.0, 5.0, 4.0, 2.0) for name in ("a", "b")]
    >>> found = place_labels(both, Box(0, 0, 20, 20))
    >>> [placed.label.key for placed in found.placed], found.placed[0].box.overlaps(found.placed[1].box)
    (['a', 'b'], False)
    """
    full, placed, dropped = list(taken), [], []
    for label in labels:
        found = _best(label, frame, full, avoided)
        if found is None:
            dropped.append(label)
        else:
            placed.append(found)
            full.append(found.box)
    return Placement(tuple(placed), tuple(dropped))


def _best(label: Label, frame: Box, full: Sequence[Box], avoided: Sequence[Box]) -> Placed | None:
    """The first free place that covers nothing to be avoided, else the one that covers least."""
    best, least = None, 0
    for found in _candidates(label):
        if not frame.holds(found.box) or any(found.box.overlaps(other) for other in full):
            continue
        covered = sum(found.box.overlaps(other) for other in avoided)
        if covered == 0:
            return found
        if best is None or covered < least:
            best, least = found, covered
    return best


def _candidates(label: Label) -> Iterator[Placed]:
    """The places of a label, the best first."""
    if label.centred:
        yield Placed(label, _box(label, label.x, label.y), led=False)
    for step in STEPS:
        away = label.clear + step * label.height
        for across, down in AROUND:
            x = label.x + across * (away + label.width / 2)
            y = label.y + down * (away + label.height / 2)
            led = step > STEPS[1] or (step > 0 and not label.centred)
            yield Placed(label, _box(label, x, y), led)


def _box(label: Label, x: float, y: float) -> Box:
    """The label's box around a middle."""
    return Box(x - label.width / 2, y - label.height / 2, x + label.width / 2, y + label.height / 2)
