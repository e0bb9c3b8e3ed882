"""How offices lay out a sheet: what stands above, between, beside and below the rows of a list."""

from __future__ import annotations

from dataclasses import dataclass, field

HEADERS = {
    "name": ["机构名称", "托育机构名称", "名称", "单位名称", "机构全称", "园所名称", "托育服务机构名称", "设施名称",
        "机构（园所）名称"],
    "id": ["编号", "机构编号", "统一社会信用代码", "机构代码", "备案编号", "代码"],
    "address": ["地址", "机构地址", "详细地址", "所在地址", "实际经营地址", "服务地址", "托育地址"],
    "capacity": ["托位数", "托位数（个）", "托位", "总托位数", "核定托位数", "备案托位数", "托位数/个",
        "可提供托位数（个）", "托位总数", "现有托位数"],
    "status": ["运营状态", "状态", "运营情况", "目前状态", "机构状态", "经营状况"],
    "asks": ["是否运营", "是否正常运营", "是否在营"],
    "opened": ["开业时间", "成立时间", "开办时间", "开园时间", "开业日期", "投用时间（年月日）", "运营时间（年月）"],
    "closed": ["停办时间", "关停时间", "停业日期", "关闭日期", "停止运营时间"],
    "flag": ["是否普惠", "普惠", "普惠性", "是否普惠性机构", "是否为普惠性托育机构", "机构性质（普惠/非普惠）",
        "普惠（是/否）"],
    "lon": ["经度", "经度（高德）", "东经", "经度(°)", "X（经度）", "lng", "坐标经度", "经度E"],
    "lat": ["纬度", "纬度（高德）", "北纬", "纬度(°)", "Y（纬度）", "lat", "坐标纬度", "纬度N"],
    "pair": ["经纬度", "坐标", "经纬度坐标", "地理位置（经纬度）", "高德坐标", "位置坐标"],
}  # fmt: skip
DECORATIONS = [
    "{}",
    "{}",
    "{}",
    "{}",
    "*{}",
    "{}*",
    "1.{}",
    "（2）{}",
    "{}：",
    " {} ",
    "{}（必填）",
    "{}\n（必填）",
    "3、{}",
    "★{}",
    "① {}",
    "{}【必填】",
]
EXTRAS = {
    "序号": lambda _, at: at + 1,
    "所属街道": lambda _, at: ["城东街道", "河西街道", "南门镇"][at % 3],
    "联系电话": lambda rng, at: rng.choice(["0574-8765432", 13800000000 + at, "13800000000/13900000000"]),
    "联系人": lambda rng, _: rng.choice(["张三", "李四、王五", ""]),
    "备注": lambda rng, _: rng.choice(["", "", "合计2个班", "注：搬迁中", "=1+1", "小计", "{备注}"]),
    "建筑面积（㎡）": lambda rng, _: rng.choice([300, "450.5", ""]),
    "其中普惠托位数": lambda rng, _: rng.choice([10, 20, "", "15个"]),
}  # fmt: skip
SIGNED = ["填表人：张三", "审核人：李四", "联系电话：0574-87654321", "填报日期：2025年12月31日", "单位负责人（签字）："]


@dataclass
class Sheet:
    """A sheet: its rows and merged cells (first row, first column, last row, last column, from 0), and the truth.

    ``rows`` holds all cells; ``truth`` goes by row number from 1; ``headings`` are the rows of headers; ``labels`` the
    column's header texts by role. A sheet that holds no list has no headings.
    """

    name: str
    rows: list = field(default_factory=list)
    merges: list = field(default_factory=list)
    truth: dict = field(default_factory=dict)
    headings: set = field(default_factory=set)
    labels: dict = field(default_factory=dict)


class Draft:
    """The layout that the sheets of one file share."""

    def __init__(self, rng, kind, roles, pairs, asks):
        self.rng, self.kind = rng, kind
        extras = [name for name in EXTRAS if rng.random() < 0.35]
        blocks = [[role] for role in roles if role != "place"] + [["pair"] if pairs else ["lon", "lat"]]
        rng.shuffle(blocks)
        blocks += [[name] for name in extras if name != "序号"]
        self.columns = (["序号"] if "序号" in extras else []) + [role for block in blocks for role in block]
        if rng.random() < 0.12:
            self.columns.insert(0, "")
        if rng.random() < 0.12:
            self.columns.insert(rng.randint(1, len(self.columns) - 1), "")
            self.columns = self._kept_together(self.columns)
        at = HEADERS["lon"].index(rng.choice(HEADERS["lon"]))
        picked = {role: rng.choice(texts) for role, texts in HEADERS.items()} | {
            "lon": HEADERS["lon"][at],
            "lat": HEADERS["lat"][at],
        }
        if asks:
            picked["status"] = rng.choice(HEADERS["asks"])
        self.headers = [self._decorated(picked.get(column, column)) for column in self.columns]
        self.two_rows = not pairs and rng.random() < 0.3

    def _kept_together(self, columns):
        """The columns without an empty one between longitude and latitude."""
        if "lon" in columns and columns[columns.index("lon") + 1] == "":
            columns.remove("")
        return columns

    def _decorated(self, text):
        if not text:
            return ""
        spaced = " ".join(text) if len(text) == 2 and self.rng.random() < 0.1 else text
        return self.rng.choice(DECORATIONS).format(spaced)

    def other_sheet(self):
        """A sheet that holds no list."""
        rows = self.rng.choice([
            [["填写说明"], ["1.请如实填写，不得空项。"], [], ["2.经度、纬度请填小数。"]],
            [["字段", "说明"], ["机构名称", "填写全称"], ["经度", "小数，如121.60"], ["托位数", "备案数"]],
            [["下拉选项"], ["是"], ["否"]],
            [["城东街道", "丙园", "120.01", "30.28"], ["城东街道", "丁园", "120.02", "30.28"]],
            [["各街道汇总"], ["街道", "机构数", "备注"], ["城东街道", 3, ""], ["合计", 3, ""]],
        ])  # fmt: skip
        return Sheet(self.rng.choice(["填写说明", "说明", "字典"]), [list(row) for row in rows])


def laid_out(draft, name, rows):
    """A sheet of the list with these rows."""
    sheet, rng = Sheet(name if draft.kind != "csv" else ""), draft.rng
    width = len(draft.columns)
    start = next(at for at, column in enumerate(draft.columns) if column)
    if rng.random() < 0.5:
        _line(
            sheet,
            width,
            start,
            {0: rng.choice(["某区托育机构一览表", "附件2", "2025年某区3岁以下婴幼儿照护机构名单（截至12月）"])},
            merge=draft,
        )
    if rng.random() < 0.35:
        _line(
            sheet,
            width,
            start,
            rng.choice(
                [{0: "填报单位：某区卫健局", 3: "日期：2025.12.31"}, {0: "单位：个、㎡"}, {2: "填报时间：2025年12月"}]
            ),
        )
    _headings(sheet, draft)
    _body(sheet, draft, rows, start)
    _merge_towns(sheet, draft)
    _foot(sheet, draft, start)
    return sheet


def _line(sheet, width, start, texts, merge=None):
    """A row of a few texts, counted from the first column that holds anything."""
    row = [""] * width
    for at, text in texts.items():
        row[min(start + at, width - 1)] = text
    sheet.rows.append(row)
    if merge is not None and merge.kind != "csv" and merge.rng.random() < 0.6 and width - start > 1:
        sheet.merges.append((len(sheet.rows) - 1, start, len(sheet.rows) - 1, width - 1))


def _headings(sheet, draft):
    upper, lower, top = list(draft.headers), [""] * len(draft.headers), len(sheet.rows)
    sheet.labels = {column: {_in_line(header)} for column, header in zip(draft.columns, draft.headers, strict=True)}
    if draft.two_rows:
        at = draft.columns.index("lon")
        group = draft.rng.choice(["坐标", "地理坐标", "位置（坐标）", "经纬度信息"])
        lower[at], lower[at + 1] = upper[at], upper[at + 1]
        upper[at], upper[at + 1] = group, ""
        for role in ("lon", "lat"):
            sheet.labels[role] |= {f"{_in_line(group)}/{label}" for label in sheet.labels[role]}
        if draft.kind != "csv":
            sheet.merges.append((top, at, top, at + 1))
            if draft.rng.random() < 0.7:
                sheet.merges += [(top, each, top + 1, each) for each, text in enumerate(upper) if text and each != at]
    sheet.rows.append(upper)
    if draft.two_rows:
        sheet.rows.append(lower)
    sheet.headings = set(range(top + 1, len(sheet.rows) + 1))


def _in_line(header):
    return "".join(header.split())


def _body(sheet, draft, rows, start):
    rng, width, heading = draft.rng, len(draft.columns), list(sheet.rows[-1] if not draft.two_rows else sheet.rows[-2])
    for at, row in enumerate(rows):
        if at and rng.random() < 0.04:
            sheet.rows.append([""] * width)
        if rng.random() < 0.02:
            _line(sheet, width, start, {0: rng.choice(["一、城东街道", "（二）乡镇"])}, merge=draft)
        if at > 2 and rng.random() < 0.02:
            sheet.rows.append(heading)
        sheet.rows.append([_cell(column, row, rng, at) for column in draft.columns])
        sheet.truth[len(sheet.rows)] = row
        if rng.random() < 0.03:
            _sum(sheet, draft, start, rng.choice(["小计", "城东街道小计", "本页小计"]))
    if rng.random() < 0.4:
        _sum(sheet, draft, start, rng.choice(["合计", "合 计", "总计", "合计：12家", "总  计", "全区合计", "共计"]))


def _merge_towns(sheet, draft):
    """Runs of one town as one merged cell, where the rows of the list stand without a break."""
    if draft.kind == "csv" or "所属街道" not in draft.columns or draft.rng.random() < 0.5:
        return
    at, numbers = draft.columns.index("所属街道"), sorted(sheet.truth)
    for first, second in zip(numbers[::2], numbers[1::2], strict=False):
        if second == first + 1:
            sheet.rows[second - 1][at] = ""
            sheet.merges.append((first - 1, at, second - 1, at))


def _cell(column, row, rng, at):
    if column in row.written:
        return row.written[column]
    if column in row.cells:
        return row.cells[column].written
    return EXTRAS[column](rng, at) if column in EXTRAS else ""


def _sum(sheet, draft, start, text):
    row = [""] * len(draft.columns)
    row[start] = text
    if "capacity" in draft.columns and draft.columns.index("capacity") != start:
        row[draft.columns.index("capacity")] = draft.rng.choice([845, "845", "845个"])
    sheet.rows.append(row)


def _foot(sheet, draft, start):
    rng, width = draft.rng, len(draft.columns)
    if rng.random() < 0.3:
        sheet.rows.append([""] * width)
    if rng.random() < 0.35:
        _line(
            sheet,
            width,
            start,
            {
                0: rng.choice(
                    ["注：1.本表数据截至2025年12月底。", "备注：托位数为备案数", "说明：", "填表说明：请于12月底前报送"]
                )
            },
            merge=draft,
        )
        if rng.random() < 0.5:
            _line(sheet, width, start, {0: "2.经纬度为高德坐标。"})
    if rng.random() < 0.35:
        signed = rng.sample(SIGNED, rng.randint(1, 3))
        _line(sheet, width, start, {2 * at: text for at, text in enumerate(signed) if start + 2 * at < width})
    if rng.random() < 0.15:
        _line(
            sheet,
            width,
            start,
            {max(width - start - 2, 0): rng.choice(["某区卫生健康局", "2025年12月31日", "某区卫健局（盖章）"])},
        )
