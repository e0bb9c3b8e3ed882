"""Messy lists of facilities with what is true of each row; written without a look at how they are read."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field, replace

from dirty_cells import (
    FORWARD,
    NAN,
    Cell,
    angle_cell,
    capacity_cell,
    day_cell,
    flag_cell,
    name_of,
    no_day_cell,
    pair_text,
    same_name,
    status_cell,
    to_wgs,
    wide,
)
from dirty_sheets import Draft, Sheet, laid_out
from facility_lists import BELT_M, SIDE, degrees_at

KINDS = ("xlsx", "xlsx", "xls", "csv", "csv")
DAY_0 = datetime.date(2000, 1, 1)


@dataclass(frozen=True)
class TrueSite:
    """A site that counts: the degrees (WGS 84) and what its row says of it."""

    name: str
    lon: float
    lat: float
    capacity: float


@dataclass(frozen=True)
class TrueRow:
    """What a careful planner takes from a row.

    ``counts`` says whether it is a facility of the day in reach; rows of one ``group`` are one facility. ``cells`` goes
    by role: name, id, address, capacity, place, status, opened, closed, flag.
    """

    group: int
    counts: bool
    cells: dict[str, Cell]
    sites: tuple[TrueSite, ...]
    inside: bool = True
    alike: bool = False
    what: str = "plain"
    # What stands in the sheet under each role, and how two angles are parted.
    written: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class DirtyTable:
    """A file to be written: its kind and sheets, and what the study says of it."""

    seed: int
    kind: str
    encoding: str
    separator: str
    datum: str
    as_of: datetime.date
    sheets: tuple[Sheet, ...]
    style: str


def dirty_table(seed: int) -> DirtyTable:
    """The messy list of one seed."""
    rng = random.Random(f"dirty {seed}")
    kind = rng.choice(KINDS)
    maker = _Maker(rng, kind)
    rows = maker.rows()
    cut = rng.randint(3, len(rows) - 3) if kind != "csv" and rng.random() < 0.35 and len(rows) > 8 else len(rows)
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    names = rng.sample(["Sheet1", "托育机构", "城区", "乡镇", "2025年名单", "一、明细 "], len(parts))
    draft = Draft(rng, kind, maker.roles, maker.pairs, maker.asks)
    sheets = [laid_out(draft, name, part) for name, part in zip(names, parts, strict=True)]
    if kind != "csv" and rng.random() < 0.35:
        sheets.insert(rng.choice([0, len(sheets)]), draft.other_sheet())
    return DirtyTable(
        seed, kind, rng.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030", "gb18030"]), rng.choice(",,;\t"),
            maker.datum, maker.as_of,
        tuple(sheets), maker.style,
    )  # fmt: skip


class _Maker:
    """The rows of one list."""

    def __init__(self, rng, kind):
        self.rng, self.kind = rng, kind
        self.datum = rng.choice(["wgs84", "gcj02", "bd09", "cgcs2000"])
        self.as_of = datetime.date(rng.randint(2017, 2026), rng.randint(1, 12), rng.randint(1, 28))
        self.pairs = rng.random() < 0.25
        self.style = rng.choice(["number", "number", "text", "dms", "signs", "mixed"])
        self.asks = rng.random() < 0.25
        self.ids = rng.choice(["credit", "code", "count", "zeros", "long"])
        chances = {"id": 0.6, "address": 0.8, "capacity": 0.9, "status": 0.6, "opened": 0.5, "closed": 0.3, "flag": 0.5}
        self.roles = ["name", *(role for role, chance in chances.items() if rng.random() < chance), "place"]
        self.spots = []

    def rows(self):
        """The rows, in the list's order."""
        rng = self.rng
        plain = [self.facility(number) for number in range(rng.randint(7, 14))]
        odd = [self.odd(what, 100 + at) for at, what in enumerate(self.odd_kinds())]
        copies = [self.copy(row) for row in plain[:3] if rng.random() < 0.35]
        if {"id"} <= set(self.roles) and self.ids in ("credit", "code") and rng.random() < 0.2:
            copies.append(self.same_id(plain[5]))
        alike = [self.alike(plain[4])] if "address" in self.roles and rng.random() < 0.3 else []
        rows = [*plain, *odd, *copies, *alike]
        rng.shuffle(rows)
        return ([self.example()] if rng.random() < 0.12 else []) + rows

    def odd_kinds(self):
        kinds = [
            "far",
            "belt",
            "belt",
            "nowhere",
            "nowhere",
            "swapped",
            "zero",
            "metres",
            "slip",
            "half",
            "campuses",
            "not_running",
            "not_running",
        ]
        return [kind for kind in kinds if self.rng.random() < 0.3]

    # --- facilities

    def spot(self, low=40.0, high=SIDE - 40.0):
        """Metres of a place that lies apart from all others."""
        while True:
            here = self.rng.uniform(low, high), self.rng.uniform(low, high)
            if all((here[0] - x) ** 2 + (here[1] - y) ** 2 > 200**2 for x, y in self.spots):
                self.spots.append(here)
                return here

    def facility(self, number, what="plain", spot=None):
        spot = spot or self.spot()
        lon, lat = FORWARD[self.datum](*degrees_at(*spot))
        name = name_of(self.rng, number)
        cells = self.described(number, name, "open")
        return self.placed(TrueRow(number, True, cells, (), what=what), name, lon, lat)

    def described(self, number, name, kind):
        """The cells that describe a facility of a kind: open, closed, building, planned, ended, later."""
        rng = self.rng
        places = rng.randint(3, 300)
        opened = self.as_of - datetime.timedelta(days=rng.randint(1, 4000))
        after = self.as_of + datetime.timedelta(days=rng.randint(1, 2000))
        ended = self.as_of - datetime.timedelta(days=rng.randint(1, 600))
        later = kind in ("building", "planned", "later")
        day = lambda when: day_cell(rng, when, self.as_of, self.kind)  # noqa: E731
        cells = {
            "name": Cell(name, name, odd=False),
            "id": self.id_cell(number),
            "address": Cell(*[rng.choice(["东街{}号", "中山路 {} 号", "城关镇人民路{}号1幢",
            "解放路{}弄3号(二楼)"]).format(number + 11)] * 2, odd=False),
            "capacity": capacity_cell(rng, places),
            "flag": flag_cell(rng, rng.random() < 0.5),
            "status": status_cell(rng, kind if kind in ("closed", "building", "planned") else "open", self.asks),
            "opened": (day(after) if kind == "later" else no_day_cell(rng,
            False)) if later or rng.random() < 0.2 else day(opened),
            "closed": day(ended) if kind == "ended" else no_day_cell(rng, True),
        }  # fmt: skip
        if kind in ("later", "ended"):
            cells["status"] = Cell("", "open", odd=False)
        elif kind == "open" and rng.random() < 0.1:
            cells["closed"] = day(after)
        return {role: cell for role, cell in cells.items() if role in self.roles}

    def id_cell(self, number):
        code = f"52330212{self.rng.randint(10**6, 10**7 - 1)}{number:03}"
        if self.ids == "credit":
            return Cell(f"{code[:17]}X", f"{code[:17]}X", odd=False)
        if self.ids == "long" and self.kind != "csv":
            return Cell(float(int(code)), None, must_tell=True)  # the last digits are lost in a number
        if self.ids == "count":
            return Cell(number + 1, str(number + 1), odd=False)
        text = f"{number:03}" if self.ids == "zeros" else f"TY-{number:03}"
        return Cell(text, text, odd=False)

    def placed(self, row, name, lon, lat):
        """The row with its coordinates as written, and the site that they tell of."""
        rng = self.rng
        if self.pairs:
            text, lon, lat = pair_text(rng, lon, lat)
            written, odd = {"pair": text}, True
        else:
            lon_text, lon = angle_cell(rng, lon, "lon", self.style, self.kind)
            lat_text, lat = angle_cell(rng, lat, "lat", self.style, self.kind)
            written, odd = {"lon": lon_text, "lat": lat_text}, self.style not in ("number", "text")
        capacity = row.cells.get("capacity", Cell("", NAN)).truth
        site = TrueSite(name, *to_wgs(lon, lat, self.datum), capacity)
        return replace(row, written=written, sites=(site,), cells={**row.cells, "place": Cell("", None, odd=odd)})

    # --- rows that are no plain facility

    def odd(self, what, number):
        if what == "belt":
            row = self.facility(
                number, what, (self.rng.uniform(-BELT_M / 2, -100.0), self.rng.uniform(100, SIDE - 100))
            )
            return replace(row, inside=False)
        if what == "far":
            return replace(self.facility(number, what, (SIDE + 3 * BELT_M, 500.0)), counts=False)
        if what == "campuses":
            return self.campuses(number)
        if what == "not_running":
            return self.not_running(number)
        return self.misplaced(self.facility(number, what), what)

    def not_running(self, number):
        """A facility that does not count on the day, where the list has a column to say so."""
        needs = {"closed": "status", "building": "status", "planned": "status", "ended": "closed", "later": "opened"}
        kinds = [kind for kind, role in needs.items() if role in self.roles]
        row = self.facility(number, "not_running")
        if not kinds:
            return row
        kind = self.rng.choice(kinds)
        name = row.cells["name"].written
        cells = {**self.described(number, name, kind), "place": row.cells["place"]}
        return replace(row, counts=False, cells=cells, what=f"not_running {kind}")

    def misplaced(self, row, what):
        blank = self.rng.choice(["", "无", "待补充", "/", "—"])
        written = dict(row.written)
        if what == "nowhere":
            written = dict.fromkeys(written, blank)
        elif what == "zero":
            written = {"pair": "0,0"} if self.pairs else {"lon": 0, "lat": 0}
        elif what == "metres":
            written = {"pair": "500123.4,3351234.5"} if self.pairs else {"lon": 500123.4, "lat": 3351234.5}
        elif what == "slip":  # a letter for a digit, a point lost, a point doubled
            how = self.rng.choice(
                [
                    lambda text: text.replace("0", "O"),
                    lambda text: text.replace(".", ""),
                    lambda text: text.replace(".", ".."),
                ]
            )
            lon, lat = (f"{each:.6f}" for each in FORWARD[self.datum](*degrees_at(*self.spots[-1])))
            written = {"pair": f"{how(lon)},{lat}"} if self.pairs else {"lon": how(lon), "lat": lat}
        elif what == "half":
            written = {"pair": "120.012345"} if self.pairs else {**written, "lat": self.rng.choice(["", "无", "#N/A"])}
        elif self.pairs:  # a pair says itself which is which
            return replace(row, what="plain")
        else:
            written = {"lon": written["lat"], "lat": written["lon"]}
        return replace(row, written=written, counts=False, sites=())

    def campuses(self, number):
        """One row of two or three sites."""
        rng, count = self.rng, self.rng.choice([2, 2, 3])
        parts = [self.facility(number + 20 * at) for at in range(count)]
        base = rng.choice(["育才托育", "实验托育中心", "新城托育园"]) + str(number)
        names = [f"{base}{part}" for part in ("本部", "东校区", "西校区")[:count]]
        sign = rng.choice(["/", "、", "；", ";", "|"] if not self.pairs else ["；", "|", ";"])
        short = rng.random() < 0.5
        name = sign.join([names[0], *(each.removeprefix(base) for each in names[1:])] if short else names)
        spots = [FORWARD[self.datum](*degrees_at(*self.spots[-count + at])) for at in range(count)]
        texts = [(f"{lon:.6f}", f"{lat:.6f}") for lon, lat in spots]
        if self.pairs:
            written = {"pair": sign.join(",".join(each) for each in texts)}
        else:
            written = {"lon": sign.join(lon for lon, _ in texts), "lat": sign.join(lat for _, lat in texts)}
        each_own = rng.random() < 0.6
        figures = [rng.randint(10, 90) for _ in texts]
        capacity = sign.join(map(str, figures)) if each_own else str(figures[0])
        given = [float(figure) for figure in figures] if each_own else [float(figures[0]), *[NAN] * (count - 1)]
        given = given if "capacity" in self.roles else [NAN] * count
        sites = tuple(
            TrueSite(own, *to_wgs(float(lon), float(lat), self.datum), places)
            for own, (lon, lat), places in zip(names, texts, given, strict=True)
        )
        cells = {**parts[0].cells, "name": Cell(name, name), "place": Cell("", None)}
        if "capacity" in self.roles:
            cells["capacity"] = Cell(capacity, None, must_tell=not each_own)
        return replace(parts[0], cells=cells, written=written, sites=sites, what="campuses")

    def copy(self, row):
        """The same facility once more: by its id, or by its name as another clerk writes it."""
        rng, cells = self.rng, dict(row.cells)
        by_id = "id" in cells and not cells["id"].must_tell and rng.random() < 0.5
        if not by_id:
            name = same_name(rng, cells["name"].written)
            cells["name"] = Cell(name, name.strip())
            if "id" in cells:
                cells["id"] = Cell("", None, odd=False)
        # Whole seconds of an angle move each of the two by 20 m more: as written they lie within 50 m.
        moved = 0.0 if by_id else rng.uniform(0, 8)
        lon, lat = FORWARD[self.datum](*degrees_at(*self._moved(row, moved)))
        return self.placed(replace(row, cells=cells, what="copy"), cells["name"].truth, lon, lat)

    def same_id(self, row):
        """Another facility, far away, whose id was copied by mistake: two facilities, but the planner is told."""
        other = self.facility(
            70, "alike", self._moved(row, -SIDE / 2 if self.spots[row.group][0] > SIDE / 2 else SIDE / 2)
        )
        return replace(other, alike=True, cells={**other.cells, "id": Cell(row.cells["id"].written, None)})

    def alike(self, row):
        """Another facility in the same house: two facilities, but the planner is told."""
        other = self.facility(60, "alike", self._moved(row, 30.0))
        return replace(other, alike=True, cells={**other.cells, "address": self._rewritten(row.cells["address"])})

    def _rewritten(self, address):
        return Cell(self.rng.choice([address.written, wide(address.written)]), None)

    def _moved(self, row, metres):
        x, y = self.spots[row.group]
        return x + metres, y

    def example(self):
        """A row that shows how to fill in the form."""
        row = self.facility(90, "example")
        name = self.rng.choice(
            [
                "示例：阳光托育园",
                "例：XX托育园",
                "（示例）某某托育中心",
                "示例",
                "填写示例：小星星托育",
                "样例：某托育园",
                "例如：阳光托育园",
            ]
        )
        return replace(row, counts=False, cells={**row.cells, "name": Cell(name, name)})
