"""Spoilt files of every kind: read, or refused in a sentence; nothing outside the workspace, nobody called."""

import socket
from functools import partial

import pytest
from mutated_study import SpoiltStudy

# Numbers of cases taken evenly from the many of scripts/verification/mutations.py.
CASES, STEP = 80, 37


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    spoilt = SpoiltStudy(tmp_path_factory.mktemp("spoilt"))
    yield spoilt
    spoilt.close()


def test_what_is_not_spoilt_is_read(study):
    """Else a spoilt file would be refused for another's fault, before its own reader."""
    for slot in study.slots:
        if slot.spoilt == slot.named and slot.named not in study.parts:
            study.parts[slot.study].read(slot.named)


def test_no_spoilt_file_brings_a_traceback_a_path_outside_or_a_call(study):
    cases = [study.run(number) for number in range(0, CASES * STEP, STEP)]
    assert [f"{case.number} {case.kind}: {case.detail}" for case in cases if case.detail] == []
    assert {case.kind for case in cases} == {slot.kind for slot in study.slots}
    became = [case.became for case in cases]
    assert min(became.count("accepted"), became.count("refused")) > CASES // 10


def calls(study, _):
    socket.create_connection(study.listener.socket.getsockname()).close()


def writes(study, _):
    (study.home / "outside.txt").write_text("x", encoding="utf-8")


def fails(*_):
    raise ZeroDivisionError


@pytest.mark.parametrize(("harm", "word"), [(calls, "socket"), (writes, "outside"), (fails, "ZeroDivisionError")])
def test_what_must_not_happen_would_be_seen(study, monkeypatch, harm, word):
    number = next(at for at, slot in enumerate(study.slots) if slot.spoilt == "clinics.xlsx")
    monkeypatch.setattr(study.parts["study.toml"], "read", partial(harm, study))
    assert word in study.run(number).detail
