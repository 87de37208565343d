"""The policy language: what may be written, and what a policy then holds."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.policy.files import OFFICE, SHOP, changed, find
from troth.hours import Amount, HolidayDates, instant
from troth.policy import PolicyError, parse_policy, read_policy
from troth.policy.choices import Table
from troth.policy.findings import CODES
from troth.policy.vocabulary import ClockKind, Given, Goals, Offer


def test_front_matter_names_the_policy():
    """Desk and version together are the reference that every ruling carries."""
    policy = parse_policy(OFFICE)
    assert (policy.desk, policy.vendor, policy.zone, policy.language) == (
        "office",
        "Office Ltd",
        "Europe/Copenhagen",
        "en",
    )
    assert policy.version == date(2026, 11, 1)
    assert policy.ref == "office@2026-11-01"
    assert policy.source == OFFICE


def test_a_section_with_an_id_is_a_clause():
    """What a citation points to has an id, a title, a line and its prose without rule blocks."""
    clause = parse_policy(OFFICE).clauses["targets"]
    assert (clause.title, clause.line) == ("Targets", 65)
    assert clause.markdown == "Nothing in this prose counts hours."


def test_a_heading_without_an_id_inside_a_clause_is_prose():
    """Only ids can be cited; smaller headings serve the reader."""
    text = changed(OFFICE, "Nothing in this prose", "### In short\n\nNothing in this prose")
    policy = parse_policy(text)
    assert policy.clauses["targets"].markdown.startswith("### In short")
    assert policy.targets["respond"].at({"severity": "high"}).clause == "targets/respond"


# --- citation ------------------------------------------------------------------------------------------


def test_a_citation_is_the_clause_and_the_entry():
    """`targets/respond` names the section and, in it, the rule."""
    policy = parse_policy(OFFICE)
    assert policy.targets["resolve"].at({"severity": "low"}).clause == "targets/resolve"
    assert policy.closing.only.clause == "closing"
    assert [row.clause for row in policy.entitlement] == [
        "entitlement/licence",
        "entitlement/trial",
        "entitlement/otherwise",
    ]
    assert [row.clause for row in policy.severities.first_of] == ["severities/critical", "severities/high"]
    assert policy.severities.one_step_lower.clause == "severities/one step lower"
    assert policy.silence[0].only.clause == "silence/request 1"


def test_a_kind_may_stand_in_several_sections():
    """Each rule is cited by the section it stands in; the order is that of the file."""
    policy = parse_policy(SHOP)
    assert list(policy.targets) == ["respond", "second look"]
    assert policy.targets["second look"].only.clause == "late-targets/second look"


def test_a_kind_is_cited_by_the_clause_it_stands_in_or_that_bears_its_name():
    """What has no rule of its own (a refusal, a default) still cites a clause that exists."""
    policy = parse_policy(changed(OFFICE, "## Closing {#closing}", "## The end {#end}"))
    assert policy.clause_of("plans") == "entitlement"
    assert policy.clause_of("closing") == "end"
    assert policy.clause_of("access", "channels") == "channels"
    assert policy.clause_of("privacy") == next(iter(policy.clauses))


# --- regularity ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", ["kind: target", "within: 2 hours", "by severity: {else: {}}"])
def test_names_and_settings_never_mix(setting):
    """A block's top keys are all names or all settings."""
    findings, place = find(changed(OFFICE, "respond:\n  kind", f"‸{setting}\nrespond:\n  kind"))
    assert ("P206", *place) in [(one.code, one.line, one.column) for one in findings]


def test_settings_without_a_name_are_told_that_one_is_missing():
    """Whoever forgets the name of a target is told to put it above."""
    findings, _ = find(SHOP + "\n## Last {#last}\n\n```rule targets\nkind: internal\nhours: support\n```\n")
    assert [one.code for one in findings] == ["P206", "P206"]
    assert "put its name above" in findings[0].message


def test_nothing_automatic_stands_alone():
    """A policy either names its notices or says that there are none."""
    block = "\n## Notices {#notices}\n\n```rule notices\nnothing automatic: true\n```\n"
    assert parse_policy(OFFICE + block).notices == {}
    findings, _ = find(OFFICE + block.replace("true\n", "true\nclosing: {at: closing}\n"))
    assert [one.code for one in findings] == ["P206"]


# --- by ------------------------------------------------------------------------------------------------


def test_by_gives_a_value_for_each_severity():
    """`by severity` may stand where a value may."""
    respond = parse_policy(OFFICE).targets["respond"]
    assert respond.dimensions == ("severity",)
    assert str(respond.at({"severity": "critical"}).within) == "2 hours"
    assert respond.at({"severity": "low"}).within == Amount.parse("1 business day")
    assert respond.at({}) is None


def test_else_stands_for_every_value_not_named():
    """Also for a word that the policy does not list, and for none at all."""
    resolve = parse_policy(OFFICE).targets["resolve"]
    assert {str(resolve.at({"severity": word}).within) for word in ("high", "low", "unheard of")} == {
        "20 business days"
    }
    assert str(resolve.at({}).within) == "20 business days"


def test_a_branch_is_merged_into_the_mapping_it_stands_in():
    """A branch may bring several keys at once."""
    respond = parse_policy(SHOP).targets["respond"]
    urgent = respond.at({"severity": "emergency", "plan": "gold"})
    assert (urgent.kind, urgent.hours, urgent.from_, urgent.met_by) == (
        ClockKind.PROMISE,
        "always",
        "opening",
        (Given.REPLY,),
    )
    assert respond.at({"severity": "standard", "plan": "basic"}).kind is ClockKind.INTERNAL


def test_branches_may_be_nested():
    """What depends on two things has a row for each combination."""
    respond = parse_policy(SHOP).targets["respond"]
    assert respond.dimensions == ("severity", "plan")
    amounts = {plan: str(respond.at({"severity": "standard", "plan": plan}).within) for plan in ("gold", "basic")}
    assert amounts == {"gold": "4 hours", "basic": "2 business days"}
    assert str(respond.at({"severity": "standard"}).within) == "2 business days"


def test_by_may_stand_above_all_settings():
    """The whole body of a block is a value too."""
    channels = parse_policy(SHOP).channels
    assert channels.at({"plan": "gold"}).open_a_case == ("web", "email", "phone")
    assert channels.at({}).open_a_case == ("web",)


def test_levels_are_named_with_or_without_their_word():
    """`level 2` and 2 are the same branch."""
    for name in ("level 1", "1", '"1"'):
        text = changed(
            OFFICE, "open a case: [web, email]", f"open a case: {{by level: {{{name}: [web], else: [email]}}}}"
        )
        channels = parse_policy(text).channels
        assert channels.at({"level": "1"}).open_a_case == ("web",)
        assert channels.at({"level": "2"}).open_a_case == ("email",)


def test_a_basis_without_goals_needs_no_target():
    """`by basis` in a target leaves out what promises nothing."""
    text = changed(OFFICE, "critical: 5 business days, else", "critical: {by basis: {licence: 5 business days}}, else")
    assert (
        str(parse_policy(text).targets["resolve"].at({"severity": "critical", "basis": "licence"}).within)
        == "5 business days"
    )


def test_a_rule_that_depends_on_everything_is_refused():
    """The table of one rule stays small enough to be read and built."""
    nested = "{by severity: {else: {by level: {else: {by channel: {else: {by request: {else: 2 hours}}}}}}}}"
    findings, _ = find(
        changed(OFFICE, "{by severity: {critical: 2 hours, high: 4 hours, low: 1 business day}}", nested)
    )
    assert "P215" in [one.code for one in findings]


def test_a_table_of_one_rule_needs_no_words():
    """Most rules depend on nothing."""
    assert Table.of("rule").at({"severity": "low"}) == "rule"


# --- what the rules hold -------------------------------------------------------------------------------


def test_the_first_row_of_cover_that_holds_decides_and_otherwise_ends():
    """Rows come in the order of the file, with basis and goals, or with what is offered."""
    licence, trial, otherwise = parse_policy(OFFICE).entitlement
    assert (licence.basis, licence.plan, licence.goals) == ("licence", "registered", Goals.TARGETS)
    assert (trial.goals, trial.ends, trial.when) == (Goals.BEST_EFFORT, "trial", {"licence": ("trial",)})
    assert (otherwise.basis, otherwise.uncovered, otherwise.offer) == (None, "not covered", (Offer.PROOF_OF_PURCHASE,))
    assert parse_policy(SHOP).entitlement[-1].basis == "courtesy"


def test_what_is_left_out_has_the_words_of_the_language():
    """A policy that does not speak of reopening, queue or levels still can be decided by."""
    policy = parse_policy(SHOP)
    assert policy.reopening.only.within == "30 days"
    assert policy.queue.only.order == "due"
    assert policy.levels["1"].only.worked_by == ("support",)
    assert policy.fixes is None
    left_out = (policy.reopening.only, policy.queue.only, policy.intake.only, policy.levels["1"].only, policy.updates)
    assert all(rule.clause in policy.clauses for rule in left_out)
    assert policy.notices == {}


def test_levels_are_keyed_without_their_word():
    """The file writes `level 1`, the engine says "1"."""
    levels = parse_policy(OFFICE).levels
    assert list(levels) == ["1", "2"]
    assert levels["1"].only.hours == {"support": "partner"}


def test_releases_make_the_catalogue():
    """A version is a text, 8.10 is not 8.1, and a date alone is enough."""
    catalogue = parse_policy(OFFICE).catalogue
    assert [release.version for release in catalogue.of_product("Abacus")] == ["8.9", "8.10"]
    assert catalogue.find("Abacus", "8.9").released == date(2025, 3, 1)
    assert catalogue.find("Abacus", "8.10").status == "legacy"


def test_words_that_other_yaml_reads_as_flags_stay_words():
    """YAML 1.2: `on`, `no` and `NO` are text; `true` and `false` are flags, and words in a condition."""
    text = changed(
        SHOP,
        "otherwise: standard",
        "first of: [{when: {data_loss: true, language: no}, then: emergency}]\notherwise: standard",
    )
    assert parse_policy(text).severities.first_of[0].when == {"data_loss": ("true",), "language": ("no",)}


# --- calendars -----------------------------------------------------------------------------------------


def test_calendars_are_compiled_once_and_always_is_there():
    """The same calendar answers every case of a policy."""
    policy = parse_policy(OFFICE)
    assert policy.calendar("support") is policy.calendar("support")
    assert policy.calendar("always").is_open(0)
    with pytest.raises(KeyError):
        policy.calendar("suport")


def test_holidays_are_stored_from_two_years_before_to_ten_after():
    """Another release of the library does not move a case of an old version."""
    dates = parse_policy(OFFICE).holiday_dates()
    assert list(dates) == ["support"]
    assert (dates["support"].first_year, dates["support"].last_year) == (2024, 2036)
    assert date(2026, 12, 25) in dates["support"].dates


def test_stored_holidays_win_over_the_library():
    """A working day becomes a holiday because the stored version says so."""
    stored = HolidayDates(2024, 2036, frozenset({date(2026, 11, 4)}))
    policy = parse_policy(OFFICE, dates={"support": stored})
    at = instant(datetime(2026, 11, 4, 12, tzinfo=ZoneInfo("Europe/Copenhagen")))
    assert not policy.calendar("support").is_open(at)
    assert parse_policy(OFFICE).calendar("support").is_open(at)
    assert policy.holiday_dates()["support"] is stored


# --- files ---------------------------------------------------------------------------------------------


def test_a_policy_is_read_from_a_file(tmp_path):
    """Line ends and a byte order mark of other systems change nothing."""
    file = tmp_path / "office.md"
    file.write_bytes(b"\xef\xbb\xbf" + OFFICE.replace("\n", "\r\n").encode())
    assert read_policy(file).clauses.keys() == parse_policy(OFFICE).clauses.keys()


def test_a_file_that_is_not_utf_8_is_named_with_its_place(tmp_path):
    """The finding stands at the byte that cannot be read."""
    file = tmp_path / "office.md"
    file.write_bytes(OFFICE.replace("Welcome.", "Velkommen på.").encode("latin-1"))
    with pytest.raises(PolicyError) as caught:
        read_policy(file)
    (finding,) = caught.value.findings
    assert (finding.line, finding.column, finding.code) == (12, 12, "P001")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 300_001, "P001"),
        (OFFICE + "## Again {#again}\n" * 300, "P002"),
        (OFFICE + "\n```rule privacy\nopt out: [news]\n", "P025"),
        (OFFICE + "\n```rule privacy\nopt out: " + "[" * 30 + "]" * 30 + "\n```\n", "P108"),
    ],
    ids=["too large", "too much wrong", "not closed", "too deep"],
)
def test_what_no_person_would_write_is_a_finding_too(text, code):
    """Nothing a file may hold is an exception."""
    assert code in CODES
    assert code in [one.code for one in find(text)[0]]
