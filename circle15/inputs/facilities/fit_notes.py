"""What the test of fit says of every list of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circle15.catalogue.entries import Label
from circle15.inputs.facilities.fit import fit_list, verdict
from circle15.inputs.facilities.fit_pair_notes import pair_notes
from circle15.inputs.facilities.fit_pairs import ListedPlaces
from circle15.inputs.facilities.fit_trials import CANDIDATES
from circle15.inputs.files.datum import shifted_to
from circle15.model.ledger import Note, Place
from circle15.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from circle15.catalogue.entries import Service
    from circle15.inputs.facilities.fit import Fit, Truth
    from circle15.model.facilities import FacilityLayer
    from circle15.model.ledger import Ledger, LedgerRow
    from circle15.model.study import Datum, FacilitySource

KEYS = {"as_declared": "fit.as_declared", "looks_like": "fit.looks_like", "undecided": "fit.undecided"}
Declared = dict[tuple[str, str], "Datum"]


def fit_notes(
    sources: Sequence[FacilitySource],
    services: Mapping[str, Service],
    account: Ledger,
    facilities: FacilityLayer,
    truth: Truth,
) -> tuple[Note, ...]:
    """Judge the declared datum of every list by where its rows lie, and the lists by each other.

    Parameters
    ----------
    sources
        ``[[facilities]]`` of ``study.toml``; lists from OSM are on WGS 84 and not judged.
    services
        The catalogue's services by id.
    account
        The rows of the lists: those that are used are judged.
    facilities
        Their addresses.
    truth
        What lies right.

    Returns
    -------
    tuple of Note
        One per list, none outside China; then one for each two files that disagree by one shift.
    """
    addresses = dict(zip(facilities.facilities["facility_id"], facilities.facilities["address"], strict=True))
    notes, lists = [], []
    for (file, service), datum in _declared(sources).items():
        rows = [row for row in account.rows if (row.file, row.kind) == (file, service) and _is_placed(row)]
        listed = _listed(file, datum, rows, addresses)
        lists.append(listed)
        texts = [f"{name} {address}" for name, address in zip(listed.names, listed.addresses, strict=True)]
        fit = fit_list(*shifted_to(listed.lon, listed.lat, datum), texts, truth)
        if fit is not None:
            notes.append(_note(fit, datum, file, services[service].label))
    return (*notes, *pair_notes(lists, truth.to_metres))


def _listed(file: str, declared: Datum, rows: Sequence[LedgerRow], addresses: Mapping[str, str]) -> ListedPlaces:
    degrees = np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2)
    said = [addresses.get(row.object_id, "") for row in rows]
    return ListedPlaces(file, declared, degrees[:, 0], degrees[:, 1], [row.name for row in rows], said)


def _declared(sources: Sequence[FacilitySource]) -> Declared:
    """The datum of each list, by its file and service; left out where one file is declared in two ways."""
    said: dict[tuple[str, str], set[Datum]] = {}
    for source in sources:
        if source.datum is not None and not source.from_osm:
            said.setdefault((source.file, source.service), set()).add(source.datum)
    return {each: next(iter(datums)) for each, datums in said.items() if len(datums) == 1}


def _is_placed(row: LedgerRow) -> bool:
    return row.fate != "excluded" and bool(np.isfinite(row.lon) and np.isfinite(row.lat))


def _note(fit: Fit, declared: Datum, file: str, service: Label) -> Note:
    said = verdict(fit, declared)
    facts: dict[str, object] = {
        "file": file,
        "service": service,
        "declared": declared,
        "places": fit.places,
        "metres": _metres(fit),
        "evidence": _evidence(fit),
    }
    if said.datum is not None:
        facts["share"] = float(fit.chance[CANDIDATES.index(said.datum)])
        facts["pushes"] = fit.pushes
    if said.outcome == "looks_like":
        facts["datum"] = said.datum
    return Note(KEYS[said.outcome], facts, at=Place(file, field="datum"))


def _metres(fit: Fit) -> Label:
    """Median metres to the nearest street on each datum."""
    told = [f"{datum} {metres:.0f}" if np.isfinite(metres) else f"{datum} >500" for datum, metres in _by_datum(fit)]
    return Label("、".join(f"{each} 米" for each in told), ", ".join(f"{each} m" for each in told))


def _by_datum(fit: Fit) -> list[tuple[str, float]]:
    return list(zip(CANDIDATES, fit.street_m.tolist(), strict=True))


def _evidence(fit: Fit) -> Label:
    """Each kind of evidence with its logarithms of likelihood, in the order of the datums."""
    parts = []
    for lang in ("zh", "en"):
        told = [
            f"{say(f'fit.evidence_{kind}', lang)} {' / '.join(f'{score:+.1f}' for score in scores)}"
            for kind, scores in fit.scores.items()
        ]
        parts.append(("；" if lang == "zh" else "; ").join(told))
    return Label(*parts)
