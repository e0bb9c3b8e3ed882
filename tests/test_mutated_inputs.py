"""Spoilt files of every kind: read, or refused in a sentence; nothing outside the workspace, nobody called."""

import pytest
from mutated_study import SpoiltStudy

# Numbers of cases taken evenly from the many of scripts/verification/mutations.py.
CASES, STEP = 246, 37


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    spoilt = SpoiltStudy(tmp_path_factory.mktemp("spoilt"))
    yield spoilt
    spoilt.close()


def test_no_spoilt_file_brings_a_traceback_a_path_outside_or_a_call(study):
    cases = [study.run(number) for number in range(0, CASES * STEP, STEP)]
    assert [f"{case.number} {case.kind}: {case.detail}" for case in cases if case.detail] == []
    assert {case.kind for case in cases} == {slot.kind for slot in study.slots}
    became = [case.became for case in cases]
    assert min(became.count("accepted"), became.count("refused")) > CASES // 10


def test_what_must_not_happen_would_be_seen(study, monkeypatch):
    """A reader that calls, writes outside or fails in its own words is a finding each time."""
    import socket
    from pathlib import Path

    def calls(_):
        socket.create_connection(("127.0.0.1", study.listener.socket.getsockname()[1])).close()

    def writes(_):
        Path(study.home / "outside.txt").write_text("x")

    def fails(_):
        raise ZeroDivisionError

    number = next(at for at, slot in enumerate(study.slots) if slot.spoilt == "clinics.xlsx")
    for harm, word in ((calls, "socket"), (writes, "outside"), (fails, "ZeroDivisionError")):
        monkeypatch.setattr(study.parts["study.toml"], "read", harm)
        assert word in study.run(number).detail
