"""The policy's commands: `troth policy check`, `show`, `compare` and `reference`, and `troth hours`.

They return 0 when all is well, 1 with findings, 2 when asked wrongly.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Final

from troth.hours.questions import answer_lines
from troth.hours.spelling import did_you_mean
from troth.policy.amendments import amend
from troth.policy.comparing import compare as differences
from troth.policy.findings import PolicyError
from troth.policy.page import as_html
from troth.policy.policy import Policy
from troth.policy.reading import read_policy, read_text
from troth.policy.reference import PAGE, SCHEMA, reference_files
from troth.policy.terminal import as_terminal

CLEAN: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
WIDEST_TEXT: Final = 100


def check(arguments: list[str]) -> int:
    """Print each mistake of the files as FILE:LINE:COL: CODE message."""
    parser = argparse.ArgumentParser(prog="troth policy check", description="Find the mistakes in policy files.")
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument("--amends", metavar="POLICY", type=Path, help="the files are amendments to this policy")
    asked = _parsed(parser, arguments)
    if asked is None:
        return USAGE
    base = None
    if asked.amends is not None:
        base, code = _read(asked.amends)
        if base is None:
            return code
    worst = CLEAN
    for file in asked.files:
        policy, code = _read(file, base)
        worst = max(worst, code)
        if policy is not None:
            print(f"{file}: nothing to report ({policy.ref}, clauses: {len(policy.clauses)})")
    return worst


def show(arguments: list[str]) -> int:
    """Print the policy for people: for this terminal, or as HTML."""
    parser = argparse.ArgumentParser(prog="troth policy show", description="Print a policy as people read it.")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--html", action="store_true", help="as HTML, one element without styles")
    parser.add_argument("--width", type=int, metavar="COLUMNS", help="how wide the text may be")
    asked = _parsed(parser, arguments)
    if asked is None:
        return USAGE
    policy, code = _read(asked.file)
    if policy is None:
        return code
    width = asked.width or min(shutil.get_terminal_size().columns, WIDEST_TEXT)
    sys.stdout.write(as_html(policy) if asked.html else as_terminal(policy, width))
    return CLEAN


def compare(arguments: list[str]) -> int:
    """Tell in sentences what the second policy says otherwise than the first; differences are no mistakes."""
    parser = argparse.ArgumentParser(
        prog="troth policy compare", description="Tell what differs between two versions of a policy."
    )
    parser.add_argument("old", metavar="A", type=Path)
    parser.add_argument("new", metavar="B", type=Path)
    asked = _parsed(parser, arguments)
    if asked is None:
        return USAGE
    read = [_read(file) for file in (asked.old, asked.new)]
    old, new = (policy for policy, _ in read)
    if old is None or new is None:
        return max(code for _, code in read)
    changes = differences(old, new)
    for change in changes:
        print(f"{change.sentence}  § {change.clause}" if change.clause else change.sentence)
    if not changes:
        print(f"{old.ref} and {new.ref} say the same.")
    return CLEAN


def reference(arguments: list[str]) -> int:
    """Print the reference of the language, or write it with the JSON Schema into a folder."""
    parser = argparse.ArgumentParser(
        prog="troth policy reference", description="Print the reference of the policy language."
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of rule blocks instead")
    parser.add_argument("--write", metavar="FOLDER", type=Path, help="write both into this folder, docs for one")
    asked = _parsed(parser, arguments)
    if asked is None:
        return USAGE
    files = reference_files()
    if asked.write is None:
        sys.stdout.write(files[SCHEMA if asked.schema else PAGE])
        return CLEAN
    for name, text in files.items():
        path = asked.write / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    return CLEAN


def hours(arguments: list[str]) -> int:
    """Answer questions about one calendar of a policy, one JSON object a line, until the input ends."""
    parser = argparse.ArgumentParser(
        prog="troth hours", description="Answer questions from standard input, one JSON object a line."
    )
    parser.add_argument("file", metavar="POLICY", type=Path)
    parser.add_argument("calendar", metavar="CALENDAR", help="a calendar of the policy, like support")
    asked = _parsed(parser, arguments)
    if asked is None:
        return USAGE
    policy, code = _read(asked.file)
    if policy is None:
        return code
    if asked.calendar not in policy.hours:
        near = did_you_mean(asked.calendar, policy.hours) or f" (it has {', '.join(policy.hours)})"
        _complain(f'{asked.file} has no hours "{asked.calendar}"{near}')
        return USAGE
    answer_lines(policy.calendar(asked.calendar), policy.zone, sys.stdin, sys.stdout)
    return CLEAN


def _parsed(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace | None:
    """Return what was asked, None where it was asked wrongly (argparse has said how); --help ends the program."""
    try:
        return parser.parse_args(arguments)
    except SystemExit as end:
        if end.code == CLEAN:
            raise
        return None


def _read(file: Path, base: Policy | None = None) -> tuple[Policy | None, int]:
    """Return the policy in a file, or `base` with the amendment in it laid on; None after saying what is wrong."""
    try:
        return (read_policy(file) if base is None else amend(base, read_text(file), str(file))), CLEAN
    except PolicyError as error:
        print(error)
        return None, FINDINGS
    except OSError as error:
        _complain(f"{file} cannot be read: {error.strerror or error}")
        return None, USAGE


def _complain(sentence: str) -> None:
    print(f"troth: {sentence}", file=sys.stderr)
