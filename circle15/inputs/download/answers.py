"""What a server of the Overpass API answers, and whether it is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    Element = dict[str, Any]

KINDS = ("node", "way", "relation")


class NoAnswer(Exception):
    """A server did not answer as it should; ``after_s`` is how long it asks to be left alone, 0 where it does not."""

    def __init__(self, why: str, after_s: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.after_s = after_s


@dataclass(frozen=True, eq=False)
class Elements:
    """OSM objects by id; the times that the servers' data are of, as they say them."""

    nodes: dict[int, Element] = field(default_factory=dict)
    ways: dict[int, Element] = field(default_factory=dict)
    relations: dict[int, Element] = field(default_factory=dict)
    data_times: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.nodes) + len(self.ways) + len(self.relations)


def read_answer(path: Path) -> Elements:
    """One answer as it was stored.

    Raises
    ------
    NoAnswer
        Half an answer, one with an error in it, or something else altogether.
    """
    try:
        return elements_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, UnicodeDecodeError) as fault:
        raise NoAnswer("broken") from fault


def elements_of(answer: object) -> Elements:
    """The objects of an answer.

    Raises
    ------
    NoAnswer
        It holds no objects, says that an error stopped it, or leaves out nodes of its own ways.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        raise NoAnswer("broken")
    if "error" in str(answer.get("remark", "")):  # an answer that ran out of time or memory, and is not whole
        raise NoAnswer("busy")
    found = Elements(data_times=_times(answer))
    try:
        for element in answer["elements"]:
            getattr(found, f"{element['type']}s")[int(element["id"])] = element
        whole = all(node in found.nodes for way in found.ways.values() for node in way["nodes"])
        whole = whole and all({"lon", "lat"} <= node.keys() for node in found.nodes.values())
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise NoAnswer("broken") from fault
    if not whole:
        raise NoAnswer("broken")
    return found


def _times(answer: Element) -> tuple[str, ...]:
    about = answer.get("osm3s")
    time = about.get("timestamp_osm_base") if isinstance(about, dict) else None
    return (str(time),) if time else ()


def together(answers: Iterable[Elements]) -> Elements:
    """Several answers as one, each object once; of an object in several, the one of the later answer stays."""
    whole = Elements()
    times: set[str] = set()
    for answer in answers:
        for kind in KINDS:
            getattr(whole, f"{kind}s").update(getattr(answer, f"{kind}s"))
        times.update(answer.data_times)
    return Elements(whole.nodes, whole.ways, whole.relations, tuple(sorted(times)))
