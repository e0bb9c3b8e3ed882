"""Every number of a report worked out anew from the run, with nothing of what the report is made by."""

# ruff: noqa: ARG002, PLW0108

import math
import re
import string
from dataclasses import replace

import numpy as np
import pandas as pd

from circle15.catalogue.findings import only_informs
from circle15.words import phrasebook

PRECISE = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
# Columns that hold fractions and are shown in points of 100.
IN_POINTS = {
    "access", "root_access", "balanced_access", "balance", "balance_people", "balance_services", "quality", "overall",
    "capacity", "score_low", "score_high", "old", "new", "change", "coverage_gap", "gained", "facilities", "population",
    "network", "definitions", "undivided", "balanced_access_before", "balanced_access_after",
    "=access - balanced_access", "=gap balanced_access",
}  # fmt: skip
POINTS_OF = {"index", "index_parts", "uncertainty", "split", "sites", "gaps", "siting_units"}
# Targets that documents write in words.
IN_WORDS = {"全覆盖": 100.0}
WORDS = {"无数据", "不可达", "no data", "unreachable"}


def read_back(shown):
    """The value that a reader takes from what is shown, and half of its last digit."""
    number = PRECISE.search(shown)[0]
    decimals = len(number.partition(".")[2])
    scale = 1e4 if "万" in shown else 0.01 if shown.endswith("%") else 1.0
    return float(number.replace(",", "")) * scale, 0.5 * 10.0**-decimals * scale


def right(figure, value):
    """Whether what is shown is this value, rounded."""
    if any(word in figure.shown for word in WORDS):
        return not math.isfinite(value)
    if "<1" in figure.shown or "不足1" in figure.shown or "less than 1" in figure.shown:
        return 0 < value < 0.5
    if figure.shown == "<0.1%":
        return 0 < value < 0.0005
    if figure.shown == ">99.9%":
        return 0.9995 <= value < 1
    if figure.origin.table == "targets":  # in the unit of the indicator, which may be %
        figure = replace(figure, shown=figure.shown.replace("%", "").replace("<", ""))
    if PRECISE.search(figure.shown) is None:  # a target in words
        return not math.isfinite(value) or value == IN_WORDS.get(figure.shown)
    seen, half = read_back(figure.shown)
    column, table = figure.origin.column, figure.origin.table
    if table in POINTS_OF and column in IN_POINTS and not figure.shown.endswith("%"):
        value = value * 100
    unsigned = figure.shown[0] not in "+-" and column in SIZES
    if column in DIFFERENCES:
        half *= 2
    return abs(seen - (abs(value) if unsigned else value)) <= half + 1e-9


# Changes that a sentence tells without their sign, since its words say which way.
SIZES = {"change", "coverage_gap"}
# The difference of two figures as they are shown beside it, each rounded.
DIFFERENCES = {"coverage_gap", "=gap balanced_access", "=access - balanced_access"}


class Oracle:
    """Looks a figure's value up where it says it comes from, or works it out of the run's own frames."""

    def __init__(self, material):
        self.m, self.r = material, material.results
        self.texts = {}
        level, code = self.r.zones["level"].iloc[0], self.r.zones["code"].iloc[0]
        self.whole = {"level": level, "code": code}
        self.cells = self.r.cells
        self.inside = self.r.facilities[self.r.facilities["inside"].astype(bool)]

    def value(self, origin):
        row = dict(origin.row)
        if origin.column.startswith("="):
            return float(self.derived(origin.table, origin.column[1:], row))
        return float(self.looked_up(origin.table, origin.column, row))

    def looked_up(self, table, column, row):
        frame, fits = self.frame(table), np.True_
        for key, value in row.items():
            fits = fits & (self.as_text(table, key) == value)
        frame = frame[fits] if row else frame
        assert len(frame) >= 1, (table, column, row)
        if table == "coverage":
            frame = frame.iloc[:1]  # of several circles of a service the first decides
        assert len(frame) == 1, (table, column, row)
        return frame.iloc[0][OTHER_NAMES.get((table, column), column)]

    def as_text(self, table, column):
        """A column of a table as text, turned into it once."""
        if (table, column) not in self.texts:
            self.texts[table, column] = self.frame(table)[column].astype(str).to_numpy(dtype=object)
        return self.texts[table, column]

    def frame(self, table):
        if table in ("split", "sites"):
            return getattr(self.m.comparison, table)
        if table == "issues":
            return self.m.listing.registry.sightings.drop_duplicates("id", keep="last")
        if table.startswith("siting_"):
            return self.siting_frame(table.removeprefix("siting_"))
        return getattr(self.r, table)

    def siting_frame(self, name):
        frames = [getattr(each, name).assign(siting=each.name) for each in self.m.sitings]
        frame = pd.concat([pd.DataFrame(each) for each in frames], ignore_index=True)
        return (
            frame.assign(gained=frame["balanced_access_after"] - frame["balanced_access_before"])
            if name == "units"
            else frame
        )

    def of_siting(self, what, row):
        record = next(each for each in self.m.sitings if each.name == row["name"])
        units = record.unreachable_units
        if what == "unreachable":
            return math.fsum(units.loc[units["unit"] == row["unit"], "persons"] if "unit" in row else units["persons"])
        if what == "units unreachable":
            return sum(units.groupby("unit")["persons"].sum() >= 0.5)
        if what == "units gaining":
            frame = self.siting_frame("units")
            frame = frame[(frame["siting"] == record.name) & (frame["level"] == self.r.listed_level())]
            return sum(frame["gained"] >= 5e-4)
        if what == "gained":
            return record.reached_after - record.reached_before
        return len(record.new_sites) if what == "new sites" else getattr(record, what)

    def of_issues(self, what, row):
        history, states = self.m.listing.history, self.m.listing.states
        still = states[states["is_open"].astype(bool)]
        if row:
            service = dict(
                zip(self.m.listing.registry.issued["id"], self.m.listing.registry.issued["service"], strict=True)
            )
            offices = [self.r.catalogue.services[service[each]].department for each in still["id"]]
            return offices.count(row["department"])
        if what in ("open", "shown"):
            return len(still) if what == "open" else min(15, len(still))
        now = list(history.loc[history["period"] == self.m.period, "state"])
        return now.count("closed") + now.count("nobody") if what == "closed" else now.count(what)

    def derived(self, table, what, row):
        return getattr(self, f"of_{table}")(what, row)

    def of_cells(self, what, row):
        cells = self.cells
        persons = cells["persons_all"].to_numpy()
        near = cells["on_network"].to_numpy(dtype=bool)
        kinds = {
            "sum off_network": lambda: persons[~near].sum(),
            "sum island": lambda: persons[cells["island"].to_numpy() > 0].sum(),
            "sum network_gap": lambda: persons[cells["network_gap"].to_numpy(dtype=bool)].sum(),
            "share on_network": lambda: persons[near].sum() / persons.sum(),
        }
        if what in kinds:
            return kinds[what]()
        kind, _, column = what.partition(" ")
        own = math.fsum(cells[column])
        return own if kind == "sum" else own / math.fsum(persons)

    def of_zones(self, what, row):
        return sum(level == row["level"] for level in self.r.zones["level"])

    def of_catalogue(self, what, row):
        services = self.r.catalogue.services
        if what == "services":
            return len(services)
        if what == "services unchecked":
            return sum(any(each.evidence in "CD" for each in service.sources) for service in services.values())
        speed = self.r.catalogue.speeds[row["id"]].m_s
        return speed * 3.6 if what == "speed km/h" else speed

    def of_facilities(self, what, row):
        frame, own = self.r.facilities, self.inside
        if row:
            frame, own = (each[each["service"] == row["service"]] for each in (frame, own))
        kinds = {
            "inside": lambda: len(own),
            "outside": lambda: (~frame["inside"].astype(bool)).sum(),
            "capacity": lambda: np.nansum(own["capacity"]),
            "capacity unknown": lambda: np.isnan(own["capacity"]).sum(),
            "services without": lambda: len(set(self.r.catalogue.services) - set(own["service"])),
        }
        return kinds[what]()

    def of_ledger(self, what, row):
        frame = self.r.ledger
        frame = frame[frame["file"] == row["file"]] if row else frame
        if what in ("rows", "files"):
            return len(frame) if what == "rows" else len(set(frame["file"]))
        return sum(fate == what for fate in frame["fate"])

    def of_notes(self, what, row):
        if what == "notes":
            return len(self.r.notes)
        notes = [*self.r.notes, *(self.m.comparison.notes if self.m.comparison else ())]
        desk = ("inequality.kappa_",)
        return len(
            {note.sentence(self.m.lang) for note in notes if only_informs(note.key) or note.key.startswith(desk)}
        )

    def of_patch(self, what, row):
        return sum(status != "excluded" for status in self.r.patch["status"])

    def of_study(self, what, row):
        study = self.r.study
        return {
            "year": study.study.day.year,
            "network max_leg_m": study.network.max_leg_m,
            "network crossing_delay_s": study.network.crossing_delay_s,
            "cell_m": study.study.cell_m,
            "uncertainty draws": study.uncertainty.draws,
            "underserved within_m": study.underserved.within_m,
            "least_residents": study.underserved.least_residents,
        }[what]

    def own_index(self):
        frame = self.r.index
        towns = frame[(frame["level"] == self.r.listed_level()) & frame["balanced_access"].notna()]
        return towns["balanced_access"]

    def of_index(self, what, row):
        if what == "gap balanced_access":
            return self.own_index().max() - self.own_index().min()
        if what == "units with index":
            return len(self.own_index())
        both = [self.looked_up("index", name, row) for name in ("access", "balanced_access")]
        return both[0] - both[1]

    def of_coverage(self, what, row):
        if what == "part":
            return float(row["part"])
        if what == "services":
            return len({each for each in self.r.coverage["service"] if each != "all_services"})
        level = self.r.listed_level() if row or what.startswith("squares") else self.whole["level"]
        code = row.get("code", None if what.startswith("squares") else self.whole["code"])
        units = [code] if code else list(self.r.zones.loc[self.r.zones["level"] == level, "code"])
        shares, missing = self.shares_of(level, units)
        if what == "sum uncovered":
            return math.fsum(missing)
        return sum(share < 0.5 for share in shares) if what == "squares below half" else len(shares)

    def shares_of(self, level, units):
        """Coverage and people not covered by unit and service, from the cells alone."""
        shares, missing = [], []
        groups = self.r.counted_groups()
        for unit in units:
            own = self.cells[self.cells[f"{level}_code"] == unit]
            for service in self.r.catalogue.services:
                name = groups[service].replace("-", "_").replace("+", "p")
                column = f"persons_{name}" if f"persons_{name}" in own else f"persons_{groups[service]}"
                people, covered = own[column], own[f"{service}_covered"].astype(bool)
                if people.sum() > 0:
                    shares.append(people[covered].sum() / people.sum())
                    missing.append(people[~covered].sum())
        return shares, missing

    def of_underserved(self, what, row):
        frame = self.r.underserved
        for column in ("service", "reason"):
            frame = frame[frame[column] == row[column]] if column in row else frame
        if what == "listed":
            return min(15, len(frame))
        if what.startswith("services "):
            drawn = {name for name in set(frame["service"]) if f"map_{name}" in self.m.pictures}
            return len(drawn) if what == "services drawn" else len(set(frame["service"]) - drawn)
        if what == "share reason":
            return frame["people"].sum() / self.r.underserved["people"].sum()
        return len(frame) if what == "areas" else math.fsum(frame["people"])

    def of_uncertainty(self, what, row):
        frame = self.r.uncertainty
        tiers = frame.loc[frame["level"] == self.r.listed_level(), "tier"].dropna()
        if what == "tiers":
            return len(set(tiers))
        return sum(tiers == float(row["tier"])) if what == "units of tier" else float(row["tier"])

    def of_settled_pairs(self, what, row):
        frame = self.r.settled_pairs
        return frame.loc[frame["level"] == self.r.listed_level(), "settled"].mean()

    def of_loads(self, what, row):
        missing = self.r.loads["missing_places"].dropna()
        return len(missing) if what == "judged" else sum(missing >= 0.5)

    def of_disagreements(self, what, row):
        return sum(self.r.disagreements["disagreement"] == what)

    def of_targets(self, what, row):
        frame = self.r.targets
        own = frame[(frame["year"] == self.r.study.study.day.year) & (frame["role"] != "baseline")]
        if what == "of year":
            return len(own)
        return sum(state == what if what != "unjudged" else state not in ("met", "short") for state in own["state"])

    def of_sites(self, what, row):
        sites = self.m.comparison.sites
        own = sites[(sites["level"] == self.whole["level"]) & (sites["code"] == self.whole["code"])]
        return len(own) if what == "changed" else min(10, len(own))

    def of_split(self, what, row):
        kind, way = what.split()
        split = self.m.comparison.split
        if kind == "services":
            own = split[(split["level"] == self.whole["level"]) & (split["code"] == self.whole["code"])]
            own = own[(own["measure"] == "coverage") & (own["service"] != "all_services")]
        else:
            own = split[(split["level"] == self.r.listed_level()) & (split["measure"] == "balanced_access")]
            own = own[own["service"] == "all_services"]
        change = own["change"].dropna()
        return sum(change >= 5e-4) if way == "up" else sum(change <= -5e-4)


OTHER_NAMES = {
    ("uncertainty", "rank_range"): "rank_low",
    ("targets", "need"): "needed",
    ("issues", "people_last"): "people",
    ("targets", "value_in_words"): "value",
    ("targets", "target_text"): "target",
}


def wrong_figures(material, document, skip=()):
    """Figures that are not what their origin gives, as sentences."""
    oracle, wrong = Oracle(material), []
    for figure in document.figures():
        if figure.origin.table in skip:
            continue
        value = oracle.value(figure.origin)
        if not right(figure, value):
            wrong.append(f"{figure.shown} is {value}: {figure.origin.told()}")
    return wrong


def stray_numbers(document):
    """Numbers in the program's own words that stand in no template: they would be figures that nobody can look up."""
    templates = [
        "".join(words for words, *_ in string.Formatter().parse(text)) for text in phrasebook(document.lang).values()
    ]
    pieces = [piece for sentence in document.sentences() for piece in sentence.pieces if isinstance(piece, str)]
    own = {run for piece in pieces for run in re.findall(r"[^，。；：,.;: ]*\d[^，。；：,.;: ]*", piece)}
    return sorted(run for run in own if not any(run in text for text in templates))


def numbers_of(text):
    """The numbers that stand in a text."""
    return [found.rstrip(".,") for found in PRECISE.findall(text)]
