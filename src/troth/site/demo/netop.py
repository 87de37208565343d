"""Netop's part of the demo: two partners, five customers, and cases in most of the states a case can be in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from troth.customers.facts import Draft
from troth.customers.models import Contact
from troth.hours import HoursSpec, compile_calendar
from troth.people.models import MemberRole, Person
from troth.policy import Policy
from troth.policy.vocabulary import Channel, LicenceKey, Request, Verb
from troth.site.demo.stage import AROUND_THE_CLOCK, Stage
from troth.site.demo.story import Days, Story, opening_for

CONTROL, VISION = "Netop Remote Control", "Netop Vision"
LIVE_AND_STUCK = {"environment": "production", "workaround": "none"}
LIVE_WITH_A_WAY = {"environment": "production", "workaround": "available"}
IN_THE_LAB = {"environment": "lab", "workaround": "hard"}
LAB_WITH_A_WAY = {"environment": "lab", "workaround": "available"}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays."""

    stage: Stage
    days: Days
    anders: Person
    lena: Person
    signe: Person
    omar: Person
    claire: Person
    maria: Contact
    ines: Contact
    per: Contact
    tom: Contact
    karin: Contact

    @property
    def now(self) -> datetime:
        """The instant the demo is made for."""
        return self.stage.now

    def story(self, contact: Contact, opened_at: datetime, title: str, text: str, **draft: object) -> Story:
        """A case of this contact; defects of Remote Control unless said otherwise."""
        fields = {"product": CONTROL, "version": "12.0", "language": "en", **draft}
        return Story(self.stage.desk, contact, Draft(title=title, text=text, **fields), opened_at)  # type: ignore[arg-type]


def cast(stage: Stage, policy: Policy) -> Cast:
    """The people of Netop's desk: three agents, two partners with a person each, five customers."""
    allday, omar = stage.partner("Allday IT", "Europe/Oslo", AROUND_THE_CLOCK, "Omar Haddad", "omar@allday-it.example")
    hours = {"days": "mon-fri", "from": "08:00", "to": "18:00", "holidays": "CA"}
    harbour, claire = stage.partner(
        "Harborline Systems", "America/Halifax", hours, "Claire Munroe", "claire@harborline.example"
    )
    maria = stage.customer(
        "Lund & Berg Logistics", "Maria Lund", "maria@lund-berg.example", zone="Europe/Copenhagen", client="NL-2041"
    )
    stage.colleague(maria.account, "Henrik Berg", "henrik@lund-berg.example")  # type: ignore[arg-type]
    ines = stage.customer("Aurora Clinics", "Ines Aalto", "ines@aurora-clinics.example", partner=allday)
    per = stage.customer("Vestfold Schools", "Per Moen", "per@vestfold-schools.example", partner=allday)
    tom = stage.customer(
        "Scotia Fisheries", "Tom MacLeod", "tom@scotia-fisheries.example", zone="America/Halifax", partner=harbour
    )
    karin = stage.customer("Quickcopy Print", "Karin Vogel", "karin@quickcopy.example", zone="Europe/Berlin")
    for contact in (maria, ines, tom):
        stage.licence(contact, CONTROL, date(2025, 4, 1), seats=120)
    stage.licence(per, VISION, date(2024, 9, 2), seats=900)
    stage.licence(karin, CONTROL, date(2026, 8, 14), key_state=LicenceKey.UNKNOWN, seats=5)
    return Cast(
        stage=stage,
        days=Days(policy.calendar("support"), stage.now),
        anders=stage.worker("Anders Friis"),
        lena=stage.worker("Lena Krag", MemberRole.SENIOR),
        signe=stage.worker("Signe Holm", MemberRole.MANAGER),
        omar=omar,
        claire=claire,
        maria=maria,
        ines=ines,
        per=per,
        tom=tom,
        karin=karin,
    )


def stories(stage: Stage, policy: Policy) -> list[Story]:
    """All of Netop's cases, in no particular order."""
    who = cast(stage, policy)
    tellers = (soon_over, over_a_little_later, at_the_vendor, further_up, over, with_others)
    return [story for tell in tellers for story in tell(who)]


def soon(who: Cast, amount: str, minutes: int) -> datetime:
    """When a case with the partner that never closes must open for this amount to be over so soon after now."""
    always = compile_calendar(HoursSpec.parse(AROUND_THE_CLOCK, "Europe/Oslo"))
    return opening_for(always, amount, who.now.replace(microsecond=0) + timedelta(minutes=minutes))


def soon_over(who: Cast) -> list[Story]:
    """Two critical cases whose level-1 time is over within minutes of the start."""
    drop, black = soon(who, "5 business days", 1), soon(who, "5 business days", 3)
    hour, day = timedelta(hours=1), timedelta(days=1)
    return [
        who.story(
            who.ines,
            drop,
            "Remote sessions drop after ten minutes on every ward",
            "Since this morning each remote session to a ward PC ends after about ten minutes. The nurses' station "
            "loses the medication list every time, so they have gone back to paper.\n\nWe changed nothing.",
            answers=LIVE_AND_STUCK,
        )
        .given_to(drop + hour / 4, who.omar)
        .reply(
            drop + hour / 2,
            who.omar,
            "Thank you, Ines. I can see the sessions end from here too. I am comparing the gateway's log with a "
            "site where it holds, and write again before the evening round.",
        )
        .called(drop + hour, who.omar)
        .note(drop + day, who.omar, "Gateway log shows a keep-alive every 600 s that nobody answers. Smells like us."),
        who.story(
            who.per,
            black,
            "Students see a black screen when the teacher shares",
            "In three of our schools the class goes black as soon as the teacher begins to share. The teacher's own "
            "picture is fine. Exams begin next week.",
            product=VISION,
            version="10.0",
            answers=LIVE_AND_STUCK,
        )
        .given_to(black + hour, who.omar)
        .reply(black + 2 * hour, who.omar, "We have put up the same classroom here and are trying your settings in it.")
        .answer(black + day, "One thing more: laptops bought before summer are fine, only the new ones go black."),
    ]


def over_a_little_later(who: Cast) -> list[Story]:
    """Three milder ones, over within the half hour."""
    keys, slow = soon(who, "10 business days", 6), soon(who, "10 business days", 10)
    sound = soon(who, "15 business days", 25)
    hour = timedelta(hours=1)
    return [
        who.story(
            who.ines,
            keys,
            "Keyboard layout jumps to English in remote sessions",
            "Typing å gives a bracket. Restarting the guest helps for a while.",
            answers=LIVE_WITH_A_WAY,
        ).reply(keys + 3 * hour, who.omar, "Got it. Does the layout jump at once, or when the session is resized?"),
        who.story(
            who.per,
            slow,
            "Teacher console takes minutes to list the class",
            "It lists 30 pupils in about four minutes. We can start the lesson without the list, so it is not urgent.",
            product=VISION,
            version="10.0",
            request=Request.PERFORMANCE,
            answers=LIVE_WITH_A_WAY,
        ),
        who.story(
            who.per,
            sound,
            "No sound from shared videos on new laptops",
            "Pictures arrive, sound does not.",
            product=VISION,
            version="10.0",
            answers=LAB_WITH_A_WAY,
        ).reply(sound + 5 * hour, who.omar, "Thank you. I will try with the same sound driver as yours."),
    ]


def at_the_vendor(who: Cast) -> list[Story]:
    """Cases that Netop's own people have: one fresh, one missed and moved up by time."""
    days, now = who.days, who.now
    return [
        who.story(
            who.maria,
            now - timedelta(minutes=18),
            "Host service does not start after the update",
            "After last night's update to 12.0 the host service stops right after it starts, on 14 of 120 machines. "
            "The event log says only: “terminated unexpectedly”.\n\nWe cannot reach these trucks' terminals at all.",
            answers=LIVE_AND_STUCK,
            information=("product", "version", "description", "error text"),
        ),
        who.story(
            who.maria,
            days(7, "09:25"),
            "File transfer stops at 2 GB",
            "Every file larger than 2 GB stops exactly there. We send night backups this way.",
            answers=LIVE_AND_STUCK,
        )
        .given_to(days(7, "10:05"), who.anders)
        .reply(
            days(7, "10:10"),
            who.anders,
            "Thank you, Maria. I can make the same thing happen here. I am looking for a setting that lifts it.",
        )
        .note(days(4, "14:40"), who.anders, "32-bit counter, I think. Lena, have you seen this in 11?")
        .given_to(days(1, "10:00"), who.lena),
    ]


def further_up(who: Cast) -> list[Story]:
    """One handed up with a proven error, one that waits for its customer."""
    days = who.days
    return [
        who.story(
            who.maria,
            days(9, "11:10"),
            "Guest freezes when a smart card is removed",
            "Pull the card during a session and the guest window hangs until it is ended by force.",
            answers=IN_THE_LAB,
        )
        .given_to(days(9, "12:00"), who.lena)
        .reply(days(9, "12:05"), who.lena, "I have the same card reader and can see it hang. It is not your card.")
        .act(days(6, "10:30"), who.lena, Verb.FIND, cause="error")
        .note(days(6, "10:40"), who.lena, "Proven: the reader thread waits for itself. Trace is on the share.")
        .act(days(6, "10:45"), who.lena, Verb.HAND_OVER, to="product management")
        .reply(
            days(5, "09:20"),
            who.signe,
            "We have found the error in our program and product management has it now. Keep the card in until the "
            "session has ended; then nothing hangs.",
        ),
        who.story(
            who.maria,
            days(3, "13:15"),
            "Which ports does the gateway need?",
            "Our firewall people want a list before they open anything.",
            request=Request.CONFIGURATION,
            answers=LAB_WITH_A_WAY,
        )
        .given_to(days(3, "13:30"), who.anders)
        .ask(
            days(3, "13:40"),
            who.anders,
            "Gladly. Do your guests come from the internet, or only from inside your own network? The list differs.",
        ),
    ]


def over(who: Cast) -> list[Story]:
    """Cases that have ended: solved, and solved with a word after the end that somebody has yet to read."""
    days = who.days
    return [
        who.story(
            who.maria,
            days(6, "10:50"),
            "Installer asks for a restart again and again",
            "It restarts, asks, restarts, asks.",
            request=Request.INSTALLATION_GUIDANCE,
            answers=LIVE_WITH_A_WAY,
        )
        .given_to(days(6, "11:00"), who.anders)
        .reply(days(6, "11:20"), who.anders, "That is a rename which never ends. Give me a moment to find the key.")
        .act(
            days(6, "11:45"),
            who.anders,
            Verb.RESOLVE,
            "Remove the value PendingFileRenameOperations that names our old driver, restart once, and the installer "
            "goes through. The old driver had locked its own file.",
            by="workaround",
        )
        .answer(days(1, "16:20"), "It worked on all but two machines. Those two still ask. Shall I send their logs?"),
        who.story(
            who.ines,
            days(12, "08:40"),
            "How do we hide the toolbar for guests?",
            "It covers our own menu.",
            request=Request.HOW_TO,
            answers=LAB_WITH_A_WAY,
        )
        .given_to(days(12, "09:10"), who.omar)
        .act(
            days(12, "09:30"),
            who.omar,
            Verb.RESOLVE,
            "Guest profile, tab Window: clear “Show toolbar in full screen”. It can be set for all guests by policy.",
            by="explanation",
        ),
    ]


def with_others(who: Cast) -> list[Story]:
    """Cases that somebody else has: a partner in another zone, another company; and one that is not covered."""
    days = who.days
    return [
        who.story(
            who.tom,
            days(2, "14:30"),
            "Wheelhouse PC not found in the phone book",
            "Two of our eleven boats have vanished from the phone book since they came back into port.",
            answers=LIVE_WITH_A_WAY,
            version="11.0",
        )
        .given_to(days(2, "15:00"), who.claire)
        .reply(days(2, "15:20"), who.claire, "Morning, Tom. Are those two on the new satellite routers already?")
        .answer(days(2, "16:10"), "Yes, both of them. The others get theirs in January."),
        who.story(
            who.maria,
            days(5, "15:05"),
            "Connection through the new VPN fails",
            "Since our network provider moved us to their new VPN no guest gets through. The old one works.",
            request=Request.CONNECTION,
            answers=LIVE_WITH_A_WAY,
            channel=Channel.PHONE,
        )
        .given_to(days(5, "15:05"), who.anders)
        .reply(
            days(5, "15:30"),
            who.anders,
            "The new VPN takes the first packet and drops the second. I have written down what we see for your "
            "provider; they have it under 88-41207.",
        )
        .act(days(5, "15:35"), who.anders, Verb.WAIT, on="third party", ref="88-41207"),
        who.story(
            who.karin,
            days(1, "11:30"),
            "Licence key is not accepted",
            "We bought five licences at a market place and the key is refused. Can you unlock it?",
            answers=LIVE_WITH_A_WAY,
            channel=Channel.EMAIL,
        )
        .given_to(days(1, "11:50"), who.anders)
        .reply(
            days(1, "11:55"),
            who.anders,
            "Hello Karin, this key is not one of ours, so for now I cannot promise you a time. Could you send me the "
            "bill you got? Then we find out together what you were sold.",
        ),
    ]
