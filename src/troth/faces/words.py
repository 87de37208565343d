"""Words that customers and agents read alike."""

from __future__ import annotations

from troth.policy import Policy


def capital(words: str) -> str:
    """The words with a capital first letter and everything else as it was."""
    return words[:1].upper() + words[1:]


def severity_title(policy: Policy, severity: str | None) -> str:
    """The severity as this policy writes it; nothing where there is none."""
    return policy.severities.titles.get(severity, capital(severity)) if severity else ""
