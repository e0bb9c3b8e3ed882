"""What the reader of a study's numbers should know about its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.model.ledger import Note
from circle15.pipeline.notes.around import surroundings_notes
from circle15.pipeline.notes.gaps import gap_notes
from circle15.pipeline.notes.joins import join_notes
from circle15.pipeline.notes.needs import need_notes
from circle15.pipeline.notes.one_way import one_way_notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from circle15.pipeline.reading.study_inputs import StudyInputs
    from circle15.pipeline.search.searching import Searched

# The notes that bear most on the numbers first; those not named here, what was merely counted or mended, come last.
BY_WEIGHT = (
    # Lists that may lie some hundred metres off.
    "fit.looks_like", "fit.lists_apart", "fit.lists_apart_else",
    # Sites and people that are left out.
    "study.no_facilities", "facilities.none_tagged", "facilities.excluded_rows", "zones.incomplete", "zones.no_shape",
    "network.perhaps_cut", "network.incomplete_ways", "population.gap_left", "population.outside_totals",
    "sheets.other_sheets", "sheets.no_list", "sheets.hidden", "sheets.formula_error", "sheets.beyond_headers",
    "repair.nobodys", "raking.groups_units_missing",
    "population.raster_uncovered", "raking.not_a_count", "raking.nobody_there", "raking.groups_outside_units",
    # What is most likely something else than it is taken for.
    "population.raster_density", "population.raster_dense", "raking.margins_differ", "raking.total_row_differs",
    "raking.count_over_people", "raking.factor_far", "raking.name_shared", "population.raster_nodata_taken",
    "population.raster_nodata_absent",
    # What is not known.
    "population.uncovered_residential", "population.uncovered_area", "population.raster_bad_pixels",
    "population.groups_partly_known", "population.ages_off_total", "population.no_floors_column",
    "population.floors_unknown", "raking.column_unused",
    "study.class_unknown", "zones.class_unknown", "facilities.capacities_unread",
    "rows.capacity_header",
    "study.no_outside_streets", "rules.no_outside_streets", "study.no_outside_facilities",
    "capacity.unknown", "capacity.no_group", "capacity.no_standard", "capacity.some_unknown", "capacity.outside",
    "index_notes.quality_none", "index_notes.quality_of", "index_notes.flag_unknown",
    "inequality.disagree", "inequality.flag_not_listed", "inequality.no_villages", "inequality.response_only_drive",
    "served.rows",
    # What stands in for what is not known.
    "study.group_fallback", "population.factors", "population.spread_area", "population.spread_residential",
    "population.none_on_residential_land",
    # What cannot be told apart.
    "quality.shared_name",
    # Off the streets, and on streets that lead nowhere.
    "access.facilities_off_network", "quality.facility_off_network", "rules.facilities_off_network",
    "access.cells_off_network", "rules.cells_off_network", "gaps.far",
    "gaps.sparse", "access.facilities_on_islands", "quality.facility_on_island",
    "rules.facilities_on_islands", "access.cells_on_islands", "rules.cells_on_islands",
    # Standards that are judged more simply than they are written.
    "study.needs_not_counted", "rules.need_absent", "rules.kinds_unknown", "rules.no_one_way",
    # What the tables do not show singly, and what the settings did.
    "study.scattered", "network.classes_left_out", "network.islands_ignored",
    "compounds.effect", "compounds.effect_none", "compounds.gated", "compounds.open", "compounds.none",
    "compounds.behind", "compounds.gates_at_forks", "compounds.too_long", "compounds.not_in_graph", "patch.done",
    "facilities.entrances_apart", "facilities.entrances_named", "rows.alike", "rows.doubted", "fit.undecided",
    "inequality.kappa_partly", "inequality.kappa_of_this_run",
)  # fmt: skip
# The statistics of the streets, after all others.
LAST = "network."


def by_weight(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes as a reader with little time should meet them; those of equal weight as they came.

    Examples
    --------
    >>> [note.key for note in by_weight([Note("network.ways"), Note("zones.mended"), Note("study.no_facilities")])]
    ['study.no_facilities', 'zones.mended', 'network.ways']
    """
    return tuple(sorted(notes, key=_place))


def _place(note: Note) -> int:
    return weight_of(note.key)


def weight_of(key: str) -> int:
    """A number that is smaller the more a sentence bears on the numbers.

    Examples
    --------
    >>> weight_of("study.no_facilities") < weight_of("zones.mended") < weight_of("network.ways")
    True
    """
    return BY_WEIGHT.index(key) if key in BY_WEIGHT else len(BY_WEIGHT) + key.startswith(LAST)


def counted_groups(inputs: StudyInputs) -> dict[str, str]:
    """The group that each service counts: its own where the place has figures for it, else the fallback."""
    return {
        service.id: inputs.population.group_or_fallback(service.group, inputs.catalogue.groups[service.group].fallback)
        for service in inputs.catalogue.services.values()
    }


def observations(inputs: StudyInputs, searched: Searched, counted: Mapping[str, str]) -> tuple[Note, ...]:
    """All notes that only the joined data can give."""
    of_files, of_surroundings = input_observations(inputs, counted)
    return (
        *of_files,
        *join_notes(inputs, searched),
        *gap_notes(inputs, searched.on_foot.cells),
        *of_surroundings,
    )


def input_observations(inputs: StudyInputs, counted: Mapping[str, str]) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """The notes that the files give when looked at together, before any search; and those about what lies around."""
    files = (*_fallbacks(inputs, counted), *need_notes(inputs), *one_way_notes(inputs), *_unclassed(inputs))
    return files, surroundings_notes(inputs)


def _fallbacks(inputs: StudyInputs, counted: Mapping[str, str]) -> list[Note]:
    groups = inputs.catalogue.groups
    return [
        Note(
            "study.group_fallback",
            {"service": service.label, "group": groups[service.group].label, "counted": groups[counted[id_]].label},
        )
        for id_, service in inputs.catalogue.services.items()
        if counted[id_] != service.group
    ]


def _unclassed(inputs: StudyInputs) -> list[Note]:
    levels = [level for level in inputs.zones.levels if level != "village"]
    units = inputs.zones.at_level(levels[-1])
    count = int((units["urban_rural"] == "").sum())
    return [Note("study.class_unknown", {"count": count})] if count else []
