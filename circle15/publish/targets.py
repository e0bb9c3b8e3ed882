"""Targets as a person reads them: documents and domains by their names, states, needs and lights in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from circle15.catalogue.targets.loader import shipped_targets
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from circle15.catalogue.entries import Catalogue

FORMS: dict[str, Any] = {
    "target_year": "text",
    "target_value": "plain",
    "line_value": "plain",
    "target_gap": "plain",
    "next_gap": "plain",
    "computed_value": "plain",
    "light": "light",
}
# Places of a Latin character at most: twenty columns and more are to be read on one page.
WIDEST = {
    "target_department": 16, "indicator": 20, "value_in_words": 12, "need": 18, "next_in_words": 18, "source": 14,
    "light": 4, "line_value": 8, "origin": 10,
}  # fmt: skip
# Figures are shown with so many decimals at most, and with fewer only where nothing is lost by it.
DECIMALS = 4
# Columns that are shown only where they say something.
WHERE_THERE_IS_ANY = (
    "target_department", "value_in_words", "need", "computed_value", "source", "reported_by", "remarks",
)  # fmt: skip


def targets_told(targets: pd.DataFrame, catalogue: Catalogue, lang: str) -> pd.DataFrame:
    """The table of targets with everything by its name, one row per indicator and year."""
    rows = [told(row, catalogue, lang) for row in targets.to_dict("records")]
    frame = pd.DataFrame(rows)
    idle = [name for name in WHERE_THERE_IS_ANY if name in frame and _says_nothing(frame, name)]
    return frame.drop(columns=["origin_id", *idle]) if rows else frame


def _says_nothing(frame: pd.DataFrame, name: str) -> bool:
    """Whether a column has no entry at all, or says the values once more."""
    if name == "value_in_words":
        return all(
            number_in_words(value) == words
            for value, words, origin in zip(frame["target_value"], frame[name], frame["origin_id"], strict=True)
            if origin != "none"
        )
    column = frame[name]
    return bool((column == "").all() if pd.api.types.is_string_dtype(column) else column.isna().all())


def told(row: Mapping[Hashable, Any], catalogue: Catalogue, lang: str) -> dict[str, object]:
    """One row of the table of targets in words."""
    domain = catalogue.domains.get(row["domain"])
    return {
        "target_domain": "" if domain is None else domain.label.in_language(lang),
        "target_department": row["department"],
        "target_position": row["position"],
        "indicator": row["indicator"],
        "unit": row["unit"],
        "indicator_kind": say(f"targets.kind_{row['kind']}", lang),
        "target_year": str(row["year"]),
        "target_text": row["target_text"],
        "target_value": _rounded(row["value"]),
        "value_in_words": value_in_words(row, lang),
        "origin": say(f"targets.origin_{row['origin']}", lang),
        "origin_id": row["origin"],
        "target_state": say(f"targets.state_{row['state']}", lang),
        "target_gap": _rounded(row["gap"]),
        "need": need_in_words(row, lang),
        "light": row["light"],
        "line_value": _rounded(row["line"]),
        "on_line": say(f"targets.line_{row['on_line'] or 'none'}", lang),
        "next_in_words": next_in_words(row, lang),
        "computed_value": _rounded(row["computed"]),
        "source": row["source"],
        "reported_by": row["reported_by"],
        "target_document": title_of(row["document"]),
        "remarks": remarks(row, lang),
    }


def title_of(document: str) -> str:
    """The title of a shipped document; a file of the office's own goes by its name."""
    return next((each.title for each in shipped_targets().documents if each.id == document), document)


def _rounded(value: float) -> float:
    return round(value, DECIMALS) if math.isfinite(value) else value


def number_in_words(value: float) -> str:
    """A number as short as it can be written without hiding what it says.

    Examples
    --------
    >>> number_in_words(85.0), number_in_words(4.53333333), number_in_words(12500.0)
    ('85', '4.5333', '12500')
    """
    # Adding nought turns -0 into 0.
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}".rstrip("0").rstrip(".")


def value_in_words(row: Mapping[Hashable, Any], lang: str) -> str:
    """What stands where: one number, both of a pair, or what was said of a target in words."""
    if row["done"]:
        return say(f"targets.done_{row['done']}", lang)
    if math.isnan(row["value"]):
        return say("terms.no_data", lang)
    both = "" if math.isnan(row["value_second"]) else f"/{number_in_words(row['value_second'])}"
    of = row["value_year"]
    old = not math.isnan(of) and int(of) != int(row["year"])
    text = number_in_words(row["value"]) + both
    return say("targets.value_of_year", lang, value=text, year=int(of)) if old else text


def value_beside_target(row: Mapping[Hashable, Any], lang: str) -> str:
    """What stands where, as it is read beside its target: no more decimals than tell the two apart."""
    return value_in_words({**row, "value": told_apart(row["value"], row["target"])}, lang)


def told_apart(value: float, target: float) -> float:
    """A value with two decimals, or as many more as it takes to tell it from its target.

    Examples
    --------
    >>> told_apart(54.4444, 60.0), told_apart(89.9996, 90.0), told_apart(90.0, 90.0)
    (54.44, 89.9996, 90.0)
    """
    if math.isnan(value) or value == target:
        return value
    return next((round(value, at) for at in (2, 3) if round(value, at) != target), value)


def need_in_words(row: Mapping[Hashable, Any], lang: str) -> str:
    """How many places, sites, towns or villages it takes; "" where nothing is missing or no number mends it."""
    needs = [row["needed"], row["needed_second"]]
    if row["state"] != "short" or all(math.isnan(need) for need in needs) or not row["needed_of"]:
        return ""
    count = "/".join("0" if math.isnan(need) else f"{need:,.0f}" for need in needs[: 1 if math.isnan(needs[1]) else 2])
    unit = row["unit"].removeprefix("万").removeprefix("千") if row["needed_of"] == "unit" else ""
    return say(f"targets.need_{row['needed_of']}", lang, count=count, unit=unit)


def next_in_words(row: Mapping[Hashable, Any], lang: str) -> str:
    """The next year's target, and what is missing to it by today's value."""
    if math.isnan(row["next_year"]):
        return ""
    facts: dict[str, object] = {"year": int(row["next_year"]), "target": number_in_words(row["next_target"])}
    if math.isnan(row["next_gap"]):
        return say("targets.next", lang, **facts)
    return say("targets.next_gap", lang, **facts, gap=number_in_words(row["next_gap"]))


def remarks(row: Mapping[Hashable, Any], lang: str) -> str:
    """What a reader of the row should know."""
    found = [row["remark"]] if row["remark"] else []
    if row["missing_years"]:
        found.append(say("targets.flows_missing", lang, years=row["missing_years"]))
    elif not math.isnan(row["sum_of_flows"]):
        found.append(say("targets.flows_differ", lang, sum=number_in_words(row["sum_of_flows"])))
    computed = row["computed"]
    if row["origin"] == "reported" and not math.isnan(computed) and not math.isclose(computed, row["value"]):
        found.append(say("targets.computed_beside", lang, value=number_in_words(computed)))
    return say("tables.between_sentences", lang).join(found)
