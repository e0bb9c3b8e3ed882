"""The tables of ``study.toml``, each with the questions and remarks that go with it as comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.inputs.recognise.folder import LAYERS
from circle15.inputs.recognise.found import shown
from circle15.model.ledger import Note
from circle15.model.toml_text import comment, inline_table, list_value, text_value
from circle15.words import say
from circle15.workspace.proposal import ADMIN_LEVELS, only_units
from circle15.workspace.questions import datum_question, patch_question, people_questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from circle15.inputs.recognise.found import Found
    from circle15.workspace.form import Form

    Entries = list[tuple[str, str]]


def _table(header: str, entries: Entries, remarks: tuple[str, ...] = ()) -> str:
    lines = [*map(comment, remarks), header, *(f"{key} = {value}" for key, value in entries)]
    return "\n".join(lines) + "\n"


def _asked(note: Note, form: Form) -> str:
    return say("init.please_answer", form.lang, question=note.sentence(form.lang))


def _remarks(found: Found, form: Form) -> tuple[str, ...]:
    notes = (*found.remarks, *((Note("init.encoding_added", {"encoding": found.encoding}),) if found.encoding else ()))
    return tuple(note.sentence(form.lang) for note in notes)


def _columns(found: Found) -> Entries:
    return [(key, text_value(header)) for key, header in found.columns]


def _part(found: Found, key: str) -> Entries:
    return [(key, text_value(found.part))] if found.part else []


def _file(found: Found, form: Form, key: str = "file") -> Entries:
    return [(key, text_value(form.file(found)))]


def _zones(form: Form) -> str:
    if not form.proposal.zones:
        asked = _asked(Note("init.ask_zones"), form)
        return _table("[[zones]]", [("file", '""'), ("level", '"town"')], (asked,))
    return "\n".join(_zone(found, form) for found in form.proposal.zones)


def _zone(found: Found, form: Form) -> str:
    entries = [*_file(found, form), ("level", text_value(found.level)), *_part(found, "layer"), *_columns(found)]
    if found.is_osm:
        entries.append(("admin_level", str(ADMIN_LEVELS[found.level])))
    only = only_units(found, form.place) if found.level == "county" else ()
    if only:
        entries.append(("only", list_value(only)))
    several = found.level == "county" and not only and len(set(found.names)) > 1
    remarks = (say("init.several_counties", form.lang, names=_some(found.names)),) if several else ()
    return _table("[[zones]]", entries, (*_remarks(found, form), *remarks))


def _some(names: tuple[str, ...]) -> str:
    told = sorted({shown(name) for name in names if name})
    return "、".join(told[:10]) + ("…" if len(told) > 10 else "")


def _of_units(header: str, found: Found, form: Form) -> str:
    """A table of figures or names per unit."""
    asked = () if found.level else (_asked(Note("init.ask_level", {"file": found.label()}), form),)
    entries = [*_file(found, form), ("level", text_value(found.level)), *_part(found, "sheet"), *_columns(found)]
    return _table(header, entries, (*_remarks(found, form), *asked))


def _official_units(form: Form) -> str:
    tables = form.proposal.official_units
    return "".join(_of_units("[[official_units]]", found, form) for found in tables) or _unused(
        "[[official_units]]", "file", "level"
    )


def _unused(header: str, *keys: str) -> str:
    """An optional table that nothing was found for."""
    return comment("\n".join((header, *(f'{key} = ""' for key in keys)))) + "\n"


def _crosswalk(form: Form) -> str:
    found = form.proposal.crosswalk
    if found is None:
        return _unused("[crosswalk]", "file")
    return _table("[crosswalk]", [*_file(found, form), *_part(found, "sheet"), *_columns(found)])


def _network(form: Form) -> str:
    found = form.proposal.network
    if found is None:
        return _table("[network]", [("file", '""')], (_asked(Note("init.ask_network"), form),))
    return _table("[network]", [*_file(found, form), *_part(found, "layer")], _remarks(found, form))


def _patch(form: Form) -> str:
    found = form.proposal.patch
    if found is None:
        return _unused("[network.patch]", "file")
    question = patch_question(found)
    asked = () if question is None else (_asked(question, form),)
    datum = [("datum", text_value(found.datum))] if found.datum or asked else []
    return _table("[network.patch]", [*_file(found, form), *_part(found, "sheet"), *datum], asked)


def _population(form: Form) -> str:
    proposal = form.proposal
    asked = tuple(_asked(note, form) for note in people_questions(proposal))
    if proposal.raster is not None:
        return _table(
            "[population]", _file(proposal.raster, form, "raster"), (*_remarks(proposal.raster, form), *asked)
        )
    found = proposal.buildings
    if found is None:
        return _table("[population]", [("raster", '""')], asked)
    entries = [*_file(found, form, "buildings"), *_part(found, "layer"), *_columns(found)]
    return _table("[population]", entries, (*_remarks(found, form), *asked))


def _totals(form: Form) -> str:
    found = form.proposal.totals
    if found is None:
        return _unused("[population.totals]", "file", "level")
    return _of_units("[population.totals]", found, form)


def _landuse(form: Form) -> str:
    found = form.proposal.landuse
    if found is None:
        return _unused("[population.landuse]", "file")
    entries = [*_file(found, form), *_part(found, "layer"), *_columns(found), ("residential", list_value(found.values))]
    return _table("[population.landuse]", entries)


def _groups(form: Form) -> str:
    tables = form.proposal.groups
    return "".join(_of_units("[[population.groups]]", found, form) for found in tables) or _unused(
        "[[population.groups]]", "file", "level"
    )


def _compare(_: Form) -> str:
    return _unused("[population.compare]", "raster")


def _facilities(form: Form) -> str:
    told = [_facility(found, form) for found in form.proposal.facilities]
    told += [_put_aside(_facility(found, form)) for found in form.proposal.uncertain]
    templates = [_template(service, name, form) for service, name in form.templates]
    if form.proposal.facilities and templates:
        templates = [comment(say("init.templates_aside", form.lang)) + "\n", *map(_put_aside, templates)]
    return "\n" + "\n".join([*told, *templates] or [_nothing_listed(form)])


def _put_aside(table: str) -> str:
    """A table as comments, to be taken into use by hand."""
    lines = (line if line.startswith("#") else f"# {line}" for line in table.rstrip("\n").split("\n"))
    return "\n".join(lines) + "\n"


def _facility(found: Found, form: Form) -> str:
    entries = [("service", text_value(found.service)), *_file(found, form)]
    entries += _part(found, "layer" if found.path.suffix.lower() in (*LAYERS, ".zip") else "sheet")
    entries.append(("datum", text_value(found.datum)))
    if found.columns:
        entries.append(("columns", inline_table(dict(found.columns))))
    label = (form.labels[found.service].in_language(form.lang),) if found.service else ()
    asked = () if found.service else (_asked(Note("init.ask_service", {"file": found.label()}), form),)
    question = datum_question(found)
    told = say("init.hinted", form.lang, datum=found.datum) if question is None else _asked(question, form)
    return _table("[[facilities]]", entries, (*label, *asked, *_remarks(found, form), told))


def _template(service: str, name: str, form: Form) -> str:
    """A list that is still to be filled in."""
    sheet = say("template.sheet", form.lang)
    entries = [
        ("service", text_value(service)),
        ("file", text_value(name)),
        ("sheet", text_value(sheet)),
        ("datum", '""'),
    ]
    return _table("[[facilities]]", entries, (form.labels[service].in_language(form.lang),))


def _nothing_listed(form: Form) -> str:
    asked = _asked(Note("init.ask_facilities"), form)
    return _table("[[facilities]]", [("service", '""'), ("file", '""'), ("datum", '""')], (asked,))


SECTIONS: dict[str, Callable[[Form], str]] = {
    "zones": _zones,
    "official_units": _official_units,
    "crosswalk": _crosswalk,
    "network": _network,
    "patch": _patch,
    "population": _population,
    "totals": _totals,
    "landuse": _landuse,
    "groups": _groups,
    "compare": _compare,
    "facilities": _facilities,
}
