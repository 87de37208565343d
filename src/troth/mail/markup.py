"""HTML mail as the text a person would have seen.

selectolax reads it (an HTML5 parser in C that does not recurse); the walk below keeps its own
list, so depth costs nothing. Nothing is loaded and nothing is kept of styles or scripts. Quoted
passages get ``>`` before their lines, so that stripping quotes works on HTML as on text.
"""

from __future__ import annotations

import html as entities
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from troth.mail.text import clean_text

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "select", "svg"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "section",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "ul",
    ]
)
_PARAGRAPHS = frozenset({"p", "pre", "blockquote", "h1", "h2", "h3", "h4", "ul", "ol"})
_SPACE = re.compile(r"[ \t\n\r\f\v]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:-]{0,30})([^<>]*)>", re.IGNORECASE)
_SELF_ENDING = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "dd",
        "dt",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "source",
        "td",
        "th",
        "tr",
        "wbr",
    ]
)
_MOST_WORK = 4_000_000  # tags times depth: what the parser's worst case is a multiple of
_MOST_ATTRIBUTES = 2_000  # of one tag
DEEPEST_QUOTE = 50


def markup_text(html: str) -> str:
    """The text of an HTML mail, its paragraphs parted by empty lines; never raises."""
    if _is_hostile(html):
        return clean_text(_stripped(html))
    page = _Page()
    root = LexborHTMLParser(html.replace("\x00", "")).root
    if root is not None:
        page.read(root)
    return clean_text(page.finished())


def _is_hostile(html: str) -> bool:
    """Whether the parser would work far longer than the length of this HTML warrants.

    HTML5 makes it look through all open elements at each tag, and copy open marks such as bold
    into each paragraph, so its work grows with tags times depth.
    """
    tags = depth = deepest = 0
    for match in _TAG.finditer(html):
        tags += 1
        if match[3].count("=") > _MOST_ATTRIBUTES or len(match[3]) > 100 * _MOST_ATTRIBUTES:
            return True
        if match[2].lower() not in _SELF_ENDING:
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return tags * deepest > _MOST_WORK


def _stripped(html: str) -> str:
    """The words between the tags, scripts and styles left out: for HTML that is an attack."""
    pieces: list[str] = []
    at, unseen = 0, ""
    for match in _TAG.finditer(html):
        tag = match[2].lower()
        if not unseen:
            pieces.append(html[at : match.start()])
            pieces.append("\n" if tag in _BLOCKS or tag in _PARAGRAPHS or tag == "br" else "")
            unseen = tag if tag in ("script", "style") and not match[1] else ""
        elif tag == unseen and match[1]:
            unseen = ""
        at = match.end()
    if not unseen:
        pieces.append(html[at:])
    return re.sub(r"\n\s*\n", "\n\n", entities.unescape("".join(pieces))).strip()


class _Page:
    """Lines under construction while the tree is walked."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.verbatim = 0
        self.gap = False
        self.last_mark = ""

    def read(self, root: LexborNode) -> None:
        """Visit every node once, entering and leaving it."""
        waiting: list[tuple[LexborNode, bool]] = [(root, True)]
        while waiting:
            node, is_entering = waiting.pop()
            if not is_entering:
                self._leave(node)
                continue
            tag = node.tag or ""
            if tag == "-text":
                self._words(node.text_content or "")
                continue
            if tag in _UNSEEN or tag.startswith(("-", "!")) or _is_hidden(node):
                continue
            self._enter(node, tag)
            waiting.append((node, False))
            children = []
            child = node.child
            while child is not None:
                children.append((child, True))
                child = child.next
            waiting.extend(reversed(children))

    def _enter(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._end_line()
            return
        if tag in _BLOCKS or tag in _PARAGRAPHS or tag == "hr":
            self._break(tag in _PARAGRAPHS)
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.verbatim += 1
        elif tag == "li":
            self.line.append("* ")
        elif tag == "hr":
            self.line.append("-" * 30)
            self._break(paragraph=False)
        elif tag == "img":
            self._words((node.attributes or {}).get("alt") or "")
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "a":
            self._link(node)
        if tag in _BLOCKS or tag in _PARAGRAPHS:
            self._break(tag in _PARAGRAPHS)
        if tag == "blockquote":
            self.quotes -= 1
        elif tag == "pre":
            self.verbatim -= 1

    def _link(self, node: LexborNode) -> None:
        """The target of a link whose words do not show it: *click here* is no text."""
        target = (node.attributes or {}).get("href") or ""
        if not target.lower().startswith(("http://", "https://")):
            return
        shown = "".join(self.line[-20:])
        bare = target.split("://", 1)[1].rstrip("/")
        if bare not in shown:
            self.line.append(f" <{target}>")

    def _words(self, words: str) -> None:
        if self.verbatim:
            first, *rest = words.split("\n")
            self.line.append(first)
            for each in rest:
                self._end_line()
                self.line.append(each)
            return
        words = _SPACE.sub(" ", words)
        if not self.line or self.line[-1].endswith(" "):
            words = words.lstrip(" ")
        if words:
            self.line.append(words)

    def _break(self, paragraph: bool) -> None:  # noqa: FBT001 - read beside its only callers
        if self.line and "".join(self.line).strip():
            self._end_line()
        self.line = []
        self.gap = self.gap or (paragraph and bool(self.lines))

    def _end_line(self) -> None:
        mark = ">" * min(self.quotes, DEEPEST_QUOTE)
        if self.gap:
            self.lines.append(min(mark, self.last_mark))
            self.gap = False
        self.last_mark = mark
        line = "".join(self.line).rstrip()
        self.lines.append(f"{mark} {line}".rstrip() if mark else line)
        self.line = []

    def finished(self) -> str:
        """The lines, at most one empty between two, none at the edges."""
        self._break(paragraph=False)
        text = "\n".join(self.lines).replace("\u00a0", " ")
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip("\n")


def _is_hidden(node: LexborNode) -> bool:
    """Whether the sender hid this from the reader, as preview lines are hidden."""
    attributes = node.attributes or {}
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))
