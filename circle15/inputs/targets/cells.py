"""How well a text fits a column of a target table: costs by which a stream of cells is cut into rows."""

from __future__ import annotations

import re
from functools import lru_cache

from circle15.inputs.files.columns import plain
from circle15.inputs.targets.values import read_figure
from circle15.inputs.targets.wording import is_domain, is_unit, is_value_word, looks_like_name, role_of, wording

NEVER = float("inf")
# Most fragments that a cell of each column is cut into.
MOST_FRAGMENTS = {
    "domain": 4, "number": 1, "indicator": 5, "unit": 2, "year": 3, "department": 4, "nature": 1, "other": 2,
}  # fmt: skip
# What it costs to take a cell as absent, because it is merged with the one above or left empty.
ABSENT = {"domain": 0.0, "unit": 3.0, "department": 1.0, "nature": 2.0, "other": 0.5}
# What a cell in words costs that says how far something is to be.
KNOWN_WORDS = 2.0
# A unit that is not known is longer than this only where it is something else: a department, a name.
LONGEST_ODD_UNIT = 3
LEAST_WORDS = 4
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SHORT_UNIT = re.compile(r"[%‰℃㎡²/a-z\u4e00-\u9fff()·、]{1,5}")
_OFFICE = re.compile(r"局|委|办|部|中心|会|院|政府|公司|街道|银行|集团|法院|单位|各")
_OFFICE_END = re.compile(r"(?:局|委|办|中心|部门|厅|院|联合会|工会|街道|单位)$")
_NUMBER = re.compile(r"\(?([0-9]{1,3})[).、]?")


@lru_cache(maxsize=50_000)
def cost_of(role: str, fragments: tuple[str, ...]) -> float:
    """What it costs to read these fragments as one cell of a column; infinite where they cannot be.

    Examples
    --------
    >>> cost_of("year", ("≥40",)), cost_of("year", ("4", "5"))
    (0.0, inf)
    >>> cost_of("year", ("开展", "试点")) < cost_of("year", ("县域就诊率(%)",))
    True
    """
    # A number is a value, and no part of a cell of another column.
    if role in ("domain", "unit", "department", "nature", "other") and any(map(_is_number, fragments)):
        return 0.0 if role == "other" and len(fragments) == 1 else NEVER
    return COSTS[role]("".join(fragments), fragments)


def number_in(text: str) -> int | None:
    """The number of a row; None where the text is none.

    Examples
    --------
    >>> number_in("（12）"), number_in("①"), number_in("12.5")
    (12, 1, None)
    """
    found = _NUMBER.fullmatch(plain(text))
    return int(found[1]) if found else None


def joined_name(fragments: tuple[str, ...]) -> str:
    """The fragments of a name as one; where it holds no Chinese, with blanks between them."""
    return ("" if _CHINESE.search("".join(fragments)) else " ").join(fragments)


def is_balanced(text: str) -> bool:
    """Whether the brackets of a text pair."""
    said = plain(text)
    return said.count("(") == said.count(")")


def _value(text: str, fragments: tuple[str, ...]) -> float:
    if is_domain(text) or role_of(text):
        return NEVER
    found, more = read_figure(text), len(fragments) - 1
    if more and (all(map(_stands_alone, fragments)) or sum(map(_is_whole, fragments)) > 1):
        return NEVER
    if found.unit and not (is_unit(found.unit) or len(found.unit) <= LONGEST_ODD_UNIT):
        return 25.0
    if more and any(looks_like_name(part) for part in fragments):
        return 20.0
    # Squared, so that of several cells each is cut alike rather than one into more pieces.
    joined = 2.0 * more**2
    if found.is_number:
        return joined
    if found.nothing:
        return 0.2 if not more else NEVER
    words = _words(text)
    return words + (joined if words > KNOWN_WORDS else 0.5 * joined)


def _stands_alone(text: str) -> bool:
    found = read_figure(text)
    return found.is_number or found.nothing


def _is_whole(text: str) -> bool:
    """Whether a text is a number, or as many words as a value of its own."""
    return _is_number(text) or (len(text) >= LEAST_WORDS and is_value_word(text))


def _is_number(text: str) -> bool:
    return read_figure(text).is_number


def _words(text: str) -> float:
    """What a cell in words costs; so much, where it may be of another column, that its row is broken rather."""
    if not _CHINESE.search(text) or looks_like_name(text) or _OFFICE_END.search(text) or is_unit(text):
        return 25.0
    if is_value_word(text) and len(text) <= 30 and not re.search(r"\([^()]*$|\)$", plain(text)):
        return KNOWN_WORDS
    return 7.0 if len(text) <= 12 else 20.0


def _name(text: str, fragments: tuple[str, ...]) -> float:
    if len(_CHINESE.findall(text)) < 2 and not re.search("[A-Za-z]{3}", text):
        return NEVER
    if _stands_alone(text) or is_domain(text) or role_of(text) or is_unit(text):
        return 30.0
    cost = 0.0 if is_balanced(text) else 1.5
    # A number that another text is joined to is a value that is left over.
    left_over = sum(_stands_alone(part) or is_unit(part) for part in fragments)
    cost += 20.0 * left_over if len(fragments) > 1 else 0.0
    for at in range(1, len(fragments)):
        begun = "".join(fragments[:at])
        complete = is_balanced(begun) and plain(begun).endswith(")") and looks_like_name(begun)
        cost += 8.0 if complete else 2.5 if not is_balanced(begun) else 4.0
    return cost + (10.0 if len(text) > 60 else 0.0) + (20.0 if "。" in text else 0.0)


def _domain(text: str, fragments: tuple[str, ...]) -> float:
    more = len(fragments) - 1
    if is_domain(text):
        return 0.5 * more
    if re.search(r"[0-9%()（）]", text) or not _CHINESE.search(text) or role_of(text):
        return NEVER
    short = 3.0 if len(text) <= 5 else 5.0
    return (12.0 if looks_like_name(text) or is_value_word(text) else short) + 2.0 * more + 2.0 * max(0, len(text) - 10)


def _number(text: str, fragments: tuple[str, ...]) -> float:
    return 0.0 if len(fragments) == 1 and number_in(text) is not None else NEVER


def _unit(text: str, fragments: tuple[str, ...]) -> float:
    if read_figure(text).is_number or is_domain(text):
        return NEVER
    if read_figure(text).nothing:
        return 0.5
    joined = 5.0 * (len(fragments) - 1)
    if is_unit(text):
        return joined
    odd = 3.0 if _SHORT_UNIT.fullmatch(plain(text)) else 12.0
    return odd + joined + (12.0 if looks_like_name(text) else 0.0)


def _department(text: str, fragments: tuple[str, ...]) -> float:
    if _stands_alone(text) or not _CHINESE.search(text):
        return NEVER
    fits = _OFFICE.search(text) is not None and not looks_like_name(text)
    return (0.0 if fits else 6.0) + 4.0 * (len(fragments) - 1) + (10.0 if is_domain(text) else 0.0)


def _nature(text: str, _: tuple[str, ...]) -> float:
    return 0.0 if plain(text).strip("()") in wording()["words"]["nature"] else 12.0


def _other(text: str, fragments: tuple[str, ...]) -> float:
    if is_domain(text) or looks_like_name(text):
        return 12.0
    return (0.0 if _stands_alone(text) else 2.0) + 2.0 * (len(fragments) - 1)


COSTS = {
    "year": _value, "indicator": _name, "domain": _domain, "number": _number, "unit": _unit,
    "department": _department, "nature": _nature, "other": _other,
}  # fmt: skip
