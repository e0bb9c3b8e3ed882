"""Names that the program has made are told in the language of the reader; a person's own stay."""

import dataclasses

import pytest
from made_results import made_results

from circle15.assess.place_names import MIDDLE, SIDES, area_name
from circle15.assess.underserved import told_apart
from circle15.catalogue.entries import Label
from circle15.publish.retold import area_retold, site_retold, with_areas_retold
from circle15.words import say

UNITS = {"东部街道", "东镇", "北村", "近水村"}


@pytest.mark.parametrize(("source", "lang"), [("zh", "en"), ("en", "zh")])
def test_every_name_of_an_area_is_told_as_if_made_in_the_other_language(source, lang):
    for side in (*SIDES, MIDDLE):
        for town in ("东部街道", "东镇"):
            for village in ("", "北村", "近水村"):
                made, other = (area_name(town, side, village, each) for each in (source, lang))
                assert area_retold(made, UNITS, lang) == other
                assert area_retold(other, UNITS, lang) == other
                many = [{"name": made}] * 12, [{"name": other}] * 12
                for one, two in zip(told_apart(many[0], source), told_apart(many[1], lang), strict=True):
                    assert area_retold(one["name"], UNITS, lang) == two["name"]


@pytest.mark.parametrize("name", ["", "东部街道", "西镇北部", "东镇北部·近南村", "{side}", "甲（之一）", "a\nb", "("])
def test_what_is_no_made_name_stays(name):
    assert area_retold(name, UNITS, "en") == name
    assert site_retold(name, [Label("小学", "Primary school")], "en") == name


@pytest.mark.parametrize(("source", "lang"), [("zh", "en"), ("en", "zh")])
def test_every_name_of_a_site_is_told_in_the_other_language(source, lang):
    services = [Label("小学", "Primary school"), Label("托育（幼）", "Childcare (0-2)")]
    for service in services:
        for key, more in (("site_number", {}), ("site_at", {"place": "人民路 / (东)街"})):
            made, other = (
                say(f"sited.{key}", each, service=service.in_language(each), number=12, **more)
                for each in (source, lang)
            )
            assert site_retold(made, services, lang) == other
            again = [say("sited.site_again", each, name=name) for each, name in ((source, made), (lang, other))]
            assert site_retold(again[0], services, lang) == again[1]


def test_areas_of_results_are_retold():
    results = made_results(columns=32, rows=24, points=8)
    town = str(results.zones.loc[results.zones["level"] == "town", "name"].iloc[0])
    named = dataclasses.replace(results, underserved=results.underserved.assign(name=area_name(town, "east", "", "zh")))
    assert set(with_areas_retold(named, "en").underserved["name"]) == {f"Eastern {town}"}
    assert set(with_areas_retold(named, "zh").underserved["name"]) == {f"{town}东部"}
