"""Invented target tables, and the manners in which offices and pages write them."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

DOMAINS = ("幼有善育", "学有优教", "劳有所得", "病有良医", "老有康养", "住有宜居", "弱有众扶")
# Name, unit, and what its cells may be.
INDICATORS = (
    ("每千人口拥有3岁以下婴幼儿托位数", "个", "decimal"),
    ("普惠托位占比", "%", "percent"),
    ("0—3岁儿童发育监测筛查率", "%", "bound"),
    ("每千名儿童儿科执业（助理）医生数", "名", "decimal"),
    ("累计建成“医防护”指导中心", "家", "count"),
    ("随迁子女就读公办学校比率", "%", "percent"),
    ("新增公办中小学学位数", "个", "large"),
    ("开展职业教育培训数", "万人次", "decimal"),
    ("城镇调查失业率", "%", "below"),
    ("城镇新增就业人数", "万人", "above"),
    ("规模以上企业集体协商覆盖率", "%", "words"),
    ("人力资源服务业营收", "亿元", "count"),
    ("人均预期寿命", "岁", "decimal"),
    ("城区平均急救反应时间", "分钟", "below"),
    ("住院报销比例（含大病保险）", "%", "labelled"),
    ("长期护理保险覆盖人数", "万人", "covered"),
    ("助餐村（社区）覆盖率", "%", "percent"),
    ("累计建成老年友好镇街、村社", "个", "pair"),
    ("保障性租赁住房累计筹集套（间）数", "万套", "decimal"),
    ("共有产权房累计开工套（间）数", "千套", "none_first"),
    ("最低生活保障年人均标准", "元", "large"),
    ("“一场两馆”覆盖率", "%", "percent"),
    ("公共场所AED每万人拥有量", "台", "decimal"),
    ("幸福清单送达率", "%", "bound"),
)
WORDS = ("开展试点", "完成市定任务", "全覆盖", "无统计")
BOUNDS = ("≥{}", ">{}", "{}以上", "不低于{}", "＞{}", "≧{}", "约{}")


@dataclass(frozen=True)
class TableRow:
    domain: str
    name: str
    unit: str
    cells: tuple


@dataclass(frozen=True)
class Table:
    years: tuple
    rows: tuple
    has_domain: bool = True
    has_number: bool = True
    has_unit: bool = False
    has_department: bool = False

    def title(self):
        return f"表　示例县公共服务五年目标（{self.years[0]}—{self.years[-1]}年）"


@dataclass(frozen=True)
class Manner:
    """How a table is written as text with one cell per line."""

    blank_lines: int = 0
    wide: bool = False
    split_names: frozenset = frozenset()
    split_words: bool = False
    page_after: frozenset = frozenset()
    repeat_header_after: frozenset = frozenset()
    around: bool = True
    year_form: str = "{}年"
    names: dict = field(default_factory=dict, hash=False)


def number_texts(kind):
    whole = st.integers(1, 99).map(str)
    decimal = st.tuples(st.integers(0, 99), st.integers(1, 99)).map(lambda n: f"{n[0]}.{n[1]:02d}")
    of_kind = {
        "decimal": decimal,
        "percent": st.one_of(whole, decimal, whole.map(lambda text: f"{text}%"), st.just("100")),
        "count": st.integers(0, 9).map(str),
        "large": st.integers(1000, 99999).map(str),
        "bound": st.tuples(st.sampled_from(BOUNDS), whole).map(lambda pair: pair[0].format(pair[1])),
        "above": st.tuples(st.sampled_from((">{}", "≥{}", "{}以上")), decimal).map(lambda p: p[0].format(p[1])),
        "below": st.tuples(st.sampled_from(("<{}", "≤{}", "少于{}", "{}以内")), whole).map(lambda p: p[0].format(p[1])),
        "words": st.one_of(st.sampled_from(WORDS), whole.map(lambda text: f"≥{text}")),
        "covered": st.one_of(st.just("全覆盖"), whole.map(lambda text: f">{text}")),
        "labelled": st.tuples(whole, whole).map(lambda pair: f"职工{pair[0]}%城乡居民{pair[1]}%"),
        "pair": st.tuples(st.integers(1, 40), st.integers(1, 200)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
        "none_first": decimal,
    }
    return of_kind[kind]


@st.composite
def tables(draw):
    """A table with rows of every kind, in any layout that pages use."""
    first = draw(st.integers(2015, 2026))
    years = tuple(range(first, first + draw(st.integers(3, 6))))
    chosen = draw(st.lists(st.sampled_from(INDICATORS), min_size=2, max_size=9, unique=True))
    domains = sorted(draw(st.lists(st.sampled_from(range(7)), min_size=len(chosen), max_size=len(chosen))))
    rows = []
    for at, (name, unit, kind) in zip(domains, chosen, strict=True):
        cells = list(draw(st.lists(number_texts(kind), min_size=len(years), max_size=len(years))))
        if kind == "none_first":
            cells[0] = draw(st.sampled_from(("/", "—", "-")))
        rows.append(TableRow(DOMAINS[at], name, unit, tuple(cells)))
    return Table(years, tuple(rows), draw(st.booleans()), draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))


@st.composite
def manners(draw, table):
    """A manner of writing a table line by line; names are cut only where numbers tell the rows apart."""
    numbers = st.frozensets(st.integers(0, len(table.rows) - 1), max_size=3)
    return Manner(
        blank_lines=draw(st.integers(0, 2)),
        wide=draw(st.booleans()),
        split_names=draw(numbers) if table.has_number else frozenset(),
        split_words=draw(st.booleans()),
        page_after=draw(numbers),
        repeat_header_after=draw(numbers),
        around=draw(st.booleans()),
        year_form=draw(st.sampled_from(("{}年", "{}", "{} 年", "{}年目标", "{}年目标值"))),
    )


def header_of(table, year_form="{}年"):
    columns = [name for name, has in (("领域", table.has_domain), ("序号", table.has_number)) if has]
    columns.append("指标名称")
    columns += ["单位"] if table.has_unit else []
    columns += [year_form.format(year) for year in table.years]
    return [*columns, "责任单位"] if table.has_department else columns


def cells_of(table, at, domain_again=False):
    """The cells of a row as columns; the domain only where it begins."""
    row = table.rows[at]
    begins = at == 0 or table.rows[at - 1].domain != row.domain
    cells = [row.domain if begins or domain_again else ""] if table.has_domain else []
    cells += [str(at + 1)] if table.has_number else []
    cells += [row.name, row.unit] if table.has_unit else [f"{row.name}（{row.unit}）"]
    cells += row.cells
    return [*cells, "县民政局"] if table.has_department else cells


def widened(text):
    """Digits, signs and letters in full width."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" and sign not in "/-" else sign for sign in text)


def as_lines(table, manner):
    """The text of a page with one cell, or part of one, per line."""
    header = header_of(table, manner.year_form)
    lines = [table.title()] if manner.around else []
    lines += header
    for at in range(len(table.rows)):
        for place, cell in enumerate(cells_of(table, at)):
            if not cell:
                continue
            is_name = cell.startswith(table.rows[at].name)
            if is_name and at in manner.split_names:
                half = len(cell) // 2
                lines += [cell[:half], cell[half:]]
            elif manner.split_words and cell in ("开展试点", "完成市定任务") and place:
                lines += [cell[:2], cell[2:]]
            else:
                lines.append(widened(cell) if manner.wide and not is_name else cell)
        if at in manner.page_after:
            lines.append("— 3 —")
        if at in manner.repeat_header_after and at < len(table.rows) - 1:
            lines += header
    lines += ["注：带*的为核心指标。", "二、重点任务", "到2027年，基本建成服务圈。"] if manner.around else []
    return ("\n" * (manner.blank_lines + 1)).join(lines) + "\n"


def as_parted(table, mark):
    """The text of a page whose cells are parted by tabs or bars."""
    rows = [header_of(table), *(cells_of(table, at) for at in range(len(table.rows)))]
    return f"{table.title()}\n" + "\n".join(mark.join(row) for row in rows) + "\n注：略。\n"


def write_workbook(table, path, merged=True):
    """A workbook with a merged title, a header of one row and merged domains."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("五年目标")
        header = header_of(table)
        page.merge_range(0, 0, 0, len(header) - 1, table.title())
        page.write_row(1, 0, header)
        for at in range(len(table.rows)):
            for column, cell in enumerate(cells_of(table, at, domain_again=not merged)):
                number = cell.replace(".", "", 1).isdigit()
                page.write_number(at + 2, column, float(cell)) if number else page.write_string(at + 2, column, cell)
        starts = [at for at in range(len(table.rows)) if at == 0 or table.rows[at].domain != table.rows[at - 1].domain]
        for start, end in zip(starts, [*starts[1:], len(table.rows)], strict=True):
            if merged and table.has_domain and end - start > 1:
                page.merge_range(start + 2, 0, end + 1, 0, table.rows[start].domain)
        page.write_string(len(table.rows) + 2, 0, "注：带*的为核心指标。")
