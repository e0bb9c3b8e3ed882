"""Target tables as pages and offices write them, read back as they were."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from target_tables import Manner, Table, TableRow, as_lines, as_parted, manners, tables, write_workbook

from circle15.errors import DataError
from circle15.inputs.files.values.width import half_width
from circle15.inputs.targets.glued import find_glued, ways_to_part
from circle15.inputs.targets.laid_out import grid_of_text, read_laid_out
from circle15.inputs.targets.made import split_name
from circle15.inputs.targets.pasted import read_pasted
from circle15.inputs.targets.read import read_target_file
from circle15.inputs.targets.values import disagrees, in_unit, read_figure

MANY = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def said(table):
    """What a table says, whatever its layout: names, units and the numbers of every cell."""
    return [(row.name, half_width(row.unit), tuple(figures(row.cells))) for row in table.rows]


def figures(cells):
    for cell in cells:
        found = read_figure(cell)
        yield (found.operator, found.value, found.second, found.covered, found.nothing or found.is_number or cell)


def read_back(raw, broken=0):
    """What was read of the rows that are whole; of the others there are as many as said, or any number."""
    found = []
    assert broken is None or sum(row.broken is not None for table in raw for row in table.rows) == broken
    for table in raw:
        for row in (row for row in table.rows if row.broken is None):
            name, inside, _ = split_name(row.name)
            found.append((name, half_width(row.unit or inside), tuple(figures(row.cells))))
    return found


@st.composite
def written(draw):
    table = draw(tables())
    return table, draw(manners(table))


PARTED = """某县五年目标,,,,
领域,指标,单位,2024年,2025年,2026年
幼有善育,"托位数,其中普惠",个,"1,200",1300,1400
老有康养,老年食堂,家,10,48,150
"""


@pytest.mark.parametrize("mark", [",", "，", ";", "；"], ids=["comma", "wide comma", "semicolon", "wide semicolon"])
def test_a_text_whose_cells_commas_part_is_a_table(tmp_path, mark):
    path = tmp_path / "目标.txt"
    text = PARTED if mark == "," else PARTED.replace('"托位数,其中普惠"', "托位数").replace('"1,200"', "1200")
    path.write_text(text if mark == "," else text.replace(",", mark), encoding="utf-8")
    first, second = read_target_file(path).series.indicators
    assert [[value.value for value in each.values] for each in (first, second)] == [[1200, 1300, 1400], [10, 48, 150]]
    assert first.name == ("托位数,其中普惠" if mark == "," else "托位数")


def test_a_column_whose_year_says_more_than_is_known_is_told(tmp_path):
    path = tmp_path / "目标.csv"
    path.write_text("指标,2024年,2025年（调整后）,2026年\n老年食堂（家）,10,48,150\n", encoding="utf-8")
    imported = read_target_file(path)
    assert [value.year for value in imported.series.indicators[0].values] == [2024, 2026]
    (note,) = [note for note in imported.notes if note.key == "targets.year_unread"]
    assert note.facts == {"header": "2025年（调整后）"}


@MANY
@given(written())
def test_a_table_pasted_line_by_line_is_read_as_it_was(case):
    table, manner = case
    raw = read_pasted(as_lines(table, manner), "表.txt")
    assert read_back(raw) == said(table)
    assert [year.year for year in raw[0].years] == list(table.years)
    if table.has_domain:
        assert [row.domain for each in raw for row in each.rows] == [row.domain for row in table.rows]


@MANY
@given(tables(), st.randoms(use_true_random=False))
def test_a_lost_or_added_cell_never_moves_a_value_of_any_row(table, dice):
    at, column = dice.randrange(len(table.rows)), dice.randrange(len(table.years))
    row, lost = table.rows[at], dice.random() < 0.5
    cells = list(row.cells)
    cells[column : column + 1] = [] if lost else [cells[column], "77.7"]
    damaged = dataclasses.replace(row, cells=tuple(cells))
    changed = dataclasses.replace(table, rows=(*table.rows[:at], damaged, *table.rows[at + 1 :]))
    raw = read_pasted(as_lines(changed, Manner()), "表.txt")
    left = [each for each in said(table) if each != said(table)[at]]
    found = read_back(raw, broken=None)
    assert [each for each in found if each not in left] == []
    assert len(found) >= len(left) - 1


@MANY
@given(tables(), st.sampled_from("\t|"))
def test_a_table_parted_by_tabs_or_bars_is_read_as_it_was(table, mark):
    grid = grid_of_text(as_parted(table, mark), "表.txt")
    raw = read_laid_out(grid)
    assert read_back([raw]) == said(table)


@pytest.mark.parametrize("merged", [True, False])
def test_a_workbook_with_merged_cells_is_read_as_it_was(tmp_path, merged):
    rows = (
        TableRow("幼有善育", "普惠托位占比", "%", ("52", "55", ">60")),
        TableRow("幼有善育", "累计建成指导中心", "家", ("0", "1", "2")),
        TableRow("老有康养", "累计建成老年友好镇街、村社", "个", ("1/5", "4/18", "9/42")),
    )
    path = tmp_path / "五年目标.xlsx"
    write_workbook(Table((2023, 2024, 2025), rows), path, merged=merged)
    imported = read_target_file(path)
    assert [each.domain for each in imported.series.indicators] == ["infant_care", "infant_care", "elder_care"]
    assert [value.operator for value in imported.series.indicators[0].values] == ["=", "=", ">"]
    assert [value.second for value in imported.series.indicators[2].values] == [5.0, 18.0, 42.0]
    assert len(imported.ledger.rows) == 5  # title, three rows, note; a header is no row of data
    assert imported.ledger.counts() == {"used": 3, "fixed": 0, "excluded": 2}


def test_percentages_of_excel_are_read_as_they_are_shown(tmp_path):
    import xlsxwriter

    path = tmp_path / "目标.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("目标")
        shown, other = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": '0.0"%"'})
        page.write_row(0, 0, ["指标", "2024年", "2025年"])
        page.write_row(1, 0, ["普惠托位占比（%）"])
        page.write_row(1, 1, [0.85, 0.907], shown)
        page.write_row(2, 0, ["县域就诊率（%）"])
        page.write_row(2, 1, [85, 90.7], other)
        page.write_row(3, 0, ["公办园占比（%）", 0.5, 0.6])
    imported = read_target_file(path)
    values = [[value.value for value in each.values] for each in imported.series.indicators]
    assert values == [[85.0, 90.7], [85.0, 90.7], [0.5, 0.6]]
    doubted = [
        row.row for row in imported.ledger.rows for note in row.reasons if note.key == "targets.perhaps_fraction"
    ]
    assert doubted == [4]


SMALL = "领域\n序号\n指标\n2023年\n2024年\n2025年\n"


def reasons(imported):
    return {row.row: [note.key for note in row.reasons] for row in imported.ledger.rows if row.object_id or row.reasons}


def imported_text(tmp_path, text, name="目标.txt", **settings):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_target_file(path, **settings)


def test_every_line_of_a_page_is_accounted_for_once(tmp_path):
    text = f"某县\n\n{SMALL}幼有善育\n1\n普惠托位占比(%)\n50\n55\n>60\n\n注：略。\n二、任务\n"
    imported = imported_text(tmp_path, text)
    lines = {at for at, line in enumerate(text.splitlines(), 1) if line.strip()}
    rows = [row.row for row in imported.ledger.rows]
    assert len(rows) == len(set(rows)) == sum(imported.ledger.counts().values())
    of_row = set(range(9, 15))
    assert set(rows) == (lines - of_row) | {9}


def test_a_row_that_lacks_a_value_is_left_out_and_its_neighbours_are_not(tmp_path):
    text = (
        SMALL
        + "幼有善育\n1\n普惠托位占比(%)\n50\n55\n60\n2\n新增托位(个)\n100\n120\n学有优教\n3\n公办园占比(%)\n9\n8\n7\n"
    )
    imported = imported_text(tmp_path, text)
    assert [each.name for each in imported.series.indicators] == ["普惠托位占比", "公办园占比"]
    assert imported.series.indicators[1].domain == "education"
    assert [v.value for v in imported.series.indicators[1].values] == [9.0, 8.0, 7.0]
    assert reasons(imported)[13] == ["targets.broken_row"]
    assert "targets.numbers_missing" in [note.key for note in imported.notes]


def test_a_row_with_a_value_too_many_is_left_out_for_nobody_knows_which(tmp_path):
    text = SMALL + "幼有善育\n1\n普惠托位占比(%)\n50\n55\n60\n65\n2\n新增托位(个)\n100\n120\n130\n"
    imported = imported_text(tmp_path, text)
    assert [each.name for each in imported.series.indicators] == ["新增托位"]
    assert reasons(imported)[7] == ["targets.extra_cell"]


FAULTY_ROWS = {
    "unit_column_disagrees": (("普惠托位占比(%)", "个", "50", "60"), "targets.unit_disagrees"),
    "cell_in_another_unit": (("普惠托位占比", "%", "50", "60张"), "targets.cell_disagrees"),
    "nothing_said": (("普惠托位占比", "%", "/", "—"), "targets.says_nothing"),
    "no_values": (("普惠托位占比(%)", "", "", ""), "targets.no_values"),
    "a_cell_too_many": (("普惠托位占比", "%", "1", "300", "2"), "targets.extra_cell"),
    "no_name": (("", "%", "1", "300"), "targets.no_name"),
}


@pytest.mark.parametrize("fault", FAULTY_ROWS)
def test_a_faulty_row_is_excluded_with_its_reason(tmp_path, fault):
    cells, key = FAULTY_ROWS[fault]
    rows = ["指标,单位,2024年,2025年", "县域就诊率,%,90,91", ",".join(cells)]
    imported = imported_text(tmp_path, "\n".join(rows), name="目标.csv")
    assert [each.name for each in imported.series.indicators] == ["县域就诊率"]
    row = imported.ledger.rows[-1]
    assert (row.fate, row.reasons[-1].key) == ("excluded", key)
    assert row.reasons[-1].mend() != ""


def test_thousands_parted_by_commas_in_a_csv_shift_a_row_which_is_left_out(tmp_path):
    text = (
        "领域,指标,2023,2024,2025,牵头单位\n幼有善育,普惠托位占比(%),50,55,60,县卫健局\n,托位数（个）,1200,1,300,1400\n"
    )
    imported = imported_text(tmp_path, text, name="目标.csv")
    assert [each.name for each in imported.series.indicators] == ["普惠托位占比"]
    assert imported.ledger.rows[-1].reasons[0].key == "targets.extra_cell"


def test_a_row_that_stands_twice_is_used_once(tmp_path):
    text = "指标,2024,2025\n县域就诊率(%),90,91\n县域就诊率(%),80,81\n"
    imported = imported_text(tmp_path, text, name="目标.csv")
    assert [value.value for value in imported.series.indicators[0].values] == [90.0, 91.0]
    assert imported.ledger.rows[-1].reasons[0].key == "targets.row_twice"


def test_a_plan_s_first_and_last_year_are_baseline_and_target(tmp_path):
    text = "“十四五”主要指标\n类别\n指标\n单位\n2020年\n2025年\n属性\n公共教育\n义务教育巩固率\n%\n98\n99以上\n约束性\n"
    imported = imported_text(tmp_path, text)
    values = imported.series.indicators[0].values
    assert [(value.year, value.role, value.operator) for value in values] == [
        (2020, "baseline", "="),
        (2025, "target", ">="),
    ]
    assert imported.series.indicators[0].domain == "education"


def test_a_base_and_a_failed_formula_of_a_workbook(tmp_path):
    import xlsxwriter

    path = tmp_path / "目标.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("目标")
        page.write_row(0, 0, ["指标", "2020年基数", "2024年目标", "2025年目标"])
        page.write_row(1, 0, ["托位数(个)", 1000])
        page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        page.write(1, 3, 1500)
    imported = read_target_file(path)
    values = imported.series.indicators[0].values
    assert [(value.year, value.role) for value in values] == [(2020, "baseline"), (2025, "target")]
    assert [note.key for note in imported.notes] == ["sheets.formula_error"]


def test_first_year_of_the_study_decides_what_is_a_baseline(tmp_path):
    imported = imported_text(tmp_path, "指标,2022,2023\n县域就诊率(%),90,91\n", name="目标.csv", first_year=2023)
    assert [value.role for value in imported.series.indicators[0].values] == ["baseline", "target"]


def test_cells_parted_by_blanks_are_read(tmp_path):
    text = "序号 指标名称 单位 2021年 2022年 2023年\n1 老年食堂 家 20 ３０ —\n2 城镇新增就业 万人 1.2 1.2万 12000人\n"
    imported = imported_text(tmp_path, text)
    canteens, jobs = imported.series.indicators
    assert [value.value for value in canteens.values] == [20.0, 30.0, None]
    assert [value.value for value in jobs.values] == [1.2, 1.2, 1.2]
    assert canteens.compute.text() == "sites canteen"


def test_cells_that_have_run_together_are_refused_with_ways_to_part_them(tmp_path):
    text = "五年目标领域序号指标2023年2024年2025年幼有善育1普惠托位占比(%)8788892县域就诊率(%)>90>91>92备注：略"
    with pytest.raises(DataError) as fault:
        imported_text(tmp_path, text)
    assert fault.value.key == "targets.run_together"
    assert "87，88，89" in fault.value.sentence()
    assert ">90，>91，>92" in fault.value.sentence("en")


def test_all_ways_to_part_a_run_are_found():
    def all_ways(run, count):
        if count == 1:
            return {(run,)} if run and (run == "0" or run[0] != "0") else set()
        return {(run[:at], *rest) for at in range(1, len(run)) if run[:at] == "0" or run[0] != "0"
                for rest in all_ways(run[at:], count - 1)}  # fmt: skip

    whole = {way for way in ways_to_part("909295", 3) if "".join(way) == "909295"}
    assert whole == all_ways("909295", 3)
    assert ways_to_part("909295", 3)[0] == ("90", "92", "95")


def test_a_page_without_a_table_says_what_one_needs(tmp_path):
    with pytest.raises(DataError) as fault:
        imported_text(tmp_path, "到2027年，建成15分钟公共服务圈。\n")
    assert fault.value.key == "targets.no_table"
    assert find_glued("到2027年，建成15分钟公共服务圈。") is None


FIGURES = {
    "≥40": (">=", 40, None, ""), "＞７０": (">", 70, None, ""), "≧12500": (">=", 12500, None, ""),
    "<9.5": ("<", 9.5, None, ""), "≤15%": ("<=", 15, None, "%"), "90%以上": (">=", 90, None, "%"),
    "不低于65%": (">=", 65, None, "%"), "控制在15%以内": ("<=", 15, None, "%"), "少于9分钟": ("<", 9, None, "分钟"),
    "超过96%": (">", 96, None, "%"), "10个左右": ("about", 10, None, "个"), "约2.5": ("about", 2.5, None, ""),
    "1/5": ("=", 1, 5, ""), "17/100": ("=", 17, 100, ""), "职工85%，城乡居民70%": ("=", 85, 70, "%"),
    "9-12班": ("between", 9, 12, "班"), "1,620": ("=", 1620, None, ""), "保持在70%以上": (">=", 70, None, "%"),
    "达到2.9 平方米以上": (">=", 2.9, None, "平方米"), "17个，其中样板6个": ("=", 17, 6, "个"),
    "100%全覆盖": ("=", 100, None, "%"),
}  # fmt: skip


@pytest.mark.parametrize("text", FIGURES)
def test_what_a_cell_says(text):
    found = read_figure(text)
    value, second = (None if each is None else float(each) for each in (found.value, found.second))
    assert (found.operator, value, second, found.unit) == FIGURES[text]


@pytest.mark.parametrize(
    "text", ["开展试点", "完成市定任务", "42 49", "12,5", "3号楼", "2023年", ">90以下", "85%、70%"]
)
def test_what_is_no_single_number_is_words(text):
    found = read_figure(text)
    assert (found.value, found.nothing, found.text) == (None, False, text)


@pytest.mark.parametrize("text", ["", "/", "—", "－", "--", "无", "N/A", "暂无"])
def test_what_says_nothing(text):
    assert read_figure(text).nothing


def test_units_that_contradict_and_units_that_only_count_otherwise():
    assert disagrees(read_figure("40张"), "%")
    assert not disagrees(read_figure("40家"), "个")
    assert in_unit(read_figure("26000套"), "万套") == (2.6, None)


SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"


def seed(name):
    found = sorted(SHARED.glob(f"{name}_*.txt"))
    if not found:
        pytest.skip("no documents here")
    return found[0]


def test_the_whole_table_of_rui_an_is_read_as_it_is_printed():
    from circle15.catalogue.targets.loader import shipped_targets

    imported = read_target_file(seed("004"))
    assert len(imported.series.indicators) == 45
    assert imported.ledger.counts()["used"] + imported.ledger.counts()["fixed"] == 45
    shipped = [
        each
        for each in shipped_targets().indicators
        if each.document == "ruian_2023" and each.position.startswith("表")
    ]
    for found, known in zip(imported.series.indicators, shipped, strict=True):
        assert found.values == known.values, known.name
        assert (found.domain, found.kind, found.better) == (known.domain, known.kind, known.better), known.name
        assert found.compute == known.compute, known.name


def test_changxing_s_text_is_refused_and_its_rows_proposed():
    with pytest.raises(DataError) as fault:
        read_target_file(seed("003"))
    assert fault.value.key == "targets.run_together"
    proposed = {row.name: row for row in find_glued(seed("003").read_text(encoding="utf-8")).rows}
    assert proposed["住宅小区专业物业服务覆盖率(%)"].ways == (("95%", "95.2%", "95.5%", "95.8%", "96%"),)
    assert ("28", "29", "30", "30", "30") in proposed["老有康养每万老年人口拥有持证养老护理员数(人)"].ways
