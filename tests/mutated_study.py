"""One file of a study spoilt at a time, and what the study's readers make of it."""

import logging
import shutil
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from every_format import STUDIES, write_every_format
from mutated_inputs import Listener, Watch, hostile_study, mutate

from circle15.catalogue.loader import load_catalogue
from circle15.errors import Circle15Error, collecting, raise_faults
from circle15.inputs.facilities.read import read_facilities
from circle15.inputs.files.paths import require_own_path
from circle15.inputs.files.readable import require_readable
from circle15.inputs.population.read import read_population
from circle15.inputs.recognise.folder import recognise_folder
from circle15.inputs.study_file import read_study
from circle15.inputs.zones.crosswalk import NO_CROSSWALK, read_crosswalk
from circle15.inputs.zones.read import read_zones
from circle15.pipeline.reading.checking import check_study
from circle15.pipeline.reading.horizon import horizon_of
from circle15.pipeline.reading.named_files import named_files, part_files
from circle15.pipeline.reading.study_catalogue import study_catalogue
from circle15.pipeline.search.classes import classes_present
from circle15.pipeline.streets.study_streets import study_streets

WHOLE_EVERY = 50  # cases, of which one goes through the whole of ``circle15 check``
SIDE_FILES = {".shp": (".shx", ".dbf", ".prj", ".cpg"), ".asc": (".prj",)}
SECRET = "名称,经度,纬度\n不许读到,120.505,30.004\n"


@dataclass(frozen=True)
class Slot:
    """A file to be spoilt and a study that names it; of a file with files beside it (.shp), which of them."""

    study: str
    named: str
    spoilt: str

    @property
    def kind(self):
        """The ending by which cases are counted."""
        return "".join(Path(self.spoilt).suffixes)


@dataclass(frozen=True)
class Case:
    """What became of one case; ``detail`` is a traceback or what must not have happened, "" where nothing is wrong."""

    number: int
    kind: str
    became: str
    seconds: float
    detail: str


class SpoiltStudy:
    """A workspace with the studies of every format, of which each case spoils one file and then mends it."""

    def __init__(self, home):
        self.home = Path(home).resolve()
        self.raw = self.home / "workspace" / "data" / "raw" / "xiao"
        write_every_format(self.raw)
        (self.home / "canary.csv").write_text(SECRET, encoding="utf-8")
        for name in ("canary.gpkg", "canary.zip"):
            shutil.copy(self.raw / "county.gpkg", self.home / name)
        for link, target in {"linked.csv": "canary.csv", "linked.gpkg": "canary.gpkg"}.items():
            (self.raw / link).symlink_to(self.home / target)
        self._before = tempfile.tempdir
        tempfile.tempdir = str(self.home / "workspace" / "temporary")
        Path(tempfile.tempdir).mkdir()
        self.contents = {path.name: path.read_bytes() for path in sorted(self.raw.iterdir()) if not path.is_symlink()}
        self.parts = {name: Parts(self.raw / name) for name in STUDIES}
        self.slots = self._slots()
        self.listener, self.watch = Listener(), Watch()
        self.known = self._listing()

    def close(self):
        """Leave the process as it was."""
        tempfile.tempdir = self._before
        self.listener.socket.close()

    def _slots(self):
        named, slots = set(), []
        for study, parts in self.parts.items():
            slots += [Slot(study, study, study)] * (4 if study == "study.toml" else 0)
            for file in named_files(parts.study):
                ending = Path(file).suffix
                beside = [Path(file).with_suffix(side).name for side in SIDE_FILES.get(ending, ())]
                slots += [
                    Slot(study, file, one) for one in (file, *beside) if file not in named if one in self.contents
                ]
                named.add(file)
        return slots

    def run(self, number):
        """Spoil, read, and put right again; deterministic by ``number``."""
        rng = np.random.default_rng(number)
        slot = self.slots[number % len(self.slots)]
        path = self.raw / slot.spoilt
        path.write_bytes(self._spoilt(rng, slot))
        foreign = self._foreign(slot)
        with self.watch.within(self.home / "workspace") as seen, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            began = time.perf_counter()
            became, detail = self._read(slot, whole=number // len(self.slots) % WHOLE_EVERY == WHOLE_EVERY - 1)
            seconds = time.perf_counter() - began
            _, fault = _outcome(partial(_recognise, foreign))
        shutil.rmtree(foreign)
        shutil.rmtree(self.home / "workspace" / "data" / "processed", ignore_errors=True)
        path.write_bytes(self.contents[slot.spoilt])
        detail = detail or fault or self._harm(seen)
        return Case(number, slot.kind, became if not detail else "finding", seconds, detail)

    def _spoilt(self, rng, slot):
        content = self.contents[slot.spoilt]
        if slot.spoilt in STUDIES and rng.random() < 0.5:
            return hostile_study(rng, content.decode(), self.listener.address).encode("utf-8", "surrogatepass")
        others = [self.contents[name] for name in sorted(self.contents)]
        return mutate(rng, content, Path(slot.spoilt).suffix, others, self.listener.address)

    def _read(self, slot, whole):
        if whole:
            return _outcome(partial(_check, self.raw / slot.study))
        if slot.spoilt in STUDIES:
            return _outcome(partial(_read_study, self.raw / slot.study))
        return _outcome(partial(self.parts[slot.study].read, slot.named))

    def _foreign(self, slot):
        """A folder with the spoilt file alone, as ``init --from`` comes upon it."""
        foreign = self.home / "workspace" / "foreign"
        foreign.mkdir()
        stem = Path(slot.named).stem
        for path in self.raw.iterdir():
            if path.name == slot.named or (path.stem == stem and Path(slot.named).suffix in SIDE_FILES):
                shutil.copy(path, foreign / path.name)
        return foreign

    def _harm(self, seen):
        """What was written or called that must not be, "" where nothing was."""
        now = self._listing()
        told = [f"outside: {one}" for one in seen]
        told += [f"outside: {one}" for one in sorted(now ^ self.known)]
        self.known = now
        calls = self.listener.calls()
        return "\n".join([*told, f"socket: {calls} calls"] if calls else told)

    def _listing(self):
        return {str(path.relative_to(self.home)) for path in self.home.rglob("*") if path.name != "processed"}


class Parts:
    """The parts of a study, each read once, for the readers that need them."""

    def __init__(self, path):
        self.study, self.folder = read_study(path), path.parent
        self.catalogue = study_catalogue(self.study, self.folder)
        self.named = part_files(self.study)
        self.zones = self._zones()
        self.horizon = horizon_of(self.catalogue, classes_present(self.zones, None))
        self.crosswalk = self._crosswalk()

    def read(self, name):
        """Read the parts that are made of a file, through the gates, as a check does."""
        require_readable(require_own_path(self.folder, name), vouched=self.study.network.whole)
        found = []
        for part, files in self.named.items():
            if name in files:
                with collecting(found):
                    getattr(self, f"_{part}")(*[name] if part == "facilities" else [])
        raise_faults(found)

    def _zones(self):
        about = self.study.study
        return read_zones(self.study.zones, self.folder, None, about.place, about.id, self.study.official_units)[0]

    def _crosswalk(self):
        return NO_CROSSWALK if self.study.crosswalk is None else read_crosswalk(self.study.crosswalk, self.folder)[0]

    def _network(self):
        study_streets(self.study, self.folder, self.zones, self.horizon.streets_m, self.horizon.modes)

    def _population(self):
        people, cell_m = self.study.population, self.study.study.cell_m
        read_population(people, self.folder, self.zones, cell_m, self.catalogue.groups, self.crosswalk)

    def _facilities(self, name):
        sources = [source for source in self.study.facilities if source.file == name]
        day = self.study.study.day
        read_facilities(sources, self.folder, self.zones, self.catalogue.services, self.horizon.facilities_m, day)


CATALOGUE = load_catalogue()


def _read_study(path):
    """Read a study's settings, and let every file that it names through the gates."""
    study, found = read_study(path), []
    with collecting(found):
        study_catalogue(study, path.parent)
    for name in named_files(study):
        with collecting(found):
            require_readable(require_own_path(path.parent, name), vouched=study.network.whole)
    raise_faults(found)


def _check(study):
    raise_faults(check_study(study).faults)


def _recognise(folder):
    for found in recognise_folder(folder, CATALOGUE):
        for note in found.remarks:
            note.sentence("zh")
            note.sentence("en")


def _outcome(read):
    """accepted, refused or traceback, with what is wrong; a refusal must speak both languages."""
    try:
        read()
    except Circle15Error as fault:
        sentence = fault.sentence("zh")
        speaks = any("\u4e00" <= character <= "\u9fff" for character in sentence) and fault.sentence("en")
        return "refused", "" if speaks else f"no sentence: {sentence!r}"
    except BaseException:  # noqa: BLE001 - whatever it is, it is a finding
        return "traceback", traceback.format_exc()
    return "accepted", ""


logging.getLogger("pyogrio").setLevel(logging.CRITICAL)
logging.getLogger("rasterio").setLevel(logging.CRITICAL)
