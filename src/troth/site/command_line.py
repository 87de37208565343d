"""The one `troth` command: a table of words and, for each, the function that answers.

How a room adds a command: write `def verify(arguments: list[str]) -> int` in the room's own
`commands.py` and add one row to COMMANDS. The function gets the words after the command's name,
parses them (argparse, with `prog="troth cases verify"`), prints, and returns 0 when all is well,
1 when it found something to report, 2 when it was asked wrongly.

Modules are imported only when their command is asked for. So the commands of the pure rooms run
where Django is not installed, and `troth --help` is quick.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Final

from troth import __version__

CLEAN: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
TRY_LATER: Final = 75  # EX_TEMPFAIL: the mail server keeps the mail and tries again
INTERRUPTED: Final = 130  # what a shell reports for Ctrl-C

INSTALL_THE_DESK: Final = "install the desk with: pip install 'troth[desk]' (in a checkout: make install)"


@dataclass(frozen=True)
class Command:
    """One row of the table: the words typed, where the function is, what it does."""

    words: str
    target: str
    says: str
    needs_desk: bool = True
    on_failure: int | None = None
    """The only exit code other than 0 that the caller may ever see, if the caller needs it so."""


COMMANDS: Final = (
    Command("policy check", "troth.policy.commands:check", "report each mistake in a policy", needs_desk=False),
    Command("policy test", "troth.scenario.commands:test", "run a policy's scenarios", needs_desk=False),
    Command("policy show", "troth.policy.commands:show", "print a policy as customers read it", needs_desk=False),
    Command("policy compare", "troth.policy.commands:compare", "tell what two versions differ in", needs_desk=False),
    Command("policy reference", "troth.policy.commands:reference", "print the language's reference", needs_desk=False),
    Command("policy publish", "troth.desk.commands:publish", "put a policy in force on its desk"),
    Command("hours", "troth.policy.commands:hours", "answer questions about a calendar", needs_desk=False),
    Command("run", "troth.site.commands:run", "start the desk and its worker on this machine"),
    Command("demo", "troth.site.commands:demo", "throw the demo's data away and begin anew"),
    Command("load", "troth.site.load.command:load", "fill a desk with very many open cases, for a trial"),
    Command("worker", "troth.site.commands:worker", "let time pass on the cases, send what is queued"),
    Command("customers add", "troth.desk.customer_commands:add", "add an account, a contact, a licence, …"),
    Command("customers import", "troth.desk.customer_commands:import_", "add all lines of a file, or none"),
    Command("customers change", "troth.desk.customer_commands:change", "renew, end, revoke, give a partner, …"),
    Command("customers buy", "troth.desk.customer_commands:buy", "sell something by the policy's rules"),
    Command("customers show", "troth.desk.customer_commands:show", "tell what a customer holds"),
    Command("people add", "troth.site.people_commands:add", "add who works at a desk"),
    Command("desks change", "troth.site.people_commands:change", "set a desk's mail address and telephone"),
    Command("products release", "troth.desk.product_commands:release", "record a version of a product"),
    Command("products retire", "troth.desk.product_commands:retire", "set the last day of a version"),
    Command("mail receive", "troth.mail.commands:receive", "keep a mail from standard input", on_failure=TRY_LATER),
    Command("mail retry", "troth.mail.commands:retry", "take up again the mails that failed"),
    Command("cases verify", "troth.desk.commands:verify", "fold every case's events, compare with what is stored"),
    Command("cases audit", "troth.desk.commands:audit", "decide every case anew from its acts, report what drifted"),
    Command("cases explain", "troth.desk.commands:explain", "tell why a case stands as it does"),
    Command("people erase", "troth.site.erasing:people_erase", "put a marker in a person's place everywhere"),
    Command("audit check", "troth.journal.commands:check", "check the chain over the record of who did what"),
    Command("audit seal", "troth.journal.commands:seal", "seal what of that record is not sealed yet"),
    Command("backup", "troth.site.backup.backing_up:backup", "put the whole desk into one file, while it is in use"),
    Command(
        "restore", "troth.site.backup.restoring:restore", "put a backup back into an empty place", needs_desk=False
    ),
    Command("doctor", "troth.site.doctor.command:doctor", "tell what is wrong, and how to mend it", needs_desk=False),
    Command("migrate", "troth.site.command_line:migrate", "bring the database to this version"),
    Command("manage", "troth.site.command_line:manage", "run any management command of Django"),
)


def main(arguments: list[str] | None = None) -> int:
    """The command named by the first words runs, and its exit code is returned."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in {"-h", "--help", "help"}:
        print(usage())
        return CLEAN if words else USAGE
    if words[0] in {"-V", "--version"}:
        print(f"troth {__version__}")
        return CLEAN
    for command in COMMANDS:
        name = command.words.split()
        if words[: len(name)] == name:
            return run(command, words[len(name) :])
    group = members_of(words[0])
    if group and (len(words) == 1 or words[1] in {"-h", "--help", "help"}):
        print(usage(group, words[0]))
        return CLEAN
    return unknown(words)


def members_of(word: str) -> tuple[Command, ...]:
    """The commands of a group, `policy` or `cases`; none where the word names no group."""
    return tuple(command for command in COMMANDS if command.words.split()[0] == word)


def usage(commands: tuple[Command, ...] = COMMANDS, group: str = "") -> str:
    """All commands, or those of a group, each with what it does."""
    width = max(len(command.words) for command in commands)
    rows = [f"  {command.words:<{width}}  {command.says}" for command in commands]
    name = f"{group} COMMAND" if group else "COMMAND"
    return "\n".join(
        [
            f"usage: troth {name} [arguments]    (troth {name} --help says more)",
            "",
            *rows,
            "",
            "Exit codes: 0 all well, 1 something was found, 2 asked wrongly, 75 try again later (mail).",
        ]
    )


def unknown(words: list[str]) -> int:
    """An unknown command is answered with the nearest known one, of its group where it has one."""
    members = [command.words for command in members_of(words[0])]
    known = members or [command.words for command in COMMANDS]
    asked = " ".join(word for word in words[:2] if not word.startswith("-"))
    near = get_close_matches(asked, known, n=1) or ([] if members else get_close_matches(words[0], known, n=1))
    hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}."
    complain(f"there is no command {asked!r}; {hint}")
    return USAGE


def run(command: Command, arguments: list[str]) -> int:
    """The command's own exit code comes back, or the one code its caller understands."""
    try:
        code = call(command, arguments)
    except SystemExit as leaving:  # argparse ends so, with a code or a sentence
        if isinstance(leaving.code, str):
            complain(leaving.code)
        code = leaving.code if isinstance(leaving.code, int) else USAGE * bool(leaving.code)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLEAN
    except Exception as error:
        if is_not_migrated(error):
            complain(f"the database is not set up yet, or is older than this version: troth migrate. ({error})")
        elif command.on_failure is None:
            raise
        else:
            traceback.print_exc()
        code = FINDINGS
    return code if code == CLEAN or command.on_failure is None else command.on_failure


def is_not_migrated(error: Exception) -> bool:
    """Whether a table or column that this version knows is not there: SQLite and PostgreSQL say it each their way."""
    told = str(error)
    lacks = "no such table" in told or "no such column" in told or ("relation" in told and "does not exist" in told)
    return type(error).__module__ == "django.db.utils" and lacks


def call(command: Command, arguments: list[str]) -> int:
    """The function is imported (Django made ready before, if it needs that) and called."""
    try:
        if command.needs_desk:
            prepare_django()
        module, _, name = command.target.partition(":")
        function: Callable[[list[str]], int] = getattr(import_module(module), name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] == "troth":
            complain(f"{command.words!r} is not part of this version ({missing.name} is missing).")
        elif command.needs_desk:
            complain(f"{command.words!r} needs {missing.name}, which is not installed; {INSTALL_THE_DESK}")
        else:
            raise
        return USAGE
    return function(arguments)


def prepare_django() -> None:
    """Django is set up once, with Troth's settings unless the environment names others."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "troth.site.settings")
    import_module("django").setup()


def migrate(arguments: list[str]) -> int:
    """Django's own `migrate`, so that an operator needs to know only one command."""
    return manage(["migrate", *arguments])


def manage(arguments: list[str]) -> int:
    """Whatever management command of Django is named; it raises SystemExit when it fails."""
    import_module("django.core.management").execute_from_command_line(["troth manage", *arguments])
    return CLEAN


def complain(sentence: str) -> None:
    """A sentence for a person goes to standard error, under our name."""
    print(f"troth: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
