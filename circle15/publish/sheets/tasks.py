"""What there is to be done in a town: the open issues of the list, or the under-served areas where there is no list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from circle15.publish.drawing.letters import drawable
from circle15.publish.reasons import reason_in_words
from circle15.words import say

if TYPE_CHECKING:
    import shapely

    from circle15.publish.sheets.material import Material


@dataclass(frozen=True, eq=False)
class Task:
    """One of them: who lacks what where, what would mend it, who does it by when."""

    service: str
    place: str
    people: float
    fix: str
    owner: str
    due: str
    shape: shapely.Geometry

    @property
    def point(self) -> tuple[float, float]:
        """A point of its largest part, where its number lies."""
        parts = getattr(self.shape, "geoms", [self.shape])
        largest = max(parts, key=lambda part: part.area)
        found: tuple[float, float] = largest.representative_point().coords[0]
        return found


def tasks_of(material: Material, code: str) -> list[Task]:
    """The tasks of a town, those that concern most people first; its own name is not said with every place."""
    town = next((str(each.name) for each in material.towns if each.code == code), "")
    if material.issues:
        tasks = [_of_issue(issue, material.lang) for issue in material.issues if issue["town_code"] == code]
    else:
        areas = material.results.underserved
        own = areas[areas["town_code"] == code]
        tasks = [_of_area({str(k): v for k, v in row.items()}, material) for row in own.to_dict("records")]
    tasks = [replace(task, place=task.place.removeprefix(drawable(town)) or task.place) for task in tasks]
    return sorted(tasks, key=lambda task: (-task.people, task.service, task.place))


def _of_issue(issue: dict[str, Any], lang: str) -> Task:
    """An open issue, with what its row says in short."""
    words = {name: drawable(issue[name]) for name in ("service", "place", "unit", "due")}
    fix = say(f"map_sheets.fix_{issue['fix_id']}", lang)
    who, when = words["unit"], words["due"]
    return Task(words["service"], words["place"], issue["people"], fix, who, when, issue["geometry"])


def _of_area(area: dict[str, Any], material: Material) -> Task:
    """An under-served area; the department of its service answers for it, and there is no date."""
    catalogue, lang = material.results.catalogue, material.lang
    service = catalogue.services[area["service"]]
    reason = reason_in_words(area["reason"], area["mode"], lang)
    owner = catalogue.departments[service.department].label.in_language(lang)
    return Task(
        drawable(service.label.in_language(lang)), drawable(area["name"]), area["people"], reason, drawable(owner), "",
        area["geometry"],
    )  # fmt: skip
