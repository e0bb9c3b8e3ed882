"""Forty hostile names through every output: nothing runs, computes or leads elsewhere, and no name is lost."""

import shutil

import pytest
from hostile_channels import CHANNELS, lost
from hostile_names import hostile_results
from opened_pages import start_chromium

pytestmark = pytest.mark.browser
NEEDS = {"report (pdf)": "pdftotext"}


@pytest.fixture(scope="module")
def results():
    return hostile_results()


@pytest.fixture(scope="module")
def browser():
    yield from start_chromium()


@pytest.mark.parametrize("channel", CHANNELS)
def test_names_are_text_and_all_of_it(channel, results, browser, tmp_path):
    needed = NEEDS.get(channel)
    if needed and not shutil.which(needed):
        pytest.skip(f"no {needed} to read it back with")
    shown = CHANNELS[channel](results, tmp_path, browser)
    assert shown.harm == ()
    assert lost(shown) == []


def test_the_watch_sees_what_runs_and_what_is_asked_for(browser, tmp_path):
    """The harness itself: a page without any care is caught."""
    from hostile_channels import opened
    from hostile_names import NAMES

    (tmp_path / "careless.html").write_text(f"<meta charset=utf-8>{'<p>'.join(NAMES)}", encoding="utf-8")
    shown = opened(browser, tmp_path / "careless.html")
    assert any(harm.startswith("ran") for harm in shown.harm)
    assert any("hurt.invalid" in harm for harm in shown.harm)
    assert lost(shown)
