"""The report as a document: what stands in it, what goes out, what is the same twice."""

import dataclasses
import io
import zipfile

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from made_results import HOSTILE_NAMES, made_results, without_towns

from circle15.publish.report.compose import number_of, report_of
from circle15.publish.report.document import Heading, Paragraph, Picture, Sentence, Table
from circle15.publish.report.html import html_page
from circle15.publish.report.material import Material
from circle15.publish.report.pictures import picture
from circle15.publish.report.word.write import docx_bytes

MANIFEST = {
    "versions": {"circle15": "0.1.0"},
    "inputs": {"行政区划.gpkg": "0" * 64},
    "outputs": {"a.parquet": "1" * 64},
}
LEDGER = pd.DataFrame(columns=["file", "sheet", "row", "fate", "kind", "object_id", "name", "reasons", "lon", "lat"])


@pytest.fixture(scope="module")
def results():
    made = made_results(columns=32, rows=24, points=8)
    parts = pd.DataFrame(columns=["level", "code", "service", "people", "access", "root_access", "capacity", "quality"])
    return dataclasses.replace(made, ledger=LEDGER, index_parts=parts)


def material(results, lang="zh", **more):
    return Material(results, MANIFEST, "f" * 64, lang, **more)


def studies(results):
    """Studies that lack something: towns, facilities, areas; or have many."""
    towns = results.zones[results.zones["level"] == "town"]
    one = towns["code"].iloc[0]
    keep = {name: getattr(results, name) for name in ("zones", "coverage", "index")}
    single = {name: frame[(frame["level"] == "county") | (frame["code"] == one)] for name, frame in keep.items()}
    nothing = results.facilities[results.facilities["service"] != "childcare"]
    return {
        "whole": results,
        "one town": dataclasses.replace(results, **single),
        "no towns": without_towns(results, counties=False),
        "counties": without_towns(results),
        "no facility of a service": dataclasses.replace(results, facilities=nothing),
        "no areas": dataclasses.replace(results, underserved=results.underserved.iloc[:0]),
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_study_reads_well(results, lang):
    for name, study in studies(results).items():
        document = report_of(material(study, lang))
        blocks = document.blocks()
        assert blocks, name
        for block, after in zip(blocks, [*blocks[1:], Heading(1, "")], strict=True):
            if isinstance(block, Heading):
                assert not isinstance(after, Heading) or after.level > block.level, (name, block)
            if isinstance(block, Table):
                assert block.rows, (name, block.title.text)
                assert all(len(row) == len(block.columns) for row in block.rows)
            if isinstance(block, Paragraph):
                assert block.text.strip(), name
                assert "nan" not in block.text.lower().replace("finance", ""), block.text
            assert not isinstance(block, Picture) or block.png


def texts_of(content):
    word = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in word.tables for cell in table._cells]
    return [paragraph.text for paragraph in word.paragraphs], cells


def test_word_and_page_say_the_same(results):
    document = report_of(material(results))
    paragraphs, cells = texts_of(docx_bytes(document))
    page = html_page(document)
    assert "\n".join(document.title_lines) in paragraphs
    for block in document.blocks():
        if isinstance(block, Paragraph | Heading):
            assert block.text in paragraphs
    shown = [cell.text for block in document.blocks() if isinstance(block, Table) for row in block.rows for cell in row]
    assert [cell for cell in cells if cell in set(shown)]
    assert len(cells) == len(shown) + sum(len(block.columns) for block in document.blocks() if isinstance(block, Table))
    assert page.count("<table") == sum(isinstance(block, Table) for block in document.blocks())
    assert "<script" not in page
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")


def test_names_are_text_everywhere(results):
    hostile = (*HOSTILE_NAMES, "=1+1", "甲\x00乙", "]]>&amp;<w:p/>", "%s{place}")
    areas = results.underserved.copy()
    areas["name"] = [hostile[at % len(hostile)] for at in range(len(areas))]
    study = dataclasses.replace(results, underserved=areas)
    document = report_of(material(study, issuer="<b>局</b>\ud800"))
    _, cells = texts_of(docx_bytes(document))
    page = html_page(document)
    for name in hostile[:-3]:
        assert name.replace("\u2028", " ").replace("  ", " ") in {cell.replace("  ", " ") for cell in cells}
    assert "甲\ufffd乙" in cells
    assert "=1+1" in cells
    assert "\ud800" not in page
    assert "<b>局</b>" not in page
    assert "&lt;b&gt;局&lt;/b&gt;" in page


def test_the_same_bytes_twice(results):
    document = report_of(material(results))
    first = docx_bytes(document)
    assert first == docx_bytes(report_of(material(results)))
    assert html_page(document) == html_page(report_of(material(results)))
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
    assert "2025-06-30" in core
    assert "python-docx" not in core


def test_the_form_of_official_documents(results):
    word = docx.Document(io.BytesIO(docx_bytes(report_of(material(results)))))
    section = word.sections[0]
    sides = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    assert [round(side.mm) for side in sides] == [210, 297, 37, 28]
    text = section.page_width - section.left_margin - section.right_margin
    high = section.page_height - section.top_margin - section.bottom_margin
    assert (round(text / Mm(1)), round(high / Mm(1))) == (156, 225)
    body = word.styles["公文正文"]
    assert body.font.size.pt == 16
    assert body.paragraph_format.line_spacing.pt == 28
    faces = {
        name: word.styles[name].element.rPr.rFonts.attrib for name in ("Title", "Heading 1", "Heading 2", "公文正文")
    }
    east = [next(value for key, value in found.items() if key.endswith("}eastAsia")) for found in faces.values()]
    assert east == ["方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"]
    with zipfile.ZipFile(io.BytesIO(docx_bytes(report_of(material(results))))) as package:
        fonts = package.read("word/fontTable.xml").decode()
    assert 'w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts
    assert "PAGE" in section.footer._element.xml
    assert "PAGE" in section.even_page_footer._element.xml


def test_the_contents_read_without_being_updated(results):
    document = report_of(material(results))
    word = docx.Document(io.BytesIO(docx_bytes(document)))
    frame = word.element.body.find(qn("w:sdt"))
    links = list(frame.iter(qn("w:hyperlink")))
    entries = ["".join(text.text for text in link.iter(qn("w:t"))) for link in links]
    assert entries == [chapter.title for chapter in document.chapters]
    marked = {mark.get(qn("w:name")): mark.getparent() for mark in word.element.body.iter(qn("w:bookmarkStart"))}
    for link, entry in zip(links, entries, strict=True):
        assert "".join(text.text for text in marked[link.get(qn("w:anchor"))].iter(qn("w:t"))) == entry
    kinds = [char.get(qn("w:fldCharType")) for char in frame.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert "updateFields" not in word.settings.element.xml
    assert "w:dirty" not in word.element.xml


def test_services_without_a_map_are_named(results):
    lacking = sorted(set(results.underserved["service"]))
    drawn = Picture(Sentence(("图",)), b"", 10.0, 10.0, "图")
    text = "\n".join(sentence.text for sentence in report_of(material(results)).sentences())
    assert "下附涉及人数最多" not in text
    few = dataclasses.replace(material(results), pictures={f"map_{lacking[0]}": drawn})
    [told] = [each.text for each in report_of(few).sentences() if "下附涉及人数最多" in each.text]
    others = [results.catalogue.services[id_].label.zh for id_ in lacking[1:]]
    assert f"其余{len(others)}项服务" in told
    assert all(name in told for name in others)


def test_chapters_are_numbered_without_gaps(results):
    document = report_of(material(results))
    titles = [chapter.title for chapter in document.chapters if not chapter.annex]
    assert [title.split("、")[0] for title in titles] == [number_of(at + 1, "zh") for at in range(len(titles))]
    told = " ".join(block.text for block in document.blocks() if isinstance(block, Paragraph))
    assert "故不写目标与差距" in told
    assert "故不写变化及原因" in told


def test_a_picture_stands_on_a_page_with_its_caption(results):
    tall = io.BytesIO()
    image = pytest.importorskip("PIL.Image").new("RGB", (1200, 2400), "white")
    image.save(tall, "png")
    drawn = picture(tall.getvalue(), "league", "zh")
    assert drawn.height_mm == pytest.approx(200)
    assert drawn.width_mm == pytest.approx(100)
    document = report_of(material(results, pictures={"league": drawn}))
    word = docx.Document(io.BytesIO(docx_bytes(document)))
    (shape,) = word.inline_shapes
    assert shape.height / Mm(1) == pytest.approx(200, abs=0.1)
    assert "data:image/png;base64," in html_page(document)


def told_of(document):
    return "".join(block.text for block in document.blocks() if isinstance(block, Paragraph))


def test_a_town_alone_with_an_index_is_not_compared_and_those_without_people_are_named(results):
    """Eleven of twelve towns are empty: no tiers, no word of draws that were not made, no gap that is no data."""
    index = results.index.copy()
    towns = index[index["level"] == "town"]
    empty = index.index.isin(towns.index[1:])
    index.loc[empty, "people"] = 0.0
    index.loc[empty, ["access", "balanced_access", "balance"]] = float("nan")
    document = report_of(material(dataclasses.replace(results, index=index)))
    told = told_of(document)
    assert f"有指数的乡镇（街道）只有{towns['name'].iloc[0]}，" in told
    assert f"{'、'.join(towns['name'].iloc[1:])}没有常住人口，没有指数。" in told
    assert "没有做不确定性抽样" not in told
    five = next(block for block in document.blocks() if isinstance(block, Table))
    assert "无数据" not in {cell.text for row in five.rows for cell in row}


def test_many_towns_that_no_line_parts_are_not_said_to_be_alike(results):
    """Two thirds of the pairs of towns are settled, yet nowhere is all above better than all below: one tier."""
    towns = results.index.loc[results.index["level"] == "town", ["level", "code", "name", "balanced_access"]]
    drawn = towns.rename(columns={"balanced_access": "score"}).assign(
        tier=1.0, tier_units=12, draws=1000, score_low=0.1, score_median=0.5, score_high=0.9, rank_low=1, rank_high=9
    )
    pairs = pd.DataFrame({"level": "town", "settled": [True, True, False]})
    told = told_of(report_of(material(dataclasses.replace(results, uncertainty=drawn, settled_pairs=pairs))))
    assert "66.7%的两两次序有把握（至少95%的抽样一致），但没有一处能使" in told
    assert "分不出先后" not in told
    assert "第1档12个" not in told


def test_where_nobody_has_a_service_in_reach_no_word_is_said_of_places(results):
    whole = {"level": "county", "code": "330999", "name": "示例县", "service": "childcare", "group": "0-2"}
    numbers = {"people": 190.0, "served": 0.0, "reachable_without_capacity": 0.0, "out_of_reach": 190.0}
    states = pd.DataFrame([whole | numbers | {"served_share": 0.0}])
    told = told_of(report_of(material(dataclasses.replace(results, service_states=states))))
    assert "托育机构的服务对象（190人）都在标准之外，无人可达。" in told
    assert "可达的都有名额" not in told


def test_the_widest_gap_is_that_of_a_service(results):
    """The mean of one service is as far from the mean of all as the service itself, and is not named."""
    gap = {"level": "county", "code": "330999", "name": "示例县", "comparison": "old", "coverage_first": 0.0}
    gap |= {"second": "all_services", "coverage_second": 0.6, "coverage_gap": -0.6}
    gaps = pd.DataFrame(
        [gap | {"service": "all_services", "first": "old"}, gap | {"service": "canteen", "first": "60+"}]
    )
    told = told_of(report_of(material(dataclasses.replace(results, gaps=gaps))))
    assert "老年食堂相差最大：各项服务平均60.0%，60+岁0%" in told


def test_many_towns_and_no_draws_read_well(results):
    """The villages of the county as its towns: a hundred and eight of them."""
    risen = {"county": "county", "village": "town"}
    zones = results.zones[results.zones["level"].isin(risen)].assign(level=lambda each: each["level"].map(risen))
    codes, names = zones["code"], zones["name"]
    own = results.coverage[results.coverage["level"] == "county"]
    coverage = [own]
    index = [results.index[results.index["level"] == "county"]]
    for code, name in zip(codes[1:], names[1:], strict=True):
        coverage.append(own.assign(level="town", code=code, name=name))
        index.append(index[0].assign(level="town", code=code, name=name))
    many = dataclasses.replace(results, zones=zones, coverage=pd.concat(coverage), index=pd.concat(index))
    document = report_of(material(many))
    league = next(block for block in document.blocks() if isinstance(block, Table) and "各乡镇" in block.title.text)
    assert len(league.rows) == len(zones) - 1
    told = [block.text for block in document.blocks() if isinstance(block, Paragraph)]
    assert any("均为" in text for text in told)
    assert any("没有做不确定性抽样" in text for text in told)
