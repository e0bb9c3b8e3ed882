"""A comparison of two periods as a workbook, as frames, and as a layer of what changed in every unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from circle15.catalogue.entries import ALL_SERVICES
from circle15.publish.causes import CAUSES
from circle15.publish.geopackage import fixed_moment, write_layer
from circle15.publish.tables import Column, Sheet
from circle15.publish.workbook import write_sheets
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from circle15.publish.tables import Form
    from circle15.results.comparison import Comparison

ENDS = ("published_old", "old", "old_under_new", "new", "published_new")
SCORES = ("overall", "balanced_access", "quality", "access")
FRAMES = ("split", "sites", "series")
# The measures of a sheet of services, and how they and their changes are shown.
SERVICE_SHEETS: dict[str, tuple[tuple[str, ...], Form, Form]] = {
    "coverage": (("coverage",), "share", "points"),
    "service_scores": (("access", "root_supply"), "score", "points"),
    "people": (("people", "covered_people"), "count", "count"),
}
SITE_FORMS: dict[str, Form] = {
    "people_in_reach": "count",
    "coverage_points": "points",
    "access_points": "points",
    "balanced_points": "points",
    "quality_points": "points",
    "overall_points": "points",
}
DEFINED = (
    "published_old", "old", "old_under_new", "new", "change", "facilities", "capacity", "population", "network",
    "definitions", "undivided",
)  # fmt: skip
# What the layer of units carries besides scores: the parts of the change of this one.
MAPPED = ("balanced_access", "overall")


def write_comparison(comparison: Comparison, folder: Path, lang: str) -> None:
    """Write ``compare.xlsx``, ``compare.gpkg`` and a parquet file per frame into ``folder``."""
    write_sheets(comparison_sheets(comparison, lang), folder / "compare.xlsx", title(comparison, lang), lang)
    for name in FRAMES:
        frame = getattr(comparison, name)
        frame.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    with fixed_moment():
        write_layer(units_with_changes(comparison), folder / "compare.gpkg", "units")
        notes = [(note.key, note.sentence(lang)) for note in comparison.notes]
        told = pd.DataFrame(notes, columns=["key", "sentence"]).astype("str")
        write_layer(told, folder / "compare.gpkg", "notes")


def title(comparison: Comparison, lang: str) -> str:
    """The place and the two periods."""
    old, new = comparison.periods
    return say("comparison.title", lang, place=comparison.new.study.study.place, old=old, new=new)


def comparison_sheets(comparison: Comparison, lang: str) -> tuple[Sheet, ...]:
    """All sheets, in the order in which they are read."""
    return (
        _summary(comparison, lang),
        *(_of_services(comparison, name, lang) for name in SERVICE_SHEETS),
        _sites(comparison, lang),
        _series(comparison, lang),
        _notes(comparison, lang),
        _definitions(lang),
    )


def listed_units(comparison: Comparison, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the whole area, the listed units (towns), and what lies between."""
    levels = list(comparison.new.zones["level"].unique())
    return frame[frame["level"].isin(levels[: levels.index(comparison.new.listed_level()) + 1])]


def _summary(comparison: Comparison, lang: str) -> Sheet:
    rows = listed_units(comparison, comparison.split)
    rows = rows[rows["service"] == ALL_SERVICES]
    order = rows["measure"].map({measure: at for at, measure in enumerate(SCORES)})
    rows = rows.assign(order=order, unit=_places(rows)).sort_values(["unit", "order"], kind="stable")
    return _split_sheet("summary", rows, ("measure",), "score", "points", comparison, lang)


def _places(rows: pd.DataFrame) -> pd.Series:
    """The number of each row's unit, in the order in which units come."""
    keys = rows["level"] + "\n" + rows["code"]
    return pd.Series(pd.factorize(keys)[0], index=rows.index)


def _of_services(comparison: Comparison, name: str, lang: str) -> Sheet:
    measures, form, change = SERVICE_SHEETS[name]
    rows = listed_units(comparison, comparison.split)
    rows = rows[(rows["service"] != ALL_SERVICES) & rows["measure"].isin(measures)]
    words = ("service",) if len(measures) == 1 else ("service", "measure")
    return _split_sheet(name, rows, words, form, change, comparison, lang)


def _split_sheet(
    name: str, rows: pd.DataFrame, words: tuple[str, ...], form: Form, change: Form, comparison: Comparison, lang: str
) -> Sheet:
    """A unit's name, the figure's own words, both ends, and the parts of the change."""
    causes = [cause for cause in CAUSES if cause != "undivided" or (rows["undivided"] != 0).any()]
    texts = ["level", "name", *words]
    columns = [Column(say(f"comparison.{text}", lang), "text") for text in texts]
    columns += [Column(say(f"comparison.{end}", lang), form) for end in ENDS]
    columns += [Column(say(f"comparison.{cause}", lang), change) for cause in ("change", *causes)]
    told = _in_words(rows, comparison, lang)[[*texts, *ENDS, "change", *causes]]
    return Sheet(say(f"comparison.sheet_{name}", lang), tuple(columns), _rows(told), (title(comparison, lang),))


def _rows(frame: pd.DataFrame) -> tuple[tuple[object, ...], ...]:
    return tuple(frame.itertuples(index=False, name=None))


def _in_words(frame: pd.DataFrame, comparison: Comparison, lang: str) -> pd.DataFrame:
    """Levels, services, measures and what happened by their names."""
    words = {
        "level": {level: say(f"terms.{level}", lang) for level in set(frame["level"])},
        "service": {id_: service_name(comparison, id_, lang) for id_ in set(frame["service"])},
    }
    for column, prefix in (("measure", "measure_"), ("change_word", "")):
        if column in frame:
            words[column] = {word: say(f"comparison.{prefix}{word}", lang) for word in set(frame[column])}
    return frame.assign(**{column: frame[column].map(names) for column, names in words.items()})


def service_name(comparison: Comparison, service: str, lang: str) -> str:
    """A service by its name, also where only one of the periods has it."""
    if service == ALL_SERVICES:
        return say("comparison.all_services", lang)
    known = comparison.old.catalogue.services | comparison.new.catalogue.services
    return known[service].label.in_language(lang)


def _sites(comparison: Comparison, lang: str) -> Sheet:
    rows = listed_units(comparison, comparison.sites)
    rows = rows.rename(
        columns={
            "coverage": "coverage_points",
            "access": "access_points",
            "balanced_access": "balanced_points",
            "quality": "quality_points",
            "overall": "overall_points",
            "change": "change_word",
        }
    )
    told = _in_words(rows, comparison, lang).rename(columns={"change_word": "site_change"})
    texts = ["level", "name", "service", "site_change", "site"]
    columns = [Column(say(f"comparison.{text}", lang), "text") for text in texts]
    columns += [Column(say(f"comparison.{name}", lang), form) for name, form in SITE_FORMS.items()]
    told = told[[*texts, *SITE_FORMS]]
    return Sheet(say("comparison.sheet_sites", lang), tuple(columns), _rows(told), (title(comparison, lang),))


def _series(comparison: Comparison, lang: str) -> Sheet:
    """The scores of the listed units in every period, unit by unit."""
    rows = listed_units(comparison, comparison.series)
    rows = rows[rows["service"] == ALL_SERVICES]
    order = rows["measure"].map({measure: at for at, measure in enumerate(SCORES)})
    levels = rows["level"].map({level: at for at, level in enumerate(comparison.new.zones["level"].unique())})
    rows = rows.assign(order=order, rank=levels).sort_values(["rank", "code", "order", "period"], kind="stable")
    new = comparison.periods[1]
    told = _in_words(rows, comparison, lang).astype({"services": "float64", "all_services": "float64"})
    columns = (
        *(Column(say(f"comparison.{text}", lang), "text") for text in ("level", "name", "measure", "period")),
        Column(say("comparison.as_published", lang), "score"),
        Column(say("comparison.under_definitions", lang, period=new), "score"),
        Column(say("comparison.services", lang), "count"),
        Column(say("comparison.all_services_of_period", lang, period=new), "count"),
    )
    names = ["level", "name", "measure", "period", "as_published", "under_definitions", "services", "all_services"]
    return Sheet(say("comparison.sheet_series", lang), columns, _rows(told[names]))


def _notes(comparison: Comparison, lang: str) -> Sheet:
    column = Column(say("comparison.sentence", lang), "text")
    rows = tuple((note.sentence(lang),) for note in comparison.notes)
    return Sheet(say("comparison.sheet_notes", lang), (column,), rows)


def _definitions(lang: str) -> Sheet:
    columns = (Column(say("comparison.term", lang), "text"), Column(say("comparison.meaning", lang), "text"))
    rows: Iterable[tuple[str, str]] = (
        *((name, "define_published" if name.startswith("published") else f"define_{name}") for name in DEFINED),
        ("sheet_sites", "define_sites"),
        ("sheet_series", "define_series"),
        ("sheet_summary", "define_method"),
    )
    told = tuple((say(f"comparison.{name}", lang), say(f"comparison.{meaning}", lang)) for name, meaning in rows)
    return Sheet(say("comparison.sheet_definitions", lang), columns, told)


def units_with_changes(comparison: Comparison) -> gpd.GeoDataFrame:
    """Every unit of the new period with its scores: ``<score>_old``, ``_new``, ``_change``, and ``_<cause>``."""
    split = comparison.split[comparison.split["service"] == ALL_SERVICES]
    units = comparison.new.zones[["level", "code", "name", "geometry"]]
    for measure in SCORES:
        own = split[split["measure"] == measure].set_index(["level", "code"])
        wanted = ["old", "new", "change", *(CAUSES if measure in MAPPED else ())]
        named = own[wanted].add_prefix(f"{measure}_").reset_index()
        units = units.merge(named, on=["level", "code"], how="left")
    numbers = [column for column in units if units[column].dtype == np.float64]
    return gpd.GeoDataFrame(units, crs=comparison.new.zones.crs).astype(dict.fromkeys(numbers, "float64"))
