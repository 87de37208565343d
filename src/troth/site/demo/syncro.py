"""Syncro Soft's part of the demo: packs, a trial, a licence without one, and what silence and scope make of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from troth.customers.facts import Draft
from troth.customers.models import Contact
from troth.hours import instant
from troth.people.models import MemberRole, Person
from troth.policy import Policy
from troth.policy.vocabulary import Channel, LicenceKind, Request, Verb
from troth.site.demo.stage import Stage
from troth.site.demo.story import Days, Story

EDITOR, AUTHOR, DEVELOPER = "Oxygen XML Editor", "Oxygen XML Author", "Oxygen XML Developer"
PACK = "support and maintenance"
DOWN_FOR_ALL = {"product_state": "unusable", "affects": "everyone", "workaround": "none"}
HELD_UP = {"product_state": "impaired", "affects": "many", "workaround": "hard"}
A_NUISANCE = {"product_state": "impaired", "affects": "one", "workaround": "available"}
SMALL = {"product_state": "works", "affects": "one"}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays."""

    stage: Stage
    days: Days
    radu: Person
    ioana: Person
    victor: Person
    eleanor: Contact
    jonas: Contact
    sam: Contact
    priya: Contact

    @property
    def now(self) -> datetime:
        """The instant the demo is made for."""
        return self.stage.now

    def story(self, contact: Contact, opened_at: datetime, title: str, text: str, **draft: object) -> Story:
        """A case of this contact; about the newest Editor unless said otherwise."""
        fields = {"product": EDITOR, "version": "26.1", "language": "en", **draft}
        return Story(self.stage.desk, contact, Draft(title=title, text=text, **fields), opened_at)  # type: ignore[arg-type]


def cast(stage: Stage, policy: Policy) -> Cast:
    """The people of Syncro Soft's desk: three agents; two customers with a pack, one without, one on trial."""
    eleanor = stage.customer(
        "Meridian Publishing", "Eleanor Price", "eleanor@meridian.example", zone="Europe/London", client="MP-118"
    )
    jonas = stage.customer("Atlas Aerospace", "Jonas Weber", "jonas@atlas-aero.example", zone="Europe/Berlin")
    sam = stage.customer("Tiny Books", "Sam Okafor", "sam@tinybooks.example", zone="America/New_York")
    priya = stage.customer("Northwind University", "Priya Nair", "priya@northwind.example", zone="Europe/London")
    today = stage.now.date()
    for contact in (eleanor, jonas):
        stage.licence(contact, EDITOR, date(2025, 2, 3), seats=60)
        stage.contract(contact, PACK, today - timedelta(days=200), today + timedelta(days=165))
    stage.licence(sam, AUTHOR, date(2024, 1, 15), seats=1)
    stage.licence(priya, EDITOR, today - timedelta(days=12), kind=LicenceKind.TRIAL, ends=today + timedelta(days=18))
    return Cast(
        stage=stage,
        days=Days(policy.calendar("support"), stage.now),
        radu=stage.worker("Radu Ionescu"),
        ioana=stage.worker("Ioana Marin", MemberRole.SENIOR),
        victor=stage.worker("Victor Dobre", MemberRole.MANAGER),
        eleanor=eleanor,
        jonas=jonas,
        sam=sam,
        priya=priya,
    )


def stories(stage: Stage, policy: Policy) -> list[Story]:
    """All of Syncro Soft's cases, in no particular order."""
    who = cast(stage, policy)
    return [*owed(who), *standing(who), *over(who), *without_a_pack(who)]


def owed(who: Cast) -> list[Story]:
    """Cases to which an answer is owed: one with time left, one missed, one with the specialists."""
    days = who.days
    return [
        who.story(
            who.eleanor,
            days(1, "15:30"),
            "Table of contents is empty in the PDF",
            "Since we added a second front cover the table of contents comes out empty. We print on Thursday.",
            answers=HELD_UP,
        ).given_to(days(1, "15:45"), who.radu),
        who.story(
            who.jonas,
            days(1, "09:20"),
            "Editor closes by itself when a large map is opened",
            "Opening our maintenance manual ends the program at once, for everybody. No message, the window is gone.",
            answers=DOWN_FOR_ALL,
            channel=Channel.EMAIL,
        ),
        who.story(
            who.jonas,
            days(8, "10:00"),
            "Comparing two files marks every line as changed",
            "Two files that differ in one word are shown as different in every line since version 26.1.",
            answers=A_NUISANCE,
        )
        .given_to(days(8, "10:30"), who.radu)
        .reply(days(8, "10:45"), who.radu, "Thank you, Jonas. Your two files do the same here. I pass them on.")
        .note(days(7, "09:30"), who.radu, "Line ends: one file CRLF, one LF. 26.0 ignored that, 26.1 does not.")
        .act(days(7, "09:40"), who.radu, Verb.FIND, cause="error")
        .given_to(days(7, "10:00"), who.ioana)
        .reply(
            days(6, "11:15"),
            who.ioana,
            "This is ours: the comparison takes line ends for text. Until it is mended, tick “Ignore line ends” in the "
            "comparison's options and you see the one word again.",
            "workaround",
        ),
        who.story(
            who.eleanor,
            who.now - timedelta(minutes=7),
            "Spell checker underlines every French word",
            "It did not yesterday. The language of the document is set.",
            answers=SMALL,
        ),
    ]


def standing(who: Cast) -> list[Story]:
    """Cases whose time stands still: an update, a watch that ends within minutes, a delay that does too."""
    days, now = who.days, who.now
    return [
        who.story(
            who.jonas,
            days(3, "11:00"),
            "Validation against our schema reports a wrong line",
            "The error is right but the line is three too high.",
            version="26.0",
            answers=A_NUISANCE,
        )
        .given_to(days(3, "11:20"), who.radu)
        .act(days(3, "11:25"), who.radu, Verb.SET, version="26.0")
        .note(days(3, "11:30"), who.radu, "Fixed in 26.1. Nothing to do before he has it."),
        who.story(
            who.eleanor,
            days(5, "12:10"),
            "Saving to the review server sometimes fails",
            "About once a day, never twice in a row.",
            answers=A_NUISANCE,
        )
        .given_to(days(5, "12:30"), who.ioana)
        .reply(
            days(5, "12:40"),
            who.ioana,
            "I could not make it fail in two hours of saving. May we watch it together for some days? Please note the "
            "minute when it happens; I have switched on a log at my end.",
        )
        .act(days(5, "12:45"), who.ioana, Verb.MONITOR, until=instant(now + timedelta(minutes=4))),
        who.story(
            who.jonas,
            days(4, "14:00"),
            "Script that publishes at night ends early",
            "Exit code 1, half the manual is there.",
            product=DEVELOPER,
            answers=A_NUISANCE,
        )
        .given_to(days(4, "14:20"), who.radu)
        .ask(days(4, "14:25"), who.radu, "Could you send me the last fifty lines of that night's log?")
        .ask(days(2, "09:30"), who.radu, "Jonas, I still need the log; without it I only guess.")
        .act(
            days(2, "13:10"),
            who.jonas.person,
            Verb.DELAY,
            "The machine is with the auditors. I get it back soon.",
            until=instant(now + timedelta(minutes=8)),
        ),
        who.story(
            who.eleanor,
            days(3, "09:15"),
            "Fonts differ between preview and print",
            "Headings are one point smaller in print.",
            answers=A_NUISANCE,
        )
        .given_to(days(3, "09:40"), who.ioana)
        .ask(days(3, "09:45"), who.ioana, "Which font do the headings use, and is it installed on the print server?")
        .ask(days(1, "10:00"), who.ioana, "Eleanor, did you find out about the font on the print server?"),
    ]


def over(who: Cast) -> list[Story]:
    """Cases that have ended: solved, closed by silence, or outside the policy with its answer on the way."""
    days = who.days
    return [
        who.story(
            who.eleanor,
            days(9, "13:00"),
            "How do we number figures by chapter?",
            "We want Figure 3-2 instead of Figure 27.",
            request=Request.HOW_TO,
            answers=SMALL,
        )
        .given_to(days(9, "13:20"), who.radu)
        .act(
            days(9, "14:00"),
            who.radu,
            Verb.RESOLVE,
            "In the styles of your print template set the figure counter to begin anew at each chapter; the four lines "
            "for it are below. I tried them on your sample and got Figure 3-2.",
            by="assistance",
        ),
        who.story(
            who.jonas,
            days(14, "10:00"),
            "Profile of a former colleague opens at start",
            "Her name stands in the title bar.",
            answers=A_NUISANCE,
        )
        .given_to(days(14, "10:15"), who.radu)
        .ask(days(14, "10:20"), who.radu, "Do you start it from her old shortcut? It may carry her profile's name.")
        .ask(days(10, "10:00"), who.radu, "Jonas, did the shortcut turn out to be the reason?"),
        who.story(
            who.eleanor,
            days(2, "11:00"),
            "Our own stylesheet puts footnotes on the wrong page",
            "We wrote it in 2019. Could you have a look at it?",
            answers=A_NUISANCE,
        )
        .given_to(days(2, "11:30"), who.ioana)
        .act(days(2, "11:35"), who.ioana, Verb.EXCLUDE, **{"as": "customer-files"})
        .act(days(2, "12:00"), who.ioana, Verb.LOG, minutes=20, activity="out of scope")
        .reply(
            days(2, "12:05"),
            who.ioana,
            "Your stylesheet is your own, so I can only point the way: line 212 places the note before it measures the "
            "page. Turn those two round and try again. I have a little time left for this one.",
        ),
    ]


def without_a_pack(who: Cast) -> list[Story]:
    """Cases to which no time applies, or only as well as we can: courtesy and trial."""
    days = who.days
    return [
        who.story(
            who.priya,
            days(1, "14:10"),
            "Equations are missing in the exported page",
            "We are trying the editor for our lecture notes. Formulas show in the editor, not in the exported page.",
            answers=HELD_UP,
        ),
        who.story(
            who.sam,
            days(4, "16:00"),
            "Outline view shows chapters twice",
            "Harmless, only odd.",
            product=AUTHOR,
            version="24.1",
            answers=A_NUISANCE,
        )
        .given_to(days(3, "16:10"), who.radu)
        .reply(days(3, "16:15"), who.radu, "Hello Sam, close the outline, delete its saved state, open it again."),
    ]
