"""The report: one file that needs nothing else, in both languages, with every figure in reach of a screen reader."""

from __future__ import annotations

import html.parser
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from moderation.model.classifier import Classifier
from moderation.policy import load_policy
from moderation.types import Label
from training.corpus import read, seed_file
from training.fit import Recipe, fit
from training.inspection import Inspection, Mistake, Word, inspect
from training.page import render
from training.plots import Axis, Both, Series, bars, lines

MADE = datetime(2026, 11, 25, 12, tzinfo=UTC)
VOID = {"meta", "input", "line", "rect", "polyline"}


@pytest.fixture(scope="module")
def inspection() -> Inspection:
    rows = [replace(e, labels={Label.TOXICITY: e.labels[Label.TOXICITY]}) for e in read(seed_file())]
    held_out = [e for i, e in enumerate(rows) if i % 4 == 0]
    train = [e for i, e in enumerate(rows) if i % 4]
    recipe = Recipe(min_df=2, max_features=4_000, folds=2)
    models = [Classifier(fit(part, {}, recipe), name) for part, name in ((train, "new"), (train[::2], "old"))]
    return inspect(models[0], models[1], held_out, load_policy(), volume=5_000)


class Outline(html.parser.HTMLParser):
    """What stands in a page: tags that nest, attributes, headings."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.data.append(data)


def outlined(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    assert not outline.open
    return outline


def test_the_page_is_whole_and_needs_nothing_else(inspection: Inspection) -> None:
    page = render(inspection, MADE)
    outline = outlined(page)
    tags = [tag for tag, _ in outline.seen]
    assert "script" not in tags
    assert not [
        value
        for _, attributes in outline.seen
        for name, value in attributes.items()
        if name in ("src", "href")
    ]
    assert "url(" not in page
    for section in (
        "gate",
        "labels",
        "curves",
        "reliability",
        "confusion",
        "promise",
        "slices",
        "evasion",
        "identity",
        "mistakes",
    ):
        assert ("h2", section) in {(tag, attributes.get("id")) for tag, attributes in outline.seen}


def test_comments_are_text_and_never_markup(inspection: Inspection) -> None:
    nasty = [Word("<script>alert(1)</script>", 0.5), Word('<b title="', 0.0)]
    page = render(replace(inspection, mistakes=[Mistake("en", False, 0.9, "<own>", nasty, nasty[:1])]), MADE)
    assert "script" not in [tag for tag, _ in outlined(page).seen]
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "&lt;own&gt;" in page


def test_every_text_is_there_in_both_languages(inspection: Inspection) -> None:
    outline = outlined(render(inspection, MADE))
    by_language = [
        sum("class" in a and (a["class"] or "").split()[-1] == language for _, a in outline.seen)
        for language in ("ko", "en")
    ]
    assert by_language[0] == by_language[1] > 100


def test_every_plot_has_title_and_description_and_a_table(inspection: Inspection) -> None:
    outline = outlined(render(inspection, MADE))
    plots = [a for tag, a in outline.seen if tag == "svg" and a.get("class") == "plot"]
    titles = [tag for tag, _ in outline.seen if tag in ("title", "desc")]
    assert len(plots) == 8  # four of each language
    assert len(titles) == 1 + 2 * len(plots)
    assert all(a.get("role") == "img" for a in plots)
    assert [tag for tag, _ in outline.seen].count("table") >= len(plots)


def test_the_figures_are_those_of_the_inspection(inspection: Inspection) -> None:
    page = render(inspection, MADE)
    for figure in inspection.candidate.figures:
        assert f"<td>{figure.roc_auc:.3f}</td>" in page
    assert inspection.now is not None
    for reason in inspection.reasons:
        assert reason.where in page
    worst = [mistake for mistake in inspection.mistakes if not mistake.abusive]
    assert worst
    assert all(m.score >= 0.5 for m in worst)
    assert all("".join(piece.text for piece in m.pieces) for m in inspection.mistakes)


def test_pieces_of_a_mistake_are_the_whole_comment(inspection: Inspection) -> None:
    texts = {e.text for e in read(seed_file())}
    own = [m for m in inspection.mistakes if m.source == "seed"]
    assert own
    assert all("".join(piece.text for piece in m.pieces) in texts for m in own)


def test_a_line_chart_keeps_within_its_frame() -> None:
    name = Both("이름 <", "name <")
    chart = lines(
        name, name, Axis(name), Axis(name, 0, 10, percent=False), [Series(name, [(0, -5), (2, 50)])]
    )
    assert 'points="56.0,218.0 340.0,12.0"' in chart
    assert "name &lt;" in chart


def test_bars_of_negative_values_go_to_the_left() -> None:
    name = Both("이름", "name")
    chart = bars(name, name, Axis(name, -0.1, 0.1, percent=False), [("<a>", 0.1), ("b", -0.1)])
    assert "&lt;a&gt;" in chart
    right, left = (part.split('"')[0] for part in chart.split('<rect class="bar')[1:])
    assert (right, left) == (" s0", " s1")


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis(Both("", "")), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (Axis(Both("", ""), 0, 10), [0, 2, 4, 6, 8, 10]),
        (Axis(Both("", ""), -0.05, 0.1), [-0.05, 0, 0.05, 0.1]),
        (Axis(Both("", ""), 0, 37), [0, 10, 20, 30]),
    ],
)
def test_ticks_are_round(axis: Axis, ticks: list[float]) -> None:
    assert axis.ticks() == pytest.approx(ticks)
