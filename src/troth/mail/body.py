"""Which parts of a mail a person would have seen as its text, and which are attachments.

Nothing is dropped: every part that is not shown is an attachment, and one whose place in the
text is only a picture is both known by its id and kept.
"""

from __future__ import annotations

import html as markup
import re
from dataclasses import dataclass, field

from troth.mail import limits
from troth.mail.flowed import unflowed
from troth.mail.markup import markup_text
from troth.mail.structure import Part
from troth.mail.text import text

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_STUB = re.compile(r"\bhtml\b", re.IGNORECASE)
_STUB_VERB = re.compile(
    r"\b(?:view|support|display|enable|read|client|browser|anzeigen|darstell|afficher|visualizz)",
    re.IGNORECASE,
)
_STUB_LONGEST = 400
_CID = re.compile(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """One piece of what was seen: its text, and its HTML where it had any."""

    text: str
    html: str | None


@dataclass(slots=True)
class Body:
    """The body under construction: what is shown in order, what is attached, what was wrong."""

    blocks: list[Block] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    pictured: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a person would have read."""
        return "\n\n".join(each for block in self.blocks if (each := block.text.strip("\n")))

    @property
    def html(self) -> str | None:
        """The HTML as it came, plain pieces between it set as they stand; None without any."""
        if not any(block.html for block in self.blocks):
            return None
        return "\n".join(
            block.html or f"<pre>{markup.escape(block.text)}</pre>"
            for block in self.blocks
            if block.html or block.text.strip()
        )


def read_body(root: Part) -> Body:
    """The body of a mail from its outermost part."""
    body = Body()
    _read(root, body)
    if not body.text.strip():
        _show_inline_text(body)
    return body


def referenced_ids(html: str | None) -> frozenset[str]:
    """The content ids that the HTML shows pictures of."""
    return frozenset(each.casefold() for each in _CID.findall(html or ""))


def _read(part: Part, body: Body) -> None:
    """Show or attach one part. The depth of parts is bounded, so this may call itself."""
    if not part.is_container:
        _read_leaf(part, body)
    elif part.content_type == "multipart/alternative":
        _read_alternative(part, body)
    elif part.content_type == "multipart/related":
        _read_related(part, body)
    elif part.content_type == "multipart/encrypted":
        body.attached += part.children
    else:
        for child in part.children:
            _read(child, body)


def _read_leaf(part: Part, body: Body) -> None:
    is_shown = part.content_type in ("text/plain", "text/html") or part.content_type.startswith("multipart/")
    is_file = part.disposition == "attachment" or bool(part.name)
    if not is_shown or is_file or len(body.blocks) >= limits.TEXT_PARTS:
        body.attached.append(part)
        return
    body.blocks.append(_block(part, body))


def _block(part: Part, body: Body) -> Block:
    """One part of text, decoded."""
    raw, defects = part.content(limits.TEXT_BYTES)
    if part.end - part.start > limits.TEXT_BYTES:
        body.left_out.append("A text longer than a million characters was cut.")
    charset = part.charset
    is_html = part.content_type == "text/html"
    if is_html and not charset:
        meta = _META.search(raw[:4096])
        charset = meta[1].decode("ascii") if meta else None
    found = text(raw, charset)
    body.defects += [*defects, *found.defects]
    if is_html:
        return Block(markup_text(found.value), found.value)
    value = found.value
    if part.parameters.get("format", "").lower() == "flowed":
        is_delsp = part.parameters.get("delsp", "").lower() == "yes"
        value = unflowed(value, delete_space=is_delsp)
    return Block(value, None)


def _read_alternative(part: Part, body: Body) -> None:
    """Several forms of one text: the words from the plain one, the looks from the HTML.

    The plain form does not count when it is empty or only says that there is HTML.
    """
    forms = []
    for child in part.children:
        form = Body()
        _read(child, form)
        forms.append(form)
        body.attached += form.attached
        body.pictured += form.pictured
        body.defects += form.defects
        body.left_out += form.left_out
    with_html = [form for form in forms if form.html is not None]
    plain = [form for form in forms if form.html is None and form.text.strip()]
    if not with_html:
        if plain:
            body.blocks.append(Block(plain[-1].text, None))
        return
    rich = with_html[-1]
    if not rich.text.strip() and plain and not (rich.pictured or "<img" in (rich.html or "")):
        body.blocks.append(Block(plain[0].text, None))
    elif plain and not _is_stub(plain[0].text, rich.text):
        body.blocks.append(Block(plain[0].text, rich.html))
    else:
        body.blocks.append(Block(rich.text, rich.html))


def _is_stub(plain: str, rich: str) -> bool:
    """Whether the plain form only asks the reader to look at the other."""
    return (
        len(plain) < _STUB_LONGEST
        and len(rich) > 2 * len(plain)
        and bool(_STUB.search(plain) and _STUB_VERB.search(plain))
    )


def _read_related(part: Part, body: Body) -> None:
    """A text with its pictures: the root is the text, the others are what it refers to."""
    start = part.parameters.get("start", "").strip("<> ")
    root = part.children[0]
    if start:
        named = [c for c in part.children if content_id(c) == start]
        root = named[0] if named else root
    _read(root, body)
    for child in part.children:
        if child is root:
            continue
        if child.is_container or (child.content_type == "text/html" and not content_id(child)):
            _read(child, body)
        else:
            body.pictured.append(child)


def _show_inline_text(body: Body) -> None:
    """A mail whose only text came as a named file that is not to be saved: show it too."""
    for part in body.attached:
        is_text = part.content_type in ("text/plain", "text/html")
        if is_text and part.disposition != "attachment":
            body.blocks = [_block(part, body)]
            return


def content_id(part: Part) -> str:
    """The id by which HTML names this part, without its brackets."""
    raw = part.headers.first("content-id")[:300].decode("ascii", "replace")
    return "".join(raw.split()).strip("<>")
