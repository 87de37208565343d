"""What a new version does with open cases: hours count from now, the rest stays, unless it says otherwise."""

from datetime import date

import pytest

from tests.policy.files import OFFICE, SHOP, changed
from troth.hours import HolidayDates
from troth.policy import blend, parse_policy
from troth.policy.page import as_html

LATER = changed(OFFICE, "version: 2026-11-01", "version: 2027-01-01")
LATER = changed(LATER, 'to: "17:00"', 'to: "16:00"')
LATER = changed(LATER, "critical: 2 hours", "critical: 1 hour")
LATER = changed(LATER, "Nothing in this prose counts hours.", "Sooner than before.")


def updates(how: str) -> str:
    """Return the later version with this said about open cases."""
    return f"{LATER}\n## Updates {{#updates}}\n\n```rule updates\nopen cases: {how}\n```\n"


def both(how: str | None = None):
    """Return the old version and the mixture."""
    old = parse_policy(OFFICE)
    return old, blend(old, parse_policy(updates(how) if how else LATER))


def test_hours_are_the_new_ones_and_everything_else_stays():
    """Nobody can keep last year's opening hours; a promise stands as it was given."""
    old, mixed = both()
    assert mixed.hours["support"].week[0] == ((9 * 3600, 16 * 3600),)
    assert str(mixed.targets["respond"].at({"severity": "critical"}).within) == "2 hours"
    assert mixed.clauses["targets"].markdown == old.clauses["targets"].markdown
    assert mixed.calendar("support") is not old.calendar("support")
    assert (mixed.how("hours"), mixed.how("targets")) == ("from now", "leave")


def test_the_reference_names_both_versions():
    """A ruling says under which mixture it was made."""
    assert both()[1].ref == "office@2026-11-01+2027-01-01"


def test_a_kind_that_is_taken_brings_its_clauses():
    """A citation must lead to the words that were gone by."""
    _, mixed = both("{targets: from the start}")
    assert str(mixed.targets["respond"].at({"severity": "critical"}).within) == "1 hour"
    assert mixed.clauses["targets"].markdown == "Sooner than before."
    assert mixed.how("targets") == "from the start"
    assert mixed.how("hours") == "from now"
    assert mixed.clause_of("targets") == "targets"
    assert "1 hour" in as_html(mixed)


def test_a_clause_that_is_new_is_there_to_be_cited():
    """The new version may say it elsewhere."""
    moved = updates("{closing: from now}").replace("## Closing {#closing}", "## The end {#end}")
    mixed = blend(parse_policy(OFFICE), parse_policy(moved))
    assert mixed.closing.only.clause == "end"
    assert mixed.clauses["end"].title == "The end"
    assert mixed.clause_of("closing") == "closing"  # the old clause of that name is still there
    assert [block.clause for block in mixed.document.blocks if block.kind == "closing"] == ["end"]
    assert "The end" in as_html(mixed)


def test_nothing_changes_where_everything_is_left():
    """The case goes on under the very policy it was opened under."""
    old, mixed = both("{hours: leave}")
    assert mixed is old
    assert blend(old, old) is old


def test_hours_the_new_version_dropped_are_kept_for_old_rules():
    """A clock counted in them still runs."""
    nights = changed(OFFICE, "```rule hours\n", '```rule hours\nnight: {days: mon-fri, from: "20:00", to: "23:00"}\n')
    mixed = blend(parse_policy(nights), parse_policy(LATER))
    assert set(mixed.hours) == {"always", "night", "support"}


def test_stored_holidays_come_with_the_hours():
    """Those of the version the hours are taken from, and of no other."""
    stored = HolidayDates(2025, 2037, frozenset({date(2027, 3, 3)}))
    old = parse_policy(OFFICE, dates={"support": HolidayDates(2024, 2036, frozenset())})
    assert blend(old, parse_policy(LATER, dates={"support": stored})).dates == {"support": stored}
    assert blend(old, parse_policy(LATER)).dates == {}


def test_products_bring_their_releases():
    """The catalogue is made of them."""
    newer = changed(updates("{products: from now}"), '"8.10": {', '"9.0": 2026-12-01, "8.10": {')
    assert blend(parse_policy(OFFICE), parse_policy(newer)).catalogue.find("Abacus", "9.0")


def test_a_third_version_is_blended_with_the_mixture():
    """Each new version speaks of the cases that are open when it comes."""
    _, mixed = both()
    third = parse_policy(changed(updates("{hours: leave, targets: from now}"), "2027-01-01", "2028-01-01"))
    again = blend(mixed, third)
    assert again.ref == "office@2026-11-01+2027-01-01+2028-01-01"
    assert again.hours == mixed.hours
    assert str(again.targets["respond"].at({"severity": "critical"}).within) == "1 hour"


def test_a_pair_is_blended_once_and_never_across_desks():
    """A desk asks at every act; another desk's policy is a mistake of the caller."""
    old, new = parse_policy(OFFICE), parse_policy(LATER)
    assert blend(old, new) is blend(old, new)
    with pytest.raises(ValueError, match="two desks"):
        blend(old, parse_policy(SHOP))


def test_targets_that_are_taken_find_their_hours_where_the_old_ones_stay():
    """A new promise may count in a calendar the old version has none of."""
    more = updates("{hours: leave, targets: from now}").replace(
        "support: {", 'early: {zone: Europe/Copenhagen, days: mon-fri, from: "06:00", to: "14:00"}\nsupport: {'
    )
    assert "early: {" in more
    old, mixed = parse_policy(OFFICE), blend(parse_policy(OFFICE), parse_policy(more))
    assert mixed.calendar("early").spec.week[0] == ((6 * 3600, 14 * 3600),)
    assert mixed.hours["support"] == old.hours["support"]


def test_a_calendar_without_a_day_keeps_the_old_ones():
    """An old target may count in days of it."""
    with_day = OFFICE.replace("support: {", "support: {day: 8 hours, ")
    assert with_day != OFFICE
    assert blend(parse_policy(with_day), parse_policy(LATER)).hours["support"].day == 8 * 3600
