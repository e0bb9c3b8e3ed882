"""What lies beside a finished run, and the page that tells of it."""

import pandas as pd
import pytest
from made_results import made_results
from neighboured_runs import last_period

from circle15.pipeline.writing import MAP_PAGE, refresh_page
from circle15.publish.map.downloads import download_rows
from circle15.publish.map.page import language_of, write_map
from circle15.results.neighbours import PLACES, NeighbourFile, neighbours_of
from circle15.words import phrasebook


@pytest.fixture(scope="module")
def results():
    return made_results(columns=16, rows=12, counts=[6, 2, 2, 2, 2, 2, 2, 2], points=12)


@pytest.fixture
def folders(tmp_path, results):
    """The folders of a run's tables and maps."""
    about = results.study.study
    return tmp_path / "data" / "processed" / about.id / about.period, tmp_path / "maps" / about.id / about.period


def put(path, content=b"."):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def compared(folders, results, old, **changes):
    tables, _ = folders
    last = last_period(results, old)
    folder = tables.parent / "compare" / f"{old}_{tables.name}"
    folder.mkdir(parents=True)
    last.split.assign(**changes).to_parquet(folder / "split.parquet")
    last.sites.to_parquet(folder / "sites.parquet")
    return folder


def test_alone_a_run_has_no_neighbours(results, folders):
    found = neighbours_of(results, *folders)
    assert (found.files, found.last) == ((), None)


def test_every_kind_of_file_is_found_and_named_from_the_page(results, folders):
    tables, maps = folders
    rooms = {"tables": tables, "maps": maps, "place": tables.parent}
    for _, room, place in PLACES:
        named = place.format(period=tables.name).replace("*_", "2024_").replace("*", "名")
        put(rooms[room] / (f"{named}一.pdf" if named.endswith("/") else named))
    for hidden in (tables.parent / "issues" / "~$名.xlsx", tables.parent / "issues" / ".名.draft.7.xlsx"):
        put(hidden)
    found = neighbours_of(results, *folders).files
    assert len(found) == len(PLACES)
    assert [file.kind for file in found] == [kind for kind, _, _ in PLACES]
    for file in found:
        assert (maps / file.path).resolve().exists()
        assert file.path.endswith("/") == (maps / file.path).is_dir()
        assert "\\" not in file.path
    for lang in ("zh", "en"):
        assert all(f"map.file_{file.kind}" in phrasebook(lang) for file in found)


def test_an_empty_folder_and_another_period_are_no_neighbours(results, folders):
    tables, maps = folders
    (maps / "sheets" / "A4").mkdir(parents=True)
    put(tables.parent / "report" / "1999" / "年度报告.docx")
    put(tables.parent / "1999" / "tables.xlsx")
    assert neighbours_of(results, *folders).files == ()


def test_what_is_about_to_be_replaced_is_as_good_as_gone(results, folders, tmp_path):
    tables, maps = folders
    put(maps / "whatif.html")
    put(tmp_path / "draft" / "tables.xlsx")
    drafts = {tables: tmp_path / "draft", maps: tmp_path / "map_draft"}
    found = neighbours_of(results, tables, maps, drafts).files
    place = f"../../../data/processed/{tables.parent.name}/{tables.name}"
    assert [(file.kind, file.path) for file in found] == [("tables", f"{place}/tables.xlsx")]


def test_the_last_period_of_its_kind_is_compared(results, folders):
    for old in ("2023", "2024", "2024Q3", "2026"):
        compared(folders, results, old)
    last = neighbours_of(results, *folders).last
    assert last.period == "2024"
    assert set(last.split["measure"]) == {"balanced_access", "coverage"}


def test_a_comparison_with_a_former_run_is_passed_over(results, folders):
    compared(folders, results, "2024", published_new=0.5)
    assert neighbours_of(results, *folders).last is None


@pytest.mark.parametrize(("published", "told"), [(0.0, True), (0.25, False)])
def test_a_comparison_is_passed_over_once_the_older_run_has_been_made_anew(results, folders, published, told):
    folder = compared(folders, results, "2024", published_old=0.0)
    older = folder.parents[1] / "2024"
    older.mkdir()
    results.index[["level", "code"]].assign(balanced_access=published).to_parquet(older / "index.parquet")
    assert (neighbours_of(results, *folders).last is not None) == told


@pytest.mark.parametrize("spoil", ["cut", "other", "gone"])
def test_a_damaged_comparison_is_passed_over(results, folders, spoil):
    folder = compared(folders, results, "2024")
    if spoil == "gone":
        (folder / "sites.parquet").unlink()
    elif spoil == "other":
        pd.DataFrame({"a": [1]}).to_parquet(folder / "split.parquet")
    else:
        (folder / "split.parquet").write_bytes((folder / "split.parquet").read_bytes()[:100])
    assert neighbours_of(results, *folders).last is None


def test_a_refreshed_page_tells_what_has_come_and_no_other_file_changes(results, folders):
    tables, maps = folders
    put(tables / "run.json", b"{}")
    maps.mkdir(parents=True)
    write_map(results, maps / MAP_PAGE)
    alone = (maps / MAP_PAGE).read_bytes()
    refresh_page(tables, results)
    assert (maps / MAP_PAGE).read_bytes() == alone
    put(tables.parent / "report" / tables.name / "年度报告.docx")
    refresh_page(tables, results)
    assert "年度报告.docx".encode() in (maps / MAP_PAGE).read_bytes()
    assert (tables / "run.json").read_bytes() == b"{}"
    assert [path.name for path in maps.iterdir()] == [MAP_PAGE]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refreshed_page_keeps_its_language(results, folders, lang):
    tables, maps = folders
    maps.mkdir(parents=True)
    write_map(results, maps / MAP_PAGE, lang)
    assert language_of(maps / MAP_PAGE) == lang
    put(tables.parent / "report" / tables.name / "年度报告.docx")
    refresh_page(tables, results)
    assert language_of(maps / MAP_PAGE) == lang


def test_a_run_without_a_page_gets_none(results, folders):
    refresh_page(folders[0], results)
    assert not folders[1].exists()


def test_no_address_can_leave_the_workspace_or_run():
    named = ["javascript:alert(1).xlsx", "a:b/c.xlsx", '"><script>.xlsx', "#.xlsx", "?q=1.xlsx", "%2e.xlsx"]
    for row in download_rows([NeighbourFile("tables", name) for name in named]):
        assert row["href"].startswith("./")
        assert set(row["href"]).isdisjoint(set('<>"#?&'))
