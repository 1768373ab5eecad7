"""Policy files: merging, the content hash, and errors that an editor can act on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moderation.errors import PolicyError
from moderation.policy import LANGUAGES, Thresholds, load_policy, shipped
from moderation.types import Action, Label

NEW_CLAUSE = """
[clauses.sport]
number = 15
title = { ko = "승부 조작", en = "Match fixing" }
text = { ko = "근거 없이 승부 조작을 주장하지 않습니다.", en = "Do not allege match fixing without grounds." }
rationale = { ko = "근거 없는 의혹은 선수를 해칩니다.", en = "Groundless suspicion harms players." }
"""
NEW_MESSAGES = """
[messages.ko.clauses]
sport = "근거를 함께 적어 주세요."
[messages.en.clauses]
sport = "Please give your grounds."
"""
WORD = 'category = "insult"\nseverity = "strong"\nsource = "the desk"\nadded = 2026-01-31\n'


def written(folder: Path, text: str, name: str = "site.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def fault(*files: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        load_policy(*files)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[rules.toxicity.toxicity]\nthresholds.ko = { reject = 1.4 }",
            "`rules.toxicity.toxicity.thresholds.ko.reject`: must be at most 1, found `1.4`",
        ),
        (
            "[rules.toxicity.toxicity]\nthresholds.ko = { nudge = 0.9, hold = 0.5, reject = 0.95 }",
            "`rules.toxicity.toxicity.thresholds.ko`: thresholds must rise from nudge over hold to reject",
        ),
        (
            '[rules.links.link]\naction = "delete"',
            "`rules.links.link.action`: `delete` is no action; use allow, nudge, hold or reject",
        ),
        (
            '[rules.links.link]\naction = "hold"\n'
            'by_severity = { mild = "hold", strong = "hold", severe = "hold" }',
            "`rules.links.link`: needs exactly one of `action`, `by_severity` and `thresholds`",
        ),
        (
            '[rules.words.insult.confirm]\nlabel = "rude"',
            "`rules.words.insult.confirm.label`: must be 'toxicity', 'insult', 'identity_attack', 'threat', "
            "'sexual', 'profanity' or 'spam', found `rude`",
        ),
        (
            '[rules.links.link.confirm]\nlabel = "spam"\n'
            "at_least = { mild = 0.5, strong = 0.5, severe = 0.5 }\n"
            'otherwise = { mild = "hold", strong = "hold", severe = "hold" }',
            "`rules.links.link`: `confirm` goes with `by_severity` only",
        ),
        ("[rules]\nlinks = 3", "`rules.links`: must be a table, found `3`"),
        ("[limits]\ngrapheme = 300", "`limits.grapheme`: there is no such field; did you mean `graphemes`?"),
        ("[limits]\ncolour = 300", "`limits.colour`: there is no such field"),
        ("[limits]\ngraphemes = 0", "`limits.graphemes`: must be at least 1, found `0`"),
        ('[limits]\ngraphemes = "many"', "`limits.graphemes`: must be a whole number, found `many`"),
        ("[clauses.abuse]\nappeal = 'maybe'", "`clauses.abuse.appeal`: must be true or false, found `maybe`"),
        (
            "[clauses.abuse]\nnumber = 2",
            "`clauses`: `abuse` and `hatred` share the number 2; each clause needs its own",
        ),
        ("[clauses.sport]\nnumber = 15\ntitle.ko = '승부'", "`clauses.sport.title.en`: is missing"),
        (
            NEW_CLAUSE,
            "`clauses.sport`: has no author message; write one under `[messages.ko.clauses]` "
            "and one under `[messages.en.clauses]`",
        ),
        ("[messages.ko.clauses]\nabuse = ''", "`messages.ko.clauses.abuse`: is empty; write a text"),
        (
            "[messages.ko.clauses]\nabus = '고쳐 주세요.'",
            "`messages.en.clauses.abus`: is missing",
        ),
        (
            "[lexicon]\nremove = ['no such word']",
            "`lexicon.remove`: `no such word` is in none of the lists; check the spelling",
        ),
        (
            "[lexicon]\nfiles = ['words.toml']",
            "`lexicon.files`: `words.toml` is neither beside this file nor among the shipped lists",
        ),
        ("[lexicon]\nfiles = 'words.toml'", "`lexicon.files`: must be a list, found `words.toml`"),
        (
            '[combinations.ad]\nclause = "advertising"\naction = "hold"\nall = ["words.advertise"]',
            "`combinations.ad.all.0`: there is no rule `words.advertise`; did you mean `words.advertising`?",
        ),
        (
            '[combinations.ad]\nclause = "advertising"\naction = "hold"\nany = ["word.*"]',
            "`combinations.ad.any.0`: there is no rule `word.*`; did you mean `words.*`?",
        ),
        (
            '[combinations.ad]\nclause = "advertising"\naction = "hold"\nnone = ["words.*"]',
            "`combinations.ad`: looks for nothing; name rules under `all` or `any`",
        ),
        (
            '[combinations.ad]\nclause = "advertising"\naction = "ban"\nall = ["words.*"]',
            "`combinations.ad.action`: `ban` is no action; use allow, nudge, hold or reject",
        ),
        (
            '[combinations.ad]\naction = "hold"\nall = ["words.*"]',
            "`combinations.ad.clause`: is missing",
        ),
        (
            '[combinations.ad]\nclause = "links"\naction = "hold"\nall = [{ rule = "links.link", score = 0.5 }]',
            "`combinations.ad.all.0`: `score` is for rules that go by thresholds, and `links.link` stands for none",
        ),
        (
            '[combinations.ad]\nclause = "links"\naction = "hold"\n'
            'all = [{ rule = "links.*", severity = ["mild"] }]',
            "`combinations.ad.all.0`: `severity` is for listed words, and `links.*` stands for none",
        ),
        (
            '[combinations.ad]\nclause = "links"\naction = "hold"\n'
            'all = [{ rule = "words.*", severity = ["awful"] }]',
            "`combinations.ad.all.0.severity.0`: must be 'mild', 'strong' or 'severe', found `awful`",
        ),
        (
            '[combinations.ad]\nclause = "links"\naction = "hold"\nall = [{ rule = "toxicity.spam", score = 2 }]',
            "`combinations.ad.all.0.score`: must be at most 1, found `2`",
        ),
        (
            '[combinations.ad]\nclause = "links"\naction = "hold"\nall = [3]',
            "`combinations.ad.all.0`: must be a table, found `3`",
        ),
        (
            '[exceptions.vip]\nstanding = ["vip"]\nrules = ["links.*"]\naction = "allow"',
            "`exceptions.vip.standing.0`: must be 'new', 'known', 'trusted', 'staff', 'watched' or 'barred', found `vip`",
        ),
        (
            '[exceptions.vip]\nstanding = "staff"\nrules = ["links.*"]\naction = "allow"',
            "`exceptions.vip.standing`: must be a list, found `staff`",
        ),
        (
            '[exceptions.vip]\nrules = ["links.*"]\naction = "allow"',
            "`exceptions.vip`: holds for every comment; name `standing`, `section`, `from`, `until`, `all`, "
            "`any` or `none`, or change the rule itself",
        ),
        (
            '[exceptions.vip]\nstanding = ["staff"]\nrules = ["links.*"]\naction = "allow"\nat_most = "hold"',
            "`exceptions.vip`: needs exactly one of `action`, `at_most`, `at_least` and `thresholds`",
        ),
        (
            '[exceptions.vip]\nstanding = ["staff"]\nrules = ["link.link"]\naction = "allow"',
            "`exceptions.vip.rules.0`: there is no rule `link.link`; did you mean `links.link`?",
        ),
        (
            '[exceptions.vip]\nstanding = ["staff"]\nrules = ["totals.holds"]\naction = "allow"',
            "`exceptions.vip.rules.0`: there is no rule `totals.holds`; did you mean `totals.hold`?",
        ),
        (
            '[exceptions.vip]\nstanding = ["staff"]\nrules = []\naction = "allow"',
            "`exceptions.vip.rules`: is empty; name at least 1",
        ),
        (
            '[exceptions.vip]\nstanding = ["staff"]\nrules = ["links.link"]\n'
            "thresholds = { ko = { hold = 0.5 }, en = { hold = 0.5 } }",
            "`exceptions.vip.rules.0`: `links.link` goes by no thresholds; use `action`, `at_most` or `at_least`",
        ),
        (
            '[rules.links.link]\ngroup = "contacts"',
            "`rules.links.link.group`: group `contacts` does not exist; use one of abuse, promotion, contact, "
            "flooding",
        ),
        (
            '[rules.length.empty]\ngroup = "abuse"',
            "`rules.length.empty`: `group` alone weighs nothing; name a `weight`, or `weights` by severity",
        ),
        (
            "[rules.links.link]\nweights = { mild = 1, strong = 2, severe = 3 }",
            "`rules.links.link`: `weights` goes with `by_severity` only; use `weight`",
        ),
        ("[rules.links.link]\nweight = -1", "`rules.links.link.weight`: must be at least 0, found `-1`"),
        ("[totals]\nnudge = 5\nhold = 4", "`totals`: totals must rise from nudge over hold to reject"),
        ("[totals]\nhold = 0", "`totals`: a total of 0 is reached by every comment; name more points"),
        ("[totals]\nscores_from = 50", "`totals.scores_from`: must be at most 1, found `50`"),
        ("[groups.mine]", "`groups.mine.cap`: is missing"),
        (
            "[rules.links.link]\nfrom = 2027-02-01\nuntil = 2027-01-01",
            "`rules.links.link`: begins on 2027-02-01, after it ends on 2027-01-01; `from` comes first",
        ),
        (
            "[clauses.links]\nfrom = 'soon'",
            "`clauses.links.from`: must be a date such as 2026-01-31, found `soon`",
        ),
        (
            "[clauses.links]\nuntil = 2027-02-01T12:00:00",
            "`clauses.links.until`: must be a date without a time, such as 2026-01-31",
        ),
        ("[clauses.links]\nform = 2027-02-01", "`clauses.links.form`: there is no such field"),
        (
            "[calendar]\nutc_offset = 'Seoul'",
            "`calendar.utc_offset`: must be of the form +09:00, found `Seoul`",
        ),
        ("[clauses.abuse]\nviolates.fr = ['con']", "`clauses.abuse.violates.fr`: there is no such field"),
        (
            "[clauses.abuse]\nappeal_route.ko = ''",
            "`clauses.abuse.appeal_route.ko`: is empty; write a text",
        ),
        ("[messages]\nko = 3", "`messages.ko`: must be a table, found `3`"),
        ("[messages.fr.clauses]\nabuse = 'Non.'", "`messages.fr`: there is no such field"),
        (
            "[messages.ko.clause]\nabuse = '고쳐 주세요.'",
            "`messages.ko.clause`: there is no such field",
        ),
        ("[limits\n", "not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 8)"),
    ],
)
def test_a_fault_names_file_place_value_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path, text)
    assert fault(file).splitlines()[0] == f"{file}: {message}"


def test_a_rule_for_an_unknown_clause_names_the_known_ones(tmp_path: Path) -> None:
    file = written(tmp_path, '[rules.links.link]\nclause = "linking"')
    message = fault(file)
    assert message.startswith(
        f"{file}: `rules.links.link.clause`: clause `linking` does not exist; use one of abuse, "
    )
    assert message.endswith(", form, standing")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, "[limits]\ngraphemes = 0\nmarks = 100")
    assert fault(file).splitlines() == [
        f"{file}: `limits.graphemes`: must be at least 1, found `0`",
        f"{file}: `limits.marks`: must be at most 64, found `100`",
    ]


def test_a_fault_is_laid_to_the_file_that_has_it(tmp_path: Path) -> None:
    wrong = written(tmp_path, "[limits]\nbytes = 3", "wrong.toml")
    right = written(tmp_path, "[limits]\ngraphemes = 300", "right.toml")
    assert fault(wrong, right).startswith(f"{wrong}: `limits.bytes`")


def test_an_entry_of_a_word_list_is_named_by_place_and_term(tmp_path: Path) -> None:
    words = written(
        tmp_path,
        f'language = "ko"\n[[entries]]\nterm = "멍청이"\n{WORD}'
        '[[entries]]\nterm = "바보"\ncategory = "rude"\nseverity = "mild"\nadded = 2026-01-31\n',
        "words.toml",
    )
    lines = fault(written(tmp_path, '[lexicon]\nfiles = ["words.toml"]')).splitlines()
    assert lines[0].startswith(f"{words}: entry 2 (`바보`): `category`: must be 'insult', ")
    assert lines[0].endswith(", found `rude`")
    assert lines[1] == f"{words}: entry 2 (`바보`): `source`: is missing"


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    absent = tmp_path / "absent.toml"
    assert fault(absent) == f"{absent}: there is no such file"
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# caf\xe9\n")
    assert fault(latin) == f"{latin}: byte 5 is not UTF-8; save the file as UTF-8"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_bytes(b"\xef\xbb\xbf[limits]\ngraphemes = 300\n")
    assert load_policy(file).limits.graphemes == 300


def test_tables_merge_key_by_key_and_later_files_win(tmp_path: Path) -> None:
    first = written(tmp_path, "[limits]\ngraphemes = 300\nmarks = 4", "first.toml")
    second = written(tmp_path, "[limits]\ngraphemes = 400\n[links]\nallow = ['example.kr']", "second.toml")
    default, merged = load_policy(), load_policy(first, second)
    assert (merged.limits.graphemes, merged.limits.marks) == (400, 4)
    assert merged.limits.bytes == default.limits.bytes
    assert merged.links.allow == ("example.kr",)
    assert merged.rules == default.rules


def test_another_way_of_deciding_takes_the_place_of_the_default(tmp_path: Path) -> None:
    merged = load_policy(written(tmp_path, '[rules.toxicity.toxicity]\naction = "hold"'))
    rule = merged.rules["toxicity.toxicity"]
    assert (rule.action, rule.thresholds, rule.clause) == (Action.HOLD, None, "abuse")


def test_a_rule_that_asks_another_way_drops_what_went_with_severity(tmp_path: Path) -> None:
    merged = load_policy(written(tmp_path, '[rules.words.insult]\naction = "hold"'))
    rule = merged.rules["words.insult"]
    assert (rule.action, rule.confirm, rule.weights, rule.group) == (Action.HOLD, None, None, None)
    merged = load_policy(written(tmp_path, '[rules.words.insult]\naction = "hold"\nweight = 2'))
    assert (merged.rules["words.insult"].weight, merged.rules["words.insult"].group) == (2, "abuse")


def test_another_effect_of_an_exception_takes_the_place_of_the_default(tmp_path: Path) -> None:
    merged = load_policy(written(tmp_path, '[exceptions.trusted_links]\nat_most = "nudge"'))
    exemption = merged.exceptions["trusted_links"]
    assert (exemption.action, exemption.at_most) == (None, Action.NUDGE)


def test_every_clause_says_how_to_appeal(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, "[appeals]\ndays = 30\ncontact.en = 'desk@example.com'"))
    for name, clause in policy.clauses.items():
        ko, en = policy.appeal_route(name, "ko"), policy.appeal_route(name, "en")
        assert "{" not in ko + en
        assert any("가" <= char <= "힣" for char in ko), name
        assert ("desk@example.com" in en) is clause.appeal, name
    site = load_policy(written(tmp_path, NEW_CLAUSE + NEW_MESSAGES))
    assert "14 days" in site.appeal_route("sport", "en")  # a clause without a route of its own


def test_examples_do_not_change_the_version(tmp_path: Path) -> None:
    changed = load_policy(written(tmp_path, "[clauses.abuse]\nviolates.en = ['You complete idiot']"))
    assert changed.clauses["abuse"].violates.en == ("You complete idiot",)
    assert changed.version == load_policy().version


def test_a_clause_of_its_own_needs_texts_and_messages_only(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, NEW_CLAUSE + NEW_MESSAGES))
    assert policy.numbered()[-1][0] == "sport"
    assert policy.message("sport", "ko") == "근거를 함께 적어 주세요."
    assert policy.message("sport", "en") == "Please give your grounds."


def test_a_word_list_of_its_own_lies_beside_the_file(tmp_path: Path) -> None:
    written(tmp_path, f'language = "ko"\n[[entries]]\nterm = "어용지"\n{WORD}', "ours.toml")
    policy = load_policy(written(tmp_path, '[lexicon]\nfiles = ["ours.toml"]'))
    assert [(entry.term, entry.language) for entry in policy.entries] == [("어용지", "ko")]


def test_a_shipped_word_can_be_removed(tmp_path: Path) -> None:
    term = load_policy().entries[0].term
    policy = load_policy(written(tmp_path, f"[lexicon]\nremove = ['{term}']"))
    assert term not in {entry.term for entry in policy.entries}


def test_the_version_names_what_decides(tmp_path: Path) -> None:
    version = load_policy().version
    assert len(version) == 12
    assert load_policy().version == version
    assert load_policy(written(tmp_path, "# nothing but a comment\n")).version == version
    changed = [
        "[limits]\ngraphemes = 249",
        "[rules.toxicity.toxicity]\nthresholds.ko = { hold = 0.76 }",
        "[messages.en.clauses]\nabuse = 'No.'",
        "[links]\nblock = ['example.com']",
        "[totals]\nhold = 9",
        "[groups.abuse]\ncap = 1",
        "[rules.links.link]\nuntil = 2027-01-01",
        "[exceptions.trusted_links]\naction = 'nudge'",
        "[combinations.solicitation]\naction = 'hold'",
    ]
    versions = {load_policy(written(tmp_path, text)).version for text in changed}
    assert len(versions | {version}) == len(changed) + 1


def test_the_version_does_not_depend_on_the_order_of_keys(tmp_path: Path) -> None:
    one = load_policy(written(tmp_path, "[limits]\ngraphemes = 9\nmarks = 3")).version
    other = load_policy(written(tmp_path, "[limits]\nmarks = 3\ngraphemes = 9")).version
    assert one == other


def test_every_clause_speaks_both_languages() -> None:
    policy = load_policy()
    assert set(policy.messages) == set(policy.clauses)
    for clause in policy.clauses:
        messages = {language: policy.message(clause, language) for language in LANGUAGES}
        assert any("가" <= char <= "힣" for char in messages["ko"]), clause
        assert not any("가" <= char <= "힣" for char in messages["en"]), clause
        assert "{" not in "".join(messages.values())


def test_a_message_names_the_limit_in_force(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, "[limits]\ngraphemes = 140"))
    assert "140" in policy.message("length", "en")
    assert "140" in policy.message("length", "ko")


def test_the_clauses_are_numbered_without_gaps() -> None:
    policy = load_policy()
    assert [clause.number for _, clause in policy.numbered()] == list(range(1, len(policy.clauses) + 1))


def test_every_label_has_a_rule() -> None:
    rules = load_policy().rules
    assert {f"toxicity.{label}" for label in Label} <= set(rules)


def test_the_limit_of_the_site() -> None:
    assert load_policy().limits.graphemes == 250


@pytest.mark.parametrize(
    ("score", "action"),
    [
        (0.0, Action.ALLOW),
        (0.5999, Action.ALLOW),
        (0.6, Action.NUDGE),
        (0.75, Action.HOLD),
        (0.985, Action.REJECT),
        (1.0, Action.REJECT),
    ],
)
def test_a_threshold_is_reached_by_its_own_value(score: float, action: Action) -> None:
    assert Thresholds(nudge=0.6, hold=0.75, reject=0.985).action(score) is action


def test_no_word_stands_twice_in_a_list() -> None:
    for file in load_policy().lexicon.files:
        lines = (shipped() / file).read_text("utf-8").splitlines()
        terms = [line for line in lines if line.startswith("term = ")]
        assert len(terms) == len(set(terms)), file


PAGES = ("", "desk/", "accounts/", "dashboard/", "webhooks/")  # folders of `policies/messages`


def test_a_text_stands_in_one_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(str(shipped()), tmp_path / "policies"))
    monkeypatch.setattr("moderation.policy.files.shipped", lambda: folder)
    desk = folder / "messages/desk/en.toml"
    desk.write_text(desk.read_text("utf-8") + '\nbox_submit = "Send"\n', "utf-8")
    with pytest.raises(PolicyError, match=r"desk/en\.toml: `interface\.box_submit` stands in"):
        load_policy()


def test_a_site_changes_the_text_of_a_page(tmp_path: Path) -> None:
    site = written(tmp_path, '[messages.en.interface]\ndesk_approve = "Let it stand"')
    assert load_policy(site).interface["desk_approve"].en == "Let it stand"


def test_every_file_that_counts_is_told_of(tmp_path: Path) -> None:
    site = written(tmp_path, '[lexicon]\nfiles = ["words.toml", "lexicon/ko.toml"]')
    words = tmp_path / "words.toml"
    words.write_text('language = "ko"\nentries = []', "utf-8")
    told: list[Path] = []
    load_policy(site, reading=told.append)
    shipped_files = {
        "default.toml",
        "patterns.toml",
        "lexicon/ko.toml",
        *(f"messages/{page}{language}.toml" for page in PAGES for language in ("ko", "en")),
    }
    beside = tmp_path / "lexicon/ko.toml"  # not there; it would count before the shipped one
    assert set(told) == {Path(str(shipped())) / name for name in shipped_files} | {site, words, beside}


def test_a_file_that_is_missing_or_wrong_is_told_of(tmp_path: Path) -> None:
    told: list[Path] = []
    site = written(tmp_path, '[lexicon]\nfiles = ["gone.toml"]')
    with pytest.raises(PolicyError):
        load_policy(site, tmp_path / "missing.toml", reading=told.append)
    with pytest.raises(PolicyError):
        load_policy(site, reading=told.append)
    assert {site, tmp_path / "missing.toml", tmp_path / "gone.toml"} <= set(told)
