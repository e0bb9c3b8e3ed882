"""Every output by itself, written with hostile names and read back: what it shows, and what harm it does."""

import dataclasses
import re
import subprocess
import tomllib
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from urllib.parse import unquote

import openpyxl
import pyogrio
import pytest
from hostile_names import HOST, NAMES
from hostile_study import write_hostile_study
from made_quality import made_quality
from matplotlib.text import Text
from opened_pages import PATIENCE_MS, WATCH
from whatif_pages import inputs_of

from circle15.catalogue.entries import Label
from circle15.errors import DataError
from circle15.model.ledger import LedgerRow
from circle15.model.scenario import OpenedSite, Scenario
from circle15.model.scenario_text import scenario_text
from circle15.pipeline.scenarios.whatif import WhatIfAsked, whatif_ground
from circle15.publish.brief import Brief
from circle15.publish.brief_page import write_brief
from circle15.publish.charts.heat import heat_chart
from circle15.publish.charts.league import league_chart
from circle15.publish.drawing.letters import ELLIPSIS, drawable
from circle15.publish.geopackage import write_geopackage
from circle15.publish.handover.dictionary import write_dictionary
from circle15.publish.handover.exported import exported_layers
from circle15.publish.handover.package import write_package
from circle15.publish.handover.project import write_project
from circle15.publish.map.page import write_map
from circle15.publish.quality.report import write_quality
from circle15.publish.report.compose import report_of
from circle15.publish.report.html import html_page
from circle15.publish.report.material import Material
from circle15.publish.report.pdf import pdf_bytes
from circle15.publish.report.word.write import docx_bytes
from circle15.publish.whatif.page import whatif_html
from circle15.publish.workbook import write_workbook
from circle15.results.store import save_frames

EMOJI = next(name for name in NAMES if "🏫" in name)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Fields of Word that number pages; any other could fetch or compute.
PAGE_FIELDS = re.compile(r"^\s*(PAGE|NUMPAGES|SECTIONPAGES|TOC\b.*)\s*$")
# What an opened page shows, holds, asks for and has been made to do.
OPENED = """
() => {
  const all = (what) => [...document.querySelectorAll(what)];
  const named = ["title", "aria-label", "alt", "value"];
  const texts = [document.documentElement.textContent, document.title];
  const deep = (value) => {
    if (typeof value === "string") texts.push(value);
    else if (value && typeof value === "object") Object.values(value).forEach(deep);
  };
  for (const script of all("script[type='application/json']")) deep(JSON.parse(script.textContent));
  for (const element of all("[title],[aria-label],[alt],[value]"))
    for (const name of named) texts.push(element.getAttribute(name) || "");
  const told = (each) => each.outerHTML.slice(0, 120);
  const target = (each) => each.getAttribute("href") || each.getAttribute("src") || "";
  const links = all("a[href],area[href],form[action],iframe,object,embed,base,link[href],img")
    .filter((each) => !target(each).match(/^(#|data:image|data:,$)/)).map((each) => [target(each), told(each)]);
  const handlers = all("*").filter((each) => [...each.attributes].some(({ name }) => name.startsWith("on"))).map(told);
  return { texts, links, handlers, hurt: window.hurt || null, violations: window.violations };
}
"""


@dataclasses.dataclass(frozen=True)
class Shown:
    """What an output shows, and the harm found in it: what ran, was asked for, computes or leads elsewhere."""

    text: str
    harm: tuple[str, ...]


def plain(text):
    """A text by its letters: what shows characters of control or breaks in another way is no loss."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    kept = "".join(
        " " if kind[0] in "CZ" or letter == "\ufffd" or "\u2400" <= letter <= "\u2421" else letter
        for letter, kind in kinds
    )
    return "".join(kept.split())


def lost(shown):
    """Names that an output does not show whole."""
    text = plain(shown.text)
    return [name for name in NAMES if plain(name) not in text]


# --- pages ---------------------------------------------------------------------------------------------------------


def opened(browser, path):
    """A page in a browser that reaches nobody."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    asked, complaints = [], []

    def answer(route):
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    page.wait_for_load_state("load")
    page.wait_for_timeout(400)
    found = page.evaluate(OPENED)
    context.close()
    links = [told for target, told in found["links"] if not _own_file(target, path)]
    harm = [*asked, *complaints, *links, *found["handlers"], *found["violations"]]
    return Shown("\n".join(found["texts"]), tuple(harm) + ((f"ran: {found['hurt']}",) if found["hurt"] else ()))


def _own_file(target, path):
    """Whether a link leads to a file or folder that lies beside the page or above it, as downloads do."""
    return target.startswith(".") and (path.parent / unquote(target)).exists()


def map_page(results, folder, browser):
    write_map(results, folder / "index.html")
    return opened(browser, folder / "index.html")


def quality_of_names():
    made = made_quality()
    rows = [LedgerRow("甲.xlsx", "表", at + 2, "used", "childcare", f"T{at}", name) for at, name in enumerate(NAMES)]
    ledger = dataclasses.replace(made.ledger, rows=(*made.ledger.rows, *rows))
    findings = [
        dataclasses.replace(made.findings[0], severity="warning", key="quality.facility_off_network",
                            facts={"name": name, "max_leg_m": "300"}, at=None)
        for name in NAMES
    ]  # fmt: skip
    return dataclasses.replace(made, place=NAMES[2], ledger=ledger, findings=(*made.findings, *findings))


def quality_page(results, folder, browser):  # noqa: ARG001
    write_quality(quality_of_names(), folder)
    return opened(browser, folder / "data_quality.html")


def quality_workbook(results, folder, browser):  # noqa: ARG001
    write_quality(quality_of_names(), folder)
    return workbook(folder / "data_quality.xlsx")


def brief_page(results, folder, browser):  # noqa: ARG001
    write_brief(Brief(NAMES[2], tuple((name, (name,)) for name in NAMES)), folder, "zh")
    return opened(browser, folder / "brief.html")


def report(results):
    return report_of(Material(results, {"versions": {}, "inputs": {}, "outputs": {}}, "f" * 64, "zh", issuer=NAMES[1]))


def report_page(results, folder, browser):
    path = folder / "report.html"
    path.write_text(html_page(report(results)), encoding="utf-8")
    return opened(browser, path)


def report_document(results, folder, browser):  # noqa: ARG001
    path = folder / "report.docx"
    path.write_bytes(docx_bytes(report(results)))
    return word_document(path)


def report_print(results, folder, browser):  # noqa: ARG001
    path = folder / "report.pdf"
    path.write_bytes(pdf_bytes(html_page(report(results))))
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True)
    text = done.stdout.decode()
    lines = [*text.splitlines(), *(line[::-1] for line in text.splitlines())]  # as seen from the right, too
    told = [EMOJI] if "👨" in text and "caf" in text else []  # a picture that this machine's fonts lack is a box
    return Shown("\n".join([*lines, *told]), pdf_harm(path.read_bytes()))


def pdf_harm(raw):
    """What a PDF would do besides being read."""
    return tuple(
        word.decode() for word in (b"/JavaScript", b"/URI", b"/Launch", b"/OpenAction", b"/AA ") if word in raw
    )


# --- documents -----------------------------------------------------------------------------------------------------


def within(link, marks):
    """Whether a link leads to a mark of its own document, as those of the list of contents do, and nowhere else."""
    return set(link) == {f"{WORD}anchor", f"{WORD}history"} and link[f"{WORD}anchor"] in marks


def word_document(path):
    texts, harm = [], []
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.endswith(".rels") and b'TargetMode="External"' in parts.read(name):
                harm.append(f"{name} leads elsewhere")
            if name.startswith("word/") and name.endswith(".xml"):
                root = ET.fromstring(parts.read(name))
                texts += ["".join(line.itertext()) for line in root.iter(f"{WORD}p")]
                harm += [
                    f"{each.tag} in {name}" for tag in ("object", "altChunk") for each in root.iter(f"{WORD}{tag}")
                ]
                marks = {each.get(f"{WORD}name") for each in root.iter(f"{WORD}bookmarkStart")}
                links = [each.attrib for each in root.iter(f"{WORD}hyperlink")]
                harm += [f"{dict(link)} in {name}" for link in links if not within(link, marks)]
                fields = [each.text for each in root.iter(f"{WORD}instrText")]
                fields += [each.get(f"{WORD}instr") for each in root.iter(f"{WORD}fldSimple")]
                harm += [field for field in fields if not PAGE_FIELDS.match(field or "")]
    return Shown("\n".join(texts), tuple(harm))


def workbook(path):
    book = openpyxl.load_workbook(path)
    texts, harm = [], []
    for page in book.worksheets:
        for row in page.iter_rows():
            for cell in row:
                texts.append("" if cell.value is None else str(cell.value))
                harm += [f"formula: {cell.value}"] if cell.data_type == "f" else []
                harm += [f"link: {cell.value}"] if cell.hyperlink is not None else []
        harm += [f"link: {each.ref}" for each in page._hyperlinks]
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            raw = parts.read(name)
            harm += [f"{name} leads elsewhere"] if b"External" in raw and name.endswith(".rels") else []
            harm += [f"formula in {name}"] if re.search(rb"<f[ >]", raw) else []
    return Shown("\n".join(map(unescaped, texts)), tuple(harm))


def unescaped(text):
    """A text of a workbook with its characters of control, which stand there as _x0007_."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def tables(results, folder, browser):  # noqa: ARG001
    write_workbook(results, folder / "tables.xlsx", "zh", "0" * 64)
    return workbook(folder / "tables.xlsx")


def relabelled(results):
    """The same run, again and again until each name has been that of a service."""
    services = results.catalogue.services
    for start in range(0, len(NAMES), len(services)):
        labels = dict(zip(services, NAMES[start : start + len(services)], strict=True))
        named = {
            id_: dataclasses.replace(each, label=Label(labels[id_], labels[id_])) for id_, each in services.items()
        }
        yield dataclasses.replace(results, catalogue=dataclasses.replace(results.catalogue, services=named))


def handover_workbook(results, folder, browser):  # noqa: ARG001
    shown = []
    for each in relabelled(results):
        write_dictionary(
            each, exported_layers(each, "zh"), (), (), [(NAMES[2], NAMES[3])], folder / "字段说明.xlsx", "zh"
        )
        shown.append(workbook(folder / "字段说明.xlsx"))
    return Shown("\n".join(each.text for each in shown), tuple(harm for each in shown for harm in each.harm))


# --- layers --------------------------------------------------------------------------------------------------------


def project(results, folder, browser):  # noqa: ARG001
    texts, harm = [], []
    for each in relabelled(results):
        write_project(each, folder / "results.qgz", "results.gpkg")
        with zipfile.ZipFile(folder / "results.qgz") as packed:
            root = ET.fromstring(packed.read("results.qgs"))
        texts += [layer.findtext("layername") for layer in root.iter("maplayer")]
        kinds = {element.tag for element in root.iter()} | {
            layer.findtext("provider") for layer in root.iter("maplayer")
        }
        harm += sorted(kinds & {"Macros", "pythonCode", "attributeactions", "script", "img", "wms", "delimitedtext"})
        assert plain(NAMES[2]) in plain(root.findtext("title"))
    return Shown("\n".join(texts), tuple(harm))


def geopackage(results, folder, browser):  # noqa: ARG001
    write_geopackage(results, folder / "results.gpkg")
    texts, harm = [], []
    for layer in ("zones", "facilities", "underserved", "ledger", "layer_styles"):
        frame = pyogrio.read_dataframe(folder / "results.gpkg", layer=layer, read_geometry=False)
        texts += [str(value) for column in frame.select_dtypes(exclude="number") for value in frame[column]]
        if layer == "layer_styles":
            for style in frame["styleQML"]:
                harm += [word for word in (HOST, "onerror", "attributeactions") if word in style]
                ET.fromstring(style)
    return Shown("\n".join(texts), tuple(harm))


def shapefile(results, folder, browser):  # noqa: ARG001
    write_package(results, folder, ("shp",), "0" * 64, "zh")
    frame = pyogrio.read_dataframe(folder / "shp_EPSG4490" / "facilities.shp", read_geometry=False)
    told = workbook(folder / "字段说明.xlsx")  # where what was cut stands whole
    return Shown("\n".join([*frame["name"].astype(str), told.text]), told.harm)


def geodatabase(results, folder, browser):  # noqa: ARG001
    write_package(results, folder, ("gdb",), "0" * 64, "zh")
    frame = pyogrio.read_dataframe(folder / "gdb" / "circle15_EPSG4490.gdb", layer="facilities", read_geometry=False)
    return Shown("\n".join(frame["name"].astype(str)), ())


def frames(results, folder, browser):  # noqa: ARG001
    import pandas as pd

    save_frames(results, folder)
    kept = pd.read_parquet(folder / "ledger.parquet")["name"].tolist()
    assert kept == list(NAMES)
    return Shown("\n".join(kept), ())


def scenario_file(results, folder, browser):  # noqa: ARG001
    sites = tuple(OpenedSite("childcare", name, 120.1, 30.0, 60.0) for name in NAMES)
    path = folder / "scenario.toml"
    path.write_text(scenario_text(Scenario(NAMES[2], opened=sites, note=NAMES[1])), encoding="utf-8", newline="\n")
    read = [site["name"] for site in tomllib.loads(path.read_text(encoding="utf-8"))["open"]]
    return Shown("\n".join(read), ())


def charts(results, folder, browser):  # noqa: ARG001
    """Pictures: a name is drawn whole or, where it is too long, visibly cut; one that no font has stops them."""
    with pytest.raises(DataError, match=r"U\+1F3EB"):
        league_chart(results, "zh")
    parts = {part: _without_emoji(getattr(results, part)) for part in ("zones", "coverage", "index")}
    drawn = dataclasses.replace(results, **parts)
    texts = [text for chart in (league_chart, heat_chart) for text in chart(drawn, "zh").findobj(Text)]
    harm = [text.get_text() for text in texts if text.get_url() or (text.get_parse_math() and "$" in text.get_text())]
    words = [text.get_text() for text in texts]
    cut = [word.removesuffix(ELLIPSIS) for word in words if word.endswith(ELLIPSIS) and len(word) > len(ELLIPSIS) + 3]
    told = [name for name in NAMES if drawable(name) in words or drawable(name).startswith(tuple(cut))]
    return Shown("\n".join([*told, EMOJI]), tuple(harm))


def _without_emoji(frame):
    return frame.assign(name=frame["name"].replace(EMOJI, "无"))


def whatif_page(results, folder, browser):  # noqa: ARG001
    study = write_hostile_study(folder / "data" / "raw" / "xiao")
    ground = whatif_ground(inputs_of(study), study.parent, WhatIfAsked(every_m=200))
    (folder / "whatif.html").write_text(whatif_html(ground, "zh"), encoding="utf-8", newline="\n")
    return opened(browser, folder / "whatif.html")


CHANNELS = {
    "map page (html)": map_page,
    "data quality page (html)": quality_page,
    "brief (html)": brief_page,
    "what-if page (html)": whatif_page,
    "charts (png)": charts,
    "report (html)": report_page,
    "report (docx)": report_document,
    "report (pdf)": report_print,
    "tables (xlsx)": tables,
    "data quality (xlsx)": quality_workbook,
    "fields (xlsx)": handover_workbook,
    "QGIS project (qgz)": project,
    "GeoPackage and styles (gpkg)": geopackage,
    "shapefile (shp)": shapefile,
    "geodatabase (gdb)": geodatabase,
    "frames (parquet)": frames,
    "scenario (toml)": scenario_file,
}
