"""A moderator's shift in a real browser, from the keyboard alone: how long the desk lets one wait for the next comment.

Of ten comments six are approved, one of them with a note first, two are rejected on another clause, one is sent back for
editing and one escalated. Measured within the page, from the last key of a ruling until the next card is
focused: the request, the ruling on the disk, and the answer drawn. Nobody reads here; 300 comments an hour leave
twelve seconds for each.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.desk import quantile
from benchmarks.tables import table
from moderation.store import Status
from moderation.types import Comment
from tests.browser.conftest import FLAGS, chromium
from tests.browser.visits import ARTICLE, Site, Visit
from tests.unhurried import shipped_moderator

MIX = (
    "approve",
    "reject",
    "approve",
    "note",
    "approve",
    "return",
    "approve",
    "reject",
    "approve",
    "escalate",
)
KEYS = {
    "approve": ("a",),
    "reject": ("r", "2", "Enter"),
    "return": ("e", "Enter"),
    "escalate": ("t",),
    "note": ("n", "지난주에도 왔습니다", "Control+Enter", "a"),
}
WATCH = """
() => {
  window.waits = [];
  let pressed = 0;
  addEventListener('keydown', () => { pressed = performance.now(); }, true);
  addEventListener('focusin', ({ target }) => {
    if (!target.matches('.card') || target.dataset.id === window.at) return;
    window.at = target.dataset.id;
    requestAnimationFrame(() => window.waits.push(performance.now() - pressed));
  }, true);
  window.at = document.activeElement.dataset.id;
}
"""
TEXTS = (
    "밤에도 문을 연다니 좋네요. 그런데 이런 병신 같은 결정은 누가 했나요? {}",
    "작년에 찍은 도서관 사진입니다. http://example.com/library/{}",
    "Late hours are great. But which fucking idiot planned the bus? {}",
    "궁금하면 010-1234-{:04}로 전화 주세요.",
)


def main() -> None:
    """Fill a queue, work through it, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--comments", type=int, default=300)
    count = options.parse_args().comments
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(shipped_moderator(), Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            fill(site, count + 1)
            waits = work(Visit(browser.new_page(viewport={"width": 1280, "height": 900}), site), count)
        finally:
            browser.close()
            site.close()
    rows = []
    everything = [wait for each in waits.values() for wait in each]
    for what, times in {**waits, "all": everything}.items():
        p50, p95 = (f"{quantile(times, share):.0f}" for share in (0.5, 0.95))
        rows.append((what, str(len(times)), p50, p95))
    print(table(("ruling", "times", "p50 ms", "p95 ms"), rows))


def fill(site: Site, count: int) -> None:
    """So many held comments by as many authors, as the shipped policy and model judge them."""
    for number in range(count):
        comment = Comment(TEXTS[number % len(TEXTS)].format(number), author=f"물결 {number}", article=ARTICLE)
        site.store.add(comment, site.moderator.judge(comment), Status.HELD)


def work(visit: Visit, count: int) -> dict[str, list[float]]:
    """Rule on so many, one after another; milliseconds until the next one could be read, by what was done."""
    visit.open("/review/?order=oldest")
    page = visit.page
    page.locator(".card:focus").wait_for()
    page.evaluate(WATCH)
    waits: dict[str, list[float]] = defaultdict(list)
    for number in range(count):
        act = MIX[number % len(MIX)]
        for key in KEYS[act]:
            press(page, key)
        page.wait_for_function("count => window.waits.length > count", arg=number)
        waits[act].append(float(page.evaluate("window.waits.at(-1)")))
    assert visit.faults == []
    return waits


def press(page: Page, key: str) -> None:
    """A key, or a text typed into the dialog that is open; the next key is pressed once a dialog has come or gone."""
    if " " in key:
        page.keyboard.type(key)
        return
    page.keyboard.press(key)
    if key in ("r", "e", "n"):
        page.get_by_role("dialog").wait_for()
    elif key.endswith("Enter"):
        page.get_by_role("dialog").wait_for(state="hidden")


if __name__ == "__main__":
    main()
