"""Marks made up for the style guide: a case at Nordic Paper, the queue it stands in, and a form left wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms

from troth.faces import marks
from troth.faces.marks import ClauseMark, LedgerEvent, LedgerStretch, WordLine


class SampleForm(forms.Form):
    """A form with one of each kind of field, one of them left wrong."""

    title = forms.CharField(label="What happens?", help_text="One sentence is enough to begin with.")
    version = forms.ChoiceField(
        label="Version", choices=[("12.1", "12.1 (current)"), ("11.4", "11.4 (prior)")], required=False
    )
    whom = forms.ChoiceField(
        label="Whom does it affect?",
        widget=forms.RadioSelect,
        choices=[("one", "One person"), ("some", "Several people"), ("all", "Everybody")],
    )
    steps = forms.CharField(label="What have you tried?", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    production = forms.BooleanField(label="This stops work that cannot wait", required=False)
    screenshots = forms.FileField(label="Screenshots or logs", required=False)


def _clause(name: str, title: str, sentence: str = "", *, is_assumed: bool = False) -> ClauseMark:
    return ClauseMark(clause=name, title=title, href=f"#{name}", sentence=sentence, is_assumed=is_assumed)


TARGETS = _clause(
    "targets",
    "Answer times",
    "For severity High on the plan Advantage, a person answers within 4 hours of support time.",
)
SEVERITIES = _clause("severities", "Severities", "Work goes on with difficulty and there is no workaround: High.")
LEVELS = _clause("levels", "Levels", "A case unsolved at level 1 after 5 business days is passed to level 2.")


def _stretches(start: datetime) -> tuple[LedgerStretch, ...]:
    """Give a case that level 1 had, then the customer, then level 2, with two nights between."""
    plan = (
        ("level 1", 3.2, True),
        ("level 1", 15.5, False),
        ("level 1", 2.0, True),
        ("customer", 5.5, True),
        ("customer", 16.0, False),
        ("customer", 1.4, True),
        ("level 2", 6.4, True),
        ("level 2", 15.8, False),
        ("level 2", 2.4, True),
    )
    made, at = [], start
    for owner, hours, in_hours in plan:
        end = at + timedelta(hours=hours)
        working = int(hours * 3600) if in_hours else 0
        made.append(LedgerStretch(owner=owner, from_at=at, to_at=end, in_hours=in_hours, working_seconds=working))
        at = end
    return tuple(made)


def sample_marks(now: datetime, theme: str) -> dict[str, Any]:
    """Give every mark the style guide draws, by the name its entries use."""
    due = now + timedelta(hours=3, minutes=20)
    return {
        **_lines(due),
        **_rulings(now, due),
        **_ledgers(now, due),
        **_rows(now, due),
        **_views(),
        **_case(now),
        "soon": due,
        "far": datetime(2027, 3, 9, 11, 0, tzinfo=UTC),
        "theme_label": f"Views, {theme}",
        "panel_title": f"What will happen ({theme})",
        "form": SampleForm({"version": "12.1", "production": "on"}, auto_id=f"{theme}_%s"),
        "targets": TARGETS,
        "severities": SEVERITIES,
        "assumed": _clause("hours", "Hours", "Assumed: the hours of the office that answers.", is_assumed=True),
        "plain": _clause("plans", "Plans"),
    }


def _lines(due: datetime) -> dict[str, Any]:
    when = f"{due:%a} {due:%H:%M}, your time"
    return {
        "line": WordLine(
            sentence=f"A person answers by {when}.",
            state="running",
            due_at=due,
            due_text=when,
            clause=TARGETS,
            aside="Nothing for you to do.",
        ),
        "waiting": WordLine(
            sentence="Waiting for your answer since Tue; our clock is stopped.",
            state="paused",
            clause=_clause("silence", "When we hear nothing"),
        ),
        "missed": WordLine(
            sentence="We promised an answer by Mon 11:00 and have not kept it. It is now with level 2.",
            state="missed",
            clause=LEVELS,
        ),
        "staff_line": WordLine(
            sentence=f"Promise: respond by {due:%a} {due:%H:%M}",
            state="running",
            due_at=due,
            due_text=f"{due:%a} {due:%H:%M}",
            clause=TARGETS,
        ),
    }


def _rulings(now: datetime, due: datetime) -> dict[str, Any]:
    when = f"{due:%a} {due:%H:%M}, your time"
    return {
        "ruling": marks.RulingLine(
            sentence="Passed to level 2: the level-1 target of 5 business days was over.",
            clause=LEVELS,
            at=now - timedelta(hours=5),
        ),
        "panel": marks.RulingPanel(
            promise=WordLine(
                sentence=f"A person answers by {when}.",
                state="running",
                due_at=due,
                due_text=when,
                clause=TARGETS,
            ),
            lines=(
                marks.PanelLine(
                    label="Cover",
                    sentence="Covered by your contract until 9 Jan 2027",
                    clause=_clause("entitlement", "Who is covered"),
                    tone="kept",
                ),
                marks.PanelLine(label="Severity", sentence="High, from your answers", clause=SEVERITIES),
                marks.PanelLine(
                    label="Then",
                    sentence="If it is unsolved after 5 business days it goes to level 2",
                    clause=LEVELS,
                ),
            ),
            gaps=("The exact error text", "Steps that lead to it"),
            phone="+45 70 10 10 10",
        ),
        "why": marks.WhyCard(
            title="Why Monday 11:00",
            sentence="4 hours of support time from Friday 15:00: one hour on Friday, three on Monday.",
            workings=(("Fri", "15:00–16:00, 1 h"), ("Mon", "08:00–11:00, 3 h"), ("Skipped", "no holiday")),
            href="#why",
        ),
    }


def _ledgers(now: datetime, due: datetime) -> dict[str, Any]:
    start = now - timedelta(hours=68.2)
    stretches = _stretches(start)
    events = tuple(LedgerEvent(at=stretch.from_at) for stretch in stretches[1:] if stretch.in_hours)
    strip = marks.LedgerStrip(stretches=stretches, events=events, due_at=due)
    mini = marks.LedgerStrip(stretches=stretches, due_at=due, audience="staff")
    late = marks.LedgerStrip(
        stretches=(
            *stretches[:7],
            LedgerStretch(owner="third party", from_at=stretches[6].to_at, to_at=now),
        ),
        events=events,
        due_at=now - timedelta(hours=7),
        is_late=True,
        audience="staff",
    )
    clocks = (
        marks.ClockMark(
            name="First answer",
            kind="target",
            state="running",
            due_at=due,
            used_fraction=0.17,
            used_text="40 min of 4 h used",
            clause=TARGETS,
            why_href="#why",
        ),
        marks.ClockMark(
            name="Workaround",
            kind="target",
            state="paused",
            used_fraction=0.55,
            sentence="Paused Tue 14:02, 3 h 10 min left",
            clause=_clause("silence", "When we hear nothing"),
        ),
        marks.ClockMark(
            name="Hand-over",
            kind="internal",
            state="missed",
            used_fraction=1.2,
            sentence="Internal aim missed Mon 11:00; met 13:40",
            clause=LEVELS,
        ),
        marks.ClockMark(
            name="Confirmation",
            kind="promise",
            state="met",
            sentence="Kept Mon 09:04, one minute after opening",
        ),
    )
    return {"strip": strip, "mini": mini, "late_strip": late, "clocks": clocks}


def _rows(now: datetime, due: datetime) -> dict[str, Any]:
    mini = _ledgers(now, due)["mini"]
    return {
        "rows": (
            marks.QueueRow(
                number="NETOP-1039",
                title="Guest loses the session when the host locks the screen",
                href="#1039",
                account="Fjord Logistics",
                severity="high",
                level="Level 2",
                owner="Ida Holm",
                due_at=now - timedelta(minutes=40),
                state="missed",
                strip=mini,
            ),
            marks.QueueRow(
                number="NETOP-1042",
                title="Sign-in takes a minute since 12.1",
                href="#1042",
                account="Nordic Paper",
                severity="critical",
                level="Level 1",
                due_at=due,
                state="running",
                strip=mini,
                reading=("Jonas",),
            ),
            marks.QueueRow(
                number="NETOP-1031",
                title="Question about silent installation",
                href="#1031",
                account="Hansen Byg",
                severity="low",
                level="Level 1",
                owner="Jonas Berg",
                state="paused",
                due_at=now + timedelta(days=6),
                sentence="Waiting for the customer",
            ),
        ),
    }


def _views() -> dict[str, Any]:
    return {
        "views": (
            marks.Tab(label="Mine", href="#mine", count=4, is_current=True),
            marks.Tab(label="Level 1", href="#level-1", count=12),
            marks.Tab(label="Unowned", href="#unowned", count=3),
            marks.Tab(label="Waiting", href="#waiting"),
        ),
        "chips": (
            marks.Chip(label="level", value="2", remove_href="#a"),
            marks.Chip(label="due", value="under 4 h", remove_href="#b"),
            marks.Chip(label="Nordic Paper"),
        ),
        "menu_items": (
            marks.MenuItem(label="Pass to level 2", href="#l", icon="arrow-trending-up"),
            marks.MenuItem(label="Wait for a third party", href="#w", icon="pause-circle"),
            marks.MenuItem(label="Link a defect", href="#d", icon="bug-ant"),
        ),
        "slate": marks.BlankSlate(
            title="Nothing due",
            sentence="Next: NETOP-1042, tomorrow 09:40.",
            href="#next",
            action="Take it now",
        ),
    }


def _case(now: datetime) -> dict[str, Any]:
    hour = timedelta(hours=1)
    return {
        "timeline": (
            marks.TimelineEntry(
                kind="customer",
                at=now - 26 * hour,
                author="Maria Lund",
                role="Nordic Paper",
                via="by mail",
                text="Since the update to 12.1 sign-in takes about a minute.\n\nIt happens on every host we tried.",
                original_href="#sent",
            ),
            marks.TimelineEntry(
                kind="ruling",
                at=now - 26 * hour,
                clause=SEVERITIES,
                text="Severity High, from the answers given.",
            ),
            marks.TimelineEntry(
                kind="us",
                at=now - 24 * hour,
                author="Jonas Berg",
                role="level 1",
                readers="Maria Lund + 1",
                text="Thank you, I can see it here too. Setting the name lookup to local brings it back "
                "to two seconds until we have a fix.",
                clause=TARGETS,
                gives="Gives a workaround: meets the first answer",
                files=(marks.AttachedFile(name="lookup.reg", size="2 kB", href="#f"),),
            ),
            marks.TimelineEntry(
                kind="note",
                at=now - 23 * hour,
                author="Ida Holm",
                readers="the team",
                text="Same trace as the case from Fjord last week.",
            ),
        ),
        "reply": marks.Composer(
            kind="reply",
            action="#reply",
            readers="Maria Lund + 1",
            based_on=12,
            can_save_draft=True,
            help="Your answer goes by mail and stands on the case.",
        ),
        "note": marks.Composer(
            kind="note",
            action="#note",
            readers="the team",
            based_on=12,
            can_attach=False,
            text="Ask Ida about the trace.",
        ),
    }
