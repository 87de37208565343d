"""Every component has its template, its sheet and its entry, and keeps to the strict content policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

import troth
from troth.faces import marks, stylesheet
from troth.faces.styleguide import ENTRIES, Entry, sample_context

pytestmark = pytest.mark.urls("tests.faces.addresses")

ROOMS = Path(troth.__file__).parent
FACES = ROOMS / "faces"
COMPONENTS = FACES / "templates" / "faces" / "components"
TEMPLATES = sorted(ROOMS.glob("*/templates/**/*.html"))
SCRIPTS = sorted((FACES / "static" / "js").glob("*.js"))

# FACES 5.4: never said to a customer, whatever went wrong.
FORBIDDEN = re.compile(
    r"\b(breach\w*|SLAs?|tickets?|pending|on[ -]hold|dismissed|unfortunately|please note)\b|!(?=\s*(<|$|\n))",
    re.IGNORECASE,
)
CODE = re.compile(
    r"<!--.*?-->|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!doctype[^>]*>",
    re.DOTALL | re.IGNORECASE,
)


def customer_templates() -> list[Path]:
    """Every template a customer reads, in the portal and its layout."""
    return [path for path in TEMPLATES if path.is_relative_to(ROOMS / "portal")] + [
        FACES / "templates" / "faces" / "portal.html"
    ]


def forbidden_in(source: str) -> list[str]:
    """The forbidden words in what a template says, its code and attributes left out."""
    words = re.sub(r'\s(class|href|action|name|value|id|for|type|data-[\w-]+)="[^"]*"', "", CODE.sub(" ", source))
    return [found.group(0) for found in FORBIDDEN.finditer(words)]


def draw(entry: Entry) -> str:
    """One entry of the style guide, as HTML."""
    request = RequestFactory().get("/styleguide")
    return render_to_string(entry.template, sample_context(), request)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_component_has_template_sheet_and_entry_and_draws(entry: Entry) -> None:
    """One name, three places: templates/…/NAME.html, css/NAME.css, and the style guide."""
    assert (COMPONENTS / f"{entry.name}.html").is_file()
    assert (stylesheet.CSS / f"{entry.name}.css").is_file()
    drawn = draw(entry)
    assert f'class="{ {"timeline-entry": "entry", "why-card": "button-link why"}.get(entry.name, entry.name) }' in drawn
    assert "{{" not in drawn
    assert "{%" not in drawn


def test_no_component_is_missing_from_the_style_guide() -> None:
    """A template or a sheet nobody shows is one nobody looks at."""
    named = {entry.name for entry in ENTRIES}
    assert {path.stem for path in COMPONENTS.glob("*.html")} == named
    assert set(stylesheet.COMPONENTS) == named


def test_the_stylesheet_joins_every_sheet_there_is() -> None:
    """A sheet outside the list would never reach a reader."""
    assert sorted(path.stem for path in stylesheet.CSS.glob("*.css")) == sorted(stylesheet.SHEETS)
    assert stylesheet.joined().startswith(b"/* The order of the layers")


@pytest.mark.parametrize("sheet", stylesheet.SHEETS)
def test_a_sheet_stands_wholly_in_a_layer(sheet: str) -> None:
    """Layers decide who wins; a rule outside them would beat them all."""
    text = re.sub(r"/\*.*?\*/", "", (stylesheet.CSS / f"{sheet}.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"@layer [\w, ]+;", "", text, count=1)
    depth, outside = 0, []
    for line in text.splitlines():
        if depth == 0 and line.strip() and not line.startswith("@layer "):
            outside.append(line)
        depth += line.count("{") - line.count("}")
    assert outside == []
    assert depth == 0


def test_styles_and_scripts_keep_to_their_budget() -> None:
    """Hand-written and small, so that one person can read all of it."""
    lines = sum(
        len((stylesheet.CSS / f"{name}.css").read_text(encoding="utf-8").splitlines()) for name in stylesheet.SHEETS
    )
    assert lines <= 2500
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in SCRIPTS) <= 900


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOMS)))
def test_no_template_carries_style_or_script_of_its_own(path: Path) -> None:
    """The policy is default-src 'self': an inline style or handler would silently not work."""
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle\s*=|<style|\son\w+\s*=\s*[\"']|hx-on|javascript:", source) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", source) == []
    assert "user-scalable" not in source
    assert re.findall(r"(?:src|href)=[\"']https?://", source) == []


@pytest.mark.parametrize("path", customer_templates(), ids=lambda path: str(path.relative_to(ROOMS)))
def test_customers_never_read_the_forbidden_words(path: Path) -> None:
    """Statuses are said, not labelled; nobody is blamed and nothing is shouted."""
    assert forbidden_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Your ticket is open.</p>",
        "<p>Thank you!</p>",
        "SLA",
        "<b>On hold</b>",
        "Please note that",
        "A breach",
        "Pending",
    ],
)
def test_the_forbidden_words_are_found(source: str) -> None:
    """Were the search blind, its silence would mean nothing."""
    assert forbidden_in(source)


def test_code_is_not_taken_for_words() -> None:
    """Attributes, tags and comments are not read by customers."""
    assert forbidden_in('<!doctype html>{# SLA #}<p class="pending">{{ ticket }}{% if a != b %}x{% endif %}</p>') == []


def test_the_due_time_in_a_sentence_becomes_a_time() -> None:
    """The machine reads the instant where people read the words; the words stay as the engine said them."""
    line = marks.WordLine(
        sentence="A person answers by Mon 11:00.", due_at=1773050400, due_text="Mon 11:00", state="running"
    )
    drawn = render_to_string("faces/components/word-line.html", {"line": line, "time": {"iso": "2026-03-09T10:00:00Z"}})
    assert 'A person answers by <time datetime="2026-03-09T10:00:00Z">Mon 11:00</time>.' in drawn
    plain = marks.WordLine(sentence="We answer as soon as we can.", due_at=1773050400, due_text="Mon 11:00")
    assert "We answer as soon as we can." in render_to_string("faces/components/word-line.html", {"line": plain})


def test_text_from_people_is_escaped() -> None:
    """A customer's words are words, also where they look like markup."""
    entry = marks.TimelineEntry(kind="customer", at=0, author="<b>x</b>", text="<script>alert(1)</script>")
    drawn = render_to_string("faces/components/timeline-entry.html", {"entry": entry})
    assert "<script>" not in drawn
    assert "<b>" not in drawn


def test_reply_and_note_are_two_forms_that_name_their_readers() -> None:
    """Nobody learns after sending who could read it."""
    drawn = draw(next(entry for entry in ENTRIES if entry.name == "composer"))
    assert drawn.count("<form") == 2
    assert "Send to Maria Lund + 1" in drawn
    assert "Save note for the team" in drawn
    assert drawn.count('name="based_on" value="12"') == 2


def test_ids_on_one_page_are_never_shared() -> None:
    """Two marks of the same clause open two cards."""
    request = RequestFactory().get("/styleguide")
    drawn = render_to_string("faces/sample-portal.html", sample_context(), request)
    ids = re.findall(r'\sid="([^"]+)"', drawn)
    assert sorted(ids) == sorted(set(ids))
    for name, form in (("popovertarget", ids), ("for", ids)):
        assert set(re.findall(rf'\s{name}="([^"]+)"', drawn)) <= set(form)
