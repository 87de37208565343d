"""File names from strangers are stored safe and distinct (MAIL 13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.mail.filenames import distinct, safe_name
from troth.mail.reading import read_mail

TABLE = {
    "report.pdf": "report.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Users\\ann\\plan.docx": "plan.docx",
    "a\r\nb.txt": "a b.txt",
    "a\x00b.txt": "ab.txt",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "com1.tar.gz": "_com1.tar.gz",
    "console.txt": "console.txt",
    'a<b>:"c|?*.txt': "a_b___c___.txt",
    "...": "attachment.bin",
    "": "attachment.bin",
    ".htaccess": "htaccess",
    "trailing. . ": "trailing",
    "folder/": "folder",
    "Größe €.txt": "Größe €.txt",
}


@pytest.mark.parametrize(("name", "wanted"), TABLE.items())
def test_a_name_is_made_safe(name: str, wanted: str) -> None:
    """Paths, line ends, NUL, marks of direction, devices, forbidden and missing names."""
    assert safe_name(name) == wanted


@given(st.text(max_size=300) | st.text("é€😀a.", min_size=100, max_size=6000))
def test_any_name_is_safe_and_stays_so(name: str) -> None:
    """It fits every file system, and making it safe again changes nothing."""
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= 255
    assert not set(safe) & set('/\\<>:"|?*\x00\n\r\u202e')
    assert safe not in (".", "..")


def test_five_thousand_characters_keep_their_ending() -> None:
    """A person still sees what kind of file it is."""
    assert len(safe_name("x" * 5000 + ".pdf")) == 120
    assert safe_name("x" * 5000 + ".pdf").endswith("x.pdf")


def test_equal_names_are_numbered_without_colliding() -> None:
    """Case does not make two names distinct."""
    assert distinct(["a.txt", "A.txt", "a (2).txt", "a.txt"]) == ["a.txt", "A (2).txt", "a (2) (2).txt", "a (3).txt"]


def test_an_attached_mail_is_called_by_its_subject() -> None:
    """MAIL 18: kept and named."""
    mail = read_mail(b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
                     b"Subject: The plan\n\nx\n--b--\n")  # fmt: skip
    assert [each.name for each in mail.attachments] == ["The plan.eml"]
