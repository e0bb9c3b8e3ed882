"""Make a workspace: its folders, a study and templates; from existing files where there are some."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from circle15.catalogue.loader import load_catalogue
from circle15.errors import ConfigurationError, UsageError
from circle15.inputs.files.companions import companions
from circle15.inputs.recognise.folder import recognise_folder
from circle15.inputs.recognise.found import shown
from circle15.model.study import PERIOD_FORM
from circle15.words import say
from circle15.workspace.account import account
from circle15.workspace.form import Form
from circle15.workspace.names import copy_name, place_id
from circle15.workspace.proposal import Proposal, propose
from circle15.workspace.questions import questions
from circle15.workspace.study_text import study_text
from circle15.workspace.template import write_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circle15.catalogue.entries import Catalogue
    from circle15.inputs.recognise.found import Found
    from circle15.model.ledger import Note

# The five layers that every district counts, and what each is made of.
DEFAULT_SERVICES = (
    "childcare", "kindergarten", "primary_school", "middle_school", "health_centre", "clinic", "canteen", "aid_station",
    "aid_point",
)  # fmt: skip
TEMPLATES = "templates"
NOTEPAD = "utf-8-sig"  # without the mark an old Notepad takes it for GBK


@dataclass(frozen=True)
class Wanted:
    """What a planner asks for.

    ``folder`` is the workspace; ``source`` a folder of existing files, if any; ``services`` the ids that get a
    template, the default ones if none.
    """

    place: str
    folder: Path
    period: str
    id: str | None = None
    source: Path | None = None
    services: tuple[str, ...] = ()
    lang: str = "zh"


@dataclass(frozen=True)
class Made:
    """What was made: the study, copies (from, to), templates, what every file became, and the open questions."""

    study: Path
    copied: tuple[tuple[str, str], ...]
    templates: tuple[Path, ...]
    account: tuple[str, ...]
    questions: tuple[Note, ...]


def make_workspace(wanted: Wanted) -> Made:
    """Make the workspace; an existing study stays as it is.

    Raises
    ------
    UsageError
        An id, a period or a service that cannot be, or a folder to look at that holds the workspace.
    ConfigurationError
        The study exists already.
    """
    id_, catalogue = place_id(wanted.place, wanted.id), load_catalogue()
    services = _services(wanted.services, catalogue)
    if not re.fullmatch(PERIOD_FORM, wanted.period):
        raise UsageError("init.bad_period", found=shown(wanted.period))
    home = wanted.folder / "data" / "raw" / id_
    _require_new(home)
    _require_apart(wanted.source, home)
    proposal = (
        Proposal() if wanted.source is None else propose(recognise_folder(wanted.source, catalogue), wanted.place)
    )
    files = _copy_names(proposal.used(), proposal.uncertain)
    lacking = [service for service in services if service not in {found.service for found in proposal.facilities}]
    taken = _base_names(files.values())
    names = {service: copy_name(_template_name(service, catalogue, wanted.lang), taken) for service in lacking}
    study = home / "study.toml"
    form = Form(
        wanted.place, id_, wanted.period, study.as_posix(), proposal, files, tuple(names.items()),
        {service.id: service.label for service in catalogue.services.values()}, wanted.lang,
    )  # fmt: skip
    copied = _write(form, home, wanted, catalogue)
    templates = tuple(home / name for name in names.values())
    return Made(study, copied, templates, account(form), questions(form))


def _services(wanted: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    unknown = [service for service in wanted if service not in catalogue.services]
    if unknown:
        raise UsageError("init.unknown_service", found=shown(unknown[0]), known="、".join(catalogue.services))
    return tuple(dict.fromkeys(wanted)) or DEFAULT_SERVICES


def _require_new(home: Path) -> None:
    if (home / "study.toml").exists():
        raise ConfigurationError("init.exists", file=str(home / "study.toml"))
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise ConfigurationError("init.not_empty", folder=str(home))


def _require_apart(source: Path | None, home: Path) -> None:
    """Nothing is ever written into the folder that is looked at."""
    if source is not None and home.resolve().is_relative_to(source.resolve()):
        raise UsageError("init.inside", source=str(source), folder=str(home))


def _copy_names(*groups: Iterable[Found]) -> dict[Path, str]:
    names: dict[Path, str] = {}
    for found in (found for group in groups for found in group):
        if found.path not in names:
            names[found.path] = copy_name(found.name, _base_names(names.values()) | {"study.toml"})
    return names


def _base_names(names: Iterable[str]) -> set[str]:
    return {PurePosixPath(name).name.lower() for name in names}


def _template_name(service: str, catalogue: Catalogue, lang: str) -> str:
    label = catalogue.services[service].label.in_language(lang)
    return f"{TEMPLATES}/{label.replace('/', '_')}.xlsx"


# --- writing ------------------------------------------------------------------------------------------------------


def _write(form: Form, home: Path, wanted: Wanted, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Write everything beside and rename it into place: a study is there whole or not at all."""
    for name in ("data/processed", "maps", "data/raw"):
        (wanted.folder / name).mkdir(parents=True, exist_ok=True)
    beside = home.with_name(f".{home.name}.circle15-part")
    if beside.exists():
        shutil.rmtree(beside)
    beside.mkdir()
    try:
        copied = _copy(form, beside)
        (beside / TEMPLATES).mkdir(exist_ok=True)
        for service, name in form.templates:
            write_template(beside / name, catalogue.services[service], form.lang)
        (beside / "study.toml").write_text(study_text(form), encoding="utf-8", newline="\n")
        if home.exists():
            home.rmdir()
        beside.rename(home)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _explain(wanted.folder, form)
    return copied


def _copy(form: Form, folder: Path) -> tuple[tuple[str, str], ...]:
    copied = []
    encodings = {found.path: found.encoding for found in form.proposal.used() if found.encoding}
    for path, name in form.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        for part in (path, *companions(path)):
            ending = part.name[len(path.stem) :]
            shutil.copyfile(part, target.with_name(f"{target.stem}{ending}"))
        if path in encodings:
            target.with_suffix(".cpg").write_text(encodings[path], encoding="ascii")
        copied.append((shown(str(path)), name))
    return tuple(copied)


def _explain(folder: Path, form: Form) -> None:
    """A short text for whoever opens the folder; one that is there already stays."""
    target = folder / say("init.readme_name", form.lang)
    if not target.exists():
        text = say("init.readme", form.lang, place=form.place, study=form.study)
        target.write_text(text.replace("\n", "\r\n"), encoding=NOTEPAD, newline="")
