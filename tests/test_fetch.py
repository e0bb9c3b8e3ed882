"""The download of a study's area, from a server on this machine that behaves well or badly."""

import socket
import tomllib

import osmnx
import pytest
import shapely
from map_server import MapServer
from small_study import write_small_study

from circle15.catalogue.loader import load_catalogue
from circle15.cli.main import main
from circle15.errors import DataError
from circle15.inputs.download.answers import NoAnswer, elements_of
from circle15.inputs.download.asking import Patience, ask
from circle15.inputs.download.servers import Servers, public_servers, tags_of
from circle15.inputs.download.tiles import Tile, tiles_over
from circle15.inputs.files.pbf_blocks import require_whole_pbf
from circle15.pipeline import fetching
from circle15.pipeline.fetching import EXTRACT, PROVENANCE, Fetched, fetch_by_name, fetch_for_study
from circle15.pipeline.run import run_study

TAGS = {"highway": True, "boundary": ["administrative"], "amenity": ["clinic"]}
TILE = Tile(1205, 300)


@pytest.fixture
def waits():
    return []


@pytest.fixture
def patience(request, waits):
    """Short where a server is late, else long enough for a busy machine."""
    timeout_s = 0.5 if "[late" in request.node.name else 20.0
    return Patience(timeout_s=timeout_s, waits_s=(5.0, 20.0, 60.0), sleep=waits.append)


def kept(folder):
    return sorted(folder.rglob("*.json"))


@pytest.mark.parametrize("mood", ["busy", "gateway", "late", "half", "halved", "html", "remark", "gaps", "hang_up"])
def test_after_a_bad_answer_the_good_one_counts(tmp_path, patience, mood):
    with MapServer() as good, MapServer(mood) as bad:
        whole = ask(TILE, TAGS, (good.address,), tmp_path / "good", patience)
        found = ask(TILE, TAGS, (bad.address,), tmp_path / "bad", patience)
        assert [told for told, _ in bad.asked] == [mood, "fine"]
    assert (found.nodes, found.ways, found.relations) == (whole.nodes, whole.ways, whole.relations)
    assert len(kept(tmp_path / "bad")) == 1


@pytest.mark.parametrize(
    ("mood", "key"),
    [
        ("busy", "busy"),
        ("gateway", "busy"),
        ("remark", "busy"),
        ("late", "slow"),
        ("half", "broken"),
        ("html", "broken"),
        ("gaps", "broken"),
        ("refused", "refused"),
    ],
)
def test_a_server_that_never_answers_well_is_given_up(tmp_path, patience, waits, mood, key):
    with MapServer(*[mood] * 20) as server, pytest.raises(DataError) as raised:
        ask(TILE, TAGS, (server.address,), tmp_path, patience)
    assert raised.value.key == f"fetch.{key}"
    assert len(server.asked) == 4
    assert len(waits) == 3
    assert kept(tmp_path) == []


def test_a_server_that_says_when_to_come_back_is_left_alone_until_then(tmp_path, patience, waits):
    with MapServer("busy") as server:
        ask(TILE, TAGS, (server.address,), tmp_path, patience)
    assert waits == [7.0]


def test_the_next_server_is_asked_before_any_wait(tmp_path, patience, waits):
    with MapServer("busy") as first, MapServer() as second:
        ask(TILE, TAGS, (first.address, second.address), tmp_path, patience)
        assert [len(server.asked) for server in (first, second)] == [1, 1]
    assert waits == []


def test_without_a_line_it_says_so_at_once(tmp_path, patience, waits):
    with MapServer() as server:
        address = server.address
    with pytest.raises(DataError) as raised:
        ask(TILE, TAGS, (address,), tmp_path, patience)
    assert raised.value.key == "fetch.offline"
    assert waits == []
    assert "\n" not in raised.value.sentence("zh")


def test_what_is_kept_is_not_asked_again_and_half_of_it_is(tmp_path, patience):
    with MapServer() as server:
        ask(TILE, TAGS, (server.address,), tmp_path, patience)
        ask(TILE, TAGS, (server.address,), tmp_path, patience)
        assert len(server.asked) == 1
        (answer,) = kept(tmp_path)
        answer.write_bytes(answer.read_bytes()[:1000])
        ask(TILE, TAGS, (server.address,), tmp_path, patience)
        assert len(server.asked) == 2


def test_osmnx_and_the_line_are_left_as_they_were(tmp_path, patience):
    before = {name: value for name, value in vars(osmnx.settings).items() if not name.startswith("_")}
    looked_up = socket.getaddrinfo
    with MapServer("html") as server:
        ask(TILE, TAGS, (server.address,), tmp_path, patience)
    assert {name: value for name, value in vars(osmnx.settings).items() if not name.startswith("_")} == before
    assert socket.getaddrinfo is looked_up


def test_tiles_cover_an_area_and_are_the_same_for_every_area():
    area = shapely.Point(120.51, 30.02).buffer(0.17)
    tiles = tiles_over(area)
    assert shapely.union_all([shapely.box(*tile.box) for tile in tiles]).buffer(1e-9).covers(area)
    assert all(shapely.box(*tile.box).intersects(area) for tile in tiles)
    assert set(tiles_over(area.buffer(-0.1))) <= set(tiles)


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, *({"elements": found} for found in (3, [{"type": "node"}], [{"type": "area", "id": 1}], [7]))],
    ids=["none", "list", "empty", "number", "no_id", "area", "seven"],
)
def test_what_is_no_map_data_is_no_answer(answer):
    with pytest.raises(NoAnswer):
        elements_of(answer)


def test_every_service_of_the_catalogue_is_asked_for():
    tags = tags_of(load_catalogue().services.values())
    for service in load_catalogue().services.values():
        for pairs in service.osm_tags:
            assert any(tags.get(key) is True or value in tags.get(key, ()) for key, value in pairs)


def test_a_study_is_fetched_and_runs_on_what_came(tmp_path, patience):
    study = write_small_study(tmp_path / "data" / "raw" / "xiao")
    (study.parent / "streets.osm.pbf").unlink()
    seen = []
    with MapServer("busy", "fine", "half") as server:
        servers = Servers((server.address,), server.address)
        fetched = fetch_for_study(study, servers, patience, lambda done, total: seen.append((done, total)))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 1
    require_whole_pbf(fetched.extract, vouched=False)
    provenance = tomllib.loads((study.parent / PROVENANCE).read_text(encoding="utf-8"))
    assert (provenance["ways"], provenance["data_of"]) == (fetched.ways, ["2026-06-30T00:00:00Z"])
    assert not (study.parent / ".fetch").exists()
    text = study.read_text(encoding="utf-8").replace("streets.osm.pbf", EXTRACT)
    study.write_text(text, encoding="utf-8")
    assert run_study(study).results.cells["on_network"].all()


def test_the_same_answers_give_the_same_bytes(tmp_path, patience):
    written = []
    for name in ("one", "two"):
        study = write_small_study(tmp_path / name)
        with MapServer() as server:
            fetched = fetch_for_study(study, Servers((server.address,), ""), patience, lambda *_: None)
        written.append(fetched.extract.read_bytes())
    assert written[0] == written[1]


def test_a_download_that_broke_off_goes_on_where_it_stopped(tmp_path, patience):
    study = write_small_study(tmp_path)
    with MapServer("fine", *["gateway"] * 4) as server:
        servers = Servers((server.address,), "")
        with pytest.raises(DataError):
            fetch_for_study(study, servers, patience, lambda *_: None)
        assert len(kept(tmp_path)) == 1
        assert not (tmp_path / EXTRACT).exists()
        before = len(server.asked)
        fetch_for_study(study, servers, patience, lambda *_: None)
        tiles = len(server.asked) - before + 1
        assert len({query for mood, query in server.asked if mood == "fine"}) == tiles


def test_a_place_is_found_by_its_name(tmp_path, patience):
    with MapServer() as server:
        servers = Servers((server.address,), server.address.removesuffix("/api"))
        fetched = fetch_by_name("小区县", tmp_path, servers, patience, lambda *_: None)
    assert fetched.extract.is_file()
    assert fetched.date == "2026-06-30"


@pytest.mark.parametrize(("mood", "key"), [("empty", "unknown_place"), ("busy", "busy"), ("html", "unknown_place")])
def test_a_name_that_nobody_knows(tmp_path, patience, mood, key):
    with MapServer(mood) as server, pytest.raises(DataError) as raised:
        fetch_by_name("无此县", tmp_path, Servers((server.address,), server.address), patience, lambda *_: None)
    assert raised.value.key == f"fetch.{key}"


def test_the_command_says_in_one_line_that_it_is_offline(tmp_path, capsys):
    study = write_small_study(tmp_path)
    with MapServer() as server:
        address = server.address
    assert main(["fetch", str(study), "--server", address]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "互联网" in line]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("name", "folder"), [("浙江省湖州市长兴县", "浙江省湖州市长兴县"), ("../../elsewhere", "elsewhere")]
)
def test_what_is_fetched_by_name_lies_where_a_study_of_it_would(tmp_path, monkeypatch, name, folder):
    asked = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        fetching, "fetch_by_name", lambda _, home, *__: asked.append(home) or Fetched(home, 1, 1, 0, "")
    )
    assert main(["fetch", name]) == 0
    assert [home.as_posix() for home in asked] == [f"data/raw/{folder}"]


def test_the_public_servers_are_written_down():
    servers = public_servers()
    assert len(servers.overpass) > 1
    assert all(address.startswith("https://") for address in (*servers.overpass, servers.nominatim))
