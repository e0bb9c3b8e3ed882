"""Pages opened in a real browser that can reach nobody."""

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""
PIXELS = """
(pane) => [...document.querySelectorAll(pane + " canvas")].reduce((sum, canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  for (let i = 3; i < data.length; i += 4) sum += data[i] > 0;
  return sum;
}, 0)
"""


def start_chromium():
    """A headless Chromium for the tests of one module; they are skipped where there is none, but not in CI."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Chromium at {CHROMIUM}")
        pytest.skip(f"no Chromium at {CHROMIUM}")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


# A page that comes late on a machine with other work is as good as one that comes at once.
PATIENCE_MS = 240_000


class Opened:
    """One opened page, and everything it asked for or complained of; its map jumps unless ``moving``."""

    def __init__(self, browser, file, size=(1366, 768), moving=False):
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            reduced_motion="no-preference" if moving else "reduce",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.requests, self.complaints = [], []
        self.context.route("**/*", self.answer)
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("html[data-ready=yes]", state="attached")

    def answer(self, route):
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()

    def ask(self, script, fact=None):
        return self.page.evaluate(script, fact)

    def close(self):
        found = (self.requests, self.complaints, self.ask("window.violations"), self.ask("window.hurt || null"))
        self.context.close()
        assert found == ([], [], [], None)
