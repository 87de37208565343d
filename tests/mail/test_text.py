"""Bytes become readable text, whatever charset a mail claims (MAIL 11 and 12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth.mail.headers import header, parameters
from troth.mail.text import codec_named, text

GREEK = "Καλημέρα σας, πώς είστε σήμερα; Όλα καλά."
RUSSIAN = "Здравствуйте, программа не запускается после обновления."
CHARSETS = [
    ("Grüße".encode(), None, "Grüße"),
    ("Grüße".encode(), "us-ascii", "Grüße"),
    ("Grüße".encode(), "iso-8859-1", "Grüße"),
    ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
    ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
    ("Grüße".encode("latin-1"), None, "Grüße"),
    ("Grüße".encode("latin-1"), "x-unknown", "Grüße"),
    (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
    (RUSSIAN.encode("koi8-r"), "koi8-r", RUSSIAN),
    (RUSSIAN.encode("cp1251"), "win-1251", RUSSIAN),
    (RUSSIAN.encode("cp1251"), "no-such-charset", RUSSIAN),
    (GREEK.encode("iso8859-7"), "ISO-8859-7", GREEK),
    ("한국어".encode("cp949"), "ks_c_5601-1987", "한국어"),
    ("简体中文".encode("gb18030"), "gb2312", "简体中文"),
    ("日本語".encode("cp932"), "x-sjis", "日本語"),
    ("日本語".encode("iso2022_jp"), "ISO-2022-JP", "日本語"),
    ("日本語".encode("utf-16"), "utf-16", "日本語"),
    (b"\xef\xbb\xbfHello", "utf-8", "Hello"),
    ("Grüße und Äpfel".encode()[:-2] + b"\xff", "utf-8", "Grüße und Äpf\ufffd"),
    (b"caf\xc3", "utf-8", "cafÃ"),
    (b"one\x00two\x1bthree\x85four", "latin-1", "onetwothree…four"),
    (b"+2AA-", "utf-7", "\ufffd"),
    (b"\\u0000", "unicode_escape", "\\u0000"),
    (b"x" * 10, "zlib", "x" * 10),
    (b"a\r\nb\rc\x0cd", None, "a\nb\nc\nd"),
]


@pytest.mark.parametrize(("raw", "charset", "wanted"), CHARSETS)
def test_text_is_readable_whatever_the_charset_says(raw: bytes, charset: str | None, wanted: str) -> None:
    """Unknown, wrong, missing and lying charsets, and what a mail may not name as one."""
    assert text(raw, charset).value == wanted


@pytest.mark.parametrize("name", ["zlib", "unicode_escape", "punycode", "idna", "rot13", "hex", "undefined", "x" * 99])
def test_a_codec_that_is_no_charset_is_not_used(name: str) -> None:
    """Python would find some of these under their names."""
    assert codec_named(name) is None


HEADERS = [
    (b"plain", "plain"),
    ("Grüße".encode(), "Grüße"),
    ("Grüße".encode("latin-1"), "Grüße"),
    (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
    (b"=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
    (b"=?utf-8*de?q?Gr=C3=BC=C3=9Fe?= you", "Grüße you"),
    (b"=?no-such?q?abc?=", "abc"),
    (b"=?utf-8?b?broken*base64?=", None),
    (b"=?utf-8?q?no end", "=?utf-8?q?no end"),
    (b"=?utf-8?q?one=0D=0ABcc:_x=00?=", "one Bcc: x"),
    ("a\u202egpj.exe".encode(), "agpj.exe"),
    (b"tab\tand  space", "tab and space"),
]


@pytest.mark.parametrize(("raw", "wanted"), HEADERS)
def test_a_header_is_one_readable_line(raw: bytes, wanted: str | None) -> None:
    """Encoded words, raw bytes, controls, marks of direction."""
    value = header(raw).value
    assert "\n" not in value
    if wanted is not None:
        assert value == wanted


PARAMETERS = [
    (b'x; name="a;b.txt"', "a;b.txt"),
    (b'x name="forgotten.txt"', "forgotten.txt"),
    (b"x; name=a b.txt", "a b.txt"),
    (b'x; name="a\\"b"', 'a"b'),
    (b'x; name="no end', "no end"),
    (b"x; name*=utf-8''%E2%82%AC.txt", "€.txt"),
    (b"x; name*0*=utf-8'en'%E2%82; name*1*=%AC; name*2=.txt", "€.txt"),
    (b"x; name*1=b; name*0=a", "ab"),
    (b'x; name="=?utf-8?q?=E2=82=AC.txt?="', "€.txt"),
    (b"x; name=first; name=second", "first"),
    ("x; name=€".encode(), "€"),
    (b"x; name*=nonsense", "nonsense"),
]


@pytest.mark.parametrize(("raw", "wanted"), PARAMETERS)
def test_a_parameter_is_read_by_the_rule_and_against_it(raw: bytes, wanted: str) -> None:
    """RFC 2231 in pieces, and RFC 2047 where it is not allowed."""
    assert parameters(raw)["name"] == wanted


@given(st.binary(max_size=200), st.text(max_size=20) | st.sampled_from(["utf-7", "hz", "utf-16", "iso-2022-kr"]))
def test_no_bytes_and_no_charset_raise(raw: bytes, charset: str) -> None:
    """What comes out can be stored anywhere."""
    value = text(raw, charset).value
    assert "\x00" not in value
    value.encode("utf-8")
    header(raw, charset).value.encode("utf-8")
