"""What became of every file of a folder that a study was proposed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circle15.model.zones import level_label
from circle15.words import say

if TYPE_CHECKING:
    from circle15.inputs.recognise.found import Found
    from circle15.workspace.form import Form


def account(form: Form) -> tuple[str, ...]:
    """What every file of the folder was taken for, or why it is not used; ordered by name."""
    used = [(found.name, found.part, _used(found, form)) for found in (*form.proposal.used(), *form.proposal.uncertain)]
    left = [
        (found.name, found.part, say("init.not_used", form.lang, file=found.label(), reason=reason.sentence(form.lang)))
        for found, reason in form.proposal.left
    ]
    return tuple(sentence for _, _, sentence in sorted([*used, *left]))


def _used(found: Found, form: Form) -> str:
    if found in form.proposal.uncertain:
        return say("init.service_unknown", form.lang, file=found.label())
    if found.kind == "facilities":
        use = say("init.use_facilities", form.lang, service=form.labels[found.service], rows=found.rows)
    elif found.kind == "zones":
        use = say("init.use_zones", form.lang, level=level_label(found.level))
    else:
        use = say(f"init.use_{found.kind}", form.lang)
    return say("init.used", form.lang, file=found.label(), use=use)
