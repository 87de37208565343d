"""`troth policy check`, `troth policy show`, `troth hours`: what they print and how they end."""

import io
import json

import pytest

from tests.policy.files import OFFICE, changed
from troth.policy.commands import check, hours, show


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A folder with a sound policy and one with a mistake; we stand in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "office.md").write_text(OFFICE)
    (tmp_path / "broken.md").write_text(changed(OFFICE, "from: opening", "from: openning"))
    return tmp_path


def test_check_ends_with_0_where_all_is_well(office, capsys):
    """A sound file is named, so that silence is not mistaken for success."""
    assert check(["office.md"]) == 0
    assert capsys.readouterr().out == "office.md: nothing to report (office@2026-11-01, clauses: 10)\n"


def test_check_prints_findings_and_ends_with_1(office, capsys):
    """One finding a line, for people and editors alike; all files are looked at."""
    assert check(["broken.md", "office.md"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == 'broken.md:73:9: P304 there is no moment "openning"; did you mean "opening"?'
    assert second.startswith("office.md: nothing to report")


@pytest.mark.parametrize("arguments", [[], ["--no-such-flag", "office.md"], ["absent.md"], ["."]])
def test_a_question_asked_wrongly_ends_with_2(office, capsys, arguments):
    """A file that cannot be opened is a wrong question too."""
    assert check(arguments) == 2
    assert capsys.readouterr().err


def test_show_prints_for_the_terminal_or_as_html(office, capsys):
    """The same policy, for a reader here or for a page."""
    assert show(["office.md", "--width", "60"]) == 0
    assert "Targets  § targets" in capsys.readouterr().out
    assert show(["office.md", "--html"]) == 0
    assert capsys.readouterr().out.startswith('<article class="policy" lang="en">')
    assert show(["broken.md"]) == 1


def test_hours_answers_a_line_for_a_line(office, capsys, monkeypatch):
    """A question that cannot be answered gets an error, and the next one its turn."""
    questions = [
        '{"add": {"from": "2026-11-02 16:00", "amount": "2 hours"}}',
        "nonsense",
        '{"open": {"at": "2026-11-01 10:00"}}',
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(questions) + "\n"))
    assert hours(["office.md", "support"]) == 0
    due, error, is_open = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert due["due"] == "2026-11-03T10:00:00+01:00"
    assert "error" in error
    assert is_open["open"] is False


def test_hours_names_the_nearest_calendar(office, capsys):
    """A calendar that is not there is a wrong question."""
    assert hours(["office.md", "suport"]) == 2
    assert 'did you mean "support"?' in capsys.readouterr().err


def test_an_amendment_is_checked_against_its_policy(office, capsys):
    """Its findings are its own; a base with mistakes is told first."""
    front = "---\namends: office\ntitle: A\nversion: 2026-12-01\n---\n\n## Ours {#ours}\n\n"
    (office / "acme.md").write_text(front + "```rule closing\nresolving: awaits closing\n```\n")
    assert check(["--amends", "office.md", "acme.md"]) == 0
    assert "office@2026-11-01+acme@2026-12-01" in capsys.readouterr().out
    (office / "acme.md").write_text(front + "```rule closing\nresolving: awaits\n```\n")
    assert check(["--amends", "office.md", "acme.md"]) == 1
    assert capsys.readouterr().out.startswith("acme.md:10:12: P204")
    assert check(["--amends", "broken.md", "acme.md"]) == 1
    assert check(["--amends", "absent.md", "acme.md"]) == 2
