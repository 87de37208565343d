"""Quote stripping never loses the writer's words (MAIL 24)."""

from pathlib import Path

import pytest

from troth.mail.quoting import own_words

FLOOR = 31  # of 32; the other is a forward, which stays whole by MAIL 25


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]


def _pairs(data_dir: Path) -> list[tuple[str, str, str]]:
    folder = data_dir / "mail" / "reply-pairs"
    found = [
        (file.name, file.read_text(encoding="utf-8"), (folder / "trimmed" / file.name).read_text(encoding="utf-8"))
        for file in sorted((folder / "emails").iterdir())
    ]
    assert len(found) == 32
    return found


def test_no_labelled_reply_loses_a_line(data_dir: Path) -> None:
    """Every line that a person would keep is kept."""
    for name, whole, wanted in _pairs(data_dir):
        kept = {line.strip() for line in own_words(whole).kept.split("\n")}
        assert not [line for line in _lines(wanted) if line.strip() and line.strip() not in kept], name


def test_nearly_all_labelled_replies_are_cut_exactly(data_dir: Path) -> None:
    """Four of five are asked for; what is reached may not be lost again."""
    exact = [name for name, whole, wanted in _pairs(data_dir) if _lines(own_words(whole).kept) == _lines(wanted)]
    assert len(exact) >= FLOOR


ATTRIBUTION = "On Mon, 2 Mar 2026 at 10:00, Ann Lee <ann@example.com> wrote:"
WHOLE = {
    "an inline reply": f"{ATTRIBUTION}\n> one?\nyes\n> two?\nno",
    "words above and between": f"See below.\n\n{ATTRIBUTION}\n> one?\nyes\n> two?\nno",
    "words above and below": f"See below.\n\n{ATTRIBUTION}\n> one?\n\nNo, that is not what I asked.",
    "quotation without an announcement": "> one?\nyes\n> two?\nno",
    "only a quotation": "> one",
    "only an announcement": ATTRIBUTION,
    "a colon and a date in prose": "On Monday we saw this:\nthe desk closed at 10:00\nand came back.",
    "fields of the writer's own": "From: the console\nDate: yesterday\n\nIt fails.",
    "a list after a rule": "Steps\n________________\nopen it\nclose it",
    "dashes before a long text": "Hello\n--\n" + "more words here\n" * 20 + "end",
    "a table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "code": "```\n> prompt\nOn 2026-03-02 10:00 a@b.c wrote:\n```\nafter",
    "a forward": "Look:\n\n---------- Forwarded message ----------\nFrom: x@y.z\n\nThe words that matter",
    "a desk and a phone": "It works.\n\nSent from my desk, is much easier than my mobile phone.",
    "a phone in the last line": "The page fails from my iPhone.",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=list(WHOLE))
def test_what_may_be_the_writers_stays_whole(text: str) -> None:
    """Inline answers, bottom answers and forwards lose nothing; nor does what only looks quoted."""
    assert own_words(text).kept == text


CUT = {
    "a top reply": (f"Thanks.\n\n{ATTRIBUTION}\n> one?", "Thanks."),
    "a bottom reply": (f"{ATTRIBUTION}\n> one?\n\nThanks.", "Thanks."),
    "prose above that begins alike": (f"On Windows it fails\n{ATTRIBUTION}\n> one?", "On Windows it fails"),
    "a field block": ("Thanks.\n\nVon: A\nGesendet: Montag\nAn: B\nBetreff: C\n\nalt", "Thanks."),
    "fields below a rule": ("Thanks.\n\n----------\nDate: x\nSubject: y\nFrom: a@b.c\n\nold", "Thanks."),
    "a rule above fields": ("Thanks.\n\n ----------\n\n*From:* A\n*Sent:* B\n*To:* C\n\nold", "Thanks."),
    "a signature": ("Thanks.\n\n-- \nBob\nAcme", "Thanks."),
    "a phone": ("Thanks.\n\nSent from my iPhone", "Thanks."),
}


@pytest.mark.parametrize(("text", "kept"), CUT.values(), ids=list(CUT))
def test_what_is_surely_quoted_is_parted(text: str, kept: str) -> None:
    """What was taken away is kept beside, for the one click."""
    reply = own_words(text)
    assert reply.kept == kept
    assert reply.quoted
    assert {*text.split("\n")} - {""} <= {*reply.kept.split("\n"), *reply.quoted.split("\n")}


def test_a_hundred_thousand_lines_are_parted_in_time() -> None:
    """The work grows with the length, not with its square."""
    assert own_words("On 1 Jan 2026 10:00 a@b.c wrote\n" * 100_000).kept
    assert own_words("a:\n" * 100_000).kept
