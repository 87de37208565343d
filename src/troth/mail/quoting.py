"""The writer's own words in a reply, parted from what they quote.

Losing a word of the writer's is the one mistake that matters: an agent reads what is kept. So a
passage is taken away only on strong signs, and when nothing would be left, everything is kept.

What stays whole: a reply that answers between quoted passages, a forward, a reply in which
quoting bears no mark of who wrote it and words follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from troth.mail.signature import without_signature

_WINDOW = 7  # lines over which *On such a day so-and-so wrote* may be spread
_LONGEST = 500
_VERBS = (
    r"wrote|writes|schrieb|a écrit|escribi[óo]|ha scritto|scrisse|escreveu|schreef|skrev|"
    r"napisał(?:\(a\)|a)?|написал(?:а|\(а\))?|пишет|пише|写道|寫道|kirjoitti|yazdı|írta|napsala?|"
    r"a scris|έγραψε|כתב|viết|rašė"
)
_VERB = re.compile(rf"(?:{_VERBS})", re.IGNORECASE)
_STARTER = re.compile(
    r"^[\s>\"'*_-]*(?:on|am|le|el|il|op|den|em|w dniu|dnia|pe|dne|в|на|at|kl|tarihinde|vào|"
    r"\d{1,4}[\s./年-]|在|[^\s<>]+(?: [^\s<>]+){0,5} <[^<>\s]+@[^<>\s]+>)",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[:.]\d\d|\d{4}年", re.UNICODE)
_EMAIL = re.compile(r"<?\s*(?:mailto:)?[^\s<>@]+@[^\s<>@]+")
_ENDS = re.compile(r"(?:[:：]|wrote\s*-{2,})\s*$", re.IGNORECASE)
_QUOTED = re.compile(r"^\s{0,3}>")
_BARRED = re.compile(r"^\s?\|")
_ORIGINAL = re.compile(
    r"^\s*(?:>\s*)?[-_=*]{2,}\s*(?:original (?:message|e?-?mail|appointment)|(?:ursprüngliche|"
    r"originale?|oorspronkelijk) ?(?:nachricht|bericht)|original-nachricht|message d['’]origine|"
    r"message original|mensaje original|messaggio originale|mensagem original|"
    r"oprindelig (?:meddelelse|besked)|opprinnelig melding|ursprungligt meddelande|"
    r"oorspronkelijk bericht|wiadomość oryginalna|исходное сообщение|原始邮件|"
    r"reply message|on .{10,200} wrote)\s*[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^\s*(?:>\s*)?(?:[-_=*]{2,}\s*(?:forwarded (?:message|by .*)|weitergeleitete nachricht|"
    r"message (?:transféré|réexpédié)|mensaje reenviado|messaggio inoltrato|"
    r"doorgestuurd bericht|videresendt.*|пересылаемое сообщение|перенаправленное сообщение|"
    r"mensagem encaminhada|wiadomość przekazana dalej)\s*[-_=*]{2,}|"
    r"begin forwarded message:|anfang der weitergeleiteten (?:nachricht|e-mail):|"
    r"début du message (?:transféré|réexpédié)\s*:)\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[_-]{8,}\s*$")
_SENDER_LABEL = r"from|von|de|da|van|fra|från|od|от|від|expéditeur|寄件者|发件人|差出人|lähettäjä|kimden"
_OTHER_LABELS = (
    r"sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|"
    r"para|asunto|fecha|inviato|data|a|oggetto|risposta|verzonden|aan|onderwerp|sendt|til|emne|"
    r"dato|skickat|till|ämne|wysłano|do|temat|отправлено|кому|тема|дата|enviada(?: em)?|assunto|"
    r"importance|attachments|发送时间|收件人|主题|送信日時|宛先|件名"
)
_SENDER_FIELD = re.compile(rf"^[\s>*]*(?:{_SENDER_LABEL})\s*\*?\s*[:：]\s*\*?\s*\S", re.IGNORECASE)
_OTHER_FIELD = re.compile(rf"^[\s>*]*(?:{_OTHER_LABELS})\s*\*?\s*[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """``kept`` is what the writer wrote now, ``quoted`` what was taken away, in its order."""

    kept: str
    quoted: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a quotation is announced: its first line, the first line after the announcement."""

    start: int
    end: int


def own_words(text: str) -> Reply:
    """What the writer of a reply wrote, and what they quoted."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    lines = text.split("\n")
    if any(_may_announce(line) and _FORWARD.match(line) for line in lines):
        return Reply(_trimmed(lines), "")
    kept, quoted = _parted(lines)
    kept, signature = without_signature(kept)
    if not any(line.strip() for line in kept):
        return Reply(_trimmed(lines), "")
    return Reply(_trimmed(kept), "\n".join([*quoted, *signature]).strip("\n"))


def _trimmed(lines: list[str]) -> str:
    """The lines without the empty ones around them; an indent of the first is kept."""
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines that are the writer's, and those that are quoted."""
    mark = _first_mark(lines)
    if mark is None:
        return _without_tail(lines)
    before, after = lines[: mark.start], lines[mark.end :]
    announcement = lines[mark.start : mark.end]
    if any(_is_quoted(line) for line in before if line.strip()):
        # Quoted passages stand above as well: the writer answers between them.
        return _without_tail(lines)
    has_words = any(line.strip() for line in before)
    quotation, rest = _quotation(after)
    if not quotation:
        if has_words:
            return before, [*announcement, *after]
        return after, announcement
    if not any(line.strip() for line in rest):
        return before, [*announcement, *quotation]
    if not _is_only_signature(rest) and (has_words or any(_is_quoted(line) for line in rest)):
        return lines, []
    return [*before, *rest], [*announcement, *quotation]


def _is_only_signature(lines: list[str]) -> bool:
    """Whether nothing but a signature follows a quotation."""
    return not any(line.strip() for line in without_signature(["words", *lines])[0][1:])


def _is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line))


def _quotation(lines: list[str]) -> tuple[list[str], list[str]]:
    """The marked passage right after an announcement, and what follows it."""
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return [], lines
    is_marked = _QUOTED if _QUOTED.match(lines[first]) else _BARRED
    end = first
    for index in range(first, len(lines)):
        if is_marked.match(lines[index]):
            end = index + 1
        elif lines[index].strip():
            break
    return lines[:end] if end > first else [], lines[end:]


def _without_tail(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without a quoted passage that ends them and that words stand before."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_quoted(lines[end - 1])):
        end -= 1
    is_between = any(_is_quoted(line) for line in lines[:end])
    if end == 0 or end == len(lines) or is_between:
        return lines, []
    return lines[:end], lines[end:]


def _may_announce(line: str) -> bool:
    """Whether a line has any mark of an announcement: a quick look before the slow ones."""
    return bool(line) and (":" in line or "：" in line or line.rstrip()[-1:] in "-_=*>")


def _first_mark(lines: list[str]) -> _Mark | None:
    """The first place at which a quotation is announced, outside blocks of code."""
    is_code = False
    for index, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        if is_code or not _may_announce(line):
            continue
        if _ORIGINAL.match(line):
            return _Mark(index, _after_fields(lines, index + 1))
        mark = _field_block(lines, index) or _announcement(lines, index)
        if mark is not None:
            return mark
    return None


def _field_block(lines: list[str], index: int) -> _Mark | None:
    """From, Sent, To and Subject at this line, with the rule above them if one is there.

    Below a rule the block may begin with any of the fields, else only with the sender's.
    """
    is_sender = bool(_SENDER_FIELD.match(lines[index]))
    if not is_sender and not _OTHER_FIELD.match(lines[index]):
        return None
    above = index - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    has_rule = above >= 0 and bool(_RULE.match(lines[above]))
    end = _after_fields(lines, index)
    has_sender = any(_SENDER_FIELD.match(line) for line in lines[index:end])
    if end <= index or not (is_sender or (has_rule and has_sender)):
        return None
    return _Mark(above if has_rule else index, end)


def _after_fields(lines: list[str], at: int) -> int:
    """The line after a block of From, Sent, To, Subject at this place.

    Where there is none: 0 if ``at`` is a sender's line, else ``at`` itself.
    """
    count, end = 0, at
    while end < len(lines) and end < at + 10 and lines[end].strip():
        if _SENDER_FIELD.match(lines[end]) or _OTHER_FIELD.match(lines[end]):
            count += 1
        elif not count:
            break
        end += 1
    is_sender = at < len(lines) and bool(_SENDER_FIELD.match(lines[at]))
    if count >= 3:  # noqa: PLR2004 - two such lines may be the writer's own
        return end
    return 0 if is_sender else at


def _announcement(lines: list[str], index: int) -> _Mark | None:
    """*On such a day so-and-so wrote:* ending at this line, over as few lines as hold it.

    It ends at ``index``, so that a line of the writer's above it that also begins with *On* is
    left alone.
    """
    if not lines[index].strip():
        return None
    is_end = bool(_ENDS.search(lines[index]))
    bare = not is_end and _is_bare_announcement(lines, index)
    if not is_end and not bare:
        return None
    if not _DATED.search(" ".join(lines[max(0, index - _WINDOW) : index + 1])[-2 * _LONGEST :]):
        return None
    for start in range(index, max(-1, index - _WINDOW), -1):
        window = " ".join(line.strip() for line in lines[start : index + 1])
        if len(window) > _LONGEST:
            return None
        if _is_announcement(window, is_bare=bare) and _STARTER.match(lines[start]):
            return _Mark(start, index + 1)
        if start < index and not lines[start].strip() and not _spans_gap(lines[start + 1]):
            return None
    return None


def _spans_gap(line: str) -> bool:
    """Whether a line below an empty one still belongs to the announcement above it."""
    return line.lstrip().startswith(("<", '"'))


def _is_announcement(window: str, *, is_bare: bool) -> bool:
    if not _DATED.search(window):
        return False
    has_email = bool(_EMAIL.search(window))
    if is_bare:
        return has_email
    if _VERB.search(window):
        return has_email or bool(re.search(r"\d{1,2}[:.]\d\d|\b(?:19|20)\d\d\b", window))
    return has_email and bool(re.search(r"<[^<>]*@[^<>]*>\s*[:：]\s*$", window))


def _is_bare_announcement(lines: list[str], index: int) -> bool:
    """A date with a name and an address, and a marked passage below: no verb, no colon."""
    if not re.search(r"<[^<>\s]+@[^<>\s]+>\s*$", lines[index]):
        return False
    below = [line for line in lines[index + 1 : index + 5] if line.strip()]
    return len(below) > 1 and all(_BARRED.match(x) or _is_quoted(x) for x in below)
