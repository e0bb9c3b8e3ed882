"""``circle15 report`` from finished runs to files: every number in them is that of the tables."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pandas as pd
import pytest
from made_sitings import made_siting
from report_numbers import numbers_of, stray_numbers, wrong_figures
from small_study import STUDY, write_small_study

from circle15.cli.main import main
from circle15.errors import ConfigurationError, DataError, UsageError
from circle15.pipeline.issues.updating import update_issues
from circle15.pipeline.products.report_files import RECORD, write_report
from circle15.pipeline.products.reporting import Asked, gathered, locate, make_report
from circle15.pipeline.run import run_study
from circle15.pipeline.years.past_comparison import written_comparison
from circle15.publish.report.compose import report_of
from circle15.publish.report.document import Paragraph, Table
from circle15.publish.report.pdf import without_clock
from circle15.publish.report.word.write import docx_bytes
from circle15.results import Results
from circle15.results.siting import save_siting, sitings_folder

CENTRES = ["339900", "339900001", "339900002"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A square kilometre of two years, entered into the list of issues, with a siting."""
    home = tmp_path_factory.mktemp("home")
    # No report is made from the layers and the workbook that a run writes beside its tables.
    with pytest.MonkeyPatch.context() as patched:
        for unread in ("write_geopackage", "write_workbook"):
            patched.setattr(f"circle15.pipeline.writing.{unread}", lambda *_: None)
        run_two_years(home)
    update_issues(home, None, None, "zh")
    units = made_siting().units.assign(code=CENTRES)
    folder = sitings_folder(home, "xiao", "2026") / "a"
    folder.mkdir(parents=True)
    save_siting(made_siting(units=units, place_id="xiao"), folder)
    return home


def run_two_years(home):
    for period, draws in (("2025", 0), ("2026", 24)):
        study = write_small_study(home / "data" / "raw" / "xiao" / period)
        text = STUDY.replace('"2026"', f'"{period}"') + f"\n[uncertainty]\ndraws = {draws}\n"
        study.write_text(text + '\n[report]\nissuer = "小区县发展和改革局"\n', encoding="utf-8")
        if period == "2025":
            clinics = study.parent / "canteens.geojson"
            clinics.write_text(clinics.read_text(encoding="utf-8").replace("第一处", "老处"), encoding="utf-8")
            rows = (study.parent / "childcare.csv").read_text(encoding="gb18030").splitlines()
            (study.parent / "childcare.csv").write_text("\n".join(rows[:-2]) + "\n", encoding="gb18030")
        run_study(study)


@pytest.fixture(scope="module")
def study(home):
    return home / "data" / "raw" / "xiao" / "2026"


def material_of(study, lang="zh"):
    """What the report of a study is written from, without its pictures."""
    located = locate(study)
    results = Results.load(located.run)
    with pytest.MonkeyPatch.context() as patched:
        for drawn in ("charts_of", "maps_of"):
            patched.setattr(f"circle15.pipeline.products.reporting.{drawn}", lambda *_: {})
        return gathered(located, results, Asked(study), results.study.report, lang, lambda *_: None)


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request, study):
    material = material_of(study, request.param)
    return material, report_of(material)


def test_every_figure_is_what_its_table_says(made):
    material, document = made
    assert {chapter.id for chapter in document.chapters} >= {"change", "siting", "issues", "index", "supply"}
    assert len(document.figures()) > 250
    assert wrong_figures(material, document) == []


def test_no_number_stands_in_the_words_by_itself(made):
    assert stray_numbers(made[1]) == []


def test_the_numbers_of_the_word_document_are_the_figures(made):
    document = made[1]
    word = docx.Document(io.BytesIO(docx_bytes(document)))
    read = [paragraph.text for paragraph in word.paragraphs]
    told = {block.text: block for block in document.blocks() if isinstance(block, Paragraph)}
    assert set(told) <= set(read)
    for text, block in told.items():
        pieces = [str(piece) for each in block.sentences for piece in each.pieces]
        assert sorted(numbers_of(text)) == sorted(number for piece in pieces for number in numbers_of(piece)), text
    tables = [block for block in document.blocks() if isinstance(block, Table)]
    assert len(word.tables) == len(tables)
    for written, table in zip(word.tables, tables, strict=True):
        cells = [cell.text for cell in written._cells[len(table.columns) :]]
        assert cells == [" ".join(cell.text.split("\n")) for row in table.rows for cell in row]


def test_a_figure_that_is_wrong_is_found(made):
    material, document = made
    index = material.results.index.copy()
    index["balanced_access"] *= 0.9
    other = replace(material, results=replace(material.results, index=index))
    assert len(wrong_figures(other, document)) > 3


def test_the_command_writes_both_files_and_the_same_bytes_twice(study, capsys):
    folder = study.parents[2] / "processed" / "xiao" / "report" / "2026"
    assert main(["report", str(study)]) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(first) == {"年度报告.docx", "年度报告.html", RECORD}
    told = capsys.readouterr()
    assert "年度报告.docx" in told.out
    assert main(["report", str(study), "--format", "docx"]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert "小区县发展和改革局" in first["年度报告.html"].decode()


@pytest.fixture(scope="module")
def document(home):
    """The report of the first year, which has nothing before it."""
    return report_of(material_of(home / "data" / "raw" / "xiao" / "2025"))


def test_what_a_person_has_changed_is_kept(document, tmp_path):
    assert write_report(document, tmp_path, ("docx",)).kept == ()
    path = tmp_path / "年度报告.docx"
    path.write_bytes(b"changed by hand")
    files = write_report(document, tmp_path, ("docx",))
    assert [kept.read_bytes() for kept in files.kept] == [b"changed by hand"]
    assert path.read_bytes() == docx_bytes(document)
    assert write_report(document, tmp_path, ("docx",)).kept == ()


def test_an_open_or_unwritable_file_is_one_sentence_and_nothing_changes(document, tmp_path, monkeypatch):
    write_report(document, tmp_path, ("docx", "html"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for sign in ("~$年度报告.docx", ".~年度报告.docx"):  # of Word and of WPS
        (tmp_path / sign).write_bytes(b"")
        with pytest.raises(DataError) as held:
            write_report(document, tmp_path, ("docx", "html"))
        assert held.value.key == "report.in_use"
        (tmp_path / sign).unlink()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataError) as full_disk:
        write_report(document, tmp_path, ("docx", "html"))
    monkeypatch.undo()
    assert full_disk.value.key == "report.cannot_write"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_is_not_there_is_told(study, tmp_path):
    with pytest.raises(ConfigurationError) as never:
        make_report(Asked(study, compare="2019"), "zh")
    assert never.value.key == "report.period_not_run"
    assert never.value.facts["known"] == "2025"
    elsewhere = write_small_study(tmp_path / "data" / "raw" / "xiao")
    with pytest.raises(ConfigurationError) as unrun:
        make_report(Asked(elsewhere), "zh")
    assert unrun.value.key == "report.not_run"
    assert main(["report", str(study), "--format", "doc"]) == UsageError.exit_code


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("没有.docx", None, "report.template_missing"),
        ("坏.docx", b"PK\x03\x04 not a document", "report.template_damaged"),
        ("文字.docx", "只是文字".encode(), "report.template_damaged"),
        ("宏.docm", b"", "report.template_macros"),
        ("旧.doc", b"", "report.template_macros"),
    ],
    ids=["missing", "damaged", "text", "macros", "old"],
)
def test_a_template_that_is_none_is_refused(document, tmp_path, name, content, key):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as fault:
        write_report(document, tmp_path / "out", ("docx",), tmp_path / name)
    assert fault.value.key == key
    assert not list((tmp_path / "out").glob("*"))


def test_an_offices_own_template_gives_page_and_styles(document, tmp_path):
    own = docx.Document()
    own.sections[0].left_margin = docx.shared.Mm(20)
    own.styles["Heading 1"].font.size = docx.shared.Pt(19)
    own.sections[0].header.paragraphs[0].text = "本单位"
    own.add_paragraph("模板里的说明")
    own.save(tmp_path / "模板.docx")
    files = write_report(document, tmp_path / "out", ("docx",), tmp_path / "模板.docx")
    word = docx.Document(files.written[0])
    assert word.sections[0].left_margin.mm == pytest.approx(20, abs=0.1)
    assert word.styles["Heading 1"].font.size.pt == 19
    assert word.sections[0].header.paragraphs[0].text == "本单位"
    assert "模板里的说明" not in [paragraph.text for paragraph in word.paragraphs]
    assert word.tables


def test_a_comparison_of_runs_made_anew_is_not_told(made, study):
    material, run = made[0], locate(study).run
    folder = run.parent / "compare" / "2025_2026"
    found = written_comparison(run.with_name("2025"), material.results, run.parent)
    assert found.split.shape == material.comparison.split.shape
    kept = (folder / "split.parquet").read_bytes()
    split = pd.read_parquet(folder / "split.parquet")
    split.assign(published_new=split["published_new"] + 0.01).to_parquet(folder / "split.parquet", index=False)
    assert written_comparison(run.with_name("2025"), material.results, run.parent) is None
    (folder / "split.parquet").write_bytes(kept)


def test_a_pdf_is_written_without_its_clock():
    one = b"1 0 obj <</CreationDate (D:20260101120000+00'00') /ModDate (D:20260101120000+00'00')>>"
    two = one.replace(b"20260101120000", b"20270203040506")
    assert without_clock(one) == without_clock(two)
    assert len(without_clock(one)) == len(one)
