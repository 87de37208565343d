"""The tags of the faces: each fills one template in ``faces/components`` from one mark."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.forms import CheckboxInput
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_mini, heroicon_outline

from troth.faces import stylesheet as sheets
from troth.faces.ledger import strip_svg_data
from troth.faces.marks import WhyCard, WordLine
from troth.faces.moments import duration_words, remaining_words, shown_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms import BaseForm, BoundField
    from django.template.context import Context
    from django.utils.safestring import SafeString

    from troth.faces.marks import (
        Audience,
        BlankSlate,
        Chip,
        ClauseMark,
        ClockMark,
        Composer,
        LedgerStrip,
        MenuItem,
        QueueRow,
        RulingLine,
        RulingPanel,
        Tab,
        TimelineEntry,
    )
    from troth.faces.moments import At
    from troth.faces.styleguide import Entry

register = template.Library()
COMPONENT = "faces/components/{}.html"
DRAW = {16: heroicon_micro, 20: heroicon_mini, 24: heroicon_outline}
SEVERITY_BARS = {"critical": 4, "high": 3, "medium": 2, "normal": 2, "low": 1}


def _next_id(context: Context, prefix: str) -> str:
    """Give an id no other mark on this page has; counted per request, so a poll gives the same ids."""
    holder: Any = context.get("request") or context.render_context.template
    count = getattr(holder, "faces_ids", 0) + 1
    holder.faces_ids = count
    return f"{prefix}-{count}"


def _zone(context: Context, name: str) -> str:
    """Give a zone the page set, or nothing: then the zone Django has activated counts."""
    return str(context.get(name) or "")


@register.simple_tag
def stylesheet() -> SafeString:
    """Link the one stylesheet, addressed by its digest."""
    digest = sheets.kept()[0]
    return format_html('<link rel="stylesheet" href="{}">', reverse("faces:stylesheet", args=[digest]))


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "") -> str:
    """Draw a heroicon inline: silent beside a word, named by ``label`` where it stands alone."""
    return drawn_icon(name, size, label)


@lru_cache(maxsize=512)
def drawn_icon(name: str, size: int, label: str) -> str:
    """The icon's markup: a page has dozens of them, and they never change."""
    spoken = {"role": "img", "aria_hidden": "false", "aria_label": label} if label else {"aria_hidden": "true"}
    attributes: dict[str, Any] = {"class": "icon"} | spoken
    return DRAW[size](name, **attributes)


@register.inclusion_tag(COMPONENT.format("time"), takes_context=True)
def time_tag(context: Context, at: At, desk_zone: str = "", reader_zone: str = "", suffix: str = "") -> dict[str, Any]:
    """Say an instant in the reader's zone, the desk's on hover; zones default to the page's."""
    desk_zone = desk_zone or _zone(context, "desk_zone")
    reader_zone = reader_zone or _zone(context, "reader_zone")
    return {"time": shown_time(at, desk_zone=desk_zone, reader_zone=reader_zone), "suffix": suffix}


@register.filter
def remaining(at: At) -> str:
    """Say how far an instant is away, in words."""
    return remaining_words(at, timezone.now())


@register.filter
def iso(at: At) -> str:
    """Give an instant for the machine."""
    return shown_time(at, reader_zone="UTC").iso


@register.inclusion_tag(COMPONENT.format("word-line"), takes_context=True)
def word_line(
    context: Context, sentence: WordLine | str, audience: Audience = "customer", size: str = ""
) -> dict[str, Any]:
    """Say who owes what by when; ``sentence`` is a WordLine, or plain words."""
    line = WordLine(sentence=sentence) if isinstance(sentence, str) else sentence
    zone = _zone(context, "desk_zone")
    time = shown_time(line.due_at, desk_zone=zone) if line.due_at is not None else None
    return _inherit(context, line=line, time=time, audience=audience, size=size)


@register.inclusion_tag(COMPONENT.format("clause-mark"), takes_context=True)
def clause_mark(context: Context, clause: ClauseMark) -> dict[str, Any]:
    """Refer to a clause; with a sentence it opens a card, which links on to the clause itself."""
    card = None
    if clause.sentence:
        title = clause.title or clause.clause
        card = WhyCard(title=title, sentence=clause.sentence, href=clause.href, link_text="Read the clause")
    return {"clause": clause, "card": card, "id": _next_id(context, "why") if card else ""}


@register.inclusion_tag(COMPONENT.format("why-card"), takes_context=True)
def why_card(context: Context, card: WhyCard, label: str = "Why", key: str = "") -> dict[str, Any]:
    """Give a reason behind a small button; without script it still opens, and links to its page."""
    return {"card": card, "label": label, "key": key, "id": _next_id(context, "why"), "with_button": True}


@register.inclusion_tag(COMPONENT.format("ledger-strip"), takes_context=True)
def ledger_strip(context: Context, strip: LedgerStrip, size: str = "full") -> dict[str, Any]:
    """Draw a case's life as a bar with the same facts as a sentence for those who do not see it."""
    data = strip_svg_data(strip.stretches, strip.events, strip.due_at, strip.scale)
    legend = [
        {"css_class": css_class, "words": strip.owner_words(owner), "amount": duration_words(amount)}
        for owner, css_class, amount in data.totals
    ]
    sentence = ", ".join(f"{item['words']} {item['amount']}" for item in legend)
    return _inherit(
        context,
        strip=strip,
        data=data,
        legend=legend,
        sentence=f"Whose turn it was: {sentence}." if sentence else "Nothing has happened yet.",
        start=strip.stretches[0].from_at if strip.stretches else None,
        size=size,
    )


def _inherit(context: Context, **values: Any) -> dict[str, Any]:
    """Hand on what nested tags need from the page: the request (for ids), zones, the CSRF token."""
    kept = {name: context[name] for name in ("request", "desk_zone", "reader_zone", "csrf_token") if name in context}
    return kept | values


@register.inclusion_tag(COMPONENT.format("clock"), takes_context=True)
def clock(context: Context, mark: ClockMark) -> dict[str, Any]:
    """Show one clock: what, how it stands, until when, how much is used, and why."""
    return _inherit(context, mark=mark)


@register.inclusion_tag(COMPONENT.format("ruling-line"), takes_context=True)
def ruling_line(context: Context, ruling: RulingLine) -> dict[str, Any]:
    """Say in one quiet line what the policy made of something."""
    return _inherit(context, ruling=ruling)


@register.inclusion_tag(COMPONENT.format("ruling-panel"), takes_context=True)
def ruling_panel(context: Context, panel: RulingPanel, title: str = "What will happen") -> dict[str, Any]:
    """Show the promise before anything is sent.

    Put it in a box with ``aria-live="polite"`` that stays while its content is swapped.
    """
    return _inherit(context, panel=panel, title=title, id=_next_id(context, "ruling-panel"))


@register.inclusion_tag(COMPONENT.format("severity"))
def severity(name: str) -> dict[str, Any]:
    """Say a severity in words, with one to four bars that differ in number as well as in colour."""
    rank = SEVERITY_BARS.get(name.lower(), 0)
    return {"name": name[:1].upper() + name[1:], "rank": rank, "bars": range(1, 5)}


@register.inclusion_tag(COMPONENT.format("chip"))
def chip(chip: Chip) -> dict[str, Any]:
    """Show one word of a query with a link that takes it away."""
    return {"chip": chip}


@register.inclusion_tag(COMPONENT.format("row"), takes_context=True)
def row(context: Context, row: QueueRow, audience: Audience = "staff") -> dict[str, Any]:
    """Show one case in a list; stands inside ``<ol class="rows" role="list" data-list>``."""
    return _inherit(context, row=row, audience=audience)


@register.inclusion_tag(COMPONENT.format("tabs"))
def tabs(tabs: Sequence[Tab], label: str) -> dict[str, Any]:
    """Show views as tabs: links with addresses, the current one marked."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag(COMPONENT.format("timeline-entry"), takes_context=True)
def timeline_entry(context: Context, entry: TimelineEntry) -> dict[str, Any]:
    """Show one thing that happened; stands inside ``<ol class="timeline" role="list">``."""
    return _inherit(context, entry=entry)


@register.inclusion_tag(COMPONENT.format("composer"), takes_context=True)
def composer(context: Context, composer: Composer) -> dict[str, Any]:
    """Show the form for one kind of writing; its button names its readers."""
    return _inherit(context, composer=composer, id=_next_id(context, composer.kind))


@register.inclusion_tag(COMPONENT.format("notice-bar"))
def notice_bar(text: str, tone: str = "plain", action: str = "", href: str = "") -> dict[str, Any]:
    """Say something that stays until it is put away; ``tone`` is plain, kept, soon or late."""
    icons = {
        "kept": "check-circle",
        "soon": "clock",
        "late": "exclamation-triangle",
        "paused": "pause-circle",
    }
    known = {"success": "kept", "warning": "soon", "error": "late"}.get(tone, tone)
    return {
        "text": text,
        "tone": known,
        "icon_name": icons.get(known, "information-circle"),
        "action": action,
        "href": href,
    }


@register.inclusion_tag(COMPONENT.format("field"))
def field(bound: BoundField, label: str = "") -> dict[str, Any]:
    """Show a form field: label, help, control and errors, tied together for every reader."""
    ids = [f"{bound.auto_id}_help"] * bool(bound.help_text) + [f"{bound.auto_id}_error"] * bool(bound.errors)
    described = " ".join(ids)
    is_group = bool(bound.field.widget.use_fieldset)
    attributes: dict[str, str | bool] = {"aria-describedby": described} if described and not is_group else {}
    return {
        "bound": bound,
        "label": label or bound.label,
        "control": bound.as_widget(attrs=attributes),
        "described": described,
        "is_group": is_group,
        "is_check": isinstance(bound.field.widget, CheckboxInput),
        "is_hidden": bound.is_hidden,
    }


@register.inclusion_tag(COMPONENT.format("error-summary"), takes_context=True)
def error_summary(
    context: Context, form: BaseForm, title: str = "Please look at these", safe: str = "Your text is kept."
) -> dict[str, Any]:
    """List a form's errors on top, each a link to its field, and say what is safe."""
    errors = []
    for bound in form:
        first = next(iter(bound.subwidgets), None) if bound.field.widget.use_fieldset else None
        target = (first.id_for_label if first else bound.id_for_label) or bound.auto_id
        errors += [{"target": target, "label": bound.label, "text": text} for text in bound.errors]
    return {
        "errors": errors,
        "general": form.non_field_errors(),
        "title": title,
        "safe": safe,
        "id": _next_id(context, "errors"),
    }


@register.inclusion_tag(COMPONENT.format("button"))
def button(
    text: str,
    *,
    href: str = "",
    variant: str = "",
    icon: str = "",
    key: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",  # noqa: A002 - the attribute's own name
    form: str = "",
    popover: str = "",
    size: str = "",
) -> dict[str, Any]:
    """Show a verb with its object as a button, or as a link that looks like one where it leads somewhere."""
    return {
        "text": text,
        "href": href,
        "variant": variant,
        "icon_name": icon,
        "key": key,
        "name": name,
        "value": value,
        "type": "button" if popover else type,
        "form": form,
        "popover": popover,
        "size": size,
    }


@register.inclusion_tag(COMPONENT.format("menu"), takes_context=True)
def menu(context: Context, items: Sequence[MenuItem], label: str, icon: str = "") -> dict[str, Any]:
    """Show a list of further acts behind a button, without script."""
    return _inherit(context, items=items, label=label, icon_name=icon, id=_next_id(context, "menu"))


@register.inclusion_tag(COMPONENT.format("blank-slate"))
def blank_slate(slate: BlankSlate) -> dict[str, Any]:
    """Say in an empty list what comes next."""
    return {"slate": slate}


@register.inclusion_tag("faces/nav-link.html", takes_context=True)
def nav_link(
    context: Context,
    text: str,
    href: str,
    *,
    icon: str = "",
    key: str = "",
    size: int = 20,
    exact: bool = False,
) -> dict[str, Any]:
    """Link to a page of the layout; marks the page the reader is on, and its parent unless ``exact``."""
    request = context.get("request")
    path = request.path if request else ""
    current = "page" if path == href else ""
    if not current and not exact and path.startswith(href.rstrip("/") + "/"):
        current = "true"
    return {"text": text, "href": href, "icon_name": icon, "key": key, "size": size, "current": current}


@register.simple_tag(takes_context=True)
def guide_entry(context: Context, entry: Entry, marks: dict[str, Any]) -> str:
    """Draw one entry of the style guide with the marks of one theme."""
    values = marks | {"desk_zone": _zone(context, "desk_zone")}
    return render_to_string(entry.template, values, context["request"])
