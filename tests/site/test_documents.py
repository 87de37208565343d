"""What the documents tell a reader to type works when it is typed, and what they point at is there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.documents import (
    COMMANDS_PAGE,
    DOCUMENTS,
    FENCE,
    INDENTED,
    LINK,
    ROOT,
    Typed,
    anchors,
    answers,
    command_lines,
    fences,
    type_along,
    typed_in,
    with_help,
)
from troth.site import settings
from troth.site.command_line import COMMANDS

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
PURE = [command.words for command in COMMANDS if not command.needs_desk]
OPERATOR = ROOT / "docs" / "operator.md"


def name_of(path: Path) -> str:
    """The document as a test's name has it."""
    return str(path.relative_to(ROOT))


LINES = [
    pytest.param(line, id=f"{name_of(path)}: {line[:60]}")
    for path in DOCUMENTS
    for line in dict.fromkeys(command_lines(path.read_text()))
]
COMMAND_LINES = [line for line in LINES if re.search(r"\btroth (?!-)[a-z]", line.values[0])]
MAKE_LINES = [line for line in LINES if re.search(r"\bmake ", line.values[0])]
RUNNABLE = [
    pytest.param(found["line"], id=f"{name_of(path)}: {found['line'][:60]}")
    for path in DOCUMENTS
    for found in INDENTED.finditer(FENCE.sub("", path.read_text()))
    if re.search(rf"\btroth ({'|'.join(PURE)})\b", found["line"])
]
TYPED_ALONG = [
    pytest.param(path, id=name_of(path))
    for path in DOCUMENTS
    if any(fence.language == "console" for fence in fences(path.read_text()))
]
LINKS = [
    pytest.param(path, target, id=f"{name_of(path)}: {target}")
    for path in DOCUMENTS
    for target in dict.fromkeys(found["target"] for found in LINK.finditer(FENCE.sub("", path.read_text())))
    if "://" not in target
]


def test_the_documents_are_read() -> None:
    """They tell their reader to type something; were nothing found, nothing would be tested."""
    assert COMMAND_LINES
    assert MAKE_LINES
    assert TYPED_ALONG
    assert LINKS


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_troth_command_in_the_documents_exists(line: str) -> None:
    """A command that was renamed is renamed in the documents too."""
    known = [command.words.split() for command in COMMANDS]
    for typed in re.findall(r"\btroth ((?:[a-z]+ ?)+)", line):
        assert any(typed.split()[: len(words)] == words for words in known), typed


@pytest.mark.parametrize("line", MAKE_LINES)
def test_every_make_target_in_the_documents_exists(line: str) -> None:
    """The same for make."""
    assert line.partition("make ")[2].split()[0] in TARGETS


@pytest.mark.parametrize("line", RUNNABLE)
def test_commands_that_need_no_desk_run_as_written(line: str) -> None:
    """Typed in the root of a checkout, they end well."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0), done.stdout


@pytest.mark.parametrize("path", TYPED_ALONG)
def test_a_document_typed_along_answers_as_it_shows(path: Path, tmp_path: Path) -> None:
    """From its first command to its last, in one shell, in a fresh folder; every answer is the one shown."""
    for typed, given in type_along(path.read_text(), tmp_path):
        assert answers(typed.answer, given), f"$ {typed.command}\nshown:\n{typed.answer}\ngiven:\n{given}"


def test_an_answer_that_differs_is_seen() -> None:
    """The comparison takes `...` for anything, and nothing else."""
    assert answers("due ... 17:00", "due Tue 24 Nov 17:00\n")
    assert not answers("due Tue 24 Nov 17:00", "due Wed 25 Nov 17:00")
    assert [typed.command for typed in typed_in("$ one \\\n  more\nsaid\n$ two\n")] == ["one \\\n  more", "two"]


def test_a_block_in_a_list_is_typed_too() -> None:
    """Steps are numbered, and their blocks stand indented beneath them."""
    (fence,) = fences("1. Do:\n\n   ```console\n   $ true\n   ```\n")
    assert typed_in(fence.body) == [Typed("true", "")]


@pytest.mark.parametrize(("path", "target"), LINKS)
def test_every_link_between_documents_leads_somewhere(path: Path, target: str) -> None:
    """To a file that is there, and to a heading it has."""
    file, _, anchor = target.partition("#")
    place = (path.parent / file).resolve() if file else path
    assert place.exists()
    assert not anchor or anchor in anchors(place)


def test_every_page_of_the_documents_can_be_reached() -> None:
    """A page that no other page names is a page nobody reads."""
    named = {
        (path.parent / found["target"].partition("#")[0]).resolve()
        for path in DOCUMENTS
        for found in LINK.finditer(path.read_text())
    }
    assert [name_of(path) for path in DOCUMENTS[1:] if path not in named] == []


def test_the_page_of_commands_shows_each_help_as_it_is() -> None:
    """`python -m tests.site.documents` writes it anew."""
    assert with_help(COMMANDS_PAGE.read_text()) == COMMANDS_PAGE.read_text()


def test_the_operators_page_names_every_setting() -> None:
    """What the settings read from the environment is in the operator's table."""
    described = set(re.findall(r"^\| ([A-Z_]+) \|", settings.__doc__ or "", re.MULTILINE))
    assert described
    asked = re.compile(r"""(?:environ(?:\.get\(|\[)|is_on\()["'](TROTH_\w+|DATABASE_URL|PORT)["']""")
    read = {name for file in (ROOT / "src" / "troth").rglob("*.py") for name in asked.findall(file.read_text())}
    page = OPERATOR.read_text()
    assert [name for name in sorted(described | read) if f"`{name}`" not in page] == []


def test_the_rule_shown_in_the_readme_stands_in_the_policy() -> None:
    """An excerpt is the file's own words; only its prose may be shortened."""
    shown = "\n".join(fence.body for fence in fences((ROOT / "README.md").read_text()) if fence.language == "markdown")
    rules = [line for fence in fences(shown) if fence.language == "rule" for line in fence.body.splitlines()]
    assert rules
    policy = (ROOT / "policies" / "netop.md").read_text().splitlines()
    assert [line for line in rules if line not in policy] == []


def test_pictures_are_small() -> None:
    """A reader on a slow line gets the page, pictures and all."""
    pictures = sorted((ROOT / "docs" / "pictures").glob("*"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 200_000] == []
