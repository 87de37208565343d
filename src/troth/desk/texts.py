"""The texts of notices: files beside a policy, with a closed list of placeholders and no logic.

`policies/NAME/notices/information-request.en.md` begins with a line `Subject: ...`, then an empty line, then
the text. `{case}` and its like are filled in when the notice is queued; from then on the text is frozen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from troth.desk.errors import NoticeTextError
from troth.policy.vocabulary import Notice

ESCALATION: Final = "escalation"
CALL_DUE: Final = "call due"
"""What the desk tells its own people: that a customer goes above them, that a telephone call is due."""

KINDS: Final = frozenset({*map(str, Notice), ESCALATION, CALL_DUE})
PLACEHOLDERS: Final = (
    "case",
    "title",
    "vendor",
    "desk",
    "contact",
    "severity",
    "level",
    "status",
    "promise",
    "clause",
    "policy",
    "link",
    "policy link",
    "message",
)
PATTERN: Final = re.compile(r"\{([^{}\n]{1,40})\}")
SUBJECT: Final = re.compile(r"\ASubject:[ \t]*(\S[^\n]*)\n\s*\n", re.ASCII)
OUR_OWN: Final = Path(__file__).parent / "notice_texts"


def texts_beside(policy: Path) -> dict[str, str]:
    """The notices in the folder of the policy's name: `confirmation.en` -> text."""
    folder = policy.with_suffix("") / "notices"
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.md"))}


def check_text(name: str, text: str) -> None:
    """A text is one of a known kind, has a subject and only known placeholders; else NoticeTextError."""
    kind, _, language = name.partition(".")
    if kind.replace("-", " ") not in KINDS or not language:
        kinds = ", ".join(sorted(kind.replace(" ", "-") for kind in KINDS))
        raise NoticeTextError(f"{name}.md is no notice: name it KIND.LANGUAGE.md, KIND one of {kinds}.")
    if not SUBJECT.match(text):
        raise NoticeTextError(f"{name}.md: begin with a line 'Subject: ...' and an empty line.")
    for word in PATTERN.findall(text):
        if word not in PLACEHOLDERS:
            raise NoticeTextError(
                f"{name}.md: there is no placeholder {{{word}}}; known are {', '.join(PLACEHOLDERS)}."
            )


def text_for(kind: str, language: str, texts: Mapping[str, str]) -> str:
    """The policy's text in that language, else in English, else ours."""
    name = kind.replace(" ", "-")
    for wanted in dict.fromkeys((language, language.partition("-")[0], "en")):
        if f"{name}.{wanted}" in texts:
            return texts[f"{name}.{wanted}"]
    return our_own(name)


@lru_cache
def our_own(name: str) -> str:
    """The text we have for a notice that its policy does not word itself."""
    own = OUR_OWN / f"{name}.en.md"
    return (own if own.exists() else OUR_OWN / "other.en.md").read_text(encoding="utf-8")


def fill(text: str, words: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body with every placeholder replaced, in one pass: a brace inside a value stays a brace."""
    match = SUBJECT.match(text)
    subject, body = (match.group(1), text[match.end() :]) if match else ("", text)
    one_line = " ".join(put_in(subject, words).split())
    return one_line[:250], put_in(body, words).strip() + "\n"


def put_in(text: str, words: Mapping[str, str]) -> str:
    """The text with the words in place."""
    return PATTERN.sub(lambda found: words.get(found.group(1), ""), text)
