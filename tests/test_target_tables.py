"""Target tables as pages and offices write them, read back as they were."""

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

MANY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def said(table):
    """What a table says, whatever its layout: names, units and the numbers of every cell."""
    return [(row.name, half_width(row.unit), tuple(figures(row.cells))) for row in table.rows]


def figures(cells):
    for cell in cells:
        found = read_figure(cell)
        yield (found.operator, found.value, found.second, found.covered, found.nothing or found.is_number or cell)


def read_back(raw):
    found = []
    for table in raw:
        for row in table.rows:
            assert row.broken is None, row
            name, inside, _ = split_name(row.name)
            found.append((name, half_width(row.unit or inside), tuple(figures(row.cells))))
    return found


@st.composite
def written(draw):
    table = draw(tables())
    return table, draw(manners(table))


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
    assert len(imported.ledger.rows) == 6  # title, header, three rows, note
    assert imported.ledger.counts() == {"used": 3, "fixed": 0, "excluded": 3}
