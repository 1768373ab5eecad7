"""Findings in sum, in combination, and under exceptions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.decide import decide
from moderation.policy import Policy, load_policy
from moderation.types import (
    Action,
    Decision,
    Finding,
    Language,
    Length,
    Severity,
    Span,
    Standing,
    Versions,
)

SPAN, LENGTH, VERSIONS = Span(0, 3), Length(3, 250), Versions("policy", "model", "1")
PHONE = Finding("personal_data.phone", SPAN)
LINK = Finding("links.link", SPAN)
SHOUTING = Finding("repetition.shouting", SPAN)
ADVERT = Finding("words.advertising", SPAN, severity=Severity.MILD)
MILD = Finding("words.insult", SPAN, severity=Severity.MILD)
CALM = Finding("toxicity.toxicity", SPAN, score=0.1)  # does not bear a doubtful word out
SWEARING = Finding("words.profanity", SPAN, severity=Severity.STRONG)

# The default's numbers may change with every model; what is made of numbers is tested with these.
NUMBERS = """
[lexicon]
files = []
[rules.toxicity]
toxicity.thresholds = { ko = { nudge = 0.60, hold = 0.80, reject = 0.99 }, en = { nudge = 0.60, hold = 0.80 } }
insult.thresholds = { ko = { hold = 0.90 }, en = { hold = 0.90 } }
spam.thresholds = { ko = { hold = 0.80 }, en = { hold = 0.80 } }
toxicity.weight = 2
insult.weight = 2
spam.weight = 2
[rules.repetition.shouting]
weight = 1
[rules.words.insult]
weights = { mild = 1, strong = 2, severe = 3 }
confirm.at_least = { mild = 0.60, strong = 0.60, severe = 0.90 }
[rules.words.advertising]
confirm.at_least = { mild = 0.50, strong = 0.50, severe = 0.50 }
[groups]
abuse.cap = 2
promotion.cap = 2
contact.cap = 2
flooding.cap = 2
[totals]
scores_from = 0.5
hold = 3
[combinations.solicitation]
action = "allow"
[combinations.group_attack]
action = "allow"
"""

Load = Callable[[str], Policy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(site: str) -> Policy:
        (tmp_path / "numbers.toml").write_text(NUMBERS)
        (tmp_path / "site.toml").write_text(site)
        return load_policy(tmp_path / "numbers.toml", tmp_path / "site.toml")

    return load


def score(label: str, value: float) -> Finding:
    return Finding(f"toxicity.{label}", SPAN, score=value)


def decided(
    policy: Policy,
    *findings: Finding,
    language: Language = "ko",
    now: datetime | None = None,
    standing: Standing = Standing.KNOWN,
    section: str | None = None,
) -> Decision:
    return decide(
        policy,
        findings,
        length=LENGTH,
        language=language,
        versions=VERSIONS,
        now=now,
        standing=standing,
        section=section,
    )


class TestTotals:
    @pytest.mark.parametrize(
        ("findings", "action", "rule"),
        [
            # One thing seen three ways (a word and two scores) is one thing: the group's cap holds.
            ([MILD, score("toxicity", 0.59), score("insult", 0.89)], Action.ALLOW, None),
            # With a second kind of sign beside it, it is held.
            ([MILD, score("toxicity", 0.59), SHOUTING], Action.HOLD, "totals.hold"),
            ([score("toxicity", 0.5), score("insult", 0.5), score("spam", 0.5)], Action.HOLD, "totals.hold"),
            # A score below `scores_from` adds nothing, one from there on its share of the weight.
            ([score("toxicity", 0.49), score("insult", 0.49), score("spam", 0.79)], Action.ALLOW, None),
            ([MILD, CALM, score("spam", 0.79)], Action.ALLOW, None),  # 1 + 1.58
            ([MILD, CALM, SHOUTING, score("spam", 0.5)], Action.HOLD, "totals.hold"),  # 1 + 1 + 1
            ([MILD, CALM, SHOUTING], Action.NUDGE, "repetition.shouting"),
            # What asks for more by itself settles it.
            ([score("toxicity", 0.85), score("insult", 0.7), SHOUTING], Action.HOLD, "toxicity.toxicity"),
        ],
    )
    def test_small_signs_add_up(
        self, load: Load, findings: list[Finding], action: Action, rule: str | None
    ) -> None:
        decision = decided(load(""), *findings)
        assert (decision.action, decision.rule) == (action, rule)

    def test_everything_that_adds_points_is_a_reason(self, load: Load) -> None:
        decision = decided(load(""), MILD, score("toxicity", 0.59), SHOUTING, score("spam", 0.2))
        assert [(reason.finding.rule, str(reason.action), reason.through) for reason in decision.reasons] == [
            ("words.insult", "hold", "totals.hold"),
            ("toxicity.toxicity", "hold", "totals.hold"),
            ("repetition.shouting", "nudge", ""),
        ]
        assert decision.clauses == ("abuse", "flooding")

    def test_many_of_one_kind_stay_within_the_cap(self, load: Load) -> None:
        assert decided(load(""), *[SHOUTING] * 9).action is Action.NUDGE
        assert decided(load("[groups.flooding]\ncap = 9"), *[SHOUTING] * 9).action is Action.HOLD

    def test_a_finding_without_a_group_adds_by_itself(self, load: Load) -> None:
        pose = Finding("words.impersonation", SPAN, severity=Severity.STRONG)
        site = load(
            '[totals]\nnudge = 1\nhold = 1.9\n[rules.words.impersonation]\naction = "nudge"\nweight = 2'
        )
        assert decided(site, pose).rule == "totals.hold"

    def test_what_the_site_never_minds_adds_nothing(self, load: Load) -> None:
        signs = [MILD, score("toxicity", 0.59), SHOUTING]
        assert decided(load(""), *signs).rule == "totals.hold"
        assert decided(load('[rules.repetition.shouting]\naction = "allow"'), *signs).action is Action.ALLOW

    def test_a_site_may_nudge_and_reject_by_total_too(self, load: Load) -> None:
        site = load("[totals]\nnudge = 0.5\nhold = 2.5\nreject = 3.5")
        assert decided(site, MILD, CALM).rule == "totals.nudge"
        assert decided(site, MILD, CALM, SHOUTING, score("spam", 0.79)).rule == "totals.reject"

    def test_no_score_and_not_a_number_add_nothing(self, load: Load) -> None:
        unknown = Finding("toxicity.insult", SPAN)
        assert (
            decided(load(""), unknown, score("insult", float("nan")), MILD, CALM, SHOUTING).action
            is Action.NUDGE
        )


class TestCombinations:
    SITE = """
        [combinations.pitch]
        clause = "advertising"
        action = "reject"
        all = ["personal_data.*", "words.advertising"]
        """

    def test_each_of_all_must_be_there(self, load: Load) -> None:
        policy = load(self.SITE)
        assert decided(policy, PHONE, ADVERT).rule == "combinations.pitch"
        assert decided(policy, PHONE).rule == "personal_data.phone"
        assert decided(policy, ADVERT, score("spam", 0.1)).action is Action.ALLOW
        assert decided(policy, LINK, ADVERT).action is Action.HOLD

    def test_a_word_counts_whatever_the_classifier_says_of_it(self, load: Load) -> None:
        assert decided(load(self.SITE), PHONE, ADVERT, score("spam", 0.01)).action is Action.REJECT

    def test_the_findings_name_both_clauses(self, load: Load) -> None:
        decision = decided(load(self.SITE), PHONE, ADVERT, score("spam", 0.01))
        assert [(reason.finding.rule, reason.clause, str(reason.action)) for reason in decision.reasons] == [
            ("personal_data.phone", "advertising", "reject"),
            ("words.advertising", "advertising", "reject"),
            ("personal_data.phone", "privacy", "hold"),
        ]
        assert decision.clauses == ("advertising", "privacy")

    @pytest.mark.parametrize(
        ("findings", "rejected"),
        [
            ([PHONE, score("spam", 0.7)], True),
            ([LINK, score("spam", 0.7)], True),
            ([PHONE, score("spam", 0.69)], False),  # the score that was asked for
            ([score("spam", 0.7)], False),  # none of `any`
            ([PHONE, score("spam", 0.7), MILD], False),  # something of `none`
        ],
    )
    def test_any_none_and_scores(self, load: Load, findings: list[Finding], rejected: bool) -> None:
        policy = load("""
            [combinations.bait]
            clause = "advertising"
            action = "reject"
            all = [{ rule = "toxicity.spam", score = 0.7 }]
            any = ["personal_data.phone", "links.*"]
            none = ["words.insult"]
            """)
        assert (decided(policy, *findings).rule == "combinations.bait") is rejected

    def test_a_score_without_a_number_counts_where_its_rule_asks(self, load: Load) -> None:
        policy = load("""
            [combinations.rude_link]
            clause = "links"
            action = "reject"
            all = ["links.link", "toxicity.*"]
            """)
        assert decided(policy, LINK, score("toxicity", 0.59)).action is Action.HOLD
        assert decided(policy, LINK, score("toxicity", 0.60)).action is Action.REJECT

    def test_only_some_severities(self, load: Load) -> None:
        policy = load("""
            [combinations.slur_link]
            clause = "abuse"
            action = "reject"
            all = ["links.link", { rule = "words.insult", severity = ["strong", "severe"] }]
            """)
        strong = Finding("words.insult", SPAN, severity=Severity.STRONG)
        assert decided(policy, LINK, MILD).action is Action.HOLD
        assert decided(policy, LINK, strong, score("toxicity", 0.1)).action is Action.REJECT

    def test_a_site_switches_one_off(self, load: Load) -> None:
        policy = load(self.SITE.replace('"reject"', '"allow"'))
        assert decided(policy, PHONE, ADVERT, score("spam", 0.1)).rule == "personal_data.phone"

    def test_one_for_new_authors_only(self, load: Load) -> None:
        policy = load(self.SITE + 'standing = ["new"]')
        assert decided(policy, PHONE, ADVERT, standing=Standing.NEW).action is Action.REJECT
        assert decided(policy, PHONE, ADVERT, standing=Standing.TRUSTED).action is Action.HOLD


class TestExceptions:
    def test_the_default_trusts_the_trusted_with_links(self) -> None:
        actions = {standing: decided(load_policy(), LINK, standing=standing).action for standing in Standing}
        assert actions == {
            Standing.NEW: Action.HOLD,
            Standing.KNOWN: Action.HOLD,
            Standing.TRUSTED: Action.ALLOW,
            Standing.STAFF: Action.ALLOW,
            Standing.WATCHED: Action.HOLD,
            Standing.BARRED: Action.HOLD,
        }

    def test_the_default_holds_what_it_asks_others_to_reconsider(self) -> None:
        assert decided(load_policy(), SHOUTING).action is Action.NUDGE
        assert decided(load_policy(), SHOUTING, standing=Standing.NEW).action is Action.HOLD

    @pytest.mark.parametrize(
        ("effect", "findings", "action"),
        [
            ('action = "allow"', [LINK], Action.ALLOW),
            ('action = "reject"', [LINK], Action.REJECT),
            ('at_most = "nudge"', [LINK], Action.NUDGE),
            ('at_most = "nudge"', [SHOUTING], Action.NUDGE),
            ('at_least = "hold"', [SHOUTING], Action.HOLD),
            ('at_least = "hold"', [LINK], Action.HOLD),
            # What asks for nothing is not made to ask.
            ('at_least = "hold"', [ADVERT, score("spam", 0.1)], Action.ALLOW),
            ('action = "hold"', [ADVERT, score("spam", 0.1)], Action.ALLOW),
        ],
    )
    def test_softer_and_harder(
        self, load: Load, effect: str, findings: list[Finding], action: Action
    ) -> None:
        policy = load(f"""
            [exceptions.sport]
            section = ["sport"]
            rules = ["links.*", "repetition.*", "words.*"]
            {effect}
            """)
        assert decided(policy, *findings, section="sport").action is action
        for elsewhere in ("politics", None):
            assert decided(policy, *findings, section=elsewhere) == decided(
                load(""), *findings, section=elsewhere
            )

    def test_other_thresholds_for_some(self, load: Load) -> None:
        policy = load("""
            [exceptions.strict_start]
            standing = ["new"]
            rules = ["toxicity.toxicity"]
            thresholds.ko = { hold = 0.3 }
            thresholds.en = { hold = 0.4 }
            """)
        assert decided(policy, score("toxicity", 0.35), standing=Standing.NEW).action is Action.HOLD
        assert decided(policy, score("toxicity", 0.35), standing=Standing.NEW, language="en").action is (
            Action.ALLOW
        )
        assert decided(policy, score("toxicity", 0.35)).action is Action.ALLOW

    def test_by_what_else_was_found(self, load: Load) -> None:
        policy = load("""
            [exceptions.untargeted]
            rules = ["words.profanity"]
            none = ["words.insult", { rule = "toxicity.insult", score = 0.5 }]
            action = "allow"
            """)
        assert decided(policy, SWEARING).action is Action.ALLOW
        assert decided(policy, SWEARING, score("insult", 0.5)).action is Action.HOLD
        assert decided(policy, SWEARING, MILD, score("toxicity", 0.1)).action is Action.HOLD

    def test_what_is_let_pass_weighs_nothing(self, load: Load) -> None:
        policy = load("""
            [exceptions.untargeted]
            section = ["sport"]
            rules = ["words.insult"]
            action = "allow"
            """)
        signs = [MILD, score("toxicity", 0.55), SHOUTING]
        assert decided(policy, *signs).rule == "totals.hold"
        assert decided(policy, *signs, section="sport").rule == "repetition.shouting"

    def test_totals_and_combinations_may_be_excepted(self, load: Load) -> None:
        policy = load(
            TestCombinations.SITE
            + """
            [exceptions.staff]
            standing = ["staff"]
            rules = ["totals.*", "combinations.pitch"]
            at_most = "nudge"
            """
        )
        signs = [MILD, score("toxicity", 0.59), SHOUTING]
        assert decided(policy, *signs, standing=Standing.STAFF).action is Action.NUDGE
        assert decided(policy, PHONE, ADVERT, standing=Standing.STAFF).rule == "personal_data.phone"
        assert decided(policy, PHONE, ADVERT).rule == "combinations.pitch"

    def test_later_ones_work_on_what_earlier_ones_left(self, load: Load) -> None:
        policy = load("""
            [exceptions.first]
            section = ["sport"]
            rules = ["links.link"]
            action = "nudge"
            [exceptions.second]
            standing = ["new"]
            rules = ["links.link"]
            at_least = "hold"
            """)
        assert decided(policy, LINK, section="sport", standing=Standing.NEW).action is Action.HOLD


class TestDates:
    SITE = """
        [rules.links.link]
        from = 2027-01-10
        until = 2027-01-20
        """

    @pytest.mark.parametrize(
        ("now", "action"),
        [
            # The site's day is Korea's: nine hours ahead of UTC. Both days count.
            (datetime(2027, 1, 9, 14, 59, tzinfo=UTC), Action.ALLOW),
            (datetime(2027, 1, 9, 15, 0, tzinfo=UTC), Action.HOLD),
            (datetime(2027, 1, 20, 14, 59, tzinfo=UTC), Action.HOLD),
            (datetime(2027, 1, 20, 15, 0, tzinfo=UTC), Action.ALLOW),
            (None, Action.HOLD),  # without a time nobody looks at the calendar
        ],
    )
    def test_a_rule_is_in_force_from_its_first_to_its_last_day(
        self, load: Load, now: datetime | None, action: Action
    ) -> None:
        assert decided(load(self.SITE), LINK, now=now).action is action

    def test_the_day_begins_where_the_site_says(self, load: Load) -> None:
        policy = load(self.SITE + '[calendar]\nutc_offset = "-05:00"')
        assert decided(policy, LINK, now=datetime(2027, 1, 10, 4, 59, tzinfo=UTC)).action is Action.ALLOW
        assert decided(policy, LINK, now=datetime(2027, 1, 10, 5, 0, tzinfo=UTC)).action is Action.HOLD

    def test_a_clause_takes_its_rules_and_combinations_along(self, load: Load) -> None:
        policy = load("[clauses.advertising]\nfrom = 2027-01-10\n" + TestCombinations.SITE)
        before, after = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
        assert decided(policy, score("spam", 0.9), now=before).action is Action.ALLOW
        assert decided(policy, score("spam", 0.9), now=after).rule == "toxicity.spam"
        assert decided(policy, PHONE, ADVERT, now=before).rule == "personal_data.phone"
        assert decided(policy, PHONE, ADVERT, now=after).rule == "combinations.pitch"
        assert "advertising" not in dict(policy.numbered(before))
        assert "advertising" in dict(policy.numbered(after))

    def test_an_exception_for_the_time_of_an_election(self, load: Load) -> None:
        policy = load("""
            [exceptions.election]
            from = 2027-03-01
            until = 2027-03-03
            section = ["politics"]
            rules = ["repetition.*"]
            at_least = "hold"
            """)
        during, later = datetime(2027, 3, 2, tzinfo=UTC), datetime(2027, 3, 9, tzinfo=UTC)
        assert decided(policy, SHOUTING, now=during, section="politics").action is Action.HOLD
        assert decided(policy, SHOUTING, now=later, section="politics").action is Action.NUDGE


findings = st.builds(
    Finding,
    rule=st.sampled_from(sorted(load_policy().rules)),
    span=st.just(SPAN),
    score=st.none() | st.floats(0, 1),
    severity=st.none() | st.sampled_from(Severity),
)
BARE = """
[totals]
hold = 1000
[combinations]
solicitation.action = "allow"
group_attack.action = "allow"
"""


def _bare() -> Policy:
    with TemporaryDirectory() as folder:
        (Path(folder) / "bare.toml").write_text(BARE)
        return load_policy(Path(folder) / "bare.toml")


DEFAULT, WITHOUT = load_policy(), _bare()


@given(st.lists(findings, max_size=6), st.sampled_from(["ko", "en"]))
def test_sums_and_combinations_only_ever_add(found: list[Finding], language: Language) -> None:
    whole, bare = decided(DEFAULT, *found, language=language), decided(WITHOUT, *found, language=language)
    assert whole.action >= bare.action
    assert set(bare.clauses) <= set(whole.clauses)
    assert {(r.finding, r.clause) for r in bare.reasons} <= {(r.finding, r.clause) for r in whole.reasons}


@given(findings)
def test_a_single_finding_is_decided_by_its_own_rule_alone(found: Finding) -> None:
    # A finding of weight 3 reaches the total of 3 alone, unless its group is capped below it.
    assert decided(DEFAULT, found).action is decided(WITHOUT, found).action
