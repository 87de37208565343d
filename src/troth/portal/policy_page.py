"""The page the desk obeys: the policy file itself, prose as written, each rule as a table in its place.

Whose account has an agreement of its own reads the policy with it laid on, as their cases are decided under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from troth.desk.errors import NoPolicyError
from troth.desk.policies import terms_for
from troth.policy import Policy
from troth.policy.amendments import MARK
from troth.policy.page import Section, Text, render_page, table_html
from troth.portal.pages import ABSENT, Visit, open_page, shown


@dataclass(frozen=True, slots=True)
class Part:
    """A run of prose, or a rule as a table (`label` is then what it is about)."""

    html: SafeString
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A clause of the page: its anchor, its heading, what stands in it."""

    id: str
    title: str
    depth: int
    parts: tuple[Part, ...]


@require_safe
@open_page
def policy_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The policy in force, for anyone to read; an agreement, for its own customer only."""
    try:
        terms = terms_for(visit.desk, visit.account, timezone.now())
    except NoPolicyError as none:
        raise Http404(ABSENT) from none
    chapters = chapters_of(terms.policy)
    lead = next((chapter for chapter in chapters if chapter.depth == 1), None)
    context = {
        "policy": terms.policy,
        "version": terms.version,
        "agreement": terms.amendment,
        "first_of_agreement": next((chapter.id for chapter in chapters if MARK in chapter.id), ""),
        "lead": lead,
        "chapters": [chapter for chapter in chapters if chapter is not lead],
        "contents": [chapter for chapter in chapters if chapter.id and chapter is not lead],
    }
    return shown(request, visit, "policy", context)


@lru_cache(maxsize=32)
def chapters_of(policy: Policy) -> tuple[Chapter, ...]:
    """The whole policy as parts of a page, in the order of the file; it never changes, so it is made once a process."""
    seen: set[str] = set()
    chapters = []
    for section in render_page(policy):
        if section.id:
            seen.add(section.id)
        chapters.append(Chapter(section.id, section.title, section.depth, tuple(parts_of(section, seen))))
    return tuple(chapters)


def parts_of(section: Section, seen: set[str]) -> list[Part]:
    """Prose and tables of a section. Both come from `troth.policy.page`, which escapes what the file says."""
    parts: list[Part] = []
    for part in section.parts:
        if isinstance(part, Text):
            parts.append(Part(mark_safe(part.html)))  # noqa: S308 (CommonMark with HTML switched off)
        else:
            again = sum(known.label.startswith(part.caption) for known in parts)
            label = f"{part.caption}, part {again + 1}" if again else part.caption
            parts.append(Part(mark_safe(table_html(part, seen)), label))  # noqa: S308 (escaped there)
    return parts
