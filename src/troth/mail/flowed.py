"""Text that was sent as ``format=flowed`` is put back into its paragraphs (RFC 3676)."""

from __future__ import annotations


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """The paragraphs of a flowed text, each on one line, its quoting marks kept.

    A line that ends in a space goes on in the next of the same depth of quoting; the mark of a
    signature never does. ``delete_space`` is what the mail says as ``DelSp=yes``.
    """
    result: list[str] = []
    pieces: list[str] = []
    depth = 0

    def end_paragraph() -> None:
        if pieces:
            mark = ">" * depth + " " if depth else ""
            result.append((mark + "".join(pieces)).rstrip(" "))
            pieces.clear()

    for line in text.split("\n"):
        bare = line.lstrip(">")
        level = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if level != depth:
            end_paragraph()
            depth = level
        if bare == "-- ":
            end_paragraph()
            result.append(">" * depth + (" " if depth else "") + bare)
        elif bare.endswith(" "):
            pieces.append(bare[:-1] if delete_space else bare)
        else:
            pieces.append(bare)
            end_paragraph()
    end_paragraph()
    return "\n".join(result)
