"""The desk's commands: what they print and with which code they end."""

import pytest

from tests.conftest import ROOT
from tests.desk.making import agent, at, netop, opened
from troth.desk.commands import explain, publish, verify
from troth.desk.door import record
from troth.desk.models import Case, PolicyVersion
from troth.people.models import Desk
from troth.policy.vocabulary import Verb

pytestmark = pytest.mark.django_db


def test_verify_ends_with_0_when_all_is_well_and_1_when_not(capsys) -> None:
    """Each difference is a line that names case and column."""
    done = opened(netop())
    assert verify([]) == 0
    assert "1 cases verified, 0 differences." in capsys.readouterr().out
    Case.objects.filter(pk=done.case.pk).update(level="2")
    assert verify(["--desk", "netop"]) == 1
    assert "NETOP-1001: level is stored as '2', its events give '1'" in capsys.readouterr().out


def test_verify_of_an_unknown_desk_names_the_known(capsys) -> None:
    """What, where, how to mend it."""
    netop()
    assert verify(["--desk", "netpo"]) == 2
    assert "known are: netop" in capsys.readouterr().err


def test_explain_tells_each_ruling_with_its_clause_and_how_the_due_time_came(capsys) -> None:
    """Any case, at any past instant."""
    desk = netop()
    done = opened(desk)
    record(done.case, Verb.ASK, by=agent(desk), at=at("2026-03-10 10:00"))
    assert explain(["netop-1001", "--at", "2026-03-06 17:30"]) == 0
    said = capsys.readouterr().out
    assert "[severities/critical]" in said
    assert "due Mon 09 Mar 2026 10:30  [targets/respond]" in said
    assert "counted  Mon 09 Mar 2026 09:00 to 10:30" in said
    assert "ask by staff" not in said
    assert explain(["NETOP-1001"]) == 0
    assert "ask by staff" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["NETOP-9"], "there is no case"),
        (["1001"], "there is no case"),
        (["NETOP-1001", "--at", "yesterday"], "is no time"),
        (["NETOP-1001", "--at", "2026-01-01 10:00"], "opened only at"),
    ],
)
def test_explain_says_what_it_could_not_find(arguments, says, capsys) -> None:
    """Asked wrongly: exit 2 and a sentence."""
    opened(netop())
    assert explain(arguments) == 2
    assert says in capsys.readouterr().err


def test_publish_opens_the_desk_and_does_nothing_the_second_time(capsys) -> None:
    """A version is published once."""
    file = str(ROOT / "policies" / "netop.md")
    assert publish([file]) == 0
    assert publish([file]) == 0
    assert (Desk.objects.get().prefix, PolicyVersion.objects.count()) == ("NETOP", 1)
    assert "confirmation.en" in PolicyVersion.objects.get().notices
    assert PolicyVersion.objects.get().dates["support"]["dates"]


def test_another_text_under_a_published_version_is_refused(tmp_path, capsys) -> None:
    """Promises were made by the first."""
    text = (ROOT / "policies" / "netop.md").read_text()
    file = tmp_path / "netop.md"
    file.write_text(text)
    assert publish([str(file)]) == 0
    file.write_text(text + "\nOne more word.\n")
    assert publish([str(file)]) == 1
    assert "give netop.md a new version" in capsys.readouterr().err


def test_a_policy_with_mistakes_is_not_published(tmp_path, capsys) -> None:
    """Each mistake with line and column, and nothing changes."""
    file = tmp_path / "netop.md"
    file.write_text((ROOT / "policies" / "netop.md").read_text().replace("hours: support", "hours: suport", 1))
    assert publish([str(file)]) == 1
    assert f"{file.name}:" in capsys.readouterr().out
    assert not PolicyVersion.objects.exists()


def test_a_notice_with_an_unknown_placeholder_is_not_published(tmp_path, capsys) -> None:
    """The closed list is held at publication, not when a customer reads it."""
    file = tmp_path / "netop.md"
    file.write_text((ROOT / "policies" / "netop.md").read_text())
    (tmp_path / "netop" / "notices").mkdir(parents=True)
    (tmp_path / "netop" / "notices" / "closing.en.md").write_text("Subject: {cas}\n\nBye.\n")
    assert publish([str(file)]) == 1
    assert "there is no placeholder {cas}" in capsys.readouterr().err


def test_a_version_comes_into_force_on_a_day_of_the_desks_own(capsys) -> None:
    """A date alone is its first instant on the desk's wall; a word that is no time is told."""
    file = str(ROOT / "policies" / "netop.md")
    assert publish([file, "--effective", "tomorrow"]) == 2
    assert "write it like 2026-12-01" in capsys.readouterr().err
    assert publish([file, "--effective", "2026-12-01"]) == 0
    assert PolicyVersion.objects.get().effective_at == at("2026-12-01 00:00")
