"""The `troth` command: what it finds, what it says, what it returns."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from troth import __version__
from troth.site import command_line
from troth.site.command_line import COMMANDS, TRY_LATER, Command, main, run

Write = Callable[[str], None]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A module `room_under_test` that holds whatever function a test writes."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "room_under_test", raising=False)

    def write(body: str) -> None:
        (tmp_path / "room_under_test.py").write_text(f"import sys\n\ndef answer(arguments):\n    {body}\n")

    return write


def pure(**more) -> Command:
    """A row of the table that needs no desk and asks the room a test wrote."""
    return Command("ask room", "room_under_test:answer", "a test's own", needs_desk=False, **more)


def test_help_names_every_command_and_ends_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """`troth --help` lists the whole table."""
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [command.words for command in COMMANDS if f"  {command.words} " not in shown] == []


def test_no_words_at_all_is_asked_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    """A bare `troth` shows the same help but returns 2, so that a script notices."""
    assert main([]) == 2
    assert "usage: troth" in capsys.readouterr().out


@pytest.mark.parametrize("more", [[], ["--help"], ["-h"], ["help"]])
@pytest.mark.parametrize("group", sorted({one.words.split()[0] for one in COMMANDS if " " in one.words}))
def test_a_group_lists_its_commands_and_no_others(
    group: str, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`troth policy`, with or without `--help`, tells what it goes on with, and ends clean."""
    assert main([group, *more]) == 0
    shown = capsys.readouterr().out
    assert f"usage: troth {group} COMMAND" in shown
    listed = [command.words for command in COMMANDS if f"\n  {command.words} " in shown]
    assert listed == [command.words for command in COMMANDS if command.words.split()[0] == group]


def test_version_is_the_packages_own(capsys: pytest.CaptureFixture[str]) -> None:
    """One place holds the version."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"troth {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["polcy", "check"], "did you mean 'policy check'?"),
        (["policy", "chekc"], "did you mean 'policy check'?"),
        (["worke"], "did you mean 'worker'?"),
        (["cases", "zzzzzzzzz"], "known are: cases verify, cases"),
        (["zzz"], "known are: policy check,"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_known_one(
    typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What, where and how to mend it, on standard error, with exit code 2."""
    assert main(typed) == 2
    assert said in capsys.readouterr().err


def test_the_function_gets_the_words_after_its_name(
    room: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`troth ask room a --b` calls answer(["a", "--b"]), and its result is the exit code."""
    room("print(arguments); return 1")
    monkeypatch.setattr(command_line, "COMMANDS", (pure(),))
    assert main(["ask", "room", "a", "--b"]) == 1
    assert capsys.readouterr().out == "['a', '--b']\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("sys.exit(2)", 2),
        ("sys.exit()", 0),
        ("sys.exit('no such file')", 2),
        ("raise KeyboardInterrupt", 130),
        ("return 0", 0),
    ],
)
def test_every_way_of_ending_comes_back_as_a_code(room: Write, body: str, code: int) -> None:
    """Argparse's exit, a sentence to exit with and Ctrl-C are codes, not tracebacks."""
    room(body)
    assert run(pure(), []) == code


def test_a_reader_that_has_seen_enough_is_no_error(room: Write, tmp_path: Path) -> None:
    """`troth policy show … | head -1` ends quietly though the pipe is closed under it."""
    room("[print('x' * 99) for _ in range(9999)]; return 0")
    program = (
        "import sys; from troth.site import command_line as c; "
        "sys.exit(c.run(c.Command('a', 'room_under_test:answer', '', needs_desk=False), []))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=120) == 0


def test_a_programming_error_is_seen_whole(room: Write) -> None:
    """An error nobody foresaw keeps its traceback; it is not dressed up as a finding."""
    room("raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        run(pure(), [])


@pytest.mark.parametrize("body", ["sys.exit(2)", "raise ZeroDivisionError", "return 1", "raise KeyboardInterrupt"])
def test_a_mail_server_hears_only_kept_or_try_again(room: Write, body: str) -> None:
    """Any other exit code than 0 and 75 would make the mail server bounce the mail (MAIL.md, 8)."""
    room(body)
    assert run(pure(on_failure=TRY_LATER), []) == 75


def test_a_mail_server_hears_zero_when_the_mail_is_kept(room: Write) -> None:
    """75 for a mail that is kept would deliver it twice."""
    room("return 0")
    assert run(pure(on_failure=TRY_LATER), []) == 0


def test_a_room_that_does_not_stand_yet_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The table may be ahead of the house."""
    assert run(Command("dance", "troth.ballroom.commands:dance", "", needs_desk=False), []) == 2
    assert "'dance' is not part of this version (troth.ballroom is missing)" in capsys.readouterr().err


def test_without_the_extra_the_desk_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where Django is missing, one sentence tells what to type."""

    def no_django() -> None:
        import_module("django_that_is_not_installed")

    monkeypatch.setattr(command_line, "prepare_django", no_django)
    assert main(["worker"]) == 2
    assert "pip install 'troth[desk]'" in capsys.readouterr().err


def test_a_pure_command_never_touches_django(room: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a row with `needs_desk` sets Django up."""

    def forbidden() -> None:
        pytest.fail("Django was set up for a pure command")

    room("return 0")
    monkeypatch.setattr(command_line, "prepare_django", forbidden)
    assert run(pure(), []) == 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_a_command_whose_module_stands_finds_its_function_there(command: Command) -> None:
    """A renamed function is noticed here and not by the person who types the command."""
    module, _, name = command.target.partition(":")
    room_of_module = module.rpartition(".")[0]
    if find_spec(room_of_module) is None or find_spec(module) is None:
        assert module.startswith("troth.")
        return
    assert callable(getattr(import_module(module), name))


def test_a_database_that_was_never_set_up_is_told_in_one_sentence(tmp_path: Path) -> None:
    """No traceback: what is wrong, and the command that mends it."""
    told = subprocess.run(
        [sys.executable, "-m", "troth.site.command_line", "cases", "verify"],
        env={**os.environ, "TROTH_VAR": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "troth migrate" in told.stderr
    assert "Traceback" not in told.stderr
