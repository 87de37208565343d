"""The parts found in one pass are those that the standard library finds by recursion."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from troth.mail.structure import take_apart

# Where the standard library sees other parts, and why ours are the ones to keep.
DIFFERS = {
    "ctype-invalid-characters.raw": "a stray bracket is no part of the kind",
    "mime-bad-content-type.raw": "a forgotten semicolon does not make the name a part of the kind",
    "mime-blank-media-name.raw": "a forgotten semicolon does not make the name a part of the kind",
}


def _theirs(raw: bytes) -> list[str]:
    """The kinds of the leaves, attached mails not opened."""
    found, waiting = [], [message_from_bytes(raw, policy=policy.compat32)]
    while waiting:
        part = waiting.pop()
        is_open = part.is_multipart() and part.get_content_maintype() == "multipart"
        if is_open:
            waiting.extend(reversed(part.get_payload()))
        else:
            found.append(part.get_content_type())
    return found


def _ours(raw: bytes) -> list[str]:
    return [part.content_type for part in take_apart(raw).root.walk() if not part.children]


def test_the_parts_of_real_mails_are_those_of_the_standard_library(corpus: list[Path]) -> None:
    """The same leaves in the same order; each difference is named with its reason."""
    differing = {file.name for file in corpus if _ours(file.read_bytes()) != _theirs(file.read_bytes())}
    assert differing == set(DIFFERS)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_line_end_before_a_boundary_belongs_to_the_boundary(end: bytes) -> None:
    """An attachment is neither longer nor shorter than what was sent."""
    raw = end.join([b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"", b"one", b"", b"--b--", b""])
    assert take_apart(raw).root.children[0].content()[0] == b"one" + end


def test_an_outer_boundary_ends_every_part_inside() -> None:
    """Also those whose own end is missing."""
    raw = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\ninner\n--a\n\nouter\n--a--\n"
    )
    root = take_apart(raw).root
    assert [part.content()[0] for part in root.walk() if not part.children] == [b"inner", b"outer"]
