"""Cut a stream of cells into rows of a table, the cheapest way that its header allows.

Pages give one cell, or a part of one, per line, and leave out cells that are merged with the one above. Which line is
what follows from the header: so many columns, of these kinds, in this order. Of all ways to cut the stream into rows
the one is taken that costs least: a number in a column of years costs nothing, a word there costs something, a text
that looks like an indicator's name much more. A row whose cells do not fill its columns is told as such, and never
completed from its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from circle15.inputs.targets.cells import ABSENT, MOST_FRAGMENTS, NEVER, cost_of, number_in
from circle15.inputs.targets.wording import is_domain, is_furniture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Action = Literal["cell", "absent", "furniture", "header", "unread", "broken"]
# Position in the stream, column of the row, number of the last row.
State = tuple[int, int, int]

# What numbers out of order cost, a row that is broken, its tokens, a token that nothing explains.
RESTART, SKIPPED = 3.0, 12.0
BROKEN, BROKEN_TOKEN, UNREAD, FURNITURE = 14.0, 0.5, 9.0, 0.3
# A way that has cost so much more than the cheapest to the same place is not followed: more than three broken rows.
HOPELESS = 80.0
MOST_SKIPPED = 5
SURELY_NO_NAME = 20.0
UNNUMBERED = {"strict": 25.0, "loose": 2.0}


@dataclass(frozen=True)
class Step:
    """One step of a cut: what the tokens from ``start`` to before ``end`` were taken for."""

    action: Action
    role: str
    start: int
    end: int


@dataclass
class _Search:
    """The cheapest way found so far to every state."""

    best: dict[State, float] = field(default_factory=dict)
    back: dict[State, tuple[State, Step]] = field(default_factory=dict)


def cut_rows(
    texts: Sequence[str], roles: Sequence[str], header: Sequence[str], before: int = 0, unnumbered: float = 25.0
) -> list[Step]:
    """The steps of the cheapest cut of a stream of cells.

    Parameters
    ----------
    texts
        The cells or parts of cells behind the header.
    roles
        The columns in order, ``year`` for each column of values.
    header
        The texts of the header, which may stand again at the head of a page.
    before
        The number of the last row before these.
    unnumbered
        What a row without its number costs, where there is a column of numbers.
    """
    found = _Search({(0, 0, before): 0.0})
    layers: list[set[State]] = [set() for _ in range(len(texts) + 1)]
    layers[0].add((0, 0, before))
    for layer in layers:
        hopeless = min((found.best[state] for state in layer), default=0.0) + HOPELESS
        for column in range(len(roles)):
            for state in sorted(state for state in layer if state[1] == column and found.best[state] <= hopeless):
                for cost, after, step in _moves(state, texts, roles, header, unnumbered):
                    total = found.best[state] + cost
                    if total < found.best.get(after, NEVER):
                        found.best[after], found.back[after] = total, (state, step)
                        layers[after[0]].add(after)
    return _steps(found, len(texts), (0, 0, before))


def _steps(found: _Search, end: int, start: State) -> list[Step]:
    """The steps from the start to the cheapest end between rows."""
    ends = [state for state in found.best if state[0] == end and state[1] == 0]
    state = min(ends, key=lambda each: (found.best[each], each))
    steps: list[Step] = []
    while state != start:
        state, step = found.back[state]
        steps.append(step)
    return steps[::-1]


Move = tuple[float, State, Step]


def _moves(
    state: State, texts: Sequence[str], roles: Sequence[str], header: Sequence[str], unnumbered: float
) -> Iterator[Move]:
    at, column, number = state
    role = roles[column]
    following = (column + 1) % len(roles)
    for end in range(at + 1, min(at + MOST_FRAGMENTS[role], len(texts)) + 1):
        cost = cost_of(role, tuple(texts[at:end]))
        if cost < NEVER:
            after, extra = _numbered(role, texts[at], number)
            if extra == NEVER:
                continue
            yield cost + extra, (end, following, after), Step("cell", role, at, end)
    absent = unnumbered if role == "number" else ABSENT.get(role, NEVER)
    if absent < NEVER and not (following == 0 and at == 0):
        yield absent, (at, following, number), Step("absent", role, at, at)
    if column == 0:
        yield from _between(at, number, texts, roles, header)


def _numbered(role: str, text: str, number: int) -> tuple[int, float]:
    """The number of the row, and what it costs where it does not follow the last one."""
    said = number_in(text) if role == "number" else None
    if said is None:
        return number, 0.0
    if said == number + 1:
        return said, 0.0
    if said == 1:
        return said, RESTART
    return said, SKIPPED if number < said <= number + MOST_SKIPPED else NEVER


def _between(at: int, number: int, texts: Sequence[str], roles: Sequence[str], header: Sequence[str]) -> Iterator[Move]:
    """What may stand between two rows, or instead of one."""
    if at >= len(texts):
        return
    if _repeats(texts, at, header):
        end = at + len(header)
        yield 0.0, (end, 0, number), Step("header", "", at, end)
    if is_furniture(texts[at]):
        yield FURNITURE, (at + 1, 0, number), Step("furniture", "", at, at + 1)
    yield UNREAD, (at + 1, 0, number), Step("unread", "", at, at + 1)
    said = _row_number(texts, at, roles)
    if said == number + 1 or is_domain(texts[at]) or cost_of("indicator", (texts[at],)) < SURELY_NO_NAME:
        # Where rows are numbered, one without its number is the rest of a row whose number was taken for a value.
        beheaded = UNNUMBERED["strict"] if "number" in roles and said != number + 1 else 0.0
        for end in range(at + 2, min(at + len(roles) + 6, len(texts)) + 1):
            cost = BROKEN + BROKEN_TOKEN * (end - at) + beheaded
            yield cost, (end, 0, said or number), Step("broken", "", at, end)


def _row_number(texts: Sequence[str], at: int, roles: Sequence[str]) -> int | None:
    """The number of a row that begins here, behind its domain."""
    if "number" not in roles:
        return None
    for place in range(at, min(at + 3, len(texts))):
        said = number_in(texts[place])
        if said is not None or not (is_domain(texts[place]) or is_domain("".join(texts[at : place + 1]))):
            return said
    return None


def _repeats(texts: Sequence[str], at: int, header: Sequence[str]) -> bool:
    return bool(header) and list(texts[at : at + len(header)]) == list(header)
