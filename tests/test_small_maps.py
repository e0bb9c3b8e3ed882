"""Small maps of under-served areas: a map per service with its numbers, on one page of a report."""

import dataclasses

import pytest
from made_results import HOSTILE_NAMES, made_results

from circle15.catalogue.entries import Label
from circle15.publish.report.pictures import maps_of, most_lacking
from circle15.publish.sheets.material import Material
from circle15.publish.sheets.small_maps import MOST, small_maps


@pytest.fixture(scope="module")
def results():
    return made_results(columns=32, rows=24, points=8)


def words_of(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_service_has_its_map_and_numbers(results, lang):
    services = list(results.catalogue.services)[:MOST]
    figure = small_maps(Material(results, lang), services)
    told = words_of(figure)
    assert len(figure.axes) == 1 + len(services)
    for id_ in services:
        own = results.underserved[results.underserved["service"] == id_]
        assert results.catalogue.services[id_].label.in_language(lang) in told or "…" in "".join(told)
        assert any(f"{len(own)}" in words and f"{own['people'].sum():,.0f}" in words for words in told)
    width, height = (round(inches * 25.4) for inches in figure.get_size_inches())
    assert (width, height <= 222) == (156, True)


def test_names_are_drawn_as_they_are(results):
    first = next(iter(results.catalogue.services))
    service = dataclasses.replace(results.catalogue.services[first], label=Label(HOSTILE_NAMES[0], HOSTILE_NAMES[0]))
    services = {**results.catalogue.services, first: service}
    study = dataclasses.replace(results, catalogue=dataclasses.replace(results.catalogue, services=services))
    assert any(words.startswith(HOSTILE_NAMES[0][:6]) for words in words_of(small_maps(Material(study, "zh"), [first])))


def test_every_service_with_areas_has_a_map_in_the_report(results, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "circle15.publish.drawing.png_bytes", lambda *_: b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\0\0\4\0" * 2
    )
    for name in ("service.service_sheet", "choropleth.index_sheet"):
        monkeypatch.setattr(f"circle15.publish.sheets.{name}", lambda *_, **__: None)
    monkeypatch.setattr("circle15.publish.sheets.small_maps.small_maps", lambda _, services: drawn.extend(services))
    pictures = maps_of(Material(results, "zh"))
    lacking = set(results.underserved["service"])
    large = {name.removeprefix("map_") for name in pictures if name.startswith("map_")}
    assert large == set(most_lacking(results))
    assert large | set(drawn) == lacking
    assert len(drawn) == len(lacking) - len(large)
    assert ("small_maps_1" in pictures) == bool(drawn)
