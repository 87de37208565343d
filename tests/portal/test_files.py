"""Files from strangers: always to be saved, never opened by us, handed out to whoever may read their case alone."""

import gzip
import io
import shlex
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.desk.making import agent, customer, netop, opened, signed_in
from troth.desk.door import note, record
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Attachment, Notice
from troth.desk.outside import outside
from troth.desk.scanning import KNOWN_FOR, LONGEST, Scan, scan
from troth.journal.models import AuditEntry
from troth.mail.uploads import LARGEST, MOST
from troth.policy.vocabulary import Verb

pytestmark = pytest.mark.django_db
GIF = b"GIF89a/*\x00\x00\x00\x00\x00*/=1;alert(1)"
POLYGLOTS = {
    "a page called a picture": ("cat.png", b"<script>alert(1)</script>", "image/png"),
    "a picture that is a script": ("cat.gif", GIF, "image/gif"),
    "a drawing with a script": (
        "a.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "image/svg+xml",
    ),
    "a page under two endings": ("a.html.png", b"<html><body onload=alert(1)>", "text/html"),
    "a document that is an archive": ("a.pdf", b"%PDF-1.7\nPK\x03\x04<script>", "application/pdf"),
    "a page in another alphabet": ("a.txt", b"+ADw-script+AD4-alert(1)", "text/plain; charset=utf-7"),
    "a kind with a header in it": ("a.txt", b"x", "text/html\r\nSet-Cookie: a=b"),
    "a worker": ("sw.js", b"self.onfetch=1", "text/javascript"),
    "an empty kind": ("nameless", b"<b>", ""),
}


@pytest.fixture
def scene():
    """A customer's case and an agent."""
    desk = netop()
    contact = customer(desk)
    return desk, contact, opened(desk, contact).case, agent(desk)


def enclosed_in(case, by, *files):
    """The attachments of an answer."""
    record(case, Verb.REPLY, by=by, written=Written("See.", enclosed=tuple(Enclosed(*file) for file in files)))
    return list(Attachment.objects.filter(message__direction="us").order_by("pk"))


def taken(desk, contact, case, pk):
    """What the customer gets for this file."""
    return signed_in(contact.person).get(reverse("portal:file", args=[desk.slug, case.label, pk]))


@pytest.mark.parametrize("kind", POLYGLOTS)
def test_whatever_a_file_is_or_says_it_is_a_browser_only_saves_it(scene, kind):
    """The kind its sender names decides nothing: no sniffing, no page, no picture, a sandbox round it."""
    desk, contact, case, worker = scene
    name, content, media_type = POLYGLOTS[kind]
    [file] = enclosed_in(case, worker, (name, content, media_type))
    answer = taken(desk, contact, case, file.pk)
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "Set-Cookie" not in answer.headers
    assert not any(part in Path(file.file.name).name for part in (name, "."))


def test_a_bomb_is_kept_as_it_came(scene):
    """Nothing of ours unpacks a file: a gigabyte of zeros packed into a megabyte stays a megabyte."""
    desk, contact, case, worker = scene
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 20_000_000)
    bomb = gzip.compress(inner.getvalue() * 5)
    [file] = enclosed_in(case, worker, ("bomb.zip.gz", bomb, "application/gzip"))
    answer = taken(desk, contact, case, file.pk)
    assert b"".join(answer.streaming_content) == bomb
    assert file.size == len(bomb) < 1_000_000
    assert "Content-Encoding" not in answer.headers


def test_too_many_and_too_large_are_refused_and_the_words_are_kept(scene, settings):
    """Ten files, twenty megabytes each."""
    desk, contact, _, _ = scene
    client = signed_in(contact.person)
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(MOST + 1)]
    large = [SimpleUploadedFile("large.bin", b"\0" * (LARGEST + 1))]
    for files in (many, large):
        page = client.post(f"/{desk.slug}/cases/new", {"title": "Kept title", "text": "x", "files": files})
        assert page.status_code == 422
        assert "Kept title" in page.content.decode()
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("tail", ["0", "-1", "1.0", "99999999999999999999", "../1", "%2e%2e/1", "1/..", "1%00", "x"])
def test_a_forged_address_of_a_file_finds_nothing(scene, tail):
    """Neither another's file nor a file beside the media folder, nor an error."""
    desk, contact, case, worker = scene
    enclosed_in(case, worker, ("a.txt", b"x", "text/plain"))
    client = signed_in(contact.person)
    assert client.get(f"/{desk.slug}/cases/{case.label}/files/{tail}").status_code in {404, 405}


def test_a_file_of_a_note_of_another_case_and_of_another_desk_are_not_there(scene):
    """By the right number under the wrong case, too."""
    desk, contact, case, worker = scene
    note(case, by=worker, written=Written("N.", enclosed=(Enclosed("n.txt", b"x"),)))
    other = customer(desk)
    theirs = opened(desk, other).case
    [file] = enclosed_in(theirs, worker, ("a.txt", b"x", "text/plain"))
    hidden = Attachment.objects.get(message__direction="note")
    for pk in (file.pk, hidden.pk):
        assert taken(desk, contact, case, pk).status_code == 404
    assert AuditEntry.objects.filter(action="was refused an attachment").count() == 2
    assert not [path for path in ("/media/", f"/media/{file.file.name}", f"/{file.file.name}") if has(contact, path)]


def has(contact, path):
    """Whether anything answers there."""
    return signed_in(contact.person).get(path).status_code != 404


# --- the scanner -----------------------------------------------------------------------------------


def command(code):
    """A scanner that is these lines of Python."""
    return shlex.join([sys.executable, "-c", code])


EICAR = "import sys; sys.exit(1 if b'EICAR' in sys.stdin.buffer.read() else 0)"


def test_a_file_the_scanner_takes_for_harmful_is_kept_back(scene, settings):
    """It is asked when the file is taken, and its clean neighbour is handed out."""
    settings.TROTH_SCANNER = command(EICAR)
    desk, contact, case, worker = scene
    bad, good = enclosed_in(case, worker, ("a.txt", b"EICAR", "text/plain"), ("b.txt", b"fine", "text/plain"))
    refused = taken(desk, contact, case, bad.pk)
    assert refused.status_code == 403
    assert "takes this file for harmful" in refused.content.decode()
    answer = taken(desk, contact, case, good.pk)
    assert b"".join(answer.streaming_content) == b"fine"


@pytest.mark.parametrize("scanner", ["/no/such/scanner", command("import sys; sys.exit(2)"), "'unbalanced"])
def test_a_scanner_that_is_down_holds_the_file(scene, settings, scanner):
    """No answer is not a good answer."""
    settings.TROTH_SCANNER = scanner
    desk, contact, case, worker = scene
    [file] = enclosed_in(case, worker, ("a.txt", b"x", "text/plain"))
    assert taken(desk, contact, case, file.pk).status_code == 503
    settings.TROTH_SCANNER = command("pass")
    answer = taken(desk, contact, case, file.pk)
    assert b"".join(answer.streaming_content) == b"x"


def test_a_scanner_that_hangs_holds_the_file(settings, monkeypatch):
    """A minute at most; here a moment."""
    monkeypatch.setattr("troth.desk.scanning.LONGEST", LONGEST / 600)
    settings.TROTH_SCANNER = command("import time; time.sleep(600)")
    before = time.monotonic()
    assert scan(b"x") is Scan.HELD
    assert time.monotonic() - before < 300


def test_a_cleared_file_is_not_scanned_again_within_a_day(scene, settings):
    """And after it is: the scanner has learned meanwhile."""
    settings.TROTH_SCANNER = command("pass")
    desk, contact, case, worker = scene
    [file] = enclosed_in(case, worker, ("a.txt", b"x", "text/plain"))
    b"".join(taken(desk, contact, case, file.pk).streaming_content)  # closed by hand it would end the connection too
    settings.TROTH_SCANNER = command("import sys; sys.exit(1)")
    again = taken(desk, contact, case, file.pk)
    assert again.status_code == 200
    b"".join(again.streaming_content)
    Attachment.objects.update(cleared_at=timezone.now() - KNOWN_FOR)
    assert taken(desk, contact, case, file.pk).status_code == 403


def test_no_file_leaves_by_mail_unchecked(scene, settings):
    """The answer waits for the scanner; a harmful file stays behind and the words go."""
    _, _, case, worker = scene
    settings.TROTH_SCANNER = "/no/such/scanner"
    enclosed_in(case, worker, ("a.txt", b"EICAR", "text/plain"))
    notice = Notice.objects.get(kind="reply")
    with pytest.raises(OSError, match="scanner"):
        outside.deliver(notice)
    settings.TROTH_SCANNER = command(EICAR)
    assert outside.deliver(notice)
