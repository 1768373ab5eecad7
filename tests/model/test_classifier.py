"""The serving form gives the numbers of the estimators that it was built from, and takes them apart exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.model.artifact import load_shipped
from moderation.model.classifier import Classifier, Fitted
from moderation.text.normalize import normalize
from moderation.types import Label, Language

COMMENTS = [
    "이 멍청이들은 숫자도 못 세나 봐",
    "기사 잘 봤습니다 수고하세요",
    "you people are pathetic losers, losers!",
    "Thanks for adding the sources at the end.",
    "ㅋㅋㅋㅋ",
    "",
    "카톡 추가하면 무료 리딩방 입장",
]
TEXTS = [normalize(comment) for comment in COMMENTS]
FOLDED = [text.folded for text in TEXTS]
LANGUAGES: list[Language] = [text.language for text in TEXTS]


def by_scikit_learn(fitted: Fitted) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    features = fitted.vectorizer.transform(FOLDED)
    columns = []
    for label, model in fitted.linear.items():
        logits = model.decision_function(features).reshape(-1, 1)
        calibrated = [
            fitted.calibrators[label][language].predict_proba(logit.reshape(1, 1))[0, 1]
            for language, logit in zip(LANGUAGES, logits, strict=True)
        ]
        columns.append(calibrated)
    return np.array(columns).T


def test_batch_equals_scikit_learn(fitted: Fitted, classifier: Classifier) -> None:
    assert np.abs(classifier.scores(FOLDED, LANGUAGES) - by_scikit_learn(fitted)).max() < 1e-6


def test_one_by_one_equals_the_batch(classifier: Classifier) -> None:
    batch = classifier.scores(FOLDED, LANGUAGES)
    for row, (folded, language) in enumerate(zip(FOLDED, LANGUAGES, strict=True)):
        assert np.abs(classifier.scores([folded], [language])[0] - batch[row]).max() < 1e-9


def test_no_comments_no_scores(classifier: Classifier) -> None:
    assert classifier.scores([], []).shape == (0, len(classifier.labels))


@pytest.mark.parametrize("label", [Label.TOXICITY, Label.SPAM])
@given(st.one_of(st.sampled_from(FOLDED), st.text("가나다멍청이 abcdef", max_size=40)))
@settings(max_examples=60, deadline=None)
def test_an_explanation_adds_up_to_the_score(classifier: Classifier, label: Label, folded: str) -> None:
    explanation = classifier.explain(folded, "ko", label)
    for parts in (explanation.words, explanation.ngrams):
        assert explanation.intercept + sum(part.weight for part in parts) == pytest.approx(
            explanation.logit, abs=1e-9
        )
    score = classifier.scores([folded], ["ko"])[0, classifier.labels.index(label)]
    assert explanation.score == pytest.approx(score, abs=1e-9)


def test_an_explanation_names_the_words_where_they_stand(classifier: Classifier) -> None:
    folded = "what a pathetic loser you are"
    explanation = classifier.explain(folded, "en", Label.TOXICITY)
    assert [word.text for word in explanation.words] == folded.split()
    assert all(folded[word.span.start : word.span.end] == word.text for word in explanation.words)


def test_the_shipped_model_blames_the_words_that_a_reader_would() -> None:
    shipped = load_shipped()
    cases: list[tuple[str, Language, set[str]]] = [
        ("what a pathetic loser you are", "en", {"pathetic", "loser"}),
        ("이 멍청이들은 숫자도 못 세나 봐", "ko", {"멍청이들은"}),
    ]
    for folded, language, blamed in cases:
        words = shipped.explain(folded, language, Label.TOXICITY).words
        assert max(words, key=lambda word: word.weight).text in blamed
