"""Reads the documents as a reader does who types along: what is typed, what is answered, which files are written.

Three fences mean something; the word after the language is a file that the reader writes there and then:

* ```` ```console ````: typed after `$`, the answer below it; all of a document's run in one shell, in order, in
  a copy of the checkout's `policies`. `...` in an answer stands for anything.
* ```` ```yaml policies/acme.scenarios.yaml ````: written with this content.
* ```` ```sh ````: not run (it needs root, a network, or does not end), but its commands must exist.

`python -m tests.site.documents` writes what `--help` says into docs/reference/commands.md.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from troth.site.command_line import COMMANDS, main, usage

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
COMMANDS_PAGE = ROOT / "docs" / "reference" / "commands.md"
FENCE = re.compile(
    r"^(?P<indent> {0,4})(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)(?P=fence)\s*$",
    re.MULTILINE | re.DOTALL,
)
INDENTED = re.compile(r"^ {4}(?P<line>[^#\n]*?\b(?:troth|make) [^#\n]*?)\s*(?:#.*)?$", re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)
WRITTEN = ("markdown", "yaml", "text", "ini", "json", "python")
MARK = "=-= typed {} =-="
LONGEST = 240
"""Seconds that one document may take on a machine that does other things too."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its language, the file it is to become (if any), what is in it."""

    language: str
    file: str
    body: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of a `console` block and the answer the document shows."""

    command: str
    answer: str


def fences(text: str) -> list[Fence]:
    """Every fenced block of a document, also inside a list; what stands inside one is not looked into."""
    found = []
    for block in FENCE.finditer(text):
        language, _, file = block["info"].strip().partition(" ")
        body = re.sub(f"^{block['indent']}", "", block["body"], flags=re.MULTILINE)
        found.append(Fence(language, file.strip() if language in WRITTEN else "", body))
    return found


def typed_in(body: str) -> list[Typed]:
    """The commands of a `console` block; a line that ends with a backslash goes on in the next."""
    out: list[Typed] = []
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        length = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\"))
        out.append(Typed("\n".join(lines[:length]), "\n".join(lines[length:]).strip()))
    return out


def command_lines(text: str) -> list[str]:
    """Every line with `troth` or `make` that a reader is told to type, in whatever way it is set."""
    lines = [found["line"] for found in INDENTED.finditer(FENCE.sub("", text))]
    for fence in fences(text):
        if fence.language == "sh":
            lines += fence.body.splitlines()
        elif fence.language == "console":
            lines += [typed.command for typed in typed_in(fence.body)]
    return [line for line in lines if re.search(r"(?:^|[\s|/])(?:troth|make) [a-z]", line)]


def script_of(text: str) -> tuple[str, list[Typed]]:
    """One shell script that types the whole document, with a mark before each answer."""
    lines: list[str] = []
    typed: list[Typed] = []
    for fence in fences(text):
        if fence.file:
            lines += [
                f"mkdir -p $(dirname {fence.file})",
                f"cat > {fence.file} <<'-- end --'",
                fence.body + "-- end --",
            ]
        elif fence.language == "console":
            for each in typed_in(fence.body):
                lines += [f"echo; echo '{MARK.format(len(typed))}'", each.command]
                typed.append(each)
    return "\n".join(lines) + "\n", typed


def type_along(text: str, folder: Path) -> list[tuple[Typed, str]]:
    """Every command of the document with the answer it gave, typed in `folder` as in a fresh checkout."""
    script, typed = script_of(text)
    shutil.copytree(ROOT / "policies", folder / "policies")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TROTH_", "DATABASE_", "DJANGO"))}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    (folder / "typed.sh").write_text(f"exec 2>&1\n{script}")
    done = subprocess.run(
        ["bash", "typed.sh"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env=kept | {"PATH": path, "COLUMNS": "100", "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    answers = re.split(r"^=-= typed \d+ =-=\n", done.stdout, flags=re.MULTILINE)[1:]
    return list(zip(typed, answers, strict=True))


def answers(shown: str, given: str) -> bool:
    """Whether the answer given is the one shown; `...` is anything."""
    pattern = re.escape(shown.strip()).replace(r"\.\.\.", ".*?")
    return re.fullmatch(pattern, given.strip(), re.DOTALL) is not None


def anchors(path: Path) -> set[str]:
    """The anchors that a page of documents gives its headings."""
    words = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", path.read_text()))]
    return {heading.strip().replace(" ", "-") for heading in words}


def help_of(words: str) -> str:
    """What `troth WORDS --help` prints, at eighty columns."""
    said, before = io.StringIO(), os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        with contextlib.redirect_stdout(said):
            main([*words.split(), "--help"])
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return said.getvalue().strip()


def help_blocks() -> dict[str, str]:
    """For each command (and for `troth` itself, ""), what its help says; Django's own commands apart."""
    own = [command.words for command in COMMANDS if command.words not in {"migrate", "manage"}]
    return {"": usage().strip(), **{words: help_of(words) for words in own}}


def with_help(page: str) -> str:
    """The page of commands with each help as it is now."""
    for words, said in help_blocks().items():
        command = " ".join(["troth", *words.split(), "--help"])
        pattern = re.compile(rf"(```text\n\$ {re.escape(command)}\n).*?(```\n)", re.DOTALL)
        if not pattern.search(page):
            page += f"\n## troth {words}\n\n```text\n$ {command}\n```\n"
        page = pattern.sub(lambda found, said=said: f"{found[1]}{said}\n{found[2]}", page)  # type: ignore[misc]
    return page


if __name__ == "__main__":
    COMMANDS_PAGE.write_text(with_help(COMMANDS_PAGE.read_text()))
